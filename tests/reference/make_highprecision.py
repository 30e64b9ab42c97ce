"""Write the cases that `highprecision` alone determines, and check it on the others.

Run from the root of the checkout (about a minute)::

    python -m tests.reference.make_highprecision

1. Two CSV files are derived from ``mtcars.csv`` and ``heart.csv``.
2. Each case of `NEW` is fitted in 50 digits and written with the layout of the others.
3. Three routes that share no code with that fit are compared to it, and the differences
   recorded in ``agreement``: numerical differentiation of the row log-densities in 50 digits
   (``mp_verify.py``), SciPy's BFGS on ``scipy.stats.norm.logpdf``, and Nelder-Mead on it from
   12 random starts, the best of which must not be better.
4. The cases that came with R are fitted too; the largest differences are printed.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import mpmath
import numpy as np
import pandas as pd
import patsy
from scipy import optimize

from . import highprecision
from .cases import CASES, load

FOLDER = Path(__file__).parent

NEW = {
    "mtcars_het_all": {
        "data_file": "mtcars_derived.csv",
        "description": "scale equation, both weights and both offsets at once",
        "response": "mpg",
        "formula": "~wt + hp",
        "formula_scale": "~wt",
        "freq_weights": "fw",
        "var_weights": "vw",
        "offset": "off",
        "offset_scale": "soff",
    },
    "mtcars_constant_all": {
        "data_file": "mtcars_derived.csv",
        "description": "constant variance, both weights and both offsets at once",
        "response": "mpg",
        "formula": "~wt + hp + am",
        "formula_scale": "~1",
        "freq_weights": "fw",
        "var_weights": "vw",
        "offset": "off",
        "offset_scale": "soff",
    },
    "heart_het_fractional": {
        "data_file": "heart_derived.csv",
        "description": "scale equation with frequency weights that are fractions",
        "response": "thalach",
        "formula": "~age + exang + oldpeak",
        "formula_scale": "~exang + oldpeak",
        "freq_weights": "ffw",
    },
    "heart_het_ageband": {
        "data_file": "heart_derived.csv",
        "description": "a factor in both equations, and an offset of the scale alone",
        "response": "thalach",
        "formula": "~ageband + exang",
        "formula_scale": "~ageband",
        "offset_scale": "soff",
    },
    "mtcars_het_cyl": {
        "data_file": "mtcars_derived.csv",
        "description": "a factor in both equations, fractional weights, an offset of the scale",
        "response": "mpg",
        "formula": "~wt + cylinders",
        "formula_scale": "~cylinders",
        "freq_weights": "ffw",
        "offset_scale": "soff",
    },
}

SOURCE = {
    "mtcars_derived.csv": (
        "mtcars.csv; soff = (drat - 3.6) / 2, ffw = 0.25 + qsec / 16, "
        "cylinders = 'four', 'six', 'eight'"
    ),
    "heart_derived.csv": (
        "heart.csv; ageband = 'under50', '50to59', '60up', ffw = 0.5 + 0.25 (age mod 4), "
        "soff = oldpeak^2 / 20"
    ),
}

LARGEST = {"coef": 1e-8, "loglik": 1e-10, "se": 1e-7}
"""The tolerances of the other cases: far above the error here, which is that of a rounding to
double, and far below any error of formula or weighting."""


def _write_derived() -> None:
    cars = pd.read_csv(FOLDER / "mtcars.csv")
    # Rounded to decimals, so that the CSV holds the numbers and not an approximation to them.
    cars["soff"] = ((cars["drat"] - 3.6) / 2).round(4)
    cars["ffw"] = (0.25 + cars["qsec"] / 16).round(4)
    cars["cylinders"] = cars["cyl"].map({4: "four", 6: "six", 8: "eight"})
    cars.to_csv(FOLDER / "mtcars_derived.csv", index=False)
    heart = pd.read_csv(FOLDER / "heart.csv")
    bands = np.select([heart["age"] < 50, heart["age"] < 60], ["under50", "50to59"], "60up")
    heart["ageband"] = bands
    heart["ffw"] = 0.5 + 0.25 * (heart["age"] % 4)
    heart["soff"] = (heart["oldpeak"] ** 2 / 20).round(4)
    heart.to_csv(FOLDER / "heart_derived.csv", index=False)


def fit_case(spec: dict, frame: pd.DataFrame) -> tuple[highprecision.HighPrecision, list, list]:
    """Return the fit of a specification, and the names of the columns of its equations."""
    exog = patsy.dmatrix(spec["formula"], frame)
    exog_scale = patsy.dmatrix(spec["formula_scale"], frame)
    columns = {
        name: frame[spec[name]].to_numpy(float)
        for name in ("offset", "offset_scale", "freq_weights", "var_weights")
        if spec.get(name)
    }
    found = highprecision.fit(
        frame[spec["response"]].to_numpy(float), exog, np.asarray(exog_scale), **columns
    )
    return found, exog.design_info.column_names, exog_scale.design_info.column_names


def results_of(spec: dict, frame: pd.DataFrame) -> dict:
    """Return the block ``results`` of a case: high precision rounded to double."""
    found, mean, scale = fit_case(spec, frame)
    k, k_mean = len(found.params), len(mean)

    def tables(values: list) -> dict:
        rounded = [float(value) for value in values]
        return {
            "beta": dict(zip(mean, rounded[:k_mean], strict=True)),
            "gamma": dict(zip(scale, rounded[k_mean:], strict=True)),
        }

    def matrix(values: mpmath.matrix) -> list:
        return [[float(values[i, j]) for j in range(k)] for i in range(k)]

    weights = frame[spec["freq_weights"]] if spec.get("freq_weights") else [1.0] * len(frame)
    n_weighted = mpmath.fsum(highprecision.CONTEXT.mpf(float(w)) for w in weights)
    return {
        "n": len(frame),
        "n_weighted": float(n_weighted),
        "param_names": mean + [f"lnvar:{name}" for name in scale],
        **tables(found.params),
        "loglik": float(found.loglike),
        "n_params": k,
        "aic": float(-2 * found.loglike + 2 * k),
        "bic": float(-2 * found.loglike + k * highprecision.CONTEXT.log(n_weighted)),
        "se_observed": tables(found.bse()),
        "cov_observed": matrix(found.cov_observed),
        "se_expected": tables(found.bse("expected")),
        "se_opg": tables(found.bse("opg")),
        "robust_HC0": {
            "se": tables(found.bse("hc0")),
            "cov": matrix(found.cov_hc0),
            "note": "V S'WS V, V = inverse observed information, no small-sample factor",
        },
        "values_from": "mpmath, 50 digits, derivatives by formula; rounded to double",
    }


def _flat(block: dict) -> np.ndarray:
    return np.array([*block["beta"].values(), *block["gamma"].values()])


def _independent_routes(spec: dict, frame: pd.DataFrame, results: dict) -> dict:
    """Return the differences of routes that share no code with `highprecision`."""
    location = importlib.util.spec_from_file_location("mp_verify", FOLDER / "mp_verify.py")
    mp_verify = importlib.util.module_from_spec(location)
    location.loader.exec_module(mp_verify)
    model = mp_verify.Model(spec, frame)
    params, bse = _flat(results), _flat(results["se_observed"])
    polished, loglike, hessian, scores = model.polish(params)
    inverse = (-hessian) ** -1
    meat = mpmath.matrix(model.k, model.k)
    for weight, row in zip(model.m_w, scores, strict=True):
        row_score = mpmath.matrix(row)
        meat += weight * row_score * row_score.T
    robust = inverse * meat * inverse

    def largest(values: list, reference: np.ndarray) -> float:
        values = np.array([float(value) for value in values])
        return float(np.max(np.abs(values / reference - 1)))

    def roots(matrix: mpmath.matrix) -> list:
        return [mpmath.sqrt(matrix[j, j]) for j in range(model.k)]

    moved = max(abs(a - b) / c for a, b, c in zip(polished, params, bse, strict=True))
    agreement = {
        "numerical_derivatives_coef_in_SE_units": float(moved),
        "numerical_derivatives_loglik": abs(float(loglike) / results["loglik"] - 1),
        "numerical_derivatives_SE": largest(roots(inverse), bse),
        "numerical_derivatives_OPG_SE": largest(roots(meat**-1), _flat(results["se_opg"])),
        "numerical_derivatives_HC0_SE": largest(
            roots(robust), _flat(results["robust_HC0"]["se"])
        ),
    }

    def objective(moved_by: np.ndarray) -> float:
        return model.float_nll(params + moved_by * bse)

    rng = np.random.default_rng(5)
    start = rng.normal(size=model.k)
    bfgs = optimize.minimize(objective, start, method="BFGS", options={"gtol": 1e-6})
    agreement["scipy_bfgs_coef_in_SE_units"] = float(np.max(np.abs(bfgs.x)))
    agreement["scipy_bfgs_loglik"] = abs(-bfgs.fun / results["loglik"] - 1)
    options = {"maxfev": 600 * model.k, "maxiter": 600 * model.k, "xatol": 1e-7, "fatol": 1e-11}
    ends = [
        -optimize.minimize(
            objective, 3 * rng.normal(size=model.k), method="Nelder-Mead", options=options
        ).fun
        for _ in range(12)
    ]
    agreement["nelder_mead_best_minus_reported_loglik"] = float(max(ends) - results["loglik"])
    return agreement


def check_existing() -> dict[str, float]:
    """Compare the exact cases that came with R: the largest relative difference of each."""
    worst = {}
    for name in CASES:
        case = load(name)
        if name in NEW or not case.exact:
            continue
        ours, theirs = results_of(case.spec, case.frame), case.results
        differences = [abs(ours[key] / theirs[key] - 1) for key in ("loglik", "aic", "bic")]
        for path in ((), ("se_observed",), ("se_expected",), ("se_opg",), ("robust_HC0", "se")):
            a, b = ours, theirs
            for key in path:
                a, b = a[key], b[key]
            differences.extend(np.abs(_flat(a) / _flat(b) - 1))
        for a, b in (
            (ours["cov_observed"], theirs["cov_observed"]),
            (ours["robust_HC0"]["cov"], theirs["robust_HC0"]["cov"]),
        ):
            unit = np.sqrt(np.outer(np.diag(b), np.diag(b)))
            differences.append(np.max(np.abs(np.subtract(a, b)) / unit))
        worst[name] = float(max(differences))
    return worst


def main() -> None:
    """Write the new cases and print all comparisons."""
    _write_derived()
    names = ("left", "right", "trunc_left", "trunc_right", "freq_weights", "var_weights")
    for name, entry in NEW.items():
        spec = {key: entry[key] for key in ("response", "formula", "formula_scale")}
        spec |= {key: entry.get(key) for key in (*names, "offset", "offset_scale", "cluster")}
        frame = pd.read_csv(FOLDER / entry["data_file"])
        results = results_of(spec, frame)
        agreement = _independent_routes(spec, frame, results)
        case = {
            "case": name,
            "data_file": entry["data_file"],
            "description": entry["description"],
            "spec": spec,
            "source": {
                "data": SOURCE[entry["data_file"]],
                "software": f"mpmath {mpmath.__version__}",
            },
            "results": results,
            "tolerance": LARGEST,
            "agreement": agreement,
        }
        (FOLDER / f"{name}.json").write_text(json.dumps(case, indent=1) + "\n")
        sys.stdout.write(f"{name}\n")
        for route, difference in agreement.items():
            sys.stdout.write(f"    {route:45} {difference: .1e}\n")
    for name, difference in check_existing().items():
        sys.stdout.write(f"{name:24} differs from R and mp_verify by {difference:.1e}\n")


if __name__ == "__main__":
    main()
