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
from sm_gaussmle.sources.formulas.design_state import lent_names
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


def test_what_was_computed_of_the_rows_comes_back(scaled):
    result = scaled.fit()
    result.bootstrap(5, rng=1)
    names = ("cov_HC0", "cov_HC1", "covjac", "covjhj", "hessv", "bootstrap_results")
    values = {name: getattr(result._results, name) for name in names}
    again = from_json(result.to_json())._results
    for name, value in values.items():
        assert_array_equal(vars(again)[name], value)


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
        ("results", "cov_HC0", r"has shape \(6, 6\)"),
        ("results", "bootstrap_results", r"results\.bootstrap_results is for 6"),
    ],
)
def test_parts_of_other_lengths_are_refused(document, part, name, what):
    longer = {
        "k_exog": 4,
        "nparams": 6,
        "param_names": list("abcdef"),
        "_cache": {"xnames": list("abcdef"), "ynames": "y"},
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


@pytest.mark.parametrize("classes", [{"data": "PatsyData"}, {"model": ["GaussianMLE"]}])
def test_classes_that_are_not_listed_are_refused(document, classes):
    document["classes"] |= classes
    with pytest.raises(ValueError, match=f"for the {next(iter(classes))}"):
        from_json(json.dumps(document))


@pytest.mark.parametrize("part", ["results", "model", "data", "names", "classes"])
def test_a_document_without_a_part_is_refused(document, part):
    del document[part]
    with pytest.raises(ValueError, match="cannot be read as a fit: KeyError"):
        from_json(json.dumps(document))


# Attacks --------------------------------------------------------------------------------


def plain_object(name, /, **attributes):
    return {"$": "object", "class": name, "attributes": attributes}


def plain_array(items, dtype="float64", shape=None):
    shape = [len(items)] if shape is None else shape
    return {"$": "array", "dtype": dtype, "shape": shape, "values": items}


def plain_tuple(*items):
    return {"$": "tuple", "items": items}


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


RAN = "__import__('pytest').fail('it was run')"
FUNCTION = {"$": "function", "name": "numpy:absolute"}
MODULE = {"$": "module", "name": "numpy"}
TERM = "patsy:Term"
REGISTRY = plain_object(
    "formulaic:ContrastsRegistry",
    name="B",
    bases=plain_tuple(FUNCTION),
    namespace={"__hash__": FUNCTION},
)
VARIABLE = {"name": RAN, "roles": {"$": "set", "items": []}, "source": None}
INTERFACE = {
    "version": 3,
    "typestr": "<f8",
    "shape": plain_tuple(1),
    "data": plain_tuple(16, 0),
}
ATTACKS = {
    "a function": {"$": "function", "name": "os:system"},
    "a function through a module": {"$": "function", "name": "patsy.eval:inspect.getsource"},
    "a function that writes files": {"$": "function", "name": "numpy:save"},
    "no function": {"$": "function", "name": "patsy.builtins:no_such_function"},
    "a list for a name": {"$": "function", "name": ["numpy:absolute"]},
    "a module": {"$": "module", "name": "os"},
    "a module that runs when it is imported": {"$": "module", "name": "numpy.f2py.__main__"},
    "a function for a module": {"$": "module", "name": "numpy:absolute"},
    "a class that is called": {
        "$": "object",
        "class": "subprocess:Popen",
        "arguments": ["true"],
    },
    "a class": plain_object("subprocess:Popen", args=["true"]),
    "a module for a class": plain_object("patsy.eval:sys"),
    "a list for a class": {"$": "object", "class": [TERM], "attributes": {}},
    "a metaclass": REGISTRY,
    "a class for an object": plain_object("formulaic:Variable", **VARIABLE, __class__=REGISTRY),
    "a hash of another": {
        "$": "set",
        "items": [plain_object("formulaic:Variable", **VARIABLE, __class__=FUNCTION)],
    },
    "an address in memory": plain_array([plain_object(TERM, __array_interface__=INTERFACE)]),
    "an address instead of factors": plain_object(TERM, factors=INTERFACE),
    "a function for a method": plain_object(TERM, factors=plain_tuple(), name=FUNCTION),
    "factors that are functions": plain_object(TERM, factors=plain_tuple(FUNCTION)),
    "attributes that are a list": {"$": "object", "class": TERM, "attributes": ["factors"]},
    "a missing attribute": plain_object(TERM),
    "a member that is none": plain_object("formulaic:Factor.Kind", value="callable"),
    "a member that is a function": plain_object("formulaic:Factor.Kind", value=FUNCTION),
    "a pickle": {"$": "pickle", "value": "gASVBQ=="},
    "a list for a kind": {"$": ["tuple"], "items": []},
    "a kind without its keys": {"$": "tuple"},
    "a kind with other keys": {"$": "tuple", "items": [], "more": 1},
    "items that are text": {"$": "tuple", "items": "abc"},
    "items that are objects": plain_array([plain_tuple(1)], "object"),
    "text for numbers": plain_array(["1"]),
    "numbers for text": plain_array([1], "str"),
    "fractions for whole numbers": plain_array([1.5], "int64"),
    "numbers that are too large": plain_array([2**70], "int64"),
    "digits that are code": plain_array([RAN], "longdouble"),
    "an array of another type": plain_array([0], "datetime64[D]"),
    "an array of objects by another name": plain_array([RAN], "O"),
    "a type with fields": plain_array([0], [["x", "O"]]),
    "a shape that is too large": plain_array([1.0], shape=[10**9]),
    "a shape of no end": plain_array([], shape=[0, 10**30]),
    "a negative shape": plain_array([1.0], shape=[-1]),
    "a shape that is text": plain_array([1.0], shape="1"),
    "values that are text": {"$": "array", "dtype": "str", "shape": [1], "values": "a"},
    "text that grows": plain_array(["a" * 20_000] + [""] * 1000, "str"),
    "a float that is code": {"$": "float", "value": RAN},
    "a float that is finite": {"$": "float", "value": "1"},
    "a key twice": {"$": "dict", "pairs": [[1, 2], [1, 3]]},
    "a key that is a list": {"$": "dict", "pairs": [[[], 1]]},
    "pairs of three": {"$": "dict", "pairs": [[1, 2, 3]]},
    "a table of text": {"$": "series", "values": "abc", "index": [0], "name": None},
    "a table of other length": {
        "$": "series",
        "values": plain_array([1.0]),
        "index": [0, 1],
        "name": None,
    },
    "columns that are tables": {
        "$": "frame",
        "values": [plain_array([1.0], shape=[1, 1])],
        "index": [0],
        "columns": ["a"],
    },
    "a slice of functions": plain_object("builtins:slice", start=FUNCTION, stop=1, step=1),
    "functions in a list": [FUNCTION],
    "modules in a dict": {"a": MODULE},
    "functions for levels": plain_object("patsy:Treatment", reference=FUNCTION),
    "many levels": nested(100),
    "names of the document": {"$": "names"},
    "an object of a formula": plain_object(TERM, factors=plain_tuple()),
}


@pytest.mark.parametrize("value", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("place", ["names", "results", "memory"])
def test_a_document_cannot_have_other_values(document, value, place):
    if place == "names":
        document["names"]["np"] = value
    elif place == "results":
        document["results"]["mle_settings"]["gtol"] = value
    else:
        spec = document["model"]["_scale_spec"]["attributes"]
        spec["column_name_indexes"]["pairs"][0][1] = value
    with pytest.raises(ValueError, match="cannot be read as a fit"):
        from_json(json.dumps(document))


@pytest.mark.parametrize("place", ["results", "model", "data"])
@pytest.mark.parametrize("name", ["check_params", "__class__", "predict", "hidden"])
@pytest.mark.parametrize("value", [FUNCTION, 1])
def test_a_document_cannot_plant_attributes(document, place, name, value):
    document[place][name] = value
    with pytest.raises(ValueError, match=f"{name!r} is none of its attributes"):
        from_json(json.dumps(document))


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        ("results", "params", RAN),
        ("results", "params", plain_array([RAN] * 5, "str")),
        ("results", "params", plain_array([1] * 5, "int64")),
        ("results", "params", plain_array([1.0] * 5, shape=[5, 1])),
        ("results", "normalized_cov_params", RAN),
        ("results", "fit_record", {}),
        ("results", "nobs", True),
        ("results", "_use_t", 1),
        ("results", "cov_type", None),
        ("results", "llnull", RAN),
        ("results", "eigenvals", FUNCTION),
        ("results", "scale_range", plain_tuple("a", "b")),
        ("results", "scale_range", plain_tuple(1.0)),
        ("results", "mle_retvals", {"converged": FUNCTION}),
        ("results", "cov_kwds", []),
        ("results", "cov_kwds", {"description": 1}),
        ("results", "cov_kwds", {}),
        ("results", "_data_attr", ["model.fit.__func__.__defaults__"]),
        ("model", "_data_attr", ["fit.__func__"]),
        ("model", "_init_keys", ["a-b"]),
        ("model", "endog", plain_array([1.0])),
        ("model", "k_exog", -1),
        ("model", "k_exog", 10.5),
        ("model", "formula", None),
        ("model", "_scale_spec", "z"),
        ("model", "_dropped", ["a"]),
        ("model", "_offset_columns", {"offset": FUNCTION}),
        ("data", "_param_names", "abcde"),
        ("data", "_param_names", [1, 2, 3, 4, 5]),
        ("data", "_cache", {"xnames": FUNCTION}),
        ("data", "_cache", {"xnames": ["a"], "ynames": None}),
        ("data", "_cache", []),
        ("data", "model_spec", MODULE),
        ("data", "frame", {"$": "frame", "values": [], "index": [], "columns": []}),
    ],
    ids=str,
)
def test_attributes_of_wrong_kinds_are_refused_by_name(document, place, name, value):
    document[place][name] = value
    with pytest.raises(ValueError, match=rf"`{place}\.{name}` is .*; it must be "):
        from_json(json.dumps(document))


