"""Fits under linear constraints: estimates, inference, and what is refused."""

import copy
import json
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import GaussianMLE, from_json, gaussmle
from sm_gaussmle.estimation import restricted
from sm_gaussmle.estimation.errors import FitError
from tests.reference.cases import load

ACROSS = json.loads(
    (Path(__file__).parents[1] / "reference" / "constraints" / "constraints.json").read_text()
)
MEAN = "exang = 3*oldpeak, age = -1"
FORMULA = "thalach ~ age + exang + oldpeak"


def model_of(case):
    return gaussmle(
        case.formula, case.frame, scale_formula=case.scale_formula, **case.arguments
    )


@pytest.fixture
def model(heart):
    return gaussmle(FORMULA, heart)


@pytest.fixture
def result(model):
    return model.fit_constrained(MEAN)


# Against references ----------------------------------------------------------------------------


@pytest.mark.parametrize("known", ACROSS, ids=[f"{c['case']}: {c['name']}" for c in ACROSS])
def test_constraints_across_equations_have_the_values_of_50_digits(known):
    result = model_of(load(known["case"])).fit_constrained(known["text"])
    found = result.fit_record.restricted
    assert result.converged
    assert list(result.params.index) == known["param_names"]
    unit = np.where(np.array(known["se_observed"]) > 0, known["se_observed"], 1)
    # 1e-8 of a standard error: what the last Newton step leaves is far less.
    assert_allclose((result.params - known["params"]) / unit, 0, atol=1e-8)
    assert_allclose(result.bse, known["se_observed"], rtol=1e-7)
    assert_allclose(result.llf, known["loglik"], rtol=1e-12)
    # Differences of log-likelihoods keep 1e-13 of them.
    room = 1e-12 * abs(known["loglik"])
    assert_allclose(found.likelihood_ratio, known["lr"], rtol=1e-8, atol=room)
    assert_allclose(found.wald, known["wald"], rtol=1e-7)
    assert_allclose(found.score, known["score_expected"], rtol=1e-7)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("heart_gaussian", "exang_eq_3oldpeak"),
        ("heart_gaussian", "age_is_minus1"),
        ("stackloss_constrained", "air_eq_water"),
        ("stackloss_constrained", "two"),
    ],
)
def test_constraints_of_the_mean_have_the_values_of_r(name, label):
    case = load(name)
    known = case.results["constrained"][label]
    result = model_of(case).fit_constrained((known["R"], known["q"]))
    expected, errors = (
        case.vector("constrained", label, *path) for path in ((), ("se_observed",))
    )
    unit = np.where(errors > 0, errors, 1)
    assert_allclose((result.params - expected) / unit, 0, atol=1e-8)
    assert_allclose(result.bse, errors, rtol=1e-8, atol=1e-14)
    assert_allclose(
        [result.llf, result.aic, result.bic],
        [known["loglik"], known["aic"], known["bic"]],
        rtol=1e-11,
    )
    assert_allclose(
        result.constraint_tests().likelihood_ratio, known["lr_test"]["stat"], rtol=1e-8
    )
    assert_allclose(
        result.constraint_tests().table["pvalue"].iloc[0], known["lr_test"]["p"], rtol=1e-8
    )


# Against columns that satisfy the constraints --------------------------------------------------

COVARIANCES = {
    "nonrobust": {},
    "unbiased": {},
    "eim": {},
    "opg": {},
    "HC0": {},
    "HC1": {},
    "HC2": {},
    "HC3": {},
    "cluster": {"groups": np.arange(303) % 20},
    "HAC": {"maxlags": 3},
}


@pytest.fixture
def equivalent(heart):
    """The model that has the constraints in its columns."""
    columns = heart.assign(both=3 * heart["exang"] + heart["oldpeak"], minus=-heart["age"])
    return gaussmle("thalach ~ both", columns, offset="minus")


@pytest.mark.parametrize("cov_type", COVARIANCES)
def test_covariances_are_those_of_columns_with_the_constraints_in_them(
    model, equivalent, cov_type
):
    options = {"cov_type": cov_type, "cov_kwds": COVARIANCES[cov_type]}
    result, expected = model.fit_constrained(MEAN, **options), equivalent.fit(**options)
    again = model.fit_constrained(MEAN).get_robustcov_results(cov_type, **COVARIANCES[cov_type])
    intercept, both, log_variance = expected.bse
    for found in (result, again):
        assert_allclose(found.bse, [intercept, 0, 3 * both, both, log_variance], rtol=1e-8)
        assert found.use_t == expected.use_t
        assert_allclose(
            found.conf_int().loc["oldpeak"], expected.conf_int().loc["both"], rtol=1e-7
        )


