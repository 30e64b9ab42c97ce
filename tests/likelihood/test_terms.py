"""One row's log-likelihood and derivatives, for every observation scheme."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sm_gaussmle.likelihood.bounds import Bounds
from sm_gaussmle.likelihood.observation import expected_hessian_factor, row_terms

from .schemes import CONTEXT, SCHEMES, Scheme, few_examples, over_schemes

EPS = np.finfo(float).eps
# Standard deviations whose squares, and whose inverses' squares, are doubles still.
SIGMAS = [1e-150, 1e-75, 1e-8, 0.3, 1.0, 20.0, 1e8, 1e75, 1e150]
# Residuals over sigma: none, tiny, usual, far, beyond where the density underflows.
RESIDUALS = [0.0, 1e-9, -0.4, 1.0, -6.0, 45.0, 1e5, -1e9]
# Of limits that go along, where the responses lie from there.
PLACES = [-1.1, 0.1, 0.45]
ORDERS = [(0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2)]
NAMES = ["loglike", "mean", "log variance", "mean twice", "mixed", "log variance twice"]

predictors = st.tuples(
    st.floats(-50, 50), st.floats(-50, 50), st.floats(-6, 6)
)  # response, mean, log variance
LIMITED = {name: scheme for name, scheme in SCHEMES.items() if name != "exact"}
over_limited = pytest.mark.parametrize("scheme", LIMITED.values(), ids=list(LIMITED))


def one_row(scheme, endog, mean, log_variance):
    return scheme.terms(*np.array([[endog], [mean], [log_variance]]))


def in_fifty_digits(scheme, endog, mean, log_variance, orders):
    """Return a derivative of the log-likelihood with respect to mean and log variance."""
    y, mu, eta = (CONTEXT.mpf(float(value)) for value in (endog, mean, log_variance))
    sigma = CONTEXT.exp(eta / 2)
    # Differences in units of sigma: steps suit every scale.
    value = CONTEXT.diff(
        lambda u, v: scheme.loglike(y, mu + u * sigma, eta + v), (0, 0), orders
    )
    return value / sigma ** orders[0]


def all_numbers(terms):
    """Return value, scores and Hessian factors of one row, in the order of `ORDERS`."""
    return [terms.loglike[0], *(f[0] for f in (*terms.score_factor, *terms.hessian_factor))]


@pytest.mark.parametrize("residual", RESIDUALS)
@pytest.mark.parametrize("sigma", SIGMAS)
class TestADensityAgainstFiftyDigits:
    """Each number against mpmath, over 300 powers of ten."""

    # Half of log variance is exact; exp, the product, its square and one more product each
    # round once or twice.
    ROUNDING = 8 * EPS

    def row(self, sigma, residual):
        log_variance = 2 * np.log(sigma)
        return residual * sigma, 0.0, log_variance

    def test_loglike(self, sigma, residual):
        row = self.row(sigma, residual)
        exact = float(in_fifty_digits(SCHEMES["exact"], *row, (0, 0)))
        # The log variance and the squared residual may cancel: their rounding stays.
        size = 2 + abs(row[2]) + residual**2
        found = one_row(SCHEMES["exact"], *row).loglike
        assert_allclose(found, exact, rtol=0, atol=self.ROUNDING * size)

    @pytest.mark.parametrize("which", [0, 1], ids=["mean", "log variance"])
    def test_score(self, sigma, residual, which):
        row = self.row(sigma, residual)
        exact = float(in_fifty_digits(SCHEMES["exact"], *row, [(1, 0), (0, 1)][which]))
        found = one_row(SCHEMES["exact"], *row).score_factor[which]
        # Numerical differentiation of a zero leaves 1e-25 units; the score of the log
        # variance is a difference from one half.
        atol = self.ROUNDING if which else 1e-20 / sigma
        assert_allclose(found, exact, rtol=self.ROUNDING, atol=atol)

    @pytest.mark.parametrize("which", [0, 1, 2], ids=["mean", "mixed", "log variance"])
    def test_hessian(self, sigma, residual, which):
        row = self.row(sigma, residual)
        orders = [(2, 0), (1, 1), (0, 2)][which]
        exact = float(in_fifty_digits(SCHEMES["exact"], *row, orders))
        found = one_row(SCHEMES["exact"], *row).hessian_factor[which]
        assert_allclose(found, exact, rtol=self.ROUNDING, atol=1e-15 / sigma ** (2 - which))


@over_limited
@pytest.mark.parametrize("which", range(6), ids=NAMES)
@pytest.mark.parametrize("residual", [0.0, -1.0, 6.0, -45.0, 1e5, -1e9])
@pytest.mark.parametrize("sigma", [1e-75, 1.0, 1e150])
def test_limits_against_fifty_digits(scheme, sigma, residual, which):
    # The limits go along with the response, far from the mean on either side.
    there = scheme.moved(residual * sigma, sigma)
    orders = ORDERS[which]
    for place in PLACES:
        row = ((residual + place) * sigma, 0.0, 2 * np.log(sigma))
        exact = float(in_fifty_digits(there, *row, orders)) * sigma ** orders[0]
        found = all_numbers(one_row(there, *row))[which] * sigma ** orders[0]
        # The rounding of what is added: squares of standardised limits, of which one is in
        # each derivative with respect to the log variance, and a root in the mixed one. A
        # density, and only that, adds the log variance.
        reach = there.reach(*row)
        power = (1.0, 0.5, 1.0, 0.0, 0.5, 1.0)[which]
        atol = ROUNDING_OF_LIMITS * (1.0 + reach) ** power
        if which == 0:
            atol += 8 * EPS * abs(row[2])
        assert_allclose(found, exact, rtol=1e-11, atol=atol, err_msg=f"{place}")


# A few units in the last place of each part of a sum.
ROUNDING_OF_LIMITS = 100 * EPS


@over_schemes
@few_examples
@given(row=predictors)
def test_scores_are_the_differences_of_the_log_likelihood(scheme, row):
    endog, mean, log_variance = row
    here = one_row(scheme, *row)
    h = 1e-5
    sigma = np.exp(log_variance / 2)
    d = scheme.reach(*row)
    along_mean = one_row(scheme, endog, mean + h * sigma, log_variance).loglike
    along_mean -= one_row(scheme, endog, mean - h * sigma, log_variance).loglike
    along_scale = one_row(scheme, endog, mean, log_variance + h).loglike
    along_scale -= one_row(scheme, endog, mean, log_variance - h).loglike
    # Third derivatives are of the size of d: h^2 of that, and the rounding of the value
    # (and of the mean, in units of sigma) over h.
    off = (10 * EPS * (1 + abs(mean) / sigma) / h + h**2) * (10 + d)
    assert_allclose(along_mean / (2 * h * sigma), here.score_factor[0], atol=off / sigma)
    assert_allclose(along_scale / (2 * h), here.score_factor[1], atol=off)


@over_schemes
@few_examples
@given(row=predictors)
def test_hessians_are_the_differences_of_the_scores(scheme, row):
    endog, mean, log_variance = row
    here = one_row(scheme, *row)
    h = 1e-5
    sigma = np.exp(log_variance / 2)
    d = scheme.reach(*row)
    by_mean, by_scale = (
        [
            (a - b) / (2 * h)
            for a, b in zip(
                one_row(scheme, endog, mean + u, log_variance + v).score_factor,
                one_row(scheme, endog, mean - u, log_variance - v).score_factor,
                strict=True,
            )
        ]
        for u, v in [(h * sigma, 0.0), (0.0, h)]
    )
    off = (10 * EPS * (1 + abs(mean) / sigma) / h + h**2) * (10 + d)  # as for the scores
    assert_allclose(by_mean[0] / sigma, here.hessian_factor[0], atol=off / sigma**2)
    assert_allclose(by_mean[1] / sigma, here.hessian_factor[1], atol=off / sigma)
    assert_allclose(by_scale[0], here.hessian_factor[1], atol=off / sigma)
    assert_allclose(by_scale[1], here.hessian_factor[2], atol=off)


# Laws of what can be seen ---------------------------------------------------------------

PREDICTORS = [(0.0, 0.0), (3.0, 1.5), (-1e3, -8.0), (2.0, 300.0), (0.0, -300.0)]


def over_the_responses(scheme, mean, log_variance):
    """Return the terms of all that can be seen, and the probability of each."""
    sigma = np.exp(0.5 * log_variance)
    there = scheme.moved(mean, sigma)
    endog, measure = there.all_responses(mean, sigma)
    terms = there.terms(endog, np.full_like(endog, mean), np.full_like(endog, log_variance))
    return terms, np.exp(terms.loglike) * measure, sigma


def information(scheme, mean, log_variance):
    """Return the expected information in mean over sigma and log variance."""
    terms, probability, sigma = over_the_responses(scheme, mean, log_variance)
    h_mean, h_mixed, h_scale = (-probability @ factor for factor in terms.hessian_factor)
    return np.array([[h_mean * sigma**2, h_mixed * sigma], [h_mixed * sigma, h_scale]])


@over_schemes
@pytest.mark.parametrize(("mean", "log_variance"), PREDICTORS)
class TestAllThatCanBeSeen:
    """What is true of all densities and probabilities, and their derivatives."""

    # A log density of size 150 has an absolute rounding error of 150 eps; means of 1e3 are
    # rounded in units of 5e4 sigma.
    ATOL = 1e-11

    def test_densities_and_masses_sum_to_one(self, scheme, mean, log_variance):
        _, probability, _ = over_the_responses(scheme, mean, log_variance)
        assert_allclose(probability.sum(), 1.0, atol=self.ATOL)

    def test_the_score_has_mean_zero(self, scheme, mean, log_variance):
        terms, probability, sigma = over_the_responses(scheme, mean, log_variance)
        assert_allclose(probability @ terms.score_factor[0] * sigma, 0.0, atol=self.ATOL)
        assert_allclose(probability @ terms.score_factor[1], 0.0, atol=self.ATOL)

    def test_the_scores_vary_as_the_hessian_says(self, scheme, mean, log_variance):
        terms, probability, sigma = over_the_responses(scheme, mean, log_variance)
        first, second = terms.score_factor
        for product, factor, unit in zip(
            (first * first, first * second, second * second),
            terms.hessian_factor,
            (sigma**2, sigma, 1.0),
            strict=True,
        ):
            assert_allclose(probability @ (product + factor) * unit, 0.0, atol=self.ATOL)


@pytest.mark.parametrize(("mean", "log_variance"), PREDICTORS)
def test_the_expected_hessian_of_exact_responses_is_the_expectation(mean, log_variance):
    expected = expected_hessian_factor(None, np.array([mean]), np.array([log_variance]))
    by_sum = information(SCHEMES["exact"], mean, log_variance)
    sigma = np.exp(0.5 * log_variance)
    assert_allclose(by_sum[0, 0], -expected[0][0] * sigma**2, atol=1e-11)  # as above
    assert_allclose(by_sum[0, 1], -expected[1][0] * sigma, atol=1e-11)
    assert_allclose(by_sum[1, 1], -expected[2][0], atol=1e-11)


COARSER = {
    "two intervals into one": (
        Scheme(edges=(-3.0, -1.0, 0.2, 0.7, 4.0)),
        Scheme(edges=(-3.0, -1.0, 0.7, 4.0)),
    ),
    "the outer ones": (Scheme(edges=(-1.0, 0.2, 2.0)), Scheme(edges=(-1.0, 0.2))),
    "densities into a mass": (Scheme(left=-0.7), Scheme(left=-0.7, right=0.4)),
    "more of them": (Scheme(right=1.0), Scheme(right=0.2)),
    "within limits of truncation": (
        Scheme(trunc_left=-1.2),
        Scheme(right=0.9, trunc_left=-1.2),
    ),
}


@pytest.mark.parametrize(("finer", "coarser"), COARSER.values(), ids=list(COARSER))
@pytest.mark.parametrize("distance", [-8.0, -1.5, 0.0, 0.6, 5.0])
def test_seeing_less_never_raises_the_information(finer, coarser, distance):
    less, more = (
        information(scheme.moved(-distance, 1.0), 0.0, 0.0) for scheme in (coarser, finer)
    )
    values = np.linalg.eigvalsh(more - less)
    assert values.min() >= -1e-12 * (1.0 + np.abs(more).max())  # of sums of order one
    # Far out both schemes see the same.
    assert np.trace(more - less) > 1e-3 or abs(distance) > 2.0


@pytest.mark.parametrize("name", [name for name in LIMITED if not LIMITED[name].edges])
@few_examples
@given(row=predictors)
def test_limits_that_are_never_reached_leave_the_exact_scheme(name, row):
    endless = LIMITED[name].moved(0.0, np.inf)
    here, there = one_row(endless, *row), one_row(SCHEMES["exact"], *row)
    assert all_numbers(here) == all_numbers(there)


@given(row=predictors)
def test_a_row_censored_at_its_own_value_is_the_interval_from_there_on(row):
    endog, *predictor = np.array(row)[:, None]
    own = Bounds.censored(endog, right=endog)
    onwards = Bounds.between(endog, np.array([np.inf]))
    first, second = (row_terms(endog, bounds, *predictor) for bounds in (own, onwards))
    assert all_numbers(first) == all_numbers(second)


@given(row=predictors)
def test_a_row_that_can_only_be_in_its_interval_says_nothing(row):
    endog, *predictor = np.array(row)[:, None]
    ends = (endog - 0.5, endog + 0.7)
    terms = row_terms(endog, Bounds.between(*ends, *ends), *predictor)
    assert all_numbers(terms) == [0.0] * 6


@over_schemes
@few_examples
@given(row=predictors)
def test_reflection_changes_the_signs_of_the_odd_derivatives_alone(scheme, row):
    endog, mean, log_variance = row
    assume(endog not in scheme.edges)  # there one of two intervals is chosen
    here = one_row(scheme, *row)
    there = one_row(scheme.reflected(), -endog, -mean, log_variance)
    unit = np.exp(-0.5 * log_variance)
    for power, first, second in zip(
        (0, 1, 0, 2, 1, 0), all_numbers(here), all_numbers(there), strict=True
    ):
        # In the middle of an interval an odd derivative is the rounding of a zero.
        sign = -1.0 if power == 1 else 1.0
        assert_allclose(second, sign * first, rtol=4 * EPS, atol=EPS * unit**power)


@over_schemes
@few_examples
@given(row=predictors, power=st.integers(-60, 60))
def test_another_unit_costs_densities_its_logarithm_and_probabilities_nothing(
    scheme, row, power
):
    endog, mean, log_variance = row
    unit = 2.0**power
    shifted = log_variance + 2 * np.log(unit)
    there = one_row(scheme.moved(0.0, unit), endog * unit, mean * unit, shifted)
    here = one_row(scheme, *row)
    # The shifted log variance is rounded in units of up to 90, which the squared
    # residual multiplies.
    size = 1 + scheme.reach(*row)
    cost = np.log(unit) if scheme.is_exact(endog) else 0.0
    assert_allclose(there.loglike, here.loglike - cost, rtol=0, atol=200 * EPS * size + 1e-13)


@over_schemes
def test_rows_do_not_see_each_other(scheme):
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(3, 40))
    together = scheme.terms(*rows)
    for i in (0, 17, 39):
        alone = scheme.terms(*rows[:, i : i + 1])
        # The processor may take exp and log of several rows otherwise than of one.
        assert_allclose(alone.loglike[0], together.loglike[i], rtol=0, atol=8 * EPS)


@over_schemes
def test_the_arguments_are_left_alone(scheme):
    rows = np.random.default_rng(4).normal(size=(3, 9))
    before = rows.copy()
    scheme.terms(*rows)
    assert (rows == before).all()
