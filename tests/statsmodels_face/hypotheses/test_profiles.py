"""Profiles of parameters, combinations and functions, and regions of two."""

import dataclasses
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.estimation.errors import FitError

MEAN = ["one", "x1", "x2"]
QUANTILE = stats.chi2.isf(0.05, 1)


@pytest.fixture
def result(scaled):
    return scaled.fit()


@pytest.fixture
def plain(constant):
    return constant.fit()


def ratio(p):
    return p["x1"] / p["x2"]


# Laws ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "what",
    ["x1", "ln(sigma2)[z]", "x1 - 2*x2", [1.0, 0.5, 15.0], ratio, lambda p: np.exp(p[-1] / 2)],
)
def test_at_both_ends_the_profile_is_the_quantile_and_the_score_along_it_zero(result, what):
    model = result.model
    found = result.profile(what)
    table = found.table.set_index("value")
    for end in found.interval:
        params = table.loc[end, list(result.params.index)].to_numpy()
        fall = 2 * (result.llf - model.loglike(params))
        # Log-likelihoods of 60 rows are right to 1e-12.
        assert fall == pytest.approx(QUANTILE, abs=1e-9)
        assert table.loc[end, "loglike"] == pytest.approx(found.cutoff, rel=1e-14)
        normal = _slope(result, what, params)
        score = model.score(params) * result.bse.to_numpy()
        normal = normal * result.bse.to_numpy()
        across = score - (score @ normal) / (normal @ normal) * normal
        assert_allclose(across, 0, atol=1e-7)


def _slope(result, what, params):
    """Derivatives of what is profiled."""
    names = list(result.params.index)
    if callable(what):
        if what is ratio:
            return np.array([0, 1 / params[2], -params[1] / params[2] ** 2, 0, 0])
        return np.array([0, 0, 0, 0, 1.0])
    if isinstance(what, list):
        return np.array([*what, 0, 0])
    return {"x1 - 2*x2": np.array([0, 1.0, -2.0, 0, 0])}.get(
        what, np.eye(5)[names.index(what) if what in names else 0]
    )


def test_about_eight_passes_make_an_interval(result):
    for name in result.params.index:
        assert 4 <= result.profile(name, points=0).passes <= 8


def test_with_constant_variance_no_pass_makes_an_interval(plain):
    for what in [*plain.params.index, "sigma", "x1 - x2", [1.0, 0.5, 15.0]]:
        found = plain.profile(what)
        assert (found.passes, found.passes_points, found.method) == (0, 0, "closed form")


@pytest.mark.parametrize("what", ["sigma", "x1 - x2"])
def test_the_closed_form_is_what_the_general_way_finds(plain, what):
    functions = {
        "sigma": lambda p: np.exp(p["ln(sigma2)"] / 2),
        "x1 - x2": lambda p: p["x1"] - p["x2"],
    }
    closed = plain.profile(what)
    values = closed.table["value"]
    general = plain.profile(functions[what], points=values)
    assert general.method == "Venzon-Moolgavkar"
    assert_allclose(general.interval, closed.interval, rtol=1e-9)
    assert general.std_err == pytest.approx(closed.std_err, rel=1e-9)
    assert_allclose(general.table["value"], values, rtol=1e-9)
    assert_allclose(general.table["loglike"], closed.table["loglike"], rtol=1e-11)


def test_a_combination_mixing_both_equations_has_no_closed_form(plain):
    found = plain.profile("x1 + ln(sigma2)", points=0)
    assert found.passes > 0


def test_intervals_do_not_depend_on_the_coordinates(rows, result):
    change = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 0.3], [0.0, 0.0, 1.0]])
    other = GaussianMLE(rows["y"], rows[MEAN] @ change, exog_scale=rows[["one", "z"]]).fit()
    row = np.array([1.0, 0.4, 12.0])
    expected = result.profile(row, points=0).interval
    assert_allclose(other.profile(row @ change, points=0).interval, expected, rtol=1e-9)


@pytest.mark.parametrize("unit", [1e-8, 1e8])
def test_intervals_follow_the_units(rows, result, unit):
    frame = rows.assign(y=rows["y"] * unit, x1=rows["x1"] / unit)
    other = GaussianMLE(frame["y"], frame[MEAN], exog_scale=frame[["one", "z"]]).fit()
    expected = result.conf_int(method="profile").to_numpy(copy=True)
    expected[:3] *= np.array([[unit], [unit**2], [unit]])
    expected[3] += 2 * np.log(unit)
    assert_allclose(other.conf_int(method="profile"), expected, rtol=1e-8)
    found = other.profile(ratio, points=0).interval
    assert_allclose(
        found, np.multiply(result.profile(ratio, points=0).interval, unit), rtol=1e-8
    )


