"""Sums of chunks give the fit of the rows together, and need none of them."""

import functools
import itertools
import operator
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle import CrossProducts, anova, drop1, from_json, gaussmle, lrtest

FORMULA = "y ~ x1 + x2 + C(g, levels=['a', 'b', 'c'])"
WITHOUT_CONSTANT = "y ~ 0 + x1 + x2"
LEVELS_FOR_CONSTANT = "y ~ 0 + C(g, levels=['a', 'b', 'c']) + x2"
WEIGHTED = {"offset": "o", "offset_scale": "s", "var_weights": "v", "freq_weights": "f"}
NUMBERS = (
    "llf",
    "llnull",
    "nobs",
    "df_resid",
    "df_model",
    "aic",
    "bic",
    "rsquared",
    "ssr",
    "centered_tss",
    "uncentered_tss",
    "condition_number",
)
# Two decompositions of columns of condition number 100.
CLOSE = 1e-11


def chunks(rows, *cuts):
    edges = [0, *cuts, len(rows)]
    return [rows.iloc[a:b] for a, b in itertools.pairwise(edges)]


def summed(formula, parts, **options):
    sums = CrossProducts(formula, **options)
    for part in parts:
        assert sums.update(part) is sums
    return sums


def assert_same_fit(found, expected, rtol=CLOSE):
    for name in ("params", "bse", "tvalues", "pvalues"):
        ours, theirs = getattr(found, name), getattr(expected, name)
        assert list(ours.index) == list(theirs.index)
        assert_allclose(ours, theirs, rtol=rtol, atol=1e-12)
    for name in NUMBERS:
        assert_allclose(getattr(found, name), getattr(expected, name), rtol=rtol)
    assert found.converged


# The fit --------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", [{}, WEIGHTED], ids=["plain", "weighted"])
@pytest.mark.parametrize("formula", [FORMULA, WITHOUT_CONSTANT, LEVELS_FOR_CONSTANT])
def test_chunks_give_the_fit_of_all_rows(rows, formula, weights):
    found = summed(formula, chunks(rows, 7, 8, 31), **weights).fit()
    assert_same_fit(found, gaussmle(formula, rows, **weights).fit())


def test_unbiased_covariance_takes_the_t_distribution(rows):
    found = summed(FORMULA, chunks(rows, 20)).fit(cov_type="unbiased")
    assert found.use_t
    assert_same_fit(found, gaussmle(FORMULA, rows).fit(cov_type="unbiased"))


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(1, 59), max_size=12), st.randoms(use_true_random=False))
@pytest.mark.parametrize("formula", [FORMULA, WITHOUT_CONSTANT])
def test_chunks_and_the_order_of_merging_change_rounding_alone(formula, cuts, random):
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(
        {
            "x1": rng.normal(1e2, 1.0, 60).cumsum(),
            "x2": rng.normal(size=60),
            "g": np.resize(["a", "b", "c"], 60),
        }
    )
    rows["y"] = rows["x1"] + rng.normal(size=60)
    each = [summed(formula, [part]) for part in chunks(rows, *sorted(cuts))]
    random.shuffle(each)
    found, expected = functools.reduce(operator.add, each).fit(), summed(formula, [rows]).fit()
    # 13 decompositions of 7 columns, each with the rounding of responses of length 3e4:
    # 13 * 7 * 2e-16 * 3e4 standard deviations.
    error = (found.params - expected.params) / expected.bse
    assert_allclose(error, 0.0, atol=1e-9)
    assert_allclose(found.bse, expected.bse, rtol=1e-9)
    assert found.llf == pytest.approx(expected.llf, rel=1e-9)


def test_missing_and_unweighted_rows_are_counted_as_in_memory(rows):
    rows.loc[rows.index[[3, 40]], "x1"] = np.nan
    rows.loc[rows.index[5:9], "f"] = 0.0
    sums = summed(FORMULA, chunks(rows, 4, 6), freq_weights="f")
    expected = gaussmle(FORMULA, rows, freq_weights="f").fit()
    assert (sums.n_given, sums.n_missing, len(sums)) == (60, 2, 54)
    assert sums.nobs == expected.nobs
    found = sums.fit()
    assert found.model.n_unweighted == 4
    assert_same_fit(found, expected)


