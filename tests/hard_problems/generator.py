"""Seeded generator of hard Gaussian maximum likelihood problems.

``problem(kind, seed)`` draws one problem; ``KINDS`` lists the kinds. A kind is named
``"<family>:<difficulty>"`` with the families ``scale_equation`` (a log-variance equation) and
``constant_variance``. Every problem has one finite maximum to find, by construction: see
`bounded`.

Two rules keep the data the same on every machine, to the last digit that matters:

* sums are taken column after column with element-wise operations, never by a BLAS product,
  whose rounding depends on the processor;
* columns are scaled and shifted by powers of ten read from their decimal form, and the
  response is made from what is left in the column after its rounding. A near-perfect fit
  stays one.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

SCALE_EQUATION = "scale_equation"
CONSTANT_VARIANCE = "constant_variance"


@dataclass(frozen=True)
class Problem:
    """One problem: data of a Gaussian regression, as raw arrays.

    Attributes
    ----------
    kind : str
        Key of `KINDS`.
    seed : int
        With `kind`, determines the data.
    endog : ndarray, shape (nobs,)
    exog : ndarray, shape (nobs, k_mean)
    exog_scale : ndarray, shape (nobs, k_scale), or None
        None: one variance, one parameter ``ln(sigma2)``.
    offset, offset_scale, freq_weights, var_weights : ndarray, shape (nobs,), or None
    """

    kind: str
    seed: int
    endog: np.ndarray = field(repr=False)
    exog: np.ndarray = field(repr=False)
    exog_scale: np.ndarray | None = field(default=None, repr=False)
    offset: np.ndarray | None = field(default=None, repr=False)
    offset_scale: np.ndarray | None = field(default=None, repr=False)
    freq_weights: np.ndarray | None = field(default=None, repr=False)
    var_weights: np.ndarray | None = field(default=None, repr=False)

    @property
    def nobs(self) -> int:
        """Number of rows."""
        return len(self.endog)

    @property
    def family(self) -> str:
        """``"scale_equation"`` or ``"constant_variance"``."""
        return self.kind.partition(":")[0]

    def optional_arguments(self) -> dict[str, np.ndarray]:
        """Return the keyword arguments of a model beside `endog` and `exog`."""
        names = ("exog_scale", "offset", "offset_scale", "freq_weights", "var_weights")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def complete_arrays(self) -> dict[str, np.ndarray]:
        """Return the same arrays with every default written out."""
        ones, zeros = np.ones(self.nobs), np.zeros(self.nobs)
        defaults = {
            "exog_scale": ones[:, None],
            "offset": zeros,
            "offset_scale": zeros,
            "freq_weights": ones,
            "var_weights": ones,
        }
        return {"endog": self.endog, "exog": self.exog, **defaults, **self.optional_arguments()}


@dataclass
class Settings:
    """What one kind asks of the common recipe in `draw_problem`."""

    nobs: int | None = None
    max_columns: int = 6
    column_powers: int = 0  # columns times 10^-p .. 10^p
    shift_powers: int = 0  # column means up to 10^p standard deviations
    collinear_powers: int = 0  # a column within 10^-p of another
    gamma_spread: float = 0.5  # standard deviation of the scale equation's coefficients
    sigma_power: int = 0  # all of y in units of 10^p
    noise_power: int = 0  # noise 10^p of the signal
    degrees: float = np.inf  # of freedom of Student's t errors
    scale_outliers: bool = False
    mean_outliers: bool = False
    categorical: bool = False
    weighted: bool = False


def power_of_ten(exponent: int) -> float:
    """Return 10**exponent as the double nearest to it, on every machine."""
    return float(f"1e{int(exponent)}")


def _columns(rng: np.random.Generator, nobs: int, k: int) -> np.ndarray:
    """Return k columns of unit size: normal, exponential, uniform or 0/1."""
    columns = np.empty((nobs, k))
    for j in range(k):
        shape = rng.integers(4)
        if shape <= 1:
            columns[:, j] = rng.standard_normal(nobs)
        elif shape == 2:
            columns[:, j] = rng.standard_exponential(nobs) - 1.0
        else:
            columns[:, j] = (rng.random(nobs) < 0.4).astype(float)
    return columns


def _dummies(rng: np.random.Generator, nobs: int, n_levels: int, smallest: int) -> np.ndarray:
    """Return treatment dummies of an unbalanced factor whose rarest level has `smallest` rows."""
    counts = np.full(n_levels, smallest)
    shares = 0.5 ** np.arange(1, n_levels)  # the last level keeps only `smallest` rows
    counts[:-1] += rng.multinomial(nobs - counts.sum(), shares / shares.sum())
    level = rng.permutation(np.repeat(np.arange(n_levels), counts))
    return (level[:, None] == np.arange(1, n_levels)).astype(float)


def _as_measured(
    rng: np.random.Generator, unit: np.ndarray, settings: Settings
) -> tuple[np.ndarray, np.ndarray]:
    """Put columns into awkward units; return them and the unit columns that they still hold."""
    measured, held = unit.copy(), unit.copy()
    k = unit.shape[1]
    if settings.collinear_powers and k >= 2:
        distance = power_of_ten(-rng.integers(2, settings.collinear_powers + 1))
        measured[:, -1] = unit[:, 0] + distance * rng.standard_normal(len(unit))
        held[:, -1] = measured[:, -1]
    for j in range(k):
        if settings.shift_powers:
            shift = power_of_ten(rng.integers(2, settings.shift_powers + 1)) * (
                1 - 2 * rng.integers(2)
            )
            if settings.collinear_powers:
                # One mean for the whole of a collinear pair, or they would not stay one.
                shift = power_of_ten(settings.shift_powers)
            shifted = measured[:, j] + shift
            held[:, j] = shifted - shift  # exact: this is what the rounding left
            measured[:, j] = shifted
        if settings.column_powers:
            measured[:, j] *= power_of_ten(
                rng.integers(-settings.column_powers, settings.column_powers + 1)
            )
    return measured, held


def _predictor(constant: float, columns: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Return constant + columns @ coefficients, summed in a fixed order."""
    total = np.full(len(columns), constant)
    for column, coefficient in zip(columns.T, coefficients, strict=True):
        total = total + column * coefficient
    return total