@pytest.mark.parametrize(
    ("transform", "inverse"),
    [(np.exp, np.log), (np.sinh, np.arcsinh), (np.negative, np.negative)],
)
def test_a_monotone_function_of_a_parameter_has_the_ends_of_the_parameter(
    result, transform, inverse
):
    found = result.profile(lambda p: transform(p["x1"]), points=0)
    expected = result.profile("x1", points=0).interval
    assert_allclose(np.sort(inverse(np.array(found.interval))), expected, rtol=1e-9)


def test_a_constant_is_added(result, engine):
    found = result.profile("x1 + x2 - 3", points=0)
    expected = np.array(result.profile("x1 + x2", points=0).interval) - 3
    assert_allclose(found.interval, expected, rtol=1e-12)
    assert found.estimate == pytest.approx(result.params["x1"] + result.params["x2"] - 3)


def test_a_gradient_gives_what_differences_give(result):
    def gradient(p):
        return [0, 1 / p["x2"], -p["x1"] / p["x2"] ** 2, 0, 0]

    found = result.profile(ratio, gradient=gradient, points=0)
    assert_allclose(found.interval, result.profile(ratio, points=0).interval, rtol=1e-9)


@pytest.mark.parametrize(
    ("seed", "kind"), [(3, "finite"), (1, "one infinite end"), (9, "two infinite ends")]
)
def test_the_interval_of_a_ratio_is_fiellers(seed, kind):
    rng = np.random.default_rng(seed)
    x, z, e = rng.normal(size=(3, 30))
    slopes = {"finite": (1, 2), "one infinite end": (2, 0.25), "two infinite ends": (0.1, 0.05)}
    a, b = slopes[kind]
    frame = {"x": x, "z": z, "y": a * x + b * z + e}
    fit = gaussmle("y ~ x + z", frame).fit()
    found = fit.profile(lambda p: p["x"] / p["z"], points=0)
    expected = _fieller(fit)
    assert int(np.isinf(expected).sum()) == [
        "finite",
        "one infinite end",
        "two infinite ends",
    ].index(kind)
    assert_allclose(found.interval, expected, rtol=1e-8)
    infinite = [reason for reason in found.reasons if "end is infinite" in reason]
    assert len(infinite) == np.isinf(expected).sum()


def _fieller(fit):
    """Return the part about the estimate of where |a - r b| is within the profile's width."""
    n, (a, b) = fit.nobs, fit.params.iloc[1:3]
    v = fit.cov_params().iloc[1:3, 1:3].to_numpy() * n * np.expm1(QUANTILE / n)
    square, linear = b**2 - v[1, 1], -2 * (a * b - v[0, 1])
    discriminant = linear**2 - 4 * square * (a**2 - v[0, 0])
    if discriminant < 0:
        return -np.inf, np.inf
    ends = np.sort((-linear + np.array([-1, 1]) * np.sqrt(discriminant)) / (2 * square))
    if square > 0:
        return tuple(ends)
    return (-np.inf, ends[0]) if a / b <= ends[0] else (ends[1], np.inf)


# The record ---------------------------------------------------------------------------------


def test_the_table_is_in_order_with_the_estimate_and_the_ends(result):
    found = result.profile("x1", points=7)
    table = found.table
    assert table["value"].is_monotonic_increasing
    assert {found.estimate, *found.interval} <= set(table["value"])
    assert len(table) == 10
    assert list(table) == ["value", "loglike", "signed_root", *result.params.index]
    assert_allclose(table["x1"], table["value"], rtol=1e-12)


def test_points_are_at_the_values_that_are_asked_for(result):
    found = result.profile("x1", points=[1.9, 2.1])
    assert {1.9, 2.1} <= set(found.table["value"].round(12))


def test_the_signed_root_at_the_ends_is_that_of_the_quantile(result):
    table = result.profile("x1").table.set_index("value")
    lower, upper = result.profile("x1").interval
    assert_allclose(table.loc[[lower, upper], "signed_root"], [-1.959964, 1.959964], rtol=1e-6)


def test_the_wald_interval_is_there_to_compare(result):
    found = result.profile("x1", alpha=0.1, points=0)
    assert_allclose(found.wald_interval, result.conf_int(alpha=0.1).loc["x1"])


def test_a_profile_prints_as_a_table(result):
    found = result.profile("x1", alpha=0.1, points=3)
    text = str(found)
    assert repr(found) == text
    for part in ("x1", "90% interval", "Wald, to compare", "Venzon-Moolgavkar", "6 points"):
        assert part in text
    assert "<table" in found._repr_html_()


