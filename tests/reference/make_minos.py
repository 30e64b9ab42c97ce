"""Make minos/cars_het.json: profile intervals of the cars by MINOS of iminuit, which need not be here.

Run it from the root of the checkout: ``python -m tests.reference.make_minos``.
"""

from __future__ import annotations

import json
from importlib.metadata import version

import numpy as np

from .cases import FOLDER, load


def minos() -> dict:
    """Return intervals of all parameters of the case `cars_het`, at three levels."""
    from iminuit import Minuit

    case = load("cars_het")
    speed, dist = (case.frame[name].to_numpy(float) for name in ("speed", "dist"))
    start = case.vector()
    scale = case.vector("se_observed")

    def fall(units: np.ndarray) -> float:
        b0, b1, g0, g1 = start + scale * units
        log_variance = g0 + g1 * np.log(speed)
        residual = dist - b0 - b1 * speed
        terms = np.log(2 * np.pi) + log_variance + residual**2 * np.exp(-log_variance)
        return float(terms.sum())

    fit = Minuit(fall, np.zeros(4))
    fit.errordef = 1.0  # twice the negative log-likelihood
    fit.strategy = 2
    fit.tol = 1e-6
    fit.migrad()
    intervals = {}
    for level in (0.9, 0.95, 0.99):
        fit.minos(cl=level)
        ends = [
            [value + error.lower, value + error.upper]
            for value, error in zip(fit.values, fit.merrors.values(), strict=True)
        ]
        intervals[str(level)] = (start[:, None] + scale[:, None] * np.array(ends)).tolist()
    return {"case": "cars_het", "by": f"iminuit {version('iminuit')}", "intervals": intervals}


if __name__ == "__main__":
    (FOLDER / "minos" / "cars_het.json").write_text(json.dumps(minos(), indent=1) + "\n")
