"""Between which values each response lies, and between which it could be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.terms import Array


class UnknownLimitsError(ValueError):
    """What else could have been seen is needed, and not known."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is known of each response.

    Attributes
    ----------
    lower, upper : ndarray, shape (n,)
        The response lies between them: equal where it is seen exactly, infinite where it
        is open. Within the limits of truncation.
    width : ndarray, shape (n,)
        Their difference, which keeps its digits when an origin is subtracted from them.
    left, right : ndarray, shape (n,), or None
        Limits at which the row would be censored whatever its response; None where there
        is none on that side, or where it is not known.
    trunc_left, trunc_right : ndarray, shape (n,), or None
        Limits beyond which the row would not be in the sample.
    known_limits : bool
        Whether `left` and `right` say what else could have been seen. Responses that are
        intervals to begin with do not.
    """

    lower: Array
    upper: Array
    width: Array
    left: Array | None = None
    right: Array | None = None
    trunc_left: Array | None = None
    trunc_right: Array | None = None
    known_limits: bool = True

    @classmethod
    def censored(
        cls,
        endog: Array,
        left: Array | None = None,
        right: Array | None = None,
        trunc_left: Array | None = None,
        trunc_right: Array | None = None,
    ) -> Self:
        """Bounds of responses that are seen between two limits, and as a limit beyond.

        Parameters
        ----------
        endog : ndarray, shape (n,)
            Responses; at or below `left` the row is censored at `left`, at or above
            `right` at `right`.
        left, right : ndarray, shape (n,), or None
            Limits of censoring.
        trunc_left, trunc_right : ndarray, shape (n,), or None
            Limits of truncation.

        Returns
        -------
        Bounds
            Of the rows.
        """
        lower, upper = endog, endog
        if left is not None:
            below = endog <= left
            lowest = -np.inf if trunc_left is None else trunc_left
            lower, upper = np.where(below, lowest, lower), np.where(below, left, upper)
        if right is not None:
            above = endog >= right
            highest = np.inf if trunc_right is None else trunc_right
            lower, upper = np.where(above, right, lower), np.where(above, highest, upper)
        return cls(lower, upper, _width(lower, upper), left, right, trunc_left, trunc_right)

    @classmethod
    def between(
        cls,
        lower: Array,
        upper: Array,
        trunc_left: Array | None = None,
        trunc_right: Array | None = None,
    ) -> Self:
        """Bounds of responses that are intervals to begin with.

        Parameters
        ----------
        lower, upper : ndarray, shape (n,)
            Ends; equal where the response is exact, infinite where it is open.
        trunc_left, trunc_right : ndarray, shape (n,), or None
            Limits of truncation.

        Returns
        -------
        Bounds
            Of the rows.
        """
        if trunc_left is not None:
            lower = np.maximum(lower, trunc_left)
        if trunc_right is not None:
            upper = np.minimum(upper, trunc_right)
        return cls(
            lower,
            upper,
            _width(lower, upper),
            trunc_left=trunc_left,
            trunc_right=trunc_right,
            known_limits=False,
        )

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Which responses are seen exactly, shape (n,)."""
        return np.asarray(self.width == 0.0)

    @property
    def open_left(self) -> NDArray[np.bool_]:
        """Which are only known to be below something, shape (n,): censored from the left."""
        lowest = -np.inf if self.trunc_left is None else self.trunc_left
        return np.asarray(~self.exact & (self.lower == lowest))

    @property
    def open_right(self) -> NDArray[np.bool_]:
        """Which are only known to be above something, shape (n,): censored from the right."""
        highest = np.inf if self.trunc_right is None else self.trunc_right
        return np.asarray(~self.exact & (self.upper == highest))

    @property
    def truncated(self) -> bool:
        """Whether there are limits of truncation."""
        return self.trunc_left is not None or self.trunc_right is not None

    @property
    def sample_limits(self) -> tuple[Array | float, Array | float]:
        """Limits of truncation; infinite where there are none."""
        left, right = self.trunc_left, self.trunc_right
        return -np.inf if left is None else left, np.inf if right is None else right

    @property
    def censoring_limits(self) -> tuple[Array | float, Array | float]:
        """Limits of censoring; infinite where there are none.

        Returns
        -------
        tuple of two
            Left and right, each an ndarray of shape (n,) or a float.

        Raises
        ------
        UnknownLimitsError
            If the responses are intervals to begin with.
        """
        if not self.known_limits:
            raise UnknownLimitsError(
                "the responses are intervals, and between which limits others would have been "
                "seen is not known."
            )
        return -np.inf if self.left is None else self.left, (
            np.inf if self.right is None else self.right
        )

    @property
    def stand_in(self) -> Array:
        """The response, its limit or the middle of its interval, shape (n,)."""
        found = np.where(np.isneginf(self.lower), self.upper, self.lower)
        # By their numbers: few responses are intervals as a rule.
        closed = np.flatnonzero((self.width > 0.0) & (self.width < np.inf))
        found[closed] += 0.5 * self.width[closed]
        return found

    def of_any_sample(self) -> Self:
        """The same without limits of truncation.

        Returns
        -------
        Bounds
            Whose terms are those of the rows alone.
        """
        return replace(self, trunc_left=None, trunc_right=None)

    def part(self, rows: slice | NDArray[np.intp]) -> Self:
        """Bounds of some of the rows.

        Parameters
        ----------
        rows : slice or ndarray
            Which.

        Returns
        -------
        Bounds
            Of those.
        """
        return self._each(lambda values: values[rows], self.width[rows])

    def standardized(self, origin: Array, unit: float) -> Self:
        """Bounds from another origin, in another unit.

        Parameters
        ----------
        origin : ndarray, shape (n,)
            Subtracted from each.
        unit : float
            They are divided by it, positive.

        Returns
        -------
        Bounds
            Whose width does not lose the digits that its ends lose.
        """
        # A limit beyond the doubles is one that nothing reaches.
        with np.errstate(over="ignore"):
            return self._each(lambda values: (values - origin) / unit, self.width / unit)

    def _each(self, function: Callable[[Array], Array], width: Array) -> Self:
        limits = (self.left, self.right, self.trunc_left, self.trunc_right)
        left, right, trunc_left, trunc_right = (
            None if values is None else function(values) for values in limits
        )
        return replace(
            self,
            lower=function(self.lower),
            upper=function(self.upper),
            width=width,
            left=left,
            right=right,
            trunc_left=trunc_left,
            trunc_right=trunc_right,
        )


def _width(lower: Array, upper: Array) -> Array:
    # Of a response that is seen exactly zero, also where it is infinite.
    return np.subtract(upper, lower, out=np.zeros_like(lower), where=lower != upper)
