"""The maximum of constant variance, from anywhere, or why there is none."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, optimize, stats

from sm_gaussmle.estimation import concave_maximum as module
from sm_gaussmle.estimation.concave_maximum import concave_maximum
from sm_gaussmle.estimation.errors import (
    FitError,
    NoMaximumError,
    PerfectFitError,
    UnboundedError,
    UndeterminedVarianceError,
)
from sm_gaussmle.estimation.maximum_likelihood import fit_rows
from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.estimation.recession import recession
from sm_gaussmle.estimation.whitened_problem import whitened_problem
from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.evaluation import RowBlock, evaluate
from sm_gaussmle.sources.memory import Memory
from tests.hard_problems.limits.generator import limited_problem

from .limited import KINDS, latent, limited, seen


def score_in_standard_errors(fit, rows):
    return np.abs(fit.cov_root.T @ evaluate(fit.params, rows).score).max()


@pytest.mark.parametrize("scale", [False, True], ids=["constant variance", "scale equation"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_score_is_zero_and_the_covariance_the_inverse_of_the_information(kind, scale):
    rows = seen(kind, scale=scale)
    fit = fit_rows(rows, 0, 0)
    assert fit.converged
    assert score_in_standard_errors(fit, rows.rows) < 1e-7
    information = -fit.cov_root.T @ evaluate(fit.params, rows.rows).hessian @ fit.cov_root
    # The last step may be one of 1e-5 standard errors, over which the Hessian changes.
    assert_allclose(information, np.eye(len(fit.params)), atol=1e-4)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "and truncated" not in kind])
@pytest.mark.parametrize("seed", range(6))
def test_it_is_found_from_anywhere(kind, seed):
    problem = whitened_problem(seen(kind), 0, 0)
    away = np.random.default_rng(seed).normal(size=4) * [3.0, 3.0, 3.0, 2.0]
    found = concave_maximum(replace(problem, start=problem.start + away))
    # Standard errors are 0.1 here.
    assert_allclose(found.params(found.start), problem.params(problem.start), atol=1e-6)


# Near-perfect fits, and origins far away


def near_perfect(noise, *, truncated=False):
    """Return censored rows with their noise, and all limits, in the same proportion."""
    rng = np.random.default_rng(7)
    exog = np.column_stack([np.ones(150), rng.normal(size=(150, 2))])
    errors = rng.normal(size=150)
    line = exog @ [0.5, 1.0, -0.7]
    left = line + noise * rng.normal(size=150)
    endog = line + noise * errors
    ends = {}
    if truncated:
        ends = {"trunc_left": line - 1.5 * noise}
        kept = np.flatnonzero(errors > -1.5)
        endog, exog, left = endog[kept], exog[kept], left[kept]
        ends = {"trunc_left": ends["trunc_left"][kept]}
        left = np.maximum(left, ends["trunc_left"] + 0.1 * noise)
    return limited(Bounds.censored(endog, left=left, **ends), exog)


@pytest.mark.parametrize("truncated", [False, True], ids=["censored", "and truncated"])
@pytest.mark.parametrize("noise", [1e-3, 1e-6, 1e-9])
def test_near_perfect_fits_keep_their_digits(noise, truncated):
    fit = fit_rows(near_perfect(noise, truncated=truncated), 0, 0)
    plain = fit_rows(near_perfect(1.0, truncated=truncated), 0, 0)
    assert fit.converged
    # The response is rounded in units of 1e-16, which are 1e-16 / noise standard deviations.
    digits = 1e-8 + 1e-14 / noise
    away = (fit.params[:3] - [0.5, 1.0, -0.7]) / noise
    assert_allclose(away, plain.params[:3] - [0.5, 1.0, -0.7], atol=digits)
    assert_allclose(fit.params[3] - 2 * np.log(noise), plain.params[3], atol=digits)


def test_columns_whose_mean_is_a_million_standard_deviations_lose_no_fit():
    endog, exog, _ = latent(150, 2)
    bounds = Bounds.censored(endog, left=np.zeros(150))
    moved = exog + np.array([0.0, 1e6, -1e6])
    fit, plain = (fit_rows(limited(bounds, x), 0, 0) for x in (moved, exog))
    assert fit.converged
    # Of 16 digits of the columns six are gone.
    assert_allclose(fit.params[1:], plain.params[1:], atol=1e-8)
    assert_allclose(fit.loglike, plain.loglike, rtol=1e-11)


# Equivariance


@pytest.fixture(params=[False, True], ids=["constant variance", "scale equation"])
def scale(request):
    return request.param


def in_units(rows, unit, shift):
    """Return the rows with their responses and limits times a unit, and a shift."""
    bounds = rows.rows.bounds.standardized(np.full(rows.n_rows, -shift / unit), 1.0 / unit)
    return limited(bounds, rows.rows.exog, rows.rows.exog_scale)


@pytest.mark.parametrize(("unit", "shift"), [(1e6, 0.0), (1e-6, 0.0), (1.0, 1e8), (-1.0, 0.0)])
@pytest.mark.parametrize("kind", KINDS)
def test_the_unit_and_the_origin_of_the_response_do_not_matter(kind, unit, shift, scale):
    rows = seen(kind, scale=scale)
    rows_there = reflected(rows) if unit < 0 else in_units(rows, unit, shift)
    here, there = fit_rows(rows, 0, 0), fit_rows(rows_there, 0, 0)
    expected = here.params.copy()
    expected[:3] *= unit
    expected[0] += shift
    expected[3] += 2 * np.log(abs(unit))
    bse = np.sqrt((here.cov_root**2).sum(axis=1)) * np.append(
        [abs(unit)] * 3, np.ones(1 + scale)
    )
    # The origin of 1e8 leaves eight digits of the response.
    assert_allclose((there.params - expected) / bse, 0.0, atol=1e-5 if shift else 1e-8)


def reflected(rows):
    """Return the rows of minus the responses."""
    bounds = rows.rows.bounds
    ends = {"trunc_left": bounds.trunc_right, "trunc_right": bounds.trunc_left}
    ends = {name: None if end is None else -end for name, end in ends.items()}
    turned = Bounds.between(-bounds.upper, -bounds.lower, **ends)
    return limited(turned, rows.rows.exog, rows.rows.exog_scale)


@pytest.mark.parametrize("kind", KINDS)
def test_other_columns_of_the_same_span_give_the_same_fit(kind, scale):
    rows = seen(kind, scale=scale)
    change = np.array([[1.0, 2.0, -1.0], [0.0, 1e4, 0.3], [0.0, 0.0, 1e-5]])
    exog = rows.rows.exog @ change
    here = fit_rows(rows, 0, 0)
    there = fit_rows(limited(rows.rows.bounds, exog, rows.rows.exog_scale), 0, 0)
    assert_allclose(change @ there.params[:3], here.params[:3], atol=1e-8)
    assert_allclose(there.loglike, here.loglike, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_twice_is_a_row_with_a_frequency_of_two(kind, scale):
    rows = seen(kind, scale=scale)
    times = np.random.default_rng(8).integers(1, 4, rows.n_rows)
    twice = rows.rows.part(np.repeat(np.arange(rows.n_rows), times))
    repeated = fit_rows(limited(twice.bounds, twice.exog, twice.exog_scale), 0, 0)
    weighted = fit_rows(
        limited(
            rows.rows.bounds,
            rows.rows.exog,
            rows.rows.exog_scale,
            freq_weights=times.astype(float),
        ),
        0,
        0,
    )
    assert_allclose(weighted.params, repeated.params, atol=1e-8)
    assert_allclose(weighted.loglike, repeated.loglike, rtol=1e-12)
    assert weighted.nobs == repeated.nobs


def test_limits_beyond_all_responses_give_the_closed_form():
    endog, exog, _ = latent(90)
    far = np.full(90, 1e3)
    fit = fit_rows(limited(Bounds.censored(endog, -far, far, -far, far), exog), 0, 0)
    exact = np.linalg.lstsq(exog, endog)[0]
    assert_allclose(fit.params[:3], exact, atol=1e-10)
    assert_allclose(fit.params[3], np.log(np.mean((endog - exog @ exact) ** 2)), atol=1e-9)


# Without a maximum


def has_a_maximum(endog):
    """Say whether the normal distribution on [0, 1] has one for these responses.

    The likelihood is that of an exponential family in y and y^2. Where the coefficient of
    the square is zero the density is exp(t y), with the mean of the responses; it pays to
    bend it down exactly if that distribution has more variance than they have.
    """

    def moment(power, tilt):
        return integrate.quad(lambda y: y**power * np.exp(tilt * y), 0.0, 1.0)[0]

    mean = endog.mean()
    tilt = optimize.brentq(lambda t: moment(1, t) / moment(0, t) - mean, -50.0, 50.0)
    return endog.var() < moment(2, tilt) / moment(0, tilt) - mean**2


def test_uniform_samples_have_a_maximum_if_they_vary_less_than_an_exponential_would():
    ends = np.zeros(40), np.ones(40)
    without = 0
    for seed in range(40):
        endog = np.random.default_rng(seed).uniform(size=40)
        rows = limited(Bounds.censored(endog, None, None, *ends), np.ones((40, 1)))
        if has_a_maximum(endog):
            assert fit_rows(rows, 0, 0).converged
        else:
            without += 1
            with pytest.raises(UnboundedError) as caught:
                fit_rows(rows, 0, 0)
            assert caught.value.variance == np.inf
    assert 10 < without < 30  # of 40: about half


def test_a_sample_with_no_maximum_of_constant_variance_may_have_one_with_a_scale_equation():
    drawn = limited_problem("scale_equation:truncated_collinear", 3)
    bounds = Bounds.censored(drawn.endog, **drawn.limits)
    with pytest.raises(UnboundedError) as caught:
        fit_rows(limited(bounds, drawn.complete.exog), 0, 0)
    assert caught.value.variance == np.inf
    rows = limited(bounds, drawn.complete.exog, drawn.complete.exog_scale)
    fit = fit_rows(rows, 0, 0)
    assert fit.converged
    assert score_in_standard_errors(fit, rows.rows) < 1e-5  # columns collinear to 1e-5


def test_a_parameter_that_only_censored_rows_of_one_side_know_is_refused():
    endog, exog, _ = latent(60, 3)
    level = (np.arange(60) % 6 == 0).astype(float)
    bounds = Bounds.censored(np.where(level > 0, -9.0, endog), left=np.full(60, -5.0))
    with pytest.raises(NoMaximumError) as caught:
        fit_rows(limited(bounds, np.column_stack([exog, level])), 0, 0)
    assert caught.value.rows == tuple(np.flatnonzero(level))
    assert_allclose(caught.value.direction, [0.0, 0.0, 0.0, -1.0], atol=1e-6)


@pytest.mark.parametrize("scale", [False, True])
def test_a_line_through_all_intervals_is_refused_with_and_without_a_scale_equation(scale):
    _, exog, _ = latent(60, 3)
    line = exog @ [0.5, 1.0, -0.7]
    bounds = Bounds.between(line - 0.1, line + np.linspace(0.1, 0.5, 60))
    with pytest.raises(UnboundedError) as caught:
        fit_rows(limited(bounds, exog, exog[:, :2] if scale else None), 0, 0)
    assert caught.value.variance == 0.0


def test_a_line_through_the_middles_is_a_perfect_fit():
    _, exog, _ = latent(60, 3)
    line = exog @ [0.5, 1.0, -0.7]
    with pytest.raises(PerfectFitError):
        fit_rows(limited(Bounds.between(line - 0.1, line + 0.1), exog), 0, 0)


def test_exact_rows_on_a_line_that_others_deny_have_a_variance():
    # Ten censored rows lie on the wrong side of the line of the others.
    _, exog, _ = latent(60, 3)
    line = exog @ [0.5, 1.0, -0.7]
    wrong = np.arange(60) < 10
    bounds = Bounds.between(
        np.where(wrong, -np.inf, line), np.where(wrong, line - np.linspace(0.5, 3, 60), line)
    )
    rows = limited(bounds, exog)
    fit = fit_rows(rows, 0, 0)
    assert fit.converged
    assert score_in_standard_errors(fit, rows.rows) < 1e-7


# Ways to it


def test_limits_far_from_a_near_perfect_fit_leave_that_of_the_exact_rows():
    # Censored rows are some 1e9 standard deviations beyond their limits: certain.
    endog, exog, _ = latent(150, 7, noise=1e-9)
    rows = limited(Bounds.censored(endog, left=np.full(150, 0.2)), exog)
    fit = fit_rows(rows, 0, 0)
    exact = np.flatnonzero(endog > 0.2)
    coef = np.linalg.lstsq(exog[exact], endog[exact])[0]
    square = np.mean((endog[exact] - exog[exact] @ coef) ** 2)
    assert fit.converged
    # The response is rounded in units of 1e-7 standard deviations.
    assert_allclose((fit.params[:3] - coef) / 1e-9, 0.0, atol=1e-5)
    assert_allclose(fit.params[3], np.log(square), atol=1e-5)


def test_near_perfect_exact_rows_that_the_others_deny_are_no_start():
    endog, exog, _ = latent(150, 7, noise=1e-9)
    wrong = np.arange(150) % 3 == 0
    upper = endog - np.random.default_rng(1).uniform(0.1, 2.0, 150)
    bounds = Bounds.between(np.where(wrong, -np.inf, endog), np.where(wrong, upper, endog))
    rows = limited(bounds, exog)
    fit = fit_rows(rows, 0, 0)
    assert fit.converged
    assert fit.params[3] > -5.0
    assert score_in_standard_errors(fit, rows.rows) < 1e-7


def test_intervals_much_nearer_to_the_line_than_limits_set_the_unit():
    endog, exog, _ = latent(150, 7, noise=1e-4)
    far = np.arange(150) % 2 == 0
    lower = np.where(far, -np.inf, endog - 2e-5)
    upper = np.where(far, 50.0 + 40.0 * np.cos(np.arange(150)), endog + 3e-5)
    rows = limited(Bounds.between(lower, upper), exog)
    fit = fit_rows(rows, 0, 0)
    alone = rows.rows.part(np.flatnonzero(~far))
    assert fit.converged
    assert_allclose(
        fit.params, fit_rows(limited(alone.bounds, alone.exog), 0, 0).params, atol=1e-8
    )


def test_measuring_the_response_anew_more_often_changes_nothing(monkeypatch):
    once = fit_rows(seen("censored"), 0, 0)
    monkeypatch.setattr("sm_gaussmle.estimation.concave_maximum._FAR", 1.0)
    often = fit_rows(seen("censored"), 0, 0)
    assert_allclose(often.params, once.params, atol=1e-10)
    assert_allclose(often.loglike, once.loglike, rtol=1e-13)


def test_a_parameter_of_which_next_to_nothing_is_known_has_its_maximum():
    # Rows of a level lie below 6 or above -6, as they do whatever its coefficient is.
    endog, exog, _ = latent(60, 3)
    level = np.arange(60) % 6 == 0
    upward = np.arange(60) % 12 == 0
    lower = np.where(level, np.where(upward, exog @ [0.5, 1.0, -0.7] - 6.0, -np.inf), endog)
    upper = np.where(level, np.where(upward, np.inf, exog @ [0.5, 1.0, -0.7] + 6.0), endog)
    rows = limited(Bounds.between(lower, upper), np.column_stack([exog, level]))
    fit = fit_rows(rows, 0, 0)
    assert fit.converged
    assert np.sqrt((fit.cov_root[3] ** 2).sum()) > 300.0


def test_given_starting_values_lead_to_the_same_maximum():
    rows = seen("censored", scale=True)
    fit = fit_rows(rows, 0, 0)
    again = fit_rows(rows, 0, 0, fit.params + 0.3)
    assert_allclose(again.params, fit.params, atol=1e-7)


def test_a_row_that_can_rule_the_scale_equation_is_a_start_with_limits_too():
    endog, exog, _ = latent(80, 5)
    exog_scale = np.column_stack([np.ones(80), np.append(np.zeros(79), 1.0) + 0.1 * exog[:, 1]])
    rows = limited(Bounds.censored(endog, left=np.full(80, -0.5)), exog, exog_scale)
    fit = fit_rows(rows, 0, 0)
    assert fit.converged
    assert fit.starts > 1


def test_rows_of_a_linear_program_that_finds_nothing_are_not_refused(monkeypatch):
    class Nothing:
        x = None

    monkeypatch.setattr("sm_gaussmle.estimation.recession.linprog", lambda *_, **__: Nothing)
    _, exog, _ = latent(60, 3)
    line = exog @ [0.5, 1.0, -0.7]
    rows = limited(Bounds.between(line - 0.1, line + np.linspace(0.1, 0.5, 60)), exog)
    assert recession(rows) is None


def test_a_truncated_sample_that_just_has_a_maximum_says_nothing_of_its_variance():
    drawn = limited_problem("constant_variance:truncated_99", 105)
    rows = limited(Bounds.censored(drawn.endog, **drawn.limits), drawn.complete.exog)
    with pytest.raises(UndeterminedVarianceError):
        fit_rows(rows, 0, 0)


# Very many rows


def many(level):
    """Return 100,000 censored rows; `level` marks those of a level of the mean."""
    endog, exog, _ = latent(100_000, 9)
    bounds = Bounds.censored(endog, left=np.zeros(100_000))
    return limited(bounds, np.column_stack([exog, level]))


def test_a_sample_of_very_many_rows_is_the_start_of_all():
    fit = fit_rows(many(np.arange(100_000) % 7 == 0), 0, 0)
    assert fit.converged
    assert len(fit.history) <= 5


def test_a_sample_that_misses_a_level_is_no_start():
    # Every fifth row is in the sample: none of the level's.
    rows = many(np.arange(100_000) % 500 == 1)
    fit = fit_rows(rows, 0, 0)
    assert fit.converged
    assert score_in_standard_errors(fit, rows.rows) < 1e-6


def test_a_sample_in_which_nothing_is_finite_is_no_start(monkeypatch):
    thinned = Problem.thinned

    def broken(problem, size):
        few = thinned(problem, size)
        return replace(few, start=np.full_like(few.start, np.nan))

    rows = many(np.arange(100_000) % 7 == 0)
    whole = fit_rows(rows, 0, 0)
    monkeypatch.setattr(Problem, "thinned", broken)
    assert_allclose(fit_rows(rows, 0, 0).params, whole.params, atol=1e-8)


@pytest.mark.parametrize("seed", [1, 4, 10, 19, 38])
def test_rows_censored_within_a_truncated_sample_are_climbed_where_nothing_is_concave(seed):
    rng = np.random.default_rng(seed)
    n = 30
    x = rng.normal(size=n)
    y = 1 + 0.5 * x + rng.normal(size=n)
    left = 1 + rng.normal(size=n)
    end = np.full(n, max(y.max(), left.max()) + 0.1)
    exog = np.column_stack([np.ones(n), x])

    def minus(params):
        mean, sigma = exog @ params[:2], np.exp(params[2] / 2)
        seen = np.where(
            y <= left,
            stats.norm.logcdf((left - mean) / sigma),
            stats.norm.logpdf(y, mean, sigma),
        )
        return -np.sum(seen - stats.norm.logcdf((end - mean) / sigma))

    bounds = Bounds.censored(y, left=left, trunc_right=end)
    block = RowBlock(bounds.stand_in, exog, np.ones((n, 1)), bounds=bounds)
    fit = fit_rows(Memory(block), 0, 0)
    assert fit.converged
    best = min(
        optimize.minimize(minus, start, method="Nelder-Mead", options={"fatol": 1e-10}).fun
        for start in (fit.params, [1, 0.5, 0.0], [0, 0, 1.0])
    )
    # No other search finds more, to its own tolerance.
    assert -fit.loglike <= best + 1e-9


@pytest.mark.parametrize("width", [20.0, 100.0])
def test_intervals_that_a_line_runs_through_have_no_maximum_however_wide(width):
    rng = np.random.default_rng(2)
    y = rng.normal(size=40)
    bounds = Bounds.between(y - width, y + width)
    exog = np.column_stack([np.ones(40), rng.normal(size=40)])
    block = RowBlock(bounds.stand_in, exog, np.ones((40, 1)), bounds=bounds)
    with pytest.raises(UnboundedError):
        fit_rows(Memory(block), 0, 0)


def test_a_likelihood_without_curvature_says_so(monkeypatch):
    # Nothing moves for which all intervals are 200 standard deviations wide; what a line
    # through them would be is looked for by another function.
    monkeypatch.setattr(module, "recession", lambda _rows: None)
    y = np.random.default_rng(2).normal(size=40)
    bounds = Bounds.between(y - 100, y + 100)
    block = RowBlock(bounds.stand_in, np.ones((40, 1)), np.ones((40, 1)), bounds=bounds)
    with pytest.raises(FitError, match="of constant variance has no curvature"):
        fit_rows(Memory(block), 0, 0)