@pytest.mark.parametrize("name", ["params", "fit_record", "cov_kwds"])
def test_a_missing_attribute_is_named(document, name):
    del document["results"][name]
    with pytest.raises(ValueError, match=f"the results of a fit: it lacks {name!r}"):
        from_json(json.dumps(document))


def test_a_document_has_no_further_parts(document):
    with pytest.raises(ValueError, match=r"`source` has the parts \['more'\]"):
        from_json(json.dumps(document | {"more": 1}))


@pytest.mark.parametrize("name", ["a b", "", "__import__('os')"])
def test_names_must_be_names(document, name):
    document["names"][name] = 1
    with pytest.raises(ValueError, match="`names` is a dict; it must be"):
        from_json(json.dumps(document))


def test_a_formula_needs_its_names(document):
    document["names"] = None
    with pytest.raises(ValueError, match="'formula' is none of its attributes"):
        from_json(json.dumps(document))


def test_names_need_a_formula(scaled):
    document = json.loads(scaled.fit().to_json())
    document["names"] = {}
    with pytest.raises(ValueError, match="the model of a fit: it lacks '_offset_columns'"):
        from_json(json.dumps(document))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"version": 1', '"version": 1, "version": 1', "'version' twice"),
        ('"df_resid": 57.0', '"df_resid": 1e999', "number 1e999 is not finite"),
        ('"df_resid": 57.0', '"df_resid": NaN', "number NaN is not finite"),
        ('"df_resid": 57.0', '"df_resid": ' + "9" * 5000, "limit"),
        ('"df_resid": 57.0', '"df_resid": ' + "[" * 200_000, "recursion"),
    ],
    ids=["twice", "too large", "nan", "too many digits", "too deep"],
)
def test_json_that_is_not_strict_is_refused(document, old, new, what):
    text = json.dumps(document)
    assert old in text
    with pytest.raises(ValueError, match=f"`source` is not JSON: .*{what}"):
        from_json(text.replace(old, new))


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "fit.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(ValueError, match=r"`source` is not JSON: .*codec"):
        from_json(tmp_path / "fit.json")


