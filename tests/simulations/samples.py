"""What the settings of the studies have in common: seeds, columns, errors and fits.

A sample is determined by its setting, size and number; its columns by setting and size.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sm_gaussmle import GaussianMLE

SEED = 20261121


class Sample:
    """A sample of a setting.

    Parameters
    ----------
    n : int
        Number of observations.
    number : int
        Which sample of this size.
    """

    name: str
    place: int  # of the setting, for its seeds

    def __init__(self, n: int, number: int) -> None:
        self.n, self.number = n, number

    def columns(self, k: int) -> np.ndarray:
        """Return a constant and k normal columns, the same in all samples of this size."""
        drawn = self._generator(self.n).standard_normal((self.n, k))
        return np.column_stack([np.ones(self.n), drawn])

    @cached_property
    def errors(self) -> np.ndarray:
        """Standard normal errors."""
        return self._generator(self.n, self.number).standard_normal(self.n)

    def resampling(self) -> np.random.Generator:
        """Return a generator for the bootstrap of this sample."""
        return self._generator(self.n, self.number, 1)

    def _generator(self, *numbers: int) -> np.random.Generator:
        return np.random.default_rng(
            np.random.SeedSequence(SEED, spawn_key=(self.place, *numbers))
        )


def fitted(model: GaussianMLE, **options):
    """Fit a model, or raise where it has no maximum."""
    result = model.fit(**options)
    if not result.converged:
        raise ValueError(result.convergence_report().reason)
    return result
