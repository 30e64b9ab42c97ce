"""Scale equations of which the responses that are not exact determine too little."""

import numpy as np
import pytest

from sm_gaussmle.estimation.errors import UndeterminedVarianceError
from sm_gaussmle.estimation.maximum_likelihood import fit_rows
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from sm_gaussmle.likelihood.bounds import Bounds

from .limited import latent, limited

N = 120
LEVEL = np.arange(N) % 8 == 0


def rows_with(lower, upper, seed=0):
    """Return rows whose level in the scale equation is seen as its bounds from the line say."""
    endog, exog, _ = latent(N, seed)
    line = exog @ [0.5, 1.0, -0.7]
    lower, upper = (np.where(LEVEL, line + end, endog) for end in (lower, upper))
    exog_scale = np.column_stack([np.ones(N), LEVEL])
    return limited(Bounds.between(lower, upper), exog, exog_scale)


WAYS = {
    "below a limit under the mean": (-np.inf, -1.0),
    "below a limit over the mean": (-np.inf, 1.0),
    "above a limit over the mean": (1.0, np.inf),
    "around the mean": (-1.0, 1.0),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("ends", WAYS.values(), ids=list(WAYS))
def test_a_level_that_is_seen_in_one_way_has_no_variance(ends, seed):
    with pytest.raises(UndeterminedVarianceError) as caught:
        fit_rows(rows_with(*ends, seed), 0, 0)
    assert caught.value.rows == tuple(np.flatnonzero(LEVEL))
    assert abs(caught.value.direction[1]) == 1.0
    assert abs(caught.value.direction[0]) < 1e-3


@pytest.mark.parametrize("seed", range(3))
def test_a_level_that_is_seen_in_two_ways_has_one(seed):
    # All lie below their limits: half of these are under the mean, which speaks for a large
    # variance, and half over it, which speaks for a small one.
    half = np.arange(N) % 16 == 0
    rows = rows_with(-np.inf, np.where(half, 0.8, -0.4), seed)
    fit = fit_rows(rows, 0, 0)
    assert fit.converged
    assert np.sqrt((fit.cov_root[-1] ** 2).sum()) < 10.0


def test_values_that_are_only_looked_at_are_not_refused():
    # The log-likelihood of given parameters is asked for.
    problem = whitened_problem(rows_with(-np.inf, 1.0), 0, 0)
    params = np.array([0.5, 1.0, -0.7, 0.0, -60.0])
    fit = fit_scale_equation(problem, params, maxiter=0)
    assert (fit.params == params).all()


@pytest.mark.parametrize("seed", [1, 14, 16])
def test_a_level_of_a_truncated_sample_without_a_nearest_normal_distribution_is_named(seed):
    # Exponential above the limit, with a tail heavier than that by chance.
    rng = np.random.default_rng(seed)
    level = np.arange(400) % 2 == 0
    endog = np.where(level, rng.exponential(size=400), 0.5 * np.abs(rng.normal(size=400)))
    columns = np.column_stack([np.ones(400), level])
    bounds = Bounds.censored(endog, trunc_left=np.zeros(400))
    with pytest.raises(UndeterminedVarianceError) as caught:
        fit_rows(limited(bounds, columns, columns), 0, 0)
    assert caught.value.rows == tuple(np.flatnonzero(level))
    assert abs(caught.value.direction[1]) == 1.0