def test_a_profile_can_be_pickled(result):
    found = result.profile("x1", points=3)
    again = pickle.loads(pickle.dumps(found))
    assert str(again) == str(found)


def test_notes_are_printed():
    rng = np.random.default_rng(0)
    frame = dict(zip("xzy", rng.normal(size=(3, 20)), strict=True))
    found = gaussmle("y ~ x + z", frame).fit().profile(ratio_of_noise, points=0)
    assert "Note: " in str(found)
    assert "is infinite" in str(found)
    assert "ratio_of_noise" in str(found)


def ratio_of_noise(p):
    return p["x"] / p["z"]


def test_sigma_is_a_column_where_there_is_one(rows):
    fit = gaussmle("y ~ sigma", rows.assign(sigma=rows["x1"])).fit()
    assert fit.profile("sigma").estimate == fit.params["sigma"]


def test_points_of_sigma_are_values_of_sigma(plain):
    found = plain.profile("sigma", points=[1.0, 1.5])
    assert {1.0, 1.5} <= set(found.table["value"].round(12))
    with pytest.raises(ValueError, match="must be positive"):
        plain.profile("sigma", points=[-1.0])


def test_what_a_restriction_gives_a_value_is_a_point(result):
    fixed = result.model.fit_constrained("x2 = -0.5")
    found = fixed.profile("x2")
    assert found.interval == (-0.5, -0.5)
    assert "restrictions" in str(found)
    with pytest.raises(ValueError, match=r"`b` is 'x2', which the restrictions"):
        fixed.profile_region("x1", "x2")


def test_functions_have_parameters_by_name_and_by_place(plain):
    seen = []

    def function(p):
        seen.append(p)
        assert p[["x1", "x2"]].tolist() == [p["x1"], p["x2"]] == p[1:3].tolist()
        assert type(2 * p) is np.ndarray
        assert isinstance(p.sum(), float)
        return p["x1"] + p[-1] + p @ np.zeros(4)

    found = plain.profile(function, points=0)
    assert found.estimate == pytest.approx(plain.params["x1"] + plain.params.iloc[-1])
    assert found.label == "function"
    with pytest.raises(KeyError, match=r"'x9' is no parameter; the parameters are one, x1"):
        plain.profile(lambda p: p["x9"])


@pytest.mark.parametrize(
    ("text", "function"),
    [("x1 / x2", ratio), ("exp(ln(sigma2)[z])", lambda p: np.exp(p["ln(sigma2)[z]"]))],
)
def test_functions_can_be_written_as_text(result, engine, text, function):
    found = result.profile(text, points=0)
    assert found.label == text
    assert_allclose(found.interval, result.profile(function, points=0).interval, rtol=1e-10)


def test_functions_can_be_those_of_the_delta_method(result):
    def function(p):
        return p.iloc[1] / p.to_numpy()[2]

    found = result.profile(function, points=0)
    table = result.delta_method(function).summary_frame()
    assert found.estimate == pytest.approx(table["estimate"].iloc[0], rel=1e-12)
    assert found.std_err == pytest.approx(table["std err"].iloc[0], rel=1e-8)


# Refusals -----------------------------------------------------------------------------------


def test_unknown_names_are_refused_with_those_there_are(result):
    with pytest.raises(ValueError, match=r"'x9'.*they are one, x1, x2, ln\(sigma2\)"):
        result.profile("x9")


def test_sigma_needs_constant_variance(result):
    with pytest.raises(ValueError, match="'sigma', which is no parameter"):
        result.profile("sigma")


@pytest.mark.parametrize("what", ["x1 = 2", "x1, x2", " "])
def test_equations_and_several_combinations_are_refused(result, what):
    with pytest.raises(ValueError, match="one combination of the parameters and no equation"):
        result.profile(what)


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (np.eye(5), "has 5 rows of coefficients"),
        ([1.0, 2.0], "must have 5 columns"),
        (np.zeros(5), "not all of them zero"),
        ([np.nan, 0.0, 0.0], "must be finite"),
        (lambda _: 1.0, "does not change with the parameters"),
        (lambda _: np.nan, "must be finite there"),
    ],
)
def test_what_has_no_profile_is_refused(result, what, message):
    with pytest.raises(ValueError, match=message):
        result.profile(what)


@pytest.mark.parametrize(
    "function", [lambda p: p, lambda _: "a", lambda _: None], ids=["many", "text", "none"]
)
def test_functions_must_give_one_number(result, function):
    with pytest.raises(TypeError, match="must give one number"):
        result.profile(function)


