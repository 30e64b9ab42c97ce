"""Speed as ratios within one run: python -m pytest tests/benchmarks

Nothing here fails on time: the table at the end says what was reached.
"""

from functools import partial

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.formula._manager import FormulaManager

import sm_gaussmle as smg
from sm_gaussmle.likelihood.evaluation import evaluate

from .interleaved import seconds

pytestmark = pytest.mark.usefixtures("one_thread")


def design(n, k, seed=0):
    rng = np.random.default_rng(seed)
    exog = np.column_stack([np.ones(n), rng.standard_normal((n, k - 1))])
    return exog @ rng.standard_normal(k) + rng.standard_normal(n), exog


def ours(endog, exog, **options):
    result = smg.GaussianMLE(endog, exog, **options).fit()
    return result.params, result.bse, result.llf


def theirs(model, endog, exog):
    result = model(endog, exog).fit()
    return result.params, result.bse, result.llf


@pytest.mark.parametrize(("k", "target"), [(4, 2.8), (20, 1.7), (50, 1.5), (200, 1.3)])
def test_exact_fit_of_a_million_rows_against_its_gram_matrix(benchmark, record, k, target):
    endog, exog = design(1_000_000, k)
    rounds = 3 if k == 200 else 9
    times = seconds({"ours": lambda: ours(endog, exog), "gram": lambda: exog.T @ exog}, rounds)
    record(f"exact fit / X'X, n = 10^6, k = {k}", times["ours"], times["gram"], target)
    benchmark.pedantic(ours, (endog, exog), rounds=1)


def test_ill_conditioned_fit_against_its_gram_matrix(benchmark, record):
    endog, exog = design(1_000_000, 20)
    # Nearly the same column: 6 digits of its own, beyond what cross products can resolve.
    exog[:, -1] = exog[:, -2] + 1e-6 * exog[:, -1]
    times = seconds({"ours": lambda: ours(endog, exog), "gram": lambda: exog.T @ exog}, 5)
    record("QR route / X'X, n = 10^6, k = 20", times["ours"], times["gram"], 6.0)
    benchmark.pedantic(ours, (endog, exog), rounds=1)


@pytest.mark.parametrize("k", [20, 50])
def test_exact_fit_of_a_million_rows_against_ols(benchmark, record, k):
    endog, exog = design(1_000_000, k)
    functions = {"ours": lambda: ours(endog, exog), "ols": lambda: theirs(sm.OLS, endog, exog)}
    times = seconds(functions, 2)
    record(f"exact fit / sm.OLS, n = 10^6, k = {k}", times["ours"], times["ols"], 1 / 20)
    benchmark.pedantic(ours, (endog, exog), rounds=1)


@pytest.mark.parametrize("model", [sm.OLS, sm.GLM])
def test_small_fit_from_arrays(benchmark, record, model):
    endog, exog = design(300, 4)
    functions = {"ours": lambda: ours(endog, exog), "sm": lambda: theirs(model, endog, exog)}
    times = seconds(functions, 500)
    target = 2.0 if model is sm.OLS else 1.0
    record(
        f"small fit / sm.{model.__name__}, n = 300, k = 4", times["ours"], times["sm"], target
    )
    benchmark(ours, endog, exog)


def test_small_fit_from_a_formula(benchmark, record):
    endog, exog = design(300, 4)
    data = pd.DataFrame(exog[:, 1:], columns=["a", "b", "c"]).assign(y=endog)

    def fit():
        return smg.gaussmle("y ~ a + b + c", data).fit().bse

    def engine():
        return FormulaManager().get_matrices("y ~ a + b + c", data, eval_env={})

    times = seconds({"ours": fit, "engine": engine}, 100)
    record("formula fit / formula engine, n = 300", times["ours"], times["engine"], 1.3)
    benchmark(fit)