def test_chunks_without_a_complete_row_count_as_missing(rows):
    gone = rows.assign(x2=np.nan)
    sums = summed(FORMULA, [gone[:2], rows[:30], gone[:3], rows[:0], rows[30:]])
    assert (sums.n_given, sums.n_missing) == (65, 5)
    assert_same_fit(sums.fit(), gaussmle(FORMULA, rows).fit())


def test_a_stream_whose_first_rows_all_miss_something_is_summed():
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"x": rng.normal(size=10_100), "e": rng.normal(size=10_100)})
    rows["y"] = rows["x"] + rows["e"]
    rows.loc[:10_050, "x"] = np.nan
    reader = pa.RecordBatchReader.from_batches(
        pa.Schema.from_pandas(rows), pa.Table.from_pandas(rows).to_batches()
    )
    sums = CrossProducts("y ~ x").update(reader)
    assert_same_fit(sums.fit(), gaussmle("y ~ x", rows).fit())


def test_missing_rows_can_be_refused(rows):
    rows.loc[rows.index[2], "x1"] = np.nan
    with pytest.raises(MissingDataError, match="missing in 1 of 60 rows"):
        CrossProducts(FORMULA, missing="raise").update(rows)


@pytest.mark.parametrize(
    "given",
    [pl.from_pandas, pa.Table.from_pandas, lambda frame: frame.to_dict("list")],
    ids=["polars", "pyarrow", "dict"],
)
def test_chunks_may_be_any_table(rows, given):
    found = summed(FORMULA, [given(part) for part in chunks(rows, 30)]).fit()
    assert_same_fit(found, gaussmle(FORMULA, rows).fit())


def test_files_are_read_in_one_pass_each(rows, tmp_path, capsys):
    for number, part in enumerate(chunks(rows, 30)):
        pq.write_table(pa.Table.from_pandas(part), tmp_path / f"{number}.parquet")
    sums = CrossProducts(FORMULA).update(tmp_path / "0.parquet")
    sums.update(str(tmp_path / "[1-9].parquet"), progress=True)
    assert "pass 1" in capsys.readouterr().err
    assert_same_fit(sums.fit(), gaussmle(FORMULA, rows).fit())


def test_long_chunks_are_worked_on_in_parts():
    rng = np.random.default_rng(6)
    rows = pd.DataFrame({"x": rng.normal(size=70_000), "e": rng.normal(size=70_000)})
    rows["y"] = rows["x"] + rows["e"]
    found = CrossProducts("y ~ x").update(rows).fit()
    assert_same_fit(found, gaussmle("y ~ x", rows).fit())


# What the formula must know -------------------------------------------------------------


def test_categories_of_a_pandas_column_are_its_levels(rows):
    rows["g"] = pd.Categorical(rows["g"], categories=["a", "b", "c"])
    found = summed("y ~ x1 + g", chunks(rows, 3)).fit()
    assert_same_fit(found, gaussmle("y ~ x1 + g", rows).fit())


def test_a_category_that_no_row_has_cannot_be_fitted(rows):
    rows["g"] = pd.Categorical(rows["g"], categories=["a", "b", "c", "d"])
    with pytest.raises(ValueError, match=r"'g\[T.d\]'"):
        summed("y ~ x1 + g", chunks(rows, 3)).fit()


def test_splines_need_knots_and_bounds(rows):
    formula = "y ~ bs(x2, knots=[14], lower_bound=9, upper_bound=21)"
    found = summed(formula, chunks(rows, 3)).fit()
    assert_same_fit(found, gaussmle(formula, rows).fit(), rtol=1e-9)


