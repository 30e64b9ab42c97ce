"""One fit beside others: a GLM, smaller models, and a model whose variance varies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]


@dataclass(frozen=True)
class GLMFit:
    """The same mean fitted by ``smf.glm`` with the Gaussian family.

    Attributes
    ----------
    coef, bse : ndarray, shape (p,)
        Coefficients and their standard errors.
    scale : float
        Its variance estimate, RSS/(n - p).
    llf, aic : float
        Log-likelihood and Akaike's criterion as the GLM reports them.
    """

    coef: Array
    bse: Array
    scale: float
    llf: float
    aic: float


@dataclass(frozen=True)
class LikelihoodRatio:
    """A likelihood-ratio test of a model against a smaller one.

    Attributes
    ----------
    llf, llf_smaller : float
        The two log-likelihoods.
    df : int
        Parameters that the smaller model lacks.
    """

    llf: float
    llf_smaller: float
    df: int

    @property
    def statistic(self) -> float:
        """Twice the difference of the log-likelihoods."""
        return 2.0 * (self.llf - self.llf_smaller)

    @property
    def pvalue(self) -> float:
        """Probability of a larger statistic if the smaller model is true."""
        return float(stats.chi2.sf(self.statistic, self.df))


def fit_glm(formula: str, data: pd.DataFrame) -> GLMFit:
    """Fit a Gaussian GLM.

    Parameters
    ----------
    formula : str
        Mean equation.
    data : DataFrame
        The variables.

    Returns
    -------
    GLMFit
        What it reports.
    """
    result = smf.glm(formula, data, family=sm.families.Gaussian()).fit()
    return GLMFit(
        coef=result.params.to_numpy(),
        bse=result.bse.to_numpy(),
        scale=float(result.scale),
        llf=float(result.llf),
        aic=float(result.aic),
    )


def likelihood_ratio(larger: Any, smaller: Any) -> LikelihoodRatio:  # noqa: ANN401 - statsmodels'
    """Test a fit against that of a smaller model, nested in it.

    Parameters
    ----------
    larger, smaller : GaussianMLEResults
        Fits to the same rows.

    Returns
    -------
    LikelihoodRatio
        Statistic and p-value.
    """
    return LikelihoodRatio(
        llf=float(larger.llf),
        llf_smaller=float(smaller.llf),
        df=len(larger.params) - len(smaller.params),
    )
