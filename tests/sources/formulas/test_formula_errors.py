"""Errors of formulas say what there is, and how to write it."""

import pytest

from sm_gaussmle.sources.formulas.formula_errors import columns_of


def test_columns_are_listed_up_to_twenty():
    assert columns_of(["y", 1, "x"][::2]) == "The columns are y, x."
    assert columns_of([f"x{i}" for i in range(23)]).endswith("x18, x19 and 3 more.")


@pytest.mark.parametrize("name", ["max heart", "rest-bp", "2nd", "class", 2020])
def test_a_name_that_would_be_read_as_something_else_is_quoted(name):
    said = columns_of(["y", name])
    assert f"In a formula {str(name)!r} is Q({str(name)!r}), or `{name}` in formulaic." in said
