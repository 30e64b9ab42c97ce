"""What a row does to the estimates, against fits without it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from sm_gaussmle import GaussianMLE
from sm_gaussmle.inference.influence import delete, delete_any, delete_constant_variance
from sm_gaussmle.inference.leverage import leverages
from sm_gaussmle.likelihood.bounds import Bounds

from .conftest import simulated
from .limited import KINDS, limited, part
from .refits import changes, without


def deletion_of(model):
    result, rows = model.fit(), model.source().rows
    params = np.asarray(result.params)
    found = leverages(params, rows)
    if model.constant_variance:
        return delete_constant_variance(rows, found)
    return delete(params, result.fit_record.cov_root, rows, found)


# Constant variance: exact. A difference of two fits has the digits of the larger. --------


def test_the_coefficients_without_a_row_are_those_of_a_fit_without_it(constant):
    exact = changes(constant)[:, :3]
    assert_allclose(deletion_of(constant).dfbeta, exact, atol=1e-13)


def test_the_standard_deviation_without_a_row_is_that_of_a_fit_without_it(constant):
    unbiased = [without(constant, row).sigma2_unbiased for row in range(5)]
    unit = constant.predict(np.zeros(4), which="scale")[:5]
    assert_allclose(deletion_of(constant).scale[:5], np.sqrt(unbiased) * unit, rtol=1e-12)


def test_the_displacement_is_what_all_rows_lose(constant):
    llf = constant.fit().llf
    exact = [2 * (llf - constant.loglike(without(constant, row).params)) for row in range(30)]
    # Log-likelihoods of about 50 are subtracted.
    assert_allclose(deletion_of(constant).displacement, exact, atol=1e-12)


def test_the_covariance_ratio_is_of_the_unbiased_covariances(constant):
    def determinant(result):
        factor = result.nobs / result.df_resid
        return np.linalg.det(result.cov_params()[:3, :3] * factor)

    exact = [
        determinant(without(constant, row)) / determinant(constant.fit()) for row in range(30)
    ]
    assert_allclose(deletion_of(constant).cov_ratio, exact, rtol=1e-11)


def test_an_outlier_from_an_exact_fit_is_infinitely_far():
    x = np.arange(10.0)
    y = 1 + 2 * x
    y[4] += 1
    found = deletion_of(GaussianMLE(y, np.c_[np.ones(10), x]))
    assert found.scale[4] == 0
    assert found.displacement[4] == np.inf
    assert (np.abs(found.dfbetas[4]) == np.inf).all()
    assert np.isfinite(np.delete(found.dfbetas, 4, axis=0)).all()


def test_without_a_degree_of_freedom_to_spare_there_is_no_variance_without_a_row():
    found = deletion_of(GaussianMLE([1.0, 2.0, 4.0], np.c_[np.ones(3), np.arange(3)]))
    assert np.isnan(found.scale).all()
    assert_allclose(found.dfbeta.sum(axis=0)[1], 0, atol=1e-12)


# A scale equation: one step -------------------------------------------------------------


def rms(values):
    return np.sqrt(np.mean(np.square(values), axis=0))


def steps_of(model):
    """Newton's and the scoring step from the estimates, written out."""
    params = np.asarray(model.fit().params)
    k = model.k_exog
    observed, expected = (
        model.information(params, observed=observed) for observed in (True, False)
    )
    found = []
    for information, factor in (
        (observed, model.hessian_factor(params)),
        (expected, model.hessian_factor(params, observed=False)),
    ):
        rows = []
        for i, score in enumerate(model.score_obs(params)):
            columns = np.zeros((len(params), 2))
            columns[:k, 0], columns[k:, 1] = model.exog[i], model.exog_scale[i]
            mean, cross, scale = (values[i] for values in factor)
            own = -columns @ np.array([[mean, cross], [cross, scale]]) @ columns.T
            rows.append(np.linalg.solve(information - own, score))
        found.append(np.array(rows))
    return found


def test_the_step_is_a_fraction_of_the_change_off(scaled):
    # The log variance of the cars is the hardest of these: 0.346 and 0.329 of the change.
    exact = changes(scaled)
    assert (rms(deletion_of(scaled).dfbeta - exact) < 0.35 * rms(exact)).all()


def test_the_step_is_closer_than_newton_and_scoring(scaled):
    bse = np.asarray(scaled.fit().bse)
    exact = changes(scaled)
    mine = rms(rms((deletion_of(scaled).dfbeta - exact) / bse))
    others = [rms(rms((step - exact) / bse)) for step in steps_of(scaled)]
    assert mine < 0.8 * min(others)


