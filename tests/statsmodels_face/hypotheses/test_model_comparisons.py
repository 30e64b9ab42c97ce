"""Information criteria of several models, and Vuong's test of two."""

import numpy as np
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle import GaussianMLE, compare_models, gaussmle, vuong_test

FORMULAS = ("y ~ x1", "y ~ x1 + x2 | z", "y ~ x2")


@pytest.fixture
def fits(rows):
    """Three fits, two of which are nested in the other."""
    return [gaussmle(formula, rows).fit() for formula in FORMULAS]


# Information criteria ---------------------------------------------------------------------


@pytest.mark.parametrize("criterion", ["aic", "aicc", "bic", "hqic"])
def test_criteria_are_those_of_the_fits(fits, criterion):
    table = compare_models(*fits, sort=criterion).table
    expected = np.array([fit.info_criteria(criterion) for fit in fits])
    assert_allclose(table.loc[[1, 2, 3], criterion], expected, rtol=1e-14)
    assert_allclose(table["delta"], np.sort(expected) - expected.min())
    relative = np.exp(-0.5 * table["delta"])
    assert_allclose(table["weight"], relative / relative.sum())


def test_the_best_model_is_first_and_the_rows_know_their_place(fits):
    table = compare_models(*fits).table
    assert table.index.tolist() == [2, 1, 3]
    assert table["df"].tolist() == [5, 3, 3]


def test_criteria_of_other_models_count_the_variance_too(rows, fits):
    theirs = smf.ols("y ~ x1", rows).fit()
    table = compare_models(fits[1], theirs).table
    assert_allclose(table["aic"][2], fits[0].aic)
    assert_allclose(table["aic"][2], theirs.aic + 2)


def test_counts_of_two_distributions_are_compared(rows):
    counts = rows.assign(c=np.random.default_rng(1).negative_binomial(2, 0.3, 60))
    models = smf.poisson("c ~ x1", counts), smf.negativebinomial("c ~ x1", counts)
    poisson, negative_binomial = (model.fit(disp=0) for model in models)
    table = compare_models(poisson, negative_binomial).table
    assert_allclose(table.loc[[1, 2], "aic"], [poisson.aic, negative_binomial.aic])


def test_fits_without_data_are_compared(fits):
    expected = compare_models(*fits).table
    for fit in fits:
        fit.remove_data()
    assert compare_models(*fits).table.equals(expected)


def test_criteria_print_below_their_models(heart):
    formulas = ("thalach ~ age", "thalach ~ age + exang")
    table = compare_models(*(gaussmle(f, heart).fit() for f in formulas), sort="bic")
    assert str(table).splitlines() == [
        "Information criteria; the smaller the better",
        "",
        "Model 2: thalach ~ age + exang",
        "Model 1: thalach ~ age",
        "",
        "  #Df     LogLik      AIC     AICc      BIC     HQIC  delta  weight",
        "2   4  -1329.530  2667.06  2667.19  2681.91  2673.00   0.00  1.0000",
        "1   3  -1352.311  2710.62  2710.70  2721.76  2715.08  39.85  0.0000",
        "delta and weight by BIC",
    ]


def test_too_few_observations_have_no_aicc(rows):
    few = rows.iloc[:6]
    fits = [gaussmle(f, few).fit() for f in ("y ~ 1", "y ~ x1 + x2 + z")]
    with pytest.raises(ValueError, match=r"needs more than 6 observations.*are 6\. Use 'aic'"):
        compare_models(*fits, sort="aicc")
    assert np.isnan(compare_models(*fits).table["aicc"][2])


def test_probabilities_are_not_compared_with_densities(rows):
    counts = rows.assign(y=np.arange(60) % 5)
    fits = [
        smf.glm("y ~ x1", counts, family=family).fit()
        for family in (sm.families.Gaussian(), sm.families.Poisson())
    ]
    with pytest.raises(ValueError, match="fit 2 is poisson and fit 1 normal: the likelihood"):
        compare_models(*fits)


def test_an_unknown_criterion_is_refused(fits):
    with pytest.raises(ValueError, match="`sort` is 'dic'; it must be 'aic', 'aicc'"):
        compare_models(*fits, sort="dic")


def test_one_model_is_not_compared(fits):
    with pytest.raises(TypeError, match="compare_models compares two fits or more; 1 was"):
        compare_models(fits[0])


def test_models_of_other_data_are_refused(rows, fits):
    with pytest.raises(ValueError, match="fit 2 has other responses than fit 1"):
        compare_models(fits[0], gaussmle("I(2 * y) ~ x1", rows).fit())


def test_models_that_did_not_converge_are_refused(rows, fits):
    stopped = gaussmle("y ~ x1 | z", rows).fit(maxiter=0, warn_convergence=False)
    with pytest.raises(ValueError, match="fit 2 did not converge"):
        compare_models(fits[0], stopped)


# Vuong's test -----------------------------------------------------------------------------


