"""How replicates are shared out."""

import numpy as np

from sm_gaussmle.inference.resampling_chunks import chunks


def test_chunks_hold_all_replicates_in_order():
    parts = chunks(np.random.default_rng(1), 300, 10)
    places = [place for part in parts for place in range(300)[part.places]]
    assert places == list(range(300))


def test_a_chunk_of_many_rows_has_few_replicates():
    assert [part.size for part in chunks(np.random.default_rng(1), 5, 2**23)] == [2, 2, 1]
    assert [part.size for part in chunks(np.random.default_rng(1), 2, 2**30)] == [1, 1]


def test_chunks_have_random_numbers_of_their_own():
    parts = chunks(np.random.default_rng(1), 300, 10)
    first = {np.random.default_rng(part.seed).integers(2**62) for part in parts}
    assert len(first) == len(parts) == 3


def test_the_state_of_a_generator_decides():
    def numbers(generator):
        return [part.seed.generate_state(2).tolist() for part in chunks(generator, 300, 10)]

    generator = np.random.default_rng(1)
    first, second = numbers(generator), numbers(generator)
    assert first != second
    assert numbers(np.random.default_rng(1)) == first
    # One that cannot spawn others.
    legacy = np.random.Generator(np.random.RandomState(1)._bit_generator)
    assert len(numbers(legacy)) == 3
