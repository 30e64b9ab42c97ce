"""Random blocks of rows, and ways to cut them up."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from sm_gaussmle.likelihood.evaluation import RowBlock

FIELDS = ("endog", "exog", "exog_scale", "offset", "log_variance_offset", "freq_weights")


def part_of(block, rows):
    """Return some rows of a block: a slice, positions or repeated positions."""
    arrays = [getattr(block, name) for name in FIELDS]
    return RowBlock(*[None if array is None else array[rows] for array in arrays])


@st.composite
def row_blocks(draw, *, smallest=1, responses=(None,)):
    """Draw a block with or without each of the offsets and weights."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, k_mean, k_scale = (
        draw(st.integers(smallest, 25)),
        draw(st.integers(1, 4)),
        draw(st.integers(1, 3)),
    )
    m = draw(st.sampled_from(responses))
    has_offset, has_log_variance, has_weights = (draw(st.booleans()) for _ in range(3))
    return RowBlock(
        endog=rng.normal(size=n if m is None else (n, m)),
        exog=rng.normal(size=(n, k_mean)),
        exog_scale=rng.normal(size=(n, k_scale)),
        offset=rng.normal(size=n) if has_offset else None,
        log_variance_offset=rng.normal(size=n) if has_log_variance else None,
        freq_weights=rng.integers(1, 5, n).astype(float) if has_weights else None,
    )


@st.composite
def cut_blocks(draw, **options):
    """Draw a block beside the parts of one of its partitions into consecutive rows."""
    block = draw(row_blocks(smallest=2, **options))
    n = len(block.endog)
    cuts = sorted(draw(st.sets(st.integers(1, n - 1), min_size=1)))
    ends = [0, *cuts, n]
    return block, [part_of(block, slice(*pair)) for pair in pairwise(ends)]


def total(parts):
    """Add up, from the left."""
    first, *others = parts
    for other in others:
        first = first + other
    return first
