"""No public name gives a wrong answer: each is ours, or is tried here, or says what to use."""

import inspect

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import CrossProducts, GaussianMLE, gaussmle

mpl.use("Agg")

FORMULA = "y ~ x1 + C(g)"


def fits(rows):
    """Return results of models of all kinds, by name."""
    arrays = rows["y"].to_numpy(), rows[["x1", "x2"]].to_numpy()
    removed = gaussmle(f"{FORMULA} | z", rows).fit()
    removed.remove_data()
    seen = rows.assign(lower=np.floor(rows["y"]), upper=np.floor(rows["y"]) + 1)
    return {
        "constant variance": gaussmle(FORMULA, rows).fit(),
        "scale equation": gaussmle(f"{FORMULA} | z", rows).fit(),
        "weights and offsets": gaussmle(
            FORMULA,
            rows,
            offset="o",
            offset_scale="s",
            freq_weights="f",
            var_weights="v",
        ).fit(),
        "no constant, arrays": GaussianMLE(*arrays, exog_scale=rows[["z"]].to_numpy()).fit(),
        "clusters": gaussmle(FORMULA, rows).fit(
            cov_type="cluster", cov_kwds={"groups": np.arange(60) % 7}
        ),
        "no standard errors": gaussmle(FORMULA, rows).fit(skip_hessian=True),
        "data removed": removed,
        "constraints": gaussmle(f"{FORMULA} | z", rows).fit_constrained(
            "x1 = 1, ln(sigma2)[z] = Intercept"
        ),
        "censored": gaussmle(FORMULA, rows, left=-9).fit(),
        "intervals": gaussmle("lower + upper ~ x1 + C(g) | z", seen).fit(),
        "truncated": gaussmle(f"{FORMULA} | z", rows[rows["y"] > -11], trunc_left=-11).fit(),
        "sums of rows": CrossProducts(FORMULA, rows).update(rows).fit(),
    }


KINDS = [
    "constant variance",
    "scale equation",
    "weights and offsets",
    "no constant, arrays",
    "clusters",
    "no standard errors",
    "data removed",
    "constraints",
    "censored",
    "intervals",
    "truncated",
    "sums of rows",
]


@pytest.fixture(params=KINDS)
def any_fit(request, rows):
    return fits(rows)[request.param]


def public(value):
    return [name for name in dir(value) if not name.startswith("_")]


def ours(cls):
    return {
        name
        for part in cls.__mro__
        if part.__module__.startswith("sm_gaussmle")
        for name in vars(part)
    }


# Names of statsmodels -----------------------------------------------------------------------


def z_values(fit):
    return np.asarray(fit.params) / np.sqrt(np.diagonal(fit.cov_params()))


def two_sided(values):
    return 2 * stats.norm.sf(np.abs(values))


RIGHT = {
    "bse": lambda fit: (fit.bse, np.sqrt(np.diagonal(fit.cov_params()))),
    "tvalues": lambda fit: (fit.tvalues, z_values(fit)),
    "pvalues": lambda fit: (fit.pvalues, two_sided(z_values(fit))),
    "conf_int": lambda fit: (
        np.asarray(fit.conf_int(alpha=0.1))[:, 1],
        fit.params + stats.norm.isf(0.05) * fit.bse,
    ),
    "cov_params": lambda fit: (
        fit.cov_params(r_matrix=np.eye(len(fit.params))[:2]),
        np.asarray(fit.cov_params())[:2, :2],
    ),
    "use_t": lambda fit: (fit.use_t, False),
}
"""Names of statsmodels with what they must give."""

TRIED_ELSEWHERE = {
    "initialize": "statsmodels' own constructor",
    "load": "test_persistence.py",
    "save": "test_persistence.py",
    "t_test": "test_results.py, test_covariances.py",
    "f_test": "test_results.py, test_covariances.py",
    "wald_test": "test_results.py, test_constrained_results.py",
    "t_test_pairwise": "test_results.py",
    "endog_names": "test_summary.py",
    "exog_names": "test_model.py",
}


def test_names_of_results_are_ours_or_checked(rows):
    results = fits(rows)["scale equation"]._results
    known = ours(type(results)) | set(vars(results)) | set(RIGHT) | set(TRIED_ELSEWHERE)
    assert set(public(results)) <= known, set(public(results)) - known


def test_names_of_models_are_ours_or_checked(rows):
    model = fits(rows)["scale equation"].model
    known = ours(type(model)) | set(vars(model)) | set(TRIED_ELSEWHERE)
    assert set(public(model)) <= known, set(public(model)) - known


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("kind", ["constant variance", "scale equation", "clusters"])
def test_names_of_statsmodels_are_right(rows, kind, name):
    found, expected = RIGHT[name](fits(rows)[kind])
    assert_allclose(found, expected, rtol=1e-12)


# All names ----------------------------------------------------------------------------------


def refusal(attempt):
    """Return the message of a refusal; None where there is an answer."""
    try:
        attempt()
    except (AttributeError, ValueError, TypeError) as error:
        return str(error)
    return None


def remedy(told):
    """Whether a message says what to use or to pass, or why there is nothing."""
    words = (
        "Use ",
        "use ",
        "Compare ",
        "were removed",
        "needs ",
        "move ",
        "pass ",
        "Pass ",
        "left out",
        "gives ",
    )
    return any(word in told for word in words)


def test_every_attribute_of_results_is_there_or_says_what_to_use(any_fit):
    for name in public(any_fit._results):
        told = refusal(lambda name=name: getattr(any_fit, name))
        assert told is None or remedy(told), f"{name}: {told}"


def test_every_attribute_of_the_model_is_there_or_says_what_to_use(any_fit):
    for name in public(any_fit.model):
        told = refusal(lambda name=name: getattr(any_fit.model, name))
        assert told is None or remedy(told), f"{name}: {told}"


def test_methods_without_arguments_answer_or_say_what_to_use(any_fit):
    passed_over = {"remove_data", "convergence_report"}
    if not any_fit.model.exact_responses:
        passed_over.add("bootstrap")  # of a thousand fits by iteration; tried in its own tests
    for name in set(public(any_fit._results)) - passed_over:
        method = getattr(any_fit, name, None)
        if not inspect.ismethod(method) or not callable(method):
            continue
        needed = [
            p
            for p in inspect.signature(method).parameters.values()
            if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        if needed:
            continue
        told = refusal(method)
        plt.close("all")
        assert told is None or remedy(told), f"{name}(): {told}"


def test_numbers_of_results_are_finite_where_there_are_any(rows):
    every = fits(rows)
    for kind in set(KINDS) - {"data removed", "no standard errors", "constraints"}:
        fit = every[kind]
        for name in public(fit._results):
            value = getattr(fit, name, None)
            if isinstance(value, float | np.floating):
                assert np.isfinite(value), f"{name} is {value} ({kind})"


def test_every_name_of_ours_is_documented(rows):
    results = fits(rows)["scale equation"]
    for value in (results._results, results.model):
        for name in ours(type(value)) & set(public(value)):
            attribute = inspect.getattr_static(type(value), name)
            assert inspect.getdoc(attribute), name
