"""Whatever results are asked, they answer rightly or say which argument is wrong.

Arguments are drawn by hypothesis: good ones, odd ones of their kind, and anything else.
The examples are the same at each run, and few; to hunt longer, with others each time::

    FAULTS=50 python -m pytest tests/faults/test_results.py

Refusing is raising a ValueError, TypeError or AttributeError of the package's own words: it
is raised by a line of the package, and names an argument or what is not there. Errors that
the operating system has about a file, and scikit-learn about `X` and `y`, are theirs.
"""

import contextlib
import inspect
import re
import warnings
from pathlib import Path
from traceback import extract_tb

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose
from statsmodels.tools.sm_exceptions import (
    ConvergenceWarning,
    HessianInversionWarning,
    MissingDataError,
    ValueWarning,
)

import sm_gaussmle as smg

from . import odd_arguments, subjects
from .catalogue import CALLS, PARTS
from .effort import examples

mpl.use("Agg")

PACKAGE = str(Path(smg.__file__).parent)
SAID = (ConvergenceWarning, HessianInversionWarning, ValueWarning)
REFUSALS = (ValueError, TypeError, AttributeError, MissingDataError)
# What numpy, pandas and Python say where a line of the package gave them what it was given.
FOREIGN = re.compile(
    r"ambiguous|could not convert|argument must be|inhomogeneous|unhashable|not supported "
    r"between|object is not|has no attribute|not callable|broadcast|unsupported operand"
)
NAMED = re.compile(
    r"`\w|[Uu]se |[Pp]ass |cannot be compared|it must be|there is|takes? |Leave |needs |were removed"
)
FUNCTIONS = {"add1", "anova", "compare_models", "drop1", "from_json", "lrtest", "vuong_test"}
OF_MODELS = {  # tested by test_models.py and its neighbours
    "GaussianMLE",
    "IntervalRegression",
    "Tobit",
    "TruncatedRegression",
    "gaussmle",
    "intreg",
    "tobit",
    "truncreg",
}


@pytest.fixture(autouse=True, scope="module")
def _in_a_folder_of_its_own(tmp_path_factory):
    """Any text may be the name of a file, and some methods write one."""
    with contextlib.chdir(tmp_path_factory.mktemp("faults")):
        yield


def subject(kind, of):
    """What has the methods of a kind."""
    match kind:
        case "fit":
            return subjects.fit(of)
        case "functions":
            return smg
        case "sums":
            return subjects.sums()
        case "regressor":
            return subjects.regressor(scale=of)
    return subjects.made(kind, of)


def variants(kind):
    """The results that a method is tried on."""
    known = {"fit": list(subjects.FITS), "functions": [None], "sums": [None]}
    return {"regressor": [True, False], **known, **subjects.MADE_OF}[kind]


def refused(error):
    """Whether an error is in the package's own words, or rightly someone else's."""
    files = [frame.filename for frame in extract_tb(error.__traceback__)]
    if isinstance(error, OSError) or any("sklearn" in Path(file).parts for file in files):
        return True
    raised_by = files[-1]
    ours = raised_by.startswith(PACKAGE) and isinstance(error, REFUSALS)
    if isinstance(error, np.linalg.LinAlgError | UnicodeError) or not ours:
        return False
    if isinstance(error, MissingDataError):  # about rows, in several arguments together
        return True
    caused = isinstance(error.__cause__, Exception)  # and told, in our own words
    return bool(NAMED.search(str(error))) and (caused or not FOREIGN.search(str(error)))