def bounded(
    rng: np.random.Generator, exog_scale: np.ndarray, weights: np.ndarray, k_mean: int
) -> bool:
    """Whether the likelihood is bounded and its maximum attained, by a margin of rows.

    Going to infinity along gamma = t d, the log-likelihood grows only if the weighted mean of
    z'd is negative while every row with z'd < 0 has a residual of exactly zero. Continuous
    errors allow at most `k_mean` such rows. So it is enough that every half-space through the
    weighted mean of z holds more rows than that (its Tukey depth); three more are asked for.
    The depth is taken over 400 random directions, those of the coordinates, and those of the
    20 rows farthest out.
    """
    columns = exog_scale[:, 1:]
    centre = np.sum(weights[:, None] * columns, axis=0) / np.sum(weights)
    centred = (columns - centre) / np.std(columns, axis=0)
    farthest = np.argsort(np.sum(centred**2, axis=1))[-20:]
    directions = np.vstack(
        [
            rng.standard_normal((400, columns.shape[1])),
            np.eye(columns.shape[1]),
            centred[farthest],
        ]
    )
    heights = centred @ directions.T
    tolerance = 1e-9 * np.max(np.abs(heights))
    depth = min(
        np.min(np.sum(heights >= -tolerance, axis=0)),
        np.min(np.sum(heights <= tolerance, axis=0)),
    )
    return bool(depth >= k_mean + 3)