def test_matrices_of_another_covariance_are_read(document):
    document["results"]["cov_root"] = to_plain(np.ones((5, 2)))
    document["results"]["cov_signs"] = to_plain(np.array([1.0, -1.0]))
    again = from_json(json.dumps(document))
    assert again._results.cov_root.shape == (5, 2)


@pytest.mark.parametrize(
    ("root", "signs"),
    [(np.ones((5, 2)), None), (None, np.ones(2)), (np.ones((4, 2)), np.ones(2))],
    ids=str,
)
def test_matrices_that_do_not_fit_each_other_are_refused(document, root, signs):
    given = {"cov_root": root, "cov_signs": signs}
    document["results"] |= {k: to_plain(v) for k, v in given.items() if v is not None}
    with pytest.raises(ValueError, match=r"but results\.cov_root has shape"):
        from_json(json.dumps(document))


def places(value):
    """Where values are in a document, of a list at its beginning."""
    keys = list(value)[:50] if isinstance(value, dict) else range(min(len(value), 3))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


def changed(document, change, parts):
    """The document with one value after the other changed."""
    for part in parts:
        for holder, key in list(places(document[part])):
            before = holder[key]
            holder[key] = change(before)
            yield json.dumps(document)
            holder[key] = before


def test_a_function_is_refused_wherever_it_is(rows, engine):
    document = json.loads(gaussmle("y ~ center(x2) + C(g)", rows).fit().to_json())
    texts = list(changed(document, lambda _: FUNCTION, ["results", "model", "data"]))
    assert len(texts) > 200
    for text in texts:
        with pytest.raises(ValueError, match="cannot be read as a fit"):
            from_json(text)


