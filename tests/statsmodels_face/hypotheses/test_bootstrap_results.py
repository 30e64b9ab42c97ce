"""Spread, intervals and tables of a bootstrap."""

import dataclasses
import pickle
import re

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle import GaussianMLE, gaussmle

METHODS = ["percentile", "basic", "bca", "studentized", "normal"]


@pytest.fixture
def boot(constant):
    return constant.fit().bootstrap(400, rng=1)


@pytest.fixture
def dummy(rows):
    """A dummy of one row: it is not drawn in 36 % of samples."""
    exog = rows[["one", "x1"]].assign(first=np.eye(60)[0])
    result = GaussianMLE(rows["y"], exog).fit()
    with pytest.warns(ValueWarning, match="replicates failed"):
        return result.bootstrap(100, rng=0)


# Intervals -----------------------------------------------------------------------------------


def _by_hand(boot, alpha, method):
    draws = boot.replicates.dropna().to_numpy()
    estimate, level = boot.estimate.to_numpy(), [alpha / 2, 1 - alpha / 2]
    if method == "percentile":
        return np.quantile(draws, level, axis=0).T
    if method == "basic":
        return (2 * estimate - np.quantile(draws, level[::-1], axis=0)).T
    if method == "studentized":
        t = (draws - estimate) / boot.replicates_bse.dropna().to_numpy()
        return (estimate - boot.estimate_bse.to_numpy() * np.quantile(t, level[::-1], axis=0)).T
    if method == "normal":
        return np.transpose(
            stats.norm.interval(1 - alpha, 2 * estimate - draws.mean(0), draws.std(0, ddof=1))
        )
    z0 = stats.norm.ppf((draws < estimate).mean(axis=0))[:, None]
    z = z0 + stats.norm.ppf(level)
    levels = stats.norm.cdf(z0 + z / (1 - boot.acceleration.to_numpy()[:, None] * z))
    return np.array([np.quantile(c, p) for c, p in zip(draws.T, levels, strict=True)])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_intervals_are_those_of_the_replicates(boot, method, alpha):
    ends = boot.conf_int(alpha, method)
    assert_allclose(ends, _by_hand(boot, alpha, method), rtol=1e-12)
    assert list(ends.index) == list(boot.estimate.index)
    assert list(ends.columns) == [0, 1]


@pytest.mark.parametrize("method", METHODS)
def test_replicates_that_failed_are_no_part_of_intervals(dummy, method):
    if method == "bca":  # the row of the dummy cannot be left out
        with pytest.raises(ValueError, match="has no interval for one, x1, first, ln"):
            dummy.conf_int(0.1, method, max_failed=1)
        return
    ends = dummy.conf_int(0.1, method, max_failed=1)
    assert_allclose(ends, _by_hand(dummy, 0.1, method), rtol=1e-12)


def test_intervals_of_a_mean_are_those_of_scipy(rows):
    # The maximum-likelihood estimate is the mean, and so is what is left without a row.
    result = gaussmle("y ~ 1", rows).fit()
    boot = result.bootstrap(500, rng=1)
    draws = boot.replicates["Intercept"].to_numpy()
    for method in ("percentile", "basic", "BCa"):
        expected = stats.bootstrap(
            (rows["y"].to_numpy(),),
            np.mean,
            n_resamples=0,
            method=method,
            bootstrap_result=dataclasses.make_dataclass("_", ["bootstrap_distribution"])(draws),
        ).confidence_interval
        ends = boot.conf_int(method=method.lower()).loc["Intercept"]
        assert_allclose(ends, expected, rtol=1e-10)


def test_intervals_of_increasing_functions_are_functions_of_the_intervals(rows):
    # 201 replicates: the quantiles at 0.05 and 0.95 are replicates, with nothing between.
    result = gaussmle("y ~ x1", rows).fit()
    variance = result.bootstrap(201, rng=1).conf_int(0.1, "percentile").loc["ln(sigma2)"]
    sigma = result.bootstrap(201, rng=1, statistic=lambda fit: fit.sigma).conf_int(
        0.1, "percentile"
    )
    assert_allclose(sigma.iloc[0], np.exp(0.5 * variance), rtol=1e-10)


def test_normal_theory_intervals_cover_as_they_say():
    # Studentized parametric replicates are t values: their quantiles are known.
    rng = np.random.default_rng(3)
    exog = np.column_stack([np.ones(12), rng.normal(size=12)])
    result = GaussianMLE(exog.sum(axis=1) + rng.normal(size=12), exog).fit(cov_type="unbiased")
    boot = result.bootstrap(20_000, rng=1, kind="parametric")
    ends = boot.conf_int(method="studentized").iloc[:2]
    # Quantiles of 20,000 t values have a standard error of 0.025.
    assert_allclose((ends - result.conf_int()[:2]) / result.bse[:2, None], 0.0, atol=0.1)


# Acceleration --------------------------------------------------------------------------------


