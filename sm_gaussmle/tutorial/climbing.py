"""What a general optimizer does on the same log-likelihood, and what it knows at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from sm_gaussmle.api import GaussianMLE

Array = NDArray[np.float64]

#: BFGS stops where no entry of the score is larger; SciPy's own default.
GTOL = 1e-5


class Iteration(NamedTuple):
    """Where a climb was after one iteration."""

    loglike: float
    score_norm: float


@dataclass(frozen=True)
class Climb:
    """A BFGS climb of the log-likelihood.

    Attributes
    ----------
    path : tuple of Iteration
        The start and what followed.
    params : ndarray, shape (k,)
        Where it ended.
    bse : ndarray, shape (k,)
        Standard errors as BFGS's approximation of the inverse Hessian has them.
    largest_score : float
        Largest entry of the score at the end, in absolute value.
    evaluations : int
        Calls of the log-likelihood.
    success : bool
        Whether the optimizer says that it succeeded.
    message : str
        What else it says.
    """

    path: tuple[Iteration, ...]
    params: Array
    bse: Array
    largest_score: float
    evaluations: int
    success: bool
    message: str


def climb(model: GaussianMLE, start: Array) -> Climb:
    """Climb the log-likelihood with SciPy's BFGS, nothing scaled.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    start : ndarray, shape (k,)
        Parameters to start from.

    Returns
    -------
    Climb
        The path and the end.
    """
    path = [start]

    def downhill(params: Array) -> Array:
        return np.negative(model.score(params))

    # SciPy goes by the name of the argument.
    def watch(intermediate_result: optimize.OptimizeResult) -> None:
        path.append(np.array(intermediate_result.x))

    end = optimize.minimize(
        model.nloglike,
        start,
        jac=downhill,
        method="BFGS",
        callback=watch,
        options={"gtol": GTOL},
    )
    return Climb(
        path=tuple(
            Iteration(model.loglike(params), float(np.linalg.norm(model.score(params))))
            for params in path
        ),
        params=end.x,
        bse=np.sqrt(np.diag(np.asarray(end.hess_inv))),
        largest_score=float(np.abs(np.asarray(end.jac, dtype=float)).max()),
        evaluations=int(end.nfev),
        success=bool(end.success),
        message=str(end.message),
    )


def bse_from_hessian(model: GaussianMLE, params: Array) -> Array:
    """Standard errors from the Hessian of the log-likelihood.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    params : ndarray, shape (k,)
        The maximum.

    Returns
    -------
    ndarray, shape (k,)
        Roots of the diagonal of the inverse of minus the Hessian.
    """
    return np.sqrt(np.diag(np.linalg.inv(-model.hessian(params))))
