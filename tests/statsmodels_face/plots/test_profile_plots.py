"""Pictures of profiles show the profile, its cutoff and its interval."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle
from sm_gaussmle.inference.profile_region import RegionContours
from sm_gaussmle.statsmodels_face.hypotheses.region_result import RegionResult

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture
def result(scaled):
    return scaled.fit()


def line(figure, label):
    """Return the values of a line by its name in the legend."""
    return next(
        drawn.get_xydata() for drawn in figure.axes[0].lines if drawn.get_label() == label
    )


def test_a_profile_is_drawn_through_its_points(result):
    found = result.profile("x1")
    x, y = line(found.plot(), "profile likelihood").T
    at = np.interp(found.table["value"], x, y)
    # Straight lines between 300 points of a parabola are this near to it.
    assert_allclose(at, found.table["loglike"] - result.llf, atol=1e-3)


def test_beside_it_is_the_parabola_of_wald(result):
    found = result.profile("x1")
    x, y = line(found.plot(), "Wald").T
    assert_allclose(y, -0.5 * ((x - found.estimate) / found.std_err) ** 2)


def test_the_signed_root_of_wald_is_straight(result):
    found = result.profile("x1")
    x, y = line(found.plot(signed_root=True), "Wald").T
    assert_allclose(y, (x - found.estimate) / found.std_err)


def test_between_the_ends_alone_it_is_drawn_too(result):
    found = result.profile("x1", points=0)
    x, y = line(found.plot(), "profile likelihood").T
    assert (x[0], x[-1]) == pytest.approx(found.interval)
    assert_allclose(y[[0, -1]], found.cutoff - result.llf)


def test_it_is_labelled(result):
    axes = result.profile("x1").plot().axes[0]
    assert axes.get_xlabel() == "x1"
    assert axes.get_ylabel() == "Log-likelihood less its maximum"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "Wald",
        "profile likelihood",
        "95% interval",
        "estimate",
    ]


def test_it_is_drawn_where_it_is_asked_to_be(result):
    figure, (first, second) = plt.subplots(1, 2)
    assert result.profile("x1").plot(ax=second) is figure
    assert second.lines
    assert not first.lines


def test_an_infinite_end_has_no_mark():
    rng = np.random.default_rng(0)
    frame = dict(zip("xzy", rng.normal(size=(3, 20)), strict=True))
    found = gaussmle("y ~ x + z", frame).fit().profile(lambda p: p["x"] / p["z"])
    assert np.isinf(found.interval).any()
    axes = found.plot().axes[0]
    marks = [
        drawn for drawn in axes.lines if drawn.get_marker() == "D" and len(drawn.get_xdata())
    ]
    assert len(marks) == np.isfinite(found.interval).sum()


def test_of_what_is_fixed_a_point_is_drawn(result):
    figure = result.model.fit_constrained("x2 = -0.5").profile("x2").plot()
    assert_allclose(line(figure, "estimate"), [[-0.5, 0.0]])


def test_contours_are_closed_lines_through_their_points(result):
    found = result.profile_region("x1", "x2", 0.9, points=8)
    drawn = line(found.plot(), "90%")
    assert_allclose(drawn[0], drawn[-1])
    nearest = np.abs(drawn[None] - found.contours[0.9][:, None]).sum(axis=2).min(axis=1)
    # Within the distance of neighbours among 300 points.
    assert nearest.max() < 0.02


def test_contours_without_a_bound_are_open(result):
    distances = np.array([[[1.0, 0.0], [0.0, 1.0], [-np.inf, 0.0], [np.nan, np.nan]]])
    contours = RegionContours(np.arange(4.0), distances, np.zeros((1, 4, 2)))
    found = RegionResult.of(("a", "b"), (0.0, 0.0), np.array([0.9]), contours, 7, ["p", "q"])
    assert_allclose(line(found.plot(), "90%")[:2], [[1, 0], [0, 1]])
    assert "has no bound in 1 of 4 directions" in str(found)
    assert "was not found in 1 of 4 directions" in str(found)


def test_a_region_is_drawn_where_it_is_asked_to_be(result):
    figure, axes = plt.subplots()
    assert result.profile_region("x1", "x2", points=4).plot(axes) is figure
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x1", "x2")