CHANGES = {"text": str, "nothing": lambda _: None, "a list": lambda value: [value]}


def read_or_refused(text):
    try:
        return from_json(text)
    except ValueError:
        return None


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_document_that_was_changed_is_refused_or_may_be_written_again(rows, engine, change):
    document = json.loads(gaussmle("y ~ center(x2) + C(g)", rows).fit().to_json())
    texts = list(changed(document, change, ["results", "model", "data", "names"]))[::5]
    fits = [read_or_refused(text) for text in texts]
    assert None in fits
    for fit in fits:
        assert fit is None or read_or_refused(fit.to_json()) is not None


def test_what_would_not_be_read_is_not_written(scaled):
    result = scaled.fit()
    result._results.mle_settings["callback"] = np.abs
    with pytest.raises(TypeError, match=r"not be read again: .*mle_settings.*Use save\(\)"):
        result.to_json()


def test_attributes_of_the_user_are_not_written(scaled):
    result = scaled.fit()
    result._results.label = "mine"
    with pytest.raises(TypeError, match="'label' is none of its attributes"):
        result.to_json()


def test_hashes_of_this_process_are_not_written(rows, monkeypatch):
    monkeypatch.setattr(options, "formula_engine", "formulaic")
    result = gaussmle("y ~ x1 + C(g)", rows).fit()
    text = result.to_json()
    assert "_hash" not in text
    again, spec = from_json(text).model.data.model_spec, result.model.data.model_spec
    assert [again.term_indices[t] for t in again.terms] == list(spec.term_indices.values())


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
    np.array([1, "a", None, 2.5, True], dtype=object),
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
        (Stranger(), "Stranger is not kept"),
        (double, "double is none of the functions"),
        (disguised, "is none of the functions"),
        (nowhere, "is none of the functions"),
        (np.array(["2024-01-01"], dtype="datetime64[D]"), "array of type datetime64"),
        (1j, "complex is not kept"),
        (json, "json is none of the functions and modules"),
        (ModuleType("numpy"), "numpy is none of the functions and modules"),
        (np.save, "save is none of the functions"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_other_values_are_refused(value, why):
    with pytest.raises(NotPlainError, match=why):
        to_plain(value)


def test_attributes_that_are_not_known_are_not_written(monkeypatch):
    term = patsy.desc.Term([])
    term.hidden = "what another version of patsy may have"
    with pytest.raises(NotPlainError, match=r"a patsy\.Term with the attributes .*hidden"):
        to_plain(term)
