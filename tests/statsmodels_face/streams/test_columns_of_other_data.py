"""Columns that change between passes, or are others in two fits, are seen."""

import numpy as np
import pandas as pd
import pytest

import sm_gaussmle as smg
from sm_gaussmle import CrossProducts
from sm_gaussmle.sources.stream import RowsChangedError

from .data import both_fits, parts_of, table_rows


@pytest.mark.parametrize(
    "column", ["x", "z", "known", "precision"], ids=["mean", "scale", "offset", "weight"]
)
def test_a_column_that_changes_between_passes_is_refused(column):
    table = parts_of(table_rows())
    options = {"scale_formula": "~ z", "offset": "known", "var_weights": "precision"}
    fit = smg.gaussmle("y ~ x", table, **options).fit()
    table.frames[2] = table.frames[2].assign(**{column: table.frames[2][column] * 2.0})
    with pytest.raises(RowsChangedError, match="other values in columns, offsets or known"):
        fit.get_robustcov_results("HC0")


def test_a_single_value_that_changes_is_refused():
    table = parts_of(table_rows())
    fit = smg.gaussmle("y ~ x", table).fit()
    table.frames[2].loc[7, "x"] += 1e-3
    with pytest.raises(RowsChangedError):
        fit.get_robustcov_results("HC0")


def ratio(small, large):
    return smg.lrtest(small, large).table


def test_a_name_outside_the_data_may_not_have_changed():
    table = parts_of(table_rows())

    def powers(formula, k):
        return smg.gaussmle(formula, table, eval_env={"k": k}).fit()

    small = powers("y ~ I(x**k)", 2)
    with pytest.raises(ValueError, match=r"I\(x \*\* k\) of `exog` is no combination"):
        ratio(small, powers("y ~ I(x**k) + z", 3))
    assert ratio(small, powers("y ~ I(x**k) + z", 2)).notna().any(axis=None)


def test_another_table_with_the_same_responses_is_refused():
    rows = table_rows()
    other = rows.assign(x=np.roll(rows["z"], 1)).fillna({"x": 0.0})
    other.loc[rows["x"].isna(), "x"] = np.nan
    small = smg.gaussmle("y ~ x", parts_of(rows)).fit()
    with pytest.raises(ValueError, match="x of `exog` has other values in its data"):
        ratio(small, smg.gaussmle("y ~ x + w", parts_of(other)).fit())
    without = other.drop(columns="x").assign(v=other["x"])
    with pytest.raises(ValueError, match="its data have no column x"):
        ratio(small, smg.gaussmle("y ~ v + w", parts_of(without)).fit())


def test_another_offset_of_the_same_name_is_refused():
    rows = table_rows()
    other = rows.assign(known=rows["known"] + rows["w"])
    small, large = (
        smg.gaussmle(formula, parts_of(data), offset="known").fit()
        for formula, data in (("y ~ x", rows), ("y ~ x + z", other))
    )
    with pytest.raises(ValueError, match="another offset in `exog`"):
        ratio(small, large)


def test_constant_variance_is_no_case_of_a_scale_equation_without_a_constant():
    small, large = (
        smg.gaussmle("y ~ x", parts_of(table_rows()), scale_formula=scale).fit()
        for scale in (None, "~ 0 + z + w")
    )
    with pytest.raises(ValueError, match="`exog_scale` of the larger model has no constant"):
        ratio(small, large)


def test_a_scale_equation_is_no_case_of_constant_variance():
    rows = table_rows()
    _, small = both_fits(rows, "y ~ 1", "~ z")
    _, large = both_fits(rows, "y ~ x + g")
    with pytest.raises(ValueError, match="z of `exog_scale` is no combination"):
        ratio(small, large)


def test_sums_of_chunks_are_compared_by_their_columns():
    rows = table_rows().dropna()
    fits = []
    for formula, data in (
        ("y ~ x", rows),
        ("y ~ x + z", rows),
        ("y ~ x + z", rows.assign(x=rows["w"])),
    ):
        sums = CrossProducts(formula, data)
        sums.update(data)
        fits.append(sums.fit())
    small, large, other = fits
    pd.testing.assert_frame_equal(
        ratio(small, large),
        ratio(*(smg.gaussmle(f, rows).fit() for f in ("y ~ x", "y ~ x + z"))),
    )
    with pytest.raises(ValueError, match=r"not nested|summed and not kept"):
        ratio(small, other)
