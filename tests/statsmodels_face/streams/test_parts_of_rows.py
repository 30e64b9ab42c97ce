"""How rows are cut into parts does not matter, nor does what a part is made of."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle import gaussmle
from sm_gaussmle.sources.table import NoRowsError, PartError
from tests.sources.parts import Parts

from .data import both_fits, cut, parts_of, table_rows

FORMULA = "y ~ x + g"


def same_fit(passes, memory):
    assert list(passes.params.index) == list(memory.params.index)
    # Maxima are found to 1e-9 standard errors or better.
    assert (np.abs(passes.params - memory.params) <= 1e-9 * memory.bse).all()
    # of sums over 320 rows in another order
    assert abs(passes.llf - memory.llf) <= 1e-11 * abs(memory.llf)
    for name in ("nobs", "n_given", "n_missing", "n_unweighted", "response_counts"):
        assert getattr(passes.model, name) == getattr(memory.model, name), name


WAYS = {
    "one part": (0,),
    "one row in a part": tuple(range(20)),
    "empty parts": (0, 0, 0, 100, 100, 320, 320),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("scale", "limits"),
    [(None, {}), ("~ z", {}), ("~ z", {"left": 0.0})],
    ids=["constant variance", "scale equation", "censored"],
)
def test_any_way_to_cut_rows_gives_the_same_fit(way, scale, limits):
    memory, passes = both_fits(table_rows(), FORMULA, scale, cuts=WAYS[way], **limits)
    same_fit(passes, memory)


def test_a_part_in_which_all_rows_miss_something_has_a_say_in_the_count_alone():
    rows = table_rows()
    rows.loc[90:249, "x"] = np.nan
    memory, passes = both_fits(rows, FORMULA, "~ z")
    same_fit(passes, memory)
    assert passes.model.n_missing == 161


def test_a_first_part_in_which_all_rows_miss_something_is_passed_over():
    rows = table_rows()
    rows.loc[:89, "y"] = np.nan
    memory, passes = both_fits(rows, FORMULA, "~ z", left=0.0)
    same_fit(passes, memory)


def test_a_level_that_one_part_alone_has_is_a_column():
    rows = table_rows()
    rows.loc[91:100, "g"] = "rare"
    memory, passes = both_fits(rows, FORMULA)
    assert "g[T.rare]" in passes.params
    same_fit(passes, memory)


def test_a_level_of_rows_that_miss_something_is_no_column():
    rows = table_rows()
    rows.loc[90, "g"] = "rare"  # where x is missing
    memory, passes = both_fits(rows, FORMULA)
    assert "g[T.rare]" not in passes.params
    same_fit(passes, memory)


@pytest.mark.parametrize("name", ["offset", "offset_scale", "freq_weights", "var_weights"])
def test_a_level_of_rows_without_a_weight_is_no_column(name):
    rows = table_rows().assign(given=1.0)
    rows.loc[100, ["g", "given"]] = ["rare", np.nan]
    memory, passes = both_fits(rows, FORMULA, **{name: "given"})
    assert "g[T.rare]" not in passes.params
    same_fit(passes, memory)


DTYPES = {
    "whole numbers in one part": ("times", np.int64),
    "small whole numbers": ("times", np.int8),
    "single precision": ("times", np.float32),
    "nullable": ("times", "Int64"),
}


@pytest.mark.parametrize("case", DTYPES)
def test_a_part_may_have_a_column_of_another_type(case):
    name, dtype = DTYPES[case]
    rows = table_rows().astype({name: float})
    frames = [frame for frame in cut(rows) if len(frame)]
    frames[1] = frames[1].astype({name: dtype})
    frames[2] = frames[2].astype({name: dtype})
    same_fit(
        gaussmle("y ~ x + times", Parts(*frames)).fit(), gaussmle("y ~ x + times", rows).fit()
    )


def test_numbers_as_objects_in_one_part_are_refused_by_name():
    frames = [frame for frame in cut(table_rows()) if len(frame)]
    frames[2] = frames[2].astype({"times": object})
    message = "part 2 of frames: the factor 'times' is a number in the first rows .* one type"
    with pytest.raises(PartError, match=message):
        gaussmle("y ~ times", Parts(*frames)).fit()


def test_texts_may_be_categories_in_one_part():
    rows = table_rows()
    frames = [frame for frame in cut(rows) if len(frame)]
    frames[2] = frames[2].astype({"firm": "category"})
    same_fit(gaussmle("y ~ firm", Parts(*frames)).fit(), gaussmle("y ~ firm", rows).fit())


def test_a_boolean_is_a_category_as_in_memory():
    rows = table_rows().assign(often=lambda r: r["times"] > 1)
    memory, passes = both_fits(rows, "y ~ often")
    same_fit(passes, memory)


# Weights, offsets and limits by name ---------------------------------------------------------

ARGUMENTS = {
    "offset": {"offset": "known"},
    "offset of the log variance": {"offset_scale": "known_scale"},
    "frequency weights": {"freq_weights": "times"},
    "variance weights": {"var_weights": "precision"},
    "all": {
        "offset": "known",
        "offset_scale": "known_scale",
        "freq_weights": "times",
        "var_weights": "precision",
    },
    "limits by row": {"left": "lowest", "right": "highest"},
    "no limit": {"left": -np.inf, "right": np.inf},
    "one limit": {"left": np.float32(0.0), "right": np.inf},
}


@pytest.mark.parametrize("case", ARGUMENTS)
@pytest.mark.parametrize("scale", [None, "~ z"], ids=["constant variance", "scale equation"])
def test_arguments_are_columns_of_the_data(case, scale):
    memory, passes = both_fits(table_rows(), FORMULA, scale, **ARGUMENTS[case])
    same_fit(passes, memory)


def test_a_frequency_weight_of_zero_is_counted_apart():
    _, passes = both_fits(table_rows(), FORMULA, freq_weights="times")
    rows = table_rows().dropna()
    assert passes.model.n_unweighted == (rows["times"] == 0).sum()
    assert passes.nobs == rows["times"].sum()


def test_missing_values_may_be_refused():
    model = gaussmle(FORMULA.replace(" + g", ""), parts_of(table_rows()).whole())
    assert model.n_missing == 3
    for missing in ("raise", "none"):
        with pytest.raises(
            (MissingDataError, PartError), match="a value is missing in 1 of 90"
        ):
            gaussmle("y ~ x", parts_of(table_rows()), missing=missing).fit()


def test_rows_without_missing_values_need_not_be_refused():
    rows = table_rows().dropna()
    same_fit(
        gaussmle("y ~ x", parts_of(rows), missing="raise").fit(), gaussmle("y ~ x", rows).fit()
    )


def test_a_table_whose_rows_all_miss_something_is_refused():
    rows = table_rows().assign(x=np.nan)
    with pytest.raises(NoRowsError, match="none of the rows is complete"):
        gaussmle("y ~ x", parts_of(rows))


def test_an_interval_with_one_end_is_refused_as_in_memory():
    rows = table_rows()
    rows.loc[[100, 120], "upper"] = np.nan
    for data in (rows, parts_of(rows)):
        with pytest.raises(
            (MissingDataError, PartError), match="one end of the interval is NaN in 2"
        ):
            gaussmle("lower + upper ~ x", data).fit()


# Formulas ------------------------------------------------------------------------------------

FORMULAS = [
    "y ~ C(g, Treatment('b')) * x",
    "y ~ 0 + g + x",
    "y ~ np.exp(x) + I(z ** 2)",
    "y ~ center(x) + standardize(z)",
    "y ~ bs(w, knots=[1.3, 1.6], degree=2, lower_bound=1, upper_bound=2)",
    "np.exp(y / 4) ~ x",
    "y ~ x:g + Q('a column')",
    "y ~ x + C(person > 9)",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_have_the_columns_of_memory(formula):
    memory, passes = both_fits(table_rows(), formula)
    same_fit(passes, memory)
    new = table_rows().iloc[10:20]
    pd.testing.assert_series_equal(passes.predict(new), memory.predict(new))


def test_names_of_the_caller_are_known():
    shift = 3.0
    for data in (table_rows(), parts_of(table_rows())):
        fit = gaussmle("y ~ I(x + shift)", data).fit()
        assert fit.params.index[1] == f"I(x + {'shift'})"
    assert shift == 3.0


def test_the_mean_need_not_have_a_constant():
    memory, passes = both_fits(table_rows(), "y ~ 0 + x", "~ 0 + w")
    same_fit(passes, memory)
    memory, passes = both_fits(table_rows(), "y ~ 0 + x", hasconst=False)
    assert passes.rsquared == pytest.approx(memory.rsquared, rel=1e-12)


def test_a_bar_separates_the_two_equations():
    same_fit(
        gaussmle("y ~ x | z", parts_of(table_rows())).fit(),
        gaussmle("y ~ x | z", table_rows()).fit(),
    )


def test_a_scale_equation_of_the_constant_alone_is_constant_variance():
    memory, passes = both_fits(table_rows(), FORMULA, "~ 1")
    same_fit(passes, memory)
    assert passes.model.constant_variance
