"""Rows of constant variance of which the exact ones are condensed to their sums."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np

from sm_gaussmle.likelihood.cross_products import CrossProducts, cross_products
from sm_gaussmle.likelihood.evaluation import Evaluation, evaluate
from sm_gaussmle.likelihood.terms import LOG_2PI, Array
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.sources.source import Source

# Share of a sum of squares that may be what is left of it.
_LEFT = 0.01


@dataclass(frozen=True)
class Condensed:
    """Sums of the rows that are seen exactly, beside the others.

    Attributes
    ----------
    sums : CrossProducts
        Of the exact rows of a sample that is not truncated, in which each evaluation is
        a matter of k x k matrices.
    others : Memory or None
        The other rows; None where there are none.
    value : float
        Value of the one column of the scale equation.
    """

    sums: CrossProducts
    others: Memory | None
    value: float

    @classmethod
    def of(cls, source: Source, whole: CrossProducts | None = None) -> Self | None:
        """Condense the exact rows.

        Parameters
        ----------
        source : Source
            Rows of constant variance, up to known factors.
        whole : CrossProducts, optional
            Of all rows, the limits of those that are not exact among them, where it is
            known.

        Returns
        -------
        Condensed or None
            None where no row can be condensed. Nor are rows that are read in passes: all
            of them are read again each time.
        """
        rows = source.prototype
        if not isinstance(source, Memory) or rows.bounds is None or rows.bounds.truncated:
            return None
        exact = source.exact
        if not exact.any():
            return None
        value = float(rows.exog_scale[0, 0])
        products, width = partial(cross_products, origin=None), rows.exog.shape[1] + 1
        if exact.all():
            return cls(source.total(products, width), None, value)
        others = source.picked(np.flatnonzero(~exact))
        sums = None
        if whole is None and np.count_nonzero(exact) > others.n_rows:
            whole = source.total(products, width)
        if whole is not None:
            # What the others have is taken off again: that copies fewer rows.
            sums = whole - others.total(products, width)
            # It costs a digit or two, but all of them where the limits of the others are
            # far from the line and the exact rows near it.
            sums = sums if sums.square > _LEFT * whole.square else None
        if sums is None:
            sums = source.picked(np.flatnonzero(exact)).total(products, width)
        return cls(sums, others, value)

    def evaluate(self, point: Array) -> Evaluation:
        """Log-likelihood, score and Hessian.

        Parameters
        ----------
        point : ndarray, shape (k_mean + 1,)
            Coefficients of the mean, then of the column of the scale equation.

        Returns
        -------
        Evaluation
            Sums over all rows; only those that are not exact are looked at.
        """
        found = _of_sums(self.sums, point, self.value)
        if self.others is None:
            return found
        return found + self.others.total(partial(evaluate, point), len(point) + 1)


def _of_sums(sums: CrossProducts, point: Array, value: float) -> Evaluation:
    """The sums over exact rows of :func:`evaluate`, from their cross products."""
    coef, estimated = point[:-1], value * float(point[-1])
    precision = np.exp(-estimated)
    along = sums.gram @ coef
    squares = precision * float(sums.square - 2.0 * (coef @ sums.moment) + coef @ along)
    score = precision * (sums.moment - along)
    hessian = np.empty((len(point), len(point)))
    hessian[:-1, :-1] = -precision * sums.gram
    hessian[:-1, -1] = hessian[-1, :-1] = -value * score
    hessian[-1, -1] = -0.5 * value * value * squares
    total = sums.nobs * (LOG_2PI + estimated) + sums.log_variance_offset + squares
    return Evaluation(
        loglike=-0.5 * total,
        score=np.append(score, 0.5 * value * (squares - sums.nobs)),
        hessian=hessian,
        nobs=sums.nobs,
        smallest_log_variance=estimated,
    )
