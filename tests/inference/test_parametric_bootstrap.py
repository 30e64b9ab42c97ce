"""Likelihood ratios of samples from the smaller model."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from sm_gaussmle import GaussianMLE
from sm_gaussmle.estimation import maximum_likelihood
from sm_gaussmle.inference.parametric_bootstrap import Replicates, replicates
from sm_gaussmle.inference.resampling_chunks import chunks

N = 14


def models(*, scale=False, freq_weights=None, **known):
    """A smaller and a larger model, with or without a scale equation."""
    rng = np.random.default_rng(11)
    exog = np.column_stack([np.ones(N), rng.normal(size=(N, 3))])
    y = exog[:, :2] @ [1.0, 2.0] + rng.normal(size=N)
    columns = np.column_stack([np.ones(N), rng.normal(size=N)]) if scale else None
    options = {"freq_weights": freq_weights, **known}
    small = GaussianMLE(y, exog[:, :2], **options)
    return small, GaussianMLE(y, exog[:, : 2 if scale else 4], exog_scale=columns, **options)


def drawn(pair, nrep, rng=3, **options):
    small, large = pair
    rows = small.source().rows, large.source().rows
    params = np.asarray(small.fit().params)
    return replicates(*rows, params, nrep, np.random.default_rng(rng), **options)


def by_hand(pair, nrep, rng=3):
    small = pair[0]
    (chunk,) = chunks(np.random.default_rng(rng), nrep, N)
    noise = np.random.default_rng(chunk.seed).standard_normal((nrep, N))
    distribution = small.get_distribution(small.fit().params)
    ratios = []
    for row in noise:
        y = distribution.mean() + row * distribution.std()
        fits = [
            type(m)(y, m.exog, **{**m._get_init_kwds(), "exog_scale": m.exog_scale}).fit()
            for m in pair
        ]
        ratios.append(2 * (fits[1].llf - fits[0].llf))
    return ratios


KNOWN = {
    "nothing known": {},
    "offset and variances": {
        "offset": np.linspace(0, 3, N),
        "var_weights": np.linspace(0.5, 2, N),
    },
}


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
@pytest.mark.parametrize("scale", [False, True], ids=["constant variance", "scale equation"])
def test_each_ratio_is_that_of_fits_to_the_sample(scale, known):
    pair = models(scale=scale, **known)
    found = drawn(pair, 5)
    # Both are twice a difference of log-likelihoods of about 20.
    assert_allclose(found.statistics, by_hand(pair, 5), rtol=1e-8, atol=1e-12)
    assert found.failures == ()


def test_a_row_seen_twice_is_two_observations():
    counts = np.arange(N) % 3 + 1.0
    copies = np.repeat(np.arange(N), counts.astype(int))
    known = {"offset": np.linspace(0, 3, N)}
    weighted = models(freq_weights=counts, **known)
    repeated = tuple(
        GaussianMLE(m.endog[copies], m.exog[copies], offset=m.offset[copies]) for m in weighted
    )
    # The parameters that samples are drawn at are right to rounding.
    assert_allclose(drawn(weighted, 9).statistics, drawn(repeated, 9).statistics, rtol=1e-9)


def test_ratios_of_constant_variance_have_the_f_distribution():
    statistics = drawn(models(), 4000).statistics
    f = np.expm1(statistics / N) * (N - 4) / 2
    # A test at a fixed seed: 0.001 is what one seed in a thousand would fail by chance.
    assert stats.kstest(f, stats.f(2, N - 4).cdf).pvalue > 1e-3


@pytest.mark.parametrize("scale", [False, True], ids=["constant variance", "scale equation"])
def test_the_number_of_threads_does_not_matter(scale):
    one, two = (drawn(models(scale=scale), 150, n_jobs=n).statistics for n in (1, 2))
    assert_array_equal(one, two)


@pytest.mark.parametrize("scale", [False, True], ids=["constant variance", "scale equation"])
def test_each_sample_is_counted_when_it_is_done(scale):
    steps = []
    drawn(models(scale=scale), 150, tick=steps.append)
    assert steps == ([1] * 150 if scale else [128, 22])


# P-values -------------------------------------------------------------------------------


def test_the_p_value_counts_the_observed_ratio_as_one_of_them():
    found = Replicates(np.array([0.1, 2.0, 3.0]))
    assert found.pvalue(9.0) == 1 / 4
    assert found.pvalue(2.0) == 3 / 4
    assert found.pvalue(0.0) == 1.0


# Failures -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"converged": False, "reason": "tired"}, "the fit did not converge: tired"),
        ({"loglike": -1e3}, "lower maximum"),
    ],
)
def test_samples_that_cannot_be_fitted_are_told(monkeypatch, change, reason):
    fit = maximum_likelihood.fit_scale_equation
    numbers = iter(range(6))

    def sometimes(problem, start):
        return replace(fit(problem, start), **(change if next(numbers) == 2 else {}))

    pair = models(scale=True)
    expected = drawn(pair, 6).statistics
    monkeypatch.setattr(maximum_likelihood, "fit_scale_equation", sometimes)
    found = drawn(pair, 6)
    assert len(found.failures) == 1
    assert reason in found.failures[0]
    assert_array_equal(found.statistics, np.delete(expected, 2))
