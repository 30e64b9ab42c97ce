"""How replicates of a sample are drawn: rows, groups of rows, or errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.terms import Array

_GOLDEN = (1.0 + 5.0**0.5) / 2.0


class Plan(Protocol):
    """A way of drawing replicates."""

    @property
    def of_rows(self) -> bool:
        """Whether it draws how often each row is there; errors of the rows otherwise."""
        ...

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        ...

    def draw(self, generator: np.random.Generator, size: int) -> Array:
        """Draw replicates.

        Parameters
        ----------
        generator : numpy.random.Generator
            Source of random numbers.
        size : int
            Number of replicates.

        Returns
        -------
        ndarray, shape (size, n)
            How often each row is there, or the error of each row in units of its standard
            deviation.
        """
        ...


@dataclass(frozen=True)
class Rows:
    """Rows drawn with replacement, as many as there were observations [1]_.

    Attributes
    ----------
    n_rows : int
        Number of rows.
    copies : ndarray of whole numbers, shape (n,), or None
        How often each row was seen: it is drawn in proportion to that.

    References
    ----------
    .. [1] B. Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of
       Statistics 7 (1979) 1-26. doi:10.1214/aos/1176344552
    """

    n_rows: int
    copies: Array | None = None
    of_rows = True

    def draw(self, generator: np.random.Generator, size: int) -> Array:
        """Draw replicates; see `Plan`.

        Parameters
        ----------
        generator : numpy.random.Generator
            Source of random numbers.
        size : int
            Number of replicates.

        Returns
        -------
        ndarray, shape (size, n)
            How often each row is there: each line sums to the number of observations.
        """
        if self.copies is None:
            return _counts(generator, size, self.n_rows)
        total = self.copies.sum()
        share = self.copies / total
        return generator.multinomial(int(total), share, size=size).astype(float)


@dataclass(frozen=True)
class Groups:
    """Whole groups of rows drawn with replacement, as many as there are.

    Attributes
    ----------
    codes : ndarray of int, shape (n,)
        Numbers of the groups, from 0.
    copies : ndarray, shape (n,), or None
        How often each row was seen.
    """

    codes: NDArray[np.intp]
    copies: Array | None = None
    of_rows = True

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.codes)

    def draw(self, generator: np.random.Generator, size: int) -> Array:
        """Draw replicates; see `Plan`.

        Parameters
        ----------
        generator : numpy.random.Generator
            Source of random numbers.
        size : int
            Number of replicates.

        Returns
        -------
        ndarray, shape (size, n)
            How often each row is there. Groups of different sizes make replicates of
            different sizes.
        """
        drawn = _counts(generator, size, int(self.codes.max()) + 1)[:, self.codes]
        return drawn if self.copies is None else drawn * self.copies


@dataclass(frozen=True)
class NormalErrors:
    """Errors drawn from the normal distribution.

    Attributes
    ----------
    n_rows : int
        Number of rows.
    """

    n_rows: int
    of_rows = False

    def draw(self, generator: np.random.Generator, size: int) -> Array:
        """Draw replicates; see `Plan`.

        Parameters
        ----------
        generator : numpy.random.Generator
            Source of random numbers.
        size : int
            Number of replicates.

        Returns
        -------
        ndarray, shape (size, n)
            Standard normal errors.
        """
        return generator.standard_normal((size, self.n_rows))


@dataclass(frozen=True)
class DrawnResiduals:
    """Errors drawn with replacement from residuals.

    Attributes
    ----------
    residuals : ndarray, shape (n,)
        In units of their standard deviations.
    """

    residuals: Array
    of_rows = False

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.residuals)

    def draw(self, generator: np.random.Generator, size: int) -> Array:
        """Draw replicates; see `Plan`.

        Parameters
        ----------
        generator : numpy.random.Generator
            Source of random numbers.
        size : int
            Number of replicates.

        Returns
        -------
        ndarray, shape (size, n)
            One of the residuals for each row.
        """
        n = self.n_rows
        return np.take(self.residuals, generator.integers(0, n, size=(size, n)))


@dataclass(frozen=True)
class WildErrors:
    r"""The residual of each row times a random number of mean 0 and variance 1.

    Attributes
    ----------
    residuals : ndarray, shape (n,)
        In units of the standard deviations of the rows.
    weights : {"rademacher", "mammen"}
        Signs, each with probability 1/2; or Mammen's two points, whose third moment is 1.

    Notes
    -----
    Liu (1988) [1]_; Mammen's points [2]_ are :math:`1 - \phi` with probability
    :math:`\phi/\sqrt 5` and :math:`\phi` otherwise, where :math:`\phi = (1 + \sqrt 5)/2`.

    References
    ----------
    .. [1] R. Y. Liu, "Bootstrap Procedures under some Non-I.I.D. Models", Annals of
       Statistics 16 (1988) 1696-1708. doi:10.1214/aos/1176351062
    .. [2] E. Mammen, "Bootstrap and Wild Bootstrap for High Dimensional Linear Models",
       Annals of Statistics 21 (1993) 255-285. doi:10.1214/aos/1176349025
    """

    residuals: Array
    weights: str
    of_rows = False

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.residuals)

    def draw(self, generator: np.random.Generator, size: int) -> Array:
        """Draw replicates; see `Plan`.

        Parameters
        ----------
        generator : numpy.random.Generator
            Source of random numbers.
        size : int
            Number of replicates.

        Returns
        -------
        ndarray, shape (size, n)
            Residuals times the weights.
        """
        shape = (size, self.n_rows)
        if self.weights == "rademacher":
            signs = generator.integers(0, 2, size=shape, dtype=np.int8)
            return self.residuals * (2.0 * signs - 1.0)
        lower = generator.random(shape) < _GOLDEN / 5.0**0.5
        return self.residuals * np.where(lower, 1.0 - _GOLDEN, _GOLDEN)


def _counts(generator: np.random.Generator, size: int, units: int) -> Array:
    counts = np.empty((size, units))
    for line in counts:
        # Numbers of units and their counts cost a tenth of numpy's multinomial draws.
        line[:] = np.bincount(generator.integers(0, units, size=units), minlength=units)
    return counts