def test_statistics_count_what_is_free(result, equivalent):
    expected = equivalent.fit()
    for name in ("llf", "aic", "bic", "df_model", "df_resid", "df_modelwc", "ssr", "scale"):
        assert_allclose(getattr(result, name), getattr(expected, name), rtol=1e-9)
    assert result.k_constr == 2
    assert_allclose(result.info_criteria("aicc"), expected.info_criteria("aicc"), rtol=1e-9)


def test_predictions_are_those_of_the_equivalent_columns(result, equivalent, heart):
    frame = result.get_prediction(heart.iloc[:5]).summary_frame()
    expected = equivalent.fit().get_prediction().summary_frame().iloc[:5]
    # The rows of heart.iloc[:5] have the new columns in the other model only.
    assert_allclose(frame, expected, rtol=1e-8)


def test_a_test_of_the_null_model_is_there_where_it_is_nested(model, heart):
    result = model.fit_constrained("exang = 3*oldpeak")
    expected = gaussmle(
        "thalach ~ age + both",
        heart.assign(both=3 * heart["exang"] + heart["oldpeak"]),
    ).fit()
    for name in ("llr", "llr_pvalue", "fvalue", "f_pvalue", "rsquared", "prsquared"):
        assert_allclose(getattr(result, name), getattr(expected, name), rtol=1e-8)


def test_with_nothing_left_but_the_constants_the_null_model_is_it(model):
    result = model.fit_constrained("age = 0, exang = 0, oldpeak = 0")
    assert_allclose(result.llr, 0, atol=1e-9)
    assert result.llr_pvalue == 1.0


@pytest.mark.parametrize("name", ["llr", "llr_pvalue", "fvalue", "f_pvalue"])
@pytest.mark.parametrize("text", ["age = -1", "Intercept = 200", "age = Intercept"])
def test_else_the_null_model_is_not_compared_with(model, name, text):
    result = model.fit_constrained(text)
    with pytest.raises(AttributeError, match=r"which does not satisfy .*: it is not nested"):
        getattr(result, name)


def test_in_a_scale_equation_the_null_model_needs_its_constant_free(heart):
    model = gaussmle(f"{FORMULA} | age", heart)
    assert model.fit_constrained("ln(sigma2)[age] = 0").llr > 0
    with pytest.raises(AttributeError, match="not nested"):
        _ = model.fit_constrained("ln(sigma2)[Intercept] = ln(sigma2)[age]").llr
    columns = heart["thalach"], heart[["age", "oldpeak"]]
    for without in (
        GaussianMLE(*columns),
        GaussianMLE(*columns, exog_scale=heart[["age"]] / 10),
    ):
        with pytest.raises(AttributeError, match="no constant"):
            _ = without.fit_constrained("age = oldpeak").llr


def test_estimates_are_those_of_glm(heart):
    ours = gaussmle(FORMULA, heart).fit_constrained(MEAN)
    theirs = smf.glm(FORMULA, heart).fit_constrained(MEAN)
    assert_allclose(ours.params[:4], theirs.params, rtol=1e-9)
    # GLM's covariance has the unbiased variance of its transformed columns.
    unbiased = ours.get_robustcov_results("unbiased")
    assert_allclose(unbiased.bse[:4], theirs.bse, rtol=1e-8, atol=1e-12)


# How constraints are written -------------------------------------------------------------------


@pytest.mark.parametrize(
    "constraints",
    [
        "exang - 3*oldpeak = 0, age = -1",
        ["exang = 3*oldpeak", "age = -1"],
        ([[0, 0, 1, -3, 0], [0, 1, 0, 0, 0]], [0, -1]),
        (np.array([[0, 0, 1, -3], [0, 1, 0, 0]]), np.array([0, -1])),
    ],
    ids=["text", "list", "coefficients", "coefficients of the mean"],
)
def test_constraints_are_written_as_for_t_test(model, result, constraints):
    assert_allclose(model.fit_constrained(constraints).params, result.params, rtol=1e-10)


