"""Scores of normal forecasts against their definitions, in many digits."""

import mpmath
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, stats

from sm_gaussmle.inference import scoring

EPS = np.finfo(float).eps
# Standardised errors: at, near and far from the mean, and beyond the normal density's range.
STANDARDISED = [0.0, 1e-9, 0.3, -0.6, 1.0, -2.5, 6.0, -12.0, 30.0, 1e5]
SCALES = [1e-6, 1.0, 3e4]


def definition(z):
    """Both scores of a standard normal forecast, in 50 digits."""
    with mpmath.workdps(50):
        z = mpmath.mpf(z)
        log_score = mpmath.log(2 * mpmath.pi) / 2 + z * z / 2
        # 2 Phi(z) - 1, Phi and phi as mpmath has them, not as the module writes them.
        crps = z * (2 * mpmath.ncdf(z) - 1) + 2 * mpmath.npdf(z) - 1 / mpmath.sqrt(mpmath.pi)
        return log_score, crps


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("z", STANDARDISED)
def test_log_score_is_minus_the_log_density(z, scale):
    expected, _ = definition(z)
    got = scoring.log_score([z * scale], 0.0, scale)
    with mpmath.workdps(50):
        expected = float(expected + mpmath.log(scale))
    # Sums of three rounded terms: absolute where they cancel, relative otherwise.
    assert_allclose(got, [expected], rtol=4 * EPS, atol=16 * EPS)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("z", STANDARDISED)
def test_crps_is_its_closed_form_in_many_digits(z, scale):
    _, expected = definition(z)
    # Three rounded terms, of which at most three quarters cancel.
    assert_allclose(
        scoring.crps([z * scale], 0.0, scale), [float(expected * scale)], rtol=16 * EPS
    )


@pytest.mark.parametrize("z", [0.0, 0.7, -3.0])
def test_crps_is_the_squared_distance_of_the_distributions(z):
    endog, mean, scale = 5.0 + 2.0 * z, 5.0, 2.0
    cdf = stats.norm(mean, scale).cdf
    below, _ = integrate.quad(lambda x: cdf(x) ** 2, -np.inf, endog)
    above, _ = integrate.quad(lambda x: (1.0 - cdf(x)) ** 2, endog, np.inf)
    # What the quadrature promises: 1.5e-8 for each part.
    assert_allclose(scoring.crps([endog], mean, scale), [below + above], rtol=3e-8)


def test_crps_comes_to_the_absolute_error_as_the_forecast_narrows():
    assert_allclose(scoring.crps([3.0, -1.0], 1.0, 1e-300), [2.0, 2.0], rtol=EPS)


def test_log_score_beyond_the_range_of_doubles_is_infinite():
    assert scoring.log_score([1.0], 0.0, 1e-200) == [np.inf]


@pytest.mark.parametrize("score", [scoring.log_score, scoring.crps])
def test_the_truth_has_the_smallest_expected_score(score):
    # The expectation over N(1, 2), by quadrature exact for these smooth functions.
    nodes, weights = np.polynomial.hermite_e.hermegauss(180)
    endog = 1.0 + 2.0 * nodes

    def expected(mean, scale):
        return scoring.weighted_mean(score(endog, mean, scale), weights)

    others = [(0.5, 2.0), (1.5, 2.0), (1.0, 1.5), (1.0, 2.5), (0.8, 1.8)]
    assert all(expected(1.0, 2.0) < expected(*other) for other in others)


@pytest.mark.parametrize("alpha", [1e-300, 1e-10, 0.05, 0.5, 0.99])
def test_the_interval_has_its_probability(alpha):
    with mpmath.workdps(50):
        outside = 2 * mpmath.ncdf(-mpmath.mpf(scoring.normal_quantile(alpha)))
        # A quantile in error by eps z moves the tail by eps z^2 of itself; z is below 38.
        assert abs(outside / mpmath.mpf(alpha) - 1) < 38**2 * 4 * EPS


def test_the_ends_belong_to_the_interval():
    half = scoring.normal_quantile(0.1)
    endog = np.array([-half, half, np.nextafter(half, 9), np.nextafter(-half, -9), 0.0])
    assert scoring.covered(endog, 0.0, 1.0, 0.1).tolist() == [True, True, False, False, True]


