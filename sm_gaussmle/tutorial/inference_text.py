"""The text of steps 7 to 11: standard errors, comparisons and tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sm_gaussmle.tutorial.comparisons import LikelihoodRatio
from sm_gaussmle.tutorial.contents import (
    AGES,
    FORMULA,
    RESPONSE,
    SCALE_FORMULA,
    SMALLER,
    Contents,
)
from sm_gaussmle.tutorial.layout import fixed, formula, paragraph, table


def _standard_errors(contents: Contents) -> list[str]:
    bse, one, other = contents.bse, contents.climb.bse, contents.other_climb.bse
    return [
        "Standard errors: the Hessian, and what BFGS makes of it",
        paragraph(
            """The second derivatives of log L, the Hessian, say how sharp the maximum is.
            A sharp maximum means a small standard error: minus the Hessian, inverted, is
            the estimated covariance of the estimates. Here it has a formula too:"""
        ),
        formula(
            "covariance of b          = sigma^2 (X'X)^-1",
            "variance of ln(sigma2)   = 2/n",
        ),
        paragraph(
            """BFGS ends with an approximation of the inverse Hessian, which some programs
            use. Here are its standard errors from two climbs: that of step 6, and one that
            starts at b = 0. The percentages are errors."""
        ),
        table(
            ("parameter", "Hessian", "BFGS", "", "BFGS from b = 0", ""),
            (
                (
                    name,
                    fixed(exact),
                    fixed(first),
                    f"{100 * (first / exact - 1):+.1f} %",
                    fixed(second),
                    f"{100 * (second / exact - 1):+.1f} %",
                )
                for name, exact, first, second in zip(
                    contents.names, bse, one, other, strict=True
                )
            ),
        ),
        paragraph(
            """Both climbs reach the same maximum, yet their standard errors differ. BFGS
            begins with a guess (the identity matrix) and corrects it only along its path.
            That is enough to climb, but not to measure. This package always uses the exact
            Hessian: fit.bse is the first column."""
        ),
    ]


def _glm(contents: Contents) -> list[str]:
    glm, fit, equations = contents.glm, contents.fit, contents.equations
    n, p = equations.nobs, len(equations.coef)
    rows = zip(
        contents.names[:-1], fit.params[:-1], glm.coef, fit.bse[:-1], glm.bse, strict=True
    )
    return [
        "Side by side with statsmodels' GLM",
        formula(f'smf.glm("{FORMULA}", data,', "        family=sm.families.Gaussian()).fit()"),
        table(
            ("", "coef here", "coef GLM", "SE here", "SE GLM", "SE ratio"),
            (
                (name, fixed(b), fixed(b_glm), fixed(se), fixed(se_glm), f"{se_glm / se:.6f}")
                for name, b, b_glm, se, se_glm in rows
            ),
        ),
        paragraph(
            f"""The coefficients are equal: the GLM solves the same normal equations. Its
            standard errors are larger, all by the same factor. It takes RSS/(n - p) =
            {fixed(glm.scale)} for the variance, where maximum likelihood has RSS/n =
            {fixed(equations.sigma2)}:"""
        ),
        formula(f"sqrt(n / (n - p)) = sqrt({n} / {n - p}) = {np.sqrt(n / (n - p)):.6f}"),
    ]


def _aic(contents: Contents) -> list[str]:
    glm, fit = contents.glm, contents.fit
    p, k = len(glm.coef), len(fit.params)
    return [
        "AIC, with sigma and without",
        paragraph(
            """Akaike's criterion is AIC = -2 log L + 2 k, where k counts the estimated
            parameters. Smaller is better. The two fits have the same log-likelihood:"""
        ),
        table(
            ("", "log L", "k", "AIC"),
            (
                ("this package", fixed(fit.llf), str(k), fixed(fit.aic, 2)),
                ("GLM", fixed(glm.llf), str(p), fixed(glm.aic, 2)),
            ),
        ),
        paragraph(
            f"""The GLM counts the {p} coefficients. This package counts sigma as well, for
            it is estimated too. So its AIC is larger by {fixed(fit.aic - glm.aic, 2)}. For
            a choice between models this does not matter, as long as all AICs are counted
            in the same way. It matters when they come from different programs, and when
            the variance has an equation of its own, as in step 11."""
        ),
    ]


def _tests(contents: Contents) -> list[str]:
    constant, smaller = contents.against_constant, contents.against_smaller
    return [
        "Likelihood-ratio tests",
        paragraph(
            """Does a smaller model do as well? Fit it, and take twice the difference of the
            log-likelihoods. If the smaller model is true, this is a draw from (nearly) a
            chi-squared distribution with as many degrees of freedom (df) as it has fewer
            parameters. The p-value is the probability of a larger draw:"""
        ),
        formula("p = scipy.stats.chi2.sf(statistic, df)"),
        table(
            ("smaller model", "log L", "statistic", "df", "p-value"),
            (
                _test_row(f"{RESPONSE} ~ 1", constant),
                _test_row(SMALLER, smaller),
            ),
        ),
        paragraph(
            """Both p-values are tiny. The three variables together explain something, and
            oldpeak explains something that age and exang do not. The first test is also in
            the fit: fit.llnull, fit.llr and fit.llr_pvalue."""
        ),
    ]


def _test_row(name: str, test: LikelihoodRatio) -> tuple[str, ...]:
    return (
        name,
        fixed(test.llf_smaller),
        fixed(test.statistic),
        str(test.df),
        f"{test.pvalue:.2e}",
    )


def _scale(contents: Contents) -> list[str]:
    fit, test = contents.scale_fit, contents.against_constant_variance
    name = contents.scale_fit.params.index[-1]
    return [
        "A variance that depends on age",
        paragraph(
            """Is the spread of the heart rates the same at all ages? Let the logarithm of
            the variance be linear in age:"""
        ),
        formula(
            "ln(sigma_i^2) = g0 + g1 age_i",
            f'smg.gaussmle("{FORMULA}", data,',
            f'             scale_formula="{SCALE_FORMULA}").fit()',
        ),
        paragraph(
            f"""There is no formula for this maximum. The package climbs with the exact
            Hessian (Newton's method) and is there after {len(fit.fit_history) - 1}
            iterations."""
        ),
        table(("parameter", "constant", "SE", "by age", "SE"), _scale_rows(contents)),
        table(
            ("age", *map(str, AGES)),
            (("standard deviation", *(fixed(s, 1) for s in contents.scale_at_ages)),),
        ),
        paragraph(
            f"""The estimated spread grows with age. But the growth may be chance. The model
            of constant variance is the smaller one, {name} = 0:"""
        ),
        table(
            ("smaller model", "log L", "statistic", "df", "p-value"),
            (_test_row("constant variance", test),),
        ),
        paragraph(
            f"""With p = {test.pvalue:.3f} the data do not show that the variance changes.
            AIC is {fixed(fit.aic, 2)} with the age term and {fixed(contents.fit.aic, 2)}
            without: by AIC the larger model is slightly better. The two rules differ. For
            one parameter more, AIC asks for a statistic above 2, the test at 5 % for one
            above 3.84. Here it is {fixed(test.statistic, 2)}."""
        ),
    ]


def _scale_rows(contents: Contents) -> list[tuple[str, ...]]:
    constant, varying = contents.fit, contents.scale_fit
    *mean, log_variance = contents.names
    scale = varying.params.index[len(mean) :]

    def cells(fit: Any, name: str) -> tuple[str, str]:  # noqa: ANN401 - statsmodels'
        return fixed(fit.params[name]), fixed(fit.bse[name])

    return [
        *((name, *cells(constant, name), *cells(varying, name)) for name in mean),
        (log_variance, *cells(constant, log_variance), "", ""),
        *((name, "", "", *cells(varying, name)) for name in scale),
    ]


#: Functions of the numbers, in order: the heading of the step, then its blocks of text.
STEPS: tuple[Callable[[Contents], list[str]], ...] = (
    _standard_errors,
    _glm,
    _aic,
    _tests,
    _scale,
)
