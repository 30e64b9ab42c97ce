"""Contours are those of the log-likelihood, and the path is the iterates."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.contour import ContourSet
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle
from sm_gaussmle.statsmodels_face.plots.loglike_plot import contour_levels, loglike_grid

from .artists import line


def contours(ax):
    """Return points of contours by their level."""
    drawn = [found for found in ax.collections if isinstance(found, ContourSet)][-1]
    return dict(zip(drawn.levels, (path.vertices for path in drawn.get_paths()), strict=True))


@pytest.mark.parametrize("name", ["scaled_fit", "constant_fit", "censored_fit", "weighted_fit"])
def test_a_grid_is_the_log_likelihood_of_the_model(name, request):
    fit = request.getfixturevalue(name)
    params = np.asarray(fit.params) * [[1.0], [1.01], [0.98]]
    found = loglike_grid(params, fit.model.source().rows)
    assert_allclose(found, [fit.model.loglike(point) for point in params], rtol=1e-12)


def test_on_a_contour_the_log_likelihood_is_below_its_maximum_by_its_level(scaled_fit):
    found = contours(scaled_fit.plot_loglike("age", "oldpeak", points=81).axes[0])
    assert set(found) >= {-0.5, -1.0, -2.0, -5.0}
    for level, vertices in found.items():
        params = np.tile(scaled_fit.params, (len(vertices), 1))
        params[:, [1, 2]] = vertices
        fall = [scaled_fit.model.loglike(point) - scaled_fit.llf for point in params]
        # Straight lines between 81 points a side.
        assert_allclose(fall, level, atol=0.01 + 0.01 * abs(level))


def test_it_is_as_wide_as_four_errors_where_the_others_are_known(constant_fit):
    ax = constant_fit.plot_loglike("age", "ln(sigma2)", points=5).axes[0]
    error = np.sqrt(2.0 / 303)
    centre = constant_fit.params["ln(sigma2)"]
    assert_allclose(ax.get_ylim(), [centre - 4 * error, centre + 4 * error], rtol=1e-9)


def test_the_path_is_the_iterates_that_the_fit_kept(scaled_fit):
    kept = np.array(scaled_fit.mle_retvals["allvecs"])
    ax = scaled_fit.plot_loglike("age", "ln(sigma2)[age]").axes[0]
    assert_allclose(line(ax, "iterates"), kept[:, [1, 5]])
    assert_allclose(line(ax, "estimate"), [scaled_fit.params.iloc[[1, 5]]])


def test_it_begins_where_the_fit_was_started(data):
    start = [150.0, 0.0, 6.0, 0.0]
    result = gaussmle("thalach ~ age | age", data).fit(start_params=start, retall=True)
    ax = result.plot_loglike("age", "ln(sigma2)[age]").axes[0]
    assert_allclose(line(ax, "first of them"), [[0.0, 0.0]])
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert left < 0.0 < right
    assert low < 0.0 < high


def test_a_path_can_be_given(constant_fit):
    path = np.asarray(constant_fit.params) * [[0.9], [1.0]]
    ax = constant_fit.plot_loglike("age", "exang", path=path).axes[0]
    assert_allclose(line(ax, "iterates"), path[:, [1, 3]])


def test_in_closed_form_there_is_no_path(constant_fit):
    ax = constant_fit.plot_loglike("age", "exang").axes[0]
    assert ax.get_legend_handles_labels()[1] == ["estimate"]


def test_it_can_be_as_wide_as_one_likes(constant_fit):
    ax = constant_fit.plot_loglike("age", "exang", bounds=((-2, 0), (-20, -5))).axes[0]
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 0), (-20, -5))


def test_that_others_are_at_their_estimates_is_said(scaled_fit, data):
    title = scaled_fit.plot_loglike("age", "oldpeak").axes[0].get_title()
    assert title == "Log-likelihood less its maximum; other parameters at their estimates"
    two = gaussmle("thalach ~ age - 1", data).fit()
    assert two.plot_loglike("age", "ln(sigma2)").axes[0].get_title() == (
        "Log-likelihood less its maximum"
    )


def test_rows_in_passes_are_read_once(data, tmp_path):
    data.to_csv(tmp_path / "heart.csv", index=False)
    result = gaussmle("thalach ~ age", tmp_path / "heart.csv").fit()
    memory = gaussmle("thalach ~ age", data).fit()
    passes = result.model.rows_in_passes.record.passes
    found = contours(result.plot_loglike("age", "ln(sigma2)").axes[0])
    assert result.model.rows_in_passes.record.passes == passes + 1
    expected = contours(memory.plot_loglike("age", "ln(sigma2)").axes[0])
    assert_allclose(found[-1.0], expected[-1.0], rtol=1e-6)


def test_levels_are_closer_near_the_maximum():
    assert contour_levels(np.array([0.0, -12.0, -np.inf])).tolist() == [-10, -5, -2, -1, -0.5]


def test_of_a_deep_surface_the_highest_levels_are_drawn():
    levels = contour_levels(np.array([-1e7]))
    assert (len(levels), levels[0], levels[-1]) == (12, -2_000.0, -0.5)


def test_a_flat_surface_has_levels_of_its_own():
    assert_allclose(contour_levels(np.array([-0.1, 0.0])), [-0.05, -0.02, -0.01])


def test_without_covariance_bounds_are_asked_for(data):
    result = gaussmle("thalach ~ age | age", data).fit()
    result._results.fit_record = replace(result.fit_record, cov_root=None)
    with pytest.raises(ValueError, match=r"no covariance to say how wide.*pass `bounds`"):
        result.plot_loglike("age", "Intercept")
    assert result.plot_loglike("age", "Intercept", bounds=((-2, 0), (190, 220)))


def test_of_a_parameter_that_is_fixed_bounds_are_asked_for(data):
    result = gaussmle("thalach ~ age", data).fit_constrained("age = -1")
    with pytest.raises(ValueError, match="'age' is fixed by restrictions; pass `bounds`"):
        result.plot_loglike("age", "Intercept")


def test_without_rows_it_is_said_that_they_were_removed(data):
    result = gaussmle("thalach ~ age | age", data).fit()
    result.remove_data()
    with pytest.raises(AttributeError, match="plot_loglike needs its rows; call it before"):
        result.plot_loglike("age", "Intercept")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"a": "no"}, "`a` is 'no'; it must be one of Intercept, age"),
        ({"b": "no"}, "`b` is 'no'; it must be one of Intercept, age"),
        ({"b": np.arange(6)}, "`b` is array.*; it must be one of Intercept, age"),
        ({"b": "age"}, "`a` and `b` are both 'age'"),
        ({"points": 1}, "`points` is 1; it must be from 2 to 1000"),
        ({"points": 2.5}, "`points` is 2.5; it must be a positive whole number"),
        ({"bounds": 3}, "`bounds` is 3; it must have a lower and a higher value"),
        ({"bounds": "ab"}, "`bounds` is 'ab'; it must have"),
        ({"bounds": ((1, 0), (0, 1))}, "it must have a lower and a higher value of each"),
        ({"bounds": ((0, np.inf), (0, 1))}, "it must have a lower and a higher value of each"),
        ({"points": 10**9}, "`points` is 1000000000; it must be from 2 to 1000"),
        ({"bounds": ((-1e300, 1e300), (0, 1))}, "`bounds` is .*, where the log-likelihood"),
        ({"path": [1.0, 2.0]}, r"`path` has shape \(2, 1\); it must have a row of 6 finite"),
        ({"path": np.full((2, 6), np.nan)}, r"`path` has shape \(2, 6\)"),
    ],
)
def test_wrong_arguments_are_named(scaled_fit, arguments, message):
    with pytest.raises(ValueError, match=message):
        scaled_fit.plot_loglike(**{"a": "age", "b": "oldpeak"} | arguments)


def test_what_is_fixed_but_for_rounding_needs_bounds(data):
    result = gaussmle("thalach ~ age + exang | age", data).fit_constrained("exang = -12")
    with pytest.raises(ValueError, match="'exang' is fixed by restrictions; pass `bounds`"):
        result.plot_loglike("exang", "Intercept")
