"""Fits without data as JSON documents."""

import json
import math
import os
from collections import OrderedDict
from types import ModuleType

import numpy as np
import pandas as pd
import patsy
import pytest
import scipy.special
from numpy.testing import assert_array_equal
from patsy.eval import EvalEnvironment
from statsmodels.formula import options

import sm_gaussmle
from sm_gaussmle import GaussianMLE, from_json, gaussmle
from sm_gaussmle.statsmodels_face.formulas.design_state import lent_names
from sm_gaussmle.statsmodels_face.persistence.known_names import NotPlainError
from sm_gaussmle.statsmodels_face.persistence.plain_values import from_plain, to_plain
from sm_gaussmle.statsmodels_face.results import GaussianMLEResultsWrapper

from . import kept
from .kept import PAIRS, double

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]
FORMULA = "y ~ bs(x2, df=4) + C(g) + np.abs(x1) | center(z)"


@pytest.fixture
def document(rows):
    """A fit as a document that can be changed."""
    return json.loads(gaussmle("y ~ x1 + center(x2) | z", rows).fit().to_json())


# There and back -------------------------------------------------------------------------


def test_estimates_come_back_with_all_their_digits(model):
    result = model.fit()
    again = from_json(result.to_json())
    for name in ("params", "bse", "tvalues", "pvalues", "llf", "aic", "bic", "llnull", "nobs"):
        assert_array_equal(getattr(again, name), getattr(result, name))
    assert_array_equal(again.cov_params(), result.cov_params())
    assert again.fit_history.equals(result.fit_history)


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC0"])
def test_the_summary_comes_back(rows, scaled, cov_type):
    result = scaled.fit(cov_type=cov_type, use_t=True)
    again = from_json(result.to_json())
    for old, new in zip(result.summary().tables[1:], again.summary().tables[1:], strict=True):
        assert str(new) == str(old)
    assert again.summary().extra_txt == result.summary().extra_txt


def test_labels_come_back(scaled, rows):
    result = scaled.fit()
    again = from_json(result.to_json())
    pd.testing.assert_frame_equal(again.conf_int(), result.conf_int())
    assert again.model.endog_names == "y"
    new = rows[MEAN][:5]
    pd.testing.assert_series_equal(again.predict(new), result.predict(new))


def test_results_of_arrays_come_back_as_arrays(rows):
    result = GaussianMLE(rows["y"].to_numpy(), rows[MEAN].to_numpy()).fit()
    again = from_json(result.to_json())
    assert type(again) is type(result)
    assert type(again.params) is np.ndarray


def test_tests_come_back(rows, engine):
    result = gaussmle("y ~ x1 + C(g)", rows).fit()
    again = from_json(result.to_json())
    assert again.t_test("x1 = 1").pvalue == result.t_test("x1 = 1").pvalue
    assert str(again.wald_test_terms(scalar=True)) == str(result.wald_test_terms(scalar=True))
    assert str(again.convergence_report()) == str(result.convergence_report())


@pytest.mark.parametrize("which", ["mean", "scale", "variance"])
def test_predictions_from_a_data_frame_come_back(rows, engine, which):
    result = gaussmle(FORMULA, rows, offset="o", offset_scale="s").fit()
    again = from_json(result.to_json())
    assert_array_equal(
        again.predict(rows[:7], which=which), result.predict(rows[:7], which=which)
    )


@pytest.mark.parametrize(("name", "term"), PAIRS)
def test_what_a_formula_has_learned_comes_back(rows, monkeypatch, name, term):
    monkeypatch.setattr(options, "formula_engine", name)
    result = gaussmle(f"y ~ x1 | {term}", rows).fit(maxiter=0, warn_convergence=False)
    again = from_json(result.to_json())
    new = rows.iloc[10:20]
    assert_array_equal(
        again.model.new_designs(new, "scale")[1], result.model.new_designs(new, "scale")[1]
    )


def test_a_document_of_a_document_is_the_same(rows, engine):
    text = gaussmle(FORMULA, rows).fit().to_json()
    assert from_json(text).to_json() == text