def _by_hand(first, second, rows):
    m = np.zeros(60)
    for fit, sign in ((first, 1), (second, -1)):
        mean, sigma = fit.fittedvalues, np.sqrt(fit.ssr / 60)
        m += sign * stats.norm.logpdf(rows["y"], mean, sigma)
    return np.sqrt(60) * m.mean() / m.std()


def test_vuongs_statistic_is_that_of_the_densities(rows, fits):
    expected = _by_hand(*(smf.ols(f, rows).fit() for f in ("y ~ x1", "y ~ x2")), rows)
    test = vuong_test(fits[0], fits[2])
    assert_allclose(test.statistic, expected, rtol=1e-10)
    assert_allclose(test.pvalue, 2 * stats.norm.sf(abs(expected)), rtol=1e-9)
    assert_allclose(test.pvalue_first, stats.norm.sf(expected), rtol=1e-9)
    assert_allclose(test.pvalue_second, stats.norm.cdf(expected), rtol=1e-9)


def test_fits_of_other_models_have_densities_too(rows, fits):
    expected = vuong_test(fits[0], fits[2]).statistic
    for fit in (smf.ols, smf.glm):
        theirs = fit("y ~ x2", rows).fit()
        assert_allclose(vuong_test(fits[0], theirs).statistic, expected, rtol=1e-10)


def test_corrections_are_the_penalties_of_the_criteria(rows):
    first, second = gaussmle("y ~ x1 | z", rows).fit(), gaussmle("y ~ x2", rows).fit()
    plain, aic, bic = (
        vuong_test(first, second, correction=c).loglike_ratio for c in ("none", "aic", "bic")
    )
    assert_allclose(plain, first.llf - second.llf, rtol=1e-10)
    assert_allclose(aic, -(first.aic - second.aic) / 2, rtol=1e-10)
    assert_allclose(bic, -(first.bic - second.bic) / 2, rtol=1e-10)


def test_a_row_seen_twice_counts_twice(rows):
    again = rows.loc[rows.index.repeat(rows["f"].astype(int))].reset_index(drop=True)
    counted, repeated = (
        vuong_test(
            *(gaussmle(f, d, freq_weights=w).fit() for f in ("y ~ x1", "y ~ x2 | z")),
            correction="bic",
        )
        for d, w in ((rows, "f"), (again, None))
    )
    assert_allclose(counted.statistic, repeated.statistic, rtol=1e-8)
    assert counted.nobs == repeated.nobs == rows["f"].sum()


def test_robust_covariances_are_no_obstacle(rows, fits):
    robust = gaussmle("y ~ x2", rows).fit(cov_type="HC0")
    assert vuong_test(fits[0], robust) == vuong_test(fits[0], fits[2])


def test_nested_models_are_left_to_the_likelihood_ratio(fits):
    with pytest.raises(ValueError, match=r"`first` is a special case of `second`.*lrtest\(\)"):
        vuong_test(fits[0], fits[1])
    with pytest.raises(ValueError, match="`second` is a special case of `first`"):
        vuong_test(fits[1], fits[0])


def test_models_with_the_same_fit_are_not_told_apart(rows):
    # Columns without correlation with the response: their coefficients are zero.
    columns = np.column_stack([rows["one"], rows["y"], rows["z"], rows["o"]])
    q = np.linalg.qr(columns)[0]
    one = np.ones((60, 1))
    fits = [GaussianMLE(rows["y"].to_numpy(), np.c_[one, q[:, [k]]]).fit() for k in (2, 3)]
    with pytest.raises(ValueError, match="both models give each row the same likelihood"):
        vuong_test(*fits)


def test_an_unknown_correction_is_refused(fits):
    with pytest.raises(ValueError, match="`correction` is 'yes'; it must be 'none', "):
        vuong_test(fits[0], fits[2], correction="yes")


def test_removed_data_have_no_densities(fits):
    fits[2].remove_data()
    with pytest.raises(ValueError, match="data were removed: the columns of models cannot be"):
        vuong_test(fits[0], fits[2])


def test_vuongs_test_prints_each_alternative(heart):
    a, b = (gaussmle(f"thalach ~ age + {x}", heart).fit() for x in ("exang", "oldpeak"))
    test = vuong_test(a, b, correction="aic")
    assert str(test) == repr(test)
    assert str(test).splitlines()[:4] == [
        "Vuong's test of models that are not nested, AIC-corrected",
        "Model 1: thalach ~ age + exang",
        "Model 2: thalach ~ age + oldpeak",
        "Null hypothesis: both are as near the truth",
    ]
    shown = str(test).splitlines()[-1].split()
    assert shown[-2:] == [f"{test.statistic:.4f}", f"{test.pvalue_second:.4g}"]


def test_vuongs_test_shows_as_html(fits):
    page = vuong_test(fits[0], fits[2])._repr_html_()
    assert "Vuong&#x27;s test of models that are not nested<br/>" in page
    assert "<th>against: model 1 is nearer</th>" in page
