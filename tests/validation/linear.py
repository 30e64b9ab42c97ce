"""Digits of linear regressions on data that lose them, beside those of other programs."""

from __future__ import annotations

import subprocess
import tempfile
import warnings
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import SingularMatrixWarning

import sm_gaussmle as smg
from sm_gaussmle.estimation.errors import PerfectFitError
from tests.reference import least_squares

from .digits import log_relative_errors

DATA = {
    "Longley": least_squares.longley,
    "Wampler 1": partial(least_squares.wampler, 0),
    "Wampler 2": partial(least_squares.wampler, 0, 1),
    "Wampler 3": partial(least_squares.wampler, 1),
    "Wampler 4": partial(least_squares.wampler, 100),
    "Wampler 5": partial(least_squares.wampler, 10_000),
    "steep, degree 10": least_squares.steep,
    "1, year, year², year³": least_squares.polynomial,
    "columns of 1e-8 to 1e8": least_squares.badly_scaled,
}

LEAST: dict[str, tuple[float, float, float]] = {
    "Longley": (12.5, 13, 11.5),
    "Wampler 3": (8, 12, 12),
    "Wampler 4": (6.5, 12, 13),
    "Wampler 5": (4.5, 12, 13),
    "steep, degree 10": (5.5, 6.5, 8),
    "1, year, year², year³": (9, 9, 8.5),
    "columns of 1e-8 to 1e8": (13, 13, 13),
}
"""What the package has to reach on any machine: coefficients, standard errors, RSS. Of a
polynomial without noise the likelihood has no maximum, and the package refuses the fit."""


@dataclass(frozen=True)
class Solution:
    """What a program gives; None where it has no such number.

    Attributes
    ----------
    params, bse : ndarray, shape (k,), or None
    rss : float or None
    """

    params: np.ndarray | None = field(default=None, repr=False)
    bse: np.ndarray | None = field(default=None, repr=False)
    rss: float | None = None


def _ours(endog: np.ndarray, exog: np.ndarray) -> Solution:
    try:
        result = smg.GaussianMLE(endog, exog).fit(cov_type="unbiased")
    except PerfectFitError:
        return Solution()
    k = exog.shape[1]
    return Solution(result.params[:k], result.bse[:k], result.ssr)


def _ols(endog: np.ndarray, exog: np.ndarray, method: str) -> Solution:
    with warnings.catch_warnings():
        # It says of three of these that their rank is deficient; the digits are what counts.
        warnings.simplefilter("ignore", SingularMatrixWarning)
        result = sm.OLS(endog, exog).fit(method=method)
    # Its own: where a variance comes out negative there are no digits.
    with np.errstate(invalid="ignore"):
        return Solution(result.params, result.bse, result.ssr)


def _lstsq(endog: np.ndarray, exog: np.ndarray) -> Solution:
    params = np.linalg.lstsq(exog, endog, rcond=None)[0]
    return Solution(params, None, float(np.sum((endog - exog @ params) ** 2)))


PROGRAMS = {
    "this package": _ours,
    "sm.OLS, pinv": partial(_ols, method="pinv"),
    "sm.OLS, qr": partial(_ols, method="qr"),
    "numpy lstsq": _lstsq,
}
R_PROGRAMS = {"R lm": "default", "R lm, tol = 1e-20": "tol"}


def digits(name: str, found: Solution) -> list[float | None]:
    """Return digits of coefficients, standard errors and RSS; None where there are none.

    Where the data are the polynomial up to rounding, RSS is what the rounding left, and only
    the coefficients are compared.
    """
    endog, exog = DATA[name]()
    exact = least_squares.exact_least_squares(endog, exog)
    rounding = len(endog) * float(np.max(np.abs(endog)) * np.finfo(float).eps) ** 2
    pairs = [(found.params, exact.params), (found.bse, exact.bse), (found.rss, [exact.rss])]
    if exact.rss <= rounding:
        pairs[1:] = [(None, []), (None, [])]
    return [
        None if ours is None else float(log_relative_errors(ours, known).min())
        for ours, known in pairs
    ]


def measured() -> dict[str, dict[str, list[float | None]]]:
    """Return digits by data and program, of the programs in Python."""
    return {
        name: {program: digits(name, solve(*data())) for program, solve in PROGRAMS.items()}
        for name, data in DATA.items()
    }


def measured_in_r() -> dict:
    """Return the version of R, and digits by data and program."""
    with tempfile.TemporaryDirectory() as written:
        folder = Path(written)
        for place, data in enumerate(DATA.values()):
            endog, exog = data()
            np.concatenate([exog.shape, endog, exog.T.ravel()]).tofile(
                folder / f"{place}.data.bin"
            )
        script = Path(__file__).with_name("linear.R")
        ran = subprocess.run(
            ["Rscript", script, folder],
            check=True,
            capture_output=True,
            text=True,
        )
        found = {}
        for place, (name, data) in enumerate(DATA.items()):
            k = data()[1].shape[1]
            found[name] = {}
            for program, route in R_PROGRAMS.items():
                values = np.fromfile(folder / f"{place}.{route}.bin")
                solution = Solution(values[:k], values[k : 2 * k], values[2 * k])
                found[name][program] = digits(name, solution)
        return {"version": ran.stdout.strip(), "digits": found}
