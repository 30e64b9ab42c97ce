"""Leverages against the hat matrices written out."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import GaussianMLE
from sm_gaussmle.inference.leverage import leverages, mean_leverage, remaining
from sm_gaussmle.likelihood.bounds import Bounds

from .limited import KINDS, limited

# Hat matrices of 40 rows and well-conditioned columns keep all but three digits.
RTOL = 1e-12


def leverages_of(model):
    return leverages(np.asarray(model.fit().params), model.source().rows)


def hat_diagonal(design, weights):
    inverse = np.linalg.inv((design.T * weights) @ design)
    return np.diag(design @ inverse @ design.T) * weights


def test_the_leverage_of_the_mean_is_that_of_weighted_least_squares(scaled):
    weights = 1 / scaled.predict(scaled.fit().params, which="variance")
    expected = hat_diagonal(scaled.exog, np.asarray(weights))
    assert_allclose(leverages_of(scaled).mean, expected, rtol=RTOL)


def test_the_leverage_of_the_log_variance_is_that_of_ordinary_least_squares(scaled):
    expected = hat_diagonal(scaled.exog_scale, np.ones(len(scaled.endog)))
    assert_allclose(leverages_of(scaled).log_variance, expected, rtol=RTOL)


def test_the_leverages_of_all_copies_sum_to_the_columns(constant):
    found = leverages_of(constant)
    copies = 1.0 if constant.freq_weights is None else constant.freq_weights
    assert_allclose((copies * found.mean).sum(), 3, rtol=RTOL)
    assert_allclose((copies * found.log_variance).sum(), 1, rtol=RTOL)


def test_the_factor_is_of_the_information_about_the_mean(scaled):
    factor = leverages_of(scaled).factor
    information = scaled.information(scaled.fit().params, observed=False)
    assert_allclose(factor.T @ factor, information[:2, :2], rtol=RTOL)


@pytest.mark.parametrize("scale", [False, True])
def test_nothing_remains_of_a_row_that_decides_alone(scale):
    rng = np.random.default_rng(6)
    exog = np.c_[np.ones(20), np.arange(20) == 4]
    options = {"exog_scale": np.c_[np.ones(20), rng.normal(size=20)]} if scale else {}
    found = leverages_of(GaussianMLE(rng.normal(size=20), exog, **options))
    for values in (found.remaining, found.standardized):
        assert list(np.flatnonzero(np.isnan(values))) == [4]


# Responses that are not all seen exactly -------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_leverage_of_limited_responses_is_that_of_their_information(kind):
    copies = np.arange(60.0) % 3 + 1
    model = limited(kind, scale=True, freq_weights=copies)
    params = np.asarray(model.fit().params)
    information = -model.hessian_factor(params)[0]
    found = mean_leverage(params, model.source().rows)
    assert_allclose(found * copies, hat_diagonal(model.exog, information), rtol=RTOL)
    assert_allclose(found @ copies, 2.0, rtol=RTOL)


def test_the_leverage_of_exact_responses_is_the_same(scaled):
    params = np.asarray(scaled.fit().params)
    expected = leverages_of(scaled).mean
    assert_allclose(mean_leverage(params, scaled.source().rows), expected, rtol=RTOL)


def test_a_row_that_is_certain_to_be_censored_has_no_leverage():
    rows = limited("censored").source().rows
    limit = np.r_[200.0, np.zeros(59)]
    beyond = replace(rows, bounds=Bounds.censored(np.maximum(rows.endog, limit), limit))
    found = mean_leverage(np.array([0.5, 1.0, 0.0]), beyond)
    assert found[0] < 1e-12


def test_nothing_remains_beside_a_leverage_of_one():
    assert_allclose(remaining(np.array([0.25, 1.0])), [0.75, np.nan])
