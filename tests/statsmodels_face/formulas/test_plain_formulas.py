"""Formulas that run no code: what is accepted, and what is refused before it is evaluated."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sm_gaussmle.__main__ import main
from sm_gaussmle.statsmodels_face.formulas.plain_formulas import formula_pieces, refuse_code

COLUMNS = ["y", "x", "g", "low", "high", "a b", "it's", "fi", "C"]


@pytest.mark.parametrize(
    ("formula", "scale"),
    [
        ("y ~ 1", None),
        ("y ~ x*g - 1 | x", None),
        ("y ~ (x + g)**2 / x:g", "~ 0 + C(g)"),
        ('y ~ Q("a b") + C(Q("it\'s")) + C( g )', "C(g)"),
        ("low + high ~ x", None),
        ("y ~ \ufb01 + C", None),  # Python reads the ligature as two letters
    ],
)
def test_columns_and_operators_are_accepted(formula, scale):
    assert refuse_code(formula, scale, COLUMNS) is None


RUN, NONE, NUMBER = "which would be run as code", "is no column of the data", "a number"


@pytest.mark.parametrize(
    ("piece", "why"),
    [
        *[
            (piece, RUN)
            for piece in [
                "np.log(x)",
                "x.values",
                "x[0]",
                "f(x)",
                "I(x)",
                "center(x)",
                "C(f(x))",
                "C(x, Sum)",
                "C(data=x)",
                "C(*x)",
                "Q(x)",
                "Q(1)",
                'Q("""x""")',
                'Q("x\\x41")',
                "Q(f'{x}')",
                "Q(b'x')",
                "Q('a' 'b')",
                "[q for q in x]",
                "{x}",
                "f(lambda: x)",
                "x if y else g",
                "x < y",
                "'x'",
                "None",
                "x % y",
            ]
        ],
        *[
            (name, NONE)
            for name in ["z", "open", "__import__", "\uff4f\uff50\uff45\uff4e", "X"]
        ],
        *[(call, NONE) for call in ['Q("z")', "C(z)", 'C(Q("z"))']],
        *[(number, NUMBER) for number in ["x**10", "1e5", "0x1", "12"]],
        *[(text, "which is no expression") for text in ["x y", "lambda: x"]],
        ("C(x = )", "which is no expression"),
    ],
)
@pytest.mark.parametrize("formula", ["y ~ x + {}", "y ~ x | {}", "y ~ 1 - {}", "{} ~ x"])
def test_what_else_there_is_is_refused_by_its_piece(piece, why, formula):
    with pytest.raises(ValueError, match=r"has .*Without evaluation \(--no-eval\)") as error:
        refuse_code(formula.format(piece), None, COLUMNS)
    assert why in str(error.value)


@pytest.mark.parametrize(
    "formula",
    [
        "y ~ `x`",
        "y ~ x + ",
        "y ~ (x",
        "y ~ x # c",
        "y ~ $x",
        "y ~ 'x",
        "y ~ " + "x + " * 9999 + "x",
    ],
)
def test_what_cannot_be_read_is_refused(formula):
    # Since Python 3.12 its tokenizer passes on signs that it does not know.
    with pytest.raises(ValueError, match=r"cannot be read: |, which is no expression\."):
        refuse_code(formula, None, COLUMNS)


def test_pieces_that_are_taken_out_again_are_pieces():
    assert formula_pieces("f() + y - f() ~ x - g(x)") == ["f()", "y", "x", "g(x)"]


# Nothing is evaluated ---------------------------------------------------------------------


class Sentinel:
    """Records whatever is done to it."""

    def __init__(self):
        self.done = []

    def __call__(self, *_, **__):
        self.done.append("called")
        return 1.0

    def __getattr__(self, name):
        self.done.append(name)
        raise AttributeError(name)

    def __getitem__(self, _):
        self.done.append("item")
        return 1.0


NAMES = st.sampled_from(
    [
        "x",
        "y",
        "g",
        "boom",
        "open",
        "__import__",
        "__builtins__",
        "np",
        "Q",
        "C",
        "I",
        "\uff42oom",
    ]
)
LEAVES = NAMES | st.sampled_from(["'a b'", '"x"', "0", "1", "2", "None"])


def wider(inner):
    def of(text):
        return st.tuples(inner, inner).map(lambda two: text.format(*two))

    return st.one_of(
        [
            of(text)
            for text in [
                "{0}({1})",
                "{0}.{1}",
                "{0}[{1}]",
                "(lambda q: {0})({1})",
                "[{0} for q in {1}]",
                "f'{{{0}}}'",
                "(q := {0})",
                "`{0}`",
                "{0} if {1} else {0}",
                "{0} and {1}",
                "{0}.__class__",
                "boom()",
                "boom.x",
                "boom[0]",
                "C({0})",
                "Q({0})",
                "Q('{0}')",
                'Q("{0}" + {1})',
                "C({0}, {1})",
                "C(*{0})",
                "I({0})",
                "bs({0}, df={1})",
                "{0} + {1}",
                "{0} - {1}",
                "{0}:{1}",
                "({0} * {1})**2",
                "-{0}",
                "{0} | {1}",
                "{0} ~ {1}",
                "{0}; {1}",
                "{0} # {1}",
                "{0}\n",
            ]
        ]
    )


CODE = st.recursive(LEAVES, wider, max_leaves=6)
FORMULAS = st.sampled_from(["y ~ {0}", "{0} ~ x", "{0} + y - {0} ~ x", "y ~ x | {0}", "y ~ x"])
FILES = st.sampled_from([["t.csv"], ["t.csv", "--in-passes"]])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    rng = np.random.default_rng(0)
    data = pd.DataFrame(
        {"y": rng.normal(size=40), "x": rng.normal(size=40), "g": [*"abcd"] * 10}
    )
    folder = tmp_path_factory.mktemp("data")
    data.to_csv(folder / "t.csv", index=False)
    return folder


IMPORTED: list[str] = []


def watch(event, args):
    """Imports of a module that only formulas name; an audit hook cannot be taken off again."""
    if event == "import" and args[0] == "boom":
        IMPORTED.append(args[0])


def test_no_formula_makes_anything_be_called_or_looked_into(folder):
    sys.addaudithook(watch)
    boom, status = Sentinel(), set()

    @settings(derandomize=True, deadline=None, max_examples=250, database=None)
    @given(FORMULAS, CODE, FILES)
    def nothing_is_run(formula, code, file):
        name, *options = file
        scale = [f"--scale={code}"] if "{0}" not in formula else []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(builtins, "boom", boom, raising=False)
            patch.chdir(folder)
            argv = [formula.format(code), name, *options, *scale, "--no-eval"]
            status.add(main(argv))
        assert boom.done == []
        assert IMPORTED == []

    nothing_is_run()
    assert status == {0, 2}


def test_the_sentinel_sees_what_is_evaluated_without_the_option(folder, monkeypatch):
    boom = Sentinel()
    monkeypatch.setattr(builtins, "boom", boom, raising=False)
    monkeypatch.chdir(folder)
    main(["y ~ boom(x)", "t.csv"])
    main(["boom() + y - boom() ~ x", "t.csv"])
    assert boom.done.count("called") >= 2
    assert Path("t.csv").exists()
