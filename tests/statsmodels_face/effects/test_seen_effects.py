"""Marginal effects on what is seen, against differences of predictions and known formulas."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from sm_gaussmle import GaussianMLE, gaussmle

CENSORED = ["censored", "conditional", "prob_uncensored", "prob_left", "prob_right"]
CASES = [
    *(("censored", which) for which in CENSORED),
    ("truncated", "truncated"),
    *(("both", which) for which in ["censored", "conditional", "prob_left"]),
]
over_cases = pytest.mark.parametrize(("fit", "which"), CASES)
# In both equations, in the mean, in the scale.
VARIABLES = ["x1", "x2", "z"]
STEP = 1e-5


def by_differences(result, which, params, frame, method="dydx"):
    """Return the average effects of the variables, from predictions of changed tables."""
    designs = [result.model.new_designs(f) for f in (frame, *changed(frame))]
    weights = result.model.freq_weights
    values = [result.model.predict(params, *design, which=which) for design in designs]
    if method.startswith("ey"):
        values = [np.log(v) for v in values]
    effects = []
    for j, name in enumerate(VARIABLES):
        slope = (values[1 + 2 * j] - values[2 + 2 * j]) / (2 * STEP)
        slope = slope * frame[name].to_numpy() if method.endswith("ex") else slope
        effects.append(np.average(slope, weights=weights))
    return np.array(effects)


def changed(frame):
    for name in VARIABLES:
        for sign in (1, -1):
            yield frame.assign(**{name: frame[name] + sign * STEP})


def slopes(function, params):
    steps = 1e-4 * np.eye(len(params))
    return np.column_stack(
        [(function(params + s) - function(params - s)) / 2e-4 for s in steps]
    )


def delta_se(result, function):
    gradient = slopes(function, np.asarray(result.params))
    return np.sqrt(np.diag(gradient @ np.asarray(result.cov_params()) @ gradient.T))


@over_cases
def test_effects_are_differences_of_predictions(limited, fit, which):
    result = limited(fit)
    frame = result.model.data.frame
    found = result.get_margeff(which=which)
    # Differences with this step have ten digits of the predictions over it.
    exact = by_differences(result, which, np.asarray(result.params), frame)
    assert_allclose(found.margeff, exact, rtol=1e-6, atol=1e-9)
    # Differences of these differences, five digits fewer.
    expected = delta_se(result, lambda params: by_differences(result, which, params, frame))
    assert_allclose(found.margeff_se, expected, rtol=1e-4)


@pytest.mark.parametrize("method", ["eyex", "dyex", "eydx"])
def test_elasticities_are_differences_of_logarithms(limited, method):
    result = limited("censored", freq_weights="f")
    frame = result.model.data.frame

    def effects(params):
        return by_differences(result, "prob_uncensored", params, frame, method)

    found = result.get_margeff(which="prob_uncensored", method=method)
    assert_allclose(found.margeff, effects(np.asarray(result.params)), rtol=1e-6)
    assert_allclose(found.margeff_se, delta_se(result, effects), rtol=1e-4)


@pytest.mark.parametrize("at", ["mean", "median"])
def test_effects_at_a_point_are_those_of_that_row(limited, rows, at):
    result = limited("censored", offset="o", offset_scale="s")
    point = rows[["x1", "x2", "z", "o", "s"]].agg(at).to_frame().T
    names = {"offset": "o", "offset_scale": "s"}

    def prediction(frame):
        return result.predict(frame, which="censored", **names).iloc[0]

    found = result.get_margeff(which="censored", at=at)
    up_down = [prediction(frame) for frame in changed(point)]
    expected = [(up_down[2 * j] - up_down[2 * j + 1]) / (2 * STEP) for j in range(3)]
    assert_allclose(found.margeff, expected, rtol=1e-7)


def test_a_dict_of_values_averages_over_the_others(limited, rows):
    result = limited("censored")
    frame = rows.assign(x1=0.5)
    exact = by_differences(result, "censored", np.asarray(result.params), frame)
    found = result.get_margeff(which="censored", at={"x1": 0.5})
    assert_allclose(found.margeff, exact, rtol=1e-6)
    same = result.get_margeff(which="censored", atexog={1: 0.5})
    assert_array_equal(same.margeff_se, found.margeff_se)
    assert "overall, x1 = 0.5" in found.summary().as_text()


def test_a_dict_of_values_is_for_the_mean_too(heart):
    result = gaussmle("thalach ~ age + exang", heart).fit()
    found = result.get_margeff(at={"age": 50.0}, method="eydx").margeff
    exact = result.params["exang"] / result.predict(heart.assign(age=50.0))
    assert_allclose(found[1], exact.mean(), rtol=1e-12)


def test_a_dummy_is_changed_from_zero_to_one_in_both_equations(limited, rows):
    rows["d"] = (rows["z"] > 0).astype(float)
    result = limited("censored", "y ~ x1 + x2 + d | x1 + d")
    frame = result.model.data.frame

    def effect(params):
        high, low = (
            result.model.predict(
                params, *result.model.new_designs(frame.assign(d=d)), which="censored"
            )
            for d in (1.0, 0.0)
        )
        return np.array([(high - low).mean()])

    found = result.get_margeff(which="censored", dummy=True).summary_frame().loc["d"]
    assert_allclose(found["dy/dx"], effect(np.asarray(result.params))[0], rtol=1e-12)
    assert_allclose(found["Std. Err."], delta_se(result, effect)[0], rtol=1e-6)


def test_effects_with_constant_variance_are_those_of_mcdonald_and_moffitt(limited):
    result = limited("censored", "y ~ x1 + x2")
    mean, scale = np.asarray(result.predict()), np.sqrt(np.exp(result.params["ln(sigma2)"]))
    a, b = (-8 - mean) / scale, (-4 - mean) / scale
    slope = np.asarray(result.params)[1:3]
    exact = {
        "censored": stats.norm.cdf(b) - stats.norm.cdf(a),
        "conditional": stats.truncnorm(a, b).var(),
        "prob_left": -stats.norm.pdf(a) / scale,
        "prob_right": stats.norm.pdf(b) / scale,
    }
    for which, factor in exact.items():
        found = result.get_margeff(which=which).margeff
        assert_allclose(found, factor.mean() * slope, rtol=1e-9, err_msg=which)


def test_the_effect_on_what_is_seen_is_of_two_parts(limited, rows):
    rows["y"] += 6.0
    result = limited("censored", left=0.0, right=None)
    whole, inside, chance = (
        result.get_margeff(at="all", which=which).margeff
        for which in ("censored", "conditional", "prob_uncensored")
    )
    probability, mean = (
        np.asarray(result.predict(which=which))[:, None]
        for which in ("prob_uncensored", "conditional")
    )
    assert_allclose(whole, probability * inside + mean * chance, rtol=1e-10, atol=1e-12)


def test_limits_may_be_others_than_those_of_the_model(rows):
    result = gaussmle("y ~ x1 + x2", rows).fit()
    found = result.get_margeff(which="censored", left=-6.0).margeff
    share = result.predict(which="prob_uncensored", left=-6.0)
    assert_allclose(found, share.mean() * np.asarray(result.params)[1:3], rtol=1e-12)


def test_limits_may_differ_from_row_to_row(rows):
    limits = np.where(rows["z"] > 0, -8.0, -7.0)
    model = GaussianMLE(rows["y"], rows[["one", "x1", "x2"]], left=limits)
    result = model.fit()
    assert result.converged
    found = result.get_margeff(which="censored").margeff
    share = result.predict(which="prob_uncensored")
    assert_allclose(found, np.mean(share) * np.asarray(result.params)[1:3], rtol=1e-12)
    with pytest.raises(ValueError, match=r"`at` asks for effects elsewhere .* `left` differ"):
        result.get_margeff(which="censored", at="mean")
    with pytest.raises(ValueError, match="`atexog` asks"):
        result.get_margeff(which="censored", atexog=[1.0, 0.0, 15.0])
    assert result.get_margeff(which="censored", at="mean", left=-8.0).margeff.shape == (2,)


def test_a_model_of_intervals_has_effects_on_its_latent_mean(limited):
    result = limited("intervals")
    found = result.get_margeff()
    assert_allclose(found.margeff, np.asarray(result.params)[1:3])
    assert "latent mean of lower, upper" in found.summary().as_text()


def test_the_scale_equation_of_intervals_names_both_ends(limited):
    view = limited("intervals").scale_view()
    assert "ln(sigma2) of lower, upper" in view.summary().as_text()
    assert "sigma of lower, upper" in view.get_margeff().summary().as_text()


# Columns of both equations --------------------------------------------------------------


def test_a_column_of_both_equations_is_one_variable_whatever_its_name(limited, rows):
    named = limited("censored")
    exog = np.column_stack([np.ones(60), rows["x1"], rows["x2"]])
    scale = np.column_stack([np.ones(60), rows["z"], rows["x1"]])
    arrays = GaussianMLE(rows["y"].to_numpy(), exog, exog_scale=scale, left=-8.0, right=-4.0)
    found, expected = (
        result.get_margeff(which="censored").summary_frame() for result in (arrays.fit(), named)
    )
    assert list(expected.index) == ["x1", "x2", "z"]
    assert list(found.index) == ["x1", "x2", "z1"]
    assert_allclose(found, expected, rtol=1e-6)


def test_columns_of_one_name_and_other_numbers_are_two_variables(rows):
    scale = rows[["one", "z"]].rename(columns={"z": "x1"})
    model = GaussianMLE(rows["y"], rows[["one", "x1", "x2"]], exog_scale=scale, left=-8.0)
    result = model.fit()
    assert result.converged
    found = result.get_margeff(which="censored").summary_frame()
    assert list(found.index) == ["x1", "x2", "ln(sigma2)[x1]"]


def test_a_mean_without_a_constant_has_effects_under_constant_variance(rows):
    model = GaussianMLE(rows["y"], rows[["x1", "x2"]], left=-8.0)
    result = model.fit()
    assert result.converged
    share = np.mean(result.predict(which="prob_uncensored"))
    effects = result.get_margeff(which="censored")
    assert_allclose(effects.margeff, share * np.asarray(result.params)[:2], rtol=1e-12)
    assert list(effects.summary_frame().index) == ["x1", "x2"]


def test_the_table_says_what_the_effects_are_on(limited):
    text = limited("censored").get_margeff(which="prob_left", at="mean").summary().as_text()
    assert "Pr(left-censored) of y" in text
    assert "GaussianMLE Marginal Effects" in text
    assert [line.split()[0] for line in text.splitlines()[-4:-1]] == VARIABLES


# What is refused ------------------------------------------------------------------------

ERRORS = {
    "unknown": (
        {"which": "top"},
        "`which` is 'top'; it must be one of mean, latent, linear, c",
    ),
    "of the scale": ({"which": "scale"}, r"use scale_view\('scale'\).get_margeff\(\)"),
    "limits out of place": ({"left": 0.0}, "`left` is given, but `which` is 'mean'"),
    "no such limits": ({"which": "truncated"}, "neither has the model `trunc_left`"),
    "a wrong length": ({"which": "censored", "left": [1.0]}, "`left` has 1 rows"),
    "values twice": ({"at": {"x1": 0.0}, "atexog": {1: 0.0}}, "`at` and `atexog` both have"),
    "no such column": ({"at": {"w": 0.0}}, "`atexog` has the entry 'w': 0.0"),
    "relative to nothing": (
        {"which": "prob_left", "left": np.r_[-np.inf, np.full(59, -8.0)], "method": "eydx"},
        "`method` is 'eydx', a change in relation to what is predicted, which is 0",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_options_that_make_no_sense_are_refused(limited, case):
    options, message = ERRORS[case]
    with pytest.raises(ValueError, match=message):
        limited("censored").get_margeff(**options)
