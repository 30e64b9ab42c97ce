"""Covariances by name and with their options, beside those of OLS and WLS."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from statsmodels.stats.sandwich_covariance import weights_bartlett
from statsmodels.tools.sm_exceptions import ConvergenceWarning, HessianInversionWarning

from sm_gaussmle import GaussianMLE, gaussmle

FORMULA = "y ~ x1 + x2 + C(g)"
SERIES = np.repeat(np.arange(6), 10)
# Two routes to a product of matrices of condition 1e3.
RTOL = 1e-9

# cov_type, options, and those of OLS where they differ
AS_OLS = {
    "unbiased": ("unbiased", {}, ("nonrobust", {})),
    "HC0": ("HC0", {}, None),
    "HC1": ("HC1", {}, None),
    "HC2": ("HC2", {}, None),
    "HC3": ("HC3", {}, None),
    "hc3 in small letters": ("hc3", {}, None),
    "cluster": ("cluster", {"groups": SERIES}, None),
    "cluster, no factor": ("cluster", {"groups": SERIES, "use_correction": False}, None),
    "cluster, n - k": ("cluster", {"groups": SERIES, "df_correction": False}, None),
    "HAC": ("HAC", {"maxlags": 3}, None),
    "HAC, corrected": ("HAC", {"maxlags": 2, "use_correction": True}, None),
    "HAC, uniform": ("HAC", {"maxlags": 1, "kernel": "uniform"}, None),
    "HAC, own kernel": ("HAC", {"maxlags": 4, "weights_func": weights_bartlett}, None),
    "HAC, no lag": ("HAC", {"maxlags": 0}, None),
    "hac-panel": ("hac-panel", {"groups": SERIES, "maxlags": 3}, None),
    "hac-panel by time": ("hac-panel", {"time": np.tile(np.arange(10), 6), "maxlags": 2}, None),
    "hac-panel, clusters": (
        "hac-panel",
        {"groups": SERIES, "maxlags": 3, "use_correction": "cluster"},
        None,
    ),
    "nw-panel": ("nw-panel", {"groups": SERIES, "maxlags": 3, "use_correction": False}, None),
}


@pytest.fixture(params=AS_OLS.values(), ids=list(AS_OLS))
def both(request, rows):
    """Fits of ours and of OLS with the same covariance, both with the t distribution."""
    cov_type, options, other = request.param
    theirs_type, theirs_options = other or (cov_type, options)
    ours = gaussmle(FORMULA, rows).fit(cov_type=cov_type, cov_kwds=options, use_t=True)
    if theirs_options.get("kernel"):  # a name is not understood by fit
        theirs_options = theirs_options | {"weights_func": np.ones_like}
        theirs_options.pop("kernel")
        theirs_options["weights_func"] = lambda lags: np.ones(lags + 1)
    ols = smf.ols(FORMULA, rows)
    theirs = ols.fit(cov_type=theirs_type, cov_kwds=dict(theirs_options) or None, use_t=True)
    return ours, theirs


def test_covariance_of_the_mean_is_that_of_ols(both):
    ours, theirs = both
    k = len(theirs.params)
    assert_allclose(ours.cov_params().iloc[:k, :k], theirs.cov_params(), rtol=RTOL)


def test_inference_on_the_mean_is_that_of_ols(both):
    ours, theirs = both
    k = len(theirs.params)
    assert_allclose(ours.bse.iloc[:k], theirs.bse, rtol=RTOL)
    assert_allclose(ours.pvalues.iloc[:k], theirs.pvalues, rtol=1e-7)
    assert_allclose(ours.conf_int().iloc[:k], theirs.conf_int(), rtol=1e-7)
    assert_allclose(ours.t_test("x1 = x2").pvalue, theirs.t_test("x1 = x2").pvalue, rtol=1e-7)
    ours, theirs = ours.f_test("x1 = 0, x2 = 0"), theirs.f_test("x1 = 0, x2 = 0")
    assert_allclose([ours.fvalue, ours.df_denom], [theirs.fvalue, theirs.df_denom], rtol=RTOL)


def test_unbiased_uses_the_t_distribution_by_default(rows):
    ours = gaussmle(FORMULA, rows).fit(cov_type="unbiased")
    theirs = smf.ols(FORMULA, rows).fit()
    assert ours.use_t
    assert_allclose(ours.conf_int().iloc[:5], theirs.conf_int(), rtol=RTOL)
    assert "t" in str(ours.summary().tables[1]).split()


@pytest.mark.parametrize("cov_type", ["nonrobust", "eim", "opg", "HC1", "HAC"])
def test_others_use_the_normal_distribution_by_default(rows, cov_type):
    assert not gaussmle(FORMULA, rows).fit(cov_type=cov_type).use_t


def test_two_ways_of_clustering_are_those_of_ols(rows):
    groups = np.column_stack([SERIES, np.tile(np.arange(12), 5)])
    ours = gaussmle(FORMULA, rows).fit(cov_type="cluster", cov_kwds={"groups": groups})
    theirs = smf.ols(FORMULA, rows).fit(cov_type="cluster", cov_kwds={"groups": groups})
    assert_allclose(ours.bse.iloc[:5], theirs.bse, rtol=RTOL)
    assert ours.df_resid_inference == theirs.df_resid_inference == 5
    assert ours.cov_kwds["n_groups"] == (6, 12)


@pytest.mark.parametrize("cov_type", ["unbiased", "HC0", "HC1", "HC2", "HC3"])
def test_with_variance_weights_they_are_those_of_wls(rows, cov_type):
    exog = rows[["one", "x1", "x2"]]
    ours = GaussianMLE(rows["y"], exog, var_weights=rows["v"]).fit(cov_type=cov_type)
    theirs = sm.WLS(rows["y"], exog, weights=rows["v"]).fit(
        cov_type="nonrobust" if cov_type == "unbiased" else cov_type
    )
    assert_allclose(ours.bse.iloc[:3], theirs.bse, rtol=RTOL)


@pytest.mark.parametrize("cov_type", ["unbiased", "HC0", "HC1", "HC2", "HC3", "cluster"])
def test_frequency_weights_repeat_rows(rows, cov_type):
    times = rows["f"].astype(int)
    exog = rows[["one", "x1", "x2"]]
    by_row = {"groups": SERIES} if cov_type == "cluster" else {}
    repeated = {name: np.repeat(v, times) for name, v in by_row.items()}
    ours = GaussianMLE(rows["y"], exog, freq_weights=times)
    longer = GaussianMLE(np.repeat(rows["y"], times), exog.loc[exog.index.repeat(times)])
    assert_allclose(
        ours.fit(cov_type=cov_type, cov_kwds=by_row).bse,
        longer.fit(cov_type=cov_type, cov_kwds=repeated).bse,
        rtol=RTOL,
    )


def test_the_distribution_of_the_fit_is_kept_as_in_ols(rows):
    fit = gaussmle(FORMULA, rows).fit
    ours = fit(cov_type="unbiased").get_robustcov_results("HC1")
    theirs = smf.ols(FORMULA, rows).fit().get_robustcov_results("HC1")
    assert_allclose(ours.pvalues.iloc[:5], theirs.pvalues, rtol=1e-7)
    assert not fit().get_robustcov_results("HC1").use_t
    assert fit().get_robustcov_results("unbiased").use_t


def test_booleans_of_numpy_are_booleans(rows):
    fit = gaussmle(FORMULA, rows).fit
    options = {"groups": SERIES, "use_correction": np.False_, "df_correction": np.False_}
    numpy = fit(cov_type="cluster", cov_kwds=options, use_t=np.True_)
    options = {"groups": SERIES, "use_correction": False, "df_correction": False}
    plain = fit(cov_type="cluster", cov_kwds=options, use_t=True)
    pd.testing.assert_series_equal(numpy.pvalues, plain.pvalues)


def test_a_scaling_factor_multiplies_the_covariance(rows):
    fit = gaussmle(FORMULA, rows).fit
    scaled = fit(cov_type="HC0", cov_kwds={"scaling_factor": 1.5})
    assert_allclose(scaled.cov_params(), 1.5 * fit(cov_type="HC0").cov_params(), rtol=1e-14)


# Afterwards ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["HC0", "HC1", "HC2", "HC3"])
def test_hc_attributes_are_those_of_ols(rows, name):
    ours, theirs = gaussmle(FORMULA, rows).fit(), smf.ols(FORMULA, rows).fit()
    assert_allclose(
        getattr(ours, f"{name}_se").iloc[:5], getattr(theirs, f"{name}_se"), rtol=RTOL
    )
    found = getattr(ours, f"cov_{name}")
    assert_allclose(np.asarray(found)[:5, :5], getattr(theirs, f"cov_{name}"), rtol=RTOL)
    assert list(getattr(ours, f"{name}_se").index) == ours.model.exog_names


@pytest.mark.parametrize(("name", "cov_type"), [("jac", "opg"), ("jhj", "HC0")])
def test_generic_names_of_covariances_are_weighted_as_they_should(rows, name, cov_type):
    # statsmodels multiplies the scores of rows by their frequency weights, and squares.
    model = gaussmle("y ~ x1 | z", rows, freq_weights="f")
    results, asked = model.fit(), model.fit(cov_type=cov_type)
    assert_allclose(getattr(results, f"cov{name}"), asked.cov_params(), rtol=1e-12)
    assert_allclose(getattr(results, f"bse{name}"), asked.bse, rtol=1e-12)


def test_score_and_hessian_at_the_estimates(rows):
    results = gaussmle("y ~ x1 | z", rows).fit()
    # Ten digits of sums that cancel, in the units of their terms.
    assert_allclose(results.score_obsv.sum(axis=0), 0.0, atol=1e-7)
    assert_allclose(-np.linalg.inv(results.hessv), results.cov_params(), rtol=1e-8)


@pytest.mark.parametrize(
    ("cov_type", "options"),
    [
        ("HC1", {}),
        ("unbiased", {}),
        ("cluster", {"groups": "g"}),
        ("hac-panel", {"groups": SERIES, "maxlags": 2}),
        ("nonrobust", {}),
        ("nonrobust", {"scaling_factor": 2.0}),
    ],
)
def test_another_covariance_is_that_of_a_fit_with_it(rows, cov_type, options):
    fit = gaussmle(FORMULA, rows).fit
    first = fit(cov_type="HC0")
    before = first.bse.copy()
    new = first.get_robustcov_results(cov_type, **options)
    asked = fit(cov_type=cov_type, cov_kwds=options)
    pd.testing.assert_series_equal(new.bse, asked.bse)
    pd.testing.assert_series_equal(new.pvalues, asked.pvalues)
    assert (new.cov_type, new.use_t, new.cov_kwds) == (
        asked.cov_type,
        asked.use_t,
        asked.cov_kwds,
    )
    pd.testing.assert_series_equal(first.bse, before)
    assert first.cov_type == "HC0"


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC1"])
def test_standard_errors_left_out_can_be_had_afterwards(rows, cov_type):
    fit = gaussmle(FORMULA, rows).fit
    left_out = fit(skip_hessian=True)
    late = left_out.get_robustcov_results(cov_type)
    pd.testing.assert_series_equal(late.bse, fit(cov_type=cov_type).bse)
    with pytest.raises(ValueError, match="left out"):
        left_out.cov_params()


def test_where_there_is_no_covariance_none_is_made_up(scaled):
    # Far from the maximum the information need not be positive definite.
    with pytest.warns((ConvergenceWarning, HessianInversionWarning)):
        results = scaled.fit([500.0, 2, 3, 0, 0], maxiter=0)
    for cov_type in ("nonrobust", "HC0"):
        with pytest.raises(ValueError, match="not positive definite"):
            results.get_robustcov_results(cov_type)


def test_covariances_of_combinations_have_no_labels(rows):
    results = gaussmle(FORMULA, rows).fit()
    combinations = np.eye(6)[:2]
    assert_allclose(results.cov_params(combinations), results.cov_params().iloc[:2, :2])
    assert_allclose(results.cov_params(column=[1, 2]), results.cov_params().iloc[1:3, 1:3])


# Digits ----------------------------------------------------------------------------------

TIMES = np.round(np.random.default_rng(8).uniform(0, 100, 60))
"""Seconds, in the first tests after a moment and in the second since 1970."""


@pytest.mark.parametrize(
    ("cov_type", "options"),
    [
        ("nonrobust", {}),
        ("unbiased", {}),
        ("eim", {}),
        ("opg", {}),
        ("HC0", {}),
        ("HC3", {}),
        ("cluster", {"groups": SERIES}),
        ("HAC", {"maxlags": 2}),
    ],
)
def test_columns_far_from_zero_cost_combinations_no_digits(rows, cov_type, options):
    since = 1.7e9
    near = GaussianMLE(rows["y"], np.column_stack([np.ones(60), TIMES]))
    far = GaussianMLE(rows["y"], np.column_stack([np.ones(60), since + TIMES]))
    near, far = (m.fit(cov_type=cov_type, cov_kwds=options) for m in (near, far))
    expected = near.get_prediction().se
    # Parameters of 1e7 standard errors are rounded to doubles: seven digits are left.
    assert_allclose(far.get_prediction().se, expected, rtol=1e-6)
    at_50 = far.t_test([1, since + 50, 0])
    assert_allclose(np.squeeze(at_50.sd), np.squeeze(near.t_test([1, 50, 0]).sd), rtol=1e-6)


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC0", "unbiased"])
@pytest.mark.parametrize("unit", [1e-8, 1e-4, 1e4, 1e8])
def test_joint_tests_do_not_depend_on_units(rows, cov_type, unit):
    plain = rows[["one", "x1", "x2"]].to_numpy()
    results, other = (
        GaussianMLE(rows["y"].to_numpy(), plain * units).fit(cov_type=cov_type)
        for units in ([1, 1, 1], [1, unit, 1 / unit])
    )
    tested = np.eye(4)[1:3]
    assert_allclose(
        other.wald_test(tested).statistic, results.wald_test(tested).statistic, rtol=1e-7
    )
    assert_allclose(other.fvalue, results.fvalue, rtol=1e-7)


def test_covariances_that_are_not_positive_cannot_test_much_at_once():
    # 4 clusters each way, 5 hypotheses.
    rng = np.random.default_rng(31)
    exog = np.column_stack([np.ones(50), rng.normal(size=(50, 5))])
    groups = rng.integers(0, 4, (50, 2))
    results = GaussianMLE(rng.normal(size=50), exog).fit(
        cov_type="cluster", cov_kwds={"groups": groups}
    )
    with pytest.raises(ValueError, match=r"negative eigenvalue.*one by one"):
        results.wald_test(np.eye(7)[1:6])
    assert results.wald_test(np.eye(7)[1]).statistic > 0


def test_copies_share_nothing_that_changes(rows):
    results = gaussmle("y ~ x1", rows).fit()
    other = results.get_robustcov_results("HC1")
    other.mle_retvals["converged"] = None
    assert results.mle_retvals["converged"]


# Groups ----------------------------------------------------------------------------------


@pytest.fixture
def holes(rows):
    """The rows with a few missing values, one of weight zero, and groups."""
    rows = rows.assign(cluster=[f"c{i}" for i in SERIES])
    rows.loc[rows.index[[3, 30]], "x1"] = np.nan
    rows.loc[rows.index[12], "f"] = 0.0
    return rows


@pytest.fixture
def clustered(holes):
    """Standard errors of the complete rows with the groups of these."""
    left = holes.dropna().query("f > 0")
    return gaussmle(FORMULA, left, freq_weights="f").fit(
        cov_type="cluster", cov_kwds={"groups": left["cluster"].to_numpy()}
    )


GROUPS = {
    "labelled": lambda data: data["cluster"],
    "array": lambda data: data["cluster"].to_numpy(),
    "list": lambda data: list(data["cluster"]),
    "categories": lambda data: data["cluster"].astype("category"),
    "list of one": lambda data: [data["cluster"]],
    "frame": lambda data: data[["cluster"]],
}


@pytest.mark.parametrize("kind", GROUPS)
@pytest.mark.parametrize("given", ["all rows", "rows that are left"])
def test_groups_lose_the_rows_that_the_model_lost(holes, clustered, kind, given, engine):
    model = gaussmle("y ~ x1 + x2 + C(g)", holes, freq_weights="f")
    rows = holes if given == "all rows" else holes.dropna().query("f > 0")
    found = model.fit(cov_type="cluster", cov_kwds={"groups": GROUPS[kind](rows)})
    assert_allclose(found.bse, clustered.bse, rtol=1e-12)


def test_a_column_of_groups_is_masked_with_the_rows(holes, clustered, engine):
    model = gaussmle("y ~ x1 + x2 + C(g)", holes, freq_weights="f")
    found = model.fit(cov_type="cluster", cov_kwds={"groups": "cluster"})
    assert_allclose(found.bse, clustered.bse, rtol=1e-12)


def test_groups_follow_a_subset_in_its_order(holes, engine):
    labels = holes.index[::-1][:40]
    chosen = holes.loc[labels].dropna()
    expected = gaussmle("y ~ x1", chosen).fit(
        cov_type="cluster", cov_kwds={"groups": chosen["cluster"].to_numpy()}
    )
    model = gaussmle("y ~ x1", holes, subset=labels)
    for groups in ("cluster", holes["cluster"]):
        found = model.fit(cov_type="cluster", cov_kwds={"groups": groups})
        assert_allclose(found.bse, expected.bse, rtol=1e-12)


def test_groups_of_arrays_lose_missing_rows_too(holes):
    exog = holes[["one", "x1"]].to_numpy()
    model = GaussianMLE(holes["y"].to_numpy(), exog, missing="drop")
    left = holes.dropna()
    expected = GaussianMLE(left["y"], left[["one", "x1"]]).fit(
        cov_type="cluster", cov_kwds={"groups": left["cluster"]}
    )
    found = model.fit(cov_type="cluster", cov_kwds={"groups": holes["cluster"].to_numpy()})
    assert_allclose(found.bse, expected.bse, rtol=1e-12)


def test_two_columns_by_name_are_two_ways(holes):
    model = gaussmle("y ~ x1", holes)
    names = model.fit(cov_type="cluster", cov_kwds={"groups": ["cluster", "g"]})
    frame = model.fit(cov_type="cluster", cov_kwds={"groups": holes[["cluster", "g"]]})
    assert names.cov_kwds["n_groups"] == (6, 3)
    assert_allclose(names.bse, frame.bse)


def test_groups_need_not_be_sorted_for_a_panel(rows):
    # OLS takes each run of equal labels for a series; here rows of one label are one.
    shuffled = np.random.default_rng(1).permutation(60)
    mixed = rows.iloc[shuffled]
    times = np.tile(np.arange(10), 6)
    model = gaussmle(FORMULA, mixed)
    options = {"groups": SERIES[shuffled], "time": times[shuffled], "maxlags": 3}
    found = model.fit(cov_type="hac-panel", cov_kwds=options)
    options = {"groups": SERIES, "maxlags": 3}
    expected = gaussmle(FORMULA, rows).fit(cov_type="hac-panel", cov_kwds=options)
    assert_allclose(found.bse, expected.bse, rtol=RTOL)


def test_time_orders_the_rows_of_a_series(rows):
    shuffled = np.random.default_rng(2).permutation(60)
    mixed = rows.assign(t=np.arange(60)).iloc[shuffled]
    found = gaussmle(FORMULA, mixed).fit(cov_type="HAC", cov_kwds={"time": "t", "maxlags": 4})
    expected = gaussmle(FORMULA, rows).fit(cov_type="HAC", cov_kwds={"maxlags": 4})
    assert_allclose(found.bse, expected.bse, rtol=RTOL)


def test_lags_are_chosen_by_rule_where_none_are_given(rows):
    found = gaussmle(FORMULA, rows).fit(cov_type="HAC")
    assert found.cov_kwds["maxlags"] == 3  # 4 (60/100)^(2/9) = 3.57


def test_results_keep_no_groups():
    rng = np.random.default_rng(0)
    model = GaussianMLE(rng.normal(size=500), np.ones((500, 1)))
    found = model.fit(cov_type="cluster", cov_kwds={"groups": np.arange(500) % 9})
    assert set(found.cov_kwds) == {"n_groups", "use_correction", "description"}


@pytest.mark.parametrize(
    ("cov_type", "options", "words"),
    [
        ("cluster", {"groups": SERIES}, "within clusters (6 clusters), times G/(G - 1) (n"),
        ("cluster", {"groups": SERIES, "use_correction": "groups"}, "times G/(G - 1)."),
        ("HAC", {"maxlags": 1}, "(bartlett kernel, 1 lag), without a small-sample factor."),
        ("hac-panel", {"groups": SERIES}, "3 lags, 6 series), times n/(n - k)."),
        ("HC0", {"scaling_factor": 2}, "multiplied by scaling_factor=2."),
        ("unbiased", {}, "unbiased estimate of the variance, RSS/(n - k)"),
        ("HC2", {}, "squared residuals over 1 - h"),
        ("opg", {}, "outer product of the gradients"),
        ("eim", {}, "expected information"),
    ],
)
def test_the_description_says_what_was_done(rows, cov_type, options, words):
    found = gaussmle(FORMULA, rows).fit(cov_type=cov_type, cov_kwds=options)
    assert words in found.cov_kwds["description"]
    text = " ".join(str(found.summary()).split())
    assert words in text


def test_lags_over_dropped_rows_are_pointed_out(holes):
    found = gaussmle("y ~ x1", holes).fit(cov_type="HAC", cov_kwds={"maxlags": 2})
    assert "2 were dropped" in found.cov_kwds["description"]


# Refusals --------------------------------------------------------------------------------


def refused(rows, cov_type, options, kind=ValueError, **others):
    with pytest.raises(kind) as caught:
        gaussmle(FORMULA, rows, **others).fit(cov_type=cov_type, cov_kwds=options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("cov_type", "options", "kind", "words"),
    [
        ("cluster", {}, TypeError, ["groups", "cov_kwds={'groups'"]),
        ("cluster", {"groups": "h"}, ValueError, ["`groups` is 'h'", "columns are one, x1"]),
        ("cluster", {"groups": np.arange(59)}, ValueError, ["59 rows", "has 60"]),
        ("cluster", {"groups": np.zeros(60)}, ValueError, ["one group"]),
        ("cluster", {"groups": np.zeros((60, 3))}, ValueError, ["3 columns", "two"]),
        ("cluster", {"groups": np.zeros((2, 2, 2))}, ValueError, ["shape (2, 2, 2)"]),
        ("cluster", {"groups": SERIES, "use_correction": "hac"}, ValueError, ["'groups'"]),
        ("cluster", {"groups": SERIES, "df_correction": 3}, ValueError, ["df_correction"]),
        ("cluster", {"groups": SERIES, "maxlags": 2}, TypeError, ["maxlags", "takes groups"]),
        ("HC1", {"maxlags": 2}, TypeError, ["maxlags", "no options"]),
        ("HC1", {"scaling_factor": 0}, ValueError, ["scaling_factor", "positive"]),
        ("HC1", [("groups", 1)], TypeError, ["`cov_kwds`", "dict"]),
        ("HAC", {"maxlags": 60}, ValueError, ["`maxlags` is 60", "0 to 59"]),
        ("HAC", {"maxlags": 1.5}, ValueError, ["`maxlags` is 1.5"]),
        ("HAC", {"maxlags": 1, "kernel": "parzen"}, ValueError, ["'parzen'", "'bartlett'"]),
        ("HAC", {"maxlags": 1, "kernel": np.ones}, ValueError, ["shape (1,)", "2 finite"]),
        ("HAC", {"maxlags": 1, "use_correction": 2}, ValueError, ["True, False"]),
        ("hac-panel", {"maxlags": 1}, TypeError, ["groups", "time"]),
        ("hac-panel", {"groups": np.zeros((60, 2))}, ValueError, ["2 columns", "one"]),
        (
            "hac-panel",
            {"groups": np.zeros(60), "use_correction": "cluster", "maxlags": 1},
            ValueError,
            ["G/(G - 1)", "'hac' or False"],
        ),
    ],
)
def test_wrong_options_are_refused(rows, cov_type, options, kind, words):
    message = refused(rows, cov_type, options, kind)
    assert all(word in message for word in words), message


def test_missing_groups_are_named(rows):
    groups = pd.Series(SERIES.astype(float), index=rows.index)
    groups.iloc[[4, 7]] = np.nan
    message = refused(rows, "cluster", {"groups": groups})
    assert "`groups` is missing in 2 of 60 rows (rows 'r4', 'r7')" in message


def test_groups_with_another_index_are_refused(rows):
    groups = pd.Series(SERIES, index=rows.index[::-1])
    assert "index of `groups` differs" in refused(rows, "cluster", {"groups": groups})


def test_names_of_groups_need_a_formula(rows):
    model = GaussianMLE(rows["y"], rows[["one", "x1"]])
    with pytest.raises(ValueError, match="work with a formula only"):
        model.fit(cov_type="cluster", cov_kwds={"groups": "g"})


def test_groups_of_a_wrong_length_name_the_rows_before_and_after(holes):
    with pytest.raises(ValueError, match="has 57 rows; the model has 58, 60 before"):
        gaussmle("y ~ x1", holes).fit(cov_type="cluster", cov_kwds={"groups": SERIES[:57]})


@pytest.mark.parametrize(
    ("cov_type", "instead"), [("unbiased", "'eim'"), ("HC2", "'HC1'"), ("HC3", "'HC1'")]
)
def test_a_scale_equation_has_no(rows, cov_type, instead):
    message = refused(rows, cov_type, None, scale_formula="~ z")
    assert f"`cov_type` is '{cov_type}'" in message
    assert instead in message
    results = gaussmle(FORMULA, rows, scale_formula="~ z").fit()
    with pytest.raises(AttributeError, match="scale equation"):
        _ = results.HC3_se


@pytest.mark.parametrize("cov_type", ["HAC", "hac-panel"])
def test_lags_make_no_sense_with_frequency_weights(rows, cov_type):
    message = refused(rows, cov_type, {"maxlags": 1}, freq_weights="f")
    assert "no place in time" in message


@pytest.mark.parametrize("cov_type", ["unbiased", "HC1"])
def test_weights_that_add_up_to_too_little_leave_no_degrees_of_freedom(rows, cov_type):
    model = gaussmle("y ~ x1", rows, freq_weights=np.full(60, 1 / 60))
    with pytest.raises(ValueError, match="weights add up to 1"):
        model.fit(cov_type=cov_type)


def test_rows_of_leverage_one_have_no_hc3(rows):
    alone = rows.assign(alone=[1.0] + [0.0] * 59)
    model = gaussmle("y ~ x1 + alone", alone, var_weights="v")
    with pytest.raises(ValueError, match=r"zero in 1 of 60 rows \(row 'r0'\)"):
        model.fit(cov_type="HC3")
    with pytest.raises(AttributeError, match="leverage"):
        _ = model.fit().cov_HC2


def test_variances_that_come_out_negative_are_named():
    # Sums of residuals vanish over each way, not over their intersections.
    one, two = np.repeat([0, 1], 30), np.tile([0, 1], 30)
    endog = np.where(one == two, 1.0, -1.0) + np.tile([0.1, 0.1, -0.1, -0.1], 15)
    endog -= np.where(one == 0, endog[one == 0].mean(), endog[one == 1].mean())
    model = GaussianMLE(endog, np.ones((60, 1)))
    groups = np.column_stack([one, two])
    with pytest.raises(ValueError, match="gives no positive variance of"):
        model.fit(cov_type="cluster", cov_kwds={"groups": groups})


def test_rows_that_were_removed_have_no_other_covariance(rows):
    results = gaussmle(FORMULA, rows).fit()
    kept = results.cov_HC1
    results.remove_data()
    assert results.cov_HC1 is not None
    assert_allclose(results.cov_HC1, kept)
    with pytest.raises(AttributeError, match="were removed"):
        _ = results.cov_HC0
    with pytest.raises(ValueError, match="were removed"):
        results.get_robustcov_results("cluster", groups=SERIES)
    back = results.get_robustcov_results("nonrobust")
    pd.testing.assert_series_equal(back.bse, results.bse)
