"""How far a long computation is."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any


@contextmanager
def counted(
    total: int | None, what: str, *, shown: bool, unit: str = "it"
) -> Iterator[Callable[[int], None]]:
    """Count steps while they are done.

    Parameters
    ----------
    total : int or None
        Number of steps; None where it is not known.
    what : str
        What they are steps of.
    shown : bool
        Whether to show them: as a bar of tqdm where that is installed, else as numbers on
        standard error.

    unit : str, default "it"
        What the bar calls a step.

    Yields
    ------
    callable
        To be called with the number of further steps done, from any thread.
    """
    if not shown:
        yield lambda _steps: None
        return
    lock = Lock()
    try:
        tqdm: Any = importlib.import_module("tqdm.auto").tqdm
    except ImportError:
        done, of = 0, "" if total is None else f"/{total}"

        def show(steps: int) -> None:
            nonlocal done
            with lock:
                done += steps
                sys.stderr.write(f"\r{what}: {done}{of}")
                sys.stderr.flush()

        yield show
        sys.stderr.write("\n")
        return
    with tqdm(total=total, desc=what, unit=unit, unit_scale=unit != "it") as bar:

        def update(steps: int) -> None:
            with lock:
                bar.update(steps)

        yield update
