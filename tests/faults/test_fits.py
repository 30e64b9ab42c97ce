"""Options of fits, constraints, and derivatives at any parameters."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from sm_gaussmle import GaussianMLE

from .effort import examples
from .law import check_fit, loglikes, outcome
from .values import COLUMNS, NO_COLUMNS, NO_TABLES, ODD, TABLES, plain

N = 24
RNG = np.random.default_rng(11)
X, Z = RNG.normal(size=(2, N))
ENDOG = 1.0 + 2.0 * X + np.exp(0.2 + 0.3 * Z) * RNG.normal(size=N)
EXOG = np.column_stack([np.ones(N), X])
SCALE = {"exog_scale": np.column_stack([np.ones(N), Z])}
INTERVALS = np.column_stack([np.floor(ENDOG), np.floor(ENDOG) + 1.0])
ROWS = {
    "constant variance": {"endog": ENDOG},
    "scale equation": {"endog": ENDOG, **SCALE},
    "frequency weights": {"endog": ENDOG, "freq_weights": RNG.integers(1, 4, N).astype(float)},
    "censored": {"endog": ENDOG, "left": 0.0},
    "intervals": {"endog": INTERVALS, **SCALE},
    "truncated": {"endog": ENDOG, "trunc_left": -20.0},
}
ROWS = {name: {"exog": EXOG, **rows} for name, rows in ROWS.items()}
MODELS = {name: GaussianMLE(**rows) for name, rows in ROWS.items()}
NUMBERS = [
    0.0,
    1.0,
    -3.0,
    50.0,
    -50.0,
    800.0,
    -800.0,
    1e5,
    1e150,
    -1e308,
    5e-324,
    np.nan,
    np.inf,
]
COLUMN_MAKERS = COLUMNS | NO_COLUMNS
TABLE_MAKERS = TABLES | NO_TABLES

kinds = st.sampled_from(list(MODELS))
odd = st.sampled_from(ODD)


def made(makers, values):
    def make(name):
        with np.errstate(all="ignore"):  # the values are meant to be far out
            return makers[name](values)

    return st.sampled_from(list(makers)).map(make)


@st.composite
def parameters(draw, kind):
    """As many as the model has, or some other."""
    size = MODELS[kind].nparams
    drawn = np.array(draw(st.lists(st.sampled_from(NUMBERS), min_size=size, max_size=size)))
    near = np.linspace(0.5, 1.5, size)
    values = draw(st.sampled_from([near, np.where(np.arange(size) == 0, drawn, near), drawn]))
    return draw(st.one_of(st.just(values), made(COLUMN_MAKERS, values), odd))


groups = st.one_of(
    made(COLUMN_MAKERS, np.arange(N) % 4.0),
    made(TABLE_MAKERS, np.column_stack([np.arange(N) % 3.0, np.arange(N) % 4.0])),
    st.sampled_from([list("abcd") * (N // 4), (np.arange(N) % 3, np.arange(N) % 2), "g"]),
    odd,
)
covariances = st.one_of(
    st.fixed_dictionaries(
        {"cov_type": st.sampled_from(["nonrobust", "unbiased", "eim", "opg"])}
    ),
    st.fixed_dictionaries({"cov_type": st.sampled_from(["HC0", "HC1", "HC2", "HC3", "HC4"])}),
    st.builds(lambda g: {"cov_type": "cluster", "cov_kwds": {"groups": g}}, groups),
    st.builds(
        lambda lags, time: {"cov_type": "HAC", "cov_kwds": {"maxlags": lags, "time": time}},
        st.one_of(st.integers(-1, N + 1), odd),
        st.one_of(st.none(), groups),
    ),
    st.builds(
        lambda g, name, value: {
            "cov_type": "hac-panel",
            "cov_kwds": {"groups": g, name: value},
        },
        groups,
        st.sampled_from(["time", "maxlags", "kernel", "use_correction", "scaling_factor"]),
        odd,
    ),
    st.fixed_dictionaries({"cov_type": odd, "cov_kwds": odd, "use_t": odd}),
)
OPTIONS = ("maxiter", "disp", "retall", "skip_hessian", "rank_deficient", "warn_convergence")
METHODS = ["newton", "bfgs", "lbfgs", "cg", "ncg", "minimize"]
OF_METHODS = ("tol", "gtol", "pgtol", "m", "factr", "maxfun", "norm", "min_method", "avextol")


@st.composite
def options(draw, kind):
    """Arguments of a fit."""
    given = draw(st.one_of(st.just({}), covariances))
    if draw(st.booleans()):
        given["start_params"] = draw(parameters(kind))
    if draw(st.booleans()):
        given["method"] = draw(st.one_of(st.sampled_from(METHODS), odd))
        given["maxiter"] = draw(st.sampled_from([0, 3, 200]))
        if draw(st.booleans()):
            given[draw(st.sampled_from(OF_METHODS))] = draw(odd)
    if draw(st.booleans()):
        given[draw(st.sampled_from(OPTIONS))] = draw(odd)
    return given


@given(st.data(), kinds)
@examples(150)
def test_a_fit_with_any_options_is_right_or_refused(data, kind):
    given = data.draw(options(kind))
    result = outcome(lambda: MODELS[kind].fit(**given))
    if result is None:
        return
    assert np.isfinite(result.llf)
    usual = given.get("cov_type", "nonrobust") == "nonrobust" and "cov_kwds" not in given
    if result.converged and usual and "skip_hessian" not in given:
        check_fit(result, ROWS[kind])


CONSTRAINTS = [
    "x1 = 1", "const = x1", "x1 = x1", "x1 = 1, x1 = 2", "x1 = 1, x1 = 1", "0 = 0", "x1 = 1/0",
    "x1 = nan", "x1 = 1e308", "x1 = 1e10", "x1 = -1e-308", "", "x1", "x1 x1", "x1*const = 1",
    "nothing = 1", "ln(sigma2) = 0", "ln(sigma2)[z1] = 0", "x1 = (", "x1 = 2 = const", [], {},
    ["x1 = 1", "const = 0"], ["x1 = 1", 3], {"x1": 1.0}, {"x1": np.nan}, {"nothing": 1}, {1: 1},
    np.array("x1 = 1"), np.eye(3), np.eye(4), np.eye(4)[:2], np.zeros((1, 4)), np.eye(4)[None],
    np.full((1, 3), 1e308), np.full((1, 3), 1e-308), np.full((1, 3), np.nan), np.eye(3) * 1j,
    (np.eye(3)[:1], [2.0]), (np.eye(4)[:1], 2.0), (np.eye(3)[:1], [1.0, 2.0]),
    (np.eye(4)[:1], "a"), (np.eye(4)[:1], [np.inf]), (np.eye(4)[:1], [1e200]),
    (np.eye(3)[:1],), (np.eye(3)[:1], 1.0, 2.0), sparse.eye(4), pd.DataFrame(np.eye(4)[:1]),
]  # fmt: skip


@given(kinds, st.one_of(st.sampled_from(CONSTRAINTS), odd), st.one_of(st.just({}), covariances))
@examples(150)
def test_a_fit_under_any_constraints_is_right_or_refused(kind, constraints, covariance):
    result = outcome(lambda: MODELS[kind].fit_constrained(constraints, **covariance))
    if result is None:
        return
    params = np.asarray(result.params)
    assert result.llf == pytest.approx(float(loglikes(params, ROWS[kind]).sum()), rel=1e-7)
    assert result.llf <= MODELS[kind].fit().llf + 1e-9


@given(st.one_of(made(TABLE_MAKERS, RNG.normal(size=(N, 3))), made(COLUMN_MAKERS, ENDOG), odd))
@examples(80)
def test_any_responses_of_many_fits_are_fitted_one_by_one_or_refused(endogs):
    many = outcome(lambda: MODELS["constant variance"].fit_many(endogs))
    if many is None:
        return
    responses = plain(endogs).reshape(N, -1)
    for place, response in enumerate(responses.T[:3]):
        one = GaussianMLE(response.copy(), EXOG).fit()
        assert many.params.iloc[:, place].tolist() == pytest.approx(one.params, rel=1e-6)
        assert many.llf.iloc[place] == pytest.approx(one.llf)


OF_PARAMETERS = (
    "loglike", "loglikeobs", "score", "score_obs", "score_factor", "hessian", "hessian_factor",
    "information", "predict", "get_distribution", "simulate",
)  # fmt: skip


@given(st.data(), kinds, st.sampled_from(OF_PARAMETERS))
@examples(200)
def test_what_is_asked_at_any_parameters_is_a_number_or_refused(data, kind, name):
    params = data.draw(parameters(kind))
    if kind == "intervals" and name == "simulate":
        return  # an attribute that such a model has not
    found = outcome(lambda: getattr(MODELS[kind], name)(params))
    if found is None or name == "get_distribution":
        return
    parts = found if isinstance(found, tuple) else (found,)
    assert not any(np.isnan(part).any() for part in parts)
    if name == "loglike":
        rows = loglikes(plain(params).ravel(), ROWS[kind])
        assert (
            found == pytest.approx(float(rows.sum()), rel=1e-9) or not np.isfinite(rows).all()
        )
