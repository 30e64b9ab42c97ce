"""Tests of the terms of both equations, of three types and by four tests."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.stats.anova import anova_lm
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle import GaussianMLE, anova, drop1, gaussmle
from sm_gaussmle.estimation import maximum_likelihood

# Of the rows that the tests share, the groups have different numbers: unbalanced data.
FORMULA = "y ~ C(g)*x1 + h*z"
BOTH = f"{FORMULA} | C(g)*z + x1"
SUM = {"patsy": "C({}, Sum)", "formulaic": "C({}, contr.sum)"}
MANY = {"offset": "o", "offset_scale": "s", "freq_weights": "f", "var_weights": "v"}


@pytest.fixture
def rows(rows):
    """The rows with a second factor."""
    rows["h"] = np.where(np.arange(60) % 7 < 3, "u", "w")
    return rows


@pytest.fixture
def both(rows):
    """A fit with interactions in both equations, offsets and weights."""
    return gaussmle(BOTH, rows, **MANY).fit()


def _loglike(mean, scale, rows, **options):
    return gaussmle(f"y ~ {mean} | {scale}", rows, **options).fit().llf


# F tests are those of OLS ---------------------------------------------------------------


def _assert_as_for_ols(table, ols, typ):
    # statsmodels calls the constant as the engine does, which for formulaic is "1".
    expected = anova_lm(ols, typ=typ).rename({"1": "Intercept"})
    names = list(expected.index[:-1])
    assert list(table.index) == names
    for mine, its in (("df", "df"), ("sum_sq", "sum_sq"), ("statistic", "F")):
        assert_allclose(table[mine], expected.loc[names, its], rtol=1e-9)
    assert_allclose(table["pvalue"], expected.loc[names, "PR(>F)"], rtol=1e-8)
    assert (table["df_denom"] == ols.df_resid).all()


@pytest.mark.parametrize("formula", [FORMULA, "y ~ x1 + h", "y ~ C(g) + x1 - 1"])
@pytest.mark.parametrize("typ", [1, 2])
def test_f_tests_of_unbalanced_data_are_those_of_ols(rows, engine, formula, typ):
    del engine
    table = anova(gaussmle(formula, rows).fit(), typ, test="F").table
    _assert_as_for_ols(table, smf.ols(formula, rows).fit(), typ)


def test_f_tests_of_type_3_with_contrasts_that_sum_to_zero_are_those_of_ols(rows, engine):
    g, h = (SUM[engine].format(name) for name in "gh")
    formula = f"y ~ {g}*{h} + {g}*z"
    table = anova(gaussmle(formula, rows).fit(), typ=3, test="F").table
    assert table.index[0] == "Intercept"
    _assert_as_for_ols(table, smf.ols(formula, rows).fit(), 3)


def test_f_tests_have_the_weights_and_offset_of_the_fit(rows):
    fit = gaussmle("y ~ C(g)*x1 + z", rows, offset="o", var_weights="v").fit()
    rows["y"] -= rows["o"]
    wls = smf.wls("y ~ C(g)*x1 + z", rows, weights=rows["v"]).fit()
    _assert_as_for_ols(anova(fit, 2, test="F").table, wls, 2)


def test_a_frequency_weight_is_so_many_rows(rows):
    formula = "y ~ C(g)*x1 + z"
    weighted = gaussmle(formula, rows, freq_weights="f").fit()
    repeated = rows.loc[rows.index.repeat(rows["f"].astype(int))].reset_index(drop=True)
    table = anova(weighted, 2, test="F").table
    _assert_as_for_ols(table, smf.ols(formula, repeated).fit(), 2)


def test_f_tests_may_have_the_covariance_of_ols(rows):
    fits = [gaussmle(FORMULA, rows).fit(cov_type=c) for c in ("nonrobust", "unbiased")]
    pd.testing.assert_frame_equal(*(anova(fit, 2, test="F").table for fit in fits))


# Likelihood ratios are those of models fitted one by one --------------------------------


MEAN, SCALE = BOTH.removeprefix("y ~ ").split(" | ")


@pytest.mark.parametrize(
    ("typ", "term", "larger", "smaller"),
    [
        (1, "C(g)", ("C(g)", SCALE), ("1", SCALE)),
        (1, "z", ("C(g)*x1 + h + z", SCALE), ("C(g)*x1 + h", SCALE)),
        (1, "ln(sigma2)[C(g):z]", (MEAN, "C(g)*z"), (MEAN, "C(g) + z")),
        (1, "ln(sigma2)[C(g)]", (MEAN, "C(g)"), (MEAN, "1")),
        (2, "C(g)", ("C(g) + x1 + h*z", SCALE), ("x1 + h*z", SCALE)),
        (2, "x1", ("C(g) + x1 + h*z", SCALE), ("C(g) + h*z", SCALE)),
        (2, "h:z", (MEAN, SCALE), ("C(g)*x1 + h + z", SCALE)),
        (2, "ln(sigma2)[C(g)]", (MEAN, "C(g) + z + x1"), (MEAN, "z + x1")),
        (2, "ln(sigma2)[x1]", (MEAN, SCALE), (MEAN, "C(g)*z")),
    ],
)
def test_a_row_is_the_likelihood_ratio_of_two_formulas(rows, typ, term, larger, smaller):
    row = anova(gaussmle(BOTH, rows, **MANY).fit(), typ).table.loc[term]
    # Newton's method ends within 1e-10 of the maximum in log-likelihood.
    assert_allclose(row["llf"], _loglike(*larger, rows, **MANY), atol=1e-9)
    assert_allclose(row["llf_without"], _loglike(*smaller, rows, **MANY), atol=1e-9)
    assert_allclose(row["statistic"], 2 * (row["llf"] - row["llf_without"]), rtol=1e-12)
    assert_allclose(row["pvalue"], stats.chi2.sf(row["statistic"], row["df"]), rtol=1e-12)


def test_both_engines_have_the_same_rows(rows, engine):
    table = anova(gaussmle(BOTH, rows, **MANY).fit(), 2).table
    mean = ["C(g)", "h", "x1", "C(g):x1", "z", "h:z"]
    assert list(table.index[:6]) == mean, engine
    assert list(table["df"][:6]) == [2, 1, 1, 2, 1, 1]


def test_type_3_leaves_out_the_columns_of_a_term_alone(rows, engine):
    g = SUM[engine].format("g")
    result = gaussmle(f"y ~ {g}*x1 | z", rows).fit()
    table = anova(result, 3).table
    one = "Intercept"
    assert list(table.index) == [one, g, "x1", f"{g}:x1", "ln(sigma2)[z]"]
    for term, places in ((one, [0]), (g, [1, 2]), ("x1", [3])):
        exog = np.delete(result.model.exog, places, axis=1)
        without = GaussianMLE(result.model.endog, exog, exog_scale=result.model.exog_scale)
        assert_allclose(table.loc[term, "llf_without"], without.fit().llf, atol=1e-9)
        assert table.loc[term, "df"] == len(places)


@pytest.mark.parametrize("test", ["LR", "Wald", "score"])
def test_tests_of_type_2_do_not_depend_on_the_coding_of_factors(rows, engine, test):
    codings = "C(g)", SUM[engine].format("g")
    tables = [
        anova(gaussmle(f"y ~ {g}*x1 | {g}*z", rows).fit(), 2, test).table for g in codings
    ]
    # One likelihood, whose maximum Newton's method finds to 1e-5 standard errors.
    assert_allclose(*(table.to_numpy(dtype=float) for table in tables), rtol=1e-6)


@pytest.mark.parametrize("test", ["LR", "Wald", "score"])
def test_tests_do_not_depend_on_the_units_of_the_response(rows, test):
    tables = []
    for change in (1.0, -1e3):
        part = rows.assign(y=change * rows["y"])
        table = anova(gaussmle("y ~ C(g)*x1 | C(g) + z", part).fit(), 2, test).table
        tables.append(table[["statistic", "pvalue"]])
    pd.testing.assert_frame_equal(*tables, rtol=1e-6)


def test_without_a_formula_each_column_is_a_term(rows):
    exog, scale = rows[["x1", "one", "x2"]], rows[["z", "one", "s"]]
    options = {"offset": rows["o"], "freq_weights": rows["f"]}
    result = GaussianMLE(rows["y"], exog, exog_scale=scale, **options).fit()
    small = GaussianMLE(rows["y"], exog[["one", "x2"]], exog_scale=scale, **options).fit()
    table = anova(result, 2).table
    assert list(table.index) == ["x1", "x2", "ln(sigma2)[z]", "ln(sigma2)[s]"]
    expected = result.compare_lr_test(small).statistic
    assert_allclose(table.loc["x1", "statistic"], expected, rtol=1e-8)
    # The constant is in all submodels, wherever it stands.
    first = GaussianMLE(rows["y"], exog[["x1", "one"]], exog_scale=scale, **options).fit()
    assert_allclose(anova(result, 1).table.loc["x1", "llf"], first.llf, atol=1e-9)


def test_dropping_all_but_the_constant_of_the_scale_gives_constant_variance(rows):
    result = gaussmle("y ~ x1 | z", rows, **MANY).fit()
    constant = gaussmle("y ~ x1", rows, **MANY).fit()
    row = anova(result, 3).table.loc["ln(sigma2)[z]"]
    assert_allclose(row["llf_without"], constant.llf, rtol=1e-12)


@pytest.mark.parametrize("test", ["LR", "score"])
def test_the_constant_of_the_scale_need_not_be_one(rows, test):
    exog, scale = rows[["one", "x1"]], rows[["one", "z"]]
    one, two = (GaussianMLE(rows["y"], exog, exog_scale=scale * [c, 1]).fit() for c in (1, 2))
    # The same model in other units, fitted to the accuracy of the log-likelihood.
    pd.testing.assert_frame_equal(
        anova(one, test=test).table, anova(two, test=test).table, rtol=1e-8
    )


def test_dropped_columns_stay_out(rows):
    rows["twice"] = 2 * rows["x1"] + 1
    with pytest.warns(ValueWarning, match="Dropped: twice"):
        result = gaussmle("y ~ x1 + z + twice | z", rows).fit(rank_deficient="drop")
    clean = gaussmle("y ~ x1 + z | z", rows).fit()
    pd.testing.assert_frame_equal(anova(result).table, anova(clean).table, rtol=1e-10)


def test_terms_without_their_dropped_columns_are_not_tested(rows):
    rows["twice"] = 2 * rows["x1"] + 1
    with pytest.warns(ValueWarning, match="Dropped: twice"):
        result = gaussmle("y ~ x1 + z + twice", rows).fit(rank_deficient="drop")
    for function in (lambda: anova(result, 2), lambda: anova(result, 3), lambda: drop1(result)):
        with pytest.raises(ValueError, match="columns twice were dropped as combinations"):
            function()


def test_submodels_have_the_rows_of_the_fit(rows, engine):
    del engine
    rows.loc[rows.index[:5], "x1"] = np.nan
    rows.loc[rows.index[5:9], "f"] = 0
    kept = rows.iloc[9:]
    tables = [
        anova(gaussmle("y ~ x1 + C(g) | z", part, freq_weights="f").fit(), 2).table
        for part in (rows, kept)
    ]
    pd.testing.assert_frame_equal(*tables, rtol=1e-10)


# Wald and score tests -------------------------------------------------------------------


def _wald(result, names):
    params, covariance = np.asarray(result.params), np.asarray(result.cov_params())
    places = [result.model.exog_names.index(name) for name in names]
    part = covariance[np.ix_(places, places)]
    return params[places] @ np.linalg.solve(part, params[places])


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC0"])
def test_wald_tests_of_type_2_are_differences_of_wald_statistics(rows, cov_type):
    result = gaussmle(BOTH, rows).fit(cov_type=cov_type)
    table = anova(result, "II", test="Wald").table
    term, interaction = ["x1"], ["C(g)[T.b]:x1", "C(g)[T.c]:x1"]
    expected = _wald(result, term + interaction) - _wald(result, interaction)
    assert_allclose(table.loc["x1", "statistic"], expected, rtol=1e-8)
    assert_allclose(table.loc["x1", "pvalue"], stats.chi2.sf(expected, 1), rtol=1e-8)
    assert_allclose(table.loc["C(g):x1", "statistic"], _wald(result, interaction), rtol=1e-8)


def test_wald_tests_of_type_3_are_those_of_the_terms(rows, engine):
    g = SUM[engine].format("g")
    result = gaussmle(f"y ~ {g}*x1 | z", rows).fit(cov_type="HC1")
    table = anova(result, 3, test="Wald").table
    # There the constant has the name that formulaic gives it, as in statsmodels.
    expected = result.wald_test_terms().table.rename({"1": "Intercept"}).loc[table.index]
    assert_allclose(table["statistic"], expected["statistic"], rtol=1e-10)
    assert_allclose(table["pvalue"], expected["pvalue"], rtol=1e-9)


@pytest.mark.parametrize("typ", [1, 2])
def test_wald_tests_with_the_covariance_of_ols_are_its_f_tests(rows, typ):
    result = gaussmle(FORMULA, rows).fit(cov_type="unbiased")
    wald, f = (anova(result, typ, test=test) for test in ("Wald", "F"))
    assert wald.distribution == "F"
    pd.testing.assert_frame_equal(wald.table, f.table.drop(columns="sum_sq"), rtol=1e-8)


def test_wald_tests_outlive_the_data(rows):
    result = gaussmle(BOTH, rows).fit()
    before = anova(result, 2, test="Wald").table
    result.remove_data()
    pd.testing.assert_frame_equal(anova(result, 2, test="Wald").table, before)


def test_score_tests_are_those_of_the_fit_without_the_term(rows):
    result = gaussmle("y ~ C(g) + x1 | z + x1", rows, **MANY).fit()
    table = anova(result, 2, test="score").table
    small = gaussmle("y ~ C(g) | z + x1", rows, **MANY).fit().score_test(["x1"])
    assert_allclose(table.loc["x1"], [1, small.statistic, small.pvalue], rtol=1e-7)
    small = gaussmle("y ~ C(g) + x1 | z", rows, **MANY).fit()
    test = small.score_test(exog_scale_extra=["x1"])
    # Both fits end within 1e-5 standard errors of the maximum, where the score is zero.
    assert_allclose(table.loc["ln(sigma2)[x1]", "statistic"], test.statistic, rtol=1e-6)


def test_the_score_test_of_the_only_column_is_made_at_the_offset(rows):
    rows["c"] = rows["x1"] + 2.0  # spans no constant
    result = gaussmle("y ~ c - 1", rows, offset="o").fit()
    y, c, n = rows["y"] - rows["o"], rows["c"], 60
    # The score over the root of the information, at mean zero and variance y'y/n.
    expected = n * (c @ y) ** 2 / (c @ c) / (y @ y)
    assert_allclose(
        anova(result, test="score").table.loc["c", "statistic"], expected, rtol=1e-9
    )
    rss = np.array([y @ y, y @ y - (c @ y) ** 2 / (c @ c)])
    ratio = anova(result).table.loc["c", "statistic"]
    assert_allclose(ratio, n * np.log(rss[0] / rss[1]), rtol=1e-9)


# How it is asked for and shown ----------------------------------------------------------


@pytest.mark.parametrize(("equation", "start"), [("mean", 0), ("scale", 6)])
def test_one_equation_may_be_tested_alone(both, equation, start):
    whole, part = anova(both).table, anova(both, equation=equation).table
    stop = len(whole) if start else 6
    pd.testing.assert_frame_equal(part, whole.iloc[start:stop])


def test_no_submodel_is_fitted_twice(both, monkeypatch):
    fitted = []
    fit = maximum_likelihood.fit_scale_equation

    def counted(problem, start):
        fitted.append((problem.mean.basis.shape, problem.scale.basis.shape))
        return fit(problem, start)

    monkeypatch.setattr(maximum_likelihood, "fit_scale_equation", counted)
    table = anova(both, equation="mean").table
    # Of six terms in sequence there are seven models, the last of which is the fit.
    assert len(table) == 6
    assert len(fitted) == 6


def test_the_table_is_shown_with_its_equations(rows):
    result = gaussmle("y ~ x1 + h | z", rows).fit()
    text = str(anova(result, 2))
    assert text.splitlines()[:4] == [
        "Analysis of variance, type II: likelihood-ratio tests",
        "",
        "Mean: y ~ x1 + h",
        "Log variance: ln(sigma2) ~ z",
    ]
    assert "LR chi2" in text
    assert "ln(sigma2)[z]" in text
    assert repr(anova(result, 2)) == text
    assert "Covariance: HC0." in str(anova(result.get_robustcov_results("HC0"), test="Wald"))


def test_the_table_in_html_has_its_names_escaped(rows):
    rows["a<b"] = rows["z"]
    result = gaussmle("y ~ x1 + Q('a<b')", rows).fit()
    shown = anova(result, test="F")._repr_html_()
    assert "Q('a&lt;b')" in shown or "Q(&#x27;a&lt;b&#x27;)" in shown
    assert "a<b" not in shown


# Coding of factors ----------------------------------------------------------------------


def test_type_3_warns_once_of_contrasts_that_do_not_sum_to_zero(rows, engine):
    result = gaussmle("y ~ C(g)*x1 + h*x2", rows).fit()
    contrasts = re.escape(SUM[engine].format("g"))
    with pytest.warns(
        ValueWarning,
        match=rf"of x1, x2 depend on how C\(g\), h are coded.*such as {contrasts}\.",
    ) as found:
        anova(result, 3)
    assert len(found) == 1
    assert found[0].filename == __file__


@pytest.mark.parametrize(
    "formula",
    [
        "y ~ C(g) + x1 + h",  # nothing interacts
        "y ~ x1*x2",  # no factors
        "y ~ x1:C(g)",  # nothing is contained in the interaction
        "y ~ C(g):h",  # as many columns as groups
    ],
)
def test_type_3_does_not_warn_where_the_coding_does_not_matter(rows, engine, formula):
    del engine
    assert len(anova(gaussmle(formula, rows).fit(), 3).table) > 1


# What is refused ------------------------------------------------------------------------


@pytest.mark.parametrize("typ", [0, 4, True, "2", [2]])
def test_unknown_types_are_refused(both, typ):
    with pytest.raises(ValueError, match=r"`typ` is .*; it must be 1, 2 or 3"):
        anova(both, typ)


def test_unknown_tests_are_refused(both):
    with pytest.raises(
        ValueError, match="`test` is 'lr'; it must be 'LR', 'Wald', 'score' or 'F'"
    ):
        anova(both, test="lr")


@pytest.mark.parametrize("equation", ["variance", ["mean"]])
def test_unknown_equations_are_refused(both, equation):
    with pytest.raises(ValueError, match=r"`equation` is .*; it must be 'mean' or 'scale'"):
        anova(both, equation=equation)


def test_fits_of_other_models_are_refused(rows):
    with pytest.raises(TypeError, match="`res` is a RegressionResultsWrapper; anova takes"):
        anova(smf.ols("y ~ x1", rows).fit())


def test_fits_that_did_not_converge_are_refused(both):
    both._results.converged = False
    with pytest.raises(ValueError, match="the fit did not converge, so that its terms cannot"):
        anova(both, test="Wald")


def test_fits_under_constraints_are_refused(rows):
    result = gaussmle("y ~ x1 + x2", rows).fit_constrained("x1 = 2")
    with pytest.raises(ValueError, match="the fit is under linear constraints, which the subm"):
        anova(result)


@pytest.mark.parametrize("test", ["LR", "score", "F"])
def test_with_robust_covariances_there_are_wald_tests_alone(rows, test):
    result = gaussmle("y ~ x1 + h", rows).fit(cov_type="HC0")
    with pytest.raises(ValueError, match=f"`test` is '{test}' and the covariance 'HC0' robust"):
        anova(result, test=test)


def test_f_tests_with_a_scale_equation_are_refused(both):
    with pytest.raises(ValueError, match="have an F distribution only with constant variance"):
        anova(both, test="F")


def test_removed_data_cannot_be_fitted_again(both):
    both.remove_data()
    with pytest.raises(
        ValueError, match=r"data were removed: anova fits submodels; use it bef"
    ):
        anova(both)


@pytest.mark.parametrize(
    ("equation", "which"), [(None, "model"), ("mean", "mean equation"), ("scale", "scale equ")]
)
def test_models_without_terms_are_refused(rows, equation, which):
    result = gaussmle("y ~ 1", rows).fit()
    with pytest.raises(ValueError, match=f"the {which}.* has no terms but a constant"):
        anova(result, equation=equation)


def test_a_scale_equation_of_which_nothing_is_left_is_refused(rows):
    result = gaussmle("y ~ x1 | C(g) - 1", rows).fit()
    message = (
        r"ln\(sigma2\)\[C\(g\)\] cannot be tested: in the model with .* in the mean and no "
    )
    remedy = (
        r"\. With equation='mean' only the terms of the mean are tested\. anova\(test='Wald'\)"
    )
    with pytest.raises(ValueError, match=f"{message}column.* depends on the unit.*{remedy}"):
        anova(result)
    with pytest.raises(ValueError, match=r"Write the scale equation with its constant\. anova"):
        anova(result, equation="scale")
    assert list(anova(result, equation="mean").table.index) == ["x1"]


def test_a_mean_of_which_nothing_is_left_is_refused_beside_a_scale_equation(rows):
    result = gaussmle("y ~ C(g) - 1 | z", rows).fit()
    with pytest.raises(ValueError, match=r"with no column in the mean .*which only exact resp"):
        anova(result, equation="mean")


def test_submodels_that_do_not_converge_are_named(rows, monkeypatch):
    result = gaussmle("y ~ x1 + x2 | z", rows).fit()
    fit = maximum_likelihood.fit_scale_equation
    monkeypatch.setattr(
        maximum_likelihood,
        "fit_scale_equation",
        lambda p, start: replace(fit(p, start), converged=False, reason="why"),
    )
    message = (
        r"x1 cannot be tested: in the model with Intercept, x2 in the mean and .*did not c"
    )
    with pytest.raises(ValueError, match=message):
        anova(result, 2)


def test_fits_at_a_lower_maximum_are_not_compared(both):
    both._results.fit_record = replace(both.fit_record, loglike=both.llf - 1e4)
    with pytest.raises(ValueError, match=r"with it, which is at a lower maximum"):
        anova(both, 2)


@pytest.mark.parametrize("weight", [0.04, 1.5])
def test_f_tests_need_weights_that_count(rows, weight):
    rows["few"] = weight
    result = gaussmle("y ~ C(g) + x1", rows, freq_weights="few").fit()
    with pytest.raises(ValueError, match=r"'F', but `freq_weights` are not all whole numbers"):
        anova(result, test="F")


def test_covariances_of_too_few_groups_have_no_tests_of_type_2(rows):
    groups = np.arange(60) % 3
    result = gaussmle("y ~ C(g)*x1 + C(g)*x2 + C(g)*z", rows).fit(
        cov_type="cluster", cov_kwds={"groups": groups}
    )
    with pytest.raises(ValueError, match=r"'cluster' of the terms that are set to zero in its"):
        anova(result, test="Wald")


def test_two_fits_are_sent_to_the_test_that_compares_them(rows):
    fits = [gaussmle(formula, rows).fit() for formula in ("y ~ x1", "y ~ x1 + z")]
    with pytest.raises(TypeError, match=r"`typ` is another fit\. Use lrtest\(\)"):
        anova(*fits)
