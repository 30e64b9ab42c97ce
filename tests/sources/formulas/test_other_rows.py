"""Formulas whose values of a row depend on other rows are refused, whatever the order."""

import numpy as np
import pandas as pd
import pytest

from sm_gaussmle import gaussmle
from sm_gaussmle.sources.formulas.formula_columns import joint_columns
from sm_gaussmle.sources.formulas.formula_state import learn
from tests.sources.parts import Parts

OUTSIDE = {"np": np, "pd": pd, "standing": lambda x: (x - x.mean()) / 2, "cube": lambda x: x**3}
REFUSED = "gives a row other values when other rows are read with it"


def ascending(n=400, pieces=4):
    """Return parts of rows in order, in each of which `h` is constant."""
    t = np.arange(n, dtype=float)
    data = pd.DataFrame({"t": t, "h": (t >= n / 2) * 1.0, "k": np.repeat(range(n // 4), 4)})
    data["x"] = np.random.default_rng(0).normal(size=n)
    data["g"] = np.where(data["x"] > 0, "a", "b")
    return [
        data.iloc[at : at + n // pieces].reset_index(drop=True)
        for at in range(0, n, n // pieces)
    ]


def read(formula, parts):
    learned = learn([formula], Parts(*parts), OUTSIDE)
    return [joint_columns(learned, part)[0] for part in parts]


@pytest.mark.parametrize(
    "formula",
    [
        "I(t / t.max())",
        "I(t - t.max())",
        "I(t == t.max())",
        "I(t - t.iloc[-1])",
        "I(k - k.min())",
        "I(h - h.mean())",
        "x:I(h - h.mean())",
        "center(h - h.mean())",
        "standing(h)",
        "C(x > x.median())",
        "C(pd.qcut(x, 4))",
        "C(pd.cut(t, 3, labels=False))",
        "x.rank()",
        "x.clip(upper=x.quantile(0.9))",
        "x.fillna(x.mean()) + t.diff().fillna(0)",
        "np.arange(len(x))",
        "C(g.shift(1).fillna('a'), levels=['a', 'b'])",
    ],
)
def test_values_that_depend_on_other_rows_are_refused_in_ascending_rows(formula):
    with pytest.raises(ValueError, match=REFUSED):
        read(formula, ascending())


@pytest.mark.parametrize(
    "formula",
    ["cube(x)", "x.clip(-1, 1)", "C(g.str.upper())", "pd.to_numeric(t)", "np.add(x, t)"],
)
def test_values_of_each_row_alone_pass_in_parts_of_one_row_too(formula):
    parts = ascending()
    assert [len(rows) for rows in read(formula, [*parts, parts[0].iloc[:1]])] == [100] * 4 + [1]


def test_a_missing_value_is_missing_when_it_is_read_again():
    (first, *rest) = ascending()
    first.loc[5, ["g", "x"]] = None
    read("cube(x) + C(g.str.upper())", [first, *rest])


def test_a_part_that_differs_from_the_first_rows_tells_it_in_the_fit(tmp_path):
    pytest.importorskip("pyarrow")
    for place, part in enumerate(ascending(80_000)):
        part.assign(y=part["x"] + part["h"]).to_parquet(tmp_path / f"{place}.parquet")
    model = gaussmle("y ~ x + I(h - h.mean())", tmp_path)
    with pytest.raises(ValueError, match=rf"2\.parquet.*{REFUSED}"):
        model.fit()


def test_a_function_that_fails_on_few_rows_alone_says_why():
    def two(x):
        if len(x) < 2:
            raise ValueError("two rows are needed")
        return 2 * x

    with pytest.raises(ValueError, match=rf"{REFUSED}.*with 1 alone .*two rows are needed"):
        learn(["two(x)"], Parts(*ascending()), {"two": two})
