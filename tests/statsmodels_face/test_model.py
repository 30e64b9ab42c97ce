"""The log-likelihood of the rows and its derivatives."""

import mpmath
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.tools.numdiff import approx_fprime, approx_hess

from sm_gaussmle import GaussianMLE

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]
# Sums of 60 products in another order.
ROUNDING = 1e-12


def _parts(model):
    n = len(model.endog)
    zero, one = np.zeros(n), np.ones(n)
    scale = one[:, None] if model.exog_scale is None else model.exog_scale
    known = (zero if model.offset_scale is None else model.offset_scale) - np.log(
        one if model.var_weights is None else model.var_weights
    )
    offset = zero if model.offset is None else model.offset
    return scale, offset, known, one if model.freq_weights is None else model.freq_weights


def _loglikeobs(model, params):
    """The definition, for real and complex parameters."""
    scale, offset, known, weight = _parts(model)
    k = model.exog.shape[1]
    mean = model.exog @ params[:k] + offset
    log_variance = scale @ params[k:] + known
    square = (model.endog - mean) ** 2 * np.exp(-log_variance)
    return -0.5 * weight * (np.log(2 * np.pi) + log_variance + square)


def _complex_step(model, params):
    steps = 1e-30j * np.eye(len(params))
    return np.array([_loglikeobs(model, params + step).imag / 1e-30 for step in steps]).T


def test_log_likelihood_of_the_rows_is_its_definition(model, point):
    params = point(model)
    assert_allclose(model.loglikeobs(params), _loglikeobs(model, params), rtol=ROUNDING)


def test_log_likelihood_of_the_rows_agrees_with_mpmath(model, point):
    params = point(model)
    scale, offset, known, weight = _parts(model)
    values = []
    with mpmath.workdps(40):
        for i in range(5):
            columns = zip(model.exog[i], params[:3], strict=True)
            mean = mpmath.mpf(offset[i]) + sum(mpmath.mpf(x) * b for x, b in columns)
            columns = zip(scale[i], params[3:], strict=True)
            log_variance = mpmath.mpf(known[i]) + sum(mpmath.mpf(z) * c for z, c in columns)
            density = mpmath.npdf(model.endog[i], mean, mpmath.exp(log_variance / 2))
            values.append(float(weight[i] * mpmath.log(density)))
    assert_allclose(model.loglikeobs(params)[:5], values, rtol=1e-13)


def test_log_likelihood_is_the_sum_over_the_rows(model, point):
    params = point(model)
    assert_allclose(model.loglike(params), model.loglikeobs(params).sum(), rtol=1e-14)


def test_nloglike_is_minus_the_log_likelihood(model, point):
    assert model.nloglike(point(model)) == -model.loglike(point(model))


def test_log_likelihood_is_that_of_the_distribution(model, point):
    params = point(model)
    logpdf = model.get_distribution(params).logpdf(model.endog)
    assert_allclose(model.loglike(params), (_parts(model)[3] * logpdf).sum(), rtol=ROUNDING)


def test_score_of_the_rows_is_the_complex_step_of_the_definition(model, point):
    params = point(model)
    assert_allclose(
        model.score_obs(params), _complex_step(model, params), rtol=1e-10, atol=1e-12
    )


def test_score_is_the_sum_over_the_rows(model, point):
    params = point(model)
    assert_allclose(model.score(params), model.score_obs(params).sum(axis=0), rtol=1e-11)


def test_score_is_the_finite_difference_of_the_log_likelihood(model, point):
    params = point(model)
    # Central differences of sums near 1000 keep about seven digits.
    assert_allclose(
        model.score(params), approx_fprime(params, model.loglike, centered=True), rtol=1e-5
    )


def test_hessian_is_the_difference_of_the_complex_step(model, point):
    params = point(model)

    def score(point):
        return _complex_step(model, point).sum(axis=0)

    assert_allclose(
        model.hessian(params), approx_fprime(params, score, centered=True), rtol=1e-6, atol=1e-6
    )


def test_hessian_is_the_second_difference_of_the_log_likelihood(model, point):
    params = point(model)
    scale = np.sqrt(np.abs(np.diag(model.hessian(params))))
    difference = approx_hess(params, model.loglike) / np.outer(scale, scale)
    # Second differences keep about half of the digits.
    assert_allclose(model.hessian(params) / np.outer(scale, scale), difference, atol=1e-3)


def test_hessian_is_symmetric(model, point):
    hessian = model.hessian(point(model))
    assert_allclose(hessian, hessian.T, rtol=1e-14)


def test_score_is_the_factors_times_the_columns(model, point):
    params = point(model)
    mean, scale = model.score_factor(params)
    assert_allclose(model.score(params), np.r_[mean @ model.exog, scale @ _parts(model)[0]])


def test_hessian_is_the_factors_between_the_columns(model, point):
    params = point(model)
    mean, cross, scale = (factor[:, None] for factor in model.hessian_factor(params))
    x, z = model.exog, _parts(model)[0]
    rows = [[x.T @ (mean * x), x.T @ (cross * z)], [z.T @ (cross * x), z.T @ (scale * z)]]
    assert_allclose(model.hessian(params), np.block(rows), rtol=1e-11)


