"""Terms of a formula, their columns and their factors."""

import numpy as np
import pytest

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.statsmodels_face.formulas.terms import terms_of

CODINGS = {
    "patsy": ["Treatment", "Sum", "Poly", "Helmert"],
    "formulaic": ["contr.treatment", "contr.sum", "contr.poly", "contr.helmert"],
}


def test_terms_have_their_columns_and_factors(rows, engine):
    del engine
    model = gaussmle("y ~ C(g)*x1 | z", rows)
    found = {term.name: term for term in terms_of(model, "exog")}
    assert [term.columns for term in found.values()] == [(0,), (1, 2), (3,), (4, 5)]
    interaction = found["C(g):x1"]
    assert interaction.factors == {"C(g)", "x1"}
    assert [term.constant for term in found.values()] == [True, False, False, False]
    assert interaction.contains(found["x1"])
    assert interaction.contains(found["C(g)"])
    assert not interaction.contains(interaction)
    assert not found["x1"].contains(interaction)


def test_terms_of_one_equation_do_not_contain_those_of_the_other(rows):
    model = gaussmle("y ~ x1 + x1:z | x1", rows)
    (x1,) = terms_of(model, "exog_scale")[1:]
    assert x1.name == "ln(sigma2)[x1]"
    assert not any(term.contains(x1) for term in terms_of(model, "exog"))


@pytest.mark.parametrize(
    ("place", "sums_to_zero"), [(0, False), (1, True), (2, True), (3, True)]
)
def test_contrasts_that_do_not_sum_to_zero_are_known(rows, engine, place, sums_to_zero):
    factor = f"C(g, {CODINGS[engine][place]})"
    terms = terms_of(gaussmle(f"y ~ {factor}*x1", rows), "exog")
    assert terms[-1].uncentred == (set() if sums_to_zero else {factor})


def test_a_column_for_each_level_is_no_contrast(rows, engine):
    del engine
    (term,) = terms_of(gaussmle("y ~ x1:C(g) - 1", rows), "exog")
    assert len(term.columns) == 3
    assert term.factors == {"x1", "C(g)"}


def test_columns_of_an_array_are_terms(rows):
    exog = np.column_stack([rows["x1"], np.full(60, 2.0)])
    terms = terms_of(GaussianMLE(rows["y"].to_numpy(), exog), "exog")
    assert [(term.name, term.columns, term.constant) for term in terms] == [
        ("x1", (0,), False),
        ("const", (1,), True),
    ]


def test_constant_variance_has_no_terms(rows):
    assert terms_of(gaussmle("y ~ x1", rows), "exog_scale") == []
