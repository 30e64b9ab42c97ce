"""Inference on rows in passes is that on the same rows in memory."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

import sm_gaussmle as smg
from sm_gaussmle.sources.table import PartError

from .data import both_fits, parts_of, table_rows

WEIGHTS = {
    "offset": "known",
    "offset_scale": "known_scale",
    "freq_weights": "times",
    "var_weights": "precision",
}
# name -> formulas and arguments
KINDS = {
    "constant variance": ("y ~ x + z + g", None, {}),
    "scale equation": ("y ~ x + g", "~ z", {}),
    "tobit": ("y ~ x + g", None, {"left": 0.0}),
    "limits by row": ("y ~ x + g", "~ z", {"left": "lowest", "right": 3.0}),
    "intervals": ("lower + upper ~ x + g", "~ z", {}),
    "weights": ("y ~ x + z + g", None, WEIGHTS),
    "weighted scale equation": ("y ~ x + g", "~ z", WEIGHTS),
    "weighted tobit": ("y ~ x + g", None, WEIGHTS | {"left": 0.0}),
}
EXACT = ("constant variance", "weights")
NEW = table_rows().iloc[4:9]
# What convergence leaves of derivatives and their inverses: estimates agree to 1e-9
# standard errors.
RTOL = 1e-8


@cache
def fits(kind):
    """Return the fit in memory and that in passes."""
    formula, scale, options = KINDS[kind]
    return both_fits(table_rows(), formula, scale, **options)


def compare(memory, passes, what):
    """Compare what is made of two fits."""
    same(what(memory), what(passes))


def same(theirs, ours):
    if isinstance(theirs, pd.DataFrame):
        assert list(ours.columns) == list(theirs.columns)
        assert list(ours.index) == list(theirs.index)
        for name in theirs.columns:
            if theirs[name].dtype.kind in "ifb":
                assert_allclose(ours[name], theirs[name], rtol=RTOL, atol=1e-9, err_msg=name)
            else:
                assert list(ours[name]) == list(theirs[name])
    else:
        # What is zero at the maximum is zero to rounding in both.
        assert_allclose(
            np.asarray(ours, float), np.asarray(theirs, float), rtol=RTOL, atol=1e-9
        )


# What every kind of fit has --------------------------------------------------------------

MEASURES = {
    "criteria": lambda f: [f.llf, f.aic, f.bic, f.bic_llf, f.info_criteria("aicc")],
    "degrees of freedom": lambda f: [f.df_model, f.df_resid, f.df_modelwc, f.nobs],
    "log-likelihood of the constant alone": lambda f: [f.llnull, f.llr, f.llr_pvalue],
    "pseudo R-squared": lambda f: [f.pseudo_rsquared(kind) for kind in ("mcf", "cs")],
    "covariance": lambda f: f.cov_params(),
    "Wald intervals": lambda f: f.conf_int(),
    "range of sigma": lambda f: f.scale_range,
    "HC0": lambda f: f.get_robustcov_results("HC0").cov_params(),
    "HC1": lambda f: f.get_robustcov_results("HC1").cov_params(),
    "OPG": lambda f: f.get_robustcov_results("opg").cov_params(),
    "Wald test": lambda f: [f.wald_test("x = 1", scalar=True).statistic],
    "Wald test of terms": lambda f: f.wald_test_terms(scalar=True).table,
    "t test": lambda f: f.t_test("x = 1").summary_frame(),
    "delta method": lambda f: f.delta_method(lambda p: np.exp(p["x"])).summary_frame(),
    "predictions": lambda f: f.predict(NEW),
    "prediction intervals": lambda f: f.get_prediction(NEW).summary_frame(),
    "score test": lambda f: f.score_test("w").table,
    "profile intervals": lambda f: f.conf_int(method="profile"),
    "profile": lambda f: f.profile("x", points=4).table,
    "log-likelihood ratio of terms": lambda f: smg.drop1(f).table,
    "Wald test of dropped terms": lambda f: smg.drop1(f, test="Wald").table,
    "score test of dropped terms": lambda f: smg.drop1(f, test="score").table,
    "analysis of variance": lambda f: smg.anova(f).table,
    "analysis of variance by Wald": lambda f: smg.anova(f, test="Wald").table,
    "analysis of variance by scores": lambda f: smg.anova(f, test="score").table,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("measure", MEASURES)
def test_it_is_that_of_memory(kind, measure):
    compare(*fits(kind), MEASURES[measure])


# What only least squares has ---------------------------------------------------------------

EXACT_MEASURES = {
    "sums of squares": lambda f: [f.ssr, f.ess, f.centered_tss, f.uncentered_tss],
    "R-squared": lambda f: [f.rsquared, f.rsquared_adj],
    "sum of squares under constraints": lambda f: f.model.fit_constrained("x = 0.9").ssr,
    "mean squares": lambda f: [f.mse_resid, f.mse_model, f.mse_total, f.scale],
    "F": lambda f: [f.fvalue, f.f_pvalue],
    "deviance": lambda f: [f.deviance, f.null_deviance],
    "condition number": lambda f: f.condition_number,
    "unbiased": lambda f: f.get_robustcov_results("unbiased", use_t=True).conf_int(),
    "HC2": lambda f: f.get_robustcov_results("HC2").cov_params(),
    "HC3": lambda f: f.get_robustcov_results("HC3").cov_params(),
    "exact intervals": lambda f: f.conf_int(method="exact"),
    "F tests of dropped terms": lambda f: smg.drop1(f, test="F").table,
    "analysis of variance by F": lambda f: smg.anova(f, test="F").table,
    "studentized score test": lambda f: f.score_test(None, "w", studentized=True).table,
}


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize("measure", EXACT_MEASURES)
def test_of_exact_responses_it_is_that_of_memory(kind, measure):
    compare(*fits(kind), EXACT_MEASURES[measure])


def test_the_expected_information_is_that_of_memory():
    for kind in KINDS:
        if kind != "intervals":  # which have none
            compare(*fits(kind), lambda f: f.get_robustcov_results("eim").cov_params())


def test_eigenvalues_of_a_scale_equation_are_those_of_memory():
    compare(*fits("scale equation"), lambda f: f.eigenvals)
    compare(*fits("scale equation"), lambda f: f.condition_number)


# Clusters ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("groups", ["person", "firm", ["person", "team"]])
def test_clusters_of_a_column_are_those_of_memory(kind, groups):
    kwds = {"groups": groups}
    compare(*fits(kind), lambda f: f.get_robustcov_results("cluster", **kwds).cov_params())


def test_clusters_may_be_left_uncorrected():
    kwds = {"groups": "firm", "use_correction": False}
    compare(*fits("tobit"), lambda f: f.get_robustcov_results("cluster", **kwds).cov_params())


def test_clusters_may_be_asked_for_in_the_fit():
    fit = {"cov_type": "cluster", "cov_kwds": {"groups": "firm"}}
    memory, passes = both_fits(table_rows(), "y ~ x", "~ z", fit=fit)
    compare(memory, passes, lambda f: f.cov_params())
    assert passes.cov_kwds["n_groups"] == memory.cov_kwds["n_groups"] == 4
    assert passes.cov_kwds["description"] == memory.cov_kwds["description"]


def test_clusters_of_a_fit_under_constraints_are_those_of_memory():
    kwds = {"cov_type": "cluster", "cov_kwds": {"groups": "person"}}
    for kind in ("constant variance", "weighted scale equation", "tobit"):
        theirs, ours = (f.model.fit_constrained("x = 0.9", **kwds) for f in fits(kind))
        compare(theirs, ours, lambda f: f.cov_params())


def test_clusters_with_a_missing_label_are_refused():
    rows = table_rows()
    rows.loc[[20, 100, 101], "team"] = None
    fit = both_fits(rows, "y ~ x")[1]
    message = r"part 0 of frames: `groups` 'team' is missing in 1 of 89 rows \(row 20\)"
    with pytest.raises(PartError, match=message):
        fit.get_robustcov_results("cluster", groups="team")


BAD_GROUPS = {
    "no groups": ({}, "`groups` is None; .* the name of a column, or two of them"),
    "an array": ({"groups": np.arange(320)}, "`groups` is a ndarray; .* the name of a column"),
    "an unknown column": ({"groups": "house"}, "`groups` is 'house', which is no column"),
    "three": ({"groups": ["person"] * 3}, r"`groups` is \['person', 'person', 'person'\]"),
    "an unknown correction": (
        {"groups": "person", "use_correction": 3},
        "`use_correction` is 3; with cov_type 'cluster' it must be one of True",
    ),
    "an unknown option": ({"groups": "person", "lags": 3}, "`cov_kwds` has lags; .* takes"),
}


@pytest.mark.parametrize("case", BAD_GROUPS)
def test_wrong_options_of_clusters_are_refused_before_the_first_pass(case):
    kwds, message = BAD_GROUPS[case]
    table = parts_of(table_rows())
    model = smg.gaussmle("y ~ x", table)
    with pytest.raises((TypeError, ValueError), match=message):
        model.fit(cov_type="cluster", cov_kwds=kwds)
    with pytest.raises((TypeError, ValueError), match=message):
        model.fit_constrained("x = 1", cov_type="cluster", cov_kwds=kwds)
    assert table.passes == 0


def test_one_group_is_refused_as_in_memory():
    for fit in both_fits(table_rows().assign(all="one"), "y ~ x"):
        with pytest.raises(ValueError, match="`groups` puts all rows into one group"):
            fit.get_robustcov_results("cluster", groups="all")


# Likelihood ratios -------------------------------------------------------------------------

PAIRS = {
    "a term": (("y ~ x", None), ("y ~ x + g", None)),
    "a scale equation": (("y ~ x", None), ("y ~ x", "~ z")),
    "a combination of columns": (("y ~ I(x + z)", None), ("y ~ x + z", None)),
    "terms of both equations": (("y ~ x", "~ z"), ("y ~ x + g", "~ z + x")),
    "a combination in the scale equation": (("y ~ x", "~ I(z + x)"), ("y ~ x", "~ z + x")),
}


def nested(pair, **options):
    small, large = PAIRS[pair]
    return zip(
        both_fits(table_rows(), *small, **options),
        both_fits(table_rows(), *large, **options),
        strict=True,
    )


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize(
    "options", [{}, {"left": 0.0}, WEIGHTS], ids=["exact", "left", "weights"]
)
def test_likelihood_ratios_are_those_of_memory(pair, options):
    same(*(smg.lrtest(small, large).table for small, large in nested(pair, **options)))
    same(*(large.compare_lr_test(small) for small, large in nested(pair, **options)))


@pytest.mark.parametrize("method", ["exact", "bartlett"])
def test_corrected_likelihood_ratios_are_those_of_memory(method):
    pairs = nested("a term")
    same(*(large.compare_lr_test(small, method=method) for small, large in pairs))


def test_f_tests_are_those_of_memory():
    same(*(large.compare_f_test(small) for small, large in nested("a term")))


@pytest.mark.parametrize("kind", ["scale equation", "limits by row", "weighted scale equation"])
def test_the_test_of_constant_variance_is_that_of_memory(kind):
    compare(*fits(kind), lambda f: f.lr_scale_test())


def test_comparisons_of_criteria_are_those_of_memory():
    same(*(smg.compare_models(*pair).table for pair in nested("a term")))


# Score tests -------------------------------------------------------------------------------

COLUMNS = {
    "a column": ("w", None),
    "of the log variance": (None, "w"),
    "a name with a space": ("a column", None),
    "a text": ("firm", None),
    "formulas": ("np.exp(x) + firm", "w"),
    "a list": (["w", "np.exp(x)"], None),
}
VERSIONS = {
    "joint": {},
    "separate": {"hypothesis": "separate"},
    "observed": {"observed": True},
    "HC0": {"cov_type": "HC0"},
    "clusters": {"cov_type": "cluster", "cov_kwds": {"groups": "person"}},
    "two ways": {"cov_type": "cluster", "cov_kwds": {"groups": ["person", "team"]}},
}


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["weighted scale equation", "tobit"])
def test_score_tests_are_those_of_memory(kind, columns, version):
    memory, passes = fits(kind)
    theirs, ours = (
        fit.score_test(*COLUMNS[columns], **VERSIONS[version]) for fit in (memory, passes)
    )
    assert ours.tested == theirs.tested
    if "cov_kwds" not in VERSIONS[version]:  # which names the columns of the groups
        assert ours.method == theirs.method
    same(theirs.table, ours.table)


BAD_COLUMNS = {
    "no text": (
        np.ones(320),
        TypeError,
        "`exog_extra` is a ndarray; with data that are read in",
    ),
    "the intercept": ("1", ValueError, "`exog_extra` '1' has no columns but the intercept"),
    "an unknown name": ("house", ValueError, "'house' is no column of the data"),
    "two equations": ("w ~ x", ValueError, "it must be the right side of a formula"),
    "a column of the model": ("x", ValueError, "combinations of the model's .*: x"),
    "a combination": ("I(2 * x + 1)", ValueError, "combinations of the model's"),
    "the same column twice": (["w", "I(w + 1)"], ValueError, r"before them .*: I\(w \+ 1\)"),
}


@pytest.mark.parametrize("case", BAD_COLUMNS)
def test_columns_that_cannot_be_tested_are_refused(case):
    columns, kind, message = BAD_COLUMNS[case]
    with pytest.raises(kind, match=message):
        fits("constant variance")[1].score_test(columns)


def test_a_combination_in_the_log_variance_is_refused():
    with pytest.raises(
        ValueError, match="`exog_scale_extra` has columns that are combinations"
    ):
        fits("scale equation")[1].score_test("w", "I(2 * z)")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_columns_to_test_with_values_that_are_no_numbers_are_refused(value):
    rows = table_rows()
    rows.loc[290, "w"] = value
    memory, passes = both_fits(rows, "y ~ x")
    for fit, kind in ((memory, ValueError), (passes, PartError)):
        with pytest.raises(
            kind, match="`exog_extra` has values that are missing or infinite: w"
        ):
            fit.score_test("w")


def test_columns_to_test_may_be_missing_in_rows_that_the_fit_left_out():
    rows = table_rows()
    rows.loc[[3, 200], ["w", "firm"]] = np.nan
    theirs, ours = (fit.score_test("w + firm") for fit in both_fits(rows, "y ~ x"))
    assert ours.tested == theirs.tested
    same(theirs.table, ours.table)


def test_expected_information_of_intervals_is_refused_as_in_memory():
    for fit in fits("intervals"):
        with pytest.raises(ValueError, match="observed"):
            fit.score_test("w", observed=False)


# Fits that are no special cases of each other ------------------------------------------------


def in_passes(formula, scale=None, table=None, **options):
    table = parts_of(table_rows()) if table is None else table
    return smg.gaussmle(formula, table, scale_formula=scale, **options).fit()


NOT_NESTED = {
    "a term": (
        lambda: (in_passes("y ~ x + z"), in_passes("y ~ x + g")),
        "z of `exog` is no combination of its columns",
    ),
    "a term of the log variance": (
        lambda: (in_passes("y ~ x", "~ w"), in_passes("y ~ x + g", "~ z")),
        r"w\] of `exog_scale` is no combination|w of `exog_scale` is no combination",
    ),
    "an offset": (
        lambda: (in_passes("y ~ x", offset="known"), in_passes("y ~ x + g")),
        "it has another offset in `exog`",
    ),
    "variance weights": (
        lambda: (in_passes("y ~ x", var_weights="precision"), in_passes("y ~ x + g")),
        "it has another offset or weights in `exog_scale`",
    ),
}


@pytest.mark.parametrize("case", NOT_NESTED)
def test_a_fit_that_is_no_special_case_is_refused(case):
    make, message = NOT_NESTED[case]
    small, large = make()
    with pytest.raises(ValueError, match="is not nested in fit 2: " + message):
        smg.lrtest(small, large)


def test_a_larger_fit_under_constraints_is_refused():
    small = in_passes("y ~ x")
    large = small.model.fit_constrained("x = 1")
    with pytest.raises(ValueError, match=r"constraints|more"):
        smg.lrtest(in_passes("y ~ 1"), large)


def test_fits_of_other_responses_are_refused():
    with pytest.raises(ValueError, match="has other responses than fit 2"):
        smg.lrtest(in_passes("y ~ x"), in_passes("lower ~ x + g"))


def test_fits_of_other_rows_are_refused():
    fewer = parts_of(table_rows().iloc[:-1])
    with pytest.raises(ValueError, match="316 rows against 317; rows with missing values"):
        smg.lrtest(in_passes("y ~ x", table=fewer), in_passes("y ~ x + g"))


@pytest.mark.parametrize("scale", [None, "~ z"])
@pytest.mark.parametrize("options", [{}, {"left": 0.0}, WEIGHTS])
def test_a_fit_in_memory_is_compared_with_one_in_passes(scale, options):
    small = both_fits(table_rows(), "y ~ x", **options)
    large = both_fits(table_rows(), "y ~ x + g", scale, **options)
    expected = smg.lrtest(small[0], large[0]).table
    for i, j in ((0, 1), (1, 0)):
        assert_allclose(smg.lrtest(small[i], large[j]).table, expected, rtol=1e-7)
    criteria = (smg.compare_models(small[0], each).table for each in large)
    assert_allclose(*(table.select_dtypes("number") for table in criteria), rtol=1e-7)


def test_a_fit_in_memory_of_other_responses_is_refused():
    memory = smg.gaussmle("lower ~ x + g", table_rows()).fit()
    with pytest.raises(ValueError, match="has other responses than"):
        smg.lrtest(in_passes("y ~ x"), memory)


def test_columns_that_only_one_fit_has_in_memory_are_told_by_name_and_values():
    rows = table_rows()
    large = smg.gaussmle("y ~ x + z", rows.assign(x=rows["x"] * 2.0)).fit()
    with pytest.raises(ValueError, match="x of `exog` is none of its columns by name and val"):
        smg.lrtest(in_passes("y ~ x"), large)
    assert smg.lrtest(in_passes("y ~ x"), large, nested="assume").table.notna().any(axis=None)


def test_a_larger_fit_in_passes_under_constraints_is_refused():
    large = in_passes("y ~ x + g + z").model.fit_constrained("x = 1")
    with pytest.raises(ValueError, match="the larger model has constraints"):
        smg.lrtest(smg.gaussmle("y ~ 1", table_rows()).fit(), large)


def test_a_fit_of_another_distribution_is_not_compared_with_one_in_passes():
    rows = table_rows().dropna()
    other = sm.GLM(rows["times"], rows[["x"]], family=sm.families.Poisson()).fit()
    with pytest.raises(ValueError, match="has other responses than"):
        smg.lrtest(other, in_passes("times ~ x", table=parts_of(rows)))


# Constraints and profiles --------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_fits_under_constraints_are_those_of_memory(kind):
    theirs, ours = (f.model.fit_constrained("x = 0.9, g[T.b] = g[T.c]") for f in fits(kind))
    compare(theirs, ours, lambda f: [f.llf, *f.params])
    compare(theirs, ours, lambda f: f.cov_params())
    assert str(ours.constraint_text()) == str(theirs.constraint_text())


def test_likelihood_ratios_of_constraints_are_those_of_memory():
    for kind in ("constant variance", "scale equation", "tobit"):
        memory, passes = fits(kind)
        same(
            *(smg.lrtest(f.model.fit_constrained("x = 0.9"), f).table for f in (memory, passes))
        )


@pytest.mark.parametrize("kind", ["constant variance", "scale equation", "tobit"])
def test_profile_regions_are_those_of_memory(kind):
    compare(*fits(kind), lambda f: f.profile_region("x", "g[T.b]", levels=0.9, points=8).table)


def test_profiles_of_functions_are_those_of_memory():
    compare(
        *fits("scale equation"),
        lambda f: f.profile(lambda p: p["x"] / p["Intercept"], points=3).table,
    )


# Predictions -----------------------------------------------------------------------------


def test_predictions_take_offsets_and_limits_from_columns_of_new_rows():
    for kind in ("weights", "limits by row"):
        compare(*fits(kind), lambda f: f.predict(NEW))
        compare(*fits(kind), lambda f: f.get_prediction(NEW).summary_frame())


def test_distributions_of_new_responses_are_those_of_memory():
    compare(*fits("scale equation"), lambda f: f.get_distribution(NEW).std())


def test_new_rows_may_be_simulated():
    compare(*fits("scale equation"), lambda f: f.simulate(3, 1, NEW))
