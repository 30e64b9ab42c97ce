"""Values and derivatives of the log-likelihood that are numbers, or an error about the parameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np
from statsmodels.tools.sm_exceptions import MissingDataError

from sm_gaussmle.statsmodels_face.fitting.fit_errors import non_finite

Method = TypeVar("Method", bound=Callable[..., Any])


def in_range(method: Method) -> Method:
    """Refuse parameters at which a method of a model is beyond floating-point numbers.

    Parameters
    ----------
    method : callable
        Takes the model and its parameters; returns a number, an array or several of them.

    Returns
    -------
    callable
        The method, which raises ValueError where something is not finite, and
        MissingDataError where the data are not. A log-likelihood of minus infinity, which is
        less than any double, is one.
    """
    lowest = -np.inf if method.__name__.startswith("loglike") else -np.finfo(float).max

    @wraps(method)
    def checked(model: Any, params: Any, *args: Any, **options: Any) -> Any:
        # Far from the data products overflow; whether one did is looked at in the result.
        with np.errstate(all="ignore"):
            found = method(model, params, *args, **options)
            parts = found if isinstance(found, tuple) else (found,)
            fine = all(np.all((part >= lowest) & (part < np.inf)) for part in parts)
        if not fine:
            raise _beyond(model, params)
        return found

    return cast("Method", checked)


def _beyond(model: Any, params: Any) -> Exception:
    where = ""
    if model.rows_in_passes is None:
        of_data = non_finite(model, {"`endog`": model.endog})
        if isinstance(of_data, MissingDataError):
            return of_data
        with np.errstate(all="ignore"):  # they are what is told
            log_variance = model.rows_in_memory().rows.predictors(model.check_params(params))[1]
        where = (
            f", where log variances are from {log_variance.min():g} to {log_variance.max():g}"
        )
    return ValueError(
        "the log-likelihood or a derivative is beyond the range of floating-point numbers at `params` "
        f"{model.check_params(params)}{where}. Choose values nearer to the data."
    )