def outcome(call):
    """What the call returns, and whether it was refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for kind in SAID:
                warnings.simplefilter("ignore", kind)  # ours, which say something
            return call(), False
    except Exception as error:  # of any kind: it is judged
        if refused(error):
            return None, True
        raise
    finally:
        plt.close("all")


def check(method, found):
    """Laws of what comes back, whatever was asked."""
    if method == "conf_int":
        ends = np.asarray(found, dtype=float)
        assert ends.shape[1] == 2
        assert (ends[:, 0] <= ends[:, 1]).all()
    if method in ("t_test", "f_test", "wald_test") and hasattr(found, "pvalue"):
        pvalues = np.asarray(found.pvalue)
        assert ((pvalues >= 0.0) & (pvalues <= 1.0)).all()
    if method in ("compare_lr_test", "compare_f_test"):
        assert 0.0 <= found[1] <= 1.0
    if isinstance(found, np.ndarray):
        assert found.dtype.kind in "fbiU"
    if isinstance(found, float):
        assert not np.isnan(found)
    str(found)


@st.composite
def arguments(draw, method, roles):
    """Arguments of a call, some of them odd."""
    given_by_place, by_name = [], {}
    known = inspect.signature(method).parameters
    for name, role in roles.items():
        needed = name.startswith("*") or (
            name in known and known[name].default is inspect.Parameter.empty
        )
        good, odd = odd_arguments.values_of(role)
        how = draw(
            st.sampled_from(["good", "odd"] if needed else ["left out"] * 3 + ["odd", "good"])
        )
        if how == "left out":
            continue
        value = draw(good if how == "good" else odd)
        if name.startswith("*"):
            given_by_place.append(value)
        else:
            by_name[name] = value
    return given_by_place, by_name


PAIRS = [(kind, name) for kind, methods in CALLS.items() for name in methods]


@pytest.mark.parametrize(("kind", "name"), PAIRS)
@examples(16)
@given(data=st.data())
def test_a_call_is_right_or_refused_by_name(kind, name, data):
    of = data.draw(st.sampled_from(variants(kind)), label="of")
    value = subject(kind, of)
    method = getattr(value, name, None)
    if method is None:  # of constrained fits alone
        return
    by_place, by_name = data.draw(arguments(method, CALLS[kind][name]), label="arguments")
    if name == "bootstrap":
        by_name.setdefault("nrep", 5)
    before = getattr(value, "params", None)
    before = None if before is None else np.array(before)
    found, was_refused = outcome(lambda: method(*by_place, **by_name))
    if not was_refused:
        check(name, found)
    if before is not None:
        assert_allclose(np.asarray(value.params), before, rtol=0, atol=0)


# Nothing is left out --------------------------------------------------------------------------


def public_methods(value):
    """Names of methods that are there to be called."""
    there = []
    for name in dir(value):
        static = inspect.getattr_static(type(getattr(value, "_results", value)), name, None)
        method = inspect.isfunction(static) or isinstance(static, classmethod | staticmethod)
        called = callable(getattr(value, name, None))
        if not name.startswith("_") and method and called:
            there.append(name)
    return set(there)


@pytest.mark.parametrize("kind", sorted(set(CALLS) - {"functions"}))
def test_every_public_method_is_tried(kind):
    for of in variants(kind):
        value = subject(kind, of)
        results = getattr(value, "_results", value)
        names = public_methods(value) | public_methods(results)
        assert names <= CALLS[kind].keys() | PARTS.keys(), names - CALLS[kind].keys()


def test_every_method_in_the_catalogue_is_there():
    for kind, methods in CALLS.items():
        there = {name for of in variants(kind) for name in dir(subject(kind, of))}
        assert methods.keys() <= there, methods.keys() - there


def test_every_public_function_is_tried_here_or_with_the_models():
    known = FUNCTIONS | OF_MODELS | {"CrossProducts", "datasets"}
    assert set(smg.__all__) == known
    assert CALLS["functions"].keys() == FUNCTIONS


def test_every_argument_of_a_method_is_tried():
    for kind, methods in CALLS.items():
        for name, roles in methods.items():
            owners = [subject(kind, of) for of in variants(kind)]
            method = next(getattr(o, name) for o in owners if hasattr(o, name))
            known = {
                p.name
                for p in inspect.signature(method).parameters.values()
                if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name != "self"
            }
            assert known - {"progress", "args", "params"} <= roles.keys(), (kind, name, known)


# Predictions, computed plainly ----------------------------------------------------------------


def plainly(params, row):
    """The mean of a row of the formula ``x1 + C(g)``; None where there should be an error."""
    if "x1" not in row or "g" not in row:
        return None
    if pd.isna(row["x1"]) or pd.isna(row["g"]):
        return np.nan
    levels = {"a": 0.0, "b": params["C(g)[T.b]"], "c": params["C(g)[T.c]"]}
    if row["g"] not in levels:
        return None
    return params["Intercept"] + params["x1"] * float(row["x1"]) + levels[row["g"]]


@pytest.mark.parametrize("of", ["constant variance", "sums", "in passes", "removed"])
def test_predictions_are_the_columns_times_the_coefficients(of):
    result = subjects.fit(of)
    compared = 0
    for frame in odd_arguments.frames():
        if not isinstance(frame, pd.DataFrame):
            continue
        found, was_refused = outcome(lambda frame=frame: result.predict(frame))
        if was_refused:
            continue
        expected = [plainly(result.params, frame.iloc[place]) for place in range(len(frame))]
        assert None not in expected
        assert_allclose(found, expected, rtol=1e-9)
        if isinstance(found, pd.Series):
            assert found.index.equals(frame.index)
        compared += 1
    assert compared > 15
