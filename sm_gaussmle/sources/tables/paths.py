"""Files that a path, a glob or a list of paths stand for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from glob import glob, has_magic
from pathlib import Path
from typing import NoReturn

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
    PermissionError
        If a file may not be read or a folder not be listed.
    ValueError
        If the path is of no accepted kind, its name no text in UTF-8, or a file is among them
        twice.
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
    exact = _named(path)
    # An empty text would be the working directory.
    if path and os.path.isdir(exact):  # noqa: PTH112 - Path.is_dir raises for a long text
        files = sorted(_inside(exact))
        if not files:
            raise FileNotFoundError(
                f"The directory {path!r} has no files of data (those whose names begin with a "
                f"dot or an underscore are passed over); give {_ACCEPTED}."
            )
        return [_readable(file) for file in files]
    if os.path.exists(exact):  # noqa: PTH110 - Path.exists raises for a long text
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
    return [_readable(file) for file in files]


def _inside(folder: Path) -> Iterator[Path]:
    # Path.rglob passes over what may not be listed, and its rows would be missing.
    for here, folders, names in os.walk(folder, onerror=_refuse_folder):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        for name in names:
            file = Path(here, name)
            if file_kind(file) and not name.startswith((".", "_")):
                yield file


def _refuse_folder(error: OSError) -> NoReturn:
    raise PermissionError(
        f"The folder {error.filename!r} cannot be listed: {error.strerror}. Its files would be "
        "missing; change its permissions, or give the files to be read."
    ) from error


def _named(path: str) -> Path:
    """What a path names: a file whose name begins with ``~`` before someone's home."""
    exact = Path(path)
    if os.path.lexists(exact):
        return exact
    try:
        return exact.expanduser()
    except RuntimeError:  # there is no such user
        return exact


def _readable(file: Path) -> Path:
    """A file that can be opened, under a name that engines can be told."""
    try:
        str(file).encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"The name of the file {os.fsencode(file)!r} is no text in UTF-8, which engines "
            "need to open it; rename the file."
        ) from error
    if not file.exists():  # a link in a folder
        raise FileNotFoundError(f"There is no file {str(file)!r}: what it links to is gone.")
    if not os.access(file, os.R_OK):
        raise PermissionError(
            f"The file {str(file)!r} may not be read by this user; change its permissions."
        )
    return file


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
