"""Files that a path, a glob or a list of paths stand for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from glob import glob, has_magic
from pathlib import Path

_SUFFIXES = {
    "parquet": (".parquet", ".pq"),
    "delimited": (".csv", ".csv.gz", ".tsv", ".tsv.gz"),
    "arrow": (".arrow", ".feather"),
}
_ACCEPTED = (
    "a file, a directory of files, a glob or a list of them, with the ending "
    + ", ".join(ending for endings in _SUFFIXES.values() for ending in endings)
)


def file_kind(file: Path) -> str | None:
    """Which engine reads a file, by its ending.

    Parameters
    ----------
    file : Path
        Its name.

    Returns
    -------
    str or None
        ``"parquet"``, ``"delimited"`` or ``"arrow"``; None for others.
    """
    name = file.name.lower()
    return next((kind for kind, ends in _SUFFIXES.items() if name.endswith(ends)), None)


def found_files(data: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> list[Path]:
    """Files that there are.

    Parameters
    ----------
    data : str, PathLike or sequence of them
        Files, directories and globs.

    Returns
    -------
    list of Path
        At least one. Those of a directory or a glob are sorted by name.

    Raises
    ------
    FileNotFoundError
        If a glob matches nothing, a file is not there, or a directory has no such files.
    ValueError
        If the path is of no accepted kind, or a file is among them twice.
    """
    given = [data] if isinstance(data, (str, os.PathLike)) else data
    files = [file for path in given for file in _found(os.fspath(path))]
    seen: dict[Path, Path] = {}
    for file in files:
        before = seen.setdefault(file.resolve(), file)
        if before is not file:
            under = "" if before == file else f", once as {str(before)!r}"
            raise ValueError(
                f"`data` has the file {str(file)!r} twice{under}: its rows would count twice. "
                "Give each file once."
            )
    return files


def _found(path: str) -> list[Path]:
    exact = Path(path).expanduser()
    # An empty text would be the working directory.
    if path and exact.is_dir():
        files = sorted(
            file
            for file in exact.rglob("*")
            if file.is_file()
            and file_kind(file)
            and not any(name.startswith((".", "_")) for name in file.relative_to(exact).parts)
        )
        if not files:
            raise FileNotFoundError(
                f"The directory {path!r} has no files of data; {_ACCEPTED}."
            )
        return files
    if exact.exists():
        files = [exact]
    elif has_magic(path):
        files = sorted(Path(name) for name in glob(str(exact), recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not files:
            raise FileNotFoundError(f"No file matches the pattern {path!r}.")
    elif file_kind(exact):
        raise FileNotFoundError(f"There is no file {path!r}.")
    else:
        files = [exact]
    for file in files:
        if file_kind(file) is None:
            raise ValueError(
                f"`data` is {str(file)!r}, which is not a table; give {_ACCEPTED}."
            )
    return files


def short_names(files: Sequence[Path]) -> list[str]:
    """Names of files for errors.

    Parameters
    ----------
    files : sequence of Path
        At least one.

    Returns
    -------
    list of str
        Without what all of them begin with.
    """
    folder = os.path.commonpath([file.parent for file in files])
    return [os.path.relpath(file, folder) for file in files]


def counted(kind: str, files: Sequence[Path]) -> str:
    """What files are called together.

    Parameters
    ----------
    kind : str
        Their format.
    files : sequence of Path
        At least one.

    Returns
    -------
    str
        The format with the name of the one file, or their number.
    """
    return f"{kind}, {files[0].name if len(files) == 1 else f'{len(files)} files'}"
