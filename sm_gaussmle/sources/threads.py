"""Threads over row blocks, with BLAS held to one thread each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from typing import TypeVar

from threadpoolctl import ThreadpoolController

S = TypeVar("S")
T = TypeVar("T")

# Multiplications above which a second thread pays for being started.
_THREADED_WORK = 5e8


@cache
def _blas() -> ThreadpoolController:
    # Looking the libraries up takes milliseconds, so it is done once.
    return ThreadpoolController().select(user_api="blas")


def thread_count() -> int:
    """Threads that BLAS may use now, which are those a pass over the data takes.

    Returns
    -------
    int
        At least 1. The environment (``OPENBLAS_NUM_THREADS``) and
        ``threadpoolctl.threadpool_limits`` set it.
    """
    return max((library["num_threads"] for library in _blas().info()), default=1)


def ordered_map(
    function: Callable[[S], T], items: Sequence[S], multiplications: float
) -> Iterator[T]:
    """Apply a function to items, in threads where the work is worth it.

    Parameters
    ----------
    function : callable
        Is called once per item; releases the interpreter in NumPy and BLAS.
    items : sequence
        What to work on.
    multiplications : float
        Estimate of the work.

    Yields
    ------
    object
        Results in the order of the items, so that their sum does not depend on which
        thread was first.
    """
    if len(items) == 1:
        yield function(items[0])
        return
    workers = thread_count() if multiplications > _THREADED_WORK else 1
    # BLAS's own threads on small blocks are several times slower than none beside a busy
    # process, and no faster alone.
    with _blas().limit(limits=1):
        if workers == 1:
            yield from map(function, items)
            return
        with ThreadPoolExecutor(workers) as pool:
            # Each call has a copy of the context: NumPy's error state belongs to it.
            yield from pool.map(
                lambda pair: pair[0].run(function, pair[1]),
                [(copy_context(), item) for item in items],
            )
