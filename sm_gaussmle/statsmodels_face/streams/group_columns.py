"""Groups of rows that are read in passes: columns of the data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from sm_gaussmle.sources.stream import Stream

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE
    from sm_gaussmle.statsmodels_face.streams.row_reader import RowReader


def group_columns(model: GaussianMLE, groups: Any) -> tuple[str, ...]:
    """Columns of the labels of groups.

    Parameters
    ----------
    model : GaussianMLE
        Its rows are read in passes.
    groups : str, or sequence of one or two str
        Names of columns.

    Returns
    -------
    tuple of str
        One or two.

    Raises
    ------
    TypeError
        If they are missing, or no names.
    ValueError
        If there is no such column.
    """
    table = cast("Stream", model._stream).table
    names = (groups,) if isinstance(groups, str) else groups
    are_names = isinstance(names, list | tuple) and all(isinstance(n, str) for n in names)
    if not (are_names and 1 <= len(names) <= 2):
        shown = repr(groups) if are_names or groups is None else f"a {type(groups).__name__}"
        raise TypeError(
            f"`groups` is {shown}; with data that are read in passes it must be the name of "
            "a column, or two of them, such as cov_kwds={'groups': 'subject'}."
        )
    for name in names:
        if name not in table.columns:
            raise ValueError(
                f"`groups` is {name!r}, which is no column of the data; the columns are "
                f"{', '.join(table.columns)}."
            )
    return tuple(names)


def with_groups(model: GaussianMLE, names: tuple[str, ...]) -> Stream:
    """Rows that bring the labels of their groups.

    Parameters
    ----------
    model : GaussianMLE
        Its rows are read in passes.
    names : tuple of str
        Columns of the labels.

    Returns
    -------
    Stream
        Of the same rows.
    """
    stream = cast("Stream", model._stream)
    reader = replace(cast("RowReader", stream.reader), groups=names)
    return replace(stream, reader=reader)


def refuse_order(cov_type: str) -> None:
    """Refuse a covariance of rows that follow each other.

    Parameters
    ----------
    cov_type : str
        Type of the covariance.

    Raises
    ------
    ValueError
        Always.
    """
    raise ValueError(
        f"`cov_type` is {cov_type!r}, which takes rows in the order of time, and data that are "
        "read in passes come in parts. Use 'cluster' with groups of rows that depend on each "
        "other, or read the data into memory."
    )
