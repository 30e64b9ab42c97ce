"""The simulation study of small samples against exact values."""

import numpy as np
import pytest
from scipy import optimize, stats

from .constant_variance import ConstantVariance
from .page import read
from .scale_equation import ScaleEquation
from .small_samples import SMALL_SAMPLES
from .study import KEYS, Task, answers, counts, far, tabulated

COLUMNS = 4  # of the mean, where the variance is constant
TESTED = 2


@pytest.fixture(scope="module")
def table():
    return read(SMALL_SAMPLES.csv)[1].set_index(KEYS)


def exact_sizes(n):
    """Sizes with constant variance at 5 %, from the distribution of F."""
    left = n - COLUMNS
    quantile = stats.chi2.isf(0.05, TESTED)
    f_quantile = stats.f.isf(0.05, TESTED, left)
    factor = (n - COLUMNS - 1 + TESTED / 2) / n
    least = {  # F from which each rejects
        "LR chi2": np.expm1(quantile / n) * left / TESTED,
        "LR exact": f_quantile,
        "LR bartlett": np.expm1(quantile / factor / n) * left / TESTED,
        "LR bootstrap": f_quantile,  # by exchangeability
        "Wald chi2": quantile / TESTED * left / n,
        "Wald F, use_t": f_quantile * left / n,
        "Wald F, unbiased": f_quantile,
        "score": quantile / (n - quantile) * left / TESTED,
    }
    return {method: stats.f.sf(value, TESTED, left) for method, value in least.items()}


def exact_coverages_of_slope(n):
    """Coverages with constant variance at 95 %, from the distribution of t."""
    left = n - COLUMNS
    t_quantile, shrunk = stats.t.isf(0.025, left), np.sqrt(left / n)
    most = {
        "Wald z": stats.norm.isf(0.025) * shrunk,
        "Wald t, use_t": t_quantile * shrunk,
        "Wald t, unbiased": t_quantile,
        "profile": np.sqrt(np.expm1(stats.chi2.isf(0.05, 1) / n) * left),
        "exact": t_quantile,
    }
    return {method: 1 - 2 * stats.t.sf(value, left) for method, value in most.items()}


def exact_coverages_of_log_variance(n):
    """Coverages of the same from the chi-squared distribution of the sum of squares."""
    left = n - COLUMNS
    quantile = stats.chi2.isf(0.05, 1)

    def between(lower, upper):  # ends for the logarithm of RSS over n sigma2
        return np.subtract(*stats.chi2.cdf(n * np.exp([upper, lower]), left))

    def drop(log_ratio):
        return n * (np.exp(log_ratio) - 1 - log_ratio) - quantile

    wald = stats.norm.isf(0.025) * np.sqrt(2 / n)
    wald_t = stats.t.isf(0.025, left) * np.sqrt(2 / n)
    return {
        "Wald z": between(-wald, wald),
        "Wald t, use_t": between(-wald_t, wald_t),
        "Wald t, unbiased": between(-wald_t, wald_t),
        "profile": between(optimize.brentq(drop, -5, 0), optimize.brentq(drop, 0, 5)),
        "exact": 0.95,
    }


@pytest.mark.parametrize(
    ("quantity", "target", "exact"),
    [
        ("size", "two slopes", exact_sizes),
        ("coverage", "slope", exact_coverages_of_slope),
        ("coverage", "ln(sigma2)", exact_coverages_of_log_variance),
    ],
)
@pytest.mark.parametrize("n", [10, 20, 50, 200])
def test_rates_with_constant_variance_are_those_that_theory_gives(
    table, quantity, target, exact, n
):
    for method, rate in exact(n).items():
        row = table.loc["constant variance", quantity, target, method, n]
        variance = rate * (1 - rate) / row["replicates"]
        assert not far(row["rate"], rate, variance), method


def test_samples_without_a_maximum_are_counted_and_have_no_rate():
    found = tabulated([counts(Task(ConstantVariance, 2, 0, 3, resampled=False))])
    assert (found["failed"] == 3).all()
    assert found["rate"].isna().all()


def test_with_a_scale_equation_both_hypotheses_have_two_resampled_tests():
    found = list(answers(ScaleEquation(200, 0), resampled=True))
    assert [key for key, *_ in found] == [
        ("size", target, method)
        for target in ("slope of mean", "slope of log variance")
        for method in ("LR bartlett", "LR bootstrap")
    ]
    assert {hit for _, hit, _ in found} <= {True, False}


def test_an_answer_with_a_warning_says_so():
    """In ten rows drawn from ten there are at times only four different ones."""
    warned = {
        method: warned
        for (_, _, method), _, warned in answers(ConstantVariance(10, 0), resampled=True)
    }
    assert warned["bootstrap case, percentile"]
    assert not warned["bootstrap parametric, percentile"]
