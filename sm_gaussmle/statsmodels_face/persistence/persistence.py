"""Results without their data, in memory and as JSON."""

from __future__ import annotations

import copy
from contextlib import suppress
from functools import cached_property
from os import PathLike
from typing import Any, Self

import numpy as np
import pandas as pd

from sm_gaussmle.statsmodels_face.persistence.fit_document import fit_document
from sm_gaussmle.statsmodels_face.persistence.fit_files import FitFiles
from sm_gaussmle.statsmodels_face.persistence.json_text import write_json
from sm_gaussmle.statsmodels_face.persistence.pickling import shallow
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

_TABLES = np.ndarray | pd.DataFrame | pd.Series | pd.Index


class Persistence(FitFiles, ResultPart):
    """Results without their data, for the results class to inherit."""

    def __getstate__(self) -> dict[str, Any]:
        """State for pickling: without the way to rows that are read in passes."""
        # What leads to them, connections and sessions, is of this process.
        bare = self if self.model.rows_in_passes is None else self.without_data()
        return dict(vars(bare))

    def __copy__(self) -> Self:
        """Copy that reads the same rows."""
        new = object.__new__(type(self))
        new.__dict__.update(vars(self))
        return new

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Copy of all but the data that are read in passes, which are shared."""
        memo[id(self)] = new = object.__new__(type(self))
        new.__dict__.update(copy.deepcopy(vars(self), memo))
        return new

    def remove_data(self) -> None:
        """Drop all that has one entry per row, from the results and from their model.

        The results get a model of their own for that: the model that was fitted, and other
        results of it, keep their data. Memory is free when nothing else has them.

        What is small but needs the rows is computed before, such as the log-likelihood of
        the constant-only model; of rows that are read in passes only what takes no further
        pass, so ask for the rest before, such as `scale_range`. Estimates, covariances, tests, the summary, and `predict`
        and `get_distribution` for new rows then work as before, also from a data frame
        through the formulas; residuals, fitted values and all else that has one entry per
        row, and new fits of the model, raise an error that says what is missing. A pickle of
        the results then takes the same few kilobytes for any number of rows.

        See Also
        --------
        save : With ``remove_data=True`` drops them from the file only.
        to_json : The same in a text format that is safe to read.
        """
        self._compute_what_needs_rows()
        self.model = self.model.without_passes()
        data = self.model.data = shallow(self.model.data)
        data._cache = dict(data._cache)
        self._cache = {}
        super().remove_data()
        self._cache.clear()
        self.cov_kwds = {
            name: value for name, value in self.cov_kwds.items() if not _is_table(value)
        }
        for values in (self.model.__dict__, data.__dict__, data._cache):
            # None of them is small; and the frame may have more rows than were used.
            values.update({name: None for name, value in values.items() if _is_table(value)})
        for name in ("orig_endog", "orig_exog", "frame"):  # polars and others
            if name in vars(data):
                setattr(data, name, None)

    def without_data(self) -> Self:
        """Copy of the results after `remove_data`, which leaves these as they are.

        Returns
        -------
        GaussianMLEResults
            The copy; estimates are shared.
        """
        self._compute_what_needs_rows()  # once, for these results too
        bare = copy.copy(self)
        bare.remove_data()
        return bare

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """Write the results without their data as JSON.

        Parameters
        ----------
        path : str or path, optional
            A file to write as well.

        Returns
        -------
        str
            JSON. Numbers are written with all their digits; there is no pickle in it, nor
            any row of the data.

        Raises
        ------
        TypeError
            If a formula uses a function or transform that is not from NumPy, SciPy, pandas,
            patsy or formulaic: code is not written.

        See Also
        --------
        from_json : Reads it.
        save : Writes such functions too.
        """
        text = fit_document(self.without_data())
        if path is not None:
            write_json(path, text)
        return text

    def _compute_what_needs_rows(self) -> None:
        """Compute what is small, without a pass over rows that are not in memory."""
        unread = copy.copy(self)
        unread.model = self.model.without_reading()
        for owner, reads_nothing in ((self, unread), (self.model, unread.model)):
            for kind in type(owner).__mro__:
                for name, attribute in vars(kind).items():
                    if type(attribute) is cached_property:
                        # Some are not defined for every model, and say so by this error.
                        with suppress(AttributeError):
                            owner.__dict__[name] = getattr(reads_nothing, name)
        # The name of the response is that of the data.
        _ = self.model.endog_names


def _is_table(value: object) -> bool:
    return isinstance(value, _TABLES) and np.ndim(value) > 0