def test_values_may_be_given_by_name(model):
    assert_allclose(
        model.fit_constrained({"age": -1, "exang": 2}).params,
        model.fit_constrained("age = -1, exang = 2").params,
    )


def test_the_result_says_what_the_constraints_are(result):
    assert result.constraint_text() == ["exang - 3*oldpeak = 0", "age = -1"]
    assert_allclose(
        result.constraints.coefs @ result.params, result.constraints.constants, atol=1e-13
    )
    assert str(result.constraint_tests()).startswith(
        "Null hypothesis: exang - 3*oldpeak = 0, age = -1\n"
    )
    assert "likelihood ratio" in repr(result.constraint_tests())
    assert "<table" in result.constraint_tests()._repr_html_()


def test_the_summary_says_what_is_fixed(result):
    text = str(result.summary())
    assert "Estimated under the constraints exang - 3*oldpeak = 0, age = -1." in text
    line = next(line for line in text.splitlines() if line.startswith("age "))
    assert line.split() == ["age", "-1.0000", "fixed"]
    assert np.isnan(result.tvalues["age"])
    assert np.isnan(result.pvalues["age"])
    assert list(result.conf_int().loc["age"]) == [-1, -1]
    assert "nan" not in text


def test_values_given_are_kept_exactly(model):
    assert model.fit_constrained("age = -1, exang = 0.1").params[["age", "exang"]].tolist() == [
        -1,
        0.1,
    ]


def test_everything_can_be_fixed(model):
    text = "Intercept = 200, age = -1, exang = 0, oldpeak = 0, ln(sigma2) = 6"
    result = model.fit_constrained(text)
    assert_allclose(result.llf, model.loglike([200, -1, 0, 0, 6]), rtol=1e-12)
    assert "Condition number:              nan" in str(result.convergence_report())
    assert result.df_model == 0


# Tests -----------------------------------------------------------------------------------------


def test_the_three_tests_agree_to_first_order(model):
    fit = model.fit()
    near = fit.params["age"] + 0.01 * fit.bse["age"]
    tests = model.fit_constrained({"age": near}).constraint_tests()
    # Differences are of the order of the cube of the distance, or of 1/n.
    assert_allclose(tests.table["statistic"], 1e-4, rtol=1e-3)
    assert tests.df == 1
    assert_allclose(tests.table["pvalue"], stats.chi2.sf(tests.table["statistic"], 1))


def test_the_wald_statistic_is_that_of_the_free_fit(model, result):
    expected = model.fit().wald_test(MEAN, scalar=True).statistic
    assert_allclose(result.constraint_tests().wald, expected, rtol=1e-9)


def test_robust_covariances_have_no_such_tests(model):
    result = model.fit_constrained(MEAN, cov_type="HC1")
    with pytest.raises(ValueError, match=r"robust covariance 'HC1'.*Use wald_test"):
        result.constraint_tests()


def test_hypotheses_that_are_one_under_the_constraints_are_tested_as_one(result):
    both = result.wald_test("exang = 0, oldpeak = 0", scalar=True)
    one = result.wald_test("oldpeak = 0", scalar=True)
    assert_allclose(both.statistic, one.statistic, rtol=1e-9)
    assert both.df_denom == one.df_denom == 1
    assert both.hypotheses == ("exang = 0", "oldpeak = 0")


@pytest.mark.parametrize("text", ["age = 0", "exang - 3*oldpeak = 1", "exang = 0, age = 0"])
def test_what_the_constraints_fix_is_not_tested(result, text):
    with pytest.raises(ValueError, match="there is nothing to test"):
        result.wald_test(text)
    with pytest.raises(ValueError, match="there is nothing to test"):
        result.t_test(text)


def test_contradicting_hypotheses_are_not_tested(result):
    with pytest.raises(ValueError, match="there is nothing to test"):
        result.wald_test("exang = 0, oldpeak = 1")


def test_t_tests_of_what_is_free_are_the_usual_ones(result):
    test = result.t_test("oldpeak = 0")
    assert_allclose(test.tvalue.item(), result.tvalues["oldpeak"], rtol=1e-10)


def test_tests_of_terms_leave_out_what_is_fixed(result):
    table = result.wald_test_terms().table
    assert list(table.index) == ["Intercept", "exang", "oldpeak"]
    assert_allclose(table.loc["oldpeak", "statistic"], result.tvalues["oldpeak"] ** 2)


