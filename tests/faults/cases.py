"""Models of every kind of response, with rows in arrays and in passes."""

import numpy as np
import pandas as pd

from sm_gaussmle import GaussianMLE, gaussmle

N = 240


def rows():
    """A response that depends on columns in its mean and in its variance."""
    rng = np.random.default_rng(20)
    x, z = rng.normal(size=(2, N))
    y = 1.0 + 2.0 * x + np.exp(0.2 + 0.3 * z) * rng.normal(size=N)
    lower, upper = np.floor(y), np.floor(y) + 1.0
    return pd.DataFrame({"y": y, "x": x, "z": z, "lower": lower, "upper": upper})


def _arrays(*, scale=False, response=("y",), **limits):
    data = rows()
    exog = np.column_stack([np.ones(N), data["x"]])
    exog_scale = np.column_stack([np.ones(N), data["z"]]) if scale else None
    endog = np.squeeze(data[list(response)].to_numpy())
    return lambda _: GaussianMLE(endog, exog, exog_scale=exog_scale, **limits)


def _passes(formula, **limits):
    def model(folder):
        path = folder / "rows.parquet"
        if not path.exists():  # models notice when their files are written anew
            rows().to_parquet(path, row_group_size=50)
        return gaussmle(formula, path, **limits)

    return model


#: Name of a case to a function that makes its model, with a folder for files.
CASES = {
    "constant variance": _arrays(),
    "scale equation": _arrays(scale=True),
    "censored": _arrays(left=0.0),
    "intervals and a scale equation": _arrays(scale=True, response=("lower", "upper")),
    "truncated": _arrays(trunc_left=-20.0),
    "constant variance, in passes": _passes("y ~ x"),
    "scale equation, in passes": _passes("y ~ x | z"),
    "censored, in passes": _passes("y ~ x | z", left=0.0),
}


def numbers(result):
    """All that a fit comes to, to the last bit."""
    return b"".join(
        np.asarray(part).tobytes() for part in (result.params, result.llf, result.cov_params())
    )
