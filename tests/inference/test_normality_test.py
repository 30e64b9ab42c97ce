"""Tests of normality, compared with Jarque and Bera's and with likelihoods written out."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, stats
from statsmodels.stats.stattools import jarque_bera

from sm_gaussmle import GaussianMLE
from sm_gaussmle.inference.normality_test import normality_replicates, normality_test
from sm_gaussmle.inference.score_test import SingularVarianceError
from sm_gaussmle.likelihood.hermite_moments import hermite_scores

from .limited import KINDS, limited, part


def outcome_of(model, information="expected"):
    return normality_test(np.asarray(model.fit().params), model.source(), information)


def exact(n=80, **options):
    rng = np.random.default_rng(4)
    x, noise = rng.normal(size=n), rng.standard_t(5, size=n)
    return GaussianMLE(1 + x + noise, np.c_[np.ones(n), x], **options)


def test_exact_responses_of_constant_variance_have_the_test_of_jarque_and_bera():
    model = exact()
    statistic, pvalue, skewness, kurtosis = jarque_bera(model.fit().resid)
    found = outcome_of(model)
    assert_allclose(found.statistic, statistic, rtol=1e-10)
    assert_allclose(found.pvalue, pvalue, rtol=1e-9)
    assert_allclose(found.skewness, skewness * np.sqrt(80 / 6), rtol=1e-10)
    assert_allclose(found.kurtosis, (kurtosis - 3) * np.sqrt(80 / 24), rtol=1e-10)


def test_limits_that_no_response_reaches_change_nothing_to_many_digits():
    far = np.full(80, 1e3)
    far[0] = 900.0
    found, expected = outcome_of(exact(left=-far, right=far)), outcome_of(exact())
    assert_allclose(found.statistic, expected.statistic, rtol=1e-7)


# The density with skewness and kurtosis, written out ------------------------------------


def log_density(a, b):
    """Return the logarithm of the embedding density, and its integral over a range."""

    def density(u):
        return stats.norm.pdf(u) * (1 + a * (u**3 - 3 * u) + b * (u**4 - 6 * u**2 + 3))

    def probability(lower, upper):
        ends = np.clip([lower, upper], -15, 15)
        return integrate.quad(density, *ends, epsabs=1e-13, epsrel=1e-12)[0]

    return density, probability


def loglike_rows(model, params, a, b):
    """Return log-likelihoods of the rows with skewness and kurtosis."""
    density, probability = log_density(a, b)
    rows = model.source().rows
    mean, log_variance = rows.predictors(params)
    sigma = np.exp(0.5 * log_variance)
    bounds, values = rows.bounds, []
    for i in range(len(mean)):
        if bounds.exact[i]:
            value = np.log(density((rows.endog[i] - mean[i]) / sigma[i]) / sigma[i])
        else:
            ends = ((v[i] - mean[i]) / sigma[i] for v in (bounds.lower, bounds.upper))
            value = np.log(probability(*ends))
        if bounds.truncated:
            limits = (bounds.trunc_left, bounds.trunc_right)
            value -= np.log(probability(*((v[i] - mean[i]) / sigma[i] for v in limits)))
        values.append(value)
    return np.array(values)


def scores_by_differences(model, params):
    """Return scores of the rows in all parameters and in skewness and kurtosis."""
    point, step = np.r_[params, 0.0, 0.0], 1e-4
    columns = []
    for place in range(len(point)):
        ends = []
        for sign in (1, -1):
            moved = point.copy()
            moved[place] += sign * step
            ends.append(loglike_rows(model, moved[:-2], *moved[-2:]))
        columns.append((ends[0] - ends[1]) / (2 * step))
    return np.column_stack(columns)


@pytest.mark.parametrize("kind", KINDS)
def test_with_outer_products_it_is_the_score_test_of_the_embedding_density(kind):
    model = limited(kind, n=25)
    params = np.asarray(model.fit().params)
    scores = scores_by_differences(model, params)
    total = scores.sum(axis=0)
    expected = total @ np.linalg.solve(scores.T @ scores, total)
    # Central differences with steps of 1e-4.
    assert_allclose(outcome_of(model, "products").statistic, expected, rtol=1e-5)


@pytest.mark.parametrize("kind", ["censored", "truncated"])
def test_its_variance_is_that_of_simulated_scores(kind):
    n, samples = 200, 100
    found = []
    for seed in range(samples):
        model = limited(kind, n=n, seed=seed)
        fit = model.fit()
        assert fit.converged
        found.append(outcome_of(model))
    each = np.array([[t.skewness, t.kurtosis] for t in found])
    # Four standard errors of the mean of chi-squared variables.
    assert_allclose((each**2).mean(axis=0), 1.0, atol=4 * np.sqrt(2 / samples))


def test_a_scale_equation_takes_its_part_of_the_information():
    model = limited("censored", scale=True)
    assert outcome_of(model).statistic != outcome_of(limited("censored", scale=False)).statistic
    wide = GaussianMLE(
        model.endog,
        model.exog @ [[2.0, 1.0], [0.0, 5.0]],
        exog_scale=model.exog_scale @ [[1.0, -3.0], [0.0, 2.0]],
        left=model.left,
        right=model.right,
    )
    # Other coordinates of the same columns: two maxima, each to half of the digits.
    assert_allclose(outcome_of(wide).statistic, outcome_of(model).statistic, rtol=1e-6)


def test_frequency_weights_are_copies():
    copies = np.array([3.0, 2.0, *np.ones(58)])
    weighted = limited("censored", freq_weights=copies)
    repeated = part(limited("censored"), np.r_[0, 0, 1, np.arange(60)])
    for information in ("expected", "products"):
        found = outcome_of(weighted, information)
        assert_allclose(found.statistic, outcome_of(repeated, information).statistic, rtol=1e-8)


def test_intervals_have_no_more_than_the_statistic_of_their_scores():
    # Narrow intervals say all that exact responses do; wide ones less.
    n = 200
    rng = np.random.default_rng(2)
    x, noise = rng.normal(size=n), rng.standard_t(5, size=n)
    design, y = np.c_[np.ones(n), x], 1 + x + noise
    statistics = {}
    for width in (1e-6, 0.25):
        lower = np.floor(y / width) * width
        statistics[width] = outcome_of(
            GaussianMLE(np.c_[lower, lower + width], design)
        ).statistic
    assert_allclose(statistics[1e-6], outcome_of(GaussianMLE(y, design)).statistic, rtol=1e-4)
    assert statistics[0.25] < statistics[1e-6]


def test_many_rows_are_summed_in_blocks():
    n = 60_000
    model = limited("censored", n=n, seed=5)
    source, params = model.source(), np.asarray(model.fit().params)
    assert len(source.blocks(6)) > 1
    mean, log_variance = source.rows.predictors(params)
    found = normality_test(params, source, "products")
    scores = hermite_scores(source.rows.endog, source.rows.bounds, mean, log_variance)
    columns = model.exog.T / np.exp(0.5 * log_variance)
    scores = np.vstack([columns * scores[0], 0.5 * scores[1], scores[2:]])
    total = scores.sum(axis=1)
    expected = total @ np.linalg.solve(scores @ scores.T, total)
    # A sum of 60,000 scores is compared with their size.
    assert_allclose(found.statistic, expected, rtol=1e-7)


def test_too_few_rows_have_no_outer_products():
    model = limited("censored", n=4, seed=8)
    with pytest.raises(SingularVarianceError):
        outcome_of(model, "products")


# Samples --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["censored", "truncated"])
def test_samples_are_tested_as_the_responses_were(kind):
    model = limited(kind, n=40)
    params = np.asarray(model.fit().params)
    found = normality_replicates(params, model.source(), 60, np.random.default_rng(1))
    assert len(found.statistics) + len(found.failures) == 60
    again = normality_replicates(params, model.source(), 60, np.random.default_rng(1))
    assert_allclose(found.statistics, again.statistics)
    # About chi-squared with two degrees of freedom, in small samples with less.
    assert 0.8 < found.statistics.mean() < 3.0


def test_samples_of_exact_responses_are_normal():
    model = exact()
    params = np.asarray(model.fit().params)
    found = normality_replicates(params, model.source(), 200, np.random.default_rng(1))
    assert stats.kstest(found.statistics, "chi2", args=(2,)).statistic < 0.2


def test_samples_without_a_maximum_are_told():
    # Of few responses that are mostly censored, samples are often all censored.
    rng = np.random.default_rng(3)
    y = np.maximum(rng.normal(size=12) - 1.2, 0.0)
    model = GaussianMLE(y, np.ones((12, 1)), left=0.0)
    params = np.asarray(model.fit().params)
    found = normality_replicates(params, model.source(), 50, np.random.default_rng(1))
    assert found.failures
    assert len(found.failures) + len(found.statistics) == 50
