"""Formulas of a table in parts: their state is that of the whole table in memory."""

import warnings
from itertools import pairwise

import numpy as np
import pandas as pd
import patsy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from pandas.testing import assert_frame_equal
from statsmodels.formula import options

from sm_gaussmle import gaussmle
from sm_gaussmle.sources.formulas import formula_learning
from sm_gaussmle.sources.formulas.formula_columns import joint_columns
from sm_gaussmle.sources.formulas.formula_factors import formula_factors
from sm_gaussmle.sources.formulas.formula_state import learn
from sm_gaussmle.sources.formulas.transform_state import Moments, put_back
from sm_gaussmle.sources.table import NoRowsError, PartError, ReadOnceError
from sm_gaussmle.statsmodels_face.formulas.designs import evaluate_formulas
from tests.sources.parts import Parts

OUTSIDE = {"np": np, "twice": lambda x: 2 * x}
EXACT = [
    "1",
    "x + z",
    "x * np.log(z)",
    "twice(x) + I(x**2)",
    "C(g)",
    "g * x",
    "0 + g + h:x",
    "0 + C(g, Sum):h",
    "C(g, Treatment('b')) + C(h, Diff)",
    "C(g, levels=['d', 'c', 'b', 'a', 'lost'])",
    "C(i) + b",
    "b:x + C(i, Poly)",
    "C(j) + j",
    "C(z > 3) + C(np.floor(z))",
    "C(np.where(x > 0, 'up', 'down'))",
    "C(j.astype(int))",
    "bs(z, knots=[3, 5])",
    "bs(z, knots=[3, 5], degree=2, include_intercept=True):b",
    "bs(z, knots=[3, 5], lower_bound=0, upper_bound=10)",
]
# patsy adds in another order.
ROUNDED = [
    "center(z) + C(g)",
    "standardize(x, ddof=1) + scale(z, center=False)",
    "I(center(x) * standardize(z)):g",
    "center(np.column_stack([x, z])) + bs(x, knots=[0])",
    "C(center(z) > 0, Sum)",
]


