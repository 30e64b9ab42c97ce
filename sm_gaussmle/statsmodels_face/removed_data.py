"""What is said when rows are asked for that were removed."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")

# Of rows in passes nothing is read to keep a fit without them.
ASK_BEFORE = "ask for it before remove_data() or saving the fit"
NEW_ROWS = "pass `exog` for new rows where that is possible, or fit the model again"


class DataRemovedError(ValueError, AttributeError):
    """Rows of the fit are needed, but `remove_data` has dropped them.

    An `AttributeError` too, so that ``hasattr(result, "resid")`` is False then, which is
    what tables and plots of other packages ask.
    """


def present(values: T | None, why: str = "", remedy: str = NEW_ROWS) -> T:
    """Rows of the model, if it has them still.

    Parameters
    ----------
    values : ndarray or None
        What a model has for its rows.
    why : str, optional
        What they are needed for.
    remedy : str, optional
        What to do without them.

    Returns
    -------
    ndarray
        The same.

    Raises
    ------
    DataRemovedError
        If there are none.
    """
    if values is None:
        raise DataRemovedError(
            f"the model's data were removed{why and f': {why}'}; {remedy}. remove_data, "
            "save(remove_data=True) and to_json leave them out; of data that are read in passes "
            "every pickle and file does, which has no way to them."
        )
    return values
