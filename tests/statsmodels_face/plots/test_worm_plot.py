"""Worms are ordered residuals less their normal quantiles."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import GaussianMLE

from .artists import line, points


def test_a_worm_is_the_residuals_less_their_quantiles(scaled_fit):
    ax = scaled_fit.plot_worm().axes[0]
    x, y = points(ax).T
    assert_allclose(x + y, np.sort(scaled_fit.resid_pearson))
    i = np.arange(1, 304)
    assert_allclose(stats.norm.cdf(x), stats.beta.median(i, 304 - i))


def test_the_band_is_that_of_van_buuren_and_fredriks(scaled_fit):
    z, half = line(scaled_fit.plot_worm(alpha=0.1).axes[0], "90% pointwise").T
    p = stats.norm.cdf(z)
    assert_allclose(half, 1.6448536 * np.sqrt(p * (1 - p) / 303) / stats.norm.pdf(z), rtol=1e-6)


def test_a_cubic_goes_through_it(scaled_fit):
    ax = scaled_fit.plot_worm().axes[0]
    x, y = points(ax).T
    places, heights = line(ax, "cubic").T
    assert_allclose(heights, np.polyval(np.polyfit(x, y, 3), places), atol=1e-9)


def test_parts_have_the_rows_between_quantiles_of_a_variable(scaled_fit, data):
    figure = scaled_fit.plot_worm("age")
    edges = np.quantile(data["age"], [0, 0.25, 0.5, 0.75, 1])
    resid = scaled_fit.resid_pearson.to_numpy()
    for ax, low, high in zip(figure.axes, edges, edges[1:], strict=False):
        inside = (data["age"] > low) & (data["age"] <= high) | (data["age"] == 29) & (low == 29)
        assert_allclose(points(ax).sum(axis=1), np.sort(resid[inside]))
    assert [ax.get_title() for ax in figure.axes] == [
        "age in [29, 48]",
        "age in (48, 56]",
        "age in (56, 61]",
        "age in (61, 77]",
    ]


def test_all_parts_have_one_scale(scaled_fit):
    figure = scaled_fit.plot_worm("age", panels=5)
    assert len(figure.axes) == 5
    assert len({ax.get_ylim() for ax in figure.axes}) == 1


def test_of_few_values_each_has_a_part(scaled_fit, data):
    figure = scaled_fit.plot_worm("exang")
    assert [ax.get_title() for ax in figure.axes] == ["exang = 0", "exang = 1"]
    assert [len(points(ax)) for ax in figure.axes] == [204, 99]


def test_categories_have_a_part_each(scaled_fit, data):
    kinds = pd.Categorical(data["sex"].map({0.0: "f", 1.0: "m"}), ["m", "f", "x"])
    figure = scaled_fit.plot_worm(kinds, panels=1)
    assert [ax.get_title() for ax in figure.axes] == ["by = m", "by = f"]
    assert [len(points(ax)) for ax in figure.axes] == [206, 97]
    yes = scaled_fit.plot_worm(data["exang"] == 1)
    assert [ax.get_title() for ax in yes.axes] == ["by = False", "by = True"]


def test_any_variable_of_the_data_may_divide_the_rows(scaled_fit, data):
    by_name = scaled_fit.plot_worm("chol")
    by_values = scaled_fit.plot_worm(data["chol"])
    assert_allclose(points(by_name.axes[0]), points(by_values.axes[0]))
    assert by_values.axes[0].get_title().startswith("by in [126, ")


def test_frequency_weights_count(weighted_fit):
    ax = weighted_fit.plot_worm().axes[0]
    z, half = line(ax, "95% pointwise").T
    middle = np.interp(0.0, z, half)
    assert middle == pytest.approx(1.96 * np.sqrt(np.pi / 2 / weighted_fit.nobs), rel=1e-3)
    assert len(weighted_fit.plot_worm("age").axes) == 4


def test_a_few_residuals_have_no_cubic():
    rng = np.random.default_rng(0)
    result = GaussianMLE(rng.normal(size=4), np.ones((4, 1))).fit()
    assert "cubic" not in result.plot_worm().axes[0].get_legend_handles_labels()[1]


def test_it_is_said_that_residuals_are_drawn_at_random(censored_fit):
    assert censored_fit.plot_worm().axes[0].get_ylabel() == "Deviation (one draw)"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"by": "no"}, ValueError, "`by` is 'no'; it must be one of age, sex, cp"),
        ({"by": np.r_[np.inf, np.arange(302)]}, ValueError, "`by` has values that are not fin"),
        ({"by": [1.0, 2.0]}, ValueError, r"`by` has shape \(2,\); .* each of 303 rows"),
        ({"by": np.full(303, np.nan)}, ValueError, "`by` has values that are missing"),
        (
            {"by": pd.Series(np.ones(303), index=range(1, 304))},
            ValueError,
            "the index of `by` differs from that of `endog`: at row 0",
        ),
        ({"by": "age", "panels": 0}, ValueError, "`panels` is 0; it must be a positive whole"),
        ({"alpha": 2}, ValueError, "`alpha` is 2; it must be between 0 and 1"),
        ({"rng": "x"}, ValueError, "`rng` is 'x'; it must be a seed"),
        ({"by": "age", "ax": 1}, ValueError, "`ax` is given with `by`.*pass `fig`"),
        ({"fig": 1}, ValueError, "`fig` is given without `by`.*pass `ax`"),
    ],
)
def test_wrong_arguments_are_named(scaled_fit, arguments, error, message):
    with pytest.raises(error, match=message):
        scaled_fit.plot_worm(**arguments)
