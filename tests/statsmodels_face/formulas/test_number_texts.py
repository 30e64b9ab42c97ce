"""Columns of numbers that a stray text makes a category of: the warning, and where there is none."""

import warnings

import pandas as pd
import polars as pl
import pytest
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle import gaussmle


@pytest.fixture
def texts(rows):
    """Whole numbers as texts, the last of them none."""
    return rows.assign(years=[*(str(40 + place % 5) for place in range(len(rows) - 1)), "?"])


def test_a_stray_text_is_named_with_its_row_and_the_remedy(texts, engine):
    with pytest.warns(
        ValueWarning,
        match=r"column 'years' is text, as row 'r59' has '\?' where most values are",
    ) as said:
        gaussmle("y ~ x1 + years", texts)
    assert "category of 6 levels" in str(said[0].message)
    assert "pd.to_numeric(data['years'], errors='coerce')" in str(said[0].message)
    assert said[0].filename == __file__


@pytest.mark.parametrize("formula", ["y ~ x1 | years", "y ~ x1:years", "y ~ years - 1"])
def test_it_is_named_wherever_it_stands(texts, engine, formula):
    with pytest.warns(ValueWarning, match="column 'years' is text"):
        gaussmle(formula, texts)


def test_the_remedy_makes_a_number_and_a_missing_value_of_it(texts):
    texts["years"] = pd.to_numeric(texts["years"], errors="coerce")
    model = gaussmle("y ~ years", texts)
    assert (model.exog.shape, model.n_missing) == ((59, 2), 1)


def test_numbers_and_a_text_in_one_column_are_the_same(rows):
    mixed = rows.assign(years=[*range(10), "ten"] * 5 + [0] * 5)
    with pytest.warns(ValueWarning, match="row 'r10' has 'ten'"):
        gaussmle("y ~ years", mixed)


def test_rows_are_named_by_the_labels_of_those_that_were_used(texts):
    texts.index = range(100, 160)
    texts.loc[100, "x1"] = float("nan")
    with pytest.warns(ValueWarning, match="row 159 has"):
        gaussmle("y ~ x1 + years", texts)


def test_polars_columns_are_looked_at_too(texts):
    with pytest.warns(ValueWarning, match="'years'"):
        gaussmle("y ~ years", pl.from_pandas(texts))


@pytest.mark.parametrize(
    ("formula", "last"),
    [
        ("y ~ C(years)", "?"),  # meant as a category
        ("y ~ years", "41"),  # codes that were made texts on purpose
        ("y ~ x1", "?"),  # not used
        ("y ~ g", "?"),  # levels that are no numbers at all
        ("y ~ I(years == '40')", "?"),  # levels of something made of it
    ],
)
def test_nothing_is_said_of_what_is_no_mistake(texts, engine, formula, last):
    texts.loc[texts.index[-1], "years"] = last
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gaussmle(formula, texts)


def test_thousands_with_separators_are_meant_as_numbers(rows):
    prices = rows.assign(price=["950", "1,050", "1,150"] * 20)
    with pytest.warns(ValueWarning, match="row 'r1' has '1,050'"):
        gaussmle("y ~ price", prices)


def test_nothing_is_said_where_half_of_the_values_are_texts(rows):
    children = rows.assign(children=["0", "1", "2 or 3", "more"] * 15)
    assert gaussmle("y ~ children", children).exog.shape == (60, 4)


def test_nothing_is_said_of_a_column_declared_a_category(texts):
    texts["years"] = texts["years"].astype("category")
    assert gaussmle("y ~ years", texts).exog.shape == (60, 6)