def test_a_fit_from_json_may_be_pickled(rows, engine, tmp_path):
    again = from_json(gaussmle(FORMULA, rows).fit().to_json())
    again.save(tmp_path / "fit.pickle")
    loaded = GaussianMLEResultsWrapper.load(tmp_path / "fit.pickle")
    assert_array_equal(loaded.predict(rows), again.predict(rows))


def test_a_fit_that_was_loaded_may_be_written(rows, engine):
    result = gaussmle(FORMULA, rows).fit()
    text = result.to_json()
    result.remove_data()
    assert result.to_json() == text


def test_no_row_of_the_data_is_written(rows, engine):
    result = gaussmle("y ~ x1 + C(g)", rows).fit()
    text = result.to_json()
    assert result.model.endog is not None
    assert not any(repr(value) in text for value in rows["y"].tolist() + rows["x1"].tolist())
    assert "r17" not in text


def test_what_needs_the_rows_says_that_they_are_gone(rows):
    again = from_json(gaussmle("y ~ x1", rows).fit().to_json())
    assert not hasattr(again, "resid")
    with pytest.raises(ValueError, match="were removed"):
        again.predict()


def test_fits_without_a_covariance_come_back(rows, scaled):
    again = from_json(scaled.fit(skip_hessian=True).to_json())
    assert again._results.normalized_cov_params is None
    assert np.isnan(again.bse).all()


def test_numbers_that_json_lacks_come_back(scaled):
    result = scaled.fit()
    result._results.mle_settings["gtol"] = math.inf
    result._results.llnull = math.nan
    text = result.to_json()
    assert "NaN" not in text
    assert "Infinity" not in text
    again = from_json(text)
    assert again.mle_settings["gtol"] == math.inf
    assert math.isnan(again.llnull)


# Where it is read from ------------------------------------------------------------------


@pytest.mark.parametrize("kind", [str, os.fspath, lambda path: path])
def test_a_document_may_be_in_a_file(scaled, tmp_path, kind):
    file = tmp_path / "fit.json"
    result = scaled.fit()
    text = result.to_json(kind(file))
    assert file.read_text(encoding="utf-8") == text
    for read in (from_json, sm_gaussmle.from_json, GaussianMLEResultsWrapper.from_json):
        assert read(kind(file)).llf == result.llf


def test_a_document_may_be_indented(document):
    text = "\n " + json.dumps(document, indent=2)
    assert from_json(text).params.index[0] == "Intercept"


# Names outside the data -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log", np.log),
        ("clip", np.abs),
        ("expit", scipy.special.expit),
        ("special", scipy.special),
        ("sqrt", math.sqrt),
        ("Q", patsy.builtins.Q),
    ],
)
def test_functions_of_known_packages_are_kept(name, value):
    assert from_plain(through_text(to_plain(value))) is value


def test_values_of_the_caller_are_kept(rows, engine):
    knots = [12.0, 15.0]  # noqa: F841 - found by name
    result = gaussmle("y ~ bs(x2, knots=knots, degree=3)", rows).fit()
    assert_array_equal(from_json(result.to_json()).predict(rows), result.predict(rows))


@pytest.mark.parametrize("formula", ["y ~ double(x1)", "y ~ x1 | double(z)"])
def test_functions_of_the_user_are_refused_by_name(rows, engine, formula):
    with pytest.raises(TypeError, match=r"uses 'double', a function .*column of the data"):
        gaussmle(formula, rows).fit().to_json()


def test_modules_of_the_user_are_refused_by_name(rows, engine):
    with pytest.raises(TypeError, match=r"uses 'kept', a module .*column of the data"):
        gaussmle("y ~ kept.double(x1)", rows).fit().to_json()


def test_lambdas_are_refused_by_name(rows, engine):
    local = lambda values: values**2  # noqa: E731, F841 - what is refused
    with pytest.raises(TypeError, match="uses 'local', a function"):
        gaussmle("y ~ local(x1)", rows).fit().to_json()


def test_transforms_of_the_user_are_refused(rows, monkeypatch):
    monkeypatch.setattr(options, "formula_engine", "patsy")
    deviation = kept.patsy_deviation
    result = gaussmle("y ~ deviation(x1)", rows).fit()
    with pytest.raises(TypeError, match="uses 'deviation'"):
        result.to_json()
    result.model._environment.clear()
    with pytest.raises(
        TypeError, match=r"`data.model_spec` cannot be written as JSON.*Deviation"
    ):
        result.to_json()
    del deviation