def test_observed_information_is_minus_the_hessian(model, point):
    params = point(model)
    assert (model.information(params) == -model.hessian(params)).all()


def test_expected_information_is_the_mean_of_the_observed(model, point, options_of):
    # The observed information is quadratic in the residuals: residuals of plus and of
    # minus one standard deviation have its expectation for their mean.
    params = point(model)
    mean, sigma = model.predict(params), model.predict(params, which="scale")
    options = model._get_init_kwds()
    two = [
        GaussianMLE(mean + sign * sigma, model.exog, **options).information(params)
        for sign in (1, -1)
    ]
    assert_allclose(
        model.information(params, observed=False), np.add(*two) / 2, rtol=1e-10, atol=1e-9
    )


def test_expected_information_of_the_factors_is_that_of_the_model(model, point):
    mean, cross, scale = model.hessian_factor(point(model), observed=False)
    expected = model.information(point(model), observed=False)
    assert (cross == 0).all()
    assert_allclose(expected[0, 0], -mean.sum())
    assert_allclose(expected[3, 3], -scale.sum())


def test_expected_score_is_zero(model, point):
    params = point(model)
    mean, sigma = model.predict(params), model.predict(params, which="scale")
    factors = [model.score_factor(params, endog=mean + sign * sigma) for sign in (1, -1)]
    assert_allclose(np.add(*factors), 0, atol=1e-12)


def test_score_factors_can_take_other_responses(model, point, rows):
    other = GaussianMLE(rows["o"].to_numpy(), model.exog, **model._get_init_kwds())
    given = model.score_factor(point(model), endog=rows["o"].to_numpy())
    assert_allclose(given, other.score_factor(point(model)))


@pytest.mark.parametrize("name", ["loglikeobs", "score_obs", "score_factor", "hessian_factor"])
def test_derivatives_are_fresh_arrays(model, point, name):
    # statsmodels divides them by weights in place.
    first = getattr(model, name)(point(model))
    kept = np.array(first)
    for part in first if isinstance(first, tuple) else (first,):
        np.divide(part, 7.0, out=part)
    assert (np.array(getattr(model, name)(point(model))) == kept).all()


def test_no_derivative_changes_the_parameters(model, point):
    params = point(model)
    for name in ("loglike", "loglikeobs", "score", "score_obs", "hessian", "information"):
        getattr(model, name)(params)
    assert (params == point(model)).all()


def test_parameters_may_be_a_list_or_a_series(scaled, point):
    params = point(scaled)
    assert scaled.loglike(params.tolist()) == scaled.loglike(params)
    fitted = scaled.fit()
    assert_allclose(scaled.loglike(fitted.params), fitted.llf, rtol=1e-13)


# Weights --------------------------------------------------------------------------------


def _derivatives(model, params):
    return [
        np.r_[model.loglike(params), model.nobs],
        model.score(params),
        model.hessian(params),
        model.information(params, observed=False),
    ]


def _same(one, other, params, rtol=1e-11):
    for a, b in zip(_derivatives(one, params), _derivatives(other, params), strict=True):
        assert_allclose(a, b, rtol=rtol, atol=1e-10)


@pytest.mark.parametrize("scale", [None, SCALE])
def test_a_frequency_weight_counts_the_row_that_often(rows, point, scale):
    expanded = rows.loc[rows.index.repeat(rows["f"].astype(int))].reset_index(drop=True)
    weighted, repeated = (
        GaussianMLE(
            part["y"],
            part[MEAN],
            exog_scale=None if scale is None else part[scale],
            freq_weights=weights,
        )
        for part, weights in ((rows, rows["f"]), (expanded, None))
    )
    _same(weighted, repeated, point(weighted))
    one, other = weighted.fit(), repeated.fit()
    assert_allclose(one.params, other.params, rtol=1e-9)
    assert_allclose(one.bse, other.bse, rtol=1e-9)
    assert_allclose([one.llf, one.aic, one.bic], [other.llf, other.aic, other.bic], rtol=1e-11)
    assert one.df_resid == other.df_resid


@pytest.mark.parametrize("cov_type", ["nonrobust", "eim", "opg", "HC0"])
def test_every_covariance_counts_frequencies(rows, cov_type):
    expanded = rows.loc[rows.index.repeat(rows["f"].astype(int))].reset_index(drop=True)
    weighted = GaussianMLE(
        rows["y"], rows[MEAN], exog_scale=rows[SCALE], freq_weights=rows["f"]
    )
    repeated = GaussianMLE(expanded["y"], expanded[MEAN], exog_scale=expanded[SCALE])
    one, other = (model.fit(cov_type=cov_type).bse for model in (weighted, repeated))
    assert_allclose(one, other, rtol=1e-8)


