"""Files of sums."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from sm_gaussmle import CrossProducts

FORMULA = "y ~ x1 + np.exp(x2 / k) + C(g, levels=['a', 'b', 'c'])"
OPTIONS = {"freq_weights": "f", "eval_env": {"np": np, "k": 10.0}}


@pytest.fixture
def sums(rows):
    """Sums of all rows."""
    return CrossProducts(FORMULA, **OPTIONS).update(rows)


@pytest.fixture
def document(sums, tmp_path):
    """Their file as values that can be changed."""
    sums.save(tmp_path / "sums.json")
    return json.loads((tmp_path / "sums.json").read_text(encoding="utf-8"))


def through_json(sums, tmp_path):
    sums.save(tmp_path / "sums.json")
    return CrossProducts.load(tmp_path / "sums.json")


def through_pickle(sums, _):
    return pickle.loads(pickle.dumps(sums))


WAYS = pytest.mark.parametrize("way", [through_json, through_pickle])


@WAYS
@pytest.mark.parametrize("formula", [FORMULA, "y ~ 0 + x1"])
def test_sums_come_back_with_all_their_digits(rows, tmp_path, way, formula):
    sums = CrossProducts(formula, **OPTIONS).update(rows[:40])
    again = way(sums, tmp_path)
    assert repr(again) == repr(sums)
    for name in ("params", "bse", "llf", "llnull"):
        assert_array_equal(getattr(again.fit(), name), getattr(sums.fit(), name))


@WAYS
def test_sums_that_came_back_go_on(rows, sums, tmp_path, way):
    early = way(CrossProducts(FORMULA, **OPTIONS).update(rows[:40]), tmp_path)
    late = way(CrossProducts(FORMULA, **OPTIONS).update(rows[40:]), tmp_path)
    for both in (early + late, late + early, early.update(rows[40:])):
        np.testing.assert_allclose(both.fit().params, sums.fit().params, rtol=1e-11)


@WAYS
def test_sums_without_rows_come_back(rows, tmp_path, way):
    again = way(CrossProducts(FORMULA, **OPTIONS), tmp_path)
    assert len(again.update(rows)) == 60
    learned = way(CrossProducts("y ~ g + center(x1)", rows), tmp_path)
    assert len(learned.update(rows[:9])) == 9
    # NaN in all rows: there is a formula and no factor yet.
    none = CrossProducts("y ~ x1").update(rows.assign(x1=np.nan))
    assert way(none, tmp_path).n_missing == 60


def test_text_can_be_read_as_well(sums, document):
    assert len(CrossProducts.load(json.dumps(document))) == len(sums)


def test_no_row_is_in_the_file(rows, sums, tmp_path):
    sums.save(tmp_path / "sums.json")
    text = (tmp_path / "sums.json").read_text(encoding="utf-8")
    assert not any(repr(float(value)) in text for value in rows["y"])


def test_sums_are_merged_in_another_process(rows, sums, tmp_path):
    for name, part in {"a": rows[:20], "b": rows[20:]}.items():
        CrossProducts(FORMULA, **OPTIONS).update(part).save(tmp_path / name)
    code = (
        "import sys; from sm_gaussmle import CrossProducts as C; "
        "print(sum(map(C.load, sys.argv[1:])).fit().llf)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a"), str(tmp_path / "b")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(run.stdout) == pytest.approx(sums.fit().llf, rel=1e-12)


def test_functions_that_are_code_are_not_written(rows, tmp_path):
    sums = CrossProducts("y ~ h(x1)", eval_env={"h": lambda x: x}).update(rows)
    with pytest.raises(TypeError, match="uses 'h', a function that cannot be written"):
        sums.save(tmp_path / "sums.json")
    assert not (tmp_path / "sums.json").exists()


def test_levels_that_json_lacks_are_not_written(rows, tmp_path):
    days = pd.date_range("2024-01-01", periods=2)
    rows["day"] = np.resize(days, 60)
    sums = CrossProducts("y ~ C(day, levels=days)", eval_env={"days": list(days)}).update(rows)
    with pytest.raises(TypeError, match=r"knows cannot be written as JSON.*Pickle the sums"):
        sums.save(tmp_path / "sums.json")


def changed(document, path, value):
    *outer, last = path
    part = document
    for name in outer:
        part = part[name]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["format"], "sm_gaussmle fit", "but not cross products of sm_gaussmle"),
        (["version"], 2, "cross products in version 2"),
        (["extra"], 1, "has the parts"),
        (["mean"], None, "has the parts"),
        (["missing"], "none", "must be 'drop' or 'raise'"),
        (["weights", "left"], "x1", "must be a dict of names of weights"),
        (["weights", "offset"], 3, "must be a dict of names of weights"),
        (["names", "k"], {"$": "function", "name": "os:system"}, "none of the names"),
        (["sums", "nobs"], "60", "`sums` is a dict; it must be"),
        (["sums", "tally", "n_rows"], -1, "`sums` is a dict; it must be"),
        (["sums", "tally", "n_rows"], 0, "sums that are not of them"),
        (["sums", "factor", "shape"], [36], "an array of floats with 2 dimensions|must be"),
        (["sums", "factor", "shape"], [4, 9], "of shape (4, 9)"),
        (["sums", "factor", "values", 6], 1.0, "sums that are not of them"),
        (["sums", "factor", "values", 1], {"$": "float", "value": "inf"}, "not of them"),
        (["sums", "origin_exog", "values"], [1.0], "cannot have the shape"),
        (["sums", "tally", "digests", "items"], [1], "not of them"),
        (["mean", "dtypes", "x1"], "object", "has columns of the types"),
        (["mean", "variables"], ["x1"], "`mean` is a dict; it must be"),
        (["mean", "design_info"], 1, "`mean` is a dict; it must be"),
    ],
)
def test_documents_that_were_changed_are_refused(document, path, value, message):
    with pytest.raises(ValueError) as caught:
        CrossProducts.load(changed(document, path, value))
    assert message.split("|")[-1] in str(caught.value)


@pytest.mark.parametrize("part", ["response", "mean"])
def test_documents_with_a_part_of_the_sums_are_refused(document, part):
    document[part] = None
    with pytest.raises(ValueError, match="has a part of its sums only"):
        CrossProducts.load(json.dumps(document))


@pytest.mark.parametrize("source", ["[1]", "{}", '{"format": 1'])
def test_other_things_are_refused(source):
    with pytest.raises(ValueError, match="`source` is"):
        CrossProducts.load(source)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.json"):
        CrossProducts.load(tmp_path / "none.json")