# What is no fit -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["{", '{"format": ', "[1, 2"])
def test_text_that_is_not_json_is_refused(text):
    with pytest.raises(ValueError, match="`source` is not JSON"):
        from_json(text)


def test_a_file_that_is_not_json_is_refused(tmp_path):
    (tmp_path / "fit.json").write_text("y ~ x")
    with pytest.raises(ValueError, match="`source` is not JSON"):
        from_json(tmp_path / "fit.json")


@pytest.mark.parametrize("text", ["[1, 2]", "{}", '{"format": "a fit of others"}'])
def test_other_json_is_refused(text):
    with pytest.raises(ValueError, match="is JSON, but not a fit"):
        from_json(text)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        from_json(tmp_path / "fit.json")


@pytest.mark.parametrize("source", [None, b"{}", 3])
def test_sources_of_other_types_are_refused(source):
    with pytest.raises(TypeError, match=r"`source` is a \w+; it must be JSON or the path"):
        from_json(source)


@pytest.mark.parametrize("version", [2, None, "1"])
def test_a_newer_format_is_refused(document, version):
    document["version"] = version
    with pytest.raises(ValueError, match=r"reads up to version 1\. Install a newer one"):
        from_json(json.dumps(document))


@pytest.mark.parametrize(
    ("part", "name", "what"),
    [
        ("model", "k_exog", r"model\.k_exog \+ model\.k_scale is for 6"),
        ("model", "nparams", r"model\.nparams is for 6"),
        ("data", "param_names", r"data\.param_names is for 6"),
        ("data", "_cache", r"data\.xnames is for 6"),
        ("results", "normalized_cov_params", r"has shape \(6, 6\)"),
        ("results", "cov_params_default", r"has shape \(6, 6\)"),
    ],
)
def test_parts_of_other_lengths_are_refused(document, part, name, what):
    longer = {
        "k_exog": 4,
        "nparams": 6,
        "param_names": list("abcdef"),
        "_cache": {"xnames": list("abcdef")},
    }
    square = to_plain(np.eye(6))
    document[part]["_param_names" if name == "param_names" else name] = longer.get(name, square)
    with pytest.raises(ValueError, match=r"has 5 parameters, but .*" + what):
        from_json(json.dumps(document))


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("results", "sm_gaussmle.statsmodels_face.model:GaussianMLE"),
        ("model", "statsmodels.regression.linear_model:OLS"),
        ("data", "sm_gaussmle.statsmodels_face.model:GaussianMLE"),
    ],
)
def test_other_classes_are_refused(document, part, name):
    document["classes"][part] = name
    with pytest.raises(ValueError, match=f"for the {part}"):
        from_json(json.dumps(document))


@pytest.mark.parametrize("part", ["results", "model", "data", "names", "classes"])
def test_a_document_without_a_part_is_refused(document, part):
    del document[part]
    with pytest.raises(ValueError, match="cannot be read as a fit: KeyError"):
        from_json(json.dumps(document))


@pytest.mark.parametrize(
    "value",
    [
        {"$": "function", "name": "os:system"},
        {"$": "function", "name": "patsy.eval:inspect.getsource"},
        {"$": "function", "name": "patsy.builtins:no_such_function"},
        {"$": "function", "name": "patsy.builtins:__all__"},
        {"$": "module", "name": "os"},
        {"$": "module", "name": "numpy:abs"},
        {"$": "transform", "class": "subprocess:Popen"},
        {"$": "object", "class": "subprocess:Popen", "arguments": [["true"]]},
        {"$": "object", "class": "patsy.eval:sys"},
        {"$": "pickle", "value": "gASVBQ=="},
    ],
)
def test_a_document_cannot_name_other_code(document, value):
    document["names"]["np"] = value
    with pytest.raises(ValueError, match="cannot be read as a fit"):
        from_json(json.dumps(document))


# Values ---------------------------------------------------------------------------------


def through_text(plain):
    return json.loads(json.dumps(plain, allow_nan=False))


