"""What a public name gives, in a form that can be compared, and the comparison."""

import inspect
import io

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose
from statsmodels.base.model import Model

from .cases import built

# Both solve the same equations by other decompositions; the conditions of the columns here
# are below 1e3, and p-values lose a digit or two in the tails.
RTOL = 1e-8


def contrast(test):
    parts = ("effect", "sd", "statistic", "pvalue", "df_num", "df_denom")
    return [getattr(test, part) for part in parts if hasattr(test, part)]


def pairwise(fit):
    """Numbers of the differences of a factor's levels, where there is a factor."""
    if fit.case.factor is None:
        return None
    return (
        fit.results.t_test_pairwise(fit.case.factor).result_frame.iloc[:, :-1].to_numpy(float)
    )


def stored(fit):
    file = io.BytesIO()
    fit.results.save(file)
    file.seek(0)
    return type(fit.results).load(file)


def without_data(fit):
    """Predictions of results without their data, which are gone."""
    results = stored(fit)
    results.remove_data()
    # New rows with an offset differ before, too.
    predicted = None if "offset" in fit.case.glm else np.asarray(results.predict(fit.case.new))
    return [predicted, results.model.endog]


def distribution(frozen):
    return [frozen.mean(), frozen.std()]


def added(fit):
    """A column that is not in the model."""
    return np.arange(len(fit.model.endog))[:, None] % 5.0


def rebuilt(fit):
    if not hasattr(fit.model, "formula"):
        return None
    options = getattr(fit.case, fit.kind)
    return type(fit.model).from_formula(fit.case.formula, fit.case.data, **options).exog


def constrained(fit):
    """A new model, for GLM changes its own, under one constraint: two can leave no column."""
    model = built(fit.case, fit.kind, fit.case.formula)
    return model.fit_constrained(fit.case.hypotheses.split(",")[0])


METHODS = {
    "compare_f_test": lambda fit: fit.results.compare_f_test(fit.restricted),
    "compare_lr_test": lambda fit: inspect.getdoc(fit.results.compare_lr_test),
    "conf_int": lambda fit: fit.results.conf_int(alpha=0.1),
    "cov_params": lambda fit: fit.results.cov_params(),
    "f_test": lambda fit: contrast(fit.results.f_test(fit.case.hypotheses)),
    "fit_history": lambda fit: list(fit.results.fit_history),
    "get_distribution": lambda fit: distribution(fit.results.get_distribution()),
    "get_hat_matrix_diag": lambda fit: fit.results.get_hat_matrix_diag(),
    "get_influence": lambda fit: fit.results.get_influence().summary_frame(),
    "get_margeff": lambda fit: fit.results.get_margeff().margeff_se,
    "get_prediction": lambda fit: [
        fit.results.get_prediction().summary_frame(),
        fit.results.get_prediction(fit.case.new).summary_frame(),
    ],
    "get_robustcov_results": lambda fit: fit.results.get_robustcov_results("HC1").pvalues,
    "info_criteria": lambda fit: [fit.results.info_criteria(crit) for crit in ("aic", "bic")],
    "initialize": lambda fit: fit.results.initialize.__func__.__qualname__,
    "load": lambda fit: stored(fit).params[: fit.k],
    "model": lambda fit: isinstance(fit.results.model, Model),
    "outlier_test": lambda fit: fit.results.outlier_test(),
    "params": lambda fit: fit.results.params.tolist(),
    "predict": lambda fit: fit.results.predict(fit.case.new),
    "pseudo_rsquared": lambda fit: fit.results.pseudo_rsquared(),
    "remove_data": without_data,
    "save": lambda fit: stored(fit).fittedvalues,
    "score_test": lambda fit: fit.results.score_test(added(fit))[0],
    "summary": lambda fit: str(fit.results.summary()),
    "summary2": lambda fit: str(fit.results.summary2()),
    "t_test": lambda fit: contrast(fit.results.t_test(fit.case.hypotheses)),
    "t_test_pairwise": pairwise,
    "wald_test": lambda fit: contrast(fit.results.wald_test(fit.case.hypotheses, scalar=True)),
    "wald_test_terms": lambda fit: fit.results.wald_test_terms(scalar=True).table,
    "model.data": lambda fit: type(fit.model.data),
    "model.fit": lambda fit: list(inspect.signature(fit.model.fit).parameters),
    "model.fit_constrained": lambda fit: np.asarray(constrained(fit).bse),
    "model.from_formula": rebuilt,
    "model.get_distribution": lambda fit: list(
        inspect.signature(fit.model.get_distribution).parameters
    ),
    "model.hessian": lambda fit: fit.model.hessian(fit.shifted),
    "model.hessian_factor": lambda fit: fit.model.hessian_factor(fit.shifted),
    "model.information": lambda fit: fit.model.information(fit.shifted),
    "model.initialize": lambda fit: built(fit.case, fit.kind, fit.case.formula).initialize(),
    "model.loglike": lambda fit: fit.model.loglike(fit.shifted),
    "model.predict": lambda fit: [
        fit.model.predict(fit.shifted),
        fit.model.predict(fit.shifted, fit.model.exog[:3]),
    ],
    "model.score": lambda fit: fit.model.score(fit.shifted),
    "model.score_factor": lambda fit: fit.model.score_factor(fit.shifted),
    "model.score_obs": lambda fit: fit.model.score_obs(fit.shifted),
}
"""Methods called with equal arguments; of what is not here, the attribute itself is compared."""


def there(fit, name):
    """Whether the fit has the name: WLS lacks some of OLS, arrays those of formulas."""
    owner, name = (fit.model, name[6:]) if name.startswith("model.") else (fit.results, name)
    return hasattr(owner, name)


def value(fit, name):
    """What the name gives; a callable that is not in `METHODS` is an error."""
    if name in METHODS:
        return METHODS[name](fit)
    if name.startswith("model."):
        found = getattr(fit.model, name[6:])
    else:
        found = getattr(fit.results, name)
    assert not inspect.ismethod(found), f"`{name}` is a method: METHODS does not call it"
    return found


def assert_same(theirs, ours, where="", rtol=RTOL):
    """Assert equality; ours may have one more entry for each parameter, at the end."""
    if isinstance(theirs, pd.DataFrame | pd.Series):
        assert type(ours) is type(theirs), f"{where}: {type(ours)}"
        assert list(ours.index[: len(theirs)]) == list(theirs.index), where
    if isinstance(theirs, list | tuple):
        assert isinstance(ours, list | tuple), where
        assert len(ours) == len(theirs), where
        for part, (one, other) in enumerate(zip(theirs, ours, strict=True)):
            assert_same(one, other, f"{where}[{part}]", rtol)
        return
    if theirs is None or isinstance(theirs, str | bool | dict | type):
        assert ours is theirs or ours == theirs, f"{where}: {theirs!r} and {ours!r}"
        return
    one, other = np.asarray(theirs), np.asarray(ours)
    assert one.dtype.kind in "biuf", f"{where}: {type(theirs)} is not compared"
    assert other.dtype.kind in "biuf", f"{where}: {type(ours)} is not a number"
    assert one.ndim == other.ndim, where
    assert all(b - a in {0, 1} for a, b in zip(one.shape, other.shape, strict=True)), where
    other = other[tuple(slice(length) for length in one.shape)]
    # A number that is zero but for rounding is compared by the largest of its array.
    atol = rtol * float(np.abs(one[np.isfinite(one)]).max(initial=0.0)) * (one.ndim > 0)
    assert_allclose(other, one, rtol=rtol, atol=min(atol, 1e-8), err_msg=where)
