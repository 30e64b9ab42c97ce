"""The four pictures of residuals show residuals, and lines that are where they should be."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import gaussmle
from sm_gaussmle.statsmodels_face.plots.leverage_panel import areas, contour_levels
from sm_gaussmle.statsmodels_face.plots.normal_bands import normal_band

from .artists import band, line, names, points


def pairs(x, y):
    return np.column_stack([x, y])


def test_quantile_residuals_are_drawn_against_fitted_means(scaled_fit):
    ax = scaled_fit.plot_diagnostics().axes[0]
    assert_allclose(points(ax), pairs(scaled_fit.fittedvalues, scaled_fit.resid_pearson))
    assert ax.get_xlabel() == "Fitted mean of thalach"
    assert ax.get_ylabel() == "Quantile residual"


def test_the_three_largest_are_named(scaled_fit):
    largest = np.argsort(-np.abs(scaled_fit.resid_pearson.to_numpy()))[:3]
    trend, _, spread, _ = scaled_fit.plot_diagnostics().axes
    assert names(trend) == names(spread) == [str(row) for row in largest]


@pytest.mark.parametrize("simultaneous", [True, False])
def test_the_band_is_that_of_ordered_normal_values(scaled_fit, simultaneous):
    ax = scaled_fit.plot_diagnostics(alpha=0.1, simultaneous=simultaneous).axes[1]
    kind = "simultaneous" if simultaneous else "pointwise"
    expected = normal_band(303.0, 0.1, simultaneous=simultaneous)
    assert_allclose(
        band(ax, f"90% band, {kind}"), (expected.quantiles, expected.lower, expected.upper)
    )


def test_residuals_are_drawn_in_order_against_normal_quantiles(scaled_fit):
    x, y = points(scaled_fit.plot_diagnostics().axes[1]).T
    assert_allclose(y, np.sort(scaled_fit.resid_pearson))
    i = np.arange(1, 304)
    assert_allclose(stats.norm.cdf(x), stats.beta.median(i, 304 - i))


def test_the_spread_is_drawn_against_the_fitted_scale(scaled_fit):
    ax = scaled_fit.plot_diagnostics().axes[2]
    root = np.sqrt(np.abs(scaled_fit.resid_pearson))
    assert_allclose(points(ax), pairs(scaled_fit.predict(which="scale"), root))
    assert ax.get_xlabel() == "Fitted standard deviation of thalach"


def test_where_the_scale_is_constant_it_is_drawn_against_the_mean(constant_fit):
    ax = constant_fit.plot_diagnostics().axes[2]
    assert_allclose(points(ax)[:, 0], constant_fit.fittedvalues)
    assert ax.get_xlabel() == "Fitted mean of thalach"


def test_the_spread_that_is_expected_is_that_of_normal_numbers(scaled_fit):
    ax = scaled_fit.plot_diagnostics().axes[2]
    expected = stats.norm.expect(lambda u: np.sqrt(np.abs(u)))
    assert_allclose(line(ax, "expected")[:, 1], expected, rtol=1e-6)


@pytest.mark.parametrize("name", ["constant_fit", "weighted_fit"])
def test_points_on_a_contour_would_have_its_cooks_distance(name, request):
    fit = request.getfixturevalue(name)
    influence, ax = fit.get_influence(), fit.plot_diagnostics().axes[3]
    h, r = points(ax).T
    assert_allclose(h, influence.hat_matrix_diag)
    k = fit.model.k_exog
    assert_allclose(r**2 * h / ((1 - h) * k), influence.cooks_distance[0], atol=1e-15)
    contours = [drawn for drawn in ax.lines if drawn.get_linestyle() == ":"]
    x, y = np.array([drawn.get_xydata() for drawn in contours]).transpose(2, 0, 1)
    found = np.unique((y**2 * x / ((1 - x) * k)).round(12))
    assert_allclose(found, contour_levels(influence.cooks_distance[0]))


def test_contours_bear_their_distance(constant_fit):
    levels = contour_levels(constant_fit.get_influence().cooks_distance[0])
    assert {f"{level:g}" for level in levels} <= set(
        names(constant_fit.plot_diagnostics(labels=0).axes[3])
    )


def test_a_contour_beyond_the_picture_bears_none():
    # All leverages are 0.1, and the largest distance is 0.514: 1 is above all points there.
    rows = {"y": [-1.2, -0.7, -0.3, 0.0, 0.1, 0.4, 0.6, 1.1, 0.0, 2.1]}
    ax = gaussmle("y ~ 1", rows).fit().plot_diagnostics(labels=0).axes[3]
    assert names(ax) == ["0.5"]


def test_with_a_scale_equation_contours_are_those_of_the_mean(scaled_fit):
    ax = scaled_fit.plot_diagnostics().axes[3]
    influence = scaled_fit.get_influence()
    assert ax.get_title() == "Leverage and Cook's distance (mean)"
    assert_allclose(points(ax), pairs(influence.hat_matrix_diag, influence.resid_standardized))


@pytest.mark.parametrize(
    ("largest", "levels"),
    [(0.03, [0.02, 0.05]), (0.7, [0.5, 1.0]), (0.0, [1e-6, 2e-6]), (1e9, [20.0, 50.0])],
)
def test_contours_are_around_the_largest_distance(largest, levels):
    assert_allclose(contour_levels(np.array([0.0, np.nan, np.inf, largest])), levels)


def test_of_censored_responses_areas_are_cooks_distances(censored_fit):
    ax = censored_fit.plot_diagnostics().axes[3]
    influence = censored_fit.get_influence()
    assert_allclose(points(ax), pairs(influence.hat_matrix_diag, censored_fit.resid_quantile))
    assert_allclose(ax.collections[0].get_sizes(), areas(influence.cooks_distance[0]))
    assert ax.get_title() == "Leverage, area: Cook's distance"


def test_areas_are_proportional_and_zero_where_nothing_is_known():
    assert areas(np.array([1.0, np.nan, np.inf, 4.0]), 8.0).tolist() == [2.0, 0.0, 0.0, 8.0]
    assert areas(np.zeros(2)).tolist() == [0.0, 0.0]


def test_it_is_said_that_residuals_are_drawn_at_random(censored_fit, scaled_fit):
    assert censored_fit.plot_diagnostics().axes[0].get_ylabel().endswith("(one draw)")
    other = points(censored_fit.plot_diagnostics(rng=1).axes[0])
    assert_allclose(other[:, 1], censored_fit.get_resid_quantile(1))


def test_with_two_fitted_values_there_is_no_local_mean(data):
    ax = gaussmle("thalach ~ exang", data).fit().plot_diagnostics().axes[0]
    assert "local mean" not in ax.get_legend_handles_labels()[1]
    assert ax.get_legend() is None


def test_a_row_that_decides_alone_is_left_out(data):
    alone = data.assign(alone=(data.index == 5).astype(float))
    figure = gaussmle("thalach ~ age + alone", alone).fit().plot_diagnostics()
    assert np.isnan(points(figure.axes[3])[5, 1])
    assert np.isfinite(figure.axes[3].get_ylim()).all()


@pytest.mark.parametrize("alpha", [0, 1, "a"])
def test_the_level_is_between_0_and_1(scaled_fit, alpha):
    with pytest.raises(ValueError, match=r"`alpha` is .*; it must be between 0 and 1"):
        scaled_fit.plot_diagnostics(alpha=alpha)


def test_whether_a_band_is_simultaneous_is_true_or_false(scaled_fit):
    with pytest.raises(TypeError, match="`simultaneous` is 'no'; it must be True or False"):
        scaled_fit.plot_diagnostics(simultaneous="no")
