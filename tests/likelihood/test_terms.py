"""One row's log-likelihood and derivatives, for every observation scheme."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from .schemes import CONTEXT, over_schemes

EPS = np.finfo(float).eps
# Standard deviations whose squares, and whose inverses' squares, are doubles still.
SIGMAS = [1e-150, 1e-75, 1e-8, 0.3, 1.0, 20.0, 1e8, 1e75, 1e150]
# Residuals over sigma: none, tiny, usual, far, beyond where the density underflows.
RESIDUALS = [0.0, 1e-9, -0.4, 1.0, -6.0, 45.0, 1e5, -1e9]

predictors = st.tuples(
    st.floats(-50, 50), st.floats(-50, 50), st.floats(-6, 6)
)  # response, mean, log variance


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


@over_schemes
@pytest.mark.parametrize("residual", RESIDUALS)
@pytest.mark.parametrize("sigma", SIGMAS)
class TestAgainstFiftyDigits:
    """Each number against mpmath, over 300 powers of ten."""

    # Half of log variance is exact; exp, the product, its square and one more product each
    # round once or twice.
    ROUNDING = 8 * EPS

    def row(self, sigma, residual):
        log_variance = 2 * np.log(sigma)
        return residual * sigma, 0.0, log_variance

    def test_loglike(self, scheme, sigma, residual):
        row = self.row(sigma, residual)
        exact = float(in_fifty_digits(scheme, *row, (0, 0)))
        # The log variance and the squared residual may cancel: their rounding stays.
        size = 2 + abs(row[2]) + residual**2
        assert_allclose(one_row(scheme, *row).loglike, exact, rtol=0, atol=self.ROUNDING * size)

    @pytest.mark.parametrize("which", [0, 1], ids=["mean", "log variance"])
    def test_score(self, scheme, sigma, residual, which):
        row = self.row(sigma, residual)
        exact = float(in_fifty_digits(scheme, *row, [(1, 0), (0, 1)][which]))
        found = one_row(scheme, *row).score_factor[which]
        # Numerical differentiation of a zero leaves 1e-25 units; the score of the log
        # variance is a difference from one half.
        atol = self.ROUNDING if which else 1e-20 / sigma
        assert_allclose(found, exact, rtol=self.ROUNDING, atol=atol)

    @pytest.mark.parametrize("which", [0, 1, 2], ids=["mean", "mixed", "log variance"])
    def test_hessian(self, scheme, sigma, residual, which):
        row = self.row(sigma, residual)
        exact = float(in_fifty_digits(scheme, *row, [(2, 0), (1, 1), (0, 2)][which]))
        found = one_row(scheme, *row).hessian_factor[which]
        assert_allclose(found, exact, rtol=self.ROUNDING, atol=1e-15 / sigma ** (2 - which))


@over_schemes
@given(row=predictors)
def test_scores_are_the_differences_of_the_log_likelihood(scheme, row):
    endog, mean, log_variance = row
    here = one_row(scheme, *row)
    h = 1e-5
    sigma = np.exp(log_variance / 2)
    d = ((endog - mean) / sigma) ** 2
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
@given(row=predictors)
def test_hessians_are_the_differences_of_the_scores(scheme, row):
    endog, mean, log_variance = row
    here = one_row(scheme, *row)
    h = 1e-5
    sigma = np.exp(log_variance / 2)
    d = ((endog - mean) / sigma) ** 2
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


# Laws of a density ----------------------------------------------------------------------

# The trapezoid rule is exact to rounding for the Gaussian at a quarter of sigma; beyond 14
# sigma lie 1e-44 of the mass.
STEP = 0.25
NODES = np.arange(-14.0, 14.0 + STEP, STEP)
PREDICTORS = [(0.0, 0.0), (3.0, 1.5), (-1e3, -8.0), (2.0, 300.0), (0.0, -300.0)]


def over_the_responses(scheme, mean, log_variance):
    """Return the terms at all nodes, and the probability that each node stands for."""
    sigma = np.exp(0.5 * log_variance)
    endog = mean + sigma * NODES
    terms = scheme.terms(endog, np.full_like(endog, mean), np.full_like(endog, log_variance))
    return terms, np.exp(terms.loglike) * STEP * sigma, sigma


@over_schemes
@pytest.mark.parametrize(("mean", "log_variance"), PREDICTORS)
class TestAsADensity:
    """What is true of every density and its derivatives."""

    # A log density of size 150 has an absolute rounding error of 150 eps; means of 1e3 are
    # rounded in units of 5e4 sigma.
    ATOL = 1e-11

    def test_it_integrates_to_one(self, scheme, mean, log_variance):
        _, probability, _ = over_the_responses(scheme, mean, log_variance)
        assert_allclose(probability.sum(), 1.0, atol=self.ATOL)

    def test_the_score_has_mean_zero(self, scheme, mean, log_variance):
        terms, probability, sigma = over_the_responses(scheme, mean, log_variance)
        assert_allclose(probability @ terms.score_factor[0] * sigma, 0.0, atol=self.ATOL)
        assert_allclose(probability @ terms.score_factor[1], 0.0, atol=self.ATOL)

    def test_the_expected_hessian_is_the_expectation(self, scheme, mean, log_variance):
        terms, probability, sigma = over_the_responses(scheme, mean, log_variance)
        expected = scheme.expected_hessian_factor(
            np.array([mean]), np.array([mean]), np.array([log_variance])
        )
        for factor, by_formula, unit in zip(
            terms.hessian_factor, expected, (sigma**2, sigma, 1.0), strict=True
        ):
            assert_allclose(probability @ factor * unit, by_formula * unit, atol=self.ATOL)

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


@over_schemes
@given(row=predictors)
def test_reflection_changes_the_signs_of_the_odd_derivatives_alone(scheme, row):
    endog, mean, log_variance = row
    here, there = one_row(scheme, *row), one_row(scheme, -endog, -mean, log_variance)
    assert there.loglike == here.loglike
    assert there.score_factor == (-here.score_factor[0], here.score_factor[1])
    a, b, c = here.hessian_factor
    assert there.hessian_factor == (a, -b, c)


@over_schemes
@given(row=predictors, power=st.integers(-60, 60))
def test_another_unit_of_the_response_costs_its_logarithm(scheme, row, power):
    endog, mean, log_variance = row
    unit = 2.0**power
    shifted = log_variance + 2 * np.log(unit)
    there = one_row(scheme, endog * unit, mean * unit, shifted)
    here = one_row(scheme, *row)
    # The shifted log variance is rounded in units of up to 90, which the squared
    # residual multiplies.
    size = 1 + ((endog - mean) / np.exp(log_variance / 2)) ** 2
    assert_allclose(
        there.loglike, here.loglike - np.log(unit), rtol=0, atol=200 * EPS * size + 1e-13
    )


@over_schemes
def test_rows_do_not_see_each_other(scheme):
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(3, 40))
    together = scheme.terms(*rows)
    for i in (0, 17, 39):
        alone = scheme.terms(*rows[:, i : i + 1])
        assert_allclose(alone.loglike[0], together.loglike[i], rtol=4 * EPS)


@over_schemes
def test_the_arguments_are_left_alone(scheme):
    rows = np.random.default_rng(4).normal(size=(3, 9))
    before = rows.copy()
    scheme.terms(*rows)
    scheme.expected_hessian_factor(*rows)
    assert (rows == before).all()
