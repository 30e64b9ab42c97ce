"""What a session shows of models, results and tests."""

import copy
import pickle
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from statsmodels.stats.contrast import ContrastResults, MultiCompResult, WaldTestResults
from statsmodels.tools.sm_exceptions import ConvergenceWarning, ValueWarning

from sm_gaussmle import GaussianMLE, gaussmle


def _html(thing):
    """Texts of the cells and paragraphs of its HTML, which must be well-formed."""
    tree = ET.fromstring(f"<div>{thing._repr_html_()}</div>")  # noqa: S314 - our own text
    return [text.strip() for text in tree.itertext() if text.strip()]


# Models ---------------------------------------------------------------------------------


def test_a_model_from_formulas_shows_both_and_its_size(heart):
    model = gaussmle("thalach ~ age + exang | age", heart)
    expected = "<GaussianMLE: thalach ~ age + exang; ln(sigma2) ~ age; 303 observations>"
    assert repr(model) == expected


def test_a_model_from_arrays_shows_the_names_of_its_columns(scaled, constant):
    assert repr(scaled) == (
        "<GaussianMLE: y on one, x1, x2; ln(sigma2) on one, z; 60 observations>"
    )
    assert "; constant variance; " in repr(constant)


def test_a_scale_formula_without_a_tilde_is_shown_with_one(heart):
    assert "; ln(sigma2) ~ age;" in repr(gaussmle("thalach ~ 1", heart, scale_formula="~age"))


def test_a_model_shows_what_it_left_out_and_what_it_was_given(rows):
    rows.iloc[0, rows.columns.get_loc("x1")] = np.nan
    shown = repr(gaussmle("y ~ x1", rows, freq_weights="f", offset="o"))
    assert shown.endswith("; with: offset, freq_weights; rows dropped: 1 missing>")


def test_a_model_with_hundreds_of_columns_is_short(rows):
    shown = repr(GaussianMLE(rows["y"], np.eye(60)[:, :50]))
    assert "x8 and 42 more" in shown
    assert len(shown) < 120


def test_dropped_columns_are_shown(rows):
    model = GaussianMLE(rows["y"], rows[["one", "x1"]].assign(twice=2 * rows["x1"]))
    with pytest.warns(ValueWarning, match="twice"):
        result = model.fit(rank_deficient="drop")
    assert "columns dropped: twice" in repr(result.model)


def test_a_model_in_html_has_its_facts_escaped(rows):
    model = GaussianMLE(rows["y"].rename("<y> & z"), rows[["one"]])
    assert _html(model) == [
        *("GaussianMLE", "mean", "<y> & z on one", "log variance", "constant variance"),
        *("rows", "60 observations"),
    ]


# Results --------------------------------------------------------------------------------


def test_results_show_model_likelihood_and_state(scaled):
    result = scaled.fit()
    expected = (
        "<GaussianMLEResults: y on one, x1, x2; ln(sigma2) on one, z\n"
        f" 60 observations, log-likelihood {result.llf:.4f}, AIC {result.aic:.4f}, converged, "
        "covariance nonrobust>"
    )
    assert repr(result) == str(result) == repr(result._results) == expected


def test_results_that_did_not_converge_say_so(scaled):
    with pytest.warns(ConvergenceWarning):
        result = scaled.fit(maxiter=1)
    assert ", NOT CONVERGED, " in repr(result)


def test_results_in_html_are_the_summary(scaled):
    result = scaled.fit()
    cells = _html(result)
    for name in ("ln(sigma2)[z]", "x1", "nonrobust", f"{result.llf:.4f}"):
        assert name in cells
    assert result._results._repr_html_().startswith("<table")


def test_results_without_data_can_still_be_shown(heart):
    result = gaussmle("thalach ~ age | age", heart).fit()
    before = repr(result), repr(result.model)
    result.remove_data()
    assert (repr(result), repr(result.model)) == before
    assert "thalach ~ age" in _html(result.model)
    again = pickle.loads(pickle.dumps(result))
    assert repr(again) == before[0]


def test_a_convergence_report_shows_its_text(scaled):
    report = scaled.fit().convergence_report()
    assert repr(report) == str(report)
    assert repr(report).startswith("Converged:")
    cells = _html(report)
    assert cells[:2] == ["Converged", f"yes: {report.reason}"]


def test_many_fits_show_their_number_and_estimates(constant, rows):
    fits = constant.fit_many(rows[["y", "z", "o"]].rename(columns={"o": "a<b"}))
    first, *table = repr(fits).splitlines()
    assert first == "<ManyFits: 4 parameters of 3 responses, 60 observations each>"
    assert "\n".join(table) == str(fits.params)
    assert _html(fits)[0] == first[1:-1]
    assert {"ln(sigma2)", "a<b"} <= set(_html(fits))


# Tests of hypotheses --------------------------------------------------------------------


@pytest.fixture
def ols(heart):
    return smf.ols("thalach ~ age + exang + C(cp)", heart).fit()


