"""How often the rows are read: what a fit and what is asked of it cost."""

import numpy as np
import pytest

import sm_gaussmle as smg
from sm_gaussmle.sources.table import NoRowsError, ReadOnceError, RowsElsewhereError
from tests.sources.parts import Parts

from .data import SCALES, SCHEMES, cut, parts_of, seen_rows, table_rows


def fitted(formula="y ~ x + z", scale_formula=None, **options):
    """Return a fit and its table."""
    table = parts_of(table_rows())
    return smg.gaussmle(formula, table, scale_formula=scale_formula, **options).fit(), table


def passes_of(table, call):
    before = table.passes
    call()
    return table.passes - before


# Fits --------------------------------------------------------------------------------------


def test_numbers_of_constant_variance_take_one_pass():
    fit, table = fitted()
    assert table.passes == fit.fit_record.passes == 1
    assert "Rows: frames, read in 1 pass." in str(fit.summary())


def test_levels_of_a_category_take_a_pass_before():
    fit, table = fitted("y ~ x + g")
    assert table.passes == 2
    assert fit.fit_record.passes == 1


def test_weights_and_offsets_take_no_more():
    _, table = fitted(
        freq_weights="times",
        var_weights="precision",
        offset="known",
        offset_scale="known_scale",
    )
    assert table.passes == 1


def test_columns_that_nearly_depend_on_each_other_take_two_more_passes():
    # Sums of squares have lost half of the digits: the rows are reduced by reflections, and
    # their residuals once more.
    rows = table_rows().assign(near=lambda r: r["x"] * (1.0 + 1e-9 * r["z"]))
    table = parts_of(rows)
    fit = smg.gaussmle("y ~ x + near", table).fit()
    assert table.passes == fit.fit_record.passes == 3
    assert "read in 3 passes." in str(fit.summary())
    memory = smg.gaussmle("y ~ x + near", rows).fit()
    assert (np.abs(fit.params - memory.params) <= 1e-6 * memory.bse).all()


# What the rows are, what the scale is -> passes at most. Starting values take three; each
# iteration one, and of so few rows one more for the last digits of the standard errors; in a
# sample that is cut off there are further starts, from which the climb is not always short.
MOST = {
    ("exact", "scale equation"): 8,
    ("left", "constant variance"): 7,
    ("right", "constant variance"): 6,
    ("both", "constant variance"): 6,
    ("intervals", "constant variance"): 7,
    ("truncated", "constant variance"): 8,
    ("censored within truncated", "constant variance"): 6,
    ("left", "scale equation"): 12,
    ("intervals", "scale equation"): 12,
    ("truncated", "scale equation"): 30,
}


@pytest.mark.parametrize(("scheme", "scale"), MOST)
def test_each_iteration_takes_one_pass(scheme, scale):
    formula, limits = SCHEMES[scheme]
    formula = formula.replace(" + g", "")
    table = parts_of(seen_rows(scheme, table_rows()))
    fit = smg.gaussmle(formula, table, scale_formula=SCALES[scale], **limits).fit()
    assert table.passes == fit.fit_record.passes <= MOST[scheme, scale]
    assert f"read in {table.passes} passes" in " ".join(str(fit.summary()).split())


# Inference ---------------------------------------------------------------------------------

FREE = {
    "summary": lambda f: str(f.summary()),
    "Wald test": lambda f: f.wald_test("x = 1", scalar=True),
    "profile intervals": lambda f: f.conf_int(method="profile"),
    "profile": lambda f: f.profile("x"),
    "exact intervals": lambda f: f.conf_int(method="exact"),
    "log-likelihood ratios of terms": smg.drop1,
    "F tests of terms": lambda f: smg.drop1(f, test="F"),
    "analysis of variance": smg.anova,
    "log-likelihood of the constant": lambda f: f.llnull,
    "R-squared": lambda f: f.rsquared,
    "sums of squares": lambda f: f.ssr,
    "unbiased covariance": lambda f: f.get_robustcov_results("unbiased"),
}


@pytest.mark.parametrize("what", FREE)
def test_on_least_squares_it_takes_no_further_pass(what):
    fit, table = fitted()
    assert passes_of(table, lambda: FREE[what](fit)) == 0


def test_ratios_of_least_squares_fits_take_no_further_pass():
    table = parts_of(table_rows())
    small, large = (smg.gaussmle(f, table).fit() for f in ("y ~ x", "y ~ x + z"))
    assert table.passes == 2
    for method in ("chi2", "exact", "bartlett"):
        large.compare_lr_test(small, method=method)
    large.compare_f_test(small)
    smg.lrtest(small, large)
    assert table.passes == 2


@pytest.mark.parametrize("scale", [None, "~ z"])
@pytest.mark.parametrize("name", ["HC0", "HC1", "opg", "cluster"])
def test_a_robust_covariance_takes_one_pass(scale, name):
    fit, table = fitted("y ~ x", scale)
    kwds = {"groups": "person"} if name == "cluster" else {}
    assert passes_of(table, lambda: fit.get_robustcov_results(name, **kwds)) == 1