VALUES = [
    None,
    True,
    2**70,
    0.1 + 0.2,
    -0.0,
    math.inf,
    -math.inf,
    "text",
    [1, [2.5, None]],
    (1, ("a", ())),
    {1, 2, 3},
    frozenset({"a"}),
    {"a": 1, "b": {"c": (2,)}},
    {(1, 2): "tuple", 3: "number", None: "none"},
    {"$": "looks like a kind"},
    slice(1, None, 2),
    range(3),
    OrderedDict([("b", 1), ("a", slice(0, 2))]),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_come_back(value):
    again = from_plain(through_text(to_plain(value)))
    assert again == value
    assert type(again) is type(value)
    assert repr(again) == repr(value)


@pytest.mark.parametrize(
    "value", [np.float64(0.1), np.int64(3), np.bool_(True), np.str_("level")], ids=repr
)
def test_numbers_of_numpy_come_back_as_those_of_python(value):
    again = from_plain(through_text(to_plain(value)))
    assert again == value
    assert type(again) is type(value.item())


ARRAYS = [
    np.array([0.1, np.nan, np.inf, -0.0]),
    np.zeros((0, 3)),
    np.arange(6).reshape(2, 3),
    np.array([[True], [False]]),
    np.arange(3, dtype=np.float32),
    np.array([1, 3], dtype=np.longdouble) / 3,
    np.array(["a", "bc"]),
    np.array([1, "a", None, (2, 3)], dtype=object),
]


@pytest.mark.parametrize("value", ARRAYS, ids=lambda value: f"{value.dtype} {value.shape}")
def test_arrays_come_back(value):
    again = from_plain(through_text(to_plain(value)))
    assert again.dtype == value.dtype
    assert_array_equal(again, value)


def test_long_doubles_come_back_with_all_their_digits():
    value = np.longdouble(1) / 3
    assert from_plain(through_text(to_plain(value))) == value


def test_tables_come_back():
    series = pd.Series([1.5, 2.5], index=["a", "b"], name="s")
    frame = pd.DataFrame({"x": [1.0, 2.0], "g": ["u", "v"]}, index=[3, 5])
    pd.testing.assert_series_equal(from_plain(through_text(to_plain(series))), series)
    pd.testing.assert_frame_equal(from_plain(through_text(to_plain(frame))), frame)


def test_transforms_of_patsy_come_back():
    again = from_plain(through_text(to_plain(patsy.center)))
    assert again.__patsy_stateful_transform__ is patsy.center.__patsy_stateful_transform__


def test_environments_are_lent():
    lent = lent_names({"a": 1})
    assert from_plain(through_text(to_plain(EvalEnvironment([{}]))), lent) is lent
    assert lent.namespace["a"] == 1
    assert lent.namespace["bs"] is patsy.bs


class Stranger:
    pass


def disguised():
    """A function that says it is NumPy's."""


disguised.__module__, disguised.__qualname__ = "numpy", "abs"


def nowhere():
    """A function that NumPy does not have."""


nowhere.__module__ = "numpy"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Stranger(), "Stranger is not from one of"),
        (double, "double is not from one of"),
        (disguised, "is not where its name says"),
        (nowhere, "is not where its name says"),
        (np.array(["2024-01-01"], dtype="datetime64[D]"), "array of type datetime64"),
        (1j, "complex is not from one of"),
        (json, "json is not from one of"),
        (ModuleType("passing"), "passing is not from one of"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_other_values_are_refused(value, why):
    with pytest.raises(NotPlainError, match=why):
        to_plain(value)


def test_objects_that_are_made_by_functions_are_refused(monkeypatch):
    state = sm_gaussmle.statsmodels_face.fitting.options.Options
    monkeypatch.setattr(state, "__reduce_ex__", lambda *_: (dict, ()), raising=False)
    with pytest.raises(NotPlainError, match="Options is not kept"):
        to_plain(object.__new__(state))


class Several(list):
    """A list of another class that says it is patsy's."""


def test_kinds_of_lists_are_refused(monkeypatch):
    monkeypatch.setattr(Several, "__module__", "patsy.builtins")
    monkeypatch.setattr(patsy.builtins, "Several", Several, raising=False)
    with pytest.raises(
        NotPlainError, match=r"patsy\.builtins\.Several, which is a kind of list"
    ):
        to_plain(Several([1]))