def test_effects_that_are_fixed_have_no_test(result):
    frame = result.get_margeff().summary_frame()
    assert_allclose(frame.loc["age"].iloc[:2], [-1.0, 0.0], rtol=1e-14)
    assert np.isnan(frame.loc["age"].iloc[2])
    assert_allclose(frame.loc["oldpeak"].iloc[2], result.tvalues["oldpeak"])


def test_both_summaries_show_what_is_fixed_without_tests_of_it(model):
    result = model.fit_constrained("age = -1")
    frame = result.summary2().tables[1]
    assert list(frame.loc["age"])[1:] == ["fixed", "", "", "", ""]
    assert frame.loc["exang"].iloc[1] == result.bse["exang"]
    for text in (str(result.summary2()), result.summary2().as_html(), str(result.summary())):
        assert "fixed" in text
        assert "nan" not in text


def test_html_of_the_tests_has_the_digits_of_the_text(model):
    tests = model.fit_constrained("exang = 3*oldpeak").constraint_tests()
    for number in ("0.4455", "0.5043", "0.4452"):
        assert f"<td>{number}</td>" in tests._repr_html_()
        assert f" {number}" in str(tests)


# Refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["patsy", "formulaic"])
@pytest.mark.parametrize(
    ("constraints", "message"),
    [
        ("age = 1, age = 2", "age = 1, age = 2 cannot all be true"),
        ("age = 1, 2*age = 2", r"say the same twice: 2\*age = 2 follows from the others"),
        ("wage = 1", "cannot be read.*with the parameters Intercept, age"),
        ("", "is '', in which there is no equation. Write one as 'a = 1'"),
        (["", " "], "in which there is no equation"),
        (None, "is None, in which there is no equation"),
        ((), "in which there is no equation"),
        ({}, "in which there is no equation"),
        (np.zeros((0, 5)), "in which there is no equation"),
        ((np.zeros((0, 5)), []), "in which there is no equation"),
        (np.zeros((1, 5)), "has 0 = 0, in which there is no parameter; leave it out"),
        ("age = ", "cannot be read as linear equations of the parameters"),
        ("age * exang = 1", "cannot be read as linear equations of the parameters"),
        (np.ones((2, 3)), r"shape \(2, 3\); it must have 5 columns"),
        ([[1, 2, 3], [1]], "cannot be read as linear equations"),
        (([[0, 1, 0, 0, 0]], [np.nan]), "a number that is not finite"),
        (([[0, 1, 0, 0, 0]], [1, 2]), "cannot be read as linear equations"),
    ],
)
def test_constraints_that_make_no_sense_are_refused(
    model, engine, constraints, message, monkeypatch
):
    monkeypatch.setattr("statsmodels.formula.options.formula_engine", engine)
    with pytest.raises(ValueError, match=f"`constraints`.*{message}"):
        model.fit_constrained(constraints)


@pytest.mark.parametrize("engine", ["patsy", "formulaic"])
def test_names_of_interactions_can_be_written(rows, engine, monkeypatch):
    monkeypatch.setattr("statsmodels.formula.options.formula_engine", engine)
    model = gaussmle("y ~ x1*C(g) + x2", rows)
    text = "x1:C(g)[T.b] = 2*x1, x2 = 0.5"
    place = model.exog_names.index("x1:C(g)[T.b]"), model.exog_names.index("x1")
    matrix = np.zeros((2, len(model.exog_names)))
    matrix[0, place] = 1, -2
    matrix[1, model.exog_names.index("x2")] = 1
    for given in (text, text.split(", ")):
        found = model.fit_constrained(given)
        assert_allclose(found.params, model.fit_constrained((matrix, [0, 0.5])).params)
    by_name = model.fit_constrained({"x1:C(g)[T.b]": 1, "x2": 0.5}).params
    assert_allclose(by_name[["x1:C(g)[T.b]", "x2"]], [1, 0.5])
    test = model.fit().t_test("x1:C(g)[T.b] = 0")
    assert_allclose(test.effect, model.fit().params["x1:C(g)[T.b]"])


