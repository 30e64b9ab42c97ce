"""Score tests of responses that are not all seen exactly, from the larger model's rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import GaussianMLE
from sm_gaussmle.estimation.restricted import fit_restricted
from sm_gaussmle.estimation.restriction import Restriction
from sm_gaussmle.inference.model_score_tests import score_test
from sm_gaussmle.likelihood.bounds import UnknownLimitsError

from .limited import KINDS, PER_ROW, limited
from .restrictions import restriction_score_test

KNOWN = [kind for kind in KINDS if kind != "intervals"]
WEIGHTS = np.arange(60.0) % 3 + 1


def extra_columns(n=60):
    return np.random.default_rng(11).normal(size=(n, 2))


def larger(model, mean, scale):
    """Return the model with more columns."""
    options = {name: getattr(model, name) for name in PER_ROW}
    columns = model.source().rows.exog_scale if scale is not None else options["exog_scale"]
    if columns is not None:
        options["exog_scale"] = columns if scale is None else np.c_[columns, scale]
    exog = model.exog if mean is None else np.c_[model.exog, mean]
    return GaussianMLE(model.endog, exog, **options)


def fitted(kind, equation):
    """Return a fit, the arguments of its test, and the larger model with zeros in place."""
    model = limited(kind, scale=equation == "mean", freq_weights=WEIGHTS)
    extra = extra_columns()
    mean, scale = (extra, None) if equation == "mean" else (None, extra)
    params = np.asarray(model.fit().params)
    wide, k = larger(model, mean, scale), len(params)
    point = np.zeros(k + 2)
    old = [0, 1, 4, 5] if equation == "mean" else list(range(k))
    point[old] = params
    return (params, model.source(), mean, scale), wide, point


@pytest.mark.parametrize("equation", ["mean", "scale"])
@pytest.mark.parametrize("observed", [False, True])
@pytest.mark.parametrize("kind", KNOWN)
def test_the_statistic_is_the_score_in_the_metric_of_the_information(kind, observed, equation):
    arguments, wide, point = fitted(kind, equation)
    score, information = wide.score(point), wide.information(point, observed=observed)
    expected = score @ np.linalg.solve(information, score)
    found = score_test(*arguments, observed=observed)
    # Half of the digits of the score at the maximum are zeros.
    assert_allclose(found.statistic, expected, rtol=1e-8)
    assert_allclose(found.pvalue, stats.chi2.sf(expected, 2), rtol=1e-7)


@pytest.mark.parametrize("equation", ["mean", "scale"])
def test_intervals_are_tested_with_the_observed_information(equation):
    arguments, wide, point = fitted("intervals", equation)
    score, information = wide.score(point), wide.information(point)
    found = score_test(*arguments)
    assert_allclose(found.statistic, score @ np.linalg.solve(information, score), rtol=1e-8)


@pytest.mark.parametrize("kind", KNOWN)
def test_the_expected_information_is_the_default_where_it_is_known(kind):
    arguments = fitted(kind, "mean")[0]
    assert score_test(*arguments) == score_test(*arguments, observed=False)


def test_intervals_have_no_expected_information():
    with pytest.raises(UnknownLimitsError, match="is not known"):
        score_test(*fitted("intervals", "mean")[0], observed=False)


@pytest.mark.parametrize("kind", KINDS)
def test_outer_products_are_those_of_the_rows(kind):
    arguments, wide, point = fitted(kind, "scale")
    # The score of each copy of a row is that of the row over its weight.
    rows = wide.score_obs(point) / np.sqrt(WEIGHTS)[:, None]
    score, information = wide.score(point), wide.information(point)
    k = len(point) - 2
    turn = np.hstack([-information[k:, :k] @ np.linalg.inv(information[:k, :k]), np.eye(2)])
    effective = turn @ score
    expected = effective @ np.linalg.solve(turn @ (rows.T @ rows) @ turn.T, effective)
    found = score_test(*arguments, observed=True, variance="products")
    assert_allclose(found.statistic, expected, rtol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_clusters_of_one_row_are_the_outer_products(kind):
    model, extra = limited(kind), extra_columns()
    arguments = np.asarray(model.fit().params), model.source(), extra, None
    alone = score_test(*arguments, variance="products", groups=(np.arange(60),))
    assert_allclose(alone, score_test(*arguments, variance="products"), rtol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_a_restriction_to_zero_is_a_column_that_was_left_out(kind):
    arguments, wide, point = fitted(kind, "scale")
    restriction = np.eye(len(point))[-2:]
    found = restriction_score_test(point, wide.source(), restriction)
    assert_allclose(found, score_test(*arguments), rtol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_score_statistic_of_constraints_is_that_of_the_columns(kind):
    arguments, wide, point = fitted(kind, "scale")
    surface = wide.fit()._results.likelihood_surface("the test")
    restriction = Restriction(np.eye(len(point))[-2:], np.zeros(2))
    found = fit_restricted(surface, restriction).restricted.score
    # Both fits end within the square root of a rounding error of their maximum.
    assert_allclose(found, score_test(*arguments).statistic, rtol=1e-6)


def test_the_test_keeps_its_level_with_the_expected_information_of_a_small_sample():
    n, tests = 40, 400
    rng = np.random.default_rng(1)
    rejected = 0
    for _ in range(tests):
        x, noise, *extra = rng.normal(size=(5, n))
        y = np.maximum(0.5 + x + noise, 0.0)
        model = GaussianMLE(y, np.c_[np.ones(n), x], left=0.0)
        fit = model.fit()
        assert fit.converged
        test = score_test(np.asarray(fit.params), model.source(), np.transpose(extra), None)
        rejected += test.pvalue < 0.05
    # Three standard errors; with the observed information it is 17 %.
    assert abs(rejected / tests - 0.05) < 3 * np.sqrt(0.05 * 0.95 / tests)