def _jackknife(fits):
    deviations = np.mean(fits, axis=0) - fits
    return (deviations**3).sum(axis=0) / 6 / (deviations**2).sum(axis=0) ** 1.5


def test_the_acceleration_is_from_leaving_out_rows(rows, constant):
    exog = rows[["one", "x1", "x2"]]
    fits = [GaussianMLE(rows["y"].drop(i), exog.drop(i)).fit().params for i in rows.index]
    boot = constant.fit().bootstrap(5, rng=1)
    assert_allclose(boot.acceleration, _jackknife(np.array(fits)), rtol=1e-9)


def test_the_acceleration_with_frequency_weights_is_that_of_as_many_rows(rows):
    exog, places = rows[["one", "x1"]], np.repeat(np.arange(60), rows["f"].astype(int))
    weighted = GaussianMLE(rows["y"], exog, freq_weights=rows["f"]).fit()
    repeated = GaussianMLE(rows["y"].iloc[places], exog.iloc[places]).fit()
    first, second = (fit.bootstrap(5, rng=1).acceleration for fit in (weighted, repeated))
    assert_allclose(first, second, rtol=1e-9)


def test_the_acceleration_with_a_scale_equation_is_from_one_step(rows, scaled):
    exog, scale = rows[["one", "x1", "x2"]], rows[["one", "z"]]
    fits = [
        GaussianMLE(rows["y"].drop(i), exog.drop(i), exog_scale=scale.drop(i)).fit().params
        for i in rows.index
    ]
    boot = scaled.fit().bootstrap(5, rng=1)
    # 10 % of what a row does, and accelerations are below 0.1 here.
    assert_allclose(boot.acceleration, _jackknife(np.array(fits)), atol=0.02)


@pytest.mark.parametrize("statistic", [None, lambda fit: fit.params])
def test_the_acceleration_of_groups_is_from_leaving_them_out(rows, constant, statistic):
    exog, groups = rows[["one", "x1", "x2"]].to_numpy(), np.arange(60) % 9
    fits = [
        GaussianMLE(rows["y"].to_numpy()[groups != g], exog[groups != g]).fit().params
        for g in range(9)
    ]
    boot = constant.fit().bootstrap(
        20, rng=1, kind="cluster", groups=groups, statistic=statistic
    )
    assert_allclose(boot.acceleration, _jackknife(np.array(fits)), rtol=1e-9)


@pytest.mark.parametrize("nrep", [80, 20])
def test_of_a_statistic_at_most_as_many_rows_as_replicates_are_left_out(rows, constant, nrep):
    exog = rows[["one", "x1", "x2"]].to_numpy()
    part = np.arange(60) % min(nrep, 60)
    fits = [
        GaussianMLE(rows["y"].to_numpy()[part != p], exog[part != p]).fit().params
        for p in range(part.max() + 1)
    ]
    boot = constant.fit().bootstrap(nrep, rng=1, statistic=lambda fit: fit.params)
    assert_allclose(boot.acceleration, _jackknife(np.array(fits)), rtol=1e-9)


def test_of_a_statistic_copies_of_a_row_are_left_out_together(rows):
    exog = rows[["one", "x1"]].to_numpy()
    arrays = rows["y"].to_numpy(), exog, rows["f"].to_numpy()
    fits = [
        GaussianMLE(y, x, freq_weights=f).fit().params
        for y, x, f in ([np.delete(a, i, axis=0) for a in arrays] for i in range(60))
    ]
    result = GaussianMLE(*arrays[:2], freq_weights=arrays[2]).fit()
    boot = result.bootstrap(60, rng=1, statistic=lambda fit: fit.params)
    assert_allclose(boot.acceleration, _jackknife(np.array(fits)), rtol=1e-9)


# Where there are no intervals ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 0}, "`alpha` is 0; it must be between 0 and 1"),
        (
            {"method": "best"},
            "`method` is 'best'; it must be 'percentile', 'basic', .* 'normal'",
        ),
        ({"max_failed": 5}, "`max_failed` is 5; it must be from 0 to 1"),
        ({"max_failed": None}, "`max_failed` is None; it must be from 0 to 1"),
        ({"alpha": 0.001}, "`alpha` is 0.001, for which 400 of 400 rep.* takes nrep=2000 at"),
    ],
)
def test_arguments_are_checked(boot, options, message):
    with pytest.raises(ValueError, match=message):
        boot.conf_int(**options)


def test_more_than_a_twentieth_of_failures_leaves_no_interval(dummy):
    with pytest.raises(
        ValueError, match=r"\d+ of 100 replicates failed, more than max_failed=0.05 .* raise"
    ):
        dummy.conf_int(0.1)
    share = dummy.n_failed / 100
    assert dummy.conf_int(0.1, max_failed=share).notna().all(axis=None)
    with pytest.raises(ValueError, match="failed, more than"):
        dummy.conf_int(0.1, max_failed=share - 0.005)


