"""Where plots are drawn, which rows are, and how the largest are named."""

import sys

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_array_equal

from sm_gaussmle import gaussmle
from sm_gaussmle.statsmodels_face.plots.figures import name_largest, points_look
from sm_gaussmle.statsmodels_face.plots.shown_rows import shown_ranks, shown_rows

from .artists import names, points

ONE = {
    "plot_profile": ("age",),
    "plot_profile_region": ("age", "oldpeak"),
    "plot_loglike": ("age", "oldpeak"),
    "plot_worm": (),
    "plot_fit": ("age",),
}
SEVERAL = {
    "plot_diagnostics": (),
    "plot_influence": (),
    "plot_coefficients": (),
    "plot_worm": ("age",),
}
OF_ROWS = {
    "plot_diagnostics": (),
    "plot_influence": (),
    "plot_worm": (),
    "plot_fit": ("age",),
}


@pytest.mark.parametrize("name", ONE)
def test_a_plot_is_drawn_where_it_is_asked_to_be(scaled_fit, name):
    figure, (first, second) = plt.subplots(1, 2)
    assert getattr(scaled_fit, name)(*ONE[name], ax=second) is figure
    assert second.get_xlabel()
    assert second.get_title()
    assert not first.get_xlabel()


@pytest.mark.parametrize("name", SEVERAL)
def test_several_are_drawn_in_the_figure_that_is_given(scaled_fit, name):
    figure = plt.figure()
    assert getattr(scaled_fit, name)(*SEVERAL[name], fig=figure) is figure
    assert len(figure.axes) > 1


def test_part_of_a_figure_will_do(scaled_fit):
    figure = plt.figure()
    left, right = figure.subfigures(1, 2)
    assert scaled_fit.plot_influence(fig=right) is right
    assert len(right.axes) == 2
    assert not left.axes


@pytest.mark.parametrize("name", ONE)
def test_what_is_no_axes_is_refused(scaled_fit, name):
    with pytest.raises(TypeError, match=r"`ax` is 3; it must be axes of matplotlib, or None"):
        getattr(scaled_fit, name)(*ONE[name], ax=3)


@pytest.mark.parametrize("name", SEVERAL)
def test_what_is_no_figure_is_refused(scaled_fit, name):
    with pytest.raises(TypeError, match=r"`fig` is 3; it must be a figure of matplotlib"):
        getattr(scaled_fit, name)(*SEVERAL[name], fig=3)


def test_without_matplotlib_it_is_said_how_to_get_it(scaled_fit, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"install it with pip install 'sm_gaussmle\[plot\]'"):
        scaled_fit.plot_fit("age")


@pytest.mark.parametrize("name", OF_ROWS)
def test_without_rows_it_is_said_that_they_were_removed(data, name):
    result = gaussmle("thalach ~ age | age", data).fit()
    result.remove_data()
    with pytest.raises(AttributeError, match=rf"{name} draws its rows; call it before remove"):
        getattr(result, name)(*OF_ROWS[name])


@pytest.mark.parametrize("name", OF_ROWS)
def test_of_rows_in_passes_it_is_said_that_they_are_elsewhere(data, tmp_path, name):
    data.to_csv(tmp_path / "heart.csv", index=False)
    result = gaussmle("thalach ~ age", tmp_path / "heart.csv").fit()
    with pytest.raises(AttributeError, match="its rows are read in passes"):
        getattr(result, name)(*OF_ROWS[name])


@pytest.mark.parametrize("labels", [-1, 2.5, True, "all"])
@pytest.mark.parametrize("name", ["plot_diagnostics", "plot_influence"])
def test_a_number_of_names_is_asked_for(scaled_fit, name, labels):
    with pytest.raises(ValueError, match="must be the number of rows to name, 0 or more"):
        getattr(scaled_fit, name)(labels=labels)


def test_no_row_need_be_named(scaled_fit):
    figure = scaled_fit.plot_influence(labels=0)
    assert [names(ax) for ax in figure.axes] == [[], []]


def test_rows_have_the_names_of_the_data(data):
    named = data.set_index("patient " + data.index.astype(str))
    result = gaussmle("thalach ~ age", named).fit()
    largest = result.get_influence().cooks_distance[0].argmax()
    assert names(result.plot_influence(labels=1).axes[0]) == [f"patient {largest}"]


def test_the_largest_are_named_and_those_that_are_not_known_are_not():
    _, ax = plt.subplots()
    x, y = np.array([0.0, 1.0, np.inf, 3.0]), np.zeros(4)
    ax.set(xlim=(0, 3))
    name_largest(ax, x, y, np.array([1.0, np.nan, 9.0, 2.0]), pd.Index(list("abcd")), 2)
    assert names(ax) == ["d", "a"]
    assert [text.get_ha() for text in ax.texts] == ["right", "left"]


def test_names_of_neighbours_are_on_both_sides():
    _, ax = plt.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    near = np.array([0.1, 0.101])
    name_largest(ax, near, near, np.array([2.0, 1.0]), pd.Index(["a", "b"]), 2)
    assert [text.get_ha() for text in ax.texts] == ["left", "right"]


def test_names_are_beside_large_points():
    _, ax = plt.subplots()
    one = np.array([0.1])
    name_largest(ax, one, one, one, pd.Index(["a"]), 1, area=np.array([100.0]))
    assert ax.texts[0].xyann == (9.0, 0)


def test_many_points_are_smaller():
    assert points_look(10)["s"] == points_look(1_000)["s"] > points_look(10_000)["s"]


def test_few_rows_are_all_drawn():
    assert_array_equal(shown_rows(np.arange(5.0)), np.arange(5))
    assert_array_equal(shown_ranks(5), np.arange(5))


def test_of_many_rows_the_largest_are_drawn():
    size = np.random.default_rng(1).normal(size=3_000)
    size[7] = np.nan
    shown = shown_rows(size, most=1_000)
    assert len(np.unique(shown)) == 1_000
    assert set(np.argsort(-np.nan_to_num(size, nan=-9.0))[:200]) <= set(shown)


def test_of_many_ordered_values_both_ends_are_drawn():
    shown = shown_ranks(3_000, most=1_000)
    assert len(np.unique(shown)) == 1_000
    assert_array_equal(shown[:200], np.arange(200))
    assert_array_equal(shown[-200:], np.arange(2_800, 3_000))
    assert np.diff(shown).max() < 6


def test_of_many_rows_it_is_said_how_many_are_drawn():
    rng = np.random.default_rng(3)
    x = rng.uniform(size=10_400)
    rows = pd.DataFrame({"x": x, "y": x + rng.normal(size=len(x))})
    result = gaussmle("y ~ x", rows).fit()
    figures = [
        result.plot_diagnostics(),
        result.plot_influence(),
        result.plot_worm(),
        result.plot_fit("x"),
    ]
    for ax in [ax for figure in figures for ax in figure.axes]:
        assert ax.get_xlabel().endswith("\n(10,000 of 10,400 rows drawn)")
        assert len(points(ax)) == 10_000
