"""Files that have to stay as they are from one pass to the next."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sm_gaussmle.sources.table import RowsChangedError


class FileVersions:
    """What files were when a table of them was opened.

    Parameters
    ----------
    files : iterable of str or Path
        Files that are there.
    """

    def __init__(self, files: Iterable[str | os.PathLike[str]]) -> None:
        self._known = {Path(file): _version(Path(file)) for file in files}

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Something that reads the files, which are to be the same before and after it.

        Yields
        ------
        None
            What is read in the meantime is of the files that were opened.

        Raises
        ------
        RowsChangedError
            If a file was rewritten, replaced or removed; instead of the error to which
            that has led, where it has.
        """
        self._check()
        try:
            yield
        except Exception:  # raised again, if no file is the reason
            self._check()
            raise
        self._check()

    def _check(self) -> None:
        for file, known in self._known.items():
            now = _version(file)
            if now != known:
                what = "is no longer there" if now is None else "was written anew"
                raise RowsChangedError(
                    f"the data changed between two passes: {str(file)!r} {what} since the "
                    "model was set up. Results would be of neither; set up a model of the "
                    "files as they are now, and fit data that stay so, such as a copy."
                )


def _version(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    # Two writes may fall into one second, or leave as many bytes; a file that takes the
    # place of another may have its time too.
    return found.st_size, found.st_mtime_ns, found.st_ino
