"""The command line: the tutorial, or the fit of a formula to files of data."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from glob import has_magic
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from statsmodels.tools.sm_exceptions import MissingDataError

import sm_gaussmle.api as smg
from sm_gaussmle import tutorial
from sm_gaussmle.estimation.covariance import COVARIANCES
from sm_gaussmle.sources.formulas.formula_variables import used_columns
from sm_gaussmle.sources.formulas.stray_texts import refuse_stray_numbers, refuse_strays
from sm_gaussmle.sources.tables.csv_in_memory import csv_strays, read_csv
from sm_gaussmle.sources.tables.opening import open_table
from sm_gaussmle.sources.tables.paths import file_kind
from sm_gaussmle.statsmodels_face.formulas.plain_formulas import formula_pieces, refuse_code

#: What a shell reports of a program that a closed pipe has ended: 128 + SIGPIPE.
PIPE_CLOSED = 141

# How the package refuses data and arguments; the last two are of files and what reads them.
_REFUSALS = (ValueError, TypeError, MissingDataError, OSError, ImportError)
_PER_ROW = ("offset", "offset_scale", "freq_weights", "var_weights")
_LIMITS = ("left", "right", "trunc_left", "trunc_right")
_COVARIANCE = ("groups", "maxlags")
_SWITCHES = ("no_eval", "in_passes", "progress")
_DESCRIPTION = """\
Gaussian regression by maximum likelihood. Without arguments: a tutorial that
computes such a regression step by step. With a formula and a file: the
summary of the fit."""
# argparse takes for an option what begins with a minus and is no plain number.
_LIMIT = """\
Each is a number, or a column of one for each row. Write -inf and
-1e3 with an equals sign: --left=-inf."""
_EPILOG = """\
examples:
  python -m sm_gaussmle
  python -m sm_gaussmle "y ~ x1 + C(group)" FILE.csv --scale "~ x1"
  python -m sm_gaussmle "y ~ x1" FILE.csv --left 0
  python -m sm_gaussmle "y ~ x1" "sales/*.parquet" --progress

A single CSV file is read into memory. All else is read in passes, which takes
little memory for any number of rows: Parquet and Arrow files (with pyarrow),
CSV of several files, compressed, separated by tabs, or with --in-passes (with
duckdb), folders and patterns of files.

A formula is Python code, and it is run: use no formula that you do not trust,
or use --no-eval. It may use the columns of the file, numpy as np, and what
formulas provide, such as C() and center(). Write Q("a name") for a column
whose name is not a Python name. With --no-eval there are columns, C(column),
Q("a name"), operators and the numbers 0 to 9 alone: all else is refused
before anything of it is run.

