"""Threads over row blocks, with BLAS held to one thread each."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from threadpoolctl import ThreadpoolController

S = TypeVar("S")
T = TypeVar("T")

# Multiplications above which a second thread pays for being started.
_THREADED_WORK = 5e8

# Threads of a pass that reads, at most: each holds a batch of rows and its design matrix,
# and more of them decode faster than most disks deliver.
_MOST_READERS = 8


@cache
def _blas() -> ThreadpoolController:
    # Looking the libraries up takes milliseconds, so it is done once.
    return ThreadpoolController().select(user_api="blas")


def _any_thread_may_limit() -> None:
    """Let this thread set how many threads BLAS takes.

    From threadpoolctl 3.8 on only the thread that did so first may, and others do nothing.
    Here the first to need the limit sets it and the last lifts it, whichever they are.
    """
    for library in _blas().lib_controllers:
        released = getattr(library, "clear_controlling_thread", None)
        if released is not None:
            released(force=True)


class _OneThread:
    """Holds BLAS to one thread while anyone needs it.

    The limit is the process's, so that passes in several threads of the caller share it:
    the first one sets it, the last one lifts it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._users = 0
        self._limit: Any = None
        self.before = 1

    @property
    def held(self) -> bool:
        """Whether a pass is under way."""
        return self._users > 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._users:
                self.before = _threads_now()
                _any_thread_may_limit()
                self._limit = _blas().limit(limits=1)
            self._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                _any_thread_may_limit()
                self._limit.restore_original_limits()
                _any_thread_may_limit()


# `with ONE_BLAS_THREAD:` around a pass, or within each task of one.
ONE_BLAS_THREAD = _OneThread()


def _threads_now() -> int:
    return max((library["num_threads"] for library in _blas().info()), default=1)


def thread_count() -> int:
    """Threads that BLAS may use now, which are those a pass over the data takes.

    Returns
    -------
    int
        At least 1. The environment (``OPENBLAS_NUM_THREADS``) and
        ``threadpoolctl.threadpool_limits`` set it.
    """
    return ONE_BLAS_THREAD.before if ONE_BLAS_THREAD.held else _threads_now()


def ordered_map(
    function: Callable[[S], T], items: Sequence[S], multiplications: float
) -> Generator[T, None, None]:
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
    with ONE_BLAS_THREAD:
        if workers == 1:
            yield from map(function, items)
            return
        with ThreadPoolExecutor(workers) as pool:
            # Each call has a copy of the context: NumPy's error state belongs to it.
            yield from pool.map(
                lambda pair: pair[0].run(function, pair[1]),
                [(copy_context(), item) for item in items],
            )


def _reader_count() -> int:
    # A second reader pays even where BLAS has one thread: 1.4 against 2.5 s for 10^7 rows
    # of 21 columns in Parquet, on two cores.
    return min(max(thread_count(), 2), os.cpu_count() or 1, _MOST_READERS)


def ordered_stream(function: Callable[[S], T], items: Iterable[S]) -> Generator[T, None, None]:
    """Apply a function in threads to items as they come, never far ahead of the results.

    Parameters
    ----------
    function : callable
        Is called once per item, in a thread of the pool.
    items : iterable
        What to work on. It is advanced here, in the caller's thread.

    Yields
    ------
    object
        Results in the order of the items, as many items ahead as there are threads.
    """
    workers = _reader_count()
    pending: deque[Future[T]] = deque()
    with ONE_BLAS_THREAD, ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                # Each call has a copy of the context: NumPy's error state belongs to it.
                pending.append(pool.submit(copy_context().run, function, item))
                if len(pending) > workers:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
