"""The reference cases: specification, data, results and tolerance of each JSON file here."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent

CASES = sorted(path.stem for path in FOLDER.glob("*.json"))
"""Names of all cases."""

LIMITS = ("left", "right", "trunc_left", "trunc_right")
DATA_ARGUMENTS = ("offset", "offset_scale", "freq_weights", "var_weights", *LIMITS)


@dataclass(frozen=True)
class Case:
    """One reference case.

    Attributes
    ----------
    name : str
    spec : dict
        Response, formulas, and the names of the columns of offsets and weights; limits are
        columns or numbers.
    frame : DataFrame
    results : dict
        See README.md for what each entry is.
    tolerance : dict
        Relative tolerances that a correct double-precision implementation meets.
    """

    name: str
    spec: dict
    frame: pd.DataFrame = field(repr=False)
    results: dict = field(repr=False)
    tolerance: dict

    @property
    def response(self) -> str:
        """Left-hand side of the formula of the mean: one column, or both ends of intervals."""
        response = self.spec["response"]
        return response if isinstance(response, str) else " + ".join(response)

    @property
    def formula(self) -> str:
        """Formula of the mean, with the response."""
        return f"{self.response} {self.spec['formula']}"

    @property
    def scale_formula(self) -> str | None:
        """Formula of the log variance; None where it is constant."""
        formula = self.spec["formula_scale"]
        return None if formula.replace(" ", "") == "~1" else formula

    @property
    def arguments(self) -> dict[str, str | float]:
        """Columns of offsets and weights, and limits, by argument."""
        given = {name: self.spec.get(name) for name in DATA_ARGUMENTS}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def exact(self) -> bool:
        """Whether all responses are seen exactly, and no limits cut the sample."""
        no_limits = all(self.spec.get(name) is None for name in LIMITS)
        return no_limits and isinstance(self.spec["response"], str)

    @property
    def names(self) -> list[str]:
        """Names of the parameters as the package has them."""
        mean, scale = list(self.results["beta"]), list(self.results["gamma"])
        if self.scale_formula is None:
            return [*mean, "ln(sigma2)"]
        return mean + [f"ln(sigma2)[{name}]" for name in scale]

    def vector(self, *path: str) -> np.ndarray:
        """Return a pair of tables ``beta`` and ``gamma`` of the results as one vector."""
        block = functools.reduce(lambda table, key: table[key], path, self.results)
        return np.array([*block["beta"].values(), *block["gamma"].values()])


def load(name: str) -> Case:
    """Return the case of this name.

    Parameters
    ----------
    name : str
        One of `CASES`.

    Returns
    -------
    Case
    """
    read = json.loads((FOLDER / f"{name}.json").read_text())
    frame = pd.read_csv(FOLDER / read["data_file"])
    return Case(name, read["spec"], frame, read["results"], read["tolerance"])
