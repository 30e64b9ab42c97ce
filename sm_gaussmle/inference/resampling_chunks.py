"""Replicates that are drawn together.

Every replicate belongs to a chunk of fixed size, and every chunk has random numbers of its
own, so that a seed gives the same replicates however the chunks are shared out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_CHUNK = 128  # replicates
_CHUNK_ELEMENTS = 2**24  # 128 MB of draws, beyond which a chunk has fewer replicates


@dataclass(frozen=True)
class Chunk:
    """Replicates that are drawn together.

    Attributes
    ----------
    seed : numpy.random.SeedSequence
        Of their random numbers.
    first : int
        Number of the first one.
    size : int
        How many they are.
    """

    seed: np.random.SeedSequence
    first: int
    size: int

    @property
    def places(self) -> slice:
        """Numbers of the replicates."""
        return slice(self.first, self.first + self.size)


def chunks(generator: np.random.Generator, nrep: int, n_rows: int) -> list[Chunk]:
    """Share replicates out to chunks with random numbers of their own.

    Parameters
    ----------
    generator : numpy.random.Generator
        Gives the seed of all.
    nrep : int
        Number of replicates.
    n_rows : int
        Number of rows: a chunk of many rows has fewer replicates.

    Returns
    -------
    list of Chunk
        In the order of the replicates.
    """
    size = chunk_size(n_rows)
    starts = range(0, nrep, size)
    # Of the generator's state, which every generator has, and not of its own seed.
    entropy = generator.integers(0, 2**32, size=4, dtype=np.uint32)
    seeds = np.random.SeedSequence(entropy.tolist()).spawn(len(starts))
    return [
        Chunk(seed, start, min(size, nrep - start))
        for seed, start in zip(seeds, starts, strict=True)
    ]


def chunk_size(n_rows: int) -> int:
    """Number of replicates whose draws are held in memory together.

    Parameters
    ----------
    n_rows : int
        Number of rows.

    Returns
    -------
    int
        Depends on the rows alone, since a seed gives other replicates with another size.
    """
    return max(1, min(_CHUNK, _CHUNK_ELEMENTS // n_rows))