@pytest.mark.parametrize(
    ("formula", "factors"),
    [
        ("y ~ C(g)", "C(g)"),
        ("y ~ g + center(x1)", "center(x1), g"),
        ("y ~ bs(x2, knots=[14])", "bs(x2, knots=[14])"),
    ],
)
def test_terms_that_must_know_all_rows_are_refused_by_name(rows, formula, factors):
    sums = CrossProducts(formula)
    with pytest.raises(ValueError, match="must know all rows") as caught:
        sums.update(rows)
    assert f"columns of {factors}, and a chunk" in str(caught.value)
    assert "or pass `data`" in str(caught.value)
    assert repr(sums) == f"<CrossProducts of {formula!r}: 0 rows>"


def test_formula_can_learn_from_data_that_are_not_summed(rows):
    formula = "y ~ g + center(x1)"
    sums = CrossProducts(formula, rows)
    assert len(sums) == 0
    for part in chunks(rows, 9):
        sums.update(part)
    assert_same_fit(sums.fit(), gaussmle(formula, rows).fit())


def test_names_outside_the_data_are_those_where_the_sums_were_made(rows):
    shift = 3.0
    x1 = None  # a column comes first

    def by_two(values):
        return values / 2

    sums = CrossProducts("y ~ by_two(x1 + shift)")
    shift = 1e9
    found = summed_elsewhere(sums, chunks(rows, 9))
    expected = gaussmle("y ~ by_two(x1 + 3.0)", rows).fit()
    assert_allclose(found.params, expected.params, rtol=CLOSE)
    assert_allclose(found.predict(rows[:3]), expected.predict(rows[:3]), rtol=CLOSE)
    assert (shift, x1) == (1e9, None)


def summed_elsewhere(sums, parts):
    for part in parts:
        sums.update(part)
    return sums.fit()


# Merging --------------------------------------------------------------------------------


def test_merging_leaves_the_other_sums_as_they_are(rows):
    first, second = (summed(FORMULA, [part]) for part in chunks(rows, 25))
    both = first + second
    assert (len(first), len(second), len(both)) == (25, 35, 60)
    assert first.merge(second) is first
    assert (len(first), len(second)) == (60, 35)
    assert_array_equal(first.fit().params, both.fit().params)


def test_sums_can_be_summed(rows):
    assert len(sum(summed(FORMULA, [part]) for part in chunks(rows, 5, 9))) == 60


@pytest.mark.parametrize("number", [1, 0.0])
def test_other_things_are_not_added(rows, number):
    with pytest.raises(TypeError, match="unsupported operand"):
        number + CrossProducts(FORMULA)
    with pytest.raises(TypeError, match="unsupported operand"):
        CrossProducts(FORMULA) + number
    with pytest.raises(TypeError, match="`other` is a"):
        CrossProducts(FORMULA).merge(number)


def test_sums_without_rows_are_neutral(rows):
    full, empty = summed(FORMULA, [rows]), CrossProducts(FORMULA)
    for both in (full + empty, empty + full, empty + empty + full):
        assert_array_equal(both.fit().params, full.fit().params)
    learned = CrossProducts(FORMULA, rows)
    assert len(empty + learned) == 0
    assert len(learned + full) == 60


def test_merged_sums_can_go_on(rows):
    one, two, three = chunks(rows, 20, 40)
    both = CrossProducts(FORMULA).merge(summed(FORMULA, [one])).update(two)
    assert_same_fit(both.update(three).fit(), gaussmle(FORMULA, rows).fit())


@pytest.mark.parametrize(
    ("formula", "weights", "message"),
    [
        ("y ~ x1", {}, "is of the formula 'y ~ x1'"),
        (
            FORMULA,
            {"freq_weights": "f"},
            "offsets and weights freq_weights='f', and these sums none",
        ),
    ],
)
def test_sums_of_other_models_are_refused(rows, formula, weights, message):
    with pytest.raises(ValueError, match=message):
        summed(FORMULA, [rows]).merge(summed(formula, [rows], **weights))


def test_sums_of_other_levels_are_refused(rows):
    first = CrossProducts("y ~ g", rows)
    with pytest.raises(ValueError, match=r"`other` has the columns Intercept, g\[T.b\], and"):
        first.merge(CrossProducts("y ~ g", rows[rows["g"] != "c"]))


