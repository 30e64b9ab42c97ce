"""Files of fits, for the results and for the wrapper around them.

statsmodels' wrapper saves and loads by itself and does not ask the results.
"""

from __future__ import annotations

import pickle
from os import PathLike
from typing import TYPE_CHECKING, Any

from statsmodels.iolib.openfile import get_file_obj
from statsmodels.iolib.smpickle import load_pickle

from sm_gaussmle.statsmodels_face.arguments.scalars import flag
from sm_gaussmle.statsmodels_face.arguments.texts import file_path
from sm_gaussmle.statsmodels_face.hypotheses.hypothesis_tests import HypothesisTests
from sm_gaussmle.statsmodels_face.persistence.fit_document import from_json

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.results import GaussianMLEResultsWrapper


class PickledFiles:
    """Saving and loading, for results of any kind and their wrapper to inherit."""

    def save(self, fname: Any, remove_data: bool = False) -> None:
        """Write the results to a pickle file.

        Parameters
        ----------
        fname : str, path or file handle
            Where to.
        remove_data : bool, default False
            Whether to leave out all that has one entry per row, see ``remove_data``. The
            results in memory keep their data.

        Raises
        ------
        TypeError
            If `fname` is no path and no file.
        PicklingError
            If a formula uses a function that cannot be pickled, such as a lambda. A file
            that is there already is then left as it was.
        """
        if not hasattr(fname, "write"):
            file_path(fname, "fname")
        saved: Any = self
        if flag(remove_data, "remove_data"):
            results: Any = getattr(self, "_results", self)
            bare = results.without_data()
            saved = bare if results is self else bare.wrapped()
        text = pickle.dumps(saved)  # before the file is opened: it may be refused
        with get_file_obj(fname, "wb") as file:
            file.write(text)

    @classmethod
    def load(cls, fname: Any) -> Any:
        """Read results from a pickle file.

        Parameters
        ----------
        fname : str, path or file handle
            The file. Reading a pickle can run any code: read only files from people you
            trust, and from others those of ``to_json``.

        Returns
        -------
        GaussianMLEResults or GaussianMLEResultsWrapper
            What was saved.

        Raises
        ------
        ValueError
            If the file is not a fit of this package.
        """
        name = repr(str(getattr(fname, "name", fname)))
        try:
            loaded = load_pickle(fname)
        except OSError:
            raise
        except Exception as error:  # what is no pickle can raise anything
            raise ValueError(
                f"`fname` {name} is not a fit that was saved by sm_gaussmle: it cannot be read "
                f"as a pickle ({type(error).__name__}: {error}). Files of to_json are read by "
                "from_json."
            ) from error
        if not isinstance(getattr(loaded, "_results", loaded), HypothesisTests):
            raise ValueError(  # noqa: TRY004 - it is the file that is wrong
                f"`fname` {name} is not a fit of sm_gaussmle; it has a "
                f"{type(loaded).__module__}.{type(loaded).__qualname__}. sm.load reads it."
            )
        return loaded


class FitFiles(PickledFiles):
    """Files of fits, for results and their wrapper to inherit."""

    @classmethod
    def from_json(cls, source: str | PathLike[str]) -> GaussianMLEResultsWrapper:
        """Read results that ``to_json`` has written.

        Parameters
        ----------
        source : str or path
            The JSON itself, which begins with a brace, or the path of a file with it.

        Returns
        -------
        GaussianMLEResultsWrapper
            The fit as after ``remove_data``.

        Raises
        ------
        ValueError
            If it is not a fit, is of a newer version, or its parts do not fit together.

        See Also
        --------
        sm_gaussmle.from_json : The same, and what is safe about it.
        """
        return from_json(source)
