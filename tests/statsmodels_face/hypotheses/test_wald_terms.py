"""Wald tests of the terms of both equations, with both formula engines."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from statsmodels.formula import options
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle import GaussianMLE, gaussmle

FORMULA = "y ~ x1 + C(g) | C(g) + z"


def _intercept(engine):
    return "Intercept" if engine == "patsy" else "1"


def _joint(result, places):
    """Wald statistic of some parameters from its definition."""
    params = np.asarray(result.params)[places]
    covariance = np.asarray(result.cov_params())[np.ix_(places, places)]
    return params @ np.linalg.solve(covariance, params)


@pytest.fixture
def result(engine, rows):
    """A fit with factors in both equations: seven parameters of six terms."""
    del engine
    return gaussmle(FORMULA, rows).fit()


@pytest.mark.parametrize("formula", ["y ~ x1 + C(g)", "y ~ C(g)*x1 + x2", "y ~ C(g) - 1"])
def test_terms_of_the_mean_are_those_of_ols(rows, engine, formula):
    del engine
    mine = gaussmle(formula, rows).fit(cov_type="unbiased").wald_test_terms().table
    ols = smf.ols(formula, rows).fit().wald_test_terms(scalar=True).table
    assert list(mine.columns) == list(ols.columns)
    pd.testing.assert_frame_equal(mine, ols, rtol=1e-8, check_dtype=False)


def test_terms_of_both_equations_have_a_row(result, engine):
    one = _intercept(engine)
    scale = [f"ln(sigma2)[{name}]" for name in (one, "C(g)", "z")]
    assert list(result.wald_test_terms().table.index) == [one, "C(g)", "x1", *scale]


def test_the_statistic_of_a_term_is_that_of_its_parameters_together(result):
    table = result.wald_test_terms().table
    places = {"C(g)": [1, 2], "x1": [3], "ln(sigma2)[C(g)]": [5, 6], "ln(sigma2)[z]": [7]}
    for name, columns in places.items():
        assert_allclose(table.loc[name, "statistic"], _joint(result, columns), rtol=1e-9)
        assert table.loc[name, "df_constraint"] == len(columns)


def test_terms_of_one_column_may_be_left_out(result):
    table = result.wald_test_terms(skip_single=True).table
    assert list(table.index) == ["C(g)", "ln(sigma2)[C(g)]"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("C(g)", [1, 2, 5, 6]),
        ("g", [1, 2, 5, 6]),  # which is in "sigma2" too
        ("z", [7]),
        ("ln(sigma2)", [4, 5, 6, 7]),
        ("ln(sigma2)[C(g)]", [5, 6]),
    ],
)
def test_terms_are_combined_by_a_text_in_their_names(result, text, places):
    row = result.wald_test_terms(combine_terms=[text]).table.iloc[6]
    assert row.name == text
    assert_allclose(row["statistic"], _joint(result, places), rtol=1e-9)
    assert row["df_constraint"] == len(places)


def test_the_variance_itself_has_no_letters_to_be_combined_by(rows, engine):
    del engine
    table = gaussmle("y ~ C(g)", rows).fit().wald_test_terms(combine_terms=["g"]).table
    assert table.loc["g", "df_constraint"] == 2


def test_a_text_in_no_name_is_refused(result):
    with pytest.raises(
        ValueError, match=r"`combine_terms` has 'age', which is in the name of "
    ):
        result.wald_test_terms(combine_terms=["age"])


def test_further_restrictions_are_tested_as_they_are_given(result):
    restriction = np.eye(8)[[3, 7]]
    table = result.wald_test_terms(extra_constraints=[("slopes", restriction)]).table
    assert_allclose(table.loc["slopes", "statistic"], _joint(result, [3, 7]), rtol=1e-9)


def test_statistics_may_be_arrays(result):
    table = result.wald_test_terms(scalar=False).table
    assert table.loc["x1", "statistic"].shape == (1, 1)


def test_with_t_the_terms_have_f_tests(rows, engine):
    del engine
    fits = [gaussmle(FORMULA, rows).fit(use_t=use_t) for use_t in (False, True)]
    chi2, f = (fit.wald_test_terms() for fit in fits)
    assert (chi2.distribution, f.distribution) == ("chi2", "F")
    assert_allclose(
        f.table["statistic"] * f.table["df_constraint"], chi2.table["statistic"], rtol=1e-10
    )
    assert (f.table["df_denom"] == 56).all()


def test_columns_left_of_a_term_are_tested_as_the_term(rows, engine):
    del engine
    rows["b"] = (rows["g"] == "b") * 1.0
    with pytest.warns(ValueWarning, match="Dropped: "):
        result = gaussmle("y ~ x1 + b + C(g) | z", rows).fit(rank_deficient="drop")
    table = result.wald_test_terms().table
    # The first of the dependent columns is kept: that of the factor, which comes first.
    assert_allclose(table.loc["C(g)", "statistic"], _joint(result, [1, 2]), rtol=1e-9)
    assert_allclose(table.loc["x1", "statistic"], _joint(result, [3]), rtol=1e-9)
    assert_allclose(table.loc["ln(sigma2)[z]", "statistic"], _joint(result, [5]), rtol=1e-9)
    assert "b" not in table.index


def test_terms_of_which_nothing_is_left_have_no_row(rows, engine):
    rows["twice"] = 2 * rows["z"]
    with pytest.warns(ValueWarning, match=r"Dropped: ln\(sigma2\)\[twice\]"):
        result = gaussmle("y ~ x1 | z + twice", rows).fit(rank_deficient="drop")
    one = _intercept(engine)
    table = result.wald_test_terms().table
    assert list(table.index) == [one, "x1", f"ln(sigma2)[{one}]", "ln(sigma2)[z]"]


def test_columns_left_out_by_name_do_not_take_their_term_with_them(rows, engine):
    name = "C(g)[T.b]"
    result = gaussmle("y ~ x1 + C(g)", rows, drop_cols=[name]).fit()
    table = result.wald_test_terms().table
    place = list(result.model.exog_names).index("C(g)[T.c]")
    assert_allclose(table.loc["C(g)", "statistic"], _joint(result, [place]), rtol=1e-9)
    assert list(table.index) == [_intercept(engine), "C(g)", "x1"]


def test_a_constant_in_the_scale_formula_is_the_variance_itself(rows, engine):
    del engine
    table = gaussmle("y ~ x1 | 1", rows).fit().wald_test_terms().table
    assert list(table.index)[1:] == ["x1"]


def test_the_engine_of_today_does_not_matter(result, engine, monkeypatch):
    expected = result.wald_test_terms().table
    other = {"patsy": "formulaic", "formulaic": "patsy"}[engine]
    monkeypatch.setattr(options, "formula_engine", other)
    pd.testing.assert_frame_equal(result.wald_test_terms().table, expected)


def test_terms_outlive_the_data(result):
    expected = result.wald_test_terms().table
    result.remove_data()
    pd.testing.assert_frame_equal(result.wald_test_terms().table, expected)


def test_without_a_formula_each_column_is_a_term(rows):
    exog, scale = rows[["one", "x1"]], rows[["one", "z"]]
    result = GaussianMLE(rows["y"], exog, exog_scale=scale).fit()
    table = result.wald_test_terms().table
    assert list(table.index) == ["one", "x1", "ln(sigma2)[one]", "ln(sigma2)[z]"]
    assert_allclose(table["statistic"], result.tvalues**2, rtol=1e-10)
    assert_allclose(table["pvalue"], result.pvalues, rtol=1e-9)


def test_without_a_formula_the_terms_are_those_of_ols(rows):
    exog = rows[["one", "x1", "x2"]]
    mine = GaussianMLE(rows["y"], exog).fit(cov_type="unbiased").wald_test_terms().table
    ols = sm.OLS(rows["y"], exog).fit().wald_test_terms(scalar=True).table
    pd.testing.assert_frame_equal(mine, ols, rtol=1e-8, check_dtype=False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"combine_terms": "x1"}, "`combine_terms` is 'x1'; it must be a list of texts"),
        ({"combine_terms": [1]}, r"`combine_terms` is \[1\]"),
        ({"extra_constraints": ["x1"]}, r"`extra_constraints` is \['x1'\]; .* list of pairs"),
        ({"extra_constraints": [(1, [[0.0, 1.0]])]}, "`extra_constraints` is"),
        ({"skip_single": "yes"}, "`skip_single` is 'yes'; it must be True or False"),
    ],
)
def test_arguments_of_other_types_are_named(rows, options, message):
    with pytest.raises(TypeError, match=message):
        gaussmle("y ~ x1", rows).fit().wald_test_terms(**options)
