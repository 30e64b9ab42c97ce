"""Seeds among the arguments, checked."""

from __future__ import annotations

from typing import Any

import numpy as np

_SOURCES = (
    np.random.Generator,
    np.random.BitGenerator,
    np.random.SeedSequence,
    np.random.RandomState,
)


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
    seed = isinstance(rng, int | np.integer) and not isinstance(rng, bool) and rng >= 0
    # Numpy takes more for a seed: of a matrix it makes so many that the process ends.
    if not (rng is None or seed or isinstance(rng, _SOURCES)):
        raise ValueError(
            f"`rng` is {rng!r}; it must be a seed (a whole number, zero or more), a "
            "numpy.random.Generator or None."
        )
    return np.random.default_rng(rng)
