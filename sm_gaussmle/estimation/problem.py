"""A fit in whitened coordinates.

Longer than other modules because one record has all that a climb knows of its rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sm_gaussmle.estimation.condensed import Condensed
from sm_gaussmle.estimation.row_changes import Recentred, constant_scale_rows
from sm_gaussmle.estimation.whitening import Whitening
from sm_gaussmle.likelihood.evaluation import Evaluation, evaluate
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.trust_region import SETTLED, Iteration
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.sources.source import Source

# Rows that say next to nothing leave the metric of the mean this share of that of the
# others, so that it stays positive definite.
_RIDGE = 1e-8
# Observations above which a pass is worth saving.
_MANY = 10_000


@dataclass(frozen=True)
class Problem:
    """A fit in whitened coordinates.

    Attributes
    ----------
    given : Source
        The caller's rows.
    standard : Source
        Rows with orthonormal columns of the mean and standardised residuals as response.
    source : Source
        The same with orthonormal columns of the scale equation too; or with the caller's
        columns of the mean, see `columns`.
    mean, scale : Whitening
        Change of columns of the two equations.
    first_coef : ndarray, shape (k_mean,)
        Least-squares coefficients, from which the response is measured.
    unit : float
        Residual standard deviation, the unit of the response.
    size : float
        Root mean square of the response, measured from its offset.
    start : ndarray, shape (k_mean + k_scale,)
        Starting values in the new coordinates.
    constant_scale : int or None
        Position of the constant column of the caller's scale design.
    constant_value : float
        Its value.
    level : float
        Log variance of the residuals, without its known part.
    baseline : float
        Log-likelihood of constant variance, in the new units.
    nobs : float
        Sum of the frequency weights.
    n_exact : float
        That of the exact responses, whose densities are per unit of the response.
    passes : int
        Passes over the data so far.
    digits : float
        Estimated correct digits of the inverse factors.
    condensed : Condensed or None
        Constant variance with responses that are not all exact: the sums of those that
        are, beside the rows that are not.
    history : tuple of Iteration
        The way to `start`, where that is the maximum of constant variance.
    stopped : bool
        Whether that way was broken off at the largest number of iterations.
    other_starts : tuple of ndarray, each of shape (k_mean + k_scale,)
        From which to climb as well.
    known : tuple of ndarray and Evaluation, or None
        A point that was evaluated, from which `start` is the last step of a climb. Its pass
        is not among `passes`: a climb from there is charged for it.
    columns : ndarray, shape (k_mean, k_mean), or None
        What the columns of the mean of `source` are multiplied by to make orthonormal ones;
        None where they are orthonormal.
    """

    given: Source
    standard: Source
    source: Source
    mean: Whitening
    scale: Whitening
    first_coef: Array
    unit: float
    size: float
    start: Array
    constant_scale: int | None
    constant_value: float
    level: float
    baseline: float
    nobs: float
    n_exact: float
    passes: int
    digits: float
    condensed: Condensed | None = None
    history: tuple[Iteration, ...] = ()
    stopped: bool = False
    other_starts: tuple[Array, ...] = ()
    known: tuple[Array, Evaluation] | None = None
    columns: Array | None = None

    @property
    def log_units(self) -> float:
        """The log-likelihood here less that in the caller's units."""
        return self.n_exact * float(np.log(self.unit))

    @property
    def many_rows(self) -> bool:
        """Whether a pass is worth more than the last digits of the information."""
        return self.nobs > _MANY

    @property
    def settled(self) -> float:
        """Share of the Hessian that may be left to change where the last step is taken."""
        return SETTLED if self.many_rows else 0.0

    def evaluate(self, point: Array) -> Evaluation:
        """Log-likelihood, score and Hessian in the new coordinates.

        Parameters
        ----------
        point : ndarray, shape (k,)
            New coordinates.

        Returns
        -------
        Evaluation
            Sums over all rows.
        """
        if self.condensed is not None:
            return self.condensed.evaluate(point)
        function = partial(evaluate, self.of_source(point))
        found = self.source.total(function, len(point) + 1)
        return found if self.columns is None else found.of_columns(self.columns)

    def of_source(self, coef: Array) -> Array:
        """Coefficients of the columns of `source`.

        Parameters
        ----------
        coef : ndarray, shape (k,) or (k, m)
            In the new coordinates.

        Returns
        -------
        ndarray, shape (k,) or (k, m)
            The same, save where the columns of the mean are not orthonormal there.
        """
        if self.columns is None:
            return coef
        k_mean = len(self.columns)
        return np.concatenate([self.columns @ coef[:k_mean], coef[k_mean:]])

    def metric(self, evaluation: Evaluation) -> Array:
        """Expected information in the new coordinates.

        Parameters
        ----------
        evaluation : Evaluation
            At the point.

        Returns
        -------
        ndarray, shape (k, k)
            The mean block of the observed information is the expected one for exact
            responses, and positive definite for others too; that of the scale is half the
            number of observations, as its columns are orthonormal.
        """
        k_mean = len(self.first_coef)
        information = np.zeros_like(evaluation.hessian)
        information[:k_mean, :k_mean] = -evaluation.hessian[:k_mean, :k_mean]
        if self.source.prototype.bounds is not None:
            mean = np.arange(k_mean)
            information[mean, mean] += _RIDGE * information[mean, mean].max()
        scale = np.arange(k_mean, len(information))
        information[scale, scale] = 0.5 * evaluation.nobs
        return information

    def levelled(self, point: Array, constant: int) -> Array:
        """A point with the constant of the log variance at its best value there.

        From far below, Newton's method needs an iteration for each unit of it.

        Parameters
        ----------
        point : ndarray, shape (k,)
            New coordinates.
        constant : int
            Position of the constant column of the scale equation.

        Returns
        -------
        ndarray, shape (k,)
            The point itself where nothing is finite there.
        """
        if self.source.prototype.bounds is not None:
            return point
        unit = np.zeros(len(self.scale.basis))
        # In the caller's columns, what adds one to every log variance.
        unit[constant] = 1.0 / self.constant_value
        direction = np.concatenate([np.zeros(len(self.first_coef)), self.scale.new(unit)])
        with np.errstate(all="ignore"):
            # Along it the score is half of the weighted sum of squares less n.
            squares = 2.0 * float(self.evaluate(point).score @ direction) + self.nobs
        if not (np.isfinite(squares) and squares > 0):
            return point
        return np.asarray(point + np.log(squares / self.nobs) * direction)

    def params(self, point: Array) -> Array:
        """The caller's parameters at a point.

        Parameters
        ----------
        point : ndarray, shape (k,)
            New coordinates.

        Returns
        -------
        ndarray, shape (k,)
            Coefficients of the caller's columns.
        """
        k_mean = len(self.first_coef)
        mean = self.first_coef + self.unit * (self.mean.basis @ point[:k_mean])
        return np.concatenate([mean, self.scale.basis @ point[k_mean:]])

    def point(self, params: Array) -> Array:
        """The new coordinates of the caller's parameters.

        Parameters
        ----------
        params : ndarray, shape (k,)
            Coefficients of the caller's columns.

        Returns
        -------
        ndarray, shape (k,)
            New coordinates.
        """
        k_mean = len(self.first_coef)
        mean = self.mean.new(params[:k_mean] - self.first_coef) / self.unit
        return np.concatenate([mean, self.scale.new(params[k_mean:])])

    def thinned(self, size: int) -> Problem:
        """The problem with a part of its rows.

        Parameters
        ----------
        size : int
            How many rows, evenly strided.

        Returns
        -------
        Problem
            In the same coordinates.
        """
        sample = self.source.sample(size)
        # Rows far apart are read from a cache line each: once is enough.
        source = Memory(sample.part(np.arange(len(sample.endog))))
        frequency = source.rows.freq_weights
        return replace(
            self,
            source=source,
            nobs=float(source.n_rows if frequency is None else frequency.sum()),
            condensed=None if self.condensed is None else Condensed.of(source),
        )

    def recentred(self, point: Array, unit: float, *, condense: bool = True) -> Problem:
        """The problem of constant variance, the response measured from another fit.

        Parameters
        ----------
        point : ndarray, shape (k,)
            New coordinates; those of the mean become zero.
        unit : float
            New unit in the present one.
        condense : bool, default True
            Whether it will be evaluated, and not only taken on to other columns.

        Returns
        -------
        Problem
            With the point as its start; responses that were almost on the line keep
            their digits there.
        """
        k_mean = len(self.first_coef)
        change = Recentred(point[:k_mean], unit)
        shift = 2.0 * float(np.log(unit))
        standard = self.standard.mapped(change)
        white = standard.mapped(constant_scale_rows)
        return replace(
            self,
            standard=standard,
            source=white,
            first_coef=self.first_coef + self.unit * (self.mean.basis @ point[:k_mean]),
            unit=self.unit * unit,
            start=np.concatenate([np.zeros(k_mean), point[k_mean:]]),
            level=self.level + shift,
            baseline=self.baseline + self.n_exact * float(np.log(unit)),
            history=tuple(
                Iteration(entry.loglike + self.n_exact * float(np.log(unit)), *entry[1:])
                for entry in self.history
            ),
            condensed=Condensed.of(white) if condense and self.condensed is not None else None,
            passes=self.passes + (self.known is not None),
            known=None,
            columns=None,
        )
