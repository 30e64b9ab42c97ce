"""Plots that are compared with pictures of them, and how these are made.

``python -m tests.statsmodels_face.plots.pictures`` draws the pictures anew: look at each
before it is committed.
"""

from pathlib import Path
from unittest import mock

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from sm_gaussmle import datasets, gaussmle

BASELINE = Path(__file__).parent / "baseline"


def heart():
    return datasets.heart.load_pandas().data


def scaled():
    return gaussmle("thalach ~ age + oldpeak + exang | age", heart()).fit()


def censored():
    return gaussmle("oldpeak ~ age + exang | age", heart(), left=0).fit()


def intervals():
    data = heart().iloc[:60]
    tens = 10.0 * np.floor(data["thalach"] / 10.0)
    upper = (tens + 10.0).where(tens < 170.0, np.inf)
    return gaussmle("lower + upper ~ age", data.assign(lower=tens, upper=upper)).fit()


def climbed():
    model = gaussmle("thalach ~ oldpeak - 1", heart())
    return model.fit(method="bfgs", start_params=[20.0, 11.0], retall=True)


PICTURES = {
    "diagnostics": lambda: scaled().plot_diagnostics(),
    "diagnostics_censored": lambda: censored().plot_diagnostics(simultaneous=False),
    "influence": lambda: scaled().plot_influence(),
    "influence_censored": lambda: censored().plot_influence(),
    "worm": lambda: scaled().plot_worm(),
    "worm_by_age": lambda: scaled().plot_worm("age"),
    "coefficients": lambda: scaled().plot_coefficients(),
    "coefficients_in_errors": lambda: censored().plot_coefficients(scale="standard error"),
    "loglike": lambda: climbed().plot_loglike("oldpeak", "ln(sigma2)"),
    "fit": lambda: scaled().plot_fit("age"),
    "fit_adjusted": lambda: scaled().plot_fit("age", responses="adjusted"),
    "fit_censored": lambda: censored().plot_fit("age"),
    "fit_of_categories": lambda: scaled().plot_fit("exang", responses="adjusted"),
    "fit_intervals": lambda: intervals().plot_fit("age"),
    "profile": lambda: scaled().plot_profile("ln(sigma2)[age]"),
    "profile_region": lambda: scaled().plot_profile_region("age", "oldpeak", 0.9, points=12),
}


def save(draw, path):
    """Draw a plot without its words, whose size is not that of all versions of fonts."""
    with mpl.rc_context({"backend": "Agg"}), plt.style.context("default"):
        with mock.patch.object(Axes, "clabel"):  # words that contours are broken for
            figure = draw()
        # Where axes are depends on the size of their labels, if they are laid out by them.
        figure.set_layout_engine("none")
        for text in figure.findobj(mpl.text.Text):
            text.set_visible(False)
        for legend in figure.findobj(mpl.legend.Legend):
            legend.set_visible(False)
        figure.savefig(path, dpi=40, metadata={"Software": None})
        plt.close(figure)


if __name__ == "__main__":
    BASELINE.mkdir(exist_ok=True)
    for each, draw in PICTURES.items():
        save(draw, BASELINE / f"{each}.png")
