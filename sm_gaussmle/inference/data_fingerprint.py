"""Whether two fits saw the same data, without keeping the data."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.likelihood.terms import Array


class DataFingerprint(NamedTuple):
    """What fits have in common whose likelihoods may be compared.

    Attributes
    ----------
    rows : int
        Number of rows.
    responses : int
        Digest of 64 bits of the responses, in their order.
    counts : int
        Digest of how often each row was seen; 0 where that is once each.
    """

    rows: int
    responses: int
    counts: int


def data_fingerprint(
    endog: Array, freq_weights: Array | None, *further: Array
) -> DataFingerprint:
    """Digest of the data of a fit; offsets and known variances belong to its model.

    Parameters
    ----------
    endog : ndarray, shape (n,)
        Responses.
    freq_weights : ndarray, shape (n,), or None
        How often each row was seen: None is once each, as ones are.
    *further : ndarray, shape (n,)
        What else the responses consist of, such as numbers of trials.

    Returns
    -------
    DataFingerprint
        Equal for the same values in the same order of rows.
    """
    once = freq_weights is None or bool((freq_weights == 1.0).all())
    counts = 0 if once or freq_weights is None else _digest(freq_weights)
    return DataFingerprint(len(endog), _digest(endog, *further), counts)


def row_hashes(*columns: Array) -> NDArray[np.uint64]:
    """64 bits of each row.

    Parameters
    ----------
    *columns : ndarray, shape (n,)
        What a row consists of.

    Returns
    -------
    ndarray of uint64, shape (n,)
        The same for the same values.

    Notes
    -----
    The bits of each value are mixed as in SplitMix64 (Steele, Lea and Flood 2014) [1]_.

    References
    ----------
    .. [1] G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number
       generators", ACM SIGPLAN Notices 49 (2014) 453-472. doi:10.1145/2714064.2660195
    """
    mixed = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        # Adding zero makes the negative zero a zero.
        mixed ^= (np.ascontiguousarray(column, dtype=float) + 0.0).view(np.uint64)
        mixed += np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(30)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(27)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed


def hash_weights(hashes: NDArray[np.uint64]) -> Array:
    """Hashes as weights of rows in sums.

    Parameters
    ----------
    hashes : ndarray of uint64, shape (n,)
        Of the rows.

    Returns
    -------
    ndarray, shape (n,)
        Between -1/2 and 1/2.
    """
    return np.asarray((hashes >> np.uint64(11)) * 2.0**-53 - 0.5, dtype=float)


def _digest(*columns: Array) -> int:
    state = hashlib.blake2b(digest_size=8)
    for column in columns:
        # Adding zero makes the negative zero a zero.
        state.update((np.ascontiguousarray(column, dtype=float) + 0.0).data)
    return int.from_bytes(state.digest(), "big")
