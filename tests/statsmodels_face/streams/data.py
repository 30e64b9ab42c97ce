"""Rows for the tests of models in passes, in memory and in parts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sm_gaussmle import gaussmle
from tests.sources.parts import Parts

# Where the parts begin: one of them has no rows, one has a single row.
CUTS = (0, 90, 90, 91, 250)

# name -> formula of the mean, columns of limits and limits
SCHEMES = {
    "exact": ("y ~ x + g", {}),
    "left": ("y ~ x + g", {"left": 0.0}),
    "right": ("y ~ x + g", {"right": 2.5}),
    "both": ("y ~ x + g", {"left": "lowest", "right": 3.0}),
    "intervals": ("lower + upper ~ x + g", {}),
    "truncated": ("y ~ x + g", {"trunc_left": -0.5}),
    "censored within truncated": ("y ~ x + g", {"left": 0.0, "trunc_right": "highest"}),
}
SCALES = {"constant variance": None, "scale equation": "~ z"}


def table_rows(n=320):
    """Return rows of all kinds of columns, a few of them with missing values."""
    rng = np.random.default_rng(906)
    rows = pd.DataFrame(
        {
            "x": rng.normal(size=n),
            "z": rng.normal(size=n),
            "w": rng.uniform(1.0, 2.0, n),
            "a column": rng.normal(size=n),
            "g": rng.choice(list("abc"), n),
            "known": rng.normal(scale=0.5, size=n),
            "known_scale": rng.normal(scale=0.2, size=n),
            "times": rng.integers(0, 4, n),
            "precision": rng.uniform(0.5, 2.0, n),
            "person": rng.integers(0, 30, n),
            "firm": rng.choice(["north", "south", "west", "east"], n),
            "team": [f"team {number}" for number in rng.integers(0, 25, n)],
            "lowest": rng.uniform(-1.0, 0.0, n),
        }
    )
    sigma = np.exp(0.5 * (0.2 + 0.4 * rows["z"]))
    rows["y"] = 1.0 + rows["x"] + 0.5 * (rows["g"] == "b") + sigma * rng.normal(size=n)
    rows["lower"], rows["upper"] = np.floor(rows["y"]), np.floor(rows["y"]) + 1.0
    rows.loc[::5, "lower"] = rows.loc[::5, "upper"] = rows.loc[::5, "y"]
    rows["highest"] = rng.uniform(4.0, 6.0, n)
    rows.loc[[3, 90, 200], ["x", "z", "y"]] = np.nan
    return rows


def seen_rows(scheme, rows):
    """Return the rows that a sample of a scheme can have."""
    outside = pd.Series(data=False, index=rows.index)
    if "truncated" in scheme:
        outside = (rows["y"] < -0.5) | (rows["y"] > rows["highest"])
    return rows[~outside].reset_index(drop=True)


def cut(rows, cuts=CUTS):
    """Return rows as frames, one for each place where a part begins."""
    ends = (*cuts[1:], len(rows))
    return [
        rows.iloc[begin:end].reset_index(drop=True)
        for begin, end in zip(cuts, ends, strict=True)
    ]


def parts_of(rows, cuts=CUTS):
    """Return rows as a table in parts."""
    return Parts(*cut(rows, cuts))


def both_fits(rows, formula, scale_formula=None, *, cuts=CUTS, fit=None, **options):
    """Return the fit of rows in memory and that of the same rows in parts."""
    return tuple(
        gaussmle(formula, data, scale_formula=scale_formula, **options).fit(**(fit or {}))
        for data in (rows, parts_of(rows, cuts))
    )