def _unit_columns(
    rng: np.random.Generator, nobs: int, settings: Settings, *, has_scale: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns of both equations beside the constant, in units of their spread."""
    k_mean = int(rng.integers(2, settings.max_columns + 1))
    smallest = 3 if settings.collinear_powers else 2  # a collinear pair beside the constant
    k_mean = max(k_mean, smallest)
    unit_mean = _columns(rng, nobs, k_mean - 1)
    unit_scale = np.empty((nobs, 0))
    if settings.mean_outliers:
        unit_mean[rng.permutation(nobs)[:3], 0] = (30.0, -100.0, 1000.0)
    if has_scale:
        k_scale = max(int(rng.integers(2, settings.max_columns + 1)), smallest)
        unit_scale = _columns(rng, nobs, k_scale - 1)
        if rng.random() < 0.5:  # the two equations often share a column
            unit_scale[:, 0] = unit_mean[:, 0]
        if settings.scale_outliers:
            far = rng.permutation(nobs)[: int(rng.integers(1, k_mean + 6))]
            unit_scale[far, 0] = 8.0 + 4.0 * rng.random(len(far))
    if settings.categorical:
        dummies = _dummies(rng, nobs, int(rng.integers(3, 6)), k_mean + 8)
        unit_mean = np.hstack([unit_mean[:, :2], dummies])
        if has_scale:
            unit_scale = np.hstack([unit_scale[:, :1], dummies])
    return unit_mean, unit_scale


def _weights_and_offsets(rng: np.random.Generator, nobs: int) -> dict[str, np.ndarray]:
    """Return some of the offsets and weights, each with probability 3/4."""
    present = rng.random(4) < 0.75
    arrays = {}
    if present[0]:
        arrays["offset"] = 1000.0 * rng.standard_normal(nobs)
    if present[1]:
        arrays["offset_scale"] = 1.5 * rng.standard_normal(nobs)
    if present[2]:
        counts = rng.random() < 0.5
        arrays["freq_weights"] = (
            rng.integers(1, 8, nobs).astype(float) if counts else 0.1 + 3.0 * rng.random(nobs)
        )
    if present[3]:
        arrays["var_weights"] = np.exp(rng.standard_normal(nobs))
    return arrays


def draw_problem(rng: np.random.Generator, kind: str, seed: int, settings: Settings) -> Problem:
    """Draw one problem; the loop is there for scale equations that are not `bounded`."""
    has_scale = kind.startswith(SCALE_EQUATION)
    while True:
        nobs = settings.nobs or int(rng.integers(100, 401))
        unit_mean, unit_scale = _unit_columns(rng, nobs, settings, has_scale=has_scale)
        measured_mean, held_mean = _as_measured(rng, unit_mean, settings)
        measured_scale, held_scale = _as_measured(rng, unit_scale, settings)
        constant = np.ones((nobs, 1))
        exog = np.hstack([constant, measured_mean])
        exog_scale = np.hstack([constant, measured_scale]) if has_scale else None
        extras = _weights_and_offsets(rng, nobs) if settings.weighted else {}
        weights = extras.get("freq_weights", np.ones(nobs))
        if not has_scale or bounded(rng, exog_scale, weights, exog.shape[1]):
            break
    gamma = settings.gamma_spread * rng.standard_normal(held_scale.shape[1])
    log_variance = _predictor(0.0, held_scale, gamma) + extras.get("offset_scale", 0.0)
    log_variance = log_variance - np.log(extras.get("var_weights", 1.0))
    error = rng.standard_normal(nobs)
    if np.isfinite(settings.degrees):
        error = rng.standard_t(settings.degrees, nobs)
    noise = power_of_ten(settings.noise_power) * np.exp(log_variance / 2) * error
    coefficients = rng.standard_normal(1 + held_mean.shape[1])
    signal = _predictor(coefficients[0], held_mean, coefficients[1:])
    unit = power_of_ten(settings.sigma_power)
    endog = unit * (signal + noise)
    if "offset" in extras:
        extras["offset"] = unit * extras["offset"]
        endog = endog + extras["offset"]
    return Problem(kind, seed, endog, exog, exog_scale, **extras)


def mixture(rng: np.random.Generator, *, has_scale: bool) -> Settings:
    """Draw three difficulties at once.

    A noise of 10^p and means of 10^m standard deviations are combined only while m - p <= 9:
    beyond that, no vector of doubles reaches the maximum to 1e-6, because a slope rounded to
    its last digit moves the fitted values by too many standard errors. Outliers in z and
    strongly varying variances together are kept to a range of about 1e10 in sigma.
    """
    settings = Settings()
    names = ["columns", "shift", "collinear", "units", "noise", "tails", "weights"]
    if has_scale:
        names += ["gamma", "outliers"]
    chosen = set(rng.permutation(names)[:3].tolist())
    settings.column_powers = 8 if "columns" in chosen else 0
    settings.shift_powers = 5 if "shift" in chosen else 0
    settings.collinear_powers = 4 if "collinear" in chosen else 0
    settings.sigma_power = int(rng.choice([-6, 6])) if "units" in chosen else 0
    if "noise" in chosen:
        settings.noise_power = -4 if "shift" in chosen else -8
    settings.degrees = 1.5 if "tails" in chosen else np.inf
    settings.weighted = "weights" in chosen
    settings.scale_outliers = "outliers" in chosen
    if "gamma" in chosen:
        settings.gamma_spread = 1.0 if settings.scale_outliers else 2.0
    return settings


_DIFFICULTIES: dict[str, Settings | Callable[..., Settings]] = {
    "column_scales": Settings(column_powers=8),
    "large_means": Settings(shift_powers=6),
    "collinear": Settings(collinear_powers=5),
    "gamma_range": Settings(gamma_spread=2.0),
    "large_sigma": Settings(sigma_power=6),
    "small_sigma": Settings(sigma_power=-6),
    "near_perfect": Settings(noise_power=-9),
    "heavy_tails": Settings(degrees=1.5),
    "few_rows": Settings(nobs=25, max_columns=3),
    "scale_outliers": Settings(scale_outliers=True),
    "mean_outliers": Settings(mean_outliers=True),
    "categorical": Settings(categorical=True),
    "weights_and_offsets": Settings(weighted=True),
    "mixture": mixture,
}

_SCALE_ONLY = {"gamma_range", "scale_outliers"}
_CONSTANT_ONLY = {"mean_outliers"}


def _maker(kind: str, settings: Settings | Callable[..., Settings]) -> Callable:
    has_scale = kind.startswith(SCALE_EQUATION)

    def make(seed: int) -> Problem:
        rng = np.random.default_rng([zlib.crc32(kind.encode()), seed])
        drawn = settings(rng, has_scale=has_scale) if callable(settings) else settings
        return draw_problem(rng, kind, seed, drawn)

    make.__doc__ = f"Draw the problem of kind {kind!r} with the given seed."
    return make


KINDS: dict[str, Callable[[int], Problem]] = {
    kind: _maker(kind, settings)
    for family, left_out in ((SCALE_EQUATION, _CONSTANT_ONLY), (CONSTANT_VARIANCE, _SCALE_ONLY))
    for name, settings in _DIFFICULTIES.items()
    if name not in left_out
    for kind in (f"{family}:{name}",)
}
"""Kind -> function of the seed."""


def problem(kind: str, seed: int) -> Problem:
    """Return the problem of this kind and seed."""
    return KINDS[kind](seed)
