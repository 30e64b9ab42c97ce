"""Whether there is a maximum: examples of which one can say."""

import numpy as np
import pytest

from sm_gaussmle.estimation.recession import recession
from sm_gaussmle.likelihood.bounds import Bounds

from .data import source
from .limited import intervals, latent, limited, mixed

N = 60


@pytest.fixture
def rows():
    """Responses and columns, the last of them a dummy of every sixth row."""
    endog, exog, _ = latent(N, 3)
    level = (np.arange(N) % 6 == 0).astype(float)
    return endog, np.column_stack([exog, level]), level > 0


def full(value):
    return np.full(N, value)


def found(bounds, exog):
    return recession(limited(bounds, exog))


# Without a maximum


def test_responses_that_are_all_censored_from_the_left_push_the_mean_down(rows):
    endog, exog, _ = rows
    away = found(Bounds.censored(endog, left=full(100.0)), exog)
    assert away.rows.count == N
    assert (exog @ away.mean - 100.0 * away.precision < 1e-6).all()


def test_a_level_censored_from_the_left_pushes_its_coefficient_down(rows):
    endog, exog, level = rows
    away = found(Bounds.censored(np.where(level, -9.0, endog), left=full(-5.0)), exog)
    np.testing.assert_allclose(away.mean, [0.0, 0.0, 0.0, -1.0], atol=1e-6)
    assert away.precision == 0.0
    assert list(away.rows.positions) == list(np.flatnonzero(level))


def test_a_level_censored_from_the_right_pushes_its_coefficient_up(rows):
    endog, exog, level = rows
    away = found(Bounds.censored(np.where(level, 9.0, endog), right=full(5.0)), exog)
    np.testing.assert_allclose(away.mean, [0.0, 0.0, 0.0, 1.0], atol=1e-6)


def test_a_line_through_all_intervals_pushes_the_variance_down(rows):
    _, exog, _ = rows
    line = exog @ [1.0, 2.0, 3.0, 4.0]
    bounds = Bounds.between(line - 0.1, line + np.linspace(0.1, 0.5, N))
    assert found(bounds, exog).precision > 0


def test_exact_rows_on_a_line_that_keeps_to_all_limits_push_the_variance_down(rows):
    _, exog, _ = rows
    line = exog @ [1.0, 2.0, 3.0, 4.0]
    away = found(Bounds.censored(line, left=full(0.0)), exog)
    assert away.precision > 0
    np.testing.assert_allclose(away.mean / away.precision, [1.0, 2.0, 3.0, 4.0], rtol=1e-6)


def test_sides_that_a_plane_separates_push_the_mean_away_from_it(rows):
    _, exog, _ = rows
    side = exog[:, 1] > 0.2
    bounds = Bounds.between(np.where(side, 0.0, -np.inf), np.where(side, np.inf, 0.0))
    away = found(bounds, exog)
    signed = np.where(side, 1.0, -1.0) * (exog @ away.mean)
    assert (signed > -1e-6).all()
    assert signed.max() > 1e-3


# With one


def test_exact_responses_alone_are_not_looked_at(rows):
    endog, exog, _ = rows
    assert recession(source(endog, exog)) is None


@pytest.mark.parametrize("noise", [1.0, 1e-5, 1e-9])
def test_exact_rows_that_are_not_on_a_line_determine_everything(noise):
    endog, exog, _ = latent(N, 3, noise=noise)
    assert found(Bounds.censored(endog, left=full(0.2)), exog) is None


def test_a_level_censored_on_both_sides_determines_its_coefficient(rows):
    endog, exog, level = rows
    endog = np.where(level, -9.0, endog)
    endog[0] = 9.0
    assert found(Bounds.censored(endog, full(-5.0), full(5.0)), exog) is None


def test_exact_rows_on_a_line_that_others_deny_have_a_maximum(rows):
    _, exog, _ = rows
    line = exog @ [1.0, 2.0, 3.0, 4.0]
    lower, upper = line.copy(), line.copy()
    upper[:5], lower[:5] = line[:5] - 1.0, -np.inf
    assert found(Bounds.between(lower, upper), exog) is None


def test_intervals_that_no_line_goes_through_have_a_maximum(rows):
    endog, exog, _ = rows
    assert found(intervals(endog, 0.5), exog) is None


def test_a_mixture_of_all_kinds_has_a_maximum(rows):
    endog, exog, _ = rows
    assert found(mixed(endog), exog) is None


# Of more bounds than are kept ---------------------------------------------------------------


def censored_at_random(n=4_000, seed=3):
    """Return responses of a line and a constant, and limits that differ from row to row."""
    rng = np.random.default_rng(seed)
    exog = np.column_stack([np.ones(n), rng.normal(size=n)])
    endog = exog @ [1.0, 2.0] + rng.normal(size=n)
    return endog, exog, rng.normal(size=n)


@pytest.fixture
def few_are_kept(monkeypatch):
    """Keep no more than 60 of the bounds, in blocks of 200 rows."""
    monkeypatch.setattr("sm_gaussmle.estimation.recession._MOST", 60)
    monkeypatch.setattr(
        "sm_gaussmle.sources.memory.block_slices",
        lambda n, _width: [slice(begin, begin + 200) for begin in range(0, n, 200)],
    )


@pytest.mark.usefixtures("few_are_kept")
def test_a_maximum_is_found_from_few_of_many_bounds():
    endog, exog, limits = censored_at_random()
    # None is exact: each is above or below a limit.
    bounds = Bounds.between(
        np.where(endog > limits, limits, -np.inf), np.where(endog > limits, np.inf, limits)
    )
    assert found(bounds, exog) is None


@pytest.mark.usefixtures("few_are_kept")
def test_a_maximum_that_there_is_not_is_found_from_few_of_many_bounds():
    endog, exog, limits = censored_at_random()
    line = exog @ [1.0, 2.0]
    # All are on the side of the line on which they are seen.
    above = line > limits
    bounds = Bounds.between(np.where(above, limits, -np.inf), np.where(above, np.inf, limits))
    away = found(bounds, exog)
    signs = np.where(above, 1.0, -1.0)
    gains = signs * (exog @ away.mean - limits * away.precision)
    unit = np.maximum(np.abs(exog).max(axis=1), np.abs(limits))
    # The linear program keeps to its inequalities within 1e-5 of the size of a bound.
    assert (gains > -1e-5 * unit).all()
    assert away.rows.count > 0.9 * len(endog)


@pytest.mark.usefixtures("few_are_kept")
def test_bounds_that_say_the_same_are_kept_once():
    exog = np.column_stack([np.ones(1_000), np.arange(1_000) % 2])
    bounds = Bounds.censored(np.zeros(1_000), left=np.full(1_000, 5.0))
    away = found(bounds, exog)
    assert away.rows.count == 1_000


@pytest.mark.usefixtures("few_are_kept")
def test_rounds_of_bounds_come_to_an_end(monkeypatch):
    endog, exog, limits = censored_at_random()
    above = endog > limits
    bounds = Bounds.between(np.where(above, limits, -np.inf), np.where(above, np.inf, limits))
    monkeypatch.setattr("sm_gaussmle.estimation.recession._ROUNDS", 0)
    assert found(bounds, exog) is None
