"""A table whose rows were summed and not kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import pandas as pd

from sm_gaussmle.sources.table import RowsElsewhereError


@dataclass(frozen=True)
class SummedTable:
    """Stands where a table was; a fit of its sums needs no pass over it.

    Attributes
    ----------
    columns : tuple of str
        Columns that were read.
    """

    columns: tuple[str, ...]
    text = "summed chunk by chunk, and not kept"
    reads_once = True

    def head(self, columns: Sequence[str]) -> NoReturn:
        """Refuse: there are no rows.

        Parameters
        ----------
        columns : sequence of str
            Columns to read.

        Raises
        ------
        RowsElsewhereError
            Always.
        """
        del columns
        raise RowsElsewhereError(
            "it needs the rows, and those of this model were summed and not kept. Their sums "
            "tell estimates, the covariances 'nonrobust' and 'unbiased', tests and intervals "
            "from these, and predictions for new rows; fit the rows themselves for all else."
        )

    def total(
        self,
        function: Callable[[pd.DataFrame], Any],
        columns: Sequence[str],
        each: Callable[[Any], object] | None = None,
    ) -> NoReturn:
        """Refuse: there are no rows.

        Parameters
        ----------
        function : callable
            Maps a DataFrame to something that can be added.
        columns : sequence of str
            Columns to read.
        each : callable, optional
            Not called.

        Raises
        ------
        RowsElsewhereError
            Always.
        """
        del function, each
        self.head(columns)