@pytest.mark.parametrize("points", [-1, [np.nan], [np.inf]])
def test_points_are_counted_or_finite(result, points):
    with pytest.raises(ValueError, match="`points`"):
        result.profile("x1", points=points)


@pytest.mark.parametrize("alpha", [0.0, 1.0, 95, "a"])
def test_levels_are_between_0_and_1(result, alpha):
    with pytest.raises(ValueError, match="`alpha`"):
        result.profile("x1", alpha)


def test_gradients_are_for_functions(result):
    with pytest.raises(ValueError, match="`gradient` is for a function"):
        result.profile("x1", gradient=lambda p: p)


def test_gradients_must_be_those_of_the_function(result):
    with pytest.raises(ValueError, match="differs from the differences"):
        result.profile(ratio, gradient=lambda _: np.ones(5))
    with pytest.raises(ValueError, match=r"shape \(5,\)"):
        result.profile(ratio, gradient=lambda _: np.ones(4))


def test_robust_covariances_are_refused_with_the_remedy(scaled):
    robust = scaled.fit(cov_type="HC0")
    with pytest.raises(ValueError, match=r"profile relies .* 'HC0'"):
        robust.profile("x1")
    with pytest.raises(ValueError, match=r"profile_region relies .* 'HC0'"):
        robust.profile_region("x1", "x2")


def test_functions_and_regions_need_the_rows(plain):
    plain.remove_data()
    with pytest.raises(ValueError, match="data were removed: profile needs its rows"):
        plain.profile(ratio)
    with pytest.raises(ValueError, match="data were removed: profile_region needs its rows"):
        plain.profile_region("x1", "x2")


def test_a_fit_at_a_lower_maximum_is_refused_with_where_to_start(result):
    results = result._results
    record = results.fit_record
    results.fit_record = dataclasses.replace(record, loglike=record.loglike - 2.5)
    message = r"profile of 'x1' the log-likelihood is .* start_params=\[.*\(one = .*, x1 = "
    with pytest.raises(FitError, match=message):
        result.profile("x1")
    with pytest.raises(FitError, match="at a lower maximum"):
        result.profile(ratio)
    with pytest.raises(FitError, match="profile of 'x1 and x2'"):
        result.profile_region("x1", "x2")
    with pytest.raises(FitError, match="profile of 'one'"):
        result.conf_int(method="profile")


@pytest.fixture
def lower_maximum():
    """A fit at the lower of two maxima, by 8.8: one row has a high leverage in the scale."""
    rng = np.random.default_rng(31)
    x, z = rng.normal(size=(2, 15))
    z[0] = 4.0
    y = 1 + x + rng.normal(size=15) * np.exp(0.4 * z)
    design = [np.column_stack([np.ones(15), column]) for column in (x, z)]
    model = GaussianMLE(y, design[0], exog_scale=design[1])
    return model.fit(start_params=[-0.9, 3.8, 0.9, -2.5])


def test_a_profile_that_finds_a_higher_maximum_says_where_a_fit_reaches_it(lower_maximum):
    model = lower_maximum.model
    assert lower_maximum.llf < model.fit().llf - 8
    with pytest.raises(FitError, match="at a lower maximum") as raised:
        lower_maximum.profile("x1")
    start = raised.value.__cause__.params
    assert str(start.tolist()) in str(raised.value)
    assert model.fit(start_params=start).llf == pytest.approx(model.fit().llf, rel=1e-10)


# Regions ------------------------------------------------------------------------------------


def test_a_region_has_a_contour_for_each_level_in_order(result):
    found = result.profile_region("x1", "x2", [0.9, 0.5], points=8)
    assert found.levels == (0.5, 0.9)
    assert list(found.contours) == [0.5, 0.9]
    assert found.contours[0.9].shape == (8, 2)
    assert found.labels == ("x1", "x2")
    assert_allclose(found.estimate, result.params[["x1", "x2"]])


def test_a_constant_moves_a_region(result):
    plain = result.profile_region("x1", "x2", 0.9, points=4)
    moved = result.profile_region("x1 - 3", "x2", 0.9, points=4)
    assert_allclose(moved.contours[0.9], plain.contours[0.9] - [3, 0], rtol=1e-12)


def test_the_table_of_a_region_has_the_constrained_estimates(result):
    table = result.profile_region("x1", "ln(sigma2)[z]", 0.9, points=6).table
    assert list(table) == ["level", "angle", "a", "b", *result.params.index]
    assert_allclose(table["a"], table["x1"], rtol=1e-12)
    assert_allclose(table["b"], table["ln(sigma2)[z]"], rtol=1e-12)


