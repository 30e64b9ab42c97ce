"""Errors of formulas say what there is, and how to write it."""

import patsy
import pytest

from sm_gaussmle.sources.formulas.formula_errors import columns_of, reason


def test_what_a_part_of_a_formula_leads_to_names_that_part():
    seen = patsy.dmatrix("C(g) + x", {"g": ["a", "b"], "x": [1.0, 2.0]}).design_info
    with pytest.raises(patsy.PatsyError) as unseen:
        patsy.build_design_matrices([seen], {"g": ["z"], "x": [1.0]})
    assert reason(unseen.value).startswith("C(g): Error converting data to categorical")


def test_columns_are_listed_up_to_twenty():
    assert columns_of(["y", 1, "x"][::2]) == "The columns are y, x."
    assert columns_of([f"x{i}" for i in range(23)]).endswith("x18, x19 and 3 more.")


@pytest.mark.parametrize("name", ["max heart", "rest-bp", "2nd", "class", 2020])
def test_a_name_that_would_be_read_as_something_else_is_quoted(name):
    said = columns_of(["y", name])
    assert f"In a formula {str(name)!r} is Q({str(name)!r}), or `{name}` in formulaic." in said