def test_a_score_test_of_new_columns_takes_two_passes():
    fit, table = fitted("y ~ x", "~ z")
    assert passes_of(table, lambda: fit.score_test("w + np.exp(x)", "w")) == 2


def test_a_score_test_of_a_category_takes_a_third_pass_for_its_levels():
    fit, table = fitted("y ~ x")
    assert passes_of(table, lambda: fit.score_test("firm")) == 3


def test_a_score_test_with_clusters_takes_a_third_pass():
    fit, table = fitted("y ~ x")
    version = {"cov_type": "cluster", "cov_kwds": {"groups": "person"}}
    assert passes_of(table, lambda: fit.score_test("w", **version)) == 3


def test_predictions_take_none():
    fit, table = fitted("y ~ x", "~ z")
    assert passes_of(table, lambda: fit.get_prediction(table_rows()).summary_frame()) == 0


def test_the_number_of_rows_is_counted_in_the_first_pass_of_a_likelihood():
    table = parts_of(table_rows())
    model = smg.gaussmle("y ~ x", table)
    assert passes_of(table, lambda: model.loglike([1.0, 1.0, 0.0])) == 1


# Streams that can be read once -----------------------------------------------------------------


def once(rows=None):
    return Parts(*cut(table_rows() if rows is None else rows), reads_once=True)


def test_a_stream_is_fitted_in_its_one_pass():
    table = once()
    fit = smg.gaussmle("y ~ x + z", table).fit()
    memory = smg.gaussmle("y ~ x + z", table_rows()).fit()
    assert table.passes == 1
    # of reflections, which sum squares in another order
    assert (np.abs(fit.params - memory.params) <= 1e-9 * memory.bse).all()


def test_a_stream_of_nearly_dependent_columns_is_fitted_in_its_one_pass():
    rows = table_rows().assign(near=lambda r: r["x"] * (1.0 + 1e-5 * r["z"]))
    fit = smg.gaussmle("y ~ x + near", once(rows)).fit()
    memory = smg.gaussmle("y ~ x + near", rows).fit()
    # of 1e5 times the usual rounding
    assert (np.abs(fit.params - memory.params) <= 1e-7 * memory.bse).all()


REFUSED = {
    "a scale equation": ("y ~ x", {"scale_formula": "~ z"}, "a model with a scale equation"),
    "limits": ("y ~ x", {"left": 0.0}, "a model with limits needs several passes"),
    "intervals": ("lower + upper ~ x", {}, "needs several passes"),
    "categories": ("y ~ x + g", {}, "can be read only once, .* would have to be read to learn"),
    "centring": (
        "y ~ center(x)",
        {},
        "can be read only once, .* would have to be read to learn",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_stream_is_refused_before_it_is_read_where_once_is_not_enough(case):
    formula, options, message = REFUSED[case]
    table = once()
    with pytest.raises(ReadOnceError, match=message):
        smg.gaussmle(formula, table, **options)
    assert table.passes == 0


AFTERWARDS = {
    "robust covariance": lambda f: f.get_robustcov_results("HC0"),
    "clusters": lambda f: f.get_robustcov_results("cluster", groups="person"),
    "score test": lambda f: f.score_test("w"),
    "condition number": lambda f: f.condition_number,
}


@pytest.mark.parametrize("what", AFTERWARDS)
def test_what_takes_another_pass_of_a_stream_says_that_there_is_none(what):
    fit = smg.gaussmle("y ~ x", once()).fit()
    with pytest.raises(ReadOnceError, match="have been read"):
        AFTERWARDS[what](fit)


@pytest.mark.parametrize("what", FREE)
def test_what_takes_no_further_pass_there_is_of_a_stream(what):
    fit = smg.gaussmle("y ~ x + z", once()).fit()
    FREE[what](fit)


@pytest.mark.parametrize("name", ["HC0", "HC3", "opg", "eim", "cluster"])
def test_a_covariance_that_takes_a_pass_is_refused_before_a_stream_is_read(name):
    table = once()
    kwds = {"groups": "person"} if name == "cluster" else None
    with pytest.raises(ReadOnceError, match=f"`cov_type` is '{name}', which takes a second"):
        smg.gaussmle("y ~ x", table).fit(cov_type=name, cov_kwds=kwds)
    assert table.passes == 0


def test_a_stream_whose_first_rows_all_miss_something_is_refused():
    rows = table_rows()
    rows.loc[:89, "x"] = np.nan
    with pytest.raises(NoRowsError, match="none of the first 90 rows is complete"):
        smg.gaussmle("y ~ x", once(rows))


def test_predictions_for_the_rows_of_a_stream_need_them():
    fit = smg.gaussmle("y ~ x", once()).fit()
    with pytest.raises(RowsElsewhereError):
        fit.predict()
