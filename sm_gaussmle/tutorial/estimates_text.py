"""The text of steps 1 to 6: from the model to the estimates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sm_gaussmle.tutorial.climbing import GTOL
from sm_gaussmle.tutorial.contents import FORMULA, RESPONSE, Contents
from sm_gaussmle.tutorial.layout import fixed, formula, paragraph, table


def _model(contents: Contents) -> list[str]:
    data = contents.data
    return [
        "The data and the model",
        paragraph(
            f"""{RESPONSE} is the highest heart rate that {len(data)} patients reached in
            an exercise test, in beats per minute. We explain it by their age in years, by
            exang (1 if the exercise caused angina, chest pain) and by oldpeak (a change in
            the electrocardiogram, the ST depression)."""
        ),
        table(
            ("", "mean", "std. dev.", "smallest", "largest"),
            (
                (
                    str(name),
                    fixed(column.mean(), 2),
                    fixed(column.std(), 2),
                    fixed(column.min(), 1),
                    fixed(column.max(), 1),
                )
                for name, column in data.items()
            ),
        ),
        paragraph(
            """The model: each heart rate is a draw from a normal distribution. Its mean is
            linear in the three variables, its variance is the same for all patients."""
        ),
        formula(
            f"{RESPONSE}_i ~ Normal(mu_i, sigma^2)",
            "mu_i = b0 + b1 age_i + b2 exang_i + b3 oldpeak_i",
        ),
        paragraph(
            f"""There are {len(contents.names)} unknowns: four coefficients b and sigma^2.
            In place of sigma^2 we use its logarithm, ln(sigma2). It may be any number, so
            no step of a search can make the variance negative."""
        ),
    ]


def _loglike(contents: Contents) -> list[str]:
    at = contents.loglike
    return [
        "The log-likelihood",
        paragraph(
            """The likelihood is the density of the data we have, seen as a function of the
            unknowns. Maximum likelihood takes the values under which these data are least
            surprising. Its logarithm is easier: a product over patients becomes a sum."""
        ),
        formula(
            "log L(b, sigma^2) = -n/2 log(2 pi sigma^2)  -  RSS(b) / (2 sigma^2)",
            "RSS(b) = sum of (y_i - mu_i)^2",
        ),
        paragraph(
            f"""Its value at one point. Take all slopes zero, b0 = {fixed(contents.point[0])}
            (the mean of {RESPONSE}) and sigma^2 = {fixed(at.sigma2)} (the mean squared
            distance from it):"""
        ),
        table(
            ("term", "value"),
            (
                ("-n/2 log(2 pi sigma^2)", fixed(at.constant_term)),
                ("-RSS / (2 sigma^2)", fixed(at.rss_term)),
                ("their sum, log L", fixed(at.total)),
                ("model.loglike(params)", fixed(at.from_model)),
            ),
        ),
        paragraph("By hand and from the package it is the same number."),
    ]


def _score(contents: Contents) -> list[str]:
    return [
        "The score",
        paragraph(
            """The score is the vector of derivatives of log L. It says in which direction
            the log-likelihood rises. At the maximum it is zero."""
        ),
        formula(
            "d log L / d b          = X'(y - X b) / sigma^2",
            "d log L / d ln(sigma2) = RSS / (2 sigma^2) - n/2",
        ),
        paragraph(
            """X has one row per patient: a 1 for the constant, then age, exang and oldpeak.
            The score at the point of step 2:"""
        ),
        table(
            ("parameter", "value", "score"),
            (
                (name, fixed(value), fixed(slope))
                for name, value, slope in zip(
                    contents.names, contents.point, contents.score, strict=True
                )
            ),
        ),
        paragraph(
            """Two entries are zero: without slopes, no other constant and no other variance
            fit better. The entries of the three slopes are negative: log L rises if the
            slopes go below zero. Older patients, and those with angina or ST depression,
            reach lower heart rates."""
        ),
    ]


def _normal_equations(contents: Contents) -> list[str]:
    equations, names = contents.equations, contents.names[:-1]
    return [
        "The coefficients: the normal equations",
        paragraph(
            """The score for b is zero where X'(y - X b) = 0. Sigma^2 has dropped out, so
            the best b is the same for every sigma^2. What remains are four linear
            equations, the normal equations of least squares:"""
        ),
        formula("X'X b = X'y"),
        paragraph("The matrix X'X, the right side X'y and the solution b:"),
        table(
            ("", *names, "X'y", "b"),
            (
                (name, *(fixed(value, 1) for value in row), fixed(moment, 1), fixed(coef))
                for name, row, moment, coef in zip(
                    names, equations.gram, equations.moments, equations.coef, strict=True
                )
            ),
        ),
        paragraph(
            """So with normal errors of equal variance, maximum likelihood and ordinary
            least squares give the same coefficients. It is not an approximation."""
        ),
    ]


def _variance(contents: Contents) -> list[str]:
    equations, n, p = contents.equations, contents.equations.nobs, len(contents.equations.coef)
    excess = 100.0 * (equations.sigma2_unbiased / equations.sigma2 - 1.0)
    return [
        "The variance: RSS/n, not RSS/(n - p)",
        paragraph("The score for ln(sigma2) is zero where sigma^2 = RSS/n."),
        table(
            ("", "value"),
            (
                ("RSS", fixed(equations.rss)),
                (f"RSS/n,       n = {n}", fixed(equations.sigma2)),
                (f"RSS/(n - p), p = {p}", fixed(equations.sigma2_unbiased)),
            ),
        ),
        paragraph(
            f"""RSS/n is the maximum-likelihood estimate. It is too small on average, because
            the {p} coefficients were chosen to make RSS small. RSS/(n - p) is right on
            average; least squares programs report it. Here it
            is {excess:.1f} % larger than RSS/n."""
        ),
        paragraph(
            f"""Now all {len(contents.names)} values are known, and no search was needed. The
            package needs none either:"""
        ),
        formula(
            "import sm_gaussmle.api as smg",
            "data = smg.datasets.heart.load_pandas().data",
            f'fit = smg.gaussmle("{FORMULA}", data).fit()',
        ),
        table(
            ("parameter", "by hand", "fit.params", "score there"),
            (
                (name, fixed(value), fixed(estimate), f"{slope:.0e}")
                for name, value, estimate, slope in zip(
                    contents.names,
                    equations.params,
                    contents.fit.params,
                    contents.score_at_solution,
                    strict=True,
                )
            ),
        ),
        paragraph(
            f"""The score is zero up to rounding. The log-likelihood has risen from
            {fixed(contents.loglike.total)} to {fixed(contents.loglike_at_solution.total)}."""
        ),
    ]


def _climb(contents: Contents) -> list[str]:
    climb, top = contents.climb, contents.loglike_at_solution.total
    return [
        "Climbing there: BFGS",
        paragraph(
            """Most likelihoods have no formula for the maximum. Then one climbs. BFGS is a
            common method: it follows the score, and from the changes of the score it
            learns how the surface is curved. Here we know where the climb must end, so we
            can judge it. It starts at the point of step 2 (SciPy's BFGS, which minimizes
            -log L):"""
        ),
        table(
            ("iteration", "log L", "below the maximum", "norm of the score"),
            (
                (
                    str(number),
                    f"{step.loglike:.6f}",
                    f"{max(top - step.loglike, 0.0):.1e}",
                    f"{step.score_norm:.1e}",
                )
                for number, step in enumerate(climb.path)
            ),
        ),
        paragraph(
            """log L rises at every step. The score does not fall at every step: the climb
            crosses steeper ground on its way."""
        ),
        table(
            ("at the end", ""),
            (
                ("success, as SciPy says", str(climb.success)),
                ("calls of log L", str(climb.evaluations)),
                ("largest entry of the score", f"{climb.largest_score:.1e}"),
                ("largest error, in standard errors", f"{_error(contents):.1e}"),
            ),
        ),
        paragraph(
            f"""SciPy's message is "{climb.message}" Success means only that no entry of
            the score is larger than {GTOL:.0e}. If it is False, rounding stopped the climb
            before. Neither says how near the maximum is. The last line does: it is the
            largest distance of an estimate from its exact value, in units of its standard
            error."""
        ),
    ]


def _error(contents: Contents) -> float:
    distance = np.abs(contents.climb.params - contents.equations.params)
    return float((distance / contents.bse).max())


#: Functions of the numbers, in order: the heading of the step, then its blocks of text.
STEPS: tuple[Callable[[Contents], list[str]], ...] = (
    _model,
    _loglike,
    _score,
    _normal_equations,
    _variance,
    _climb,
)
