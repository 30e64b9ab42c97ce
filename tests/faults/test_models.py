"""Arguments of the models: any container, any numbers. See `effort` for a long hunt."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.api import IntervalRegression, Tobit, TruncatedRegression

from .effort import examples
from .law import check_fit, outcome
from .values import COLUMNS, NO_COLUMNS, NO_TABLES, ODD, TABLES, plain

MODELS = [GaussianMLE] * 4 + [Tobit, IntervalRegression, TruncatedRegression]
KNOWN = ("offset", "offset_scale", "freq_weights", "var_weights")
LIMITS = ("left", "right", "trunc_left", "trunc_right")
TWO_DIMENSIONS = ("exog", "exog_scale")


@st.composite
def arguments(draw):
    """Arguments that make a model, as arrays, and which of them come as something else."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n = draw(st.sampled_from([6, 20, 50]))
    x, z = rng.normal(size=(2, n))
    y = 1.0 + 2.0 * x + np.exp(0.3 * z) * rng.normal(size=n)
    made = {
        "endog": np.column_stack([np.floor(y), np.floor(y) + 1.0]) if draw(_rarely) else y,
        "exog": np.column_stack([np.ones(n), x, rng.uniform(size=n)]),
        "exog_scale": np.column_stack([np.ones(n), z]),
        "offset": rng.normal(size=n),
        "offset_scale": 0.3 * rng.normal(size=n),
        "freq_weights": rng.integers(0, 4, n).astype(float),
        "var_weights": rng.uniform(0.5, 2.0, n),
        "left": np.full(n, np.quantile(y, 0.3)),
        "right": np.full(n, np.quantile(y, 0.8)),
        "trunc_left": np.full(n, y.min() - 1.0),
        "trunc_right": np.full(n, y.max() + 1.0),
    }
    names = ["endog", "exog", *draw(st.lists(st.sampled_from(list(made)[2:]), max_size=3))]
    chosen = {name: made[name] for name in names}
    for name in draw(st.lists(st.sampled_from(list(chosen)), max_size=2, unique=True)):
        two = name in TWO_DIMENSIONS or chosen[name].ndim == 2
        known, odd = (TABLES, NO_TABLES) if two else (COLUMNS, NO_COLUMNS)
        every = known if draw(st.integers(0, 3)) else odd
        chosen[name] = every[draw(st.sampled_from(list(every)))](chosen[name])
    if draw(_rarely):
        chosen[draw(st.sampled_from(KNOWN + LIMITS))] = draw(st.sampled_from(ODD))
    return chosen


_rarely = st.integers(0, 7).map(lambda number: number == 0)


def complete_rows(given):
    """The rows that are left of the arguments, as arrays of doubles; no NaN, no weight 0."""
    made = {name: plain(values) for name, values in given.items() if values is not None}
    n = len(made["endog"])
    for name, values in made.items():
        if name in TWO_DIMENSIONS:
            made[name] = values.reshape(n, -1)
        elif values.ndim == 2 and values.shape[1] == 1:
            made[name] = values[:, 0]
        elif values.ndim == 0:
            made[name] = np.full(n, values)
    looked_at = [values for name, values in made.items() if name not in LIMITS]
    whole = ~np.isnan(np.column_stack(looked_at)).any(axis=1)
    whole &= made.get("freq_weights", np.ones(n)) != 0.0
    return {name: np.ascontiguousarray(values[whole]) for name, values in made.items()}


@given(st.sampled_from(MODELS), arguments())
@examples(150)
def test_a_model_of_any_arguments_is_right_or_refused(kind, arguments):
    model = outcome(lambda: kind(**arguments, missing="drop"))
    result = None if model is None else outcome(model.fit)
    if result is None:
        return
    if kind is Tobit:
        arguments = {"left": 0.0} | arguments
    rows = complete_rows(arguments)
    same = outcome(GaussianMLE(**rows).fit)
    assert same is not None
    far = np.abs(np.asarray(same.params) - np.asarray(result.params)) / np.asarray(same.bse)
    assert np.nanmax(far, initial=0.0) < 1e-5
    check_fit(same, rows)


@given(
    st.sampled_from(["missing", "hasconst"]),
    st.sampled_from(ODD),
)
@examples(60)
def test_an_odd_option_of_a_model_is_understood_or_refused(name, value):
    x = np.arange(8.0)
    data = {"y": x % 3.0, "x": x}
    outcome(lambda: GaussianMLE(data["y"], x, **{name: value}))
    outcome(lambda: gaussmle("y ~ x", data, **{name: value}))


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=4, max_size=12),
    st.floats(),
    st.sampled_from([None, "left", "right", "trunc_left", "trunc_right"]),
)
@examples(100)
def test_responses_of_any_size_are_fitted_right_or_refused(endog, limit, name):
    endog = np.array(endog)
    exog = np.column_stack([np.ones(len(endog)), np.arange(len(endog)) % 3])
    limits = {} if name is None else {name: limit}
    model = outcome(lambda: GaussianMLE(endog, exog, **limits))
    result = None if model is None else outcome(model.fit)
    if result is not None:
        check_fit(result, {"endog": endog, "exog": exog, **limits})
