"""Likelihood inference where responses are censored, intervals or truncated."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import optimize, stats

from sm_gaussmle import add1, anova, drop1, gaussmle, intreg, lrtest, tobit, truncreg

LIMIT = -7.0


@pytest.fixture
def ends(rows):
    lower = np.floor(rows["y"])
    return rows.assign(lower=lower, upper=lower + 1)


@pytest.fixture
def cut(rows):
    return rows[rows["y"] > LIMIT]


@pytest.fixture
def censored(rows):
    return tobit("y ~ x1 + x2", rows, left=LIMIT).fit()


# Ratios ----------------------------------------------------------------------------------------


def test_ratios_are_twice_the_difference(rows, censored):
    null = tobit("y ~ x1", rows, left=LIMIT).fit()
    test = censored.compare_lr_test(null)
    assert_allclose(test.statistic, 2 * (censored.llf - null.llf), rtol=1e-9)
    assert_allclose(test.pvalue, stats.chi2.sf(test.statistic, 1), rtol=1e-12)
    assert_allclose(lrtest(null, censored).table["statistic"].iloc[-1], test.statistic)


def test_what_was_written_beyond_a_limit_is_the_same_data(rows):
    rows["clipped"] = rows["y"].clip(lower=LIMIT)
    null = tobit("clipped ~ x1", rows, left=LIMIT).fit()
    fit = tobit("y ~ x1 + x2", rows, left=LIMIT).fit()
    assert fit.compare_lr_test(null).df_diff == 1


def test_data_that_are_seen_otherwise_are_other_data(rows, censored):
    for other in (
        gaussmle("y ~ x1", rows).fit(),
        tobit("y ~ x1", rows, left=LIMIT - 1).fit(),
        tobit("y ~ x1", rows, left=LIMIT, right=-3).fit(),
    ):
        with pytest.raises(ValueError, match="has other responses.*or censored otherwise"):
            censored.compare_lr_test(other)


def test_limits_at_which_nothing_is_censored_change_nothing(rows):
    null, fit = gaussmle("y ~ x1", rows).fit(), tobit("y ~ x1 + x2", rows, left=-1e5).fit()
    exact = gaussmle("y ~ x1 + x2", rows).fit().compare_lr_test(null)
    assert_allclose(fit.compare_lr_test(null), exact, rtol=1e-7)


@pytest.mark.parametrize("method", ["bartlett", "bootstrap"])
def test_samples_are_drawn_as_they_would_be_seen(rows, method):
    # Far below everything the limit censors nothing: the same samples are drawn.
    pairs = [
        [gaussmle(f, rows, left=left).fit() for f in ("y ~ x1", "y ~ x1 + z")]
        for left in (-1e5, None)
    ]
    tests = [
        fit.compare_lr_test(null, method=method, nrep=39, rng=1).pvalue for null, fit in pairs
    ]
    # The Bartlett factor of exact responses is a formula, elsewhere it is estimated.
    assert_allclose(*tests, rtol=1e-6 if method == "bootstrap" else 0.2)


def test_truncated_samples_are_drawn_within_their_limits(cut):
    null, fit = (
        truncreg(f, cut, trunc_left=LIMIT).fit() for f in ("y ~ x1", "y ~ x1 + z")
    )
    test = fit.compare_lr_test(null, method="bootstrap", nrep=39, rng=1)
    assert 1 / 40 <= test.pvalue <= 1


def test_what_has_no_meaning_with_limits_says_so(rows, censored, ends):
    null = tobit("y ~ x1", rows, left=LIMIT).fit()
    with pytest.raises(ValueError, match="'exact' needs exact responses of constant variance"):
        censored.compare_lr_test(null, method="exact")
    with pytest.raises(AttributeError, match="`compare_f_test`.*left-censored at -7.*compare_lr"):
        censored.compare_f_test(null)
    with pytest.raises(ValueError, match="no exact distribution. Use method='profile'"):
        censored.conf_int(method="exact")
    with pytest.raises(ValueError, match="'F', which compares sums of squares.*Use test='LR'"):
        anova(censored, test="F")
    with pytest.raises(ValueError, match="`fit_many` is for exact responses"):
        censored.model.fit_many(np.zeros((60, 2)))
    for kind in ("residual", "wild"):
        with pytest.raises(ValueError, match="not every row has a residual. Use 'case' or 'par"):
            censored.bootstrap(9, kind=kind)
    small, large = (intreg(f"lower + upper ~ {f}", ends).fit() for f in ("x1", "x1 + x2"))
    with pytest.raises(ValueError, match="needs limits between which other responses would hav"):
        large.compare_lr_test(small, method="bootstrap")
    with pytest.raises(ValueError, match="'parametric', but the responses are intervals.*'case'"):
        large.bootstrap(9, kind="parametric")


# Tables ----------------------------------------------------------------------------------------


def test_tables_of_terms_compare_fits_with_the_same_limits(rows):
    fit = tobit("y ~ C(g) + x1", rows, left=LIMIT, scale_formula="~ z").fit()
    without = {
        "C(g)": tobit("y ~ x1", rows, left=LIMIT, scale_formula="~ z").fit(),
        "x1": tobit("y ~ C(g)", rows, left=LIMIT, scale_formula="~ z").fit(),
    }
    table = anova(fit, typ=2, equation="mean").table
    dropped = drop1(fit, equation="mean").table
    for term, null in without.items():
        expected = 2 * (fit.llf - null.llf)
        assert_allclose(table.loc[term, "statistic"], expected, rtol=1e-7)
        assert_allclose(dropped.loc[term, "statistic"], expected, rtol=1e-7)
        assert_allclose(dropped.loc[term, "aic"], null.aic, rtol=1e-10)
    added = add1(without["x1"], "x1").table
    assert_allclose(added.loc["x1", "llf"], fit.llf, rtol=1e-10)


def test_a_mean_without_columns_is_not_fitted(rows):
    fit = tobit("y ~ x1 - 1", rows, left=LIMIT).fit()
    with pytest.raises(ValueError, match="which only exact responses of constant variance can"):
        anova(fit, equation="mean")


# Profiles, constraints, functions --------------------------------------------------------------


@pytest.mark.parametrize("make", ["tobit", "intervals", "truncated"])
def test_ends_of_profiles_are_where_the_ratio_is_the_quantile(rows, ends, cut, make):
    fit = {
        "tobit": lambda: tobit("y ~ x1 + x2", rows, left=LIMIT),
        "intervals": lambda: intreg("lower + upper ~ x1 + x2", ends, scale_formula="~ z"),
        "truncated": lambda: truncreg("y ~ x1 + z", cut, trunc_left=LIMIT),
    }[make]().fit()
    for end in fit.conf_int(method="profile").loc["x1"]:
        restricted = fit.model.fit_constrained({"x1": end})
        # The quantile to 1e-8, as the search for the ends stops.
        assert_allclose(2 * (fit.llf - restricted.llf), stats.chi2.isf(0.05, 1), rtol=1e-7)


def test_a_constrained_fit_is_the_maximum_under_the_constraint(rows):
    model = tobit("y ~ x1 + x2", rows, left=LIMIT)
    found = model.fit_constrained("x1 = -4*x2")

    def minus(free):
        return -model.loglike([free[0], -4 * free[1], free[1], free[2]])

    start = np.asarray(found.params)[[0, 2, 3]] + 0.1
    other = optimize.minimize(minus, start, method="Nelder-Mead", options={"xatol": 1e-9})
    assert_allclose(found.llf, -other.fun, rtol=1e-8)


# The bootstrap ---------------------------------------------------------------------------------


def test_rows_are_drawn_with_their_limits(rows):
    rows["limit"] = np.linspace(-9, -6, 60)
    fit = tobit("y ~ x1", rows, left="limit").fit()
    found = fit.bootstrap(5, rng=3)
    assert found.replicates.shape == (5, 3)
    by_hand = fit.bootstrap(5, rng=3, statistic=lambda each: each.params)
    # By frequency weights from the estimates, and by repeated rows from a start of its own.
    assert_allclose(found.replicates, by_hand.replicates, rtol=1e-6)


def test_drawn_responses_are_censored(rows):
    fit = tobit("y ~ x1", rows, left=LIMIT, right=-2).fit()
    seen = []

    def statistic(each):
        seen.append(np.asarray(each.model.endog))
        return each.params

    fit.bootstrap(4, rng=1, kind="parametric", statistic=statistic)
    for endog in seen[1:]:
        assert endog.min() == LIMIT
        assert endog.max() == -2
    quick = fit.bootstrap(200, rng=1, kind="parametric")
    # 200 replicates: the mean has a standard error of 0.07 of theirs.
    error = quick.replicates.std() / np.sqrt(200)
    bias = (quick.replicates.mean() - fit.params) / error
    assert (bias[["Intercept", "x1"]].abs() < 4).all()
    assert_allclose(quick.replicates.std()["x1"], fit.bse["x1"], rtol=0.25)


def test_replicates_without_a_maximum_are_counted(rows):
    few = rows.head(14)
    limit = float(few["y"].quantile(0.6))
    fit = tobit("y ~ x1 + (x2 > 15)", few, left=limit).fit()
    with pytest.warns(match="replicates failed and have no estimates"):
        found = fit.bootstrap(60, rng=2)
    assert found.failed["count"].sum() == found.replicates.isna().any(axis=1).sum()
    assert "no maximum" in found.failed.index
