"""A file of comma-separated values that is read into memory, or refused with its line."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sm_gaussmle.sources.formulas.stray_texts import stray
from sm_gaussmle.sources.tables.delimited_faults import fault, line_of


def read_csv(file: str) -> pd.DataFrame:
    """Read a file whose first line names the columns.

    Parameters
    ----------
    file : str
        In UTF-8.

    Returns
    -------
    DataFrame
        At least one row.

    Raises
    ------
    ValueError
        If it cannot be read; the file is named, and where there is one the line.
    """
    try:
        text = Path(file).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ValueError(
            f"{file} is no CSV file in UTF-8: {error.reason} at byte {error.start}, in line {line}."
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"{file} cannot be read: {reason}.") from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ValueError(
            f"{file} is no CSV file: it has null characters, first in line {line}."
        )
    try:
        with warnings.catch_warnings():
            # Values beyond the last name would be lost with a warning.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            # Types are inferred from whole columns, not from parts of them.
            # All ends of lines become "\n": pandas 2 runs out of memory on some others.
            lines = io.StringIO(text, newline=None)
            data = pd.read_csv(lines, index_col=False, low_memory=False)
    except pd.errors.ParserWarning as error:
        raise ValueError(
            f"{file} has more values in its rows than names in its first line."
        ) from error
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{file} is no CSV file: {_fault(file, text) or error}") from error
    if len(data.columns) == 1 and set(";\t") & set(str(data.columns[0])):
        raise ValueError(
            f"{file} has one column, {data.columns[0]!r}; commas must separate its columns."
        )
    # pandas fills up a row that is too short, whose last value is missing then.
    if data.iloc[:, -1].isna().any() and (what := _fault(file, text)) is not None:
        raise ValueError(f"{file} is no CSV file: {what}")
    if not len(data):
        raise ValueError(f"{file} has no rows below the names of the columns.")
    return data


def csv_strays(file: str, data: pd.DataFrame, names: Sequence[Any]) -> dict[str, str]:
    """Columns of text most of whose values are numbers.

    Parameters
    ----------
    file : str
        The file.
    data : DataFrame
        What it holds, by `read_csv`.
    names : sequence
        Columns that are looked at.

    Returns
    -------
    dict of str to str
        For each of them the line of the first value that is no number.
    """
    found = {}
    for name in names:
        if pd.api.types.is_numeric_dtype(data[name]):  # booleans too
            continue
        texts = data[name].dropna().astype(str)
        meant = pd.to_numeric(texts.str.replace(",", ""), errors="coerce").notna()
        if 2 * meant.sum() <= len(texts):
            continue
        value = texts[pd.to_numeric(texts, errors="coerce").isna()].iloc[0]
        line = line_of(Path(file), list(data.columns), ",", name, value)
        found[name] = stray(name, f"line {line} of {file}", value)
    return found


def _fault(file: str, text: str) -> str | None:
    try:
        header = next(filter(None, csv.reader(io.StringIO(text, newline=""))), None)
    except csv.Error:  # pandas says what is wrong with the first line
        return None
    return None if header is None else fault(Path(file), header, ",")