def test_each_row_has_its_own_forecast():
    endog, mean, scale = np.array([[1.0, 2.0, 3.0], [0.0, 2.5, -1.0], [1.0, 0.2, 5.0]])
    for score in (scoring.log_score, scoring.crps, scoring.covered):
        alone = [score([e], m, s)[0] for e, m, s in zip(endog, mean, scale, strict=True)]
        assert_allclose(score(endog, mean, scale), alone, rtol=EPS)


@pytest.fixture
def forecasts():
    rng = np.random.default_rng(11)
    return rng.normal(size=40), rng.normal(size=40), rng.uniform(0.5, 2, 40)


def test_means_are_the_means_of_the_rows(forecasts):
    endog, mean, scale = forecasts
    means = scoring.mean_scores(*forecasts, alpha=0.2)
    assert_allclose(means.log_score, -stats.norm(mean, scale).logpdf(endog).mean())
    assert_allclose(means.crps, scoring.crps(*forecasts).mean())
    low, high = stats.norm(mean, scale).interval(0.8)
    assert means.coverage == np.mean((low <= endog) & (endog <= high))
    assert_allclose(means.interval_width, np.mean(high - low))


def test_a_weight_of_two_is_the_row_twice_and_none_is_no_row(forecasts):
    weights = np.arange(40) % 3
    repeated = [np.repeat(values, weights) for values in forecasts]
    weighted = scoring.mean_scores(*forecasts, weights=weights)
    assert_allclose(weighted, scoring.mean_scores(*repeated), rtol=40 * EPS)


def test_a_row_of_weight_zero_may_have_any_score():
    assert scoring.weighted_mean([1.0, np.inf], [2.0, 0.0]) == 1.0


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, 2.0, np.nan])
def test_alpha_is_a_probability(alpha):
    with pytest.raises(ValueError, match=r"`alpha` is .*; it must be between 0 and 1"):
        scoring.covered([0.0], 0.0, 1.0, alpha)


@pytest.mark.parametrize(
    ("endog", "mean", "scale", "message"),
    [
        ([1.0, np.nan], 0.0, 1.0, "`endog` must be finite; it is nan at row 1"),
        ([1.0], np.inf, 1.0, "`mean` must be finite; it is inf at row 0"),
        ([1.0], 0.0, np.inf, "`scale` must be finite"),
        ([1.0], 0.0, -1.0, "`scale` must be .*; it is -1 at row 0"),
        (1.0, 0.0, 1.0, r"`endog` has shape \(\)"),
        ([1.0, 2.0], [0.0], 1.0, r"`mean` has shape \(1,\)"),
        ([[1.0]], 0.0, 1.0, r"`endog` has shape \(1, 1\)"),
    ],
)
@pytest.mark.parametrize("score", [scoring.log_score, scoring.crps, scoring.covered])
def test_forecasts_that_make_no_sense_are_refused(score, endog, mean, scale, message):
    with pytest.raises(ValueError, match=message):
        score(endog, mean, scale)


def test_the_log_score_needs_a_positive_scale():
    with pytest.raises(ValueError, match="`scale` must be positive; it is 0 at row 1"):
        scoring.log_score([1.0, 2.0], 0.0, [1.0, 0.0])


def test_the_crps_without_a_scale_is_the_absolute_error():
    endog = np.array([-2.0, 0.0, 3.0, 5.0])
    got = scoring.crps(endog, 0.0, [0.0, 0.0, 0.0, 1.0])
    assert got[:3].tolist() == [2.0, 0.0, 3.0]
    assert got[3] == scoring.crps(endog[3:], 0.0, 1.0)[0]


def test_without_a_scale_only_the_mean_itself_is_covered():
    assert scoring.covered([1.0, 1.0 + EPS], 1.0, 0.0).tolist() == [True, False]


@pytest.mark.parametrize(
    ("values", "weights", "message"),
    [
        ([], None, "no rows to score"),
        ([1.0], [1.0, 2.0], r"`weights` has shape \(2,\); the scores have \(1,\)"),
        (
            [1.0, 2.0],
            [1.0, -1.0],
            "`weights` must be finite and not negative; it is -1 at row 1",
        ),
        ([1.0], [np.nan], "`weights` must be finite"),
        ([1.0, 2.0], [0.0, 0.0], "`weights` are all zero"),
    ],
)
def test_weights_that_make_no_sense_are_refused(values, weights, message):
    with pytest.raises(ValueError, match=message):
        scoring.weighted_mean(values, weights)