def test_a_known_variance_has_no_unbiased_covariance(model):
    result = model.fit_constrained("ln(sigma2) = 6")
    with pytest.raises(FitError, match=r"`cov_type` is 'unbiased'.*constraints are on it too"):
        result.get_robustcov_results("unbiased")
    free = model.fit_constrained("age = -1").get_robustcov_results("unbiased")
    assert np.isfinite(free.bse).all()


def test_the_summary_shows_a_known_variance_as_fixed(model):
    text = str(model.fit_constrained("ln(sigma2) = 0").summary())
    assert "sigma:                        1, fixed" in text
    assert "RSS" not in text
    assert "-0 " not in text


@pytest.mark.parametrize("name", ["get_influence", "bootstrap", "score_test", "compare_f_test"])
def test_what_would_ignore_the_constraints_is_refused(result, name):
    with pytest.raises(AttributeError, match=f"`{name}` is not available for a fit under con"):
        getattr(result, name)()


def test_a_free_fit_that_does_not_converge_is_no_place_to_start(heart):
    model = gaussmle(f"{FORMULA} | age", heart)
    with pytest.raises(FitError, match="without the constraints the fit did not converge"):
        model.fit_constrained("age = -1", maxiter=1)


def test_a_fit_that_fails_says_which_columns(heart):
    twice = gaussmle("thalach ~ age + I(2 * age)", heart)
    with pytest.raises(ValueError, match="linearly dependent"):
        twice.fit_constrained("age = -1")


def test_a_fit_that_stops_short_warns(heart, monkeypatch):
    model = gaussmle(f"{FORMULA} | age", heart)
    climb = restricted.maximize_on
    monkeypatch.setattr(restricted, "maximize_on", lambda *a, **o: climb(*a, **o, maxiter=0))
    with pytest.warns(match="did not converge|no standard errors"):
        result = model.fit_constrained("age = -3", warn_convergence=True)
    assert not result.converged
    model.fit_constrained("age = -3", warn_convergence=False)


@pytest.mark.parametrize(
    ("constraints", "name"),
    [
        ("double = 0", "double"),
        ("age = 1, ln(sigma2)[double] = 0", r"ln\(sigma2\)\[double\]"),
        ({"double": 0}, "double"),
        (["double = age"], "double"),
    ],
)
def test_constraints_of_columns_that_were_dropped_say_so(heart, constraints, name):
    model = gaussmle(
        "thalach ~ age + double | age + double", heart.assign(double=2 * heart["age"])
    )
    with pytest.warns(UserWarning, match="double"):
        result = model.fit(rank_deficient="drop")
    said = f"Dropped as combinations of other columns, without a coefficient: {name}\\. Write"
    with pytest.raises(ValueError, match=said):
        result.model.fit_constrained(constraints)
    with pytest.raises(ValueError, match=r"Dropped as combinations.*: double"):
        result.profile("double")


def test_constraints_after_the_data_were_removed_are_refused_with_the_remedy(heart):
    result = gaussmle(FORMULA, heart).fit()
    result.remove_data()
    with pytest.raises(ValueError, match=r"a fit needs its rows; fit before remove_data\(\)"):
        result.model.fit_constrained("age = 1")


# Kept ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        lambda result: pickle.loads(pickle.dumps(result)),
        copy.deepcopy,
        lambda result: from_json(result.to_json()),
    ],
    ids=["pickle", "deepcopy", "json"],
)
def test_results_are_kept_with_their_constraints(result, heart, again):
    other = again(result)
    pd.testing.assert_frame_equal(
        other.constraint_tests().table, result.constraint_tests().table
    )
    assert other.constraint_text() == result.constraint_text()
    assert_allclose(other.predict(heart.iloc[:3]), result.predict(heart.iloc[:3]))
    assert str(other.summary().tables[1]) == str(result.summary().tables[1])


def test_a_document_with_a_covariance_of_other_constraints_is_refused(result):
    document = json.loads(result.to_json())
    text = json.dumps(document["results"]["fit_record"])
    document["results"]["fit_record"] = json.loads(
        text.replace('"shape": [5, 3]', '"shape": [3, 5]')
    )
    with pytest.raises(ValueError, match=r"has 2 restrictions of shape \(2, 5\)"):
        from_json(json.dumps(document))


def test_the_model_is_not_changed(model, result):
    expected = sm.OLS(model.endog, model.exog).fit()
    assert_allclose(model.fit().params[:4], expected.params, rtol=1e-10)
    assert result.model is model