def test_the_error_of_the_step_is_of_the_order_of_the_square_of_the_change():
    # Four times the rows: a quarter of the change, and 1/16 of the error.
    errors = []
    for n in (100, 400):
        model = simulated(11, n)
        errors.append(rms(deletion_of(model).dfbeta - changes(model)))
    assert (errors[1] < errors[0] / 12).all()


def test_cooks_distance_is_a_squared_length_in_the_information(scaled):
    found = deletion_of(scaled)
    information = scaled.information(scaled.fit().params)
    expected = np.einsum("ij,jk,ik->i", found.dfbeta, information, found.dfbeta)
    assert_allclose(found.cooks_distance, expected / 4, rtol=1e-9)
    assert_allclose(found.displacement, expected, rtol=1e-9)


def test_dfbetas_are_over_standard_errors(scaled):
    found = deletion_of(scaled)
    assert_allclose(found.dfbetas, found.dfbeta / np.asarray(scaled.fit().bse), rtol=1e-12)


def test_the_displacement_is_nearly_what_all_rows_lose(scaled):
    llf = scaled.fit().llf
    exact = np.array([2 * (llf - scaled.loglike(without(scaled, i).params)) for i in range(40)])
    found = deletion_of(scaled).displacement[:40]
    assert np.median(np.abs(found - exact) / exact) < 0.05


def test_the_covariance_ratio_is_nearly_that_of_the_expected_information(scaled):
    def log_determinant(result):
        information = result.model.information(result.params, observed=False)
        return -np.linalg.slogdet(information)[1]

    # The cars are the hardest again: 0.21 of the change.
    here = log_determinant(scaled.fit())
    exact = np.array([log_determinant(without(scaled, i)) - here for i in range(40)])
    found = np.log(deletion_of(scaled).cov_ratio)[:40]
    assert rms(found - exact) < 0.25 * rms(exact)


def test_the_standard_deviation_without_a_row_follows_its_coefficients(scaled):
    found = deletion_of(scaled)
    params = np.asarray(scaled.fit().params)
    log_variance = [
        z @ (params[2:] - step[2:])
        for z, step in zip(scaled.exog_scale, found.dfbeta, strict=True)
    ]
    assert_allclose(found.scale, np.exp(0.5 * np.array(log_variance)), rtol=1e-10)


def test_a_copy_is_left_out_as_one_of_the_rows_written_out():
    model = simulated(2)
    copies = np.random.default_rng(8).integers(1, 4, 40)
    weighted = GaussianMLE(
        model.endog, model.exog, exog_scale=model.exog_scale, freq_weights=copies
    )
    rows = np.repeat(np.arange(40), copies)
    written = GaussianMLE(
        model.endog[rows], model.exog[rows], exog_scale=model.exog_scale[rows]
    )
    first = np.cumsum(copies) - copies
    mine, other = deletion_of(weighted), deletion_of(written)
    for name in ("scale", "dfbeta", "dfbetas", "cooks_distance", "cov_ratio", "displacement"):
        # Two fits of the same maximum, each within 1e-9 standard errors of it.
        assert_allclose(getattr(mine, name), getattr(other, name)[first], rtol=1e-7, atol=1e-9)


def test_nothing_is_said_of_a_row_without_which_there_is_no_maximum():
    # Of the two rows with a variance of their own, one would be fitted exactly.
    rng = np.random.default_rng(2)
    pair = (np.arange(30) < 2).astype(float)
    ones = np.ones(30)
    y = rng.normal(size=30)
    found = deletion_of(GaussianMLE(y, np.c_[ones, pair], exog_scale=np.c_[ones, pair]))
    assert np.isnan(found.dfbeta[:2]).all()
    assert np.isfinite(found.dfbeta[2:]).all()


# Units ----------------------------------------------------------------------------------


