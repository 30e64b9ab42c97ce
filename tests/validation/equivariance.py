"""What must not change does not: fits of transformed data, compared to those of the data.

The same 240 rows are seen exactly, censored, as intervals and truncated, with a constant
variance and with a scale equation. A transformation of the data has a known effect on the
parameters; what the fit of the transformed data differs from that is rounding, and where two
iterations end.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import sm_gaussmle as smg

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 1e-8
"""The most that any entry of the tables may be, on any machine."""

ROWS_OF_A_PART = 17
_SIDES = ("left", "right", "trunc_left", "trunc_right")
_OPPOSITE = dict(zip(_SIDES, ("right", "left", "trunc_right", "trunc_left"), strict=True))


@dataclass(frozen=True)
class Data:
    """Rows of a regression.

    Attributes
    ----------
    endog : ndarray, shape (n,) or (n, 2)
    exog : ndarray, shape (n, 4)
        The first column is the constant.
    exog_scale : ndarray, shape (n, 3), or None
    limits : dict of str to ndarray, shape (n,)
    freq_weights : ndarray, shape (n,), or None
    """

    endog: np.ndarray = field(repr=False)
    exog: np.ndarray = field(repr=False)
    exog_scale: np.ndarray | None = field(default=None, repr=False)
    limits: dict[str, np.ndarray] = field(default_factory=dict, repr=False)
    freq_weights: np.ndarray | None = field(default=None, repr=False)

    def rows(self, chosen: np.ndarray) -> Data:
        """Return some of the rows."""

        def take(array: np.ndarray | None) -> np.ndarray | None:
            return None if array is None else array[chosen]

        return Data(
            self.endog[chosen],
            self.exog[chosen],
            take(self.exog_scale),
            {name: limit[chosen] for name, limit in self.limits.items()},
            take(self.freq_weights),
        )

    def moved(self, shift: float, unit: float) -> Data:
        """Return the data with responses and limits ``shift + unit * y``."""
        limits = {name: shift + unit * limit for name, limit in self.limits.items()}
        endog = shift + unit * self.endog
        if unit < 0:  # lower ends become upper ends
            limits = {_OPPOSITE[name]: limit for name, limit in limits.items()}
            endog = endog[:, ::-1] if endog.ndim == 2 else endog
        return replace(self, endog=endog, limits=limits)

    def fit(self) -> Fitted:
        """Return the fit of the arrays."""
        given = {"exog_scale": self.exog_scale, "freq_weights": self.freq_weights}
        given = {name: value for name, value in given.items() if value is not None}
        result = smg.GaussianMLE(self.endog, self.exog, **given, **self.limits).fit()
        return Fitted(np.asarray(result.params), np.asarray(result.cov_params()), result.llf)

    def fit_in_parts(self) -> Fitted:
        """Return the fit of the rows in parts, each read anew in each pass."""
        ends = self.endog.reshape(len(self.endog), -1)
        frame = pd.DataFrame(self.exog[:, 1:], columns=["a", "b", "c"])
        frame = frame.assign(**{f"y{j}": end for j, end in enumerate(ends.T)}, **self.limits)
        scale = None
        if self.exog_scale is not None:
            frame[["u", "v"]] = self.exog_scale[:, 1:]
            scale = "~ u + v"
        response = " + ".join(f"y{j}" for j in range(ends.shape[1]))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.parquet"
            frame.to_parquet(path, row_group_size=ROWS_OF_A_PART)
            limits = {name: name for name in self.limits}
            formula = f"{response} ~ a + b + c"
            result = smg.gaussmle(formula, path, scale_formula=scale, **limits).fit()
            params, cov = np.asarray(result.params), np.asarray(result.cov_params())
            return Fitted(params, cov, result.llf)


@dataclass(frozen=True)
class Fitted:
    """Parameters, their covariance and the log-likelihood."""

    params: np.ndarray = field(repr=False)
    cov: np.ndarray = field(repr=False)
    llf: float

    def deviations(self, expected: Fitted) -> tuple[float, float, float]:
        """Return the largest of parameters, standard errors and log-likelihood.

        In standard errors, relative, and relative.
        """
        bse, known = (np.sqrt(np.diag(fit.cov)) for fit in (self, expected))
        return (
            float(np.max(np.abs(self.params - expected.params) / known)),
            float(np.max(np.abs(bse / known - 1))),
            # That of other units may be near zero.
            float(abs(self.llf - expected.llf) / max(abs(expected.llf), 1.0)),
        )


def _complete(seed: int = 1970) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    exog = np.column_stack([np.ones(240), rng.standard_normal((240, 3))])
    exog_scale = np.column_stack([np.ones(240), exog[:, 1], rng.random(240)])
    log_variance = exog_scale @ [0.2, 0.3, -0.5]
    endog = exog @ [0.5, 1.0, -0.6, 0.3] + np.exp(log_variance / 2) * rng.standard_normal(240)
    return endog, exog, exog_scale


def _seen(endog: np.ndarray) -> dict[str, tuple[np.ndarray, dict[str, float]]]:
    """Return the responses and limits of each scheme."""
    edges = np.array([-np.inf, -1.5, -0.5, 0.2, 1.0, 2.5, np.inf])
    place = np.searchsorted(edges, endog)
    between = np.column_stack([edges[place - 1], edges[place]])
    low, high = -0.5, 1.5
    return {
        "exact": (endog, {}),
        "censored left": (np.maximum(endog, low), {"left": low}),
        "censored right": (np.minimum(endog, high), {"right": high}),
        "censored both": (np.clip(endog, low, high), {"left": low, "right": high}),
        "intervals": (between, {}),
        "truncated left": (endog, {"trunc_left": -1.0}),
        "truncated both": (endog, {"trunc_left": -1.5, "trunc_right": 2.5}),
    }


def schemes() -> dict[str, Data]:
    """Return data seen in each way, with and without a scale equation."""
    endog, exog, exog_scale = _complete()
    found = {}
    for name, (seen, limits) in _seen(endog).items():
        inside = (endog > limits.get("trunc_left", -np.inf)) & (
            endog < limits.get("trunc_right", np.inf)
        )
        for columns in (None, exog_scale):
            rows = {side: np.full(len(endog), limit) for side, limit in limits.items()}
            title = name if columns is None else f"{name}, scale equation"
            found[title] = Data(seen, exog, columns, rows).rows(inside)
    return found


def _of_moved(fit: Fitted, data: Data, shift: float, unit: float) -> Fitted:
    """Return what the fit of moved responses has to be."""
    params, k = fit.params.copy(), data.exog.shape[1]
    params[:k] *= unit
    params[0] += shift
    params[k] += 2 * np.log(abs(unit))
    units = np.concatenate([np.full(k, abs(unit)), np.ones(len(params) - k)])
    signs = np.concatenate([np.full(k, np.sign(unit)), np.ones(len(params) - k)])
    exact = len(data.endog)
    if data.endog.ndim == 2:
        exact = 0
    for side, censored in (("left", data.endog), ("right", data.endog)):
        if side in data.limits:
            exact -= int(np.sum(censored == data.limits[side]))
    factor = units * signs
    # A density is one over the unit of the response; a probability has none.
    return Fitted(
        params, fit.cov * np.outer(factor, factor), fit.llf - exact * np.log(abs(unit))
    )


def _moves(shift: float, unit: float) -> Callable[[Data, Fitted], tuple[Fitted, Fitted]]:
    return lambda data, fit: (data.moved(shift, unit).fit(), _of_moved(fit, data, shift, unit))


def _columns(matrix: Callable[[int], np.ndarray]) -> Callable:
    """Return the transformation X -> X A, Z -> Z B."""

    def transformed(data: Data, fit: Fitted) -> tuple[Fitted, Fitted]:
        a = matrix(data.exog.shape[1])
        new = replace(data, exog=data.exog @ a)
        blocks = [np.linalg.inv(a)]
        if data.exog_scale is None:
            blocks.append(np.ones((1, 1)))
        else:
            b = matrix(data.exog_scale.shape[1])
            new = replace(new, exog_scale=data.exog_scale @ b)
            blocks.append(np.linalg.inv(b))
        k = len(fit.params)
        back = np.zeros((k, k))
        first = len(blocks[0])
        back[:first, :first], back[first:, first:] = blocks
        return new.fit(), Fitted(back @ fit.params, back @ fit.cov @ back.T, fit.llf)

    return transformed


def _mixing(k: int) -> np.ndarray:
    """Return a matrix that mixes columns, of condition number about 10; its first is kept."""
    a = np.eye(k) + 0.4 * np.random.default_rng(k).standard_normal((k, k))
    a[:, 0] = np.eye(k)[0]
    return a


def _units(k: int) -> np.ndarray:
    return np.diag([1.0, 1e8, 1e-8, 1e3][:k])


def _reordered(data: Data, fit: Fitted) -> tuple[Fitted, Fitted]:
    order = np.random.default_rng(5).permutation(len(data.exog))
    return data.rows(order).fit(), fit


def _repeated(data: Data, _fit: Fitted) -> tuple[Fitted, Fitted]:
    counts = np.random.default_rng(6).integers(1, 4, len(data.exog))
    weighted = replace(data, freq_weights=counts.astype(float))
    return weighted.fit(), data.rows(np.repeat(np.arange(len(counts)), counts)).fit()


TRANSFORMATIONS: dict[str, Callable[[Data, Fitted], tuple[Fitted, Fitted]]] = {
    "3 + 7y": _moves(3.0, 7.0),
    "1e8 y": _moves(0.0, 1e8),
    "1e-8 y": _moves(0.0, 1e-8),
    "-y": _moves(0.0, -1.0),
    "XA, ZB": _columns(_mixing),
    "columns times 1e±8": _columns(_units),
    "other order of rows": _reordered,
    "in parts": lambda data, fit: (data.fit_in_parts(), fit),
    "weight = repetition": _repeated,
}

QUANTITIES = (
    "parameters, in standard errors",
    "standard errors, relative",
    "log-likelihood, relative",
)


def measured() -> dict[str, dict[str, tuple[float, float, float]]]:
    """Return the largest deviations by scheme and transformation."""
    found = {}
    for name, data in schemes().items():
        fit = data.fit()
        found[name] = {}
        for title, transformation in TRANSFORMATIONS.items():
            ours, expected = transformation(data, fit)
            found[name][title] = ours.deviations(expected)
    return found