@pytest.mark.parametrize(("n", "k"), [(100_000, 5), (100_000, 20), (1_000_000, 20)])
def test_scale_equation_against_one_weighted_pass(benchmark, record, n, k):
    rng = np.random.default_rng(1)
    mean, exog = design(n, k)
    scale = np.column_stack([np.ones(n), rng.standard_normal((n, k - 1))])
    gamma = 0.3 * rng.standard_normal(k) / np.sqrt(k)
    endog = mean + np.exp(0.5 * scale @ gamma) * rng.standard_normal(n)
    model = smg.GaussianMLE(endog, exog, exog_scale=scale)
    source, params = model.source(), model.fit().params
    one_pass = partial(source.total, partial(evaluate, params), 2 * k + 1)
    functions = {"ours": lambda: ours(endog, exog, exog_scale=scale), "pass": one_pass}
    times = seconds(functions, 3 if n > 100_000 else 9)
    name = f"scale equation / one pass, n = {n}, {k}+{k}"
    record(name, times["ours"], times["pass"], 6.0)
    benchmark.pedantic(ours, (endog, exog), {"exog_scale": scale}, rounds=1)


@pytest.mark.parametrize(("limit", "target"), [("left", 11.0), ("trunc_left", 25.0)])
def test_limits_against_the_gram_matrix(benchmark, record, limit, target):
    endog, exog = design(1_000_000, 20)
    at = float(np.quantile(endog, 0.3))
    if limit == "left":
        endog = np.maximum(endog, at)
    else:
        exog, endog = exog[endog > at], endog[endog > at]
    functions = {
        "ours": lambda: ours(endog, exog, **{limit: at}),
        "gram": lambda: exog.T @ exog,
    }
    times = seconds(functions, 5)
    name = "30 % censored" if limit == "left" else "30 % cut off"
    record(f"{name} / X'X, n = {len(endog):.0e}, k = 20", times["ours"], times["gram"], target)
    benchmark.pedantic(ours, (endog, exog), {limit: at}, rounds=1)


def test_many_responses_against_one_by_one(benchmark, record):
    _, exog = design(10_000, 10)
    responses = np.random.default_rng(2).standard_normal((10_000, 50))
    model = smg.GaussianMLE(responses[:, 0], exog)

    def one_by_one():
        return [ours(response, exog) for response in responses.T]

    functions = {"many": lambda: model.fit_many(responses), "one by one": one_by_one}
    times = seconds(functions, 7)
    # No target is set: one pass for all should be several times quicker.
    record("fit_many / a loop, 50 responses", times["many"], times["one by one"], 0.25)
    benchmark(model.fit_many, responses)


@pytest.mark.parametrize(
    ("kind", "target"), [("case", 1 / 12), ("residual", 1 / 20), ("parametric", 1 / 300)]
)
def test_a_thousand_replicates_against_a_loop(benchmark, record, kind, target):
    endog, exog = design(10_000, 10)
    result = smg.GaussianMLE(endog, exog).fit()

    def one_by_one():
        rng = np.random.default_rng(3)
        draws = (rng.integers(0, 10_000, 10_000) for _ in range(100))
        return [sm.OLS(endog[drawn], exog[drawn]).fit().params for drawn in draws]

    functions = {"ours": lambda: result.bootstrap(1000, rng=3, kind=kind), "loop": one_by_one}
    times = seconds(functions, 5)
    # The target is that of rows; the others are what prototypes took.
    name = f"1,000 replicates ({kind}) / a loop over sm.OLS"
    record(name, times["ours"], 10 * times["loop"], target)
    benchmark(functions["ours"])


def test_replicates_of_a_scale_equation_against_fits(benchmark, record):
    rng = np.random.default_rng(1)
    mean, exog = design(1000, 5)
    scale = np.column_stack([np.ones(1000), rng.standard_normal((1000, 4))])
    endog = mean + np.exp(0.1 * scale.sum(axis=1)) * rng.standard_normal(1000)
    result = smg.GaussianMLE(endog, exog, exog_scale=scale).fit()

    def fits():
        draws = [rng.integers(0, 1000, 1000) for _ in range(50)]
        return [ours(endog[d], exog[d], exog_scale=scale[d]) for d in draws]

    functions = {"ours": lambda: result.bootstrap(50, rng=3), "fits": fits}
    times = seconds(functions, 5)
    # No target is set: a start at the estimates should save something.
    record("replicates with a scale equation / fits", times["ours"], times["fits"], 1.0)
    benchmark(functions["ours"])