def frame(n, seed, groups="abc"):
    """Return rows of every kind."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "y": rng.normal(size=n),
            "x": rng.normal(size=n),
            "z": rng.uniform(1, 9, n),
            "g": rng.choice(list(groups), n),
            "h": pd.Categorical(rng.choice(["u", "v"], n), ["v", "w", "u"]),
            "i": rng.integers(0, 3, n),
            "j": rng.integers(0, 3, n),
            "b": rng.random(n) > 0.5,
            "w": rng.uniform(1, 2, n),
        }
    )


@pytest.fixture
def parts():
    """Parts: empty, of one row, with missing rows, levels of their own and other types."""
    first, one, last = frame(60, 1), frame(1, 2, "d"), frame(50, 3)
    first.loc[3, ["x", "g"]] = np.nan, "lost"
    first.loc[5, "g"] = None
    last["j"] = last["j"].astype(float)
    last.loc[4, "j"] = np.nan
    last.loc[7, ["y", "z"]] = np.nan, 99.0
    return [first.iloc[:0], first, one, last.iloc[:0], last]


@pytest.fixture(autouse=True)
def _patsy(monkeypatch):
    monkeypatch.setattr(options, "formula_engine", "patsy")


def built(formulas, table, outside=OUTSIDE, gone=None):
    """Return what was learned and the columns of the complete rows of all parts."""
    learned = learn(formulas, table, outside, gone, extra_columns=[] if gone is None else ["w"])
    blocks = []
    for part in table.frames:
        lost = None if gone is None else gone(part)
        rows = np.column_stack(joint_columns(learned, part, lost))
        lost = np.isnan(rows).any(axis=1) if lost is None else lost | np.isnan(rows).any(axis=1)
        blocks.append(rows[~lost])
    return learned, np.vstack(blocks)


def assert_as_in_memory(formula, table, rtol=0.0, left="y"):
    (ours, response), rows = built([formula, f"0 + {left}"], table)
    model = gaussmle(f"{left} ~ {formula}", table.whole(), eval_env=OUTSIDE)
    assert ours.names == tuple(model.data.xnames[: len(ours.names)])
    assert len(response.names) == left.count("+") + 1
    assert_allclose(rows[:, : len(ours.names)], model.exog, rtol=rtol, atol=rtol)
    return ours


# As in memory ---------------------------------------------------------------------------


@pytest.mark.parametrize("formula", EXACT)
def test_columns_are_those_of_the_whole_table_in_memory(parts, formula):
    assert_as_in_memory(formula, Parts(*parts))


@pytest.mark.parametrize("formula", ROUNDED)
def test_columns_with_means_are_those_of_memory_up_to_rounding(parts, formula):
    assert_as_in_memory(formula, Parts(*parts), 1e-13)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_the_order_of_the_parts_is_that_of_memory(parts, order):
    some = [part for part in parts if len(part)]
    for formula in ("C(g) + C(j) + h", "bs(z, knots=[3, 5]) + bs(x, knots=[0])"):
        assert_as_in_memory(formula, Parts(*(some[place] for place in order)))


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float32", "int8", "string", object])
def test_other_types_of_columns_have_the_names_and_values_of_memory(parts, dtype):
    changed = [part.astype({"i": dtype}) for part in parts]
    assert_as_in_memory("C(i) + x", Parts(*changed))


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("i", "Int64", "int64"),
        ("i", "Int64", "Float64"),
        ("i", "int8", "float32"),
        ("i", "int64", "bool"),
        ("i", "category", "category"),
        ("g", "string", object),
        ("g", "str", "string"),
        ("g", object, "category"),
        ("b", "bool", "boolean"),
        ("b", "boolean", object),
    ],
)
def test_types_that_differ_by_part_are_put_together_as_in_memory(parts, column, first, second):
    one, two, three = (part for part in parts if len(part))
    changed = [part.astype({column: first}) for part in (one, two)]
    assert_as_in_memory(f"C({column}) + x", Parts(*changed, three.astype({column: second})))


def test_whole_numbers_are_levels_of_floats_where_another_part_misses_one(parts):
    ours = assert_as_in_memory("C(j)", Parts(*parts))
    assert ours.names == ("Intercept", "C(j)[T.1.0]", "C(j)[T.2.0]")


def test_a_type_in_a_part_without_complete_rows_counts_as_in_memory(parts):
    late = frame(3, 5).assign(x=np.nan, j=np.nan)
    assert_as_in_memory("C(j) + x", Parts(frame(30, 4), late))


def test_whole_numbers_are_calculated_with_as_floats_where_another_part_has_floats():
    first, last = frame(20, 1), frame(20, 2)
    first["i"] = first["i"].astype("int8") + 100
    last["i"] = last["i"] + 0.5
    # A square of the small type would overflow.
    assert_as_in_memory("I(i**2) + g", Parts(first, last))


def test_a_missing_truth_value_is_missing(parts):
    parts[1] = parts[1].astype({"b": "boolean"})
    parts[1].loc[9, "b"] = pd.NA
    assert_as_in_memory("b", Parts(*parts))


def test_both_equations_learn_from_the_rows_that_are_complete_in_both(parts):
    mean, scale = "C(g) + center(z)", "h + standardize(x) + C(j)"
    table = Parts(*parts)
    (ours, theirs, _), rows = built([mean, scale, "0 + y"], table)
    model = gaussmle(f"y ~ {mean}", table.whole(), scale_formula=f"~ {scale}")
    assert [*ours.names, *theirs.names] == [
        *model.equation_names("exog"),
        *(name[len("ln(sigma2)[") : -1] for name in model.equation_names("exog_scale")),
    ]
    both = np.column_stack([model.exog, model.exog_scale, model.endog])
    assert_allclose(rows, both, rtol=1e-13, atol=1e-13)


def test_ends_of_intervals_are_two_columns(parts):
    changed = [part.assign(lower=part["z"] - 1.0, upper=part["z"] + 1.0) for part in parts]
    assert_as_in_memory("x + g", Parts(*changed), left="lower + upper")


def test_rows_that_are_gone_tell_nothing(parts):
    table = Parts(*parts)

    def gone(part):
        return (part["g"] == "b").to_numpy() | (part["w"] > 1.8).to_numpy()

    (ours,), rows = built(["C(g) + center(z)"], table, gone=gone)
    whole = table.whole()
    kept = whole[~gone(whole) & whole[["g", "z"]].notna().all(axis=1)]
    memory = gaussmle("y ~ C(g) + center(z)", kept.assign(y=1.0))
    assert ours.names == tuple(memory.data.xnames[: len(ours.names)])
    assert_allclose(rows, memory.exog, rtol=1e-13, atol=1e-13)


@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(0, 40), max_size=4))
def test_any_parts_of_any_rows_give_what_memory_gives(seed, cuts):
    rng = np.random.default_rng(seed)
    whole = frame(40, seed, "abcdef")
    for name in ("x", "z", "g", "h"):
        whole.loc[rng.random(40) < 0.1, name] = None
    places = [0, *sorted(cuts), 40]
    table = Parts(*(whole.iloc[a:b] for a, b in pairwise(places)))
    formula = rng.choice(["g + x", "0 + h:g", "g * center(z)", "bs(z, knots=[4, 6]) + h"])
    (ours,), rows = built([formula], table)
    memory = evaluate_formulas(
        f"y ~ {formula}", None, whole, gone=np.zeros(40, dtype=bool), missing="drop", names={}
    )
    assert ours.names == tuple(memory.exog.columns)
    assert_allclose(rows, memory.exog, rtol=1e-13, atol=1e-13)


# Passes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    ["x + np.log(z)", "b + x", "C(g, levels=['a', 'b', 'c', 'lost'])", EXACT[-1], "1", "0"],
)
def test_no_pass_is_made_where_the_first_rows_tell_all(parts, formula):
    table = Parts(*parts, reads_once=True)
    learn([formula, "0 + y"], table, OUTSIDE)
    assert table.passes == 0


def test_one_pass_over_the_columns_that_are_used_tells_the_rest(parts):
    table = Parts(*parts)
    seen = []
    learn(
        ["C(g) + center(x)", "h + bs(z, knots=[3])", "0 + y"],
        table,
        OUTSIDE,
        lambda part: part["w"].isna().to_numpy(),
        extra_columns=["w"],
        each=seen.append,
    )
    assert table.passes == 1
    assert table.read == ["y", "x", "z", "g", "h", "w"]
    assert len(seen) == len(table.frames)


def test_a_rerun_gives_the_same_digits(parts):
    first, second = (built(["scale(x) + center(z)"], Parts(*parts))[1] for _ in range(2))
    assert_array_equal(first, second)


def learner(formula, head):
    factors = formula_factors([formula], OUTSIDE, head, list(head.columns))
    return formula_learning.Learner(factors, OUTSIDE, None, {})


def test_rows_are_copied_a_few_times_whatever_the_number_of_parts(monkeypatch):
    copied = []

    def counted(rows, *found):
        copied.append(len(rows))
        return picked(rows, *found)

    picked = formula_learning._picked
    monkeypatch.setattr(formula_learning, "_picked", counted)
    count = 400
    learn(["g + bs(x, knots=[3])"], Parts(*(frame(2, n, [f"{n}"]) for n in range(count))), {})
    # 160 000 if what is known were copied for each part
    assert sum(copied) < 10 * count


@pytest.mark.parametrize("seed", range(5))
def test_what_parts_tell_does_not_depend_on_how_they_are_added(seed):
    rng = np.random.default_rng(seed)
    frames = [frame(3, 10 * seed + n, "abcdefgh") for n in range(12)]
    reads = learner("g + C(i) + bs(x, knots=[0])", frames[0])
    told = [reads(part) for part in frames]
    whole = reads(pd.concat(frames, ignore_index=True)).witnesses()
    while len(told) > 1:
        place = rng.integers(len(told) - 1)
        told[place : place + 2] = [told[place] + told[place + 1]]
    found = told[0].witnesses()
    assert_frame_equal(found.rows, whole.rows)
    assert (found.levels, found.ends) == (whole.levels, whole.ends)


def test_a_level_too_many_is_refused_in_a_last_part_of_one_row(monkeypatch):
    monkeypatch.setattr(formula_learning, "MOST_LEVELS", 3)
    known = pd.DataFrame({"g": list("abc")})
    learn(["g"], Parts(known, known.iloc[:1]), {})
    with pytest.raises(ValueError, match="factor 'g' has more than 3 levels"):
        learn(["g"], Parts(known, pd.DataFrame({"g": ["d"]})), {})


# Refusals -------------------------------------------------------------------------------


class Last:
    """A transform of the user."""

    def memorize_chunk(self, x):
        self.last = x.iloc[-1]

    def memorize_finish(self):
        pass

    def transform(self, x):
        return x - self.last


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("bs(x, df=4)", r"'bs\(x, df=4\)'.*in 'bs\(x, df=4\)' its knots are quantiles.*give"),
        ("cr(x, df=4)", r"what it learns from the rows cannot be put together"),
        ("te(cr(x, df=4), cr(z, df=4))", r"several passes over the table; make the inner"),
        ("center(np.log(center(z)))", r"several passes"),
        ("last(x)", r"in 'last\(x\)' what it learns"),
        ("x + nowhere", r"'x \+ nowhere' cannot.*'nowhere' is no column.*columns are y, x, z"),
        ("center(nowhere)", r"'nowhere' is no column of the data"),
        ("x +", r"the formula 'x \+' cannot be evaluated: \+: expected a noun"),
        ("x + x.stop", r"'x \+ x.stop' cannot be evaluated: .*has no attribute 'stop'"),
        ("center(x) + np.log(center(z), stop=1)", r"cannot be evaluated: .*stop"),
        (
            "C(np.sign(center(x)))",
            r"the levels of 'C\(np.sign\(center\(x\)\)\)' depend on what",
        ),
        ("bs(z, knots=[-3])", r"some knot values .* fall below lower bound"),
        ("I(x - x.mean())", r"'I\(x - x.mean\(\)\)' gives a row other values.*center\(\)"),
        ("x.shift(1)", "gives a row other values"),
        ("np.cumsum(z)", "gives a row other values when other rows are read with it"),
    ],
)
def test_what_parts_cannot_tell_is_refused(parts, formula, words):
    outside = {**OUTSIDE, "last": patsy.stateful_transform(Last)}
    with pytest.raises(ValueError, match=words):
        learn(["0 + y", formula], Parts(*parts), outside)


def test_a_number_that_is_text_in_a_later_part_is_refused_by_name(parts):
    parts[-1]["x"] = "one"
    with pytest.raises(PartError, match=r"part 2 .*factor 'x' is a number in the first rows"):
        learn(["x + g"], Parts(*parts), {})


def test_an_argument_that_fails_in_a_later_part_is_refused_by_name(parts):
    parts[-1]["x"] = "one"
    with pytest.raises(PartError, match=r"part 2 .*factor 'center\(np.exp\(x\)\)' cannot be"):
        learn(["center(np.exp(x))"], Parts(*parts), OUTSIDE)


def test_more_levels_than_can_be_fitted_are_refused_in_one_part_and_over_parts(
    parts, monkeypatch
):
    monkeypatch.setattr(formula_learning, "MOST_LEVELS", 3)
    learn(["g"], Parts(parts[1].query("g != 'lost'")), {})
    with pytest.raises(ValueError, match="factor 'g' has more than 3 levels; each would be"):
        learn(["g"], Parts(*parts), {})
    with pytest.raises(PartError, match="factor 'g' has more than 3 levels"):
        learn(["g"], Parts(parts[1], parts[2]), {})


def test_a_stream_is_not_read_for_what_must_be_known_before_the_fit(parts):
    table = Parts(*parts, reads_once=True)
    with pytest.raises(
        ReadOnceError, match=r"frames can be .* learn C\(g\), center\(x\), h\. Give"
    ):
        learn(["C(g) + h + x", "center(x) + b"], table, {})
    assert table.passes == 0


def test_a_table_without_a_complete_row_is_refused(parts):
    changed = [part.assign(x=np.nan) for part in parts]
    with pytest.raises(NoRowsError, match="none of the rows of frames is complete"):
        learn(["x + g"], Parts(*changed), {})


def test_numbers_need_no_complete_row_among_the_first(parts):
    parts[1] = parts[1].assign(x=np.nan)
    (ours,), rows = built(["x"], Parts(*parts))
    assert ours.names == ("Intercept", "x")
    assert len(rows) == 51


def test_missing_rows_are_no_sign_that_a_row_depends_on_others():
    data = frame(40, 1)
    data.loc[3, ["g", "x"]] = "lost", np.nan
    data.loc[30, "x"] = np.nan
    learn(
        ["g", "x"], Parts(data), {}, lambda part: (part["y"] > 2).to_numpy(), extra_columns="y"
    )


# What patsy keeps -----------------------------------------------------------------------


@pytest.mark.parametrize("transform", [patsy.center, patsy.standardize])
def test_patsy_keeps_what_it_has_learned_where_it_is_put_back(transform):
    x = np.random.default_rng(0).normal(3.0, 2.0, (50, 2))
    kind = transform.__patsy_stateful_transform__
    theirs, ours = kind(), kind()
    theirs.memorize_chunk(x)
    put_back(ours, Moments.of(x[:20]) + Moments.of(x[20:]))
    assert vars(ours).keys() == vars(theirs).keys()
    for name, value in vars(theirs).items():
        assert np.asarray(getattr(ours, name)).dtype == np.asarray(value).dtype
        assert_allclose(getattr(ours, name), value, rtol=1e-15)


@given(n=st.integers(2, 40), cut=st.integers(1, 39), shift=st.sampled_from([0.0, 1e6]))
def test_moments_of_parts_add_up_to_those_of_all_rows(n, cut, shift):
    x = np.random.default_rng(n).normal(shift, 1.0, (n, 2))
    cut = min(cut, n - 1)
    both, whole = Moments.of(x[:cut]) + Moments.of(x[cut:]), Moments.of(x)
    assert both.count == whole.count
    assert_allclose(both.mean, whole.mean, rtol=1e-15)
    assert_allclose(both.squares, whole.squares, rtol=1e-13)


def test_no_warning_is_given_of_rows_that_bear_witness(parts):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        learn(["standardize(x)"], Parts(*parts), {})
