"""Likelihood-ratio and F tests against smaller models, as a table and one by one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle import GaussianMLE, gaussmle, lrtest
from sm_gaussmle.estimation import maximum_likelihood
from sm_gaussmle.statsmodels_face.hypotheses import ratio_methods

MEAN = ["one", "x1", "x2"]
HEART = "thalach ~ age + exang + oldpeak"


# The table ------------------------------------------------------------------------------


def test_models_are_sorted_by_their_number_of_parameters(small, middle, large):
    table = lrtest(large, small, middle).table
    assert table["df"].tolist() == [3, 4, 5]
    assert table["llf"].tolist() == [small.llf, middle.llf, large.llf]
    assert_allclose(table["aic"], [small.aic, middle.aic, large.aic])


def test_each_row_tests_the_model_before_it(small, middle, large):
    table = lrtest(small, middle, large).table
    for place, (full, null) in enumerate(((middle, small), (large, middle)), start=2):
        test = full.compare_lr_test(null)
        row = table.loc[place, ["statistic", "pvalue", "df_diff"]]
        assert tuple(row) == tuple(test)
    assert table.loc[1, ["statistic", "pvalue", "df_diff"]].isna().all()


def test_the_table_prints_as_in_lmtest(heart):
    fits = [gaussmle(f, heart).fit() for f in ("thalach ~ age", f"{HEART} | age")]
    table = lrtest(*fits)
    assert str(table) == repr(table)
    assert str(table).splitlines() == [
        "Likelihood ratio test",
        "",
        "Model 1: thalach ~ age",
        "Model 2: thalach ~ age + exang + oldpeak; ln(sigma2) ~ age",
        "",
        "  #Df     LogLik      AIC Df   Chisq Pr(>Chisq)",
        "1   3  -1352.311  2710.62",
        "2   6  -1321.267  2654.53  3  62.088  2.104e-13",
        "p-values: chi-squared",
    ]


def test_the_table_shows_as_html_with_names_escaped(rows):
    columns = rows[["one", "x1"]].set_axis(["one", "<b>"], axis=1)
    fits = [GaussianMLE(rows["y"], columns.iloc[:, :k]).fit() for k in (1, 2)]
    page = lrtest(*fits)._repr_html_()
    assert "Model 2: y on one, &lt;b&gt;" in page
    assert "<td>" in page
    assert "<p>p-values: chi-squared</p>" in page


# Laws -----------------------------------------------------------------------------------

METHODS = ["chi2", "exact", "bartlett", "bootstrap"]


def _pvalues(fits, method="chi2"):
    return lrtest(*fits, method=method, rng=1, nrep=19).table["pvalue"].to_numpy()


def _mean_fits(rows, y=None, columns=None, **options):
    exog = rows[MEAN] if columns is None else columns
    y = rows["y"] if y is None else y
    return [GaussianMLE(y, c, **options).fit() for c in (exog.iloc[:, [0, 2]], exog)]


@pytest.mark.parametrize("method", METHODS)
def test_units_do_not_matter(rows, method):
    exog = rows[MEAN] * [1.0, 1e-6, 1e4]
    other = _mean_fits(rows, y=rows["y"] * 1e3, columns=exog)
    # Differences of log-likelihoods that are 400 larger.
    assert_allclose(_pvalues(other, method), _pvalues(_mean_fits(rows), method), rtol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_it_does_not_matter_how_the_smaller_model_is_written(rows, method):
    null, full = _mean_fits(rows)
    mixed = rows[["one", "x2"]].to_numpy() @ [[1.0, 2.0], [0.5, -1.0]]
    again = GaussianMLE(rows["y"], pd.DataFrame(mixed, index=rows.index)).fit()
    assert_allclose(_pvalues((again, full), method), _pvalues((null, full), method), rtol=1e-9)


@pytest.mark.parametrize("kind", ["plain", "known", "counted"])
def test_the_exact_p_value_is_that_of_the_f_test(rows, kind):
    options = {
        "plain": {},
        "known": {"offset": rows["o"], "offset_scale": rows["s"], "var_weights": rows["v"]},
        "counted": {"freq_weights": rows["f"]},
    }[kind]
    rows["y"] -= 1.8 * rows["x1"]  # so that it is not nothing
    null, full = _mean_fits(rows, **options)
    row = lrtest(null, full, method="exact").table.loc[2]
    statistic = (null.ssr - full.ssr) / full.mse_resid
    assert_allclose(row["pvalue"], stats.f.sf(statistic, 1, full.df_resid), rtol=1e-12)
    assert_allclose(row["pvalue"], full.compare_f_test(null)[1], rtol=1e-12)
    assert_allclose(row["fvalue"], statistic, rtol=1e-12)
    assert row["df_denom"] == full.df_resid


def test_the_ratio_is_an_increasing_function_of_f(rows):
    rows["y"] -= 1.8 * rows["x1"]
    row = lrtest(*_mean_fits(rows), method="exact").table.loc[2]
    assert_allclose(row["statistic"], 60 * np.log1p(row["fvalue"] / 57), rtol=1e-10)


def test_bartletts_factor_multiplies_the_statistic(rows):
    null, full = _mean_fits(rows)
    row = lrtest(null, full, method="bartlett").table.loc[2]
    assert row["factor"] == (60 - 3 - 1 + 0.5) / 60
    assert_allclose(row["pvalue"], stats.chi2.sf(row["statistic"] * row["factor"], 1))


def test_bartletts_factor_is_estimated_with_a_scale_equation(middle, large):
    table = lrtest(middle, large, method="bartlett", rng=1, nrep=40)
    samples = ratio_methods.replicates(
        *(f.model.source().rows for f in (middle, large)),
        np.asarray(middle.params),
        40,
        np.random.default_rng(1),
    )
    row = table.table.loc[2]
    assert_allclose(row["factor"], 1 / samples.statistics.mean())
    assert_allclose(row["pvalue"], stats.chi2.sf(row["statistic"] * row["factor"], 1))
    assert row["replicates"] == 40
    assert "a Bartlett factor estimated by parametric bootstrap" in str(table)


def test_the_bootstrap_agrees_with_the_exact_test(rows):
    rows["y"] -= 1.8 * rows["x1"]
    fits = _mean_fits(rows)
    exact = lrtest(*fits, method="exact").table["pvalue"][2]
    found = lrtest(*fits, method="bootstrap", nrep=4000, rng=2).table["pvalue"][2]
    assert abs(found - exact) < 4 * np.sqrt(exact * (1 - exact) / 4000)


def test_the_samples_of_a_seed_are_the_same_again(middle, large):
    once, again, other = (
        lrtest(middle, large, method="bartlett", nrep=30, rng=seed).table["factor"][2]
        for seed in (5, np.random.default_rng(5), 6)
    )
    assert once == again != other


# One test -------------------------------------------------------------------------------


def test_a_full_model_at_a_lower_maximum_is_not_compared(small, large):
    record = replace(large.fit_record, loglike=small.llf - 1e-3)
    large._results.fit_record = record
    with pytest.raises(
        ValueError, match=r"`restricted`.*is above that of this fit.*lower maximum"
    ):
        large.compare_lr_test(small)


def test_rounding_of_equal_likelihoods_is_no_fall(small, large):
    record = replace(large.fit_record, loglike=small.llf - 1e-12)
    large._results.fit_record = record
    assert large.compare_lr_test(small).statistic == 0.0


def test_the_likelihood_ratio_is_twice_the_difference_of_log_likelihoods(small, large):
    test = large.compare_lr_test(small)
    assert_allclose(test.statistic, 2 * (large.llf - small.llf), rtol=1e-12)
    assert test.df_diff == 2
    assert_allclose(test.pvalue, stats.chi2.sf(test.statistic, 2), rtol=1e-12)


def test_the_likelihood_ratio_of_means_is_that_of_ols(heart):
    full, restricted = gaussmle(HEART, heart).fit(), gaussmle("thalach ~ age", heart).fit()
    expected = (
        smf.ols(HEART, heart).fit().compare_lr_test(smf.ols("thalach ~ age", heart).fit())
    )
    # The difference of log-likelihoods of 1300 loses two digits.
    assert_allclose(full.compare_lr_test(restricted), expected, rtol=1e-10)


def test_the_constant_only_model_gives_the_likelihood_ratio_of_the_fit(large, rows):
    null = GaussianMLE(rows["y"], rows["one"]).fit()
    test = large.compare_lr_test(null)
    assert_allclose(test, (large.llr, large.llr_pvalue, 3), rtol=1e-12)


def test_a_restriction_may_be_another_basis(rows, large):
    other = pd.DataFrame({"c": rows["one"] * 3, "d": rows["x1"] - 2 * rows["x2"]})
    restricted = GaussianMLE(rows["y"], other, exog_scale=rows[["z"]] + 1).fit()
    assert large.compare_lr_test(restricted).df_diff == 2


def test_nested_models_may_come_from_formulas(rows, engine):
    del engine
    full = gaussmle("y ~ x1 + C(g) | C(g)", rows).fit()
    restricted = gaussmle("y ~ x1", rows).fit()
    assert full.compare_lr_test(restricted).df_diff == 4


def test_the_unwrapped_results_compare_as_well(small, large):
    expected = large.compare_lr_test(small)
    assert large._results.compare_lr_test(small._results) == expected


def test_no_statistic_is_negative(rows):
    # A column of rounding: both likelihoods are the same but for their last digit.
    noise = np.random.default_rng(0).normal(size=60)
    restricted = GaussianMLE(rows["y"], rows[MEAN]).fit()
    noise -= np.asarray(rows[MEAN]) @ np.linalg.lstsq(rows[MEAN], noise, rcond=None)[0]
    noise -= restricted.resid * (noise @ restricted.resid) / (restricted.resid**2).sum()
    full = GaussianMLE(rows["y"], rows[MEAN].assign(noise=noise)).fit()
    test = full.compare_lr_test(restricted)
    assert 0 <= test.statistic < 1e-9
    assert test.pvalue > 0.9999


def test_times_of_the_same_day_are_not_taken_for_each_other(rows):
    day = rows.assign(t=1.7e9 + rows["z"], u=1.7e9 + rows["o"])
    full = GaussianMLE(day["y"], day[["one", "x1", "t"]]).fit()
    with pytest.raises(ValueError, match="u of `exog` is no combination"):
        full.compare_lr_test(GaussianMLE(day["y"], day[["one", "u"]]).fit())


# F --------------------------------------------------------------------------------------


def test_the_f_test_is_that_of_ols(heart):
    full, restricted = gaussmle(HEART, heart).fit(), gaussmle("thalach ~ age", heart).fit()
    expected = smf.ols(HEART, heart).fit().compare_f_test(smf.ols("thalach ~ age", heart).fit())
    assert_allclose(full.compare_f_test(restricted), expected, rtol=1e-10)


def test_the_f_test_with_known_variances_is_that_of_wls(rows):
    options = {"var_weights": rows["v"], "offset": rows["o"]}
    fits = [GaussianMLE(rows["y"], rows[c], **options).fit() for c in (MEAN, ["one", "x2"])]
    wls = [
        sm.WLS(rows["y"] - rows["o"], rows[c], weights=rows["v"]).fit()
        for c in (MEAN, ["one", "x2"])
    ]
    assert_allclose(fits[0].compare_f_test(fits[1]), wls[0].compare_f_test(wls[1]), rtol=1e-10)


def test_the_f_test_counts_a_row_as_often_as_it_was_seen(rows):
    again = rows.loc[rows.index.repeat(rows["f"].astype(int))].reset_index(drop=True)
    weighted, repeated = (
        [GaussianMLE(d["y"], d[c], freq_weights=w).fit() for c in (MEAN, ["one", "x2"])]
        for d, w in ((rows, rows["f"]), (again, None))
    )
    assert_allclose(
        weighted[0].compare_f_test(weighted[1]),
        repeated[0].compare_f_test(repeated[1]),
        rtol=1e-10,
    )


def test_a_scale_equation_has_no_f_test(large, small):
    with pytest.raises(AttributeError, match=r"compare_f_test.*Use compare_lr_test"):
        large.compare_f_test(small)


# Methods that do not apply ----------------------------------------------------------------


def test_a_scale_equation_has_no_exact_test(small, large):
    with pytest.raises(
        ValueError,
        match=r"'exact' needs exact responses of const.*this fit has a scale.*Use method='chi2', 'b",
    ):
        large.compare_lr_test(small, method="exact")


@pytest.mark.parametrize("method", ["exact", "bartlett", "bootstrap"])
def test_weights_that_count_nothing_have_large_sample_tests_only(rows, method):
    null, full = _mean_fits(rows, freq_weights=rows["f"] / 2)
    with pytest.raises(
        ValueError, match=r"weights` of `restricted` are not all whole.*Use method='chi2'"
    ):
        full.compare_lr_test(null, method=method)
    assert full.compare_lr_test(null).df_diff == 1


@pytest.mark.parametrize("method", ["exact", "bartlett", "bootstrap"])
def test_other_distributions_have_large_sample_tests_only(rows, method):
    counts = rows.assign(c=np.arange(60) % 5)
    fits = [smf.glm(f, counts, family=sm.families.Poisson()).fit() for f in ("c ~ 1", "c ~ x1")]
    with pytest.raises(
        ValueError,
        match=r"needs normal responses; those of fit 1 are poisson\. Use method='chi2'",
    ):
        lrtest(*fits, method=method)


@pytest.mark.parametrize("method", ["exact", "bartlett", "bootstrap"])
def test_other_links_have_large_sample_tests_only(rows, method):
    positive = rows.assign(y=np.exp(rows["y"] / 10))
    family = sm.families.Gaussian(sm.families.links.Log())
    fits = [smf.glm(f, positive, family=family).fit() for f in ("y ~ 1", "y ~ x1")]
    with pytest.raises(
        ValueError, match=r"a linear mean; that of fit 1 has the link log\. Use method='chi2'"
    ):
        lrtest(*fits, method=method)


# Samples that fail ------------------------------------------------------------------------


def _failing(monkeypatch, every):
    fit = maximum_likelihood.fit_scale_equation
    numbers = iter(range(100))

    def sometimes(problem, start):
        found = fit(problem, start)
        return replace(found, converged=next(numbers) % every != 0, reason="tired")

    monkeypatch.setattr(maximum_likelihood, "fit_scale_equation", sometimes)


def test_samples_that_fail_are_left_out_counted_and_told(monkeypatch, middle, large):
    _failing(monkeypatch, 5)
    with pytest.warns(ValueWarning, match=r"2 of 9 samples could not.*left out.*tired") as told:
        table = lrtest(middle, large, method="bootstrap", nrep=9, rng=1).table
    assert told[0].filename == __file__
    assert table.loc[2, ["replicates", "failed"]].tolist() == [7, 2]


def test_without_any_sample_there_is_no_p_value(monkeypatch, middle, large):
    _failing(monkeypatch, 1)
    with pytest.raises(
        ValueError, match=r"none of 9 samples could be fitted\. The last: the fit"
    ):
        lrtest(middle, large, method="bootstrap", nrep=9, rng=1)
