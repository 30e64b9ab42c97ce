"""Arguments of ``fit``, checked before any work is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sm_gaussmle.statsmodels_face.arguments.scalars import choice
from sm_gaussmle.statsmodels_face.fitting.optimizers import IN_UNITS, OPTIMIZERS

Array = NDArray[np.float64]

_WHOLE = (int, np.integer)
_FLAG = (*_WHOLE, np.bool_)


@dataclass(frozen=True)
class Options:
    """Arguments of ``fit``, as `GaussianMLE.fit` describes them."""

    start_params: Any
    method: str | None
    maxiter: int
    disp: bool
    callback: Callable[[Array], object] | None
    retall: bool
    cov_type: Any
    cov_kwds: Any
    use_t: Any
    rank_deficient: str
    warn_convergence: bool
    skip_hessian: bool
    optimizer_options: dict[str, Any]
    progress: bool = False


def check_options(options: Options) -> None:
    """Refuse options that make no sense.

    Parameters
    ----------
    options : Options
        Arguments of ``fit``.

    Raises
    ------
    ValueError
        If a choice or number is not allowed.
    TypeError
        If an argument is unknown or of the wrong type.
    """
    choice(options.method, "method", (None, *OPTIMIZERS))
    choice(options.rank_deficient, "rank_deficient", ("error", "drop"))
    _check_optimizer_options(options)
    whole = isinstance(options.maxiter, _WHOLE)
    if not whole or isinstance(options.maxiter, bool) or options.maxiter < 0:
        raise ValueError(
            f"`maxiter` is {options.maxiter!r}; it must be a whole number, zero or more."
        )
    for name in ("disp", "retall", "warn_convergence", "skip_hessian", "progress"):
        value = getattr(options, name)
        if not isinstance(value, _FLAG):
            raise TypeError(f"`{name}` is {value!r}; it must be True or False.")
    if options.callback is not None and not callable(options.callback):
        raise TypeError(f"`callback` is {options.callback!r}; it must be callable.")


def _check_optimizer_options(options: Options) -> None:
    given = options.optimizer_options
    if options.method is None:
        if given:
            raise TypeError(
                f"fit() got unknown arguments {', '.join(sorted(given))}; the default method "
                "takes no options of its own."
            )
        return
    known = OPTIMIZERS[options.method]
    unknown = sorted(set(given) & set(IN_UNITS) if known is None else set(given) - set(known))
    if unknown and known is None:
        raise TypeError(
            f"fit() got {', '.join(unknown)}; the optimizer works in other coordinates than "
            "the parameters, so that it cannot take what is in their units."
        )
    if unknown:
        raise TypeError(
            f"fit() got unknown arguments {', '.join(unknown)}; method {options.method!r} "
            f"takes {', '.join(known or ())}."
        )
