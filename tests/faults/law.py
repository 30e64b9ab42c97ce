"""What may come of any call: a right result, or an error that names what is wrong.

"Right" is judged without the package: log-likelihoods are added up row by row, in long
double where the responses are exact, and are highest at the estimates.
"""

import re
import warnings
from pathlib import Path
from traceback import extract_tb

import numpy as np
from scipy.stats import norm
from statsmodels.tools.sm_exceptions import (
    ConvergenceWarning,
    HessianInversionWarning,
    MissingDataError,
    ValueWarning,
)

import sm_gaussmle
from sm_gaussmle.estimation.errors import FitError

PACKAGE = str(Path(sm_gaussmle.__file__).parent)
# What a fit warns of is said in its results too; all other warnings are errors.
SAID = (ConvergenceWarning, HessianInversionWarning, ValueWarning)
# About rows and columns together, or the argument in other words than its name.
JOINTLY = (FitError, MissingDataError)
NAMED = re.compile(
    r"`\w+`|\bformula\b|scale equation|fit\(\) got|fit_many|the mean of|the response of|too large for a"
)


def outcome(call):
    """What the call returns, or None where it was refused in the package's own words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for kind in SAID:
                warnings.simplefilter("ignore", kind)  # ours, which say something
            return call()
    except FileNotFoundError:
        return None  # there is none, as the path says
    except (ValueError, TypeError, MissingDataError) as error:
        refused = not isinstance(error, np.linalg.LinAlgError)
        refused &= extract_tb(error.__traceback__)[-1].filename.startswith(PACKAGE)
        named = isinstance(error, JOINTLY) or NAMED.search(str(error))
        if not (refused and named):
            raise AssertionError(f"{type(error).__name__}: {error}") from error
        return None


def log_interval(low, high):
    """Logarithm of the probability of an interval, in standard deviations."""
    turned = low > 0.0
    low, high = np.where(turned, -high, low), np.where(turned, -low, high)
    upper, lower = norm.logcdf(high), norm.logcdf(low)
    return upper + np.log1p(-np.exp(lower - upper))


def predictors(params, rows):
    """Mean and log variance of each row."""
    exog = rows["exog"]
    n, k = exog.shape
    exog_scale = rows.get("exog_scale", np.ones((n, 1)))
    params = params.astype(np.longdouble)
    mean = exog @ params[:k] + rows.get("offset", 0.0)
    log_variance = exog_scale @ params[k:] + rows.get("offset_scale", 0.0)
    return mean, log_variance - np.log(rows.get("var_weights", 1.0))


@np.errstate(all="ignore")  # far from the data it is what it is, perhaps not finite
def loglikes(params, rows):
    """Log-likelihood of each row, from its definition."""
    endog, n = rows["endog"], len(rows["exog"])
    mean, log_variance = predictors(params, rows)
    sigma = np.exp(log_variance / 2)
    lower, upper = endog.T if endog.ndim == 2 else (endog, endog)
    left, right = rows.get("left", -np.inf), rows.get("right", np.inf)
    cut_left, cut_right = rows.get("trunc_left", -np.inf), rows.get("trunc_right", np.inf)
    below, above = (upper <= left), (lower >= right)
    lower, upper = (
        np.where(below, -np.inf, np.where(above, right, lower)),
        np.where(above, np.inf, np.where(below, left, upper)),
    )
    exact = lower == upper
    # What is known of a response that is not exact lies within the limits of the sample.
    lower = np.where(exact, lower, np.maximum(lower, cut_left))
    upper = np.where(exact, upper, np.minimum(upper, cut_right))
    found = np.zeros(n, dtype=np.longdouble)
    density = -(np.log(2 * np.longdouble(np.pi)) + log_variance + ((lower - mean) / sigma) ** 2)
    found[exact] = density[exact] / 2

    def standard(values, chosen):
        return np.asarray(((values - mean) / sigma)[chosen], dtype=float)

    found[~exact] = log_interval(standard(lower, ~exact), standard(upper, ~exact))
    if np.isfinite(cut_left).any() or np.isfinite(cut_right).any():
        every = np.full(n, fill_value=True)
        found -= log_interval(standard(cut_left, every), standard(cut_right, every))
    return found * rows.get("freq_weights", 1.0)


def check_fit(result, rows):
    """The log-likelihood is that of the rows, and no higher around the estimates."""
    if not result.converged:
        return
    params = np.asarray(result.params)
    here = loglikes(params, rows)
    size = float(np.abs(here).sum())
    # Products of the columns with their coefficients may cancel in their sum.
    terms = np.abs(rows["exog"] * params[: rows["exog"].shape[1]]).max(axis=1)
    lost = 1e-14 * float((terms / np.exp(predictors(params, rows)[1] / 2)).max())
    assert abs(float(here.sum()) - result.llf) <= (1e-9 + lost) * (size + 1.0)
    bse = np.asarray(result.bse)
    values, vectors = np.linalg.eigh(np.asarray(result.cov_params()) / np.outer(bse, bse))
    for value, vector in zip(values, vectors.T, strict=True):
        if not value > 1e-9:  # the direction is lost in the rounding of the covariance
            continue
        step = 1e-3 * np.sqrt(value) * vector * bse
        ahead, back = (float((loglikes(params + s * step, rows) - here).sum()) for s in (1, -1))
        slope, rounding = (ahead - back) / 2e-3, 1e-10 * (size + 1.0)
        assert abs(slope) <= 1e-2 + rounding
