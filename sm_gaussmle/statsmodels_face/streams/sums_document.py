"""Sums of rows as a JSON document, and back.

Longer than other modules because every part of a document is checked here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from patsy import DesignInfo

from sm_gaussmle.likelihood.cross_products import Origin, Triangle
from sm_gaussmle.sources.column_sums import ColumnSums
from sm_gaussmle.sources.formulas.design_state import lent_names
from sm_gaussmle.sources.formulas.formula_columns import FormulaColumns
from sm_gaussmle.sources.tally import Tally
from sm_gaussmle.statsmodels_face.persistence.fit_attributes import NAMES
from sm_gaussmle.statsmodels_face.persistence.json_text import json_document, plain_names
from sm_gaussmle.statsmodels_face.persistence.known_names import NotPlainError
from sm_gaussmle.statsmodels_face.persistence.plain_values import from_plain, to_plain
from sm_gaussmle.statsmodels_face.persistence.value_rules import (
    COUNT,
    NONE,
    NUMBER,
    TEXT,
    Rule,
    a,
    floats,
    items_of,
    mapping,
    record,
)
from sm_gaussmle.statsmodels_face.streams.row_reader import RowReader
from sm_gaussmle.statsmodels_face.streams.row_sums import RowSums

FORMAT = "sm_gaussmle cross products"
VERSION = 1

WEIGHTS = ("offset", "offset_scale", "freq_weights", "var_weights")
_REST = "The document is not one that save has written, or it was changed."


@dataclass(frozen=True, eq=False)
class Plan:
    """What is summed.

    Attributes
    ----------
    formula : str
        Mean equation.
    weights : mapping of str to str
        Columns of offsets and weights by the names of the arguments.
    missing : {"drop", "raise"}
        What to do about rows with a missing value.
    names : mapping
        Names outside the data that the formula may use.
    """

    formula: str
    weights: Mapping[str, str]
    missing: str
    names: Mapping[str, Any]


class InconsistentError(ValueError):
    """A document whose parts do not fit together."""


_FORMULA = record(
    {
        "design_info": a(DesignInfo),
        "variables": items_of(tuple, TEXT),
        "bare": mapping(TEXT, TEXT),
        "dtypes": mapping(TEXT, TEXT),
    }
)
_COUNTS = ("n_given", "n_missing", "n_unweighted", "n_rows", "n_inexact", "n_fractional")
_RULES = {
    "formula": TEXT,
    "weights": mapping(Rule("names of weights", WEIGHTS.__contains__), TEXT),
    "missing": Rule("'drop' or 'raise'", ("drop", "raise").__contains__),
    "names": NAMES,
    "response": _FORMULA | NONE,
    "mean": _FORMULA | NONE,
    "sums": NONE
    | record(
        {
            "factor": floats(2),
            "nobs": NUMBER,
            "log_variance_offset": NUMBER,
            "origin_exog": NONE | floats(1),
            "origin_endog": NONE | NUMBER,
            "tally": record(
                dict.fromkeys(_COUNTS, COUNT)
                | {
                    "nobs": NUMBER,
                    "exact_nobs": NUMBER,
                    "counts": mapping(TEXT, NUMBER),
                    "ranges": mapping(TEXT, items_of(tuple, NUMBER)),
                    "digests": items_of(tuple, COUNT),
                    "null": NONE,
                    "columns": mapping(
                        TEXT,
                        record({"weighted": floats(1), "squares": floats(1), "n_rows": COUNT}),
                    ),
                }
            ),
        }
    ),
}


def sums_document(plan: Plan, reader: RowReader | None, sums: RowSums | None) -> str:
    """Sums of rows as JSON.

    Parameters
    ----------
    plan : Plan
        What is summed.
    reader : RowReader or None
        What made the rows; None before there were any.
    sums : RowSums or None
        What they come to.

    Returns
    -------
    str
        Numbers have all their digits.

    Raises
    ------
    TypeError
        If the formula uses a function or transform that cannot be written.
    """
    try:
        parts = {
            "response": None if reader is None else _formula(reader.response),
            "mean": None if reader is None else _formula(reader.mean),
        }
    except NotPlainError as error:
        raise TypeError(
            f"what the formula {plan.formula!r} knows cannot be written as JSON: {error}. "
            "Pickle the sums."
        ) from error
    names = plain_names(plan.names, [plan.formula], "pickle the sums")
    document = {
        "format": FORMAT,
        "version": VERSION,
        "formula": plan.formula,
        "weights": dict(plan.weights),
        "missing": plan.missing,
        "names": names,
        **parts,
        "sums": None if sums is None else to_plain(_numbers(sums)),
    }
    return json.dumps(document, allow_nan=False)


def read_sums(
    source: str | os.PathLike[str],
) -> tuple[Plan, RowReader | None, RowSums | None]:
    """Read what `sums_document` has written.

    Parameters
    ----------
    source : str or path
        The JSON itself, which begins with a brace, or the path of a file with it.

    Returns
    -------
    plan : Plan
        What is summed.
    reader : RowReader or None
        What made the rows.
    sums : RowSums or None
        What they come to.

    Raises
    ------
    ValueError
        If it is no such document, is of a newer version, has anything that sums have not,
        or its parts do not fit together.
    """
    document = json_document(source, FORMAT, VERSION, "cross products")
    try:
        return _read(document)
    except InconsistentError:
        raise
    except Exception as error:  # a document that was changed can fail anywhere
        raise ValueError(
            f"`source` cannot be read as cross products: {type(error).__name__}: {error} {_REST}"
        ) from error


def plain_state(formula: FormulaColumns) -> Any:
    """What a formula has learned, for a comparison with another.

    Parameters
    ----------
    formula : FormulaColumns
        The formula.

    Returns
    -------
    object
        Equal where it makes the same columns of the same rows.

    Raises
    ------
    NotPlainError
        If that cannot be told.
    """
    return to_plain(formula.design_info), to_plain(dict(formula.outside))


def _formula(formula: FormulaColumns) -> Any:
    return to_plain(
        {
            "design_info": formula.design_info,
            "variables": tuple(formula.variables),
            "bare": dict(formula.bare),
            "dtypes": {name: str(dtype) for name, dtype in formula.dtypes.items()},
        }
    )


def _numbers(sums: RowSums) -> dict[str, Any]:
    return {
        "factor": sums.triangle.factor,
        "nobs": sums.triangle.nobs,
        "log_variance_offset": sums.triangle.log_variance_offset,
        "origin_exog": None if sums.origin is None else sums.origin.exog,
        "origin_endog": None if sums.origin is None else float(sums.origin.endog),
        "tally": asdict(sums.tally),
    }


def _read(document: dict[str, Any]) -> tuple[Plan, RowReader | None, RowSums | None]:
    plain = {name: part for name, part in document.items() if name not in _HEAD}
    if plain.keys() != _RULES.keys():
        raise InconsistentError(f"`source` has the parts {sorted(plain)}. {_REST}")
    names = from_plain(plain.pop("names"))
    _RULES["names"].check("names", names)
    lent = lent_names(names)
    parts = {name: from_plain(part, lent) for name, part in plain.items()}
    for name, part in parts.items():
        _RULES[name].check(name, part)
    plan = Plan(parts["formula"], parts["weights"], parts["missing"], names)
    response, mean, sums = parts["response"], parts["mean"], parts["sums"]
    if (response is None) != (mean is None) or (mean is None and sums is not None):
        raise InconsistentError(f"`source` has a part of its sums only. {_REST}")
    if response is None or mean is None:
        return plan, None, None
    reader = RowReader(
        _columns(response, names), _columns(mean, names), None, plan.weights, {}, plan.missing
    )
    return plan, reader, None if sums is None else _sums(reader, sums)


_HEAD = ("format", "version")


def _columns(parts: dict[str, Any], names: dict[str, Any]) -> FormulaColumns:
    dtypes = {name: pd.api.types.pandas_dtype(text) for name, text in parts["dtypes"].items()}
    if any(dtype.kind not in "iuf" for dtype in dtypes.values()):
        raise InconsistentError(f"`source` has columns of the types {dtypes}. {_REST}")
    return FormulaColumns(
        parts["design_info"], names, parts["variables"], parts["bare"], dtypes
    )


def _widths(columns: Mapping[str, ColumnSums], k: int) -> dict[str, bool]:
    """Whether sums are of as many columns as there are."""
    widths = {"exog": k, "offset": 1, "offset_scale": 1}
    return {
        name: each.weighted.shape == each.squares.shape == (widths.get(name),)
        for name, each in columns.items()
    }


def _sums(reader: RowReader, parts: dict[str, Any]) -> RowSums:
    k, constant = len(reader.mean.names), reader.mean.intercept
    width = k + (1 if constant is not None else 2)
    factor, exog, endog = parts["factor"], parts["origin_exog"], parts["origin_endog"]
    columns = {name: ColumnSums(**each) for name, each in parts["tally"]["columns"].items()}
    tally = Tally(**parts["tally"] | {"columns": columns})
    centred = constant is not None and tally.n_rows > 0
    fits = (
        len(reader.response.names) == 1
        and factor.shape == (width, width)
        and bool(np.isfinite(factor).all())
        and not np.tril(factor, -1).any()
        and (exog is not None) == (endog is not None) == centred
        and (exog is None or exog.shape == (k,))
        and all(_widths(columns, k).values())
        and len(tally.digests) == 2
    )
    if not fits:
        raise InconsistentError(
            f"`source` has {k} columns, and sums that are not of them: a factor of shape "
            f"{factor.shape} over {tally.n_rows} rows. {_REST}"
        )
    return RowSums(
        k if constant is None else constant,
        Triangle(factor, parts["nobs"], parts["log_variance_offset"]),
        None if exog is None else Origin(exog, np.asarray(endog)),
        tally,
    )
