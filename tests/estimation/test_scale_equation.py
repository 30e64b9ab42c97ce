"""Mean and log variance together: the maximum, other maxima, and no maximum."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import GaussianMLE
from sm_gaussmle.estimation import scale_equation
from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.estimation.errors import (
    CollinearError,
    NonFiniteError,
    PerfectFitError,
    StartError,
    VarianceCollapseError,
)
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.starting_values import StartingPoints, starting_points
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from tests.hard_problems.generator import problem as hard_problem

from . import plain
from .data import design, scale_rows, source

N = 120


def without_constants():
    block = scale_rows().rows
    return source(block.endog, block.exog[:, 1:], block.exog_scale[:, 1:])


def in_units():
    block = scale_rows().rows
    return source(
        block.endog * 1e6, block.exog * [1.0, 1e-8, 1e8], block.exog_scale * [1.0, 1e6, 1e-6]
    )


# Rows, and the positions of the constants of both equations.
CASES = {
    "plain": (scale_rows(), 0, 0),
    "weights and offsets": (scale_rows(weighted=True), 0, 0),
    "no constants": (without_constants(), None, None),
    "awkward units": (in_units(), 0, 0),
    "wide spread": (scale_rows(slopes=(0.0, 2.0, 1.5)), 0, 0),
    "one variance": (source(*design(N)[:2]), 0, 0),
    "few rows": (scale_rows(25), 0, 0),
    "several blocks": (scale_rows(30_000), 0, 0),
    "far means": (
        source(*design(N, mean=1e6)[:2], exog_scale=scale_rows().rows.exog_scale),
        0,
        0,
    ),
    "near-perfect": (
        source(*design(N, noise=1e-8)[:2], exog_scale=scale_rows().rows.exog_scale),
        0,
        0,
    ),
}


@pytest.fixture(scope="module", params=CASES.values(), ids=list(CASES))
def fitted(request):
    """The rows and their fit."""
    return request.param[0].rows, fit_scale_equation(whitened_problem(*request.param))


def fit_of(rows, **options):
    return fit_scale_equation(whitened_problem(rows, 0, 0), **options)


# The maximum ----------------------------------------------------------------------------


def test_it_converges(fitted):
    _, fit = fitted
    assert fit.converged
    assert fit.reason == "the score is zero in the metric of the information"
    assert fit.score_norm <= 1e-5
    assert fit.route == "Newton, trust region"


def test_the_score_is_zero_in_standard_errors(fitted):
    rows, fit = fitted
    # Rounding of the estimates: 1e-16 of columns of 1e6 and of residuals of 1e-8.
    assert np.abs(fit.cov_root.T @ plain.score(fit.params, rows)).max() < 1e-5


def test_the_root_squares_to_the_inverse_of_the_information(fitted):
    rows, fit = fitted
    identity = plain.information(fit.params, rows, fit.cov_root)
    # Steps of 1e-4 standard errors, whose square is lost; and the rounding of residuals of
    # 1e-8 over them.
    assert_allclose(identity, np.eye(len(identity)), atol=1e-3)


def test_the_log_likelihood_is_that_at_the_estimates(fitted):
    rows, fit = fitted
    # Residuals of 1e-8 of the response have 8 digits.
    assert_allclose(fit.loglike, plain.loglike(fit.params, rows), rtol=1e-8)


def test_nothing_nearby_is_higher(fitted):
    rows, fit = fitted
    rng = np.random.default_rng(5)
    here = plain.loglike(fit.params, rows)
    for _ in range(10):
        step = 0.1 * fit.cov_root @ rng.normal(size=len(fit.params))
        assert plain.loglike(fit.params + step, rows) < here


def test_the_history_leads_up_to_the_log_likelihood(fitted):
    _, fit = fitted
    assert fit.history[-1].loglike == pytest.approx(fit.loglike, rel=1e-12)
    # Values round at 1e-13 of their size.
    rises = np.diff([entry.loglike for entry in fit.history])
    assert (rises >= -1e-12 * abs(fit.loglike)).all()


def test_every_observation_is_counted(fitted):
    rows, fit = fitted
    expected = len(rows.endog) if rows.freq_weights is None else rows.freq_weights.sum()
    assert fit.nobs == expected


def test_a_constant_alone_gives_the_closed_form():
    endog, exog, constant = design(N)
    rows = source(endog, exog)
    iterated, closed = fit_of(rows), fit_constant_variance(rows, constant)
    # 1e-9 standard errors.
    assert_allclose(iterated.params, closed.params, rtol=1e-8)
    assert_allclose(iterated.loglike, closed.loglike, rtol=1e-13)
    assert_allclose(iterated.cov_params, closed.cov_params, rtol=1e-7, atol=1e-10)


def test_the_concentrated_log_likelihood_of_constant_variance_is_not_above_it(fitted):
    rows, fit = fitted
    if rows.exog_scale.shape[1] == 2:
        return  # no constant in the scale equation
    constant = fit_constant_variance(source(rows.endog, rows.exog, **weights_of(rows)), 0)
    assert fit.loglike >= constant.loglike - 1e-9 * abs(constant.loglike)


def weights_of(rows):
    names = ("offset", "log_variance_offset", "freq_weights")
    return {name: getattr(rows, name) for name in names}


@pytest.mark.parametrize("unit", [1e-100, 1e-6, 1e6, 1e100])
def test_the_unit_of_the_response_shifts_the_constants_alone(unit):
    block = scale_rows().rows
    plain_fit = fit_of(source(block.endog, block.exog, block.exog_scale))
    fit = fit_of(source(block.endog * unit, block.exog, block.exog_scale))
    # 1e-9 standard errors; the log variance is up to 460.
    assert_allclose(fit.params[:3] / unit, plain_fit.params[:3], rtol=1e-8)
    expected = np.add(plain_fit.params[3:], [2 * np.log(unit), 0, 0])
    assert_allclose(fit.params[3:], expected, rtol=1e-8)
    assert fit.loglike + N * np.log(unit) == pytest.approx(plain_fit.loglike, rel=1e-10)


# Starting values ------------------------------------------------------------------------


@pytest.mark.parametrize("distance", [0.0, 1.0, 30.0, 1e3])
@pytest.mark.parametrize("level", [-20.0, 0.0, 20.0])
def test_far_starting_values_lead_to_the_same_maximum(distance, level):
    rows = scale_rows()
    expected = fit_of(rows)
    errors = np.sqrt(np.diagonal(expected.cov_params))
    start = expected.params + distance * errors * [1, -1, 1, 0, 0, 0] + [0, 0, 0, level, 0, 0]
    fit = fit_of(rows, start_params=start)
    assert fit.converged
    # 1e-5 standard errors from a maximum, squared by the last step.
    assert_allclose((fit.params - expected.params) / errors, 0, atol=1e-8)
    assert fit.starts == 1


def test_no_iteration_stays_at_the_starting_values():
    rows = scale_rows()
    start = np.array([1.0, -2.0, 0.5, 0.0, 0.1, 0.2])
    fit = fit_of(rows, start_params=start, maxiter=0)
    assert not fit.converged
    assert fit.reason == "maxiter was reached"
    # There and back through the new coordinates.
    assert_allclose(fit.params, start, rtol=1e-12, atol=1e-14)
    assert_allclose(fit.loglike, plain.loglike(start, rows.rows), rtol=1e-12)


def test_there_is_no_covariance_where_the_information_is_indefinite():
    # Far from the data, a larger variance and a nearer mean are the same to first order.
    rows = scale_rows()
    fit = fit_of(rows, start_params=np.array([1e3, -2.0, 0.5, 0.0, 0.1, 0.2]), maxiter=0)
    assert fit.cov_root is None
    assert fit.cov_params is None
    assert fit.score_norm == np.inf
    assert not fit.converged


def test_no_iteration_without_starting_values_stays_at_harveys():
    rows = scale_rows()
    problem = whitened_problem(rows, 0, 0)
    fit = fit_scale_equation(problem, maxiter=0)
    assert (fit.params == problem.params(problem.start)).all()
    block = rows.rows
    coef = np.linalg.lstsq(block.exog, block.endog)[0]
    residual = block.endog - block.exog @ coef
    # Harvey (1976): the mean of log chi-squared is -1.27.
    target = np.log(residual**2) + 1.2703628454614782
    expected = np.concatenate([coef, np.linalg.lstsq(block.exog_scale, target)[0]])
    assert_allclose(fit.params, expected, rtol=1e-10)


def test_starting_values_where_nothing_is_finite_are_refused():
    rows = scale_rows()
    with pytest.raises(StartError):
        fit_of(rows, start_params=np.array([0.0, 0, 0, -1e4, 5e3, 0]))


def test_starting_values_where_nothing_is_finite_are_refused_without_a_constant():
    problem = whitened_problem(without_constants(), None, None)
    with pytest.raises(StartError):
        fit_scale_equation(problem, np.array([0.0, 0, -1e4, 0]))


def test_far_starting_values_do_not_matter_without_a_constant_either():
    problem = whitened_problem(without_constants(), None, None)
    expected = fit_scale_equation(problem)
    fit = fit_scale_equation(problem, np.add(expected.params, [3.0, -3.0, 1.0, -1.0]))
    assert_allclose(fit.params, expected.params, rtol=1e-7)


def test_coordinates_lead_there_and_back():
    problem = whitened_problem(scale_rows(weighted=True), 0, 0)
    params = np.array([3.0, -1.0, 0.2, 0.4, -0.3, 0.6])
    assert_allclose(problem.params(problem.point(params)), params, rtol=1e-12)


def test_new_coordinates_differ_in_the_unit_of_the_response_alone():
    rows = scale_rows(weighted=True)
    problem = whitened_problem(rows, 0, 0)
    params = np.array([3.0, -1.0, 0.2, 0.4, -0.3, 0.6])
    found = problem.evaluate(problem.point(params)).loglike
    expected = plain.loglike(params, rows.rows) + problem.nobs * np.log(problem.unit)
    assert_allclose(found, expected, rtol=1e-12)


# Several maxima -------------------------------------------------------------------------

BEST = json.loads(
    (Path(__file__).parents[1] / "hard_problems" / "best_loglike.json").read_text()
)["scale_equation:few_rows"]


def few_rows(seed):
    drawn = hard_problem("scale_equation:few_rows", seed)
    return source(drawn.endog, drawn.exog, drawn.exog_scale)


@pytest.mark.parametrize("seed", [31, 71, 154, 168])
def test_the_highest_of_several_maxima_is_taken(seed):
    fit = fit_of(few_rows(seed))
    assert fit.converged
    # Both are maxima to 1e-10 of log-likelihood.
    assert fit.loglike == pytest.approx(BEST["loglike"][seed], abs=1e-8)
    assert fit.starts > 1
    lower = BEST["loglike"][seed] - np.array(BEST["lower_maxima"][str(seed)])
    assert_allclose(fit.lower_maxima, np.sort(lower), atol=1e-5)  # rounded to 6 places


def test_another_start_is_tried_where_a_row_rules_the_scale_equation():
    # A row 20 standard deviations out has nearly all of the information about the slope.
    block = scale_rows(60).rows
    exog_scale = block.exog_scale.copy()
    exog_scale[7, 2] = 20.0
    rows = source(block.endog, block.exog, exog_scale)
    starts = starting_points(whitened_problem(rows, 0, 0)).starts
    assert len(starts) >= 2


def test_one_start_is_enough_for_many_rows():
    assert len(starting_points(whitened_problem(scale_rows(2000), 0, 0))[0]) == 1
    assert fit_of(scale_rows(2000)).starts == 1


def test_five_other_starts_are_tried_at_most():
    assert len(starting_points(whitened_problem(scale_rows(12, seed=3), 0, 0))[0]) == 6


def test_one_wild_value_among_many_rows_is_borne():
    n = 100_000
    rng = np.random.default_rng(1)
    column = rng.normal(size=n)
    exog = np.column_stack([np.ones(n), column])
    wild = rng.normal(size=n)
    wild[7] = 10 * np.sqrt(n)
    rows = source(column + rng.normal(size=n), exog, np.column_stack([np.ones(n), wild]))
    assert fit_of(rows).converged


def test_a_start_that_cannot_be_evaluated_is_passed_over(monkeypatch):
    problem = whitened_problem(scale_rows(300), 0, 0)
    starts = [problem.start, problem.start + WILD]
    monkeypatch.setattr(scale_equation, "starting_points", lambda _: StartingPoints(starts, 0))
    fit = fit_scale_equation(problem)
    assert fit.converged
    assert fit.starts == 1


# No maximum -----------------------------------------------------------------------------


def collapsing():
    """Return rows of which one has a column of its own in both equations."""
    rng = np.random.default_rng(1)
    dummy = np.zeros(30)
    dummy[7] = 1.0
    exog = np.column_stack([np.ones(30), rng.normal(size=30), dummy])
    return source(rng.normal(size=30), exog, np.column_stack([np.ones(30), dummy]))


def test_a_variance_that_goes_to_zero_is_refused_with_its_row():
    with pytest.raises(
        VarianceCollapseError, match=r"the variance of rows \[7\] goes to zero"
    ) as caught:
        fit_of(collapsing())
    assert caught.value.rows == (7,)
    # The dummy's coefficient runs off to minus infinity, the constant does not.
    assert caught.value.direction[1] == -1
    assert abs(caught.value.direction[0]) < 0.1


def test_a_variance_can_run_off_while_the_information_stays_regular():
    # The mean has one column, which the row has to itself.
    dummy = np.zeros(30)
    dummy[7] = 1.0
    endog = np.random.default_rng(1).normal(size=30)
    rows = source(endog, dummy[:, None], np.column_stack([np.ones(30), dummy]))
    with pytest.raises(VarianceCollapseError) as caught:
        fit_scale_equation(whitened_problem(rows, None, 0))
    assert caught.value.rows == (7,)
    assert caught.value.direction[1] == -1


def test_two_rows_of_a_group_can_collapse():
    rng = np.random.default_rng(2)
    group = (np.arange(40) < 2).astype(float)
    trend = group * np.arange(40)
    exog = np.column_stack([np.ones(40), rng.normal(size=40), group, trend])
    rows = source(rng.normal(size=40), exog, np.column_stack([group, np.ones(40)]))
    with pytest.raises(VarianceCollapseError) as caught:
        fit_scale_equation(whitened_problem(rows, 0, 1))
    assert caught.value.rows == (0, 1)
    assert caught.value.direction[0] == -1


@pytest.mark.parametrize("n", [30, 21_000])
def test_a_perfect_fit_is_refused(n):
    endog, exog, constant = design(n, noise=0.0)
    exog_scale = np.column_stack([np.ones(n), exog[:, 1]])
    with pytest.raises(PerfectFitError):
        whitened_problem(source(endog, exog, exog_scale), constant, 0)


@pytest.mark.parametrize("n", [30, 21_000])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", ["endog", "exog", "exog_scale", "offset", "freq_weights"])
def test_values_that_are_not_finite_are_refused(n, value, where):
    rows = scale_rows(n).rows
    arrays = {"offset": np.zeros(n), "freq_weights": np.ones(n)}
    for name in ("endog", "exog", "exog_scale"):
        arrays[name] = getattr(rows, name).copy()
    arrays[where][13, ...] = abs(value) if where == "freq_weights" else value
    with pytest.raises(NonFiniteError):
        whitened_problem(source(**arrays), 0, 0)


@pytest.mark.parametrize("equation", ["exog", "exog_scale"])
def test_dependent_columns_are_refused_by_the_name_of_their_equation(equation):
    rows = scale_rows().rows
    arrays = {name: getattr(rows, name) for name in ("endog", "exog", "exog_scale")}
    arrays[equation] = np.column_stack([arrays[equation], arrays[equation][:, 1]])
    with pytest.raises(CollinearError) as caught:
        whitened_problem(source(**arrays), 0, 0)
    assert caught.value.equation == equation


# Callback and named optimizers ----------------------------------------------------------


def test_the_callback_sees_the_callers_parameters():
    rows = scale_rows()
    seen = []
    fit = fit_of(rows, callback=lambda params: seen.append(params.copy()))
    assert_allclose(
        [plain.loglike(params, rows.rows) for params in seen],
        [entry.loglike for entry in fit.history[1:]],
        rtol=1e-12,
    )


def test_the_callback_sees_the_way_from_the_first_start_alone():
    # The point after each iteration, of the only climb that begins at the usual start.
    rows = few_rows(154)
    problem = whitened_problem(rows, 0, 0)
    seen = []
    fit_scale_equation(problem, callback=lambda params: seen.append(params.copy()))
    values = [plain.loglike(params, rows.rows) for params in seen]
    assert (np.diff(values) >= -1e-9).all()
    first = problem.params(starting_points(problem)[0][0])
    alone = []
    fit_of(rows, callback=lambda params: alone.append(params.copy()))
    assert len(alone) == len(seen)
    assert plain.loglike(first, rows.rows) < values[0]


# Added to the new coordinates: precisions beyond the range of doubles.
WILD = np.array([0, 0, 0, -2000.0, 500.0, 0])


def named(*points):
    """Return an optimizer that goes to given points of the new coordinates."""

    def optimizer(evaluate, start):
        path = [start, *points]
        with np.errstate(all="ignore"):  # points that no climb would try
            return path[-1], tuple(evaluate(point) for point in path)

    return optimizer


def test_a_named_optimizer_that_ends_at_the_maximum_has_converged():
    rows = scale_rows()
    problem = whitened_problem(rows, 0, 0)
    expected = fit_scale_equation(problem)
    fit = fit_scale_equation(problem, optimizer=named(problem.point(expected.params)))
    assert fit.converged
    assert fit.route == "named optimizer"
    assert_allclose(fit.params, expected.params, rtol=1e-9)
    assert len(fit.history) == 2
    assert fit.history[1].loglike == pytest.approx(expected.loglike, rel=1e-12)
    assert fit.history[1].score_norm < 1e-5 < fit.history[0].score_norm


def test_a_named_optimizer_that_stops_short_has_not():
    rows = scale_rows()
    fit = fit_scale_equation(whitened_problem(rows, 0, 0), optimizer=named())
    assert not fit.converged
    assert fit.reason.startswith("the named method stopped short")
    assert fit.score_norm > 1e-5


def test_a_named_optimizer_may_pass_through_points_where_nothing_is_finite():
    problem = whitened_problem(scale_rows(), 0, 0)
    wild = np.add(problem.start, WILD)
    fit = fit_scale_equation(problem, optimizer=named(wild, problem.start))
    assert len(fit.history) == 3
    assert not np.isfinite(fit.history[1].score_norm)


def test_a_named_optimizer_that_ends_where_nothing_is_finite_is_refused():
    problem = whitened_problem(scale_rows(), 0, 0)
    with pytest.raises(StartError):
        fit_scale_equation(problem, optimizer=named(np.add(problem.start, WILD)))


@pytest.mark.parametrize("depth", [-15.0, -25.0, -40.0])
def test_a_named_optimizer_that_runs_off_is_told_of_the_collapse(depth):
    problem = whitened_problem(collapsing(), 0, 0)
    end = problem.point(np.add(problem.params(problem.start), [0, 0, 0, 0, depth]))
    with pytest.raises(VarianceCollapseError) as caught:
        fit_scale_equation(problem, optimizer=named(end))
    assert caught.value.rows == (7,)


def test_a_column_of_the_log_variance_may_begin_with_zero():
    rng = np.random.default_rng(16)
    z = np.linspace(0.0, 2.0, 60)
    exog, endog = np.ones((60, 1)), np.exp(0.5 * z) * rng.normal(size=60)
    first, last = (
        GaussianMLE(endog[order], exog, exog_scale=z[order, None]).fit()
        for order in (slice(None), slice(None, None, -1))
    )
    assert_allclose(first.params, last.params, rtol=1e-9)