Rows with a missing value are left out; the summary counts them. A fit that
does not converge is printed with a warning. The exit status is 2 for an error."""


class _UsageError(Exception):
    """What the user has to change, in one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _UsageError(f"{message} (--help shows the arguments).")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; those of the process by default.

    Returns
    -------
    int
        Exit status: 0, 2 after an error, 141 if the reader of the output has gone.
    """
    try:
        with _warnings_in_one_line():
            output = _output(argv)
    except _UsageError as error:
        return _refuse(str(error))
    return _write(output)


def _output(argv: Sequence[str] | None) -> str:
    parser = _parser()
    given = parser.parse_args(argv)
    if given.help:
        return parser.format_help()
    if given.version:
        return f"sm_gaussmle {_version()}\n"
    if given.formula is not None and given.files:
        return f"{_fit(given, _data(given)).summary()}\n"
    if given.formula is not None:
        parser.error(f"the formula {given.formula!r} needs a file of data after it")
    for name in ("scale", "cov_type", *_COVARIANCE, *_PER_ROW, *_LIMITS, *_SWITCHES):
        if getattr(given, name) not in (None, False):
            parser.error(f"--{name.replace('_', '-')} needs a formula and a file")
    return tutorial.text(tutorial.compute())


def _parser() -> _Parser:
    parser = _Parser(
        prog="python -m sm_gaussmle",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        # argparse's own --help would end the process.
        add_help=False,
    )
    add = parser.add_argument
    add("formula", nargs="?", metavar="FORMULA", help='mean equation, such as "y ~ x"')
    add("files", nargs="*", metavar="FILE", help="the data: CSV in UTF-8, names first; Parquet")
    add("--scale", metavar="FORMULA", help='equation of the log variance, such as "~ x"')
    add("--cov-type", metavar="TYPE", help=f"covariance: {', '.join(COVARIANCES)}")
    add("--groups", metavar="COL", help="column of the clusters or series of the rows")
    add("--maxlags", metavar="N", type=int, help="lags of the covariances HAC and hac-panel")
    add("--offset", metavar="COL", help="column of known parts of the mean")
    add("--offset-scale", metavar="COL", help="column of known parts of the log variance")
    add("--freq-weights", metavar="COL", help="column of how often each row was seen")
    add("--var-weights", metavar="COL", help="column of inverse relative variances")
    add("--no-eval", action="store_true", help="refuse formulas that would run code")
    add("--in-passes", action="store_true", help="read CSV in passes, not into memory")
    add("--progress", action="store_true", help="show how far each pass is")
    limits = parser.add_argument_group("limits", _LIMIT)
    for name in _LIMITS:
        what = "truncation" if name.startswith("trunc") else "censoring"
        side = "left" if name.endswith("left") else "right"
        limits.add_argument(
            f"--{name.replace('_', '-')}",
            metavar="LIMIT",
            type=_number_or_column,
            help=f"limit of {what} from the {side}",
        )
    add("--version", action="store_true", help="show the version and exit")
    add("-h", "--help", action="store_true", help="show this help and exit")
    return parser


def _number_or_column(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _version() -> str:
    try:
        return metadata.version("sm_gaussmle")
    except metadata.PackageNotFoundError:
        return "(not installed: run from its source)"


def _data(given: argparse.Namespace) -> pd.DataFrame | list[str] | str:
    files: list[str] = given.files
    if len(files) > 1:
        return files
    (file,) = files
    return file if given.in_passes or _is_table(file) else _read(given)


def _is_table(file: str) -> bool:
    """Whether a file is not one of CSV by itself, which memory has room for."""
    path = Path(file)
    if path.is_dir() or (has_magic(file) and not path.exists()):
        return True
    return file_kind(path) is not None and path.suffix.lower() != ".csv"


def _read(given: argparse.Namespace) -> pd.DataFrame:
    (file,) = given.files
    try:
        data = read_csv(file)
        formulas = [given.formula, given.scale or ""]
        numbers = {name: getattr(given, name) for name in (*_PER_ROW, *_LIMITS)}
        named = {*used_columns(formulas, data.columns), *numbers.values()}
        strays = csv_strays(file, data, [name for name in data.columns if name in named])
        for argument, name in numbers.items():
            refuse_stray_numbers(argument, name, strays)
        for code in formula_pieces(given.formula, given.scale) if strays else ():
            refuse_strays(code, strays)
    except ValueError as error:
        raise _UsageError(_sentence(error)) from error
    return data


def _fit(given: argparse.Namespace, data: pd.DataFrame | list[str] | str) -> Any:  # noqa: ANN401 - statsmodels'
    try:
        if given.no_eval:
            rows: Any = data if isinstance(data, pd.DataFrame) else open_table(data)
            refuse_code(given.formula, given.scale, list(rows.columns))
        model = smg.gaussmle(
            given.formula,
            data,
            scale_formula=given.scale,
            # Not the names of this module.
            eval_env={} if given.no_eval else {"np": np},
            **{name: getattr(given, name) for name in (*_PER_ROW, *_LIMITS)},
        )
        options = {name: getattr(given, name) for name in _COVARIANCE}
        return model.fit(
            cov_type=given.cov_type or "nonrobust",
            cov_kwds={name: value for name, value in options.items() if value is not None},
            progress=given.progress,
        )
    except _REFUSALS as error:
        raise _UsageError(str(error)) from error


@contextmanager
def _warnings_in_one_line() -> Iterator[None]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # Python hides these from users too: they are for who wrote the code.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            yield
        finally:
            for text in dict.fromkeys(_one_line(warning.message) for warning in caught):
                print(f"sm_gaussmle: warning: {text}", file=sys.stderr)


def _one_line(message: object) -> str:
    return " ".join(str(message).split())


def _sentence(message: object) -> str:
    return f"{_one_line(message).rstrip(' .')}."


def _refuse(message: str) -> int:
    print(f"sm_gaussmle: error: {_one_line(message)}", file=sys.stderr)
    return 2


def _write(text: str) -> int:
    # A terminal that lacks a character of a column's name shows its number instead. The
    # stream is None where the process was started without one.
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), end="", flush=True)
    except OSError as error:
        # Python flushes once more at exit; that must not fail for the same reason.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return PIPE_CLOSED
        return _refuse(f"the output cannot be written: {error.strerror}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
