"""Where the climb of a scale equation starts."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation.starting_values import starting_points
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from sm_gaussmle.likelihood.bounds import Bounds

from .data import source

N = 400


def problem(scale, constant_scale, *, noise=0.3, bounds=None, **others):
    """Return a problem whose log variance depends on the columns of the scale equation."""
    rng = np.random.default_rng(21)
    exog = np.column_stack([np.ones(N), rng.normal(size=N)])
    endog = exog @ [1.0, 2.0] + np.exp(noise * scale.sum(axis=1)) * rng.normal(size=N)
    if bounds is not None:
        found = bounds(endog)
        others["bounds"], endog = found, found.stand_in
    return whitened_problem(source(endog, exog, scale, **others), 0, constant_scale)


def columns(n_other=1, *, constant=True, seed=4):
    rng = np.random.default_rng(seed)
    other = rng.normal(size=(N, n_other))
    return np.column_stack([np.ones(N), other]) if constant else other


def test_the_usual_start_takes_no_pass_but_the_first_look():
    found = starting_points(problem(columns(), 0))
    assert len(found.starts) == 1
    assert found.passes == 0


def test_the_first_point_was_evaluated():
    whitened = problem(columns(), 0)
    point, there = starting_points(whitened).known
    assert_allclose(point, whitened.start)
    # the same sum in the same order
    assert there.loglike == whitened.evaluate(point).loglike


def test_without_a_constant_the_centre_of_the_columns_takes_a_pass():
    found = starting_points(problem(columns(constant=False), None))
    assert len(found.starts) == 1
    assert found.passes == 1


@pytest.mark.parametrize("constant", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_a_row_that_rules_the_scale_equation_has_a_start(constant, weighted):
    scale = columns(constant=constant)
    scale[17, -1] = 30.0
    weights = {"freq_weights": np.ones(N)} if weighted else {}
    whitened = problem(scale, 0 if constant else None, noise=0.01, **weights)
    found = starting_points(whitened)
    assert len(found.starts) == 2
    at = [whitened.params(start)[2:] @ scale[17] for start in found.starts]
    assert at[1] < at[0]  # where its variance is lower


def test_of_many_such_rows_five_have_one():
    scale = columns(8)
    scale[np.arange(8), np.arange(1, 9)] = 60.0
    assert len(starting_points(problem(scale, 0, noise=0.001)).starts) == 6


def test_one_column_that_is_no_constant_is_looked_at():
    scale = columns(constant=False)
    scale[17, 0] = 30.0
    assert len(starting_points(problem(scale, None, noise=0.01)).starts) == 2


def test_wide_variances_start_from_weighted_least_squares():
    whitened = problem(columns(), 0, noise=2.0)
    found = starting_points(whitened)
    assert found.passes == 1
    values = [whitened.evaluate(point).loglike for point in (whitened.start, found.starts[0])]
    assert values[1] > values[0]


def test_the_start_of_limited_responses_keeps_its_mean():
    scale = columns()
    scale[17, 1] = 30.0
    limited = problem(
        scale, 0, noise=0.01, bounds=lambda y: Bounds.censored(y, left=np.zeros(len(y)))
    )
    found = starting_points(limited)
    assert found.passes == 0
    assert_allclose(found.starts[1][:2], limited.start[:2])


def test_starts_of_a_truncated_sample_are_sorted_by_their_likelihood():
    def truncated(endog):
        return Bounds.censored(endog, trunc_left=np.full(len(endog), endog.min() - 0.01))

    whitened = problem(columns(), 0, bounds=truncated)
    starts = starting_points(whitened).starts
    values = [whitened.evaluate(start).loglike for start in starts]
    assert len(values) == 3
    assert values == sorted(values, reverse=True)