@pytest.mark.parametrize("kind", ["parametric", "residual", "wild"])
def test_bca_is_for_drawn_rows(constant, kind):
    boot = constant.fit().bootstrap(50, rng=1, kind=kind)
    assert boot.acceleration is None
    with pytest.raises(ValueError, match=f"'bca', which leaves out rows .* '{kind}' does not"):
        boot.conf_int(method="bca")


def test_studentized_is_for_parameters(constant):
    boot = constant.fit().bootstrap(50, rng=1, statistic=lambda fit: fit.sigma)
    assert boot.replicates_bse is None
    assert boot.estimate_bse is None
    with pytest.raises(ValueError, match="'studentized', which needs the standard error"):
        boot.conf_int(method="studentized")


# Spread --------------------------------------------------------------------------------------


def test_spread_and_bias_are_of_the_replicates(boot, constant):
    result = constant.fit()
    draws = boot.replicates.to_numpy()
    assert_allclose(boot.bse, draws.std(axis=0, ddof=1), rtol=1e-12)
    assert_allclose(boot.bias, draws.mean(axis=0) - result.params, rtol=1e-9)
    assert_array_equal(boot.estimate, result.params)
    assert_allclose(boot.estimate_bse, result.bse, rtol=1e-12)
    assert (boot.nrep, boot.n_failed, boot.kind) == (400, 0, "case")


def test_standard_errors_of_replicates_are_those_of_their_fits(rows, scaled):
    result = scaled.fit()
    errors = result.bootstrap(4, rng=1, statistic=lambda fit: fit.bse).replicates
    assert_allclose(result.bootstrap(4, rng=1).replicates_bse, errors, rtol=1e-5)


def test_it_is_frozen_and_can_be_pickled(boot):
    with pytest.raises(dataclasses.FrozenInstanceError):
        boot.kind = "wild"
    again = pickle.loads(pickle.dumps(boot))
    pd.testing.assert_frame_equal(again.replicates, boot.replicates)
    assert str(again) == str(boot)


# Tables --------------------------------------------------------------------------------------


def test_the_table_has_all_that_is_found(boot):
    text = str(boot)
    ends = boot.conf_int()
    for name in boot.estimate.index:
        (line,) = [part for part in text.splitlines() if part.startswith(name + " ")]
        numbers = [float(part) for part in line.split()[1:]]
        found = [boot.estimate[name], boot.bias[name], boot.bse[name], *ends.loc[name]]
        assert_allclose(numbers, found, atol=6e-5)  # four digits behind the point
    assert re.search(r"Replicates: +400\n", text)
    assert re.search(r"Failed: +0\n", text)
    assert "Rows were drawn whole" in text
    assert repr(boot) == text
    assert "<table" in boot._repr_html_()


def test_the_table_has_the_intervals_that_are_asked_for(boot):
    text = str(boot.summary(0.1, "bca"))
    assert re.search(r"Intervals: +bca ", text)
    assert "[0.05" in text
    assert "0.95]" in text


def test_the_table_says_why_there_are_no_intervals(dummy):
    text = " ".join(str(dummy).split())
    assert "[0.025" not in text
    assert "Intervals: none " in text
    assert f"No intervals: {dummy.n_failed} of 100 replicates failed" in text
    assert f"{dummy.n_failed} failed (dependent columns). The first: the columns of" in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"kind": "parametric"}, "from the model at its estimates; valid if it is right"),
        ({"kind": "residual"}, "Standardised residuals were drawn"),
        ({"kind": "wild"}, "Residuals times Rademacher's weights; valid for the mean"),
        ({"kind": "cluster", "groups": np.arange(60) % 8}, "8 groups of rows were drawn whole"),
    ],
)
def test_the_table_says_what_was_drawn(constant, options, said):
    assert said in " ".join(str(constant.fit().bootstrap(50, rng=1, **options)).split())


def test_names_are_safe_in_tables(rows):
    result = gaussmle("y ~ x1", rows).fit()
    boot = result.bootstrap(50, rng=1, statistic=lambda fit: pd.Series({"<b>&_": fit.sigma}))
    assert "&lt;b&gt;&amp;_" in boot._repr_html_()
    assert r"\&\_" in boot.summary().as_latex()


@pytest.mark.parametrize(
    ("options", "best"),
    [
        ({}, "studentized"),
        ({"kind": "parametric"}, "studentized"),
        ({"statistic": lambda fit: fit.sigma2}, "bca"),
        ({"statistic": lambda fit: fit.sigma2, "kind": "parametric"}, "basic"),
    ],
)
def test_the_best_intervals_there_are_are_the_default(rows, options, best):
    found = gaussmle("y ~ x1", rows).fit().bootstrap(60, rng=1, **options)
    assert found.best_method == best
    pd.testing.assert_frame_equal(found.conf_int(), found.conf_int(method=best))
    assert best in str(found)
