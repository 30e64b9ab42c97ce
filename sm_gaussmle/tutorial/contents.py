"""All numbers of the tutorial, computed from the heart data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import sm_gaussmle.api as smg
from sm_gaussmle.tutorial.by_hand import (
    LogLikelihood,
    NormalEquations,
    constant_mean,
    loglike_by_hand,
    normal_equations,
    score_by_hand,
)
from sm_gaussmle.tutorial.climbing import Climb, bse_from_hessian, climb
from sm_gaussmle.tutorial.comparisons import (
    GLMFit,
    LikelihoodRatio,
    fit_glm,
    likelihood_ratio,
)

Array = NDArray[np.float64]

RESPONSE = "thalach"
FORMULA = "thalach ~ age + exang + oldpeak"
SMALLER = "thalach ~ age + exang"
SCALE_FORMULA = "~ age"
#: Ages at which the last step shows the standard deviation, in years.
AGES = (40, 50, 60, 70)


@dataclass(frozen=True)
class Contents:
    """The numbers of the tutorial, in the order in which they are told.

    Attributes
    ----------
    data : DataFrame
        Response and explanatory variables, one row per patient.
    names : tuple of str
        Names of the parameters, ``ln(sigma2)`` last.
    point : ndarray, shape (5,)
        Parameters without slopes, where the tutorial starts.
    loglike : LogLikelihood
        Log-likelihood at that point.
    score : ndarray, shape (5,)
        Score at that point.
    equations : NormalEquations
        Normal equations and their solution.
    score_at_solution : ndarray, shape (5,)
        Score there.
    loglike_at_solution : LogLikelihood
        Log-likelihood there.
    climb : Climb
        BFGS from the point.
    other_climb : Climb
        BFGS from the same point with mean zero.
    bse : ndarray, shape (5,)
        Standard errors from the Hessian.
    fit : GaussianMLEResults
        The fit of this package.
    glm : GLMFit
        The fit of ``smf.glm``.
    against_constant, against_smaller, against_constant_variance : LikelihoodRatio
        Tests against the model without slopes, against the one without `oldpeak`, and of
        the fit whose variance depends on age against the one of constant variance.
    scale_fit : GaussianMLEResults
        The fit whose variance depends on age.
    scale_at_ages : ndarray
        Its standard deviations at `AGES`.
    """

    data: pd.DataFrame
    names: tuple[str, ...]
    point: Array
    loglike: LogLikelihood
    score: Array
    equations: NormalEquations
    score_at_solution: Array
    loglike_at_solution: LogLikelihood
    climb: Climb
    other_climb: Climb
    bse: Array
    fit: Any
    glm: GLMFit
    against_constant: LikelihoodRatio
    against_smaller: LikelihoodRatio
    against_constant_variance: LikelihoodRatio
    scale_fit: Any
    scale_at_ages: Array


def compute() -> Contents:
    """Compute every number of the tutorial.

    Returns
    -------
    Contents
        The numbers.
    """
    heart = smg.datasets.heart.load_pandas()
    data = heart.data[[heart.endog_name, *heart.exog_name]]
    model = smg.gaussmle(FORMULA, data)
    fit = model.fit()
    constant = smg.gaussmle(f"{RESPONSE} ~ 1", data).fit()
    smaller = smg.gaussmle(SMALLER, data).fit()
    scale_fit = smg.gaussmle(FORMULA, data, scale_formula=SCALE_FORMULA).fit()
    point = constant_mean(model)
    nowhere = np.append(np.zeros(len(point) - 1), point[-1])
    equations = normal_equations(model)
    solution = equations.params
    ages = pd.DataFrame({"age": AGES})
    return Contents(
        data=data,
        names=tuple(fit.params.index),
        point=point,
        loglike=loglike_by_hand(model, point),
        score=score_by_hand(model, point),
        equations=equations,
        score_at_solution=score_by_hand(model, solution),
        loglike_at_solution=loglike_by_hand(model, solution),
        climb=climb(model, point),
        other_climb=climb(model, nowhere),
        bse=bse_from_hessian(model, solution),
        fit=fit,
        glm=fit_glm(FORMULA, data),
        against_constant=likelihood_ratio(fit, constant),
        against_smaller=likelihood_ratio(fit, smaller),
        against_constant_variance=likelihood_ratio(scale_fit, fit),
        scale_fit=scale_fit,
        scale_at_ages=np.asarray(scale_fit.predict(ages, which="scale")),
    )