def test_a_region_of_one_level_holds_the_interval_of_the_same_quantile(result):
    level = stats.chi2.cdf(QUANTILE, 2)
    contour = result.profile_region("x1", "x2", level, points=48).contours[level]
    lower, upper = result.profile("x1", points=0).interval
    # The interval's end is the largest value on the contour, seen in 48 directions.
    assert contour[:, 0].max() == pytest.approx(upper, abs=2e-3)
    assert contour[:, 0].min() == pytest.approx(lower, abs=2e-3)


def test_a_region_prints_its_extents(result):
    found = result.profile_region("x1", "x2", points=4)
    assert repr(found) == str(found)
    for part in ("x1 from", "x2 to", "99%", f"Passes over the data: {found.passes}"):
        assert part in str(found)
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x1", "x1"), "depend on each other"),
        (("x1", "2*x1"), "depend on each other"),
        (("x1", "x9"), "`b` is 'x9'"),
        (("x1", "x2", 95), "`levels` is 95"),
        (("x1", "x2", []), "`levels` is empty"),
    ],
)
def test_regions_that_are_none_are_refused(result, arguments, message):
    with pytest.raises(ValueError, match=message):
        result.profile_region(*arguments)


@pytest.mark.parametrize("points", [3, 4.5, True])
def test_regions_need_some_directions(result, points):
    with pytest.raises(ValueError, match="`points`"):
        result.profile_region("x1", "x2", points=points)


def test_regions_are_of_combinations(result, plain):
    with pytest.raises(TypeError, match=r"`a` is a function.*Use profile\(\)"):
        result.profile_region(ratio, "x2")
    with pytest.raises(ValueError, match=r"use 'ln\(sigma2\)'"):
        plain.profile_region("x1", "sigma")


def test_a_function_of_few_parameters_is_not_looked_at_in_the_directions_of_all(rows):
    rng = np.random.default_rng(3)
    wide = rows.assign(**{f"w{i}": rng.normal(size=60) for i in range(30)})
    formula = "y ~ x1" + "".join(f" + w{i}" for i in range(30))
    fits = [gaussmle(f"{one} | z", wide).fit() for one in ("y ~ x1", formula)]
    calls = []

    def of_two(p):
        calls.append(1)
        return p["x1"] / p["Intercept"]

    counts = []
    for fit in fits:
        calls.clear()
        passes = fit.profile(of_two, points=0).passes
        # Each of the parameters is moved twice to see which the function has.
        counts.append((len(calls) - 2 * len(fit.params)) / passes)
    assert counts[1] < 2 * counts[0]


def test_parameters_that_a_function_has_without_a_derivative_at_the_estimates_count(rows):
    fit = gaussmle("y ~ x1 + x2", rows).fit()
    at = dict(fit.params)

    def bent(p):
        return p["x1"] + (p["x2"] - at["x2"]) ** 2

    found = fit.profile(bent, points=0)
    # At the upper end the square is used, which costs less than x1 does.
    assert found.interval[1] > fit.profile("x1", points=0).interval[1] + 1e-6


def test_points_of_a_profile_may_be_far_away(rows):
    fit = gaussmle("y ~ x1 + x2 | z", rows).fit()
    far = [-1e5, 300.0, 1e4]
    found = fit.profile("x1", points=far)
    table = found.table.set_index("value")["loglike"]
    for value in far:
        held = gaussmle("y ~ x2 | z", rows, offset=value * rows["x1"]).fit()
        # Of the digits of the sums, as many are lost as the offset has before the point.
        assert table[value] == pytest.approx(held.llf, rel=1e-10)
    assert not found.reasons


def test_a_profile_has_the_values_that_it_was_asked_for(rows):
    fit = gaussmle("y ~ x1 + x2 | z", rows).fit()
    asked = fit.bse["x1"] * np.geomspace(10, 1e5, 30)
    assert set(asked) < set(fit.profile("x1", points=asked).table["value"])


def test_a_confidence_near_one_is_not_shown_as_one(rows):
    fit = gaussmle("y ~ x1", rows).fit()
    for alpha, text in ((0.05, "95%"), (1e-10, "99.99999999%"), (1e-15, "(100 - 1e-13)%")):
        assert f"\n{text} interval: " in str(fit.profile("x1", alpha, points=0))
    region = fit.profile_region("x1", "Intercept", levels=[0.9, 1 - 1e-10], points=4)
    assert "\n99.99999999% " in str(region)
    assert "\n90% " in str(region)
