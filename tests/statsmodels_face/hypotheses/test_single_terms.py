"""Terms dropped and added one at a time."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.stats.anova import anova_lm
from statsmodels.tools.sm_exceptions import MissingDataError, ValueWarning

from sm_gaussmle import GaussianMLE, add1, anova, drop1, gaussmle
from sm_gaussmle.estimation import maximum_likelihood

FORMULA = "y ~ C(g)*x1 + x2 | z + x1"
MANY = {"offset": "o", "offset_scale": "s", "freq_weights": "f", "var_weights": "v"}


@pytest.fixture
def rows(rows):
    """The rows with a second factor."""
    rows["h"] = np.where(np.arange(60) % 7 < 3, "u", "w")
    return rows


@pytest.fixture
def result(rows):
    """A fit with everything."""
    return gaussmle(FORMULA, rows, **MANY).fit()


# Dropped --------------------------------------------------------------------------------


def test_terms_that_no_other_contains_are_dropped(result):
    names = ["<none>", "C(g):x1", "x2", "ln(sigma2)[z]", "ln(sigma2)[x1]"]
    assert list(drop1(result).table.index) == names


def test_rows_are_those_of_the_models_without_the_term(result, rows):
    table = drop1(result).table
    small = gaussmle("y ~ C(g) + x1 + x2 | z + x1", rows, **MANY).fit()
    row = table.loc["C(g):x1"]
    # Newton's method ends within 1e-10 of the maximum in log-likelihood.
    assert_allclose([row["llf"], row["aic"]], [small.llf, small.aic], atol=1e-9)
    test = result.compare_lr_test(small)
    assert_allclose(row[["statistic", "pvalue", "df"]].astype(float), test, rtol=1e-8)
    small = gaussmle("y ~ C(g)*x1 + x2 | x1", rows, **MANY).fit()
    assert_allclose(table.loc["ln(sigma2)[z]", "aic"], small.aic, atol=1e-9)


def test_the_first_row_is_the_fit(result):
    row = drop1(result).table.loc["<none>"]
    assert (row["llf"], row["aic"]) == (result.llf, result.aic)
    assert row[["df", "statistic", "pvalue"]].isna().all()


def test_one_equation_may_be_dropped_from_alone(result):
    whole, part = drop1(result).table, drop1(result, equation="scale").table
    pd.testing.assert_frame_equal(part, whole.iloc[[0, 3, 4]])


@pytest.mark.parametrize("test", ["LR", "Wald", "score"])
def test_tests_are_those_of_analysis_of_variance(result, test):
    dropped, tested = drop1(result, test=test).table, anova(result, 2, test=test).table
    columns = ["statistic", "pvalue"]
    expected = tested.loc[dropped.index[1:], columns]
    pd.testing.assert_frame_equal(dropped[columns].iloc[1:], expected, rtol=1e-12)
    assert dropped["aic"].notna().all()


def test_f_tests_of_dropped_terms_are_those_of_ols(rows):
    table = drop1(gaussmle("y ~ C(g) + x1", rows).fit(), test="F").table
    expected = anova_lm(smf.ols("y ~ C(g) + x1", rows).fit(), typ=2)
    names = ["C(g)", "x1"]
    assert_allclose(table.loc[names, "statistic"], expected.loc[names, "F"], rtol=1e-9)
    assert_allclose(table.loc[names, "sum_sq"], expected.loc[names, "sum_sq"], rtol=1e-9)
    assert list(table.columns) == [
        "df",
        "sum_sq",
        "llf",
        "aic",
        "df_denom",
        "statistic",
        "pvalue",
    ]


def test_a_dropped_term_is_fitted_once(rows, monkeypatch):
    fitted = []
    fit = maximum_likelihood.fit_constant_variance
    monkeypatch.setattr(
        maximum_likelihood, "fit_constant_variance", lambda *a: fitted.append(a) or fit(*a)
    )
    drop1(gaussmle("y ~ C(g) + x1 + x2", rows).fit())
    assert len(fitted) == 3


def test_a_table_is_shown_with_empty_cells_for_the_fit(result):
    text = str(drop1(result, test="Wald"))
    assert text.startswith("Single terms dropped: Wald tests\n\nMean: y ~ C(g)*x1 + x2\n")
    assert text.endswith("\nCovariance: nonrobust.")
    line = next(line for line in text.splitlines() if line.startswith("<none>"))
    assert line.split() == ["<none>", f"{result.llf:.4f}", f"{result.aic:.2f}"]


# Added ----------------------------------------------------------------------------------


@pytest.mark.parametrize("as_list", [True, False])
def test_a_row_is_the_fit_with_the_term(rows, engine, as_list):
    del engine
    small = gaussmle("y ~ C(g) | z", rows, **MANY).fit()
    terms = ["x1", "~ np.tanh(x2) + h:x2"] if as_list else "h:x2 + x1 + np.tanh(x2)"
    table = add1(small, terms).table
    assert list(table.index) == ["<none>", "x1", "np.tanh(x2)", "h:x2"]
    for term in table.index[1:]:
        large = gaussmle(f"y ~ C(g) + {term} | z", rows, **MANY).fit()
        row = table.loc[term]
        assert_allclose([row["llf"], row["aic"]], [large.llf, large.aic], atol=1e-9)
        test = large.compare_lr_test(small)
        assert_allclose(row[["statistic", "pvalue", "df"]].astype(float), test, rtol=1e-8)


@pytest.mark.parametrize("formula", ["y ~ x1", "y ~ x1 | z"])
def test_terms_are_added_to_the_log_variance(rows, engine, formula):
    del engine
    small = gaussmle(formula, rows).fit()
    table = add1(small, "C(g)*x2", equation="scale").table
    names = ["ln(sigma2)[C(g)]", "ln(sigma2)[x2]", "ln(sigma2)[C(g):x2]"]
    assert list(table.index) == ["<none>", *names]
    z = " + z" if "|" in formula else ""
    # The interaction is coded without the terms that it contains.
    for name, term in zip(names, ("C(g)", "x2", "C(g):x2"), strict=True):
        large = gaussmle(f"y ~ x1 | {term}{z}", rows).fit()
        assert_allclose(table.loc[name, "llf"], large.llf, atol=1e-9)
        assert table.loc[name, "df"] == len(large.params) - len(small.params)


def test_terms_of_names_outside_the_data_are_looked_up_where_add1_is_called(rows):
    def half(values):
        return values / 2

    def make():
        def double(values):
            return 2 * values + np.sin(values)

        return gaussmle("y ~ double(x1)", rows).fit()

    table = add1(make(), "half(x2)").table
    exog = np.column_stack([np.ones(60), 2 * rows["x1"] + np.sin(rows["x1"]), rows["x2"]])
    assert_allclose(
        table.loc["half(x2)", "llf"], GaussianMLE(rows["y"].to_numpy(), exog).fit().llf
    )


def test_a_constant_is_added_to_a_mean_without_one(rows, engine):
    del engine
    small, large = (gaussmle(f"y ~ x1 {sign} 1", rows).fit() for sign in "-+")
    assert_allclose(add1(small, "1 + x2").table.loc["1", "llf"], large.llf, rtol=1e-12)


def test_score_tests_of_added_terms_need_no_fits(rows, monkeypatch):
    small = gaussmle("y ~ x1 | z", rows, **MANY).fit()
    monkeypatch.setattr(maximum_likelihood, "fit_scale_equation", None)
    table = add1(small, "x2 + C(g)", test="score").table
    assert list(table.columns) == ["df", "statistic", "pvalue"]
    assert table.loc["<none>"].isna().all()
    dummies = pd.get_dummies(rows["g"], dtype=float)[["b", "c"]]
    for term, columns in (("x2", rows[["x2"]]), ("C(g)", dummies)):
        test = small.score_test(columns)
        assert_allclose(table.loc[term, "statistic"], test.statistic, rtol=1e-10)
        assert table.loc[term, "df"] == test.df


def test_f_tests_of_added_terms_are_those_of_two_models(rows):
    small, large = (smf.ols(f"y ~ {right}", rows).fit() for right in ("x1", "x1 + C(g)"))
    table = add1(gaussmle("y ~ x1", rows).fit(), "C(g) + x2", test="F").table
    statistic, pvalue, df = large.compare_f_test(small)
    row = table.loc["C(g)"]
    assert_allclose(row[["statistic", "pvalue", "df"]].astype(float), [statistic, pvalue, df])
    assert list(table["df_denom"][1:]) == [56, 57]


def test_added_terms_have_the_rows_that_the_model_kept(rows, engine):
    del engine
    rows.loc[rows.index[:4], "x1"] = np.nan
    rows.loc[rows.index[2:9], "x2"] = np.nan
    rows.loc[rows.index[4:9], "f"] = 0.0
    small = gaussmle("y ~ x1", rows, freq_weights="f").fit()
    large = gaussmle("y ~ x1 + x2", rows, freq_weights="f").fit()
    assert_allclose(add1(small, "x2").table.loc["x2", "llf"], large.llf, rtol=1e-12)


def test_columns_of_an_added_term_that_depend_on_others_are_left_out(rows, engine):
    del engine
    # One of the six groups is empty.
    part = rows[(rows["g"] != "c") | (rows["h"] != "w")]
    small = gaussmle("y ~ C(g) + h", part).fit()
    with pytest.warns(
        ValueWarning, match=r"the term 'C\(g\):h' has columns .*left out"
    ) as found:
        row = add1(small, "C(g):h").table.loc["C(g):h"]
    assert found[0].filename == __file__
    assert row["df"] == 1
    rss = ((part["y"] - part.groupby(["g", "h"])["y"].transform("mean")) ** 2).sum()
    assert_allclose(row["statistic"], len(part) * np.log(small.ssr / rss), rtol=1e-9)
    assert_allclose(row["pvalue"], stats.chi2.sf(row["statistic"], 1), rtol=1e-9)


# What is refused ------------------------------------------------------------------------


def test_wald_tests_of_added_terms_are_refused(result):
    with pytest.raises(ValueError, match=r"needs a fit with the term: fit the larger model"):
        add1(result, "x3", test="Wald")


def test_unknown_tests_of_added_terms_are_refused(result):
    with pytest.raises(ValueError, match="`test` is 'Rao'; it must be one of LR, score, F"):
        add1(result, "s", test="Rao")


def test_f_tests_of_terms_added_to_the_log_variance_are_refused(rows):
    with pytest.raises(ValueError, match="`test` is 'F', which is for terms of the mean"):
        add1(gaussmle("y ~ x1", rows).fit(), "z", test="F", equation="scale")


@pytest.mark.parametrize("terms", [1, ["x1", 2], pd.DataFrame({"x1": [1.0]})])
def test_terms_that_are_no_text_are_refused(result, terms):
    with pytest.raises(TypeError, match=r"`terms` is a .*; it must be text"):
        add1(result, terms)


@pytest.mark.parametrize("terms", ["y ~ s", "s | z", "", "a ~ b ~ c", ["~"]])
def test_terms_that_are_a_whole_formula_are_refused(result, terms):
    with pytest.raises(ValueError, match=r"`terms` has '.*'; it must be terms of one equation"):
        add1(result, terms)


def test_no_terms_are_refused(result, engine):
    del engine
    with pytest.raises(ValueError, match="`terms` is empty"):
        add1(result, [])
    with pytest.raises(ValueError, match=r"`terms` is s - s, which has no terms"):
        add1(result, "s - s")


def test_terms_of_the_model_are_refused(rows, engine):
    del engine
    result = gaussmle("y ~ C(g):x1", rows).fit()
    for name in ("x1:C(g)", "1"):
        with pytest.raises(ValueError, match="which is in the model already"):
            add1(result, name)
    with pytest.raises(ValueError, match="which is in the model already"):
        add1(result, "1", equation="scale")


def test_terms_of_unknown_variables_are_refused_with_the_known(rows, engine):
    del engine
    result = gaussmle("y ~ x1", rows).fit()
    with pytest.raises(
        ValueError, match=r"`terms` 'age' cannot be evaluated: .*The columns are"
    ):
        add1(result, "age")


def test_terms_that_cannot_be_read_are_refused(rows, engine):
    del engine
    result = gaussmle("y ~ x1", rows).fit()
    with pytest.raises(ValueError, match=r"`terms` 'x2 \+\* z' cannot be read: "):
        add1(result, "x2 +* z")


def test_missing_values_of_a_variable_are_refused_with_its_name(rows, engine):
    del engine
    rows.loc[rows.index[[3, 5]], "x2"] = np.nan
    result = gaussmle("y ~ x1", rows).fit()
    with pytest.raises(
        MissingDataError,
        match=r"'x2' of the term 'x2:z' is missing or infinite in 2 of the 60 rows .*'r3', 'r5'",
    ):
        add1(result, "z + x2:z")


def test_values_that_a_term_makes_infinite_are_refused(rows, engine):
    del engine
    result = gaussmle("y ~ x1", rows).fit()
    with (  # NumPy's own; ours is tested
        np.errstate(invalid="ignore"),
        pytest.raises(
            MissingDataError, match=r"the term 'np.log\(z\)' is missing or infinite in"
        ),
    ):
        add1(result, "np.log(z)")


def test_terms_that_add_nothing_are_refused(rows):
    rows["twice"] = 2 * rows["x1"] + 1
    with pytest.raises(ValueError, match="`terms` has 'twice', whose columns are combinations"):
        add1(gaussmle("y ~ x1", rows).fit(), "twice")


def test_models_without_a_formula_have_no_terms_to_add(rows):
    result = GaussianMLE(rows["y"], rows[["one", "x1"]]).fit()
    with pytest.raises(ValueError, match=r"the model has no formula and data .*score_test"):
        add1(result, "x2")


@pytest.mark.parametrize(("scale", "many"), [("1", "columns"), ("x1", "parameters")])
def test_larger_models_of_too_many_columns_are_refused(rows, scale, many):
    part = rows.iloc[:8].assign(k=[*"abcdefgh"])
    small = gaussmle(f"y ~ 1 | {scale}", part).fit()
    with pytest.raises(
        ValueError, match=rf"k cannot be tested: .*8 rows are too few for .* {many}"
    ):
        add1(small, "k")


@pytest.mark.parametrize("test", ["LR", "Wald"])
def test_terms_cannot_be_dropped_without_data(result, test):
    result.remove_data()
    with pytest.raises(
        ValueError, match=r"data were removed: drop1 fits submodels; use it bef"
    ):
        drop1(result, test=test)
