"""JSON documents: their text, their format, and the names that formulas use."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from typing import Any

from sm_gaussmle.statsmodels_face.arguments.texts import file_path
from sm_gaussmle.statsmodels_face.formulas.formula_names import cannot_keep
from sm_gaussmle.statsmodels_face.persistence.known_names import NotPlainError
from sm_gaussmle.statsmodels_face.persistence.plain_values import to_plain


def write_json(path: Any, text: str) -> None:
    """Write a document to a file.

    Parameters
    ----------
    path : str or path
        The file.
    text : str
        The document.

    Raises
    ------
    TypeError, ValueError
        If it is no path.
    """
    file_path(path, "path")
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - also a str
        file.write(text)


def json_document(source: Any, format_name: str, version: int, what: str) -> dict[str, Any]:
    """Read a document of a known format.

    Parameters
    ----------
    source : str or path
        The JSON itself, which begins with a brace, or the path of a file with it.
    format_name : str
        Its ``"format"``.
    version : int
        The newest that is known.
    what : str
        What it is, with an article, for errors.

    Returns
    -------
    dict
        Of plain values; nothing of it is checked but format and version.

    Raises
    ------
    ValueError
        If it is not JSON, of another format or newer.
    """
    text = source
    try:
        if not (isinstance(source, str) and source.lstrip()[:1] in ("{", "[")):
            if not isinstance(source, str | os.PathLike):
                raise TypeError(
                    f"`source` is a {type(source).__name__}; it must be JSON or the path of a "
                    "file."
                )
            with open(source, encoding="utf-8") as file:  # noqa: PTH123 - also a str
                text = file.read()
        document = json.loads(
            text,
            object_pairs_hook=_once,
            parse_float=_finite,
            parse_constant=_finite,
        )
    except (ValueError, RecursionError) as error:
        raise ValueError(f"`source` is not JSON: {error}.") from error
    if not isinstance(document, dict) or document.get("format") != format_name:
        raise ValueError(
            f"`source` is JSON, but not {what} of sm_gaussmle: it has no format "
            f"{format_name!r}."
        )
    found = document.get("version")
    if type(found) is not int or not 0 < found <= version:
        raise ValueError(
            f"`source` is {what} in version {found!r} of the format; this sm_gaussmle reads "
            f"up to version {version}. Install a newer one."
        )
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in made if names.count(name) > 1)
        raise ValueError(f"it has {double!r} twice in one object")
    return made


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text} is not finite")
    return value


def plain_names(names: Mapping[str, Any], formulas: list[str], instead: str) -> dict[str, Any]:
    """Values of names outside the data as JSON has them.

    Parameters
    ----------
    names : mapping
        The names.
    formulas : list of str
        The formulas that use them.
    instead : str
        What else to do about a value that cannot be written, as the end of a sentence.

    Returns
    -------
    dict
        For ``from_plain``.

    Raises
    ------
    TypeError
        If a value cannot be written.
    """
    plain = {}
    for name, value in names.items():
        try:
            plain[name] = to_plain(value)
        except NotPlainError as error:
            raise TypeError(
                f"{cannot_keep(name, value, formulas, error)} Put its result into a column of "
                f"the data, or {instead}."
            ) from error
    return plain
