"""Where the p-value of a likelihood ratio comes from."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy import stats
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle.inference.likelihood_ratio import bartlett_factor, f_test
from sm_gaussmle.inference.parametric_bootstrap import Replicates, replicates
from sm_gaussmle.sources.progress import counted
from sm_gaussmle.statsmodels_face.hypotheses.comparability import ratio
from sm_gaussmle.statsmodels_face.hypotheses.compared_fit import NORMAL, ComparedFit


@dataclass(frozen=True)
class Simulation:
    """How samples are drawn, where a method draws some.

    Attributes
    ----------
    nrep : int
        Number of samples.
    rng : Generator
        What draws them.
    progress : bool
        Whether to show a bar.
    n_jobs : int
        Number of threads.
    """

    nrep: int
    rng: np.random.Generator
    progress: bool
    n_jobs: int

    def replicates(self, null: ComparedFit, alternative: ComparedFit) -> Replicates:
        """Likelihood ratios of samples of the smaller model.

        Parameters
        ----------
        null, alternative : ComparedFit
            The models.

        Returns
        -------
        Replicates
            Of at least one sample.

        Raises
        ------
        ValueError
            If no sample could be fitted.

        Warns
        -----
        ValueWarning
            If some samples could not be fitted: they are left out.
        """
        rows = null.rows(), alternative.rows()
        with counted(self.nrep, "likelihood ratios", shown=self.progress) as tick:
            found = replicates(
                *rows, null.params, self.nrep, self.rng, n_jobs=self.n_jobs, tick=tick
            )
        failed = len(found.failures)
        if failed == self.nrep:
            raise ValueError(
                f"none of {failed} samples could be fitted. The last: {found.failures[-1]}"
            )
        if failed:
            warnings.warn(
                f"{failed} of {self.nrep} samples could not be fitted and are left out. The "
                f"last: {found.failures[-1]}",
                ValueWarning,
                stacklevel=5,
            )
        return found


@dataclass(frozen=True)
class Ratio:
    """A likelihood-ratio test of one model within another.

    Attributes
    ----------
    statistic : float
        Twice the difference of the log-likelihoods, whatever the method.
    pvalue : float
        By the method.
    df : int
        Number of restrictions.
    details : dict
        What else the method says, by name.
    note : str
        How the p-value was made.
    """

    statistic: float
    pvalue: float
    df: int
    details: dict[str, float] = field(default_factory=dict)
    note: str = ""


def tested(
    null: ComparedFit, alternative: ComparedFit, method: str, simulation: Simulation
) -> Ratio:
    """Test one model within another, both of which were checked.

    Parameters
    ----------
    null, alternative : ComparedFit
        The smaller and the larger model.
    method : {"chi2", "exact", "bartlett", "bootstrap"}
        Where the p-value comes from.
    simulation : Simulation
        For the methods that draw samples.

    Returns
    -------
    Ratio
        The test.

    Raises
    ------
    ValueError
        If the method does not apply to these models.
    """
    statistic, df = ratio(null, alternative), alternative.k_params - null.k_params
    return METHODS[method](null, alternative, statistic, df, simulation)


def _chi2(
    null: ComparedFit, alternative: ComparedFit, statistic: float, df: int, _: Simulation
) -> Ratio:
    del null, alternative
    return Ratio(statistic, float(stats.chi2.sf(statistic, df)), df, note="chi-squared")


def _exact(
    null: ComparedFit, alternative: ComparedFit, statistic: float, df: int, _: Simulation
) -> Ratio:
    _check_normal("exact", null, alternative)
    for fit in (null, alternative):
        if fit.closed_form:
            continue
        has = "a scale equation" if fit.bounds is None else "responses that are not all exact"
        raise ValueError(
            "method='exact' needs exact responses of constant variance, where restrictions on "
            f"the mean have an F test; {fit.name} has {has}. Use method='chi2', 'bartlett' or "
            "'bootstrap'."
        )
    test = f_test(null.mean_fit, alternative.mean_fit)
    details = {"fvalue": test.statistic, "df_denom": test.df_denom}
    return Ratio(statistic, test.pvalue, df, details, note="exact, by the F distribution")


def _bartlett(
    null: ComparedFit, alternative: ComparedFit, statistic: float, df: int, how: Simulation
) -> Ratio:
    _check_normal("bartlett", null, alternative)
    if not (null.closed_form and alternative.closed_form):
        found = how.replicates(null, alternative)
        factor = float(df / found.statistics.mean())
        details = {"factor": factor, **_counts(found)}
        note = "chi-squared, times a Bartlett factor estimated by parametric bootstrap"
    else:
        columns = alternative.mean_fit.columns
        factor = bartlett_factor(alternative.nobs, columns, df)
        details, note = {"factor": factor}, "chi-squared, times the Bartlett factor"
    return Ratio(statistic, float(stats.chi2.sf(statistic * factor, df)), df, details, note)


def _bootstrap(
    null: ComparedFit, alternative: ComparedFit, statistic: float, df: int, how: Simulation
) -> Ratio:
    _check_normal("bootstrap", null, alternative)
    found = how.replicates(null, alternative)
    note = "parametric bootstrap under the smaller model"
    return Ratio(statistic, found.pvalue(statistic), df, _counts(found), note)


METHODS: dict[str, Callable[..., Ratio]] = {
    "chi2": _chi2,
    "exact": _exact,
    "bartlett": _bartlett,
    "bootstrap": _bootstrap,
}


def _counts(found: Replicates) -> dict[str, float]:
    return {"replicates": len(found.statistics), "failed": len(found.failures)}


def _check_normal(method: str, *fits: ComparedFit) -> None:
    """Refuse fits that are not of a whole number of normal responses with a linear mean."""
    for fit in fits:
        if fit.distribution != NORMAL:
            why = f"normal responses; those of {fit.name} are {fit.distribution}"
        elif fit.passes is None and fit.equations()["exog"].link != "identity":
            link = fit.equations()["exog"].link
            why = f"a linear mean; that of {fit.name} has the link {link}"
        elif not fit.counts_observations:
            why = (
                "a whole number of observations; `freq_weights` of "
                f"{fit.name} are not all whole numbers"
            )
        elif method != "exact" and fit.bounds is not None and not fit.bounds.known_limits:
            why = (
                "limits between which other responses would have been seen; those of "
                f"{fit.name} are intervals"
            )
        elif fit.across or not fit.free_variance:
            why = f"a variance without constraints; {fit.name} has some"
        else:
            continue
        raise ValueError(f"method={method!r} needs {why}. Use method='chi2'.")
