"""Fits with some of the columns of a model, each made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.fit_record import Fit, concentrated_loglike
from sm_gaussmle.estimation.maximum_likelihood import fit_rows
from sm_gaussmle.likelihood.terms import Array
from sm_gaussmle.optimize.trust_region import Iteration
from sm_gaussmle.sources.memory import Memory


@dataclass(frozen=True, order=True)
class Columns:
    """Which columns of the two equations a model has.

    Attributes
    ----------
    mean, scale : tuple of int
        Positions, in ascending order.
    """

    mean: tuple[int, ...]
    scale: tuple[int, ...]

    def without(self, equation: str, gone: Sequence[int]) -> Columns:
        """The others.

        Parameters
        ----------
        equation : {"exog", "exog_scale"}
            Mean or log variance.
        gone : sequence of int
            Positions of columns of it.

        Returns
        -------
        Columns
            Without these.
        """
        if equation == "exog":
            return replace(self, mean=tuple(p for p in self.mean if p not in gone))
        return replace(self, scale=tuple(p for p in self.scale if p not in gone))

    def adding(self, equation: str, more: Sequence[int]) -> Columns:
        """These and others.

        Parameters
        ----------
        equation : {"exog", "exog_scale"}
            Mean or log variance.
        more : sequence of int
            Positions of columns of it.

        Returns
        -------
        Columns
            With these.
        """
        if equation == "exog":
            return replace(self, mean=tuple(sorted({*self.mean, *more})))
        return replace(self, scale=tuple(sorted({*self.scale, *more})))


class UnfittedError(FitError):
    """A submodel whose likelihood has no maximum, or whose maximum was not reached.

    Parameters
    ----------
    columns : Columns
        What it has.
    reason : str
        Why not, as the end of a sentence.
    """

    def __init__(self, columns: Columns, reason: str) -> None:
        super().__init__(f"the submodel with the columns {columns} cannot be used: {reason}")
        self.columns = columns
        self.reason = reason


@dataclass(frozen=True)
class Submodels:
    """The models that columns of two designs can make, on the same rows.

    Attributes
    ----------
    designs : Memory
        Rows with all columns of both equations, offsets and weights.
    constant, constant_scale : int or None
        Positions of the constant columns.
    fits : dict of Columns to Fit
        What has been fitted already; it grows.
    """

    designs: Memory
    constant: int | None
    constant_scale: int | None
    fits: dict[Columns, Fit] = field(default_factory=dict)

    def rows(self, columns: Columns) -> Memory:
        """The rows with some of the columns only.

        Parameters
        ----------
        columns : Columns
            Which.

        Returns
        -------
        Memory
            Views of the designs where nothing is left out.
        """
        rows = self.designs.rows
        exog, scale = rows.exog, rows.exog_scale
        if columns.mean != tuple(range(exog.shape[1])):
            exog = exog[:, list(columns.mean)]
        if columns.scale != tuple(range(scale.shape[1])):
            scale = scale[:, list(columns.scale)]
        return Memory(replace(rows, exog=exog, exog_scale=scale))

    def constant_variance(self, columns: Columns) -> bool:
        """Whether a submodel has the same variance in all rows, up to known factors.

        Parameters
        ----------
        columns : Columns
            What it has.

        Returns
        -------
        bool
            True if the constant is its only column of the log variance.
        """
        return columns.scale == (self.constant_scale,)

    def fit(self, columns: Columns) -> Fit:
        """The maximum-likelihood fit of a submodel.

        Parameters
        ----------
        columns : Columns
            What it has.

        Returns
        -------
        Fit
            Converged.

        Raises
        ------
        UnfittedError
            If there is none.
        """
        if columns not in self.fits:
            try:
                found = self._fit(columns)
            except FitError as error:
                raise UnfittedError(columns, str(error)) from error
            if not found.converged:
                raise UnfittedError(columns, f"the fit did not converge ({found.reason}).")
            self.fits[columns] = found
        return self.fits[columns]

    def _fit(self, columns: Columns) -> Fit:
        source = self.rows(columns)
        if not columns.scale:
            raise FitError(
                "no column of the log variance is left, and whether the variance is 1 depends "
                "on the unit of the response. Write the scale equation with its constant."
            )
        closed_form = self.constant_variance(columns) and source.rows.bounds is None
        if not columns.mean:
            if not closed_form:
                raise FitError(
                    "no column of the mean is left, which only exact responses of constant "
                    "variance can do without."
                )
            fit = fit_known_mean(source)
            params = fit.params / source.rows.exog_scale[0, 0]
            return replace(fit, params=params)
        many = len(columns.mean) + (0 if closed_form else len(columns.scale))
        if source.n_rows <= many:
            what = "columns" if closed_form else "parameters"
            raise FitError(f"{source.n_rows} rows are too few for {many} {what}.")
        return fit_rows(
            source,
            _place(self.constant, columns.mean),
            _place(self.constant_scale, columns.scale),
        )


def fit_known_mean(source: Memory) -> Fit:
    """Maximum likelihood in the variance alone, with no columns of the mean.

    Parameters
    ----------
    source : Memory
        The rows; the mean is the offset.

    Returns
    -------
    Fit
        At the mean square of the response less its offset.
    """
    rows = source.rows
    residual = rows.endog if rows.offset is None else rows.endog - rows.offset
    weight = np.ones(source.n_rows) if rows.freq_weights is None else rows.freq_weights
    known = rows.log_variance_offset
    log_variance = np.zeros(source.n_rows) if known is None else known
    nobs = float(weight.sum())
    rss = float(weight @ (residual * residual * np.exp(-log_variance)))
    loglike = float(concentrated_loglike(np.array(rss), nobs, float(weight @ log_variance)))
    params: Array = np.array([np.log(rss / nobs)])
    return Fit(
        params=params,
        cov_root=None,
        loglike=loglike,
        nobs=nobs,
        score_norm=0.0,
        converged=True,
        reason="closed form",
        route="mean square",
        passes=1,
        digits=15.0,
        history=(Iteration(loglike, 0.0, 0.0, 0.0),),
    )


def _place(column: int | None, columns: tuple[int, ...]) -> int | None:
    return columns.index(column) if column in columns else None
