"""Sums of the exact rows stand for the rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.condensed import Condensed
from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.evaluation import evaluate

from .limited import latent, limited, seen

# With few rows censored, and with most.
LIMITS = {"few": -1.5, "most": 1.5, "none": -np.inf}


def block(limit, *, value=1.0, weighted=False):
    endog, exog, _ = latent(200, 1)
    others = {}
    if weighted:
        rng = np.random.default_rng(2)
        others = {
            "freq_weights": rng.integers(1, 5, 200).astype(float),
            "log_variance_offset": rng.normal(size=200),
        }
    bounds = Bounds.censored(endog, left=np.full(200, limit))
    return limited(bounds, exog, np.full((200, 1), value), **others)


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("value", [1.0, -2.0])
@pytest.mark.parametrize("limit", LIMITS.values(), ids=list(LIMITS))
def test_the_evaluation_is_that_of_the_rows(limit, value, weighted):
    rows = block(limit, value=value, weighted=weighted)
    condensed = Condensed.of(rows)
    for seed in range(3):
        point = np.random.default_rng(seed).normal(size=4)
        ours, theirs = condensed.evaluate(point), evaluate(point, rows.rows)
        # Sums of 200 rows in another order.
        size = np.abs(theirs.hessian).max()
        assert_allclose(ours.loglike, theirs.loglike, rtol=1e-12)
        assert_allclose(ours.score, theirs.score, atol=1e-12 * size)
        assert_allclose(ours.hessian, theirs.hessian, atol=1e-12 * size)
        assert ours.nobs == pytest.approx(theirs.nobs, rel=1e-14)
        assert ours.smallest_log_variance == pytest.approx(theirs.smallest_log_variance)


@pytest.mark.parametrize("share", [0.2, 0.8], ids=["few", "most"])
def test_limits_far_from_the_line_do_not_cost_the_exact_rows_their_digits(share):
    # Exact rows within one unit of it, limits a billion away.
    endog, exog, _ = latent(200, 4)
    censored = np.arange(200) < 200 * share
    bounds = Bounds.between(
        np.where(censored, -np.inf, endog),
        np.where(censored, 1e9 * (1 + exog[:, 1] ** 2), endog),
    )
    rows = limited(bounds, exog)
    point = np.array([0.5, 1.0, -0.7, 0.0])
    ours, theirs = Condensed.of(rows).evaluate(point), evaluate(point, rows.rows)
    assert_allclose(ours.score, theirs.score, atol=1e-11 * np.abs(theirs.hessian).max())


def test_only_the_other_rows_are_kept():
    condensed = Condensed.of(block(LIMITS["few"]))
    endog = latent(200, 1)[0]
    assert condensed.others.n_rows == (endog <= LIMITS["few"]).sum()
    assert Condensed.of(block(LIMITS["none"])).others is None


@pytest.mark.parametrize("kind", ["truncated", "censored and truncated", "intervals"])
def test_rows_of_truncated_samples_and_intervals_are_not_condensed(kind):
    assert Condensed.of(seen(kind)) is None


def test_rows_whose_responses_are_all_exact_have_a_closed_form_instead():
    endog, exog, _ = latent(30)
    from .data import source

    assert Condensed.of(source(endog, exog)) is None
