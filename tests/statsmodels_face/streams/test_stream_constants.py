"""A constant is found among columns that are not an intercept, as in memory."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import CrossProducts, gaussmle
from sm_gaussmle.sources.table import ReadOnceError
from tests.sources.parts import Parts

from .data import both_fits, cut, parts_of, table_rows


@pytest.fixture
def rows():
    rows = table_rows()
    rows["one"], rows["three"] = 1, 3.0
    rows["p"] = np.linspace(0.1, 1.0, len(rows)) ** 2
    rows["q"] = 1.0 - rows["p"]
    rows["late"] = (np.arange(len(rows)) < 100).astype(float)
    rows["b"] = rows["g"] == "b"
    return rows


CONSTANT = [
    "y ~ 0 + one + x",
    "y ~ 0 + three + x",
    "y ~ 0 + p + q + x",
    "y ~ 0 + bs(x, knots=[0], degree=1, lower_bound=-5, upper_bound=5, include_intercept=True)",
    "y ~ 0 + I(1.0 * b) + I(1.0 - b) + x",
]
OTHERS = ["y ~ 0 + late + x", "y ~ 0 + x", "y ~ 0 + p + x"]
NUMBERS = ("df_model", "rsquared", "rsquared_adj", "fvalue", "f_pvalue")


@pytest.mark.parametrize("formula", CONSTANT + OTHERS)
def test_a_constant_counts_as_in_memory(rows, formula):
    memory, passes = both_fits(rows, formula)
    assert passes.model.k_constant == memory.model.k_constant == (formula in CONSTANT)
    assert passes.model.constant_column == memory.model.constant_column
    for name in NUMBERS:
        assert_allclose(getattr(passes, name), getattr(memory, name), rtol=1e-9)


@pytest.mark.parametrize("formula", CONSTANT + OTHERS)
def test_sums_of_chunks_tell_whether_there_is_a_constant(rows, formula):
    memory = gaussmle(formula, rows).fit()
    sums = CrossProducts(formula, rows)
    sums.update(rows)
    assert_allclose(sums.fit().rsquared, memory.rsquared, rtol=1e-9)


@pytest.mark.parametrize("scale", ["~ 0 + one", "~ 0 + three", "~ 0 + p + q", "~ 0 + late + z"])
def test_a_constant_of_the_scale_equation_counts_as_in_memory(rows, scale):
    rows.loc[5, ["one", "p"]] = np.nan
    memory, passes = both_fits(rows, "y ~ x", scale)
    assert list(passes.params.index) == list(memory.params.index)
    assert passes.model.constant_variance == memory.model.constant_variance
    assert passes.model.k_constant_scale == memory.model.k_constant_scale
    assert passes.nobs == memory.nobs
    assert_allclose(passes.llf, memory.llf, rtol=1e-10)
    assert_allclose(
        passes.score_test(None, "w").table["statistic"],
        memory.score_test(None, "w").table["statistic"],
        rtol=1e-7,
    )


def test_it_takes_no_pass_where_the_first_rows_have_no_constant(rows):
    table = parts_of(rows)
    gaussmle("y ~ 0 + x", table)
    assert table.passes == 0


def test_a_stream_that_is_read_once_has_to_be_told(rows):
    table = Parts(*cut(rows), reads_once=True)
    with pytest.raises(ReadOnceError, match="hasconst=True or hasconst=False"):
        gaussmle("y ~ 0 + one + x", table)
    fit = gaussmle("y ~ 0 + one + x", table, hasconst=True).fit()
    assert_allclose(fit.rsquared, gaussmle("y ~ x", rows).fit().rsquared)
