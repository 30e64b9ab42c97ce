"""Columns that formulas name, by themselves or in quotes."""

from __future__ import annotations

import pytest

from sm_gaussmle.sources.formulas.formula_variables import used_columns


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        ("Q('a b')", "a b"),
        ('Q("it\'s")', "it's"),
        ("Q('it\\'s')", "it's"),
        (r"Q('a\\b')", r"a\b"),
        (r"Q('a\tb')", "a\tb"),
        (r"Q('a\nb')", "a\nb"),
        ("Q('')", ""),
        ("`a b`", "a b"),
        (r"Q('\x')", r"\x"),  # no text of Python: the formula is refused later
        ("log(x)", "x"),
    ],
)
def test_a_name_in_quotes_is_what_python_makes_of_it(formula, name):
    assert used_columns([f"y ~ {formula}"], ["other", name, "b"][:2]) == [name]