@pytest.mark.parametrize("scale", [None, SCALE])
def test_rows_of_weight_zero_are_gone(rows, point, scale):
    weights = rows["f"].copy()
    weights.iloc[[0, 7, 30]] = 0
    some = rows[weights > 0]
    models = [
        GaussianMLE(
            part["y"],
            part[MEAN],
            exog_scale=None if scale is None else part[scale],
            offset=part["o"],
            offset_scale=part["s"],
            freq_weights=weights[part.index],
            var_weights=part["v"],
        )
        for part in (rows, some)
    ]
    assert models[0].n_unweighted == 3
    assert models[0].endog.shape == (57,)
    _same(*models, point(models[0]), rtol=0)


def test_a_row_of_weight_zero_may_hold_anything_finite(rows):
    rows.loc["r0", "y"] = 1e300
    weights = np.r_[0, np.ones(59)]
    result = GaussianMLE(rows["y"], rows[MEAN], freq_weights=weights).fit()
    expected = GaussianMLE(rows["y"][1:], rows[MEAN][1:]).fit()
    assert_allclose(result.params, expected.params)


def test_fractional_weights_give_a_likelihood(rows, point):
    half = GaussianMLE(rows["y"], rows[MEAN], freq_weights=np.full(60, 0.5))
    whole = GaussianMLE(rows["y"], rows[MEAN])
    assert half.nobs == 30
    assert_allclose(half.loglike(point(half)), whole.loglike(point(half)) / 2, rtol=ROUNDING)
    assert_allclose(half.fit().params, whole.fit().params, rtol=1e-10)


@pytest.mark.parametrize("scale", [None, SCALE])
def test_variance_weights_are_an_offset_of_minus_their_logarithm(rows, point, scale):
    columns = None if scale is None else rows[scale]
    weighted = GaussianMLE(rows["y"], rows[MEAN], exog_scale=columns, var_weights=rows["v"])
    offset = GaussianMLE(
        rows["y"], rows[MEAN], exog_scale=columns, offset_scale=-np.log(rows["v"])
    )
    _same(weighted, offset, point(weighted), rtol=0)


def test_variance_weights_and_offset_add_up(rows, point):
    both = GaussianMLE(rows["y"], rows[MEAN], var_weights=rows["v"], offset_scale=rows["s"])
    one = GaussianMLE(rows["y"], rows[MEAN], offset_scale=rows["s"] - np.log(rows["v"]))
    _same(both, one, point(both), rtol=1e-13)


def test_an_offset_is_taken_from_the_response(rows, point):
    known = GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[SCALE], offset=rows["o"])
    moved = GaussianMLE(rows["y"] - rows["o"], rows[MEAN], exog_scale=rows[SCALE])
    _same(known, moved, point(known))


def test_a_scale_offset_in_the_scale_columns_moves_its_coefficient(rows):
    plain = GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[SCALE]).fit()
    known = GaussianMLE(
        rows["y"], rows[MEAN], exog_scale=rows[SCALE], offset_scale=0.5 * rows["z"]
    ).fit()
    assert_allclose(known.llf, plain.llf, rtol=1e-12)
    assert_allclose(known.params.iloc[-1], plain.params.iloc[-1] - 0.5, rtol=1e-8)


# Distribution and draws -----------------------------------------------------------------


def test_distribution_has_the_predicted_mean_and_scale(model, point):
    params = point(model)
    distribution = model.get_distribution(params)
    assert_allclose(distribution.mean(), model.predict(params))
    assert_allclose(distribution.std(), model.predict(params, which="scale"))


def test_distribution_takes_new_columns(scaled, point):
    params = point(scaled)
    new = scaled.get_distribution(params, scaled.exog[:4], scaled.exog_scale[:4])
    assert_allclose(new.mean(), scaled.predict(params)[:4])
    assert_allclose(new.std(), scaled.predict(params, which="scale")[:4])


def test_distribution_takes_a_factor_of_the_variance(scaled, point):
    params = point(scaled)
    wide = scaled.get_distribution(params, scale=4.0)
    assert_allclose(wide.std(), 2 * scaled.predict(params, which="scale"))
    assert_allclose(wide.mean(), scaled.predict(params))


def test_a_seed_makes_draws_repeatable(model, point):
    params = point(model)
    assert (model.simulate(params, rng=3) == model.simulate(params, rng=3)).all()
    generator = np.random.default_rng(3)
    assert (model.simulate(params, rng=generator) == model.simulate(params, rng=3)).all()


def test_draws_have_one_row_per_sample(model, point):
    assert model.simulate(point(model), rng=3).shape == (60,)
    assert model.simulate(point(model), 4, rng=3).shape == (4, 60)
    assert model.simulate(point(model), np.int64(1), rng=3).shape == (1, 60)


def test_draws_follow_the_distribution(model, point):
    params = point(model)
    draws = model.simulate(params, 50, rng=3)
    uniform = model.get_distribution(params).cdf(draws).ravel()
    assert stats.kstest(uniform, "uniform").pvalue > 1e-3