def test_sums_that_learned_other_means_are_refused(rows):
    first = CrossProducts("y ~ center(x1)", rows)
    with pytest.raises(ValueError, match="has learned other values"):
        first.merge(CrossProducts("y ~ center(x1)", rows[:30]))
    first.merge(CrossProducts("y ~ center(x1)", rows))


def test_sums_of_other_functions_are_refused(rows):
    def made(function):
        return CrossProducts("y ~ h(x1)", rows, eval_env={"h": function})

    with pytest.raises(ValueError, match="has learned other values"):
        made(np.exp).merge(made(np.sin))
    with pytest.raises(ValueError, match="cannot be told: <lambda> is none of the functions"):
        made(lambda x: x).merge(made(lambda x: -x))
    local = made(lambda x: x)
    assert len(local + local) == 0


# Without rows ---------------------------------------------------------------------------


@pytest.fixture
def result(rows):
    """A fit without its rows."""
    return summed(FORMULA, chunks(rows, 30)).fit()


@pytest.fixture
def in_memory(rows):
    """The same fit with them."""
    return gaussmle(FORMULA, rows).fit()


def test_the_summary_says_that_rows_were_not_kept(result, in_memory):
    text = str(result.summary())
    assert "Rows: summed chunk by chunk, and not kept." in text
    for old, new in zip(
        in_memory.summary().tables[1:], result.summary().tables[1:], strict=True
    ):
        assert str(new) == str(old)


@pytest.mark.parametrize("method", ["wald", "profile", "exact"])
def test_intervals_are_those_of_memory(result, in_memory, method):
    found, expected = (fit.conf_int(method=method) for fit in (result, in_memory))
    assert_allclose(found, expected, rtol=1e-9)


def test_tests_are_those_of_memory(result, in_memory):
    for name, test in (("wald_test", "x1 = 2, x2 = 0"), ("t_test", "x1 = 2")):
        found, expected = (getattr(fit, name)(test) for fit in (result, in_memory))
        assert_allclose(found.pvalue, expected.pvalue, rtol=1e-9)


@pytest.mark.parametrize("test", ["LR", "F"])
def test_terms_are_compared_without_rows(result, in_memory, test):
    for table in (drop1, anova):
        found, expected = (table(fit, test=test).table for fit in (result, in_memory))
        assert list(found.index) == list(expected.index)
        assert_allclose(found.to_numpy(float), expected.to_numpy(float), rtol=1e-8)


def test_fits_of_the_same_rows_are_compared(rows, result, in_memory):
    smaller = summed("y ~ x1", chunks(rows, 11)).fit()
    found, expected = (
        lrtest(small, large).table.iloc[1]
        for small, large in ((smaller, result), (gaussmle("y ~ x1", rows).fit(), in_memory))
    )
    assert_allclose(found["statistic"], expected["statistic"], rtol=1e-9)
    other = summed("y ~ x1", [rows[:50]]).fit()
    with pytest.raises(ValueError, match="50 rows against 60"):
        lrtest(other, result)


def test_predictions_are_for_new_rows(rows, result, in_memory):
    found, expected = (
        fit.get_prediction(rows[:5]).summary_frame() for fit in (result, in_memory)
    )
    assert_allclose(found, expected, rtol=1e-9)


NEED_ROWS = {
    "residuals": lambda fit: fit.resid,
    "fitted values": lambda fit: fit.fittedvalues,
    "predictions of the rows": lambda fit: fit.predict(),
    "influence": lambda fit: fit.get_influence(),
    "robust covariance": lambda fit: fit.get_robustcov_results("HC1"),
    "score test": lambda fit: fit.score_test("x1:x2"),
    "bootstrap": lambda fit: fit.bootstrap(),
    "log-likelihood": lambda fit: fit.model.loglike(fit.params),
    "responses": lambda fit: fit.model.endog,
}


@pytest.mark.parametrize("what", NEED_ROWS)
def test_what_needs_rows_says_that_they_were_not_kept(result, what):
    with pytest.raises(AttributeError, match="were summed and not kept") as caught:
        NEED_ROWS[what](result)
    assert isinstance(caught.value, ValueError)


