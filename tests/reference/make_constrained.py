"""Write ``constraints/constraints.json``: constraints within and across equations, in 50 digits.

Run from the root of the checkout (about a minute)::

    python -m tests.reference.make_constrained

The maximum under ``R params = q`` is found by Newton's method on the equations of Lagrange,
``score = R' multipliers`` and ``R params = q``, following q from the value at the free maximum
in steps. Its covariance is the upper left block of the inverse of ``[[I, R'], [R, 0]]``, I the
observed information there. Nothing of this is in the package under test, which moves along the
plane of the solutions instead.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import patsy

from . import highprecision
from .cases import DATA_ARGUMENTS, LIMITS, Case, load
from .highprecision import CONTEXT, Rows

PATH = Path(__file__).parent / "constraints" / "constraints.json"

#: Case, name of the constraints, and their text.
CONSTRAINTS = [
    ("cars_het", "slope and power", "speed = 3, ln(sigma2)[lspeed] = 2"),
    ("cars_het", "across equations", "speed - 2*ln(sigma2)[lspeed] = 0"),
    ("heart_het", "within the scale equation", "ln(sigma2)[age] = ln(sigma2)[oldpeak]"),
    (
        "heart_het",
        "all kinds",
        "exang = 3*oldpeak, ln(sigma2)[exang] = 0, age + 100*ln(sigma2)[age] = -1",
    ),
    ("mtcars_het_all", "weights and offsets", "wt + ln(sigma2)[wt] = -2, hp = -0.02"),
    ("mtcars_constant_all", "a given variance", "ln(sigma2) = 2, wt = hp"),
]
_STEPS = 16


def _given(case: Case) -> dict:
    """Return the arguments of the fit."""
    mean = np.asarray(patsy.dmatrix(case.spec["formula"], case.frame))
    scale = np.asarray(patsy.dmatrix(case.spec["formula_scale"], case.frame))
    # The cases with limits have no 50-digit fit.
    columns = dict.fromkeys(name for name in DATA_ARGUMENTS if name not in LIMITS)
    columns |= {name: case.frame[column].to_numpy() for name, column in case.arguments.items()}
    endog = case.frame[case.spec["response"]].to_numpy()
    return {"endog": endog, "exog": mean, "exog_scale": scale, **columns}


def _lagrange(rows, start: list, matrix, values) -> list:
    """Return the maximum under the constraints, near `start`."""
    m, k = matrix.rows, matrix.cols
    params, multipliers = CONTEXT.matrix(start), CONTEXT.zeros(m, 1)
    for _ in range(100):
        information = rows.information(list(params))
        scores = rows.scores(list(params))
        score = CONTEXT.matrix([CONTEXT.fdot(rows.w, c) for c in zip(*scores, strict=True)])
        system = CONTEXT.zeros(k + m)
        system[:k, :k], system[:k, k:], system[k:, :k] = information, matrix.T, matrix
        right = CONTEXT.zeros(k + m, 1)
        right[:k, 0] = score - matrix.T * multipliers
        right[k:, 0] = values - matrix * params
        step = CONTEXT.lu_solve(system, right)
        params, multipliers = params + step[:k, 0], multipliers + step[k:, 0]
        if CONTEXT.norm(step) < CONTEXT.mpf(10) ** -40 * (1 + CONTEXT.norm(params)):
            return list(params)
    raise ArithmeticError("no convergence in 100 steps")


def solve(case: Case, text: str) -> dict:
    """Return one set of constraints with its solution, as doubles."""
    names, given = case.names, _given(case)
    free = highprecision.fit(**given)
    constraint = patsy.DesignInfo(names).linear_constraint(text)
    matrix = CONTEXT.matrix(constraint.coefs.tolist())
    values = CONTEXT.matrix(constraint.constants.ravel().tolist())
    rows = Rows(**given)
    params = free.params
    first = matrix * CONTEXT.matrix(params)
    for step in range(1, _STEPS + 1):
        share = CONTEXT.mpf(step) / _STEPS
        params = _lagrange(rows, params, matrix, first + share * (values - first))
    m, k = matrix.rows, matrix.cols
    system = CONTEXT.zeros(k + m)
    system[:k, :k], system[:k, k:], system[k:, :k] = (
        rows.information(params),
        matrix.T,
        matrix,
    )
    inverse = system**-1
    scores = rows.scores(params)
    score = CONTEXT.matrix([CONTEXT.fdot(rows.w, c) for c in zip(*scores, strict=True)])
    expected = rows.information(params, expected=True)
    gap = matrix * CONTEXT.matrix(free.params) - values
    wald = (gap.T * CONTEXT.lu_solve(matrix * free.cov_observed * matrix.T, gap))[0]
    loglike = rows.loglike(params)
    root = [CONTEXT.sqrt(max(inverse[j, j], CONTEXT.mpf(0))) for j in range(k)]
    return {
        "text": text,
        "R": constraint.coefs.tolist(),
        "q": constraint.constants.ravel().tolist(),
        "param_names": names,
        "params": [float(p) for p in params],
        "se_observed": [float(s) if s > CONTEXT.mpf(10) ** -20 else 0.0 for s in root],
        "loglik": float(loglike),
        "lr": float(2 * (free.loglike - loglike)),
        "wald": float(wald),
        "score_expected": float((score.T * CONTEXT.lu_solve(expected, score))[0]),
    }


def main() -> None:
    """Write the file."""
    found = [
        {"case": name, "name": label, **solve(load(name), text)}
        for name, label, text in CONSTRAINTS
    ]
    PATH.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
