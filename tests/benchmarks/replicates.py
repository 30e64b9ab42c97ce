"""Many fits at once, against loops over them."""

from __future__ import annotations

from functools import partial

import numpy as np
import statsmodels.api as sm

import sm_gaussmle as smg

from . import data
from .comparison import Comparison
from .contestants import Local, fit_ours
from .section import Target

REPLICATES = 1000
# How many of them a loop makes, whose time is multiplied.
_PART = 100


def _responses(rows):
    others = np.random.default_rng(2).standard_normal((rows.nobs, 50))
    return smg.GaussianMLE(rows.endog, rows.exog), others, rows


def _many(prepared):
    model, responses, _ = prepared
    return model.fit_many(responses)


def _one_by_one(prepared):
    _, responses, rows = prepared
    return [fit_ours(data.Data(response, rows.exog)) for response in responses.T]


def _resampled(rows):
    return smg.GaussianMLE(rows.endog, rows.exog, **rows.options).fit()


def _ours(kind):
    return Local(
        f"bootstrap ({kind})",
        lambda result: result.bootstrap(REPLICATES, rng=3, kind=kind),
        prepare=_resampled,
    )


def _loop(rows):
    rng = np.random.default_rng(3)
    for _ in range(_PART):
        drawn = rng.integers(0, rows.nobs, rows.nobs)
        _ = sm.OLS(rows.endog[drawn], rows.exog[drawn]).fit().params


_CASE = _ours("case")
_LOOP = Local(f"a loop over statsmodels OLS, {_PART}", _loop)
_KINDS = (("case", 12), ("residual", 20), ("parametric", 300))
_REFITS = 50


def _refits(rows):
    rng = np.random.default_rng(3)
    for _ in range(_REFITS):
        drawn = rng.integers(0, rows.nobs, rows.nobs)
        fit_ours(
            data.Data(rows.endog[drawn], rows.exog[drawn], exog_scale=rows.exog_scale[drawn])
        )


_SCALE = Local(
    "bootstrap, scale equation",
    lambda result: result.bootstrap(_REFITS, rng=3),
    prepare=_resampled,
)
_FITS = Local("a loop over fits", _refits)

CASES = (
    Comparison(
        "many-responses",
        "50 responses of one design of 10 columns",
        partial(data.exact, k=10),
        10**4,
        10**3,
        (
            Local("fit_many", _many, prepare=_responses),
            Local("a loop over fits", _one_by_one, prepare=_responses),
        ),
        (
            Target(
                "a loop / fit_many, 50 responses", "a loop over fits", "fit_many", at_least=4
            ),
        ),
    ),
    Comparison(
        "bootstrap",
        f"{REPLICATES:,} replicates, 10 columns",
        partial(data.exact, k=10),
        10**4,
        10**3,
        (*(_ours(kind) for kind, _ in _KINDS), _LOOP),
        tuple(
            Target(
                f"a loop over sm.OLS / {REPLICATES:,} replicates ({kind})",
                _LOOP.name,
                _ours(kind).name,
                at_least=bound,
                scale=REPLICATES / _PART,
            )
            for kind, bound in _KINDS
        ),
    ),
    Comparison(
        "bootstrap-scale",
        f"{_REFITS} replicates with a scale equation, 5 columns in each",
        partial(data.scale_equation, k=5),
        10**3,
        10**3,
        (_SCALE, _FITS),
        (
            Target(
                f"a loop over fits / {_REFITS} replicates", _FITS.name, _SCALE.name, at_least=1
            ),
        ),
    ),
)
