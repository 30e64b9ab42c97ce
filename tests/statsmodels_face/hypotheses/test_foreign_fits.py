"""Fits of other models of statsmodels are compared with ours and with each other."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.othermod.betareg import BetaModel
from statsmodels.tools.sm_exceptions import SingularMatrixWarning

from sm_gaussmle import gaussmle, lrtest
from sm_gaussmle.statsmodels_face.hypotheses.foreign_fits import as_compared

POISSON, BINOMIAL = sm.families.Poisson(), sm.families.Binomial()
LOG_NORMAL = sm.families.Gaussian(sm.families.links.Log())
EXPONENTIAL = sm.families.Gamma(sm.families.links.Log())


@pytest.fixture
def data(rows):
    """The rows with responses of other kinds: counts, zeros and ones, shares, above zero."""
    rng = np.random.default_rng(4)
    return rows.assign(
        c=rng.negative_binomial(2, 0.3, 60),
        b=(rng.random(60) < stats.logistic.cdf(rows["x1"])).astype(float),
        p=rng.beta(2, 3, 60),
        e=np.exp(rows["y"] / 5),
    )


FITS = {
    "OLS": (lambda d, f: smf.ols(f"y ~ {f}", d).fit(), 1),
    "WLS": (lambda d, f: smf.wls(f"y ~ {f}", d, weights=d["v"]).fit(), 1),
    "GLM": (lambda d, f: smf.glm(f"y ~ {f}", d, var_weights=d["v"]).fit(), 1),
    "GLM Poisson": (lambda d, f: smf.glm(f"c ~ {f}", d, family=POISSON).fit(), 0),
    "GLM binomial": (lambda d, f: smf.glm(f"b ~ {f}", d, family=BINOMIAL).fit(), 0),
    "GLM negative binomial": (
        lambda d, f: smf.glm(
            f"c ~ {f}", d, family=sm.families.NegativeBinomial(alpha=0.7)
        ).fit(),
        0,
    ),
    "GLM exponential": (
        lambda d, f: smf.glm(f"e ~ {f}", d, family=EXPONENTIAL).fit(scale=1.0),
        0,
    ),
    "Logit": (lambda d, f: smf.logit(f"b ~ {f}", d).fit(disp=0), 0),
    "Probit": (lambda d, f: smf.probit(f"b ~ {f}", d).fit(disp=0), 0),
    "Poisson": (lambda d, f: smf.poisson(f"c ~ {f}", d).fit(disp=0), 0),
    "NegativeBinomial": (lambda d, f: smf.negativebinomial(f"c ~ {f}", d).fit(disp=0), 1),
    "geometric": (
        lambda d, f: smf.negativebinomial(f"c ~ {f}", d, loglike_method="geometric").fit(
            disp=0
        ),
        0,
    ),
    "BetaModel": (lambda d, f: BetaModel.from_formula(f"p ~ {f}", d).fit(disp=0), 1),
}


@pytest.fixture(params=FITS)
def kind(request):
    """How to fit a formula, and how many parameters there are beside the coefficients."""
    return FITS[request.param]


# Likelihoods ------------------------------------------------------------------------------


def test_the_log_likelihood_is_their_own(data, kind):
    theirs = kind[0](data, "x1 + x2")
    assert_allclose(as_compared(theirs, "fit").llf, theirs.llf, rtol=1e-13)


def test_every_parameter_counts(data, kind):
    assert as_compared(kind[0](data, "x1 + x2"), "fit").k_params == 3 + kind[1]


def test_two_fits_of_one_kind_are_compared(data, kind):
    null, full = (kind[0](data, f) for f in ("x2", "x1 + x2"))
    row = lrtest(full, null).table.loc[2]
    statistic = 2 * (full.llf - null.llf)
    # Twice a difference of two sums of about 100.
    assert_allclose(row["statistic"], statistic, rtol=1e-10, atol=1e-12)
    assert_allclose(row["pvalue"], stats.chi2.sf(statistic, 1), rtol=1e-9)
    assert row["df_diff"] == 1


def test_models_that_are_not_nested_are_refused(data, kind):
    null, full = (kind[0](data, f) for f in ("z", "x1 + x2"))
    with pytest.raises(ValueError, match="fit 1 is not nested in fit 2: z of `exog` is no"):
        lrtest(null, full)


def test_the_ratio_is_that_of_ols(data):
    full, null = (smf.ols(f, data).fit() for f in ("y ~ x1 + x2", "y ~ x2"))
    found = lrtest(null, full).table.loc[2, ["statistic", "pvalue", "df_diff"]]
    assert_allclose(found.to_numpy(float), full.compare_lr_test(null), rtol=1e-10)


def test_a_gaussian_likelihood_with_another_link_is_taken_at_its_maximum(data):
    theirs = smf.glm("e ~ x1 + x2", data, family=LOG_NORMAL).fit()
    largest = max(theirs.llf_scaled(scale=s) for s in theirs.scale * np.linspace(0.8, 1, 201))
    found = as_compared(theirs, "fit").llf
    # Near its maximum it is flat: a step of 0.001 leaves it 60/4 0.001^2 short at most; and
    # no step at all, by the rounding of a sum of 60 terms.
    assert -1e-12 <= found - largest < 1.5e-5
    assert found > theirs.llf + 1e-3


# Of different models --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["OLS", "WLS", "GLM"])
def test_they_are_special_cases_of_ours(data, name):
    theirs = FITS[name][0](data, "x2")
    known = {} if name == "OLS" else {"var_weights": "v"}
    full = gaussmle("y ~ x1 + x2 | z", data, **known).fit()
    expected = full.compare_lr_test(gaussmle("y ~ x2", data, **known).fit())
    assert_allclose(full.compare_lr_test(theirs), expected, rtol=1e-10)


def test_ours_is_a_special_case_of_theirs(data):
    null, full = gaussmle("y ~ x2", data).fit(), smf.ols("y ~ x1 + x2", data).fit()
    expected = full.compare_lr_test(smf.ols("y ~ x2", data).fit())
    found = lrtest(full, null).table.loc[2, ["statistic", "pvalue", "df_diff"]]
    assert_allclose(found.to_numpy(float), expected, rtol=1e-10)


@pytest.mark.parametrize("method", ["exact", "bartlett", "bootstrap"])
def test_small_sample_methods_take_their_fits(data, method):
    null = smf.glm("y ~ x2", data, offset=data["o"]).fit()
    same = gaussmle("y ~ x2", data, offset="o").fit()
    full = gaussmle("y ~ x1 + x2", data, offset="o").fit()
    theirs, ours = (
        full.compare_lr_test(fit, method=method, nrep=19, rng=1) for fit in (null, same)
    )
    assert_allclose(theirs, ours, rtol=1e-9)


def test_frequency_weights_of_zero_are_rows_that_were_not_seen(data):
    data["f"] -= 1.0
    theirs = smf.glm("y ~ x2", data, freq_weights=data["f"], var_weights=data["v"]).fit()
    known = {"freq_weights": "f", "var_weights": "v"}
    full = gaussmle("y ~ x1 + x2", data, **known).fit()
    expected = full.compare_lr_test(gaussmle("y ~ x2", data, **known).fit(), method="exact")
    assert_allclose(full.compare_lr_test(theirs, method="exact"), expected, rtol=1e-10)


def test_logit_and_a_binomial_glm_are_one_kind(data):
    null, full = FITS["GLM binomial"][0](data, "x2"), FITS["Logit"][0](data, "x1 + x2")
    assert_allclose(lrtest(null, full).table["statistic"][2], 2 * (full.llf - null.llf))


@pytest.mark.parametrize("known", ["offset", "exposure"])
def test_known_parts_of_count_models_are_one(data, known):
    values = {known: data["o"] if known == "offset" else data["v"]}
    null = smf.glm("c ~ x2", data, family=POISSON, **values).fit()
    full = smf.poisson("c ~ x1 + x2", data, **values).fit(disp=0)
    assert_allclose(lrtest(null, full).table["statistic"][2], 2 * (full.llf - null.llf))
    without = smf.poisson("c ~ x1 + x2", data).fit(disp=0)
    with pytest.raises(ValueError, match="it has another offset in `exog`"):
        lrtest(null, without)


def test_shares_have_an_equation_of_the_precision(data):
    null, full = (
        BetaModel.from_formula("p ~ x1", data, exog_precision_formula=f).fit(disp=0)
        for f in ("~ 1", "~ z")
    )
    assert lrtest(null, full).table["df_diff"][2] == 1
    other = BetaModel.from_formula("p ~ x1 + x2", data, exog_precision_formula="~ o").fit(
        disp=0
    )
    with pytest.raises(ValueError, match="precision-2 of `exog_precision` is no combination"):
        lrtest(
            BetaModel.from_formula("p ~ 1", data, exog_precision_formula="~ z").fit(disp=0),
            other,
        )


def test_poisson_is_at_the_boundary_of_the_negative_binomial(data):
    null, full = FITS["Poisson"][0](data, "x1"), FITS["NegativeBinomial"][0](data, "x1")
    with pytest.raises(ValueError, match="at the boundary alpha=0 only, where the p-value is"):
        lrtest(null, full)
    assert lrtest(null, full, nested="assume").table["df_diff"][2] == 1


@pytest.mark.parametrize(
    ("small", "large", "message"),
    [
        ("Logit", "Probit", "the link of `exog` is logit, not probit"),
        (
            "geometric",
            "NegativeBinomial",
            r"is negative binomial \(geometric\), not negative b",
        ),
        ("Poisson", "GLM negative binomial", "poisson, not negative binomial with alpha=0.7"),
    ],
)
def test_other_distributions_and_links_are_not_nested(data, small, large, message):
    null, full = FITS[small][0](data, "x1"), FITS[large][0](data, "x1 + x2")
    with pytest.raises(ValueError, match=f"not nested in fit 2: .*{message}"):
        lrtest(null, full)


def test_other_numbers_of_trials_are_other_responses(data):
    trials = np.full(60, 4.0)
    shares = np.arange(60) % 3 / 4.0
    exog = data[["one", "x1"]].to_numpy()
    counts = np.column_stack([shares * 4, trials - shares * 4])
    null = sm.GLM(counts, exog[:, :1], family=BINOMIAL).fit()
    full = sm.GLM(2 * counts, exog, family=BINOMIAL).fit()
    with pytest.raises(ValueError, match="fit 1 has other responses than fit 2"):
        lrtest(null, full)
    assert lrtest(null, sm.GLM(counts, exog, family=BINOMIAL).fit()).table["df"][2] == 2


def test_other_precisions_of_rates_are_other_responses(data):
    null = smf.glm("c ~ 1", data, family=POISSON, var_weights=data["v"]).fit()
    with pytest.raises(ValueError, match="fit 1 has other responses than fit 2"):
        lrtest(null, FITS["GLM Poisson"][0](data, "x1"))


def _dependent(data):
    with pytest.warns(SingularMatrixWarning):
        return sm.OLS(data["y"], data[["one", "x1", "one"]].to_numpy()).fit()


# What is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fit", "message"),
    [
        (
            lambda d: smf.gee("y ~ x1", "g", d).fit(),
            "GEEResultsWrapper.*solves estimating equations",
        ),
        (lambda d: smf.rlm("y ~ x1", d).fit(), "RLMResultsWrapper.*a robust norm"),
        (lambda d: smf.quantreg("y ~ x1", d).fit(), "it minimises absolute deviations"),
        (lambda d: smf.gls("y ~ x1", d).fit(), "its rows are correlated"),
        (
            lambda d: smf.ols("y ~ x1", d),
            "OLS; comparisons take fits of GaussianMLE and of OLS",
        ),
        (lambda d: d["y"], "Series.*it is none of those"),
    ],
    ids=["GEE", "RLM", "QuantReg", "GLS", "model", "None"],
)
def test_what_maximises_no_likelihood_is_refused(data, fit, message):
    with pytest.raises(TypeError, match=message):
        as_compared(fit(data), "fit")


@pytest.mark.parametrize(
    ("fit", "message"),
    [
        (
            lambda d: smf.glm("c ~ x1", d, family=POISSON).fit(scale="X2"),
            "has the dispersion .* for the Poisson family its `llf` is a quasi-likelihood",
        ),
        (
            lambda d: smf.glm("e ~ x1", d, family=EXPONENTIAL).fit(),
            "has the dispersion .* for the Gamma family",
        ),
        (lambda d: smf.glm("y ~ x1", d).fit(scale=2.0), r"known variance scale=2\.0"),
        (lambda d: smf.ols("y ~ x1", d).fit_regularized(alpha=0.1), "penalised estimates"),
        (
            lambda d: smf.ols("y ~ x1 + z", d).fit_regularized(alpha=0.1, refit=True),
            "penalised estimates",
        ),
        (
            lambda d: smf.logit("b ~ x1", d).fit_regularized(alpha=0.1, disp=0),
            "penalised estimates",
        ),
        (
            lambda d: smf.glm("c ~ x1 + z", d, family=POISSON).fit_constrained("x1 = z"),
            r"comes from fit_constrained\(\)",
        ),
        (
            lambda d: smf.poisson("c ~ x1 + z", d).fit_constrained("x1 = z", disp=0),
            r"comes from fit_constrained\(\)",
        ),
        (
            _dependent,
            "linearly dependent columns, so that its parameters cannot be counted",
        ),
        (lambda d: sm.OLS(3.3 * d["x1"] + 0.1, d[["one", "x1"]]).fit(), "fits perfectly"),
    ],
    ids=[
        "dispersion by X2",
        "dispersion of a gamma",
        "known variance",
        "ridge",
        "columns by lasso",
        "lasso",
        "constrained GLM",
        "constrained",
        "dependent",
        "perfect",
    ],
)
def test_what_is_no_maximum_of_a_likelihood_is_refused(data, fit, message):
    with pytest.raises(ValueError, match=message):
        as_compared(fit(data), "fit")


def test_robust_covariances_of_theirs_are_refused(data):
    null = smf.ols("y ~ x2", data).fit(cov_type="HC1")
    with pytest.raises(ValueError, match="fit 1 has the robust covariance 'HC1'"):
        lrtest(null, smf.ols("y ~ x1 + x2", data).fit())


def test_fits_of_theirs_that_did_not_converge_are_refused(data):
    null = smf.glm("c ~ x2", data, family=POISSON).fit(maxiter=1)
    with pytest.raises(ValueError, match="fit 1 did not converge"):
        lrtest(null, FITS["Poisson"][0](data, "x1 + x2"))
    stopped = smf.logit("b ~ x2", data).fit(maxiter=1, disp=0, warn_convergence=False)
    with pytest.raises(ValueError, match="fit 1 did not converge"):
        lrtest(stopped, FITS["Logit"][0](data, "x1 + x2"))
    model = BetaModel.from_formula("p ~ x2", data)
    shares = model.fit(maxiter=1, disp=0, warn_convergence=False)
    with pytest.raises(ValueError, match="fit 1 did not converge"):
        lrtest(shares, FITS["BetaModel"][0](data, "x1 + x2"))


def test_fits_of_theirs_without_data_are_refused(data):
    null = smf.ols("y ~ x2", data).fit()
    null.remove_data()
    with pytest.raises(ValueError, match=r"data were removed.*compare them before remove_data"):
        lrtest(null, smf.ols("y ~ x1 + x2", data).fit())


def test_fits_from_arrays_are_called_by_their_columns(data):
    fits = [sm.OLS(data["y"], data[c]).fit() for c in (["one"], ["one", "x1"])]
    assert lrtest(*fits).models == ("y on one (OLS)", "y on one, x1 (OLS)")


def test_integers_are_the_same_responses_as_floats(data):
    whole = pd.Series(np.arange(60) % 7, index=data.index)
    fits = [
        sm.OLS(whole.astype(t), data[c]).fit()
        for t, c in ((int, ["one"]), (float, ["one", "x1"]))
    ]
    assert lrtest(*fits).table["df_diff"][2] == 1
