"""Other Python packages that fit the same models; each takes part where it is installed."""

from __future__ import annotations

import numpy as np
import statsmodels.api as sm

from .contestants import Answer, Local

_COEFFICIENTS = "coefficients only"


def _asked(result):
    """The same of all results of statsmodels."""
    _ = result.llf
    return Answer(np.asarray(result.params), np.asarray(result.bse))


def ols(method):
    return Local(
        f"statsmodels OLS ({method})",
        lambda data: _asked(sm.OLS(data.endog, data.exog).fit(method=method)),
    )


OLS = ols("pinv")
GLM = Local("statsmodels GLM", lambda data: _asked(sm.GLM(data.endog, data.exog).fit()))
WLS = Local(
    "statsmodels WLS",
    lambda data: _asked(sm.WLS(data.endog, data.exog, weights=data.var_weights).fit()),
)
WEIGHTED_GLM = Local(
    "statsmodels GLM",
    lambda data: _asked(sm.GLM(data.endog, data.exog, var_weights=data.var_weights).fit()),
)


def _without_constant(data):
    """The design of those who add the constant themselves."""
    return np.ascontiguousarray(data.exog[:, 1:]), data.endog, data.var_weights


def _with_intercept(fitted):
    return Answer(np.append(fitted.intercept_, fitted.coef_))


def _sklearn(prepared):
    from sklearn.linear_model import LinearRegression

    exog, endog, weights = prepared
    return _with_intercept(LinearRegression().fit(exog, endog, weights))


SKLEARN = Local(
    "scikit-learn LinearRegression",
    _sklearn,
    needs="sklearn",
    note=_COEFFICIENTS,
    prepare=_without_constant,
)


def _glum(prepared):
    from glum import GeneralizedLinearRegressor

    exog, endog, weights = prepared
    model = GeneralizedLinearRegressor(family="normal", alpha=0)
    return _with_intercept(model.fit(exog, endog, sample_weight=weights))


GLUM = Local("glum", _glum, needs="glum", note=_COEFFICIENTS, prepare=_without_constant)


def _pyfixest(data):
    from pyfixest import feols

    fitted = feols(data.formula, data.frame)
    return Answer(fitted.coef().to_numpy(), fitted.se().to_numpy())


def _with_frame(data):
    _ = data.frame
    return data


PYFIXEST = Local(
    "pyfixest feols", _pyfixest, needs="pyfixest", note="from a formula", prepare=_with_frame
)


def _polars(data):
    import polars as pl

    return data, pl.DataFrame({name: data.frame[name].to_numpy() for name in data.frame})


def _rust_ols(prepared):
    import econometricsmodels as em

    data, frame = prepared
    fitted = em.OLS(frame, y="y", x=data.names).fit()
    _ = fitted.log_likelihood
    _ = fitted.std_errors
    return Answer(np.array([*fitted.params.values()]))


def _rust_tobit(prepared):
    import econometricsmodels as em

    data, frame = prepared
    options = em.TobitOptions(lower=data.left, upper=None)
    fitted = em.Tobit(frame, y="y", x=data.names, options=options).fit()
    _ = fitted.log_likelihood
    # Theirs is sigma, ours the logarithm of its square.
    params = np.array([*fitted.params.values()])
    params[-1] = 2.0 * np.log(params[-1])
    _ = fitted.std_errors
    return Answer(params, trouble="" if fitted.converged else "not converged")


RUST_OLS = Local("econometricsmodels OLS", _rust_ols, "econometricsmodels", prepare=_polars)
RUST_TOBIT = Local(
    "econometricsmodels Tobit", _rust_tobit, "econometricsmodels", prepare=_polars
)


def _durations(data):
    """A log-normal duration has a normal logarithm."""
    frame = data.frame.assign(y=np.exp(data.endog))
    if data.left is not None:
        return data, frame.assign(seen=data.endog > data.left), []
    scale = [f"z{number}" for number in range(1, data.exog_scale.shape[1])]
    return data, frame.assign(**dict(zip(scale, data.exog_scale.T[1:], strict=True))), scale


def _lifelines(prepared):
    from lifelines import LogNormalAFTFitter

    data, frame, scale = prepared
    fitter = LogNormalAFTFitter()
    if scale:
        formula, ancillary = " + ".join(data.names), " + ".join(scale)
        fitter.fit_right_censoring(frame, "y", formula=formula, ancillary=ancillary)
    else:
        fitter.fit_left_censoring(frame, "y", "seen")
    _ = fitter.log_likelihood_
    names = [("mu_", name) for name in ["Intercept", *data.names]]
    names += [("sigma_", name) for name in ["Intercept", *scale]]
    # Theirs is the logarithm of sigma, ours that of its square.
    unit = np.repeat([1.0, 2.0], [data.k_mean, 1 + len(scale)])
    found = (fitter.params_, fitter.standard_errors_)
    return Answer(*(unit * values.loc[names].to_numpy() for values in found))


LIFELINES = Local(
    "lifelines LogNormalAFTFitter",
    _lifelines,
    needs="lifelines",
    note="of exp(y)",
    prepare=_durations,
)
