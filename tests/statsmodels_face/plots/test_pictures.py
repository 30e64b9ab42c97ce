"""Plots look as they did when they were looked at."""

import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import rgb_to_hsv
from matplotlib.lines import Line2D
from matplotlib.testing.compare import compare_images

from .pictures import BASELINE, PICTURES, save, scaled

# Root mean square difference of the grey values, of 255. Matplotlib 3.8 and 3.11 draw the
# same to the last of them; other processors may round a line to the next pixel. A band of
# 94 % in place of one of 95 % makes a difference of 15.
TOLERANCE = 1.5


@pytest.mark.parametrize("name", PICTURES)
def test_a_plot_looks_as_it_did(name, tmp_path):
    save(PICTURES[name], tmp_path / "drawn.png")
    told = compare_images(str(BASELINE / f"{name}.png"), str(tmp_path / "drawn.png"), TOLERANCE)
    assert told is None, told


def test_there_is_a_picture_for_each_plot_and_none_besides():
    assert {path.stem for path in BASELINE.iterdir()} == set(PICTURES)


def test_pictures_are_small():
    assert max(path.stat().st_size for path in BASELINE.iterdir()) < 40_000


def look(handle):
    """How an entry of a legend looks in greys."""
    if isinstance(handle, Line2D):
        return handle.get_linestyle(), handle.get_marker(), handle.get_linewidth() > 1.3
    if isinstance(handle, PathCollection):
        return handle.get_paths()[0].vertices.tobytes()
    if isinstance(handle, LineCollection):
        return "lines"
    return rgb_to_hsv(handle.get_facecolor()[0, :3])[2], handle.get_alpha()  # a band


@pytest.mark.parametrize("name", PICTURES)
def test_what_a_legend_names_differs_in_more_than_colour(name):
    for ax in PICTURES[name]().axes:
        looks = [look(handle) for handle in ax.get_legend_handles_labels()[0]]
        assert len({repr(one) for one in looks}) == len(looks)


def test_a_wrong_band_would_be_seen(tmp_path):
    save(lambda: scaled().plot_fit("age", alpha=0.06), tmp_path / "drawn.png")
    told = compare_images(str(BASELINE / "fit.png"), str(tmp_path / "drawn.png"), TOLERANCE)
    assert told is not None
