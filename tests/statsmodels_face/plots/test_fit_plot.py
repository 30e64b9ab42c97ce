"""Bands are those of get_prediction, and points the responses or what is known of them."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from numpy.testing import assert_allclose

from sm_gaussmle import GaussianMLE, gaussmle

from .artists import band, line, points


@pytest.fixture(scope="session")
def rows():
    rng = np.random.default_rng(8)
    x, g = rng.uniform(0, 10, 120), rng.choice(["a", "b", "b"], 120)
    y = 1 + 0.5 * x + (g == "b") + rng.normal(size=120) * np.exp(0.1 * x - 0.5)
    return pd.DataFrame({"x": x, "g": g, "y": y, "o": 0.1 * x, "w": rng.uniform(1, 2, 120)})


def predicted(fit, values, alpha=0.05, **options):
    return fit.get_prediction(pd.DataFrame(values), **options).summary_frame(alpha)


def check_bands(ax, expected, level="95%"):
    for what, kind in (("the mean", "mean"), ("an observation", "obs")):
        _, lower, upper = band(ax, f"{level} interval of {what}")
        assert_allclose(lower, expected[f"{kind}_ci_lower"])
        assert_allclose(upper, expected[f"{kind}_ci_upper"])


@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_bands_are_those_of_get_prediction(scaled_fit, alpha):
    ax = scaled_fit.plot_fit("age", alpha=alpha).axes[0]
    x, mean = line(ax, "mean").T
    assert (x[0], x[-1]) == (29.0, 77.0)
    expected = predicted(scaled_fit, {"age": x, "oldpeak": 0.8, "exang": 0}, alpha)
    assert_allclose(mean, expected["mean"])
    check_bands(ax, expected, f"{100 - 100 * alpha:g}%")


def test_the_band_for_observations_widens_with_sigma(scaled_fit):
    ax = scaled_fit.plot_fit("age").axes[0]
    _, lower, upper = band(ax, "95% interval of an observation")
    assert (np.diff(upper - lower) > 0.0).all()


def test_points_are_the_responses(scaled_fit, data):
    ax = scaled_fit.plot_fit("age").axes[0]
    assert_allclose(points(ax, "observed"), data[["age", "thalach"]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("age", "thalach")
    assert ax.get_title() == "Fit at exang = 0, oldpeak = 0.8"


def test_other_variables_can_be_held_elsewhere(scaled_fit):
    ax = scaled_fit.plot_fit("age", at={"exang": 1}, responses=None).axes[0]
    x, mean = line(ax, "mean").T
    expected = predicted(scaled_fit, {"age": x, "oldpeak": 0.8, "exang": 1})
    assert_allclose(mean, expected["mean"])
    assert "exang = 1" in ax.get_title()


def test_without_points_there_are_none(scaled_fit):
    ax = scaled_fit.plot_fit("age", responses=None).axes[0]
    assert "observed" not in ax.get_legend_handles_labels()[1]


def test_adjusted_points_have_their_standardised_residuals(scaled_fit, data):
    ax = scaled_fit.plot_fit("age", responses="adjusted").axes[0]
    there = pd.DataFrame({"age": data["age"], "oldpeak": 0.8, "exang": 0})
    mean, scale = scaled_fit.predict(there), scaled_fit.predict(there, which="scale")
    expected = mean + scale * scaled_fit.resid_pearson
    assert_allclose(points(ax, "observed"), np.column_stack([data["age"], expected]))
    assert ax.get_ylabel() == "thalach, adjusted"


def test_of_one_variable_adjusted_points_are_the_responses(data):
    fit = gaussmle("thalach ~ age | age", data).fit()
    ax = fit.plot_fit("age", responses="adjusted").axes[0]
    assert_allclose(points(ax, "observed"), data[["age", "thalach"]])
    assert ax.get_title() == "Fit"


def test_censored_responses_are_marked_at_their_limit(censored_fit, data):
    ax = censored_fit.plot_fit("age").axes[0]
    censored = data["oldpeak"] == 0
    assert_allclose(points(ax, "left-censored"), data.loc[censored, ["age", "oldpeak"]])
    assert_allclose(points(ax, "observed"), data.loc[~censored, ["age", "oldpeak"]])
    assert_allclose(line(ax, "limit of left-censoring")[:, 1], 0.0)
    x, mean = line(ax, "latent mean").T
    assert_allclose(mean, predicted(censored_fit, {"age": x, "exang": 0})["mean"])


def test_left_censored_responses_point_down_and_right_censored_ones_up(rows):
    fit = gaussmle("y ~ x", rows, left=2, right=5).fit()
    ax = fit.plot_fit("x").axes[0]
    marks = {drawn.get_label(): drawn.get_paths()[0].vertices for drawn in ax.collections}
    assert marks["left-censored"][0, 1] < 0.0 < marks["right-censored"][0, 1]
    assert_allclose(points(ax, "right-censored")[:, 1], 5.0)
    assert (points(ax, "observed")[:, 1] < 5.0).all()


def test_adjusted_limits_are_not_drawn(censored_fit):
    ax = censored_fit.plot_fit("age", responses="adjusted").axes[0]
    assert "limit of left-censoring" not in ax.get_legend_handles_labels()[1]
    assert len(np.unique(points(ax, "left-censored")[:, 1])) > 1


def test_limits_that_differ_between_rows_are_not_drawn(rows):
    fit = gaussmle("y ~ x", rows, left=rows["o"] + 1.0).fit()
    ax = fit.plot_fit("x").axes[0]
    assert "limit of left-censoring" not in ax.get_legend_handles_labels()[1]
    low = rows["y"] <= rows["o"] + 1.0
    assert_allclose(points(ax, "left-censored")[:, 1], rows.loc[low, "o"] + 1.0)


def test_both_limits_of_truncation_are_drawn_and_named_once(rows):
    sample = rows[rows["y"].between(1, 8)]
    ax = gaussmle("y ~ x", sample, trunc_left=1, trunc_right=8).fit().plot_fit("x").axes[0]
    heights = [drawn.get_ydata()[0] for drawn in ax.lines if drawn.get_linestyle() == ":"]
    assert heights == [1.0, 8.0]
    assert ax.get_legend_handles_labels()[1].count("limit of truncation") == 1


def test_intervals_are_lines_between_their_ends(rows):
    seen = rows.assign(lower=np.floor(rows["y"]), upper=np.floor(rows["y"]) + 1)
    ax = gaussmle("lower + upper ~ x", seen).fit().plot_fit("x").axes[0]
    drawn = next(found for found in ax.collections if isinstance(found, LineCollection))
    ends = np.array(drawn.get_segments())
    assert_allclose(ends[:, :, 0], rows[["x", "x"]])
    assert_allclose(ends[:, :, 1], seen[["lower", "upper"]])
    assert ax.get_ylabel() == "lower, upper"
    assert "observed" not in ax.get_legend_handles_labels()[1]


def test_categories_are_held_at_the_most_frequent_one(rows):
    fit = gaussmle("y ~ x + C(g) | x", rows).fit()
    ax = fit.plot_fit("x").axes[0]
    x, mean = line(ax, "mean").T
    assert_allclose(mean, predicted(fit, {"x": x, "g": "b"})["mean"])
    assert ax.get_title() == "Fit at g = b"


def test_quoted_names_and_functions_of_variables_are_found(rows):
    fit = gaussmle("y ~ Q('a b') + np.log(x + 1)", rows.assign(**{"a b": rows["o"]})).fit()
    ax = fit.plot_fit("x").axes[0]
    x, mean = line(ax, "mean").T
    expected = predicted(fit, {"x": x, "a b": np.quantile(rows["o"], 0.5, method="lower")})
    assert_allclose(mean, expected["mean"])


def test_offsets_and_weights_are_at_their_medians(rows):
    fit = gaussmle("y ~ x", rows, offset="o", offset_scale="o", var_weights="w").fit()
    ax = fit.plot_fit("x").axes[0]
    middle = {"offset": rows["o"], "offset_scale": rows["o"], "var_weights": rows["w"]}
    known = {name: np.full(200, np.median(values)) for name, values in middle.items()}
    check_bands(ax, predicted(fit, {"x": line(ax, "mean")[:, 0]}, **known))


@pytest.mark.parametrize("labels", [True, False])
def test_without_a_formula_it_is_along_a_column(rows, labels):
    mean = pd.DataFrame({"const": 1.0, "x1": rows["x"], "x2": rows["o"] ** 2})
    scale = mean[["const", "x1"]]
    if not labels:
        mean, scale = mean.to_numpy(), scale.to_numpy()
    fit = GaussianMLE(rows["y"].to_numpy(), mean, exog_scale=scale).fit()
    ax = fit.plot_fit("x1").axes[0]
    x = line(ax, "mean")[:, 0]
    held = np.quantile(rows["o"] ** 2, 0.5, method="lower")
    one = np.ones(200)
    design, spread = np.column_stack([one, x, held * one]), np.column_stack([one, x])
    check_bands(ax, fit.get_prediction(design, exog_scale=spread).summary_frame())
    # Without labels the scale equation's column has another name, and moves all the same.
    assert fit.model.scale_columns() == ["const", "x1" if labels else "z1"]


def test_columns_of_one_name_with_other_values_are_two_variables(rows):
    mean = pd.DataFrame({"const": 1.0, "x": rows["x"]})
    scale = pd.DataFrame({"const": 1.0, "x": rows["o"] ** 2})
    fit = GaussianMLE(rows["y"], mean, exog_scale=scale).fit()
    ax = fit.plot_fit("x", at={"ln(sigma2)[x]": 0.5}).axes[0]
    x, one = line(ax, "mean")[:, 0], np.ones(200)
    design, spread = np.column_stack([one, x]), np.column_stack([one, 0.5 * one])
    check_bands(ax, fit.get_prediction(design, exog_scale=spread).summary_frame())


def test_of_constant_variance_without_a_formula_it_is_along_a_column(rows):
    fit = GaussianMLE(rows["y"], rows[["x"]].assign(const=1.0)).fit()
    ax = fit.plot_fit("x").axes[0]
    x = line(ax, "mean")[:, 0]
    check_bands(ax, fit.get_prediction(np.column_stack([x, np.ones(200)])).summary_frame())


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"variable": "no"}, ValueError, "`variable` is 'no'; it must be one of age, sex"),
        (
            {"variable": "chol"},
            ValueError,
            "`variable` is 'chol', which is in neither equation",
        ),
        ({"variable": ["age"]}, ValueError, r"`variable` is \['age'\]; it must be one of age"),
        (
            {"responses": "all"},
            ValueError,
            "`responses` is 'all'; it must be one of observed, adj",
        ),
        ({"alpha": 1}, ValueError, "`alpha` is 1; it must be between 0 and 1"),
        ({"at": 3}, TypeError, "`at` is 3; it must be a dict of variables and values"),
        ({"at": {"age": 3}}, ValueError, "`at` has 'age'; it may have exang, oldpeak"),
    ],
)
def test_wrong_arguments_are_named(scaled_fit, arguments, error, message):
    with pytest.raises(error, match=message):
        scaled_fit.plot_fit(**{"variable": "age"} | arguments)


@pytest.mark.parametrize("categorical", [False, True])
def test_categories_have_bands_of_their_own(rows, categorical):
    levels = ["b", "a"] if categorical else ["a", "b"]
    if categorical:
        rows = rows.assign(g=pd.Categorical(rows["g"], levels))
    fit = gaussmle("y ~ x + g", rows).fit()
    ax = fit.plot_fit("g").axes[0]
    assert [text.get_text() for text in ax.get_xticklabels()] == levels
    assert ax.get_xticks().tolist() == [0.0, 1.0]
    x, mean = line(ax, "mean").T
    assert_allclose(x, [-0.35, 0.35, np.nan, 0.65, 1.35, np.nan])
    held = np.quantile(rows["x"], 0.5, method="lower")
    expected = predicted(fit, {"g": levels, "x": held})
    assert_allclose(mean[[0, 3]], expected["mean"])
    drawn = next(f for f in ax.collections if f.get_label() == "95% interval of the mean")
    first = drawn.get_paths()[0].vertices[:, 1]
    assert_allclose(
        [first.min(), first.max()], expected.loc[0, ["mean_ci_lower", "mean_ci_upper"]]
    )


def test_points_of_a_category_are_beside_each_other(rows):
    ax = gaussmle("y ~ g", rows).fit().plot_fit("g").axes[0]
    x, y = points(ax, "observed").T
    assert_allclose(y, rows["y"])
    assert (np.rint(x) == (rows["g"] == "b")).all()
    assert np.abs(x - np.rint(x)).max() < 0.25
    assert len(np.unique(x)) == len(x)


@pytest.mark.parametrize("formula", ["thalach ~ exang", "thalach ~ C(exang)"])
def test_a_number_of_few_values_is_drawn_at_each(data, formula):
    fit = gaussmle(formula, data).fit()
    ax = fit.plot_fit("exang", responses="adjusted").axes[0]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["0", "1"]
    assert_allclose(line(ax, "mean")[[0, 3], 1], predicted(fit, {"exang": [0, 1]})["mean"])
    assert_allclose(points(ax, "observed")[:, 1], data["thalach"])


def test_so_is_what_is_true_or_false(data):
    fit = gaussmle("thalach ~ flag", data.assign(flag=data["exang"] == 1)).fit()
    ax = fit.plot_fit("flag").axes[0]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["False", "True"]


def test_so_is_one_value(data):
    ax = gaussmle("thalach ~ C(fbs)", data[data["fbs"] == 0].assign(fbs="no")).fit()
    axes = ax.plot_fit("fbs").axes[0]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["no"]


def test_beside_the_only_variable_there_is_nothing_to_hold(data):
    fit = gaussmle("thalach ~ age", data).fit()
    with pytest.raises(ValueError, match="`at` has 'sex'; it may have nothing"):
        fit.plot_fit("age", at={"sex": 1})