@settings(max_examples=15)
@given(
    seed=st.integers(0, 3),
    unit=st.floats(1e-4, 1e4),
    units=st.tuples(*[st.floats(1e-4, 1e4)] * 2),
    shift=st.floats(-5, 5),
    scale=st.booleans(),
)
def test_measures_without_units_do_not_depend_on_units(seed, unit, units, shift, scale):
    model = simulated(seed)
    options = {"exog_scale": model.exog_scale} if scale else {}
    other_options = {"exog_scale": model.exog_scale * [1, units[0]]} if scale else {}
    here = deletion_of(GaussianMLE(model.endog, model.exog, **options))
    there = deletion_of(
        GaussianMLE(
            unit * (model.endog + shift * model.exog[:, 1]),
            model.exog * [1, units[1]],
            **other_options,
        )
    )
    # Each fit is within 1e-9 standard errors of its maximum, and the scores of rows are in
    # the tens.
    for name in ("dfbetas", "cooks_distance", "cov_ratio", "displacement"):
        assert_allclose(getattr(there, name), getattr(here, name), rtol=1e-6, atol=1e-8)
    assert_allclose(there.scale, unit * here.scale, rtol=1e-7)


# Responses that are not all seen exactly -------------------------------------------------


def deletion_of_any(model):
    result = model.fit()
    return delete_any(
        np.asarray(result.params), result.fit_record.cov_root, model.source().rows
    )


def fits_without(model, rows):
    others = (np.delete(np.arange(len(model.endog)), row) for row in rows)
    fits = [part(model, kept).fit() for kept in others]
    assert all(fit.converged for fit in fits)
    return np.array([np.asarray(fit.params) for fit in fits])


@pytest.mark.parametrize("scale", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_one_step_is_near_the_fit_without_the_row(kind, scale):
    model, rows = limited(kind, n=400, scale=scale), range(0, 400, 16)
    exact = np.asarray(model.fit().params) - fits_without(model, rows)
    found = deletion_of_any(model).dfbeta[rows]
    # A step is right to first order in one over the number of rows.
    assert (rms(found - exact) < 0.1 * rms(exact)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_one_step_without_a_tiny_part_of_a_row_is_exact(kind):
    # The derivative in the weight of a row: there is no better step to first order.
    n, share = 60, 1e-4
    model = limited(kind, scale=True, freq_weights=np.ones(n))
    params, rows = np.asarray(model.fit().params), [0, 7, 31]
    root = model.fit().fit_record.cov_root
    for row in rows:
        weights = np.ones(n)
        weights[row] -= share
        lighter = limited(kind, scale=True, freq_weights=weights).fit()
        terms = model.score_obs(params)[row]
        derivative = root @ (root.T @ terms)
        exact = (params - np.asarray(lighter.params)) / share
        # Of second order in the share.
        assert_allclose(exact, derivative, rtol=2e-3, atol=2e-3 * np.abs(derivative).max())


@pytest.mark.parametrize("kind", KINDS)
def test_the_standard_deviation_without_a_row_follows_the_log_variance(kind):
    model = limited(kind)
    found = deletion_of_any(model)
    params = np.asarray(model.fit().params) - found.dfbeta
    assert_allclose(found.scale, np.exp(0.5 * params[:, -1]), rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_distances_are_those_of_the_step(kind):
    model = limited(kind, scale=True)
    found, covariance = deletion_of_any(model), model.fit().cov_params()
    lengths = np.einsum("ij,jk,ik->i", found.dfbeta, np.linalg.inv(covariance), found.dfbeta)
    assert_allclose(found.displacement, lengths, rtol=1e-9)
    assert_allclose(found.cooks_distance, lengths / 4, rtol=1e-9)
    assert_allclose(found.dfbetas, found.dfbeta / np.sqrt(np.diagonal(covariance)), rtol=1e-9)
    assert np.isnan(found.cov_ratio).all()


def test_limits_far_away_leave_the_step_of_exact_responses_but_for_the_leverage():
    model = simulated(0)
    rows, result = model.source().rows, model.fit()
    far = np.full(len(model.endog), 1e9)
    limited_rows = replace(rows, bounds=Bounds.censored(rows.endog, -far, far))
    params, root = np.asarray(result.params), result.fit_record.cov_root
    plain = replace(leverages(params, rows), mean=np.zeros(len(far)))
    exact = delete(params, root, rows, plain)
    found = delete_any(params, root, limited_rows)
    assert_allclose(found.dfbeta, exact.dfbeta, rtol=1e-9, atol=1e-13)
    assert_allclose(found.scale, exact.scale, rtol=1e-12)


def test_a_copy_of_a_row_is_left_out():
    copies = np.array([3.0, *np.ones(59)])
    model = limited("censored", scale=True, freq_weights=copies)
    repeated = part(limited("censored", scale=True), np.r_[0, 0, np.arange(60)])
    assert_allclose(
        deletion_of_any(model).dfbeta,
        deletion_of_any(repeated).dfbeta[2:],
        rtol=1e-8,
        atol=1e-12,
    )
