"""Seeds among the arguments, checked."""

from __future__ import annotations

from typing import Any

import numpy as np


def random_generator(rng: Any) -> np.random.Generator:
    """Generator of random numbers from the argument `rng`.

    Parameters
    ----------
    rng : int, numpy.random.Generator or None
        Seed, generator, or None for other numbers each time.

    Returns
    -------
    numpy.random.Generator
        The generator.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"`rng` is {rng!r}; it must be a seed (a whole number, zero or more), a "
            "numpy.random.Generator or None."
        ) from error
