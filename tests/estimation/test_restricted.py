"""Restrictions: how they depend on each other, and the maximum under them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation import restricted
from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.fit_record import conditioning
from sm_gaussmle.estimation.restricted import fit_restricted
from sm_gaussmle.estimation.restriction import Restriction
from sm_gaussmle.estimation.scale_equation import fit_scale_equation
from sm_gaussmle.estimation.surface import LikelihoodSurface
from sm_gaussmle.estimation.whitened_problem import whitened_problem

from .data import scale_rows, source


def surface(rows=None, **options):
    problem = whitened_problem(scale_rows() if rows is None else rows, 0, 0)
    return LikelihoodSurface.of(fit_scale_equation(problem, **options), problem)


def restriction(*rows):
    return Restriction(
        np.array([row[:-1] for row in rows], dtype=float), np.array([row[-1] for row in rows])
    )


# Equations among themselves ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(1, 0, 2), (0, 1, 3)], ((), False)),
        ([(1, 0, 2), (2, 0, 4)], ((1,), False)),
        ([(1, 0, 2), (2, 0, 5)], ((1,), True)),
        ([(1, 1, 2), (1, -1, 0), (1, 0, 1)], ((2,), False)),
        ([(1, 1, 2), (1, -1, 0), (1, 0, 2)], ((2,), True)),
        ([(0, 0, 0), (1, 0, 1)], ((0,), False)),
        ([(0, 0, 1), (1, 0, 1)], ((0,), True)),
    ],
)
@pytest.mark.parametrize("unit", [1.0, 1e8, 1e-8])
def test_equations_that_follow_from_others_are_found(rows, expected, unit):
    given = restriction(*rows)
    # In other units of the parameters the same equations have other coefficients.
    scaled = Restriction(given.matrix * [1.0, unit], given.values)
    assert scaled.dependent(np.diag([1.0, 1.0 / unit])) == expected


# The surface -----------------------------------------------------------------------------------


def test_the_surface_is_flat_and_round_at_the_maximum():
    here = surface()
    point = here.evaluate(np.zeros(len(here.params)))
    assert_allclose(point.loglike, here.loglike, rtol=1e-14)
    assert_allclose(point.score, 0, atol=1e-9)
    assert_allclose(point.hessian, -np.eye(len(here.params)), atol=1e-9)


def test_its_derivatives_are_those_of_its_values():
    here = surface()
    at, step = np.linspace(-0.5, 0.5, len(here.params)), 1e-5
    point = here.evaluate(at)
    for j, unit in enumerate(np.eye(len(at)) * step):
        up, down = here.evaluate(at + unit), here.evaluate(at - unit)
        assert_allclose(point.score[j], (up.loglike - down.loglike) / (2 * step), atol=1e-6)
        assert_allclose(point.hessian[j], (up.score - down.score) / (2 * step), atol=1e-7)


def test_there_is_no_surface_around_what_is_no_maximum():
    problem = whitened_problem(scale_rows(), 0, 0)
    with pytest.raises(ValueError, match=r"no maximum of the likelihood \(maxiter was reached"):
        LikelihoodSurface.of(fit_scale_equation(problem, maxiter=1), problem)


# The maximum -----------------------------------------------------------------------------------


def test_leaving_out_a_column_is_to_set_its_coefficient_to_zero():
    rows = scale_rows().rows
    fit = fit_restricted(surface(), restriction((0, 0, 1, 0, 0, 0, 0)))
    smaller = source(rows.endog, rows.exog[:, :2], rows.exog_scale)
    expected = fit_scale_equation(whitened_problem(smaller, 0, 0))
    assert_allclose(fit.params, np.insert(expected.params, 2, 0.0), atol=1e-9)
    assert_allclose(fit.loglike, expected.loglike, rtol=1e-13)
    kept = [0, 1, 3, 4, 5]
    assert_allclose(fit.cov_params[np.ix_(kept, kept)], expected.cov_params, rtol=1e-8)
    assert (fit.cov_params[2] == 0).all()


def test_the_scale_equation_can_be_restricted_to_a_constant_variance():
    rows = scale_rows().rows
    fit = fit_restricted(surface(), restriction((0, 0, 0, 0, 1, 0, 0), (0, 0, 0, 0, 0, 1, 0)))
    expected = fit_constant_variance(source(rows.endog, rows.exog), 0)
    assert_allclose(fit.params[:4], expected.params, atol=1e-9)
    assert_allclose(fit.loglike, expected.loglike, rtol=1e-13)


def test_the_statistics_do_not_depend_on_how_the_restriction_is_written():
    one = restriction((0, 1, -1, 0, 0, 0, 1), (0, 0, 0, 0, 1, 0, 0.2))
    mixed = np.array([[2.0, 1.0], [-1.0, 3.0]])
    other = Restriction(mixed @ one.matrix, mixed @ one.values)
    first, second = (fit_restricted(surface(), each) for each in (one, other))
    assert_allclose(first.params, second.params, atol=1e-9)
    for name in ("likelihood_ratio", "wald", "score"):
        assert_allclose(*(getattr(fit.restricted, name) for fit in (first, second)), rtol=1e-8)


def test_each_equation_holds_to_rounding_and_given_values_exactly():
    fit = fit_restricted(surface(), restriction((0, 3, 0, 0, 0, 0, 1), (1, 0, 7, 0, 0.1, 0, 2)))
    assert fit.params[1] == 1 / 3
    given = fit.restricted.restriction
    assert_allclose(given.matrix @ fit.params, given.values, rtol=1e-14)


def test_all_parameters_can_be_given():
    here = surface()
    values = here.params + 0.1 * here.root.sum(axis=1)
    fit = fit_restricted(here, Restriction(np.eye(6), values))
    assert fit.converged
    assert_allclose(fit.params, values, rtol=1e-15)
    assert fit.cov_root.shape == (6, 0)
    assert fit.restricted.mean_directions == 0


@pytest.mark.parametrize(
    ("rows", "directions"),
    [
        ([(0, 1, 0, 0, 0, 0, 0)], 2),
        ([(0, 0, 0, 0, 1, 0, 0)], 3),
        ([(0, 1, 0, 0, 1, 0, 0)], 3),
        ([(0, 1, 0, 0, 1, 0, 0), (0, 1, 0, 0, -1, 0, 0)], 2),
    ],
)
def test_directions_of_the_mean_are_counted(rows, directions):
    fit = fit_restricted(surface(), restriction(*rows))
    assert fit.restricted.mean_directions == directions


def test_conditioning_is_that_of_the_directions_left_free():
    fit = fit_restricted(surface(), restriction((0, 0, 1, 0, 0, 0, 0)))
    rows = scale_rows().rows
    smaller = fit_scale_equation(
        whitened_problem(source(rows.endog, rows.exog[:, :2], rows.exog_scale), 0, 0)
    )
    found, expected = conditioning(fit.cov_root), conditioning(smaller.cov_root)
    assert_allclose(found.condition_number, expected.condition_number, rtol=1e-8)
    assert found.loadings[2] == pytest.approx(0, abs=1e-12)


# Far away --------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [1e2, 1e4, -1e6])
def test_a_restriction_far_away_is_the_offset_that_it_is(value):
    rows = scale_rows().rows
    fit = fit_restricted(surface(), restriction((0, 1, 0, 0, 0, 0, value)))
    shifted = source(
        rows.endog - value * rows.exog[:, 1], rows.exog[:, [0, 2]], rows.exog_scale
    )
    expected = fit_scale_equation(whitened_problem(shifted, 0, 0))
    assert fit.converged
    # Of the digits of the sums, as many are lost as the offset has before the point.
    assert_allclose(fit.loglike, expected.loglike, rtol=1e-16 * max(1e4, abs(value)))


def test_a_restriction_of_both_equations_far_away_moves_the_mean():
    # The constants: without the second equation the first would move all coefficients.
    given = restriction((1, 0, 0, 0, 0, 0, 1e4), (0, 1, 0, 0, -1, 0, 0.0))
    fit = fit_restricted(surface(), given)
    assert fit.converged
    assert_allclose(fit.params[1], fit.params[4], rtol=1e-9)


def test_a_restriction_far_away_may_give_the_constant_of_the_log_variance():
    fit = fit_restricted(
        surface(), restriction((0, 1, 0, 0, 0, 0, 500.0), (0, 0, 0, 1, 0, 0, 12.0))
    )
    assert fit.converged
    assert_allclose(fit.params[[1, 3]], [500.0, 12.0], rtol=1e-12)


def test_a_scale_equation_without_a_constant_has_its_restrictions_far_away():
    rows = scale_rows().rows
    problem = whitened_problem(source(rows.endog, rows.exog, rows.exog_scale[:, 1:]), 0, None)
    here = LikelihoodSurface.of(fit_scale_equation(problem), problem)
    assert fit_restricted(here, restriction((0, 1, 0, 0, 0, 300.0))).converged


@pytest.mark.parametrize("failure", ["not finite", "stopped"])
def test_a_climb_that_ends_nowhere_is_begun_elsewhere(monkeypatch, failure):
    calls = []
    maximize_on = restricted.maximize_on

    def failing(*arguments, **options):
        calls.append(options)
        if len(calls) == 1 and failure == "not finite":
            raise FloatingPointError
        return maximize_on(*arguments, **options, maxiter=0 if len(calls) == 1 else 100)

    given = restriction((0, 1, 0, 0, 0, 0, 3.0))
    expected = fit_restricted(surface(), given)
    monkeypatch.setattr(restricted, "maximize_on", failing)
    fit = fit_restricted(surface(), given)
    assert len(calls) == 2
    assert_allclose(fit.params, expected.params, rtol=1e-8)


@pytest.mark.parametrize("free", [0, 1])
def test_a_restriction_out_of_reach_is_refused(free):
    # A log variance of -2000 has no likelihood that is a number.
    rows = [(0, 0, 0, 1, 0, 0, -2000.0), (0, 0, 0, 0, 1, 0, 0.0), (0, 0, 0, 0, 0, 1, 0.0)]
    rows += [] if free else [(*row, 0.0) for row in np.eye(6)[:3]]
    with pytest.raises(FitError, match="not finite under the restrictions"):
        fit_restricted(surface(), restriction(*rows))


def test_where_the_climb_stops_short_there_is_no_covariance(monkeypatch):
    maximize_on = restricted.maximize_on

    def stopped(*arguments, **options):
        return maximize_on(*arguments, **options, maxiter=0)

    monkeypatch.setattr(restricted, "maximize_on", stopped)
    fit = fit_restricted(surface(), restriction((0, 0, 0, 0, 1, 0, -4.0)))
    assert not fit.converged
    assert fit.cov_root is None
    assert fit.reason == "maxiter was reached"


def test_a_higher_maximum_under_the_restriction_is_refused():
    here = surface()
    lowered = LikelihoodSurface(
        here.params,
        here.root,
        here.loglike - 50.0,
        here.nobs,
        here.digits,
        here._problem,
        here._centre,
        here._basis,
    )
    with pytest.raises(FitError, match="the fit without them is at a lower maximum"):
        fit_restricted(lowered, restriction((0, 1, 0, 0, 0, 0, -1.9)))