@pytest.fixture
def result(heart):
    return gaussmle("thalach ~ age + exang + C(cp)", heart).fit()


def test_a_t_test_shows_the_table_of_statsmodels_and_its_hypotheses(result):
    test = result.t_test("age = 2*exang + 1, ln(sigma2) = 6")
    table, first, second = repr(test).rsplit("\n", 2)
    assert table == str(test.summary())
    assert (first, second) == ("c0: age - 2*exang = 1", "c1: ln(sigma2) = 6")


def test_a_t_test_in_html_has_its_hypotheses_escaped(rows):
    table = rows[["one", "x1"]].rename(columns={"x1": "a<b & c"})
    test = GaussianMLE(rows["y"], table).fit().t_test([[0, -0.5, 0], [1, -1, 0]])
    assert _html(test)[-2:] == ["c0: -0.5*a<b & c = 0", "c1: one - a<b & c = 0"]


@pytest.mark.parametrize("test", ["wald_test", "f_test"])
def test_a_joint_test_shows_the_line_of_statsmodels_and_its_hypothesis(result, test):
    shown = getattr(result, test)("age = 0, exang = -5")
    line, hypothesis = repr(shown).splitlines()
    assert line == shown.summary()
    assert hypothesis == "Null hypothesis: age = 0, exang = -5"
    assert _html(shown) == [line, hypothesis]


def test_hypotheses_may_be_numbers_with_values(result):
    matrix = np.eye(7)[[1, 2]]
    shown = repr(result.wald_test((matrix, [1.5, 2]), scalar=False))
    names = result.model.exog_names
    assert shown.endswith(f"Null hypothesis: {names[1]} = 1.5, {names[2]} = 2")
    assert repr(result.t_test(np.zeros(7))).endswith("c0: 0 = 0")


def test_many_hypotheses_are_cut_short():
    rng = np.random.default_rng(1)
    result = GaussianMLE(rng.normal(size=90), rng.normal(size=(90, 25))).fit()
    shown = repr(result.t_test(np.eye(26)[:25])).splitlines()
    assert shown[-2:] == ["c19: x20 = 0", "and 5 more"]
    assert repr(result.wald_test(np.eye(26)[:25])).endswith("x20 = 0, and 5 more")


def test_tests_are_those_of_statsmodels(result, ols):
    text = "age = exang"
    kinds = {
        ContrastResults: [result.t_test(text), result.f_test(text), result.wald_test(text)],
        WaldTestResults: [result.wald_test_terms()],
        MultiCompResult: [result.t_test_pairwise("C(cp)")],
    }
    for kind, tests in kinds.items():
        for test in tests:
            assert isinstance(test, kind)
    # The standard errors of maximum likelihood are smaller by a known factor.
    factor = np.sqrt(ols.df_resid / ols.nobs)
    mine, theirs = kinds[ContrastResults][0], ols.t_test(text)
    np.testing.assert_allclose(mine.effect, theirs.effect, rtol=1e-9)
    np.testing.assert_allclose(mine.sd, theirs.sd * factor, rtol=1e-9)
    np.testing.assert_allclose(
        kinds[ContrastResults][1].statistic, ols.f_test(text).statistic / factor**2, rtol=1e-8
    )


def test_options_of_tests_are_passed_on(result):
    wide = 4 * result.cov_params()
    plain, wider = result.t_test("age = 0"), result.t_test("age = 0", cov_p=wide, use_t=True)
    np.testing.assert_allclose(wider.sd, 2 * plain.sd)
    assert wider.distribution == "t"
    joint = result.wald_test("age = 0", use_f=True, df_constraints=2, invcov=np.eye(1))
    np.testing.assert_allclose(joint.statistic, result.params["age"] ** 2 / 2)
    assert result.wald_test("age = 0", scalar=False).statistic.shape == (1, 1)


def test_tests_of_terms_show_their_table(result):
    terms = result.wald_test_terms()
    assert repr(terms) == str(terms) == terms.summary_frame().to_string()
    assert "C(cp)" in _html(terms)


def test_tests_of_pairs_show_their_table(result):
    pairs = result.t_test_pairwise("C(cp)", method="bonferroni", factor_labels=list("abcd"))
    assert repr(pairs) == pairs.result_frame.to_string()
    assert "d-c" in repr(pairs)
    assert "pvalue-bonferroni" in _html(pairs)


def test_tests_can_be_pickled_and_copied(result):
    for test in (result.t_test("age = 0"), result.wald_test_terms()):
        again = pickle.loads(pickle.dumps(test))
        assert repr(again) == repr(copy.deepcopy(test)) == repr(test)


def test_the_frame_of_a_t_test_is_that_of_statsmodels(result):
    frame = result.t_test("age = 0, exang = 0").summary_frame()
    assert list(frame.index) == ["c0", "c1"]
    pd.testing.assert_series_equal(
        frame["coef"], result.params[["age", "exang"]].set_axis(["c0", "c1"]), check_names=False
    )
