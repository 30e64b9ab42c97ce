"""Ordered normal residuals, where they are expected and how far they stray by chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from sm_gaussmle.statsmodels_face.plots.shown_rows import MOST_ROWS, shown_ranks

Array = NDArray[np.float64]

# Of the samples that the level of a simultaneous band is found by: 0.05 is then known to
# 0.003 (one standard error).
_SAMPLES = 5_000
_BAND_RANKS = 60


@dataclass(frozen=True)
class OrderedResiduals:
    """Residuals in order, with the normal quantiles that they are compared with.

    Attributes
    ----------
    resid : ndarray, shape (m,)
        Ordered residuals, those that are drawn.
    quantiles : ndarray, shape (m,)
        Medians of such order statistics of standard normal samples.
    nobs : float
        Size of the sample: the sum of the frequency weights.
    n_rows : int
        Number of rows.
    """

    resid: Array
    quantiles: Array
    nobs: float
    n_rows: int

    @classmethod
    def of(
        cls, resid: Array, weights: Array | None = None, most: int = MOST_ROWS
    ) -> OrderedResiduals:
        """Put residuals in order.

        Parameters
        ----------
        resid : ndarray, shape (n,)
            The residuals.
        weights : ndarray, shape (n,), optional
            Frequency weights: a row takes as many ranks, and is drawn at the middle one.
        most : int, default 10000
            How many are drawn at most.

        Returns
        -------
        OrderedResiduals
            In order.
        """
        order = np.argsort(resid, kind="stable")
        counts = np.ones(len(resid)) if weights is None else weights[order]
        last = np.cumsum(counts)
        nobs = float(last[-1])
        shown = shown_ranks(len(resid), most)
        ranks = (last - 0.5 * (counts - 1.0))[shown]
        quantiles = normal_of_beta(ranks, nobs + 1.0 - ranks, 0.5)
        return cls(resid[order][shown], quantiles, nobs, len(resid))


@dataclass(frozen=True)
class NormalBand:
    """Where ordered values of a standard normal sample are expected.

    Attributes
    ----------
    quantiles : ndarray, shape (m,)
        Medians of order statistics, increasing.
    lower, upper : ndarray, shape (m,)
        The band.
    """

    quantiles: Array
    lower: Array
    upper: Array


def normal_band(nobs: float, alpha: float, *, simultaneous: bool) -> NormalBand:
    r"""Band of the ordered values of a standard normal sample.

    Parameters
    ----------
    nobs : float
        Size of the sample.
    alpha : float
        One minus the level of the band.
    simultaneous : bool
        Whether the level is that all values are inside, not each by itself.

    Returns
    -------
    NormalBand
        At all ranks, of more than 120 at some, closer at the ends.

    Notes
    -----
    The i-th of n ordered values is between :math:`\Phi^{-1}` of the quantiles
    :math:`a/2` and :math:`1 - a/2` of :math:`B(i, n + 1 - i)`, with probability
    :math:`1 - a`. A pointwise band has :math:`a = \alpha`; a simultaneous one the
    :math:`a` at which all values are inside with probability :math:`1 - \alpha`, found by
    simulation: the tail-sensitive band of Aldor-Noiman et al. (2013) [1]_. It is for values
    whose distribution is known; estimated parameters make residuals stray less.

    References
    ----------
    .. [1] S. Aldor-Noiman, L. D. Brown, A. Buja, W. Rolke and R. A. Stine, "The Power to
       See: A New Graphical Test of Normality", The American Statistician 67 (2013) 249-260.
       doi:10.1080/00031305.2013.847865
    """
    ranks = band_ranks(nobs)
    level = local_level(nobs, alpha) if simultaneous else alpha
    other = nobs + 1.0 - ranks
    # The upper one from the other end, where it has all its digits.
    median, lower, upper = (
        normal_of_beta(*ends, below)
        for ends, below in (
            ((ranks, other), 0.5),
            ((ranks, other), 0.5 * level),
            ((other, ranks), 0.5 * level),
        )
    )
    return NormalBand(median, lower, -upper)


def normal_of_beta(a: Array, b: Array, below: float) -> Array:
    """Normal quantiles of a quantile of beta distributions.

    Parameters
    ----------
    a, b : ndarray, shape (m,)
        Parameters of the beta distributions.
    below : float
        Probability below the quantile.

    Returns
    -------
    ndarray, shape (m,)
        What the quantile of an ordered uniform number is for a normal one.
    """
    return np.asarray(special.ndtri(special.betaincinv(a, b, below)), dtype=float)


def band_ranks(nobs: float) -> Array:
    """Ranks at which a band is computed.

    Parameters
    ----------
    nobs : float
        Size of the sample.

    Returns
    -------
    ndarray
        All of a small sample; of a large one 120 at most, closer at the ends.
    """
    half = np.rint(np.geomspace(1.0, max(0.5 * nobs, 1.0), _BAND_RANKS))
    if nobs <= 2 * _BAND_RANKS:
        half = np.arange(1.0, max(0.5 * nobs, 0.5) + 1.0)
    return np.unique(np.concatenate([half, nobs + 1.0 - half]))


@lru_cache(maxsize=16)
def local_level(nobs: float, alpha: float) -> float:
    """Level of each interval of a simultaneous band.

    Parameters
    ----------
    nobs : float
        Size of the sample.
    alpha : float
        One minus the level of the band.

    Returns
    -------
    float
        The probability of each ordered value to be outside; the same each time, for the
        seed is fixed.
    """
    ranks = band_ranks(nobs)
    gaps = np.diff(np.concatenate([[0.0], ranks, [nobs + 1.0]]))
    # Uniform order statistics at those ranks alone: sums of exponentials over their total.
    sums = np.random.default_rng(0).standard_gamma(gaps, (_SAMPLES, len(gaps))).cumsum(axis=1)
    below = special.betainc(ranks, nobs + 1.0 - ranks, sums[:, :-1] / sums[:, -1:])
    outermost = 2.0 * np.minimum(below, 1.0 - below).min(axis=1)
    return float(np.quantile(outermost, alpha))


def worm_band(quantiles: Array, nobs: float, alpha: float) -> Array:
    r"""How far ordered normal values stray from their quantiles, each by itself.

    Parameters
    ----------
    quantiles : ndarray, shape (m,)
        Standard normal quantiles.
    nobs : float
        Size of the sample.
    alpha : float
        One minus the level.

    Returns
    -------
    ndarray, shape (m,)
        Half width of the band of van Buuren and Fredriks (2001) [1]_, the large-sample
        :math:`z_{1 - \alpha/2} \sqrt{p (1 - p) / n} / \varphi(z)`, where
        :math:`p = \Phi(z)`.

    References
    ----------
    .. [1] S. van Buuren and M. Fredriks, "Worm Plot: A Simple Diagnostic Device for
       Modelling Growth Reference Curves", Statistics in Medicine 20 (2001) 1259-1277.
       doi:10.1002/sim.746
    """
    spread = np.sqrt(special.ndtr(quantiles) * special.ndtr(-quantiles) / nobs)
    return np.asarray(-special.ndtri(0.5 * alpha) * spread / stats.norm.pdf(quantiles))
