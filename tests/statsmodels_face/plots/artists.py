"""What was drawn, as numbers."""

import numpy as np
from matplotlib.collections import PathCollection


def line(ax, label):
    """Return the points of a line by its name in the legend."""
    return next(drawn.get_xydata() for drawn in ax.lines if drawn.get_label() == label)


def points(ax, label=None):
    """Return the points of a scatter by its name in the legend, or of the only one."""
    found = [
        drawn.get_offsets().data
        for drawn in ax.collections
        if isinstance(drawn, PathCollection) and label in (None, drawn.get_label())
    ]
    assert len(found) == 1
    return found[0]


def band(ax, label):
    """Return places, lower and upper edge of a filled band."""
    drawn = next(found for found in ax.collections if found.get_label() == label)
    x, y = drawn.get_paths()[0].vertices.T
    places = np.unique(x)
    inside = [y[x == place] for place in places]
    return places, np.array([v.min() for v in inside]), np.array([v.max() for v in inside])


def names(ax):
    """Return the texts that are written among the points."""
    return [text.get_text() for text in ax.texts]
