"""What patsy's stateful transforms learn from rows: told apart, added up, put back."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from patsy import bs, center, standardize

_CENTRE, _STANDARDIZE, _SPLINE = (
    transform.__patsy_stateful_transform__ for transform in (center, standardize, bs)
)
# Sums are of the type that patsy's are, so that the digits are the same.
Wide = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Moments:
    """Number, mean and squares of the rows of an argument.

    Attributes
    ----------
    count : int
        Number of rows.
    mean : ndarray, shape (c,)
        Means of the columns.
    squares : ndarray, shape (c,)
        Sums of squared distances from the means.
    """

    count: int
    mean: Wide
    squares: Wide

    @classmethod
    def of(cls, argument: NDArray[Any]) -> Moments:
        """Moments of rows.

        Parameters
        ----------
        argument : ndarray, shape (n, c)
            At least one row.

        Returns
        -------
        Moments
            Of these rows.
        """
        wide = argument.astype(np.longdouble)
        mean = wide.mean(axis=0)
        return cls(len(argument), mean, np.square(wide - mean).sum(axis=0))

    def __add__(self, other: Moments) -> Moments:
        """Moments of both.

        Parameters
        ----------
        other : Moments
            Of further rows.

        Returns
        -------
        Moments
            Of all rows.

        References
        ----------
        Chan, T. F., Golub, G. H., & LeVeque, R. J. (1983). Algorithms for computing the
        sample variance: Analysis and recommendations. The American Statistician, 37(3),
        242-247. https://doi.org/10.1080/00031305.1983.10483115
        """
        count = self.count + other.count
        apart = other.mean - self.mean
        share = np.longdouble(other.count) / count
        squares = self.squares + other.squares + apart * apart * (share * self.count)
        return Moments(count, self.mean + apart * share, squares)


class Spy:
    """Stands in for a transform of patsy and keeps what is given to it.

    Parameters
    ----------
    transform : object
        The transform.
    """

    def __init__(self, transform: Any) -> None:
        self.kind = type(transform)
        self.given: dict[str, Any] = {}

    def memorize_chunk(self, *args: Any, **kwargs: Any) -> None:
        """Keep the arguments.

        Parameters
        ----------
        *args, **kwargs : object
            What the formula has in the brackets.
        """
        bound = inspect.signature(self.kind.memorize_chunk).bind(self, *args, **kwargs)
        self.given = bound.arguments

    @property
    def argument(self) -> NDArray[Any]:
        """What is transformed, in columns."""
        argument = np.asarray(self.given["x"])
        return argument.reshape(-1, 1) if argument.ndim < 2 else argument

    @property
    def is_spline(self) -> bool:
        """Whether it needs the smallest and the largest argument; else the moments."""
        return self.kind is _SPLINE

    @property
    def needs_rows(self) -> bool:
        """Whether anything is to be learned: not with knots and both bounds."""
        bounds = (self.given.get("lower_bound"), self.given.get("upper_bound"))
        return not self.is_spline or None in bounds

    def refusal(self) -> str | None:
        """Why it cannot be learned part by part.

        Returns
        -------
        str or None
            What is wrong and the remedy; None where it can.
        """
        if self.kind not in {_CENTRE, _STANDARDIZE, _SPLINE}:
            return (
                "what it learns from the rows cannot be put together from parts of a table; "
                "use a function whose numbers you give it, such as bs(x, knots=[...]), or make "
                "the column in the table"
            )
        if self.is_spline and self.given.get("knots") is None:
            return (
                "its knots are quantiles of all rows, which a table in parts does not have; "
                "give them: bs(x, knots=[...], lower_bound=..., upper_bound=...)"
            )
        return None


def put_back(transform: Any, moments: Moments) -> None:
    """Give a transform of patsy the state that it would have learned.

    Parameters
    ----------
    transform : patsy Center or Standardize
        The transform, changed here: patsy offers no other way to merge what was learned.
    moments : Moments
        Of its argument.
    """
    if isinstance(transform, _CENTRE):
        transform._count = moments.count
        transform._sum = moments.mean * moments.count
    else:
        transform.current_n = moments.count
        transform.current_mean = moments.mean
        transform.current_M2 = moments.squares
