"""Where the climb of a scale equation starts."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation import concave_maximum, starting_values
from sm_gaussmle.estimation.maximum_likelihood import fit_rows
from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.estimation.starting_values import starting_points
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from sm_gaussmle.likelihood.bounds import Bounds

from .data import source
from .limited import inside, latent, limited

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


# Very many rows with limits ---------------------------------------------------------------


def many(kind):
    endog, exog, exog_scale = latent(12_000, 3, scale=True)
    kept = np.arange(12_000) if kind == "left" else inside(endog, -0.5, np.inf)
    bounds = Bounds.censored(endog[kept], **{kind: np.full(len(kept), -0.5)})
    return limited(bounds, exog[kept], exog_scale[kept])


@pytest.mark.parametrize("kind", ["left", "trunc_left"])
def test_one_climb_of_all_rows_starts_at_the_maximum_of_a_sample(kind, monkeypatch):
    rows = many(kind)
    fit = fit_rows(rows, 0, 0)
    assert fit.starts == 1
    for module in (concave_maximum, starting_values):
        monkeypatch.setattr(module, "few_rows", lambda _problem: None)
    without = fit_rows(rows, 0, 0)
    assert fit.passes < without.passes
    assert_allclose(fit.params, without.params, atol=1e-9)
    assert_allclose(
        fit.cov_root @ fit.cov_root.T, without.cov_root @ without.cov_root.T, rtol=1e-7
    )


def test_a_sample_that_cannot_be_climbed_from_a_start_is_climbed_from_the_others():
    whitened = whitened_problem(many("trunc_left"), 0, 0)
    nowhere = replace(whitened, start=np.full_like(whitened.start, np.nan))
    expected, found = starting_points(whitened), starting_points(nowhere)
    assert_allclose(found.starts[0], expected.starts[0], atol=1e-2)


def test_a_sample_without_a_maximum_is_no_start(monkeypatch):
    whitened = whitened_problem(many("left"), 0, 0)
    thinned = Problem.thinned

    def levels(problem, size):
        few = thinned(problem, size)
        rows = few.source.rows
        return replace(
            few,
            source=source(
                rows.endog,
                rows.exog,
                0.0 * rows.exog_scale,
                bounds=rows.bounds,
                log_variance_offset=rows.log_variance_offset,
            ),
        )

    monkeypatch.setattr(Problem, "thinned", levels)
    found = starting_points(whitened)
    assert found.starts[0] is whitened.start
    assert found.others == ()
