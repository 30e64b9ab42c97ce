"""Times of several functions in turn, so that a drifting machine hits all alike."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


def seconds(functions: dict[str, Callable[[], object]], rounds: int) -> dict[str, np.ndarray]:
    """Time functions in turn.

    Parameters
    ----------
    functions : dict of str to callable
        What to time.
    rounds : int
        How often to go round; one round before does not count.

    Returns
    -------
    dict of str to ndarray, shape (rounds,)
        Seconds of each call.
    """
    times = {name: np.empty(rounds) for name in functions}
    for turn in range(-1, rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            end = time.perf_counter()
            if turn >= 0:
                times[name][turn] = end - start
    return times
