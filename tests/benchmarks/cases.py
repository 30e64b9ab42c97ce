"""All cases, and the targets that were set for them before the code was written."""

from __future__ import annotations

from functools import partial

from statsmodels.formula._manager import FormulaManager

import sm_gaussmle as smg
from sm_gaussmle.likelihood.evaluation import evaluate

from . import data, peers, r_peers, replicates
from .beside import Beside
from .by_hand import LBFGS, NUMERIC
from .comparison import Comparison
from .contestants import GRAM, OURS, Answer, Local
from .growth import GrowthWithColumns, GrowthWithRows
from .memory import Memory
from .profile import ProfilePasses
from .section import Target

US, XX = OURS.name, GRAM.name


def _prepared_pass(rows):
    model = smg.GaussianMLE(rows.endog, rows.exog, **rows.options)
    params = model.fit().params
    return partial(model.source().total, partial(evaluate, params), len(params) + 1)


ONE_PASS = Local(
    "one pass",
    lambda total: total(),
    note="no fit: the log-likelihood with its derivatives, once",
    prepare=_prepared_pass,
)


def _fit_formula(rows):
    result = smg.gaussmle(rows.formula, rows.frame).fit()
    _ = result.llf
    return Answer(result.params.to_numpy(), result.bse.to_numpy())


def _formula_of_ols(rows):
    import statsmodels.formula.api as smf

    result = smf.ols(rows.formula, rows.frame).fit()
    _ = result.llf
    return Answer(result.params.to_numpy(), result.bse.to_numpy())


FROM_FORMULA = Local("sm_gaussmle", _fit_formula, note="from a formula")
ENGINE = Local(
    "formula engine",
    lambda rows: FormulaManager().get_matrices(rows.formula, rows.frame, eval_env={}),
    note="no fit: the design alone",
)
FORMULA_OLS = Local("statsmodels OLS", _formula_of_ols, note="from a formula")

_LINEAR = (
    OURS,
    GRAM,
    peers.OLS,
    peers.ols("qr"),
    peers.GLM,
    peers.SKLEARN,
    peers.GLUM,
    peers.PYFIXEST,
    peers.RUST_OLS,
    r_peers.LM,
    r_peers.LM_FIT,
    r_peers.FAST_LM,
)
_CENSORED = (
    OURS,
    GRAM,
    LBFGS,
    peers.LIFELINES,
    peers.RUST_TOBIT,
    r_peers.SURVREG,
    r_peers.AER_TOBIT,
)


def _times_ours(contestant, bound, case):
    return Target(f"{contestant.name} / ours, {case}", contestant.name, US, at_least=bound)


def _exact(k, bound):
    targets = [Target(f"exact fit / X'X, n = 10^6, k = {k}", US, XX, at_most=bound)]
    if k in {20, 50}:
        bounds = [(peers.OLS, 20), (r_peers.LM, 25), (peers.SKLEARN, 6), (peers.GLUM, 3.5)]
        targets += [_times_ours(*pair, f"n = 10^6, k = {k}") for pair in bounds]
    # A matrix of 1.6 GB is for those who take less than a minute and less than six of it.
    contestants = _LINEAR if k < 200 else (OURS, GRAM, peers.SKLEARN, peers.GLUM)
    make = partial(data.exact, k=k)
    title = f"Exact responses, {k} columns"
    return Comparison(f"exact-{k}", title, make, 10**6, 10**4, contestants, tuple(targets))


def _scale(name, n, k, others):
    case = f"n = {n:,}, {k}+{k}"
    targets = []
    if n >= 10**5:
        what = f"scale equation / one pass, {case}"
        targets = [Target(what, US, ONE_PASS.name, at_most=6.0)]
        bounds = [(r_peers.GLMMTMB, 80), (r_peers.GAULSS, 10)]
        targets += [_times_ours(one, bound, case) for one, bound in bounds if one in others]
    contestants = (OURS, ONE_PASS, LBFGS, *others)
    title = f"Scale equation, {k} columns in each"
    make = partial(data.scale_equation, k=k)
    return Comparison(name, title, make, n, min(n, 3000), contestants, tuple(targets))


