"""Draw the pictures of the pages.

Run from the root of the checkout: ``python docs/make_pictures.py``.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("agg")
from matplotlib import pyplot as plt

import sm_gaussmle as smg

FOLDER = Path(__file__).parent / "pictures"
NULL = 0.0


def three_tests() -> plt.Figure:
    """The profile log-likelihood of the age slope, and what each test measures of it."""
    heart = smg.datasets.heart.load_pandas().data
    # The first forty patients: with all of them the curve and the parabola are the same.
    result = smg.gaussmle("thalach ~ age + exang + oldpeak", heart.head(40)).fit()
    estimate, error = result.params["age"], result.bse["age"]
    profile = result.profile("age", alpha=0.001, points=61)
    values = profile.table["value"].to_numpy()
    curve = profile.table["loglike"].to_numpy() - result.llf
    restricted = result.model.fit_constrained({"age": NULL})
    at_null = restricted.llf - result.llf
    # The slope of the profile where the hypothesis is: the score there, of one parameter.
    slope = float(result.model.score(restricted.params)[list(result.params.index).index("age")])

    figure, axes = plt.subplots(figsize=(7, 4.6), layout="constrained")
    axes.plot(values, curve, color="black", lw=2, label="profile log-likelihood")
    axes.plot(
        values,
        -0.5 * ((values - estimate) / error) ** 2,
        color="0.45",
        ls="--",
        label="parabola with the same curvature at the top",
    )
    arrow = {"arrowstyle": "<->", "color": "black", "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (NULL, 0), (estimate, 0), arrowprops=arrow)
    axes.text(0.5 * (NULL + estimate), 0.06, "Wald: how far away", ha="center", va="bottom")
    axes.annotate("", (NULL, 0), (NULL, at_null), arrowprops=arrow)
    axes.text(
        NULL + 0.02, 0.4 * at_null, "likelihood ratio:\nhow far down", ha="left", va="center"
    )
    near = NULL + np.array([-0.22, 0.12])
    axes.plot(near, at_null + slope * (near - NULL), color="black", lw=1.5, ls="-.")
    axes.annotate(
        "score: how steep",
        (near[1], at_null + slope * (near[1] - NULL)),
        (8, -4),
        textcoords="offset points",
    )
    axes.plot([NULL, estimate], [at_null, 0], "ko", ms=5)
    axes.set_ylim(-4.6, 0.5)
    axes.set_xlim(estimate - 3.1 * error, estimate + 4.8 * error)
    axes.set_xlabel("coefficient of age, beats per minute and year")
    axes.set_ylabel("log-likelihood less its maximum")
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.13, 0.0))
    return figure


if __name__ == "__main__":
    three_tests().savefig(FOLDER / "three_tests.png", dpi=120, metadata={"Software": None})
