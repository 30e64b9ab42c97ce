"""Likelihood-ratio tests of fits, as a table and as a method of the results."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import CompareLRTestResult

from sm_gaussmle.inference.data_fingerprint import data_fingerprint
from sm_gaussmle.inference.likelihood_ratio import f_test
from sm_gaussmle.statsmodels_face.arguments.random_numbers import random_generator
from sm_gaussmle.statsmodels_face.arguments.scalars import (
    choice,
    flag,
    positive_whole_number,
    thread_count,
)
from sm_gaussmle.statsmodels_face.hypotheses.comparability import check_pair
from sm_gaussmle.statsmodels_face.hypotheses.comparison_tables import RatioTable
from sm_gaussmle.statsmodels_face.hypotheses.foreign_fits import as_compared
from sm_gaussmle.statsmodels_face.hypotheses.ratio_methods import (
    METHODS,
    Ratio,
    Simulation,
    tested,
)
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.result_parts import ResultPart


def lrtest(
    *fits: Any,
    nested: str = "check",
    method: str = "chi2",
    nrep: int = 999,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    n_jobs: int = 1,
) -> RatioTable:
    r"""Likelihood-ratio tests of models, each within the next larger one.

    Parameters
    ----------
    *fits : results of fits, two or more
        Of `GaussianMLE`, or of other models of statsmodels by maximum likelihood: OLS, WLS,
        GLM with a Gaussian family or of known dispersion, Logit, Probit, Poisson,
        NegativeBinomial, BetaModel; in any order. All of the same responses in the same
        order of rows.
    nested : {"check", "assume"}, default "check"
        Whether to make sure that the columns of each equation are combinations of those of
        the larger model, and differences of offsets and of known log variances too.
    method : {"chi2", "exact", "bartlett", "bootstrap"}, default "chi2"
        Where p-values come from: the chi-squared distribution, which is right in large
        samples (Wilks 1938) [1]_; the F distribution, which is right in all where the
        variance is constant and the restrictions are on a linear mean; chi-squared with
        the statistic multiplied by Bartlett's factor, by formula in that case and estimated
        from samples of the smaller model with a scale equation; or samples of the smaller
        model.
    nrep : int, default 999
        Number of samples, where some are drawn.
    rng : int or numpy.random.Generator, optional
        Seed or generator for them.
    progress : bool, default False
        Whether to show how many samples are done: with tqdm where that is installed, else as
        numbers on standard error.
    n_jobs : int, default 1
        Number of threads; -1 for one per processor. A seed gives the same samples for any
        number. Fits with a scale equation hold the interpreter and gain nothing.

    Returns
    -------
    RatioTable
        Prints as ``lrtest`` of R's lmtest does; the DataFrame is its ``table``.

    Raises
    ------
    ValueError
        If data differ, models are not nested, a fit did not converge, is at a lower maximum
        or has a robust covariance or quasi-likelihood, or the method does not apply.
    TypeError
        If a fit is of a model that maximises no likelihood, or there are less than two.

    Warns
    -----
    ValueWarning
        If some samples could not be fitted: they are left out and counted.

    See Also
    --------
    compare_models : Information criteria, for models that need not be nested.
    vuong_test : A test of two models neither of which is a special case of the other.

    Notes
    -----
    Parameters are counted in the same way for all models: the variance of a normal
    distribution is one, also in OLS, WLS and GLM, which do not count it themselves. The
    log-likelihood of a Gaussian GLM is taken at the maximum-likelihood estimate RSS/n of
    the variance, whatever its link; its `llf` is so only for the identity link. Twice the
    difference of the *deviances* of Gaussian models is no likelihood ratio at all: it is in
    squared units of the response.

    References
    ----------
    .. [1] S. S. Wilks, "The Large-Sample Distribution of the Likelihood Ratio for
       Testing Composite Hypotheses", Annals of Mathematical Statistics 9 (1938) 60-62.
       doi:10.1214/aoms/1177732360

    Examples
    --------
    >>> import sm_gaussmle as smg
    >>> heart = smg.datasets.heart.load_pandas().data
    >>> small = smg.gaussmle("thalach ~ age", heart).fit()
    >>> large = smg.gaussmle("thalach ~ age + exang + oldpeak | age", heart).fit()
    >>> print(smg.lrtest(small, large))
    Likelihood ratio test
    <BLANKLINE>
    Model 1: thalach ~ age
    Model 2: thalach ~ age + exang + oldpeak; ln(sigma2) ~ age
    <BLANKLINE>
      #Df     LogLik      AIC Df   Chisq Pr(>Chisq)
    1   3  -1352.311  2710.62
    2   6  -1321.267  2654.53  3  62.088  2.104e-13
    p-values: chi-squared
    """
    if len(fits) < 2:
        raise TypeError(f"lrtest compares two fits or more; {len(fits)} was given.")
    simulation = _checked_options(nested, method, nrep, rng, progress, n_jobs)
    compared = sorted(
        (as_compared(fit, f"fit {place}") for place, fit in enumerate(fits, start=1)),
        key=lambda fit: fit.k_params,
    )
    tests = []
    for null, alternative in pairwise(compared):
        check_pair(null, alternative, nested)
        tests.append(tested(null, alternative, method, simulation))
    rows = [
        {"df": fit.k_params, "llf": fit.llf, "aic": 2.0 * (fit.k_params - fit.llf)}
        for fit in compared
    ]
    for row, test in zip(rows[1:], tests, strict=True):
        row |= {"df_diff": test.df, "statistic": test.statistic, **test.details}
        row["pvalue"] = test.pvalue
    table = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="model"))
    notes = tuple(dict.fromkeys(f"p-values: {test.note}" for test in tests))
    return RatioTable(table, tuple(fit.text for fit in compared), method, notes)


class RatioTests(ResultPart):
    """Tests against smaller models, for the results class to inherit."""

    @cached_property
    def data_fingerprint(self) -> tuple[int, int, int]:
        """Number of rows, and digests of responses and frequency weights.

        Returns
        -------
        tuple of int
            The same for fits of the same data, of which alone likelihoods are compared.
        """
        model = self.model
        if model.rows_in_passes is not None:
            tally = model.rows_in_passes.tally
            return (tally.n_rows, *tally.digests)
        endog = present(model.endog, "they cannot be compared", "compare before remove_data()")
        seen = [endog]
        bounds = model.source().rows.bounds
        if bounds is not None and not (bounds.exact.all() and not bounds.truncated):
            # What the likelihood sees: responses beyond the same limit are the same.
            sample = (np.broadcast_to(v, len(endog)) for v in bounds.sample_limits)
            seen = [bounds.lower, bounds.upper, *sample]
        rows, responses, counts = data_fingerprint(seen[0], model.freq_weights, *seen[1:])
        return rows, responses, counts  # a plain tuple, which a JSON document may have

    def compare_lr_test(
        self,
        restricted: Any,
        large_sample: bool = False,
        *,
        nested: str = "check",
        method: str = "chi2",
        nrep: int = 999,
        rng: int | np.random.Generator | None = None,
        progress: bool = False,
        n_jobs: int = 1,
    ) -> CompareLRTestResult:
        """Likelihood-ratio test of a restricted model against this one.

        Parameters
        ----------
        restricted : results of a fit
            Of a model of the same rows whose columns are combinations of this one's, in both
            equations; also one of OLS, WLS or a Gaussian GLM.
        large_sample : bool, default False
            Not available: OLS has another test under this name.
        nested : {"check", "assume"}, default "check"
            As for `lrtest`.
        method : {"chi2", "exact", "bartlett", "bootstrap"}, default "chi2"
            As for `lrtest`.
        nrep : int, default 999
            As for `lrtest`.
        rng : int or numpy.random.Generator, optional
            As for `lrtest`.
        progress : bool, default False
            As for `lrtest`.
        n_jobs : int, default 1
            As for `lrtest`.

        Returns
        -------
        CompareLRTestResult
            Named tuple of ``statistic``, ``pvalue`` and ``df_diff``, the number of
            parameters fewer. The statistic is twice the difference of the log-likelihoods,
            whatever the method.

        Raises
        ------
        ValueError
            As for `lrtest`.
        TypeError
            If `restricted` is of a model that maximises no likelihood.

        See Also
        --------
        sm_gaussmle.lrtest : A table of two fits or more.
        """
        if flag(large_sample, "large_sample"):
            raise ValueError("`large_sample` is not available; use score_test().")
        simulation = _checked_options(nested, method, nrep, rng, progress, n_jobs)
        null = as_compared(restricted, "`restricted`")
        alternative = as_compared(self, "this fit")
        check_pair(null, alternative, nested)
        test: Ratio = tested(null, alternative, method, simulation)
        return CompareLRTestResult(test.statistic, test.pvalue, test.df)

    def compare_f_test(self, restricted: Any) -> tuple[float, float, float]:
        """F test of a restricted mean against this one, exact for normal errors.

        Parameters
        ----------
        restricted : results of a fit
            Of a model of the same rows, of constant variance as well, whose columns are
            combinations of this one's; also one of OLS, WLS or a Gaussian GLM.

        Returns
        -------
        tuple of float
            F statistic, p-value and difference of the degrees of freedom.

        Raises
        ------
        ValueError
            If the rows differ, the model is not nested, a fit did not converge or has a
            robust covariance, or `restricted` has a scale equation or another distribution.
        TypeError
            If `restricted` is of a model that maximises no likelihood.
        AttributeError
            If this model has a scale equation.
        """
        self.only_exact("compare_f_test", "compare_lr_test")
        self.only_constant_variance("compare_f_test", "compare_lr_test")
        null = as_compared(restricted, "`restricted`")
        alternative = as_compared(self, "this fit")
        check_pair(null, alternative, None)
        if not null.closed_form:
            raise ValueError(
                "`restricted` has a known variance, so that the statistic has no F "
                "distribution. Use compare_lr_test()."
            )
        test = f_test(null.mean_fit, alternative.mean_fit)
        return test.statistic, test.pvalue, test.df_num


def _checked_options(
    nested: Any, method: Any, nrep: Any, rng: Any, progress: Any, n_jobs: Any
) -> Simulation:
    choice(nested, "nested", ("check", "assume"))
    choice(method, "method", METHODS)
    return Simulation(
        positive_whole_number(nrep, "nrep"),
        random_generator(rng),
        flag(progress, "progress"),
        thread_count(n_jobs),
    )