def _tobit(name, n, k, more=(), bounds=()):
    targets = tuple(_times_ours(*pair, f"n = {n:,}, k = {k}") for pair in bounds)
    if n == 10**6:
        what = f"tobit / X'X, n = 10^6, k = {k}"
        targets = (Target(what, US, XX, at_most=11.0), *targets)
    title = f"30 % censored, {k} columns"
    make = partial(data.censored, k=k)
    return Comparison(name, title, make, n, min(n, 3000), (*_CENSORED, *more), targets)


CASES = (
    Comparison(
        "latency",
        "A small fit, 4 columns",
        partial(data.exact, k=4),
        300,
        300,
        (
            OURS,
            GRAM,
            peers.OLS,
            peers.GLM,
            peers.SKLEARN,
            peers.GLUM,
            peers.RUST_OLS,
            r_peers.LM,
            r_peers.LM_FIT,
        ),
        (
            Target("small fit / sm.OLS, n = 300, k = 4", US, peers.OLS.name, at_most=2.0),
            Target("small fit / sm.GLM, n = 300, k = 4", US, peers.GLM.name, at_most=1.0),
        ),
        times=30,
    ),
    Comparison(
        "latency-formula",
        "A small fit from a formula, 4 columns",
        partial(data.exact, k=4),
        300,
        300,
        (FROM_FORMULA, ENGINE, FORMULA_OLS, peers.PYFIXEST, r_peers.LM_FORMULA),
        (Target("formula fit / formula engine, n = 300", US, ENGINE.name, at_most=1.3),),
        times=5,
    ),
    Comparison(
        "exact-small",
        "Exact responses, 20 columns",
        partial(data.exact, k=20),
        10**4,
        10**4,
        _LINEAR,
        times=10,
    ),
    *(_exact(k, bound) for k, bound in ((4, 2.8), (20, 1.7), (50, 1.5), (200, 1.3))),
    Comparison(
        "ill-conditioned",
        "Two columns alike to six digits, of 20",
        partial(data.ill_conditioned, k=20),
        10**6,
        10**4,
        (OURS, GRAM, peers.OLS, peers.ols("qr"), r_peers.LM),
        (Target("ill-conditioned / X'X, n = 10^6, k = 20", US, XX, at_most=6.0),),
    ),
    Comparison(
        "weighted",
        "Weights of the variance, 20 columns",
        partial(data.weighted, k=20),
        10**6,
        10**4,
        (
            OURS,
            GRAM,
            peers.WLS,
            peers.WEIGHTED_GLM,
            peers.SKLEARN,
            peers.GLUM,
            r_peers.WEIGHTED_LM,
        ),
    ),
    _scale("scale-thousand", 10**3, 5, (NUMERIC, peers.LIFELINES, r_peers.GAULSS)),
    _scale("scale-5", 10**5, 5, (peers.LIFELINES, r_peers.GAULSS, r_peers.GLMMTMB)),
    _scale("scale-20", 10**5, 20, (peers.LIFELINES, r_peers.GAULSS, r_peers.GLMMTMB)),
    _scale("scale-million", 10**6, 20, ()),
    _tobit("tobit-thousand", 10**3, 5, (NUMERIC,)),
    _tobit("tobit-20", 10**5, 20, bounds=((r_peers.SURVREG, 25),)),
    _tobit(
        "tobit-million",
        10**6,
        20,
        bounds=((r_peers.SURVREG, 25), (peers.RUST_TOBIT, 5)),
    ),
    Comparison(
        "truncated",
        "A sample cut off at its 30 % quantile, 20 columns",
        partial(data.truncated, k=20),
        10**6,
        10**4,
        (OURS, GRAM, LBFGS),
        (Target("truncated / X'X, n = 10^6, k = 20", US, XX, at_most=25.0),),
    ),
    *replicates.CASES,
    ProfilePasses(),
    GrowthWithRows(),
    GrowthWithColumns(),
    Memory(),
    Beside(),
)
