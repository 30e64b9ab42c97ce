"""Tasks of Dask that come to something small, run by whatever Dask computes with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sm_gaussmle.sources.table import PartError

if TYPE_CHECKING:
    from dask.delayed import Delayed
    from distributed import Client, Future


class PartTasks:
    """Tasks of Dask, one a partition of a DataFrame.

    Parameters
    ----------
    tasks : list of Delayed
        In the order of the partitions.
    """

    def __init__(self, tasks: list[Delayed]) -> None:
        self._tasks = tasks

    def __len__(self) -> int:
        return len(self._tasks)

    def results(
        self,
        which: slice,
        size: int,
        join: Callable[[list[Any]], Any],
        each: Callable[[Any], object] | None = None,
    ) -> list[Any]:
        """What some partitions come to, neighbours joined before it arrives here.

        Parameters
        ----------
        which : slice
            Of the partitions, at least one.
        size : int
            Number of neighbours.
        join : callable
            Maps what neighbours come to, a list, to one thing or None. It is called by
            whatever computes.
        each : callable, optional
            Called here with what is joined, as it arrives, unless it is None.

        Returns
        -------
        list
            What is joined, in the order of the partitions.

        Raises
        ------
        PartError
            If a partition cannot be computed.
        """
        from dask import delayed
        from dask.base import get_scheduler

        numbers = range(len(self))[which]
        bundles = [numbers[begin : begin + size] for begin in range(0, len(numbers), size)]
        tasks = [
            delayed(join)([self._tasks[number] for number in bundle]) for bundle in bundles
        ]

        def arrived(result: object) -> None:
            if each is not None and result is not None:
                each(result)

        # Dask's own rule of what computes: the method of a client, or a function.
        client = getattr(get_scheduler(), "__self__", None)
        if client is None:
            return self._computed_here(tasks, numbers, arrived)
        return self._computed_by(client, tasks, bundles, arrived)

    def _computed_here(
        self, tasks: list[Delayed], numbers: range, arrived: Callable[[Any], None]
    ) -> list[Any]:
        import dask
        from dask.callbacks import Callback

        keys = {task.key for task in tasks}

        def after_task(key: object, result: object, *_: object) -> None:
            if key in keys:
                arrived(result)

        try:
            with Callback(posttask=after_task):
                return list(dask.compute(*tasks, traverse=False))
        except Exception as error:  # of the user's graph
            # Dask does not say where this happened: each partition is tried again.
            for number in numbers:
                try:
                    self._tasks[number].compute(scheduler="synchronous")
                except Exception as cause:  # the one that is to be named
                    raise self._failed(number, cause) from cause
            error.add_note("No partition fails when each is computed again.")
            raise

    def _computed_by(
        self,
        client: Client,
        tasks: list[Delayed],
        bundles: list[range],
        arrived: Callable[[Any], None],
    ) -> list[Any]:
        from distributed import as_completed

        numbers = range(bundles[0].start, bundles[-1].stop)
        # Futures of the partitions too: they tell which one failed, and what they come to
        # stays where it is.
        futures: list[Future] = client.compute(
            [*tasks, *self._tasks[numbers.start : numbers.stop]], traverse=False
        )
        joined = futures[: len(tasks)]
        single = dict(zip(numbers, futures[len(tasks) :], strict=True))
        results: dict[str, Any] = {}
        place = {future.key: bundle for future, bundle in zip(joined, bundles, strict=True)}
        try:
            for future in as_completed(joined):
                if future.status == "error":
                    for number in place[future.key]:
                        if (cause := single[number].exception()) is not None:
                            raise self._failed(number, cause) from cause
                results[future.key] = future.result()
                for number in place[future.key]:
                    single[number].release()
                arrived(results[future.key])
        finally:
            # Not when an error that is kept lets go of them: the workers stop now.
            for future in futures:
                future.release()
        return [results[future.key] for future in joined]

    def _failed(self, number: int, cause: Exception) -> PartError:
        return PartError(
            f"Dask, partition {number} of {len(self)}, `data.partitions[{number}]`: "
            f"{type(cause).__name__}: {cause}"
        )