def test_exact_tests_know_whether_weights_count(rows):
    whole = summed("y ~ x1", [rows], freq_weights="f").fit()
    assert whole.model.counts_observations()
    assert not summed("y ~ x1", [rows], freq_weights="v").fit().model.counts_observations()


@pytest.mark.parametrize("cov_type", ["HC0", "cluster", "opg", None])
def test_covariances_that_need_rows_are_refused(rows, cov_type):
    with pytest.raises(ValueError, match="which no sums tell; it must be one of nonrobust"):
        summed(FORMULA, [rows]).fit(cov_type=cov_type)


def test_fits_are_written_as_others(result):
    again = from_json(result.to_json())
    assert_array_equal(again.params, result.params)
    again = pickle.loads(pickle.dumps(result))
    assert_array_equal(again.params, result.params)


# Refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "options", "error", "message"),
    [
        ("y ~ x1 | z", {}, ValueError, "has a scale equation"),
        ("y ~ x1", {"missing": "none"}, ValueError, "must be 'drop' or 'raise'"),
        (
            "y ~ x1",
            {"freq_weights": [1.0]},
            TypeError,
            "`freq_weights` is a list; it must be the",
        ),
        (3, {}, TypeError, "`formula` is 3"),
    ],
)
def test_wrong_arguments_are_refused(formula, options, error, message):
    with pytest.raises(error, match=message):
        CrossProducts(formula, **options)


@pytest.mark.parametrize(
    ("formula", "options", "message"),
    [
        ("o + y ~ x1", {}, r"has 2 columns \(o, y\); it must be one number per row"),
        ("y ~ 0", {}, "the mean of 'y ~ 0' has no columns"),
        ("y ~ x1", {"offset": "there"}, "`offset` is 'there', which is no column of the data"),
        ("y ~ there", {}, "there"),
        ("y ~ C(g, levels=['a', 'b'])", {}, "has the level 'c', which is none of those"),
        ("y ~ x1", {"var_weights": "z"}, "`var_weights`"),
    ],
)
def test_chunks_that_cannot_be_summed_are_refused(rows, formula, options, message):
    sums = CrossProducts(formula, **options)
    with pytest.raises(ValueError, match=message):
        sums.update(rows)
    assert len(sums) == 0


@pytest.mark.parametrize("place", [0, 50])
def test_infinite_values_are_refused_and_the_sums_stay(rows, place):
    sums = summed(FORMULA, [rows[:40]])
    before = sums.fit().params
    bad = rows.copy()
    bad.iloc[place, bad.columns.get_loc("x1")] = np.inf
    for each in (sums, CrossProducts(FORMULA)):
        with pytest.raises(ValueError, match="`data` has values that are infinite"):
            each.update(bad)
    assert_array_equal(sums.fit().params, before)


def test_a_chunk_that_lacks_a_column_is_refused(rows):
    with pytest.raises(
        ValueError, match=r"`data` has no column 'x2', which .* columns are one,"
    ):
        summed(FORMULA, [rows]).update(rows.drop(columns="x2"))


@pytest.mark.parametrize("n_rows", [None, 0, 1])
def test_fits_without_a_row_are_refused(rows, n_rows):
    sums = CrossProducts("y ~ x1")
    if n_rows is not None:
        sums.update(rows.assign(x1=np.nan)[:n_rows]) if n_rows else None
    with pytest.raises(ValueError, match=f"there are no rows to fit: of {n_rows or 0} rows"):
        sums.fit()


def test_an_empty_first_chunk_is_refused_for_it_has_no_types(rows):
    with pytest.raises(ValueError, match="no rows"):
        CrossProducts("y ~ x1").update(rows[:0])


@pytest.mark.parametrize(
    ("formula", "part", "message"),
    [
        ("y ~ x1", slice(2), "has 2 rows and `exog` 2 columns"),
        ("y ~ x1 + I(2 * x1)", slice(None), r"'I\(2 \* x1\)' = 2\*x1"),
    ],
)
def test_fits_that_have_no_maximum_are_refused(rows, formula, part, message):
    with pytest.raises(ValueError, match=message):
        summed(formula, [rows[part]]).fit()
