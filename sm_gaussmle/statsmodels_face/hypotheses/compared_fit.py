"""What a comparison needs to know of a fit, whichever model it is of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.estimation.maximum_likelihood import has_closed_form
from sm_gaussmle.inference.data_fingerprint import DataFingerprint
from sm_gaussmle.inference.free_directions import Directions, FreeDirections
from sm_gaussmle.inference.likelihood_ratio import MeanFit
from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.statsmodels_face.covariances.covariance_options import MODEL_BASED
from sm_gaussmle.statsmodels_face.reading.table_text import one_line
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.streams.fit_in_passes import FitInPasses

Array = NDArray[np.float64]

NORMAL = "normal"
_NOT_ROBUST = (*MODEL_BASED, "fixed scale")  # the last is GLM's


@dataclass(frozen=True)
class Equation:
    """One linear predictor.

    Attributes
    ----------
    columns : ndarray, shape (n, k)
        Its columns.
    names : tuple of str
        Names of its parameters.
    known : ndarray, shape (n,), or None
        Its known part, such as an offset.
    link : str
        Name of the function of a parameter of the distribution that it is the value of.
    """

    columns: Array
    names: tuple[str, ...]
    known: Array | None
    link: str


@dataclass(frozen=True)
class ComparedFit:
    """A fit by maximum likelihood.

    Attributes
    ----------
    name : str
        What errors call it.
    text : str
        Its model.
    distribution : str
        That of the responses, with what is known of its parameters.
    discrete : bool
        Whether the likelihood is a probability, not a density.
    llf : float
        Largest log-likelihood.
    params : ndarray, shape (k,)
        Coefficients of the columns of the equations; of a normal distribution
        ``ln(sigma2)`` among them.
    k_params : int
        Number of estimated parameters; the variance of a normal distribution counts.
    nobs : float
        Number of observations: the sum of the frequency weights.
    converged : bool
        Whether the maximum was reached.
    cov_type : str
        Type of the covariance.
    fingerprint : DataFingerprint
        Of the data.
    equations : callable
        Gives the equations by the name of their columns.
    log_densities : callable
        Gives the log-likelihood of each row, as seen once.
    endog, freq_weights : ndarray, shape (n,), or None
        Responses, and how often each row was seen.
    bounds : Bounds or None
        What is known of each response; None where all are exact.
    across : bool
        Whether there are constraints across equations, which the columns do not show.
    passes : FitInPasses or None
        The fit, where its rows are read in passes and not held.
    """

    name: str
    text: str
    distribution: str
    discrete: bool
    llf: float
    params: Array
    k_params: int
    nobs: float
    converged: bool
    cov_type: str
    fingerprint: DataFingerprint
    equations: Callable[[], dict[str, Equation]]
    log_densities: Callable[[], Array]
    endog: Array | None
    freq_weights: Array | None
    bounds: Bounds | None = None
    across: bool = False
    passes: FitInPasses | None = None

    @property
    def robust(self) -> bool:
        """Whether the covariance is meant for models that may be wrong."""
        return self.cov_type.lower() not in _NOT_ROBUST

    def rows(self) -> RowBlock:
        """The rows, of a normal distribution with a linear mean.

        Returns
        -------
        RowBlock
            What the estimation takes.
        """
        if self.passes is not None:
            return self.passes.stream.rows
        mean, scale = self.equations().values()
        return RowBlock(
            present(self.endog),
            mean.columns,
            scale.columns,
            mean.known,
            scale.known,
            self.freq_weights,
            self.bounds,
        )

    @property
    def closed_form(self) -> bool:
        """Whether the maximum is that of least squares, of a normal distribution."""
        if self.passes is not None:
            return self.passes.closed_form
        return has_closed_form(self.rows())

    @property
    def counts_observations(self) -> bool:
        """Whether frequency weights are whole numbers."""
        if self.passes is not None:
            return self.passes.model.counts_observations()
        weights = self.freq_weights
        return weights is None or not (weights != np.rint(weights)).any()

    @property
    def free_variance(self) -> bool:
        """Whether something of the log variance is estimated."""
        if self.passes is not None:
            return not self.passes.constrained
        return bool(self.equations()["exog_scale"].columns.shape[1])

    @property
    def mean_fit(self) -> MeanFit:
        """What an F test needs of a fit in closed form."""
        if self.passes is None:
            return MeanFit.of_rows(self.rows())
        return MeanFit.of_likelihood(self.llf, self.nobs, self.k_params - 1)


def compared_fit(results: Any, name: str) -> ComparedFit:
    """What a comparison needs to know of a fit of `GaussianMLE`.

    Parameters
    ----------
    results : GaussianMLEResults
        The fit.
    name : str
        What errors call it.

    Returns
    -------
    ComparedFit
        Its likelihood.
    """
    model = results.model
    restricted = results.fit_record.restricted
    free = None if restricted is None else FreeDirections.of(restricted, model.k_exog)

    def equations() -> dict[str, Equation]:
        model.need_rows("the columns of models cannot be compared", _REMEDY)
        rows = model.source().rows
        mean, scale = (tuple(model.equation_names(e)) for e in ("exog", "exog_scale"))
        known = rows.log_variance_offset
        found = (
            Equation(rows.exog, mean, rows.offset, "identity"),
            Equation(rows.exog_scale, scale, known, "log"),
        )
        if free is not None:
            found = (_constrained(found[0], free.mean), _constrained(found[1], free.scale))
        return dict(zip(("exog", "exog_scale"), found, strict=True))

    def log_densities() -> Array:
        model.need_rows("rows cannot be compared", "compare them before remove_data()")
        each = np.asarray(model.loglikeobs(results.params))
        return each if model.freq_weights is None else each / model.freq_weights

    stream = model.rows_in_passes
    here = stream is None and model.endog is not None
    rows = model.rows_in_memory().rows if here else None
    mean, scale = model.equations()
    text = mean if model.constant_variance else f"{mean}; {scale}"
    if free is not None:
        text += f"; {one_line(', '.join(results.constraint_text()))}"
    return ComparedFit(
        name=name,
        text=text,
        distribution=NORMAL,
        discrete=False,
        llf=results.llf,
        params=np.asarray(results.params) if free is None else free.coordinates(results.params),
        k_params=results.df_modelwc,
        nobs=float(results.nobs),
        converged=results.converged,
        cov_type=results.cov_type,
        fingerprint=DataFingerprint(*results.data_fingerprint),
        equations=equations,
        log_densities=log_densities,
        endog=None if rows is None else rows.endog,
        freq_weights=None if rows is None else rows.freq_weights,
        bounds=None if rows is None else rows.bounds,
        across=free is not None and free.across,
        passes=None
        if stream is None
        else FitInPasses(model, stream, constrained=free is not None),
    )


def _constrained(equation: Equation, free: Directions) -> Equation:
    """An equation in the directions that constraints of it leave free."""
    fixed = equation.columns @ free.origin
    return replace(
        equation,
        columns=equation.columns @ free.directions,
        names=tuple(f"free direction {i + 1}" for i in range(free.directions.shape[1])),
        known=fixed if equation.known is None else fixed + equation.known,
    )


_REMEDY = (
    "compare them before remove_data(); of nested models lrtest(nested='assume') with "
    "method='chi2' does without"
)
