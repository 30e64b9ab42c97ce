"""Single arguments are what they must be, or refused by name."""

import numpy as np
import pandas as pd
import pytest

from sm_gaussmle.statsmodels_face.arguments.random_numbers import random_generator
from sm_gaussmle.statsmodels_face.arguments.scalars import (
    choice,
    finite_number,
    probability,
    thread_count,
)
from sm_gaussmle.statsmodels_face.arguments.texts import (
    file_path,
    label_list,
    number_format,
    text,
)


@pytest.mark.parametrize(
    "value", ["c", "A", None, 1, np.array(["a", "b"]), pd.DataFrame({"a": [1]}), pd.NA, ["a"]]
)
def test_what_is_none_of_the_choices_is_refused(value):
    with pytest.raises(ValueError, match=r"`method` is (?s:.*); it must be 'a' or 'b'"):
        choice(value, "method", ("a", "b"))


def test_none_is_a_choice_where_it_is_among_them():
    assert choice(None, "method", (None, "a")) is None


@pytest.mark.parametrize("value", [0, 1, -0.1, "0.5", 5e-324, np.nan, pd.NA, np.ones(2), 1j])
def test_what_is_no_probability_is_refused(value):
    with pytest.raises(ValueError, match=r"`alpha` is .* between 0 and 1"):
        probability(value, "alpha")


@pytest.mark.parametrize("value", [np.nan, np.inf, "1", None, True, 10**400, np.ones(1), 1j])
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(ValueError, match=r"`size` is .* a finite number"):
        finite_number(value, "size")


def test_a_finite_number_of_any_type_is_a_float():
    assert [finite_number(v, "size") for v in (1, np.int8(2), np.float32(0.5))] == [1, 2, 0.5]


def test_tables_are_no_number_of_threads():
    with pytest.raises(ValueError, match="`n_jobs` is"):
        thread_count(pd.DataFrame({"a": [1]}))


@pytest.mark.parametrize("rng", [-1, True, 1.5, "x", [1, 2], np.eye(3).view(np.matrix)])
def test_what_is_no_seed_is_refused(rng):
    # Of a matrix numpy makes a seed without end, at which the process ends.
    with pytest.raises(ValueError, match=r"`rng` is (?s:.*) must be a seed"):
        random_generator(rng)


@pytest.mark.parametrize("rng", [3, np.random.SeedSequence(3), np.random.PCG64(3)])
def test_sources_of_random_numbers_are_taken(rng):
    assert random_generator(rng).integers(100) == np.random.default_rng(3).integers(100)


def test_texts_are_texts_or_none():
    assert text("a", "title") == "a"
    assert text(None, "title") is None
    with pytest.raises(TypeError, match=r"`title` is \['a'\]; it must be text"):
        text(["a"], "title")


def test_names_are_as_many_as_what_they_name():
    assert label_list(None, "xname", 2) is None
    assert label_list(("a", 1), "xname", 2) == ["a", "1"]
    with pytest.raises(ValueError, match="`xname` has 1 names; there are 2"):
        label_list(["a"], "xname", 2)


@pytest.mark.parametrize("values", ["ab", b"cd", 1, np.array("a"), iter("ab")])
def test_names_are_in_a_list(values):
    with pytest.raises(TypeError, match=r"`xname` is .* must be a list of 2 names"):
        label_list(values, "xname", 2)


def test_a_format_prints_a_number():
    assert number_format("%.4f", "float_format") == "%.4f"


@pytest.mark.parametrize("value", ["", "%", "%.4f %.2f", "x", 1.5, None, "{:.2f}"])
def test_what_prints_no_number_is_no_format(value):
    with pytest.raises(ValueError, match=r"`float_format` is .* a format such as"):
        number_format(value, "float_format")


def test_paths_are_texts_or_paths(tmp_path):
    assert file_path(tmp_path, "path") == tmp_path
    with pytest.raises(TypeError, match="`path` is 1; it must be the path of a file"):
        file_path(1, "path")
    for value in ("", "a\0b"):
        with pytest.raises(ValueError, match="which is no path of a file"):
            file_path(value, "path")
