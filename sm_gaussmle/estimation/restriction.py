"""Linear restrictions of the parameters, and what is known of a maximum under them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sm_gaussmle.likelihood.terms import Array

# Equations with a part this small, relative to their own size in standard errors, that
# is not a combination of the others say nothing new.
_DEPENDENT = 1e-9


@dataclass(frozen=True, eq=False)
class Restriction:
    """Linear equations ``matrix @ params = values``.

    Attributes
    ----------
    matrix : ndarray, shape (m, k)
        Coefficients of the parameters.
    values : ndarray, shape (m,)
        Values of the combinations.
    """

    matrix: Array
    values: Array

    def __len__(self) -> int:
        """Number of equations."""
        return len(self.values)

    def dependent(self, root: Array) -> tuple[tuple[int, ...], bool]:
        """Equations that follow from those before them, or contradict them.

        Parameters
        ----------
        root : ndarray, shape (k, k)
            ``B`` with ``B B'`` a covariance of the parameters, which gives all of them
            the same unit.

        Returns
        -------
        rows : tuple of int
            Positions of the equations.
        contradiction : bool
            Whether the values of one of them differ from what follows.
        """
        standard = self.matrix @ root
        size = np.linalg.norm(standard, axis=1)
        size[size == 0.0] = 1.0
        standard, values = standard / size[:, None], self.values / size
        kept: list[int] = []
        rows: list[int] = []
        contradiction = False
        for place, row in enumerate(standard):
            before = standard[kept]
            weights = np.linalg.lstsq(before.T, row)[0]
            if np.linalg.norm(row - weights @ before) > _DEPENDENT:
                kept.append(place)
                continue
            rows.append(place)
            terms = weights * values[kept]
            gap = abs(values[place] - terms.sum())
            contradiction |= bool(gap > _DEPENDENT * (abs(values[place]) + np.abs(terms).sum()))
        return tuple(rows), contradiction


@dataclass(frozen=True)
class Restricted:
    """A restriction with its tests, which a maximum under it gives by the way.

    Attributes
    ----------
    restriction : Restriction
        The equations.
    mean_directions : int
        Number of directions in which the restriction lets the mean's coefficients move.
    likelihood_ratio, wald, score : float
        Test statistics of the equations, chi-squared in large samples with one degree of
        freedom for each: twice the difference of the log-likelihoods, the Wald statistic
        with the observed information, and the score statistic with the expected one.
    """

    restriction: Restriction
    mean_directions: int
    likelihood_ratio: float
    wald: float
    score: float
