"""Fits end at the maximum, whatever the route, or say that they did not."""

import copy

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from statsmodels.tools.sm_exceptions import (
    ConvergenceWarning,
    HessianInversionWarning,
    ValueWarning,
)

from sm_gaussmle import GaussianMLE
from sm_gaussmle.estimation.errors import PerfectFitError

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]
METHODS = ["newton", "bfgs", "lbfgs", "nm", "powell", "cg", "ncg", "minimize"]
# Gradients of a fit to 60 rows, in standard errors.
ZERO = 1e-5


def _distance(result):
    """Distance from the maximum in standard errors."""
    score = result.model.score(np.asarray(result.params))
    return np.sqrt(score @ np.linalg.solve(result.model.information(result.params), score))


# The maximum ----------------------------------------------------------------------------


def test_the_score_is_zero_at_the_estimates(model):
    result = model.fit()
    assert result.converged
    assert _distance(result) < ZERO


def test_the_information_is_positive_definite_at_the_estimates(model):
    result = model.fit()
    np.linalg.cholesky(model.information(result.params))


def test_the_reported_log_likelihood_is_that_of_the_model(model):
    result = model.fit()
    assert_allclose(result.llf, model.loglike(result.params), rtol=1e-12)


def test_the_covariance_is_the_inverse_of_the_information(model):
    result = model.fit()
    inverse = np.linalg.inv(model.information(result.params))
    assert_allclose(result.cov_params(), inverse, rtol=1e-6, atol=1e-12)


def test_no_nearby_point_is_higher(model):
    result = model.fit()
    rng = np.random.default_rng(1)
    for _ in range(20):
        step = result.bse * rng.normal(size=model.nparams)
        assert model.loglike(result.params + step) < result.llf


def test_constant_variance_takes_one_pass_and_no_iteration(constant):
    result = constant.fit()
    report = result.convergence_report()
    assert (report.reason, report.iterations, report.passes) == ("closed form", 0, 1)


def test_the_scale_equation_gains_over_constant_variance(constant, scaled):
    assert scaled.fit().llf > constant.fit().llf


def test_a_scale_equation_without_a_constant_is_fitted(rows):
    result = GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[["z", "x1"]]).fit()
    assert _distance(result) < ZERO


@pytest.mark.parametrize("factor", [1e-8, 1e8])
def test_badly_scaled_data_are_fitted_as_well(rows, factor):
    plain = GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[SCALE]).fit()
    design = rows[MEAN] * [1, 1e6, 1e-6]
    scaled = GaussianMLE(factor * rows["y"], design, exog_scale=rows[SCALE] * [1, 1e6]).fit()
    units = np.r_[factor / np.array([1, 1e6, 1e-6]), 1, 1e-6]
    assert_allclose(scaled.bse, plain.bse * units, rtol=1e-6)


# A fit leaves the model alone -----------------------------------------------------------


@pytest.mark.parametrize(
    "options", [{}, {"method": "bfgs"}, {"cov_type": "HC0", "use_t": True}]
)
def test_fit_does_not_change_the_model(model, options):
    before = {name: copy.copy(value) for name, value in vars(model).items()}
    model.fit(**options)
    assert vars(model).keys() == before.keys()
    for name, value in before.items():
        if name not in {"data", "_cache"}:
            np.testing.assert_equal(vars(model)[name], value)


def test_fits_of_one_model_are_the_same(model):
    first, second = model.fit(), model.fit()
    assert (first.params == second.params).all()
    assert first.df_resid == second.df_resid


def test_fit_prints_nothing(model, capsys):
    model.fit()
    model.fit(method="bfgs")
    assert capsys.readouterr() == ("", "")


def test_disp_prints_how_it_went(scaled, capsys):
    scaled.fit(disp=True)
    text = capsys.readouterr().out
    assert text.startswith("Converged")
    assert "log-likelihood" in text
    assert "iterations" in text


# What it prints is tested.
@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.ConvergenceWarning")
def test_disp_says_if_it_did_not_converge(scaled, capsys):
    scaled.fit(disp=True, maxiter=1)
    assert capsys.readouterr().out.startswith("Not converged")


# Named methods --------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scale", [None, SCALE])
def test_a_named_method_ends_at_the_maximum(rows, method, scale):
    columns = None if scale is None else rows[scale]
    model = GaussianMLE(rows["y"], rows[MEAN], exog_scale=columns)
    result = model.fit(method=method, maxiter=5000)
    assert result.converged
    assert result.method == method
    assert_allclose(result.params, model.fit().params, rtol=1e-6, atol=1e-7)
    assert_allclose(result.bse, model.fit().bse, rtol=1e-6)


def test_basinhopping_ends_at_the_maximum(scaled):
    # The tolerance of its local searches is not statsmodels' to set.
    result = scaled.fit(method="basinhopping", niter=2, minimizer={"tol": 1e-9})
    assert_allclose(result.llf, scaled.fit().llf, rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_named_method_that_stops_early_says_so(scaled, method):
    with pytest.warns(ConvergenceWarning, match=r"did not converge.*maxiter=1"):
        result = scaled.fit(method=method, maxiter=1)
    assert not result.converged
    assert result.mle_retvals["warnflag"] == 1


@pytest.mark.parametrize("method", ["bfgs", "cg"])
def test_a_loose_tolerance_is_judged_by_the_score(scaled, method):
    with pytest.warns(ConvergenceWarning, match=r"standard errors from zero"):
        result = scaled.fit(method=method, gtol=0.1)
    assert not result.converged


@pytest.mark.parametrize("method", [*METHODS, "basinhopping"])
def test_a_named_method_is_watched_by_the_callback(scaled, method):
    points = []
    own = {"niter": 2} if method == "basinhopping" else {}
    result = scaled.fit(method=method, maxiter=5000, callback=points.append, **own)
    assert points
    assert all(point.shape == (5,) for point in points)
    if method != "basinhopping":
        assert_allclose(points[-1], result.params, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("method", ["bfgs", "newton", "lbfgs"])
def test_the_iterations_of_a_named_method_are_counted(scaled, method):
    points = []
    result = scaled.fit(method=method, callback=points.append)
    assert result.mle_retvals["iterations"] == len(points)


@pytest.mark.parametrize("min_method", ["trust-ncg", "BFGS", "SLSQP", "Powell"])
def test_minimize_takes_every_method_of_scipy(scaled, min_method):
    # Some of them stop at tolerances of their own, and then it is said.
    try:
        result = scaled.fit(method="minimize", min_method=min_method, maxiter=5000)
    except ConvergenceWarning as warning:
        assert "standard errors from zero" in str(warning)  # noqa: PT017 - both ends are right
        return
    assert_allclose(result.llf, scaled.fit().llf)


def test_a_named_method_starts_where_it_is_told(scaled, point):
    points = []
    scaled.fit(point(scaled), method="newton", callback=points.append)
    own = []
    scaled.fit(method="newton", callback=own.append)
    assert not np.allclose(points[0], own[0])


def test_newtons_method_at_a_singular_hessian_has_not_converged():
    # Its steps have no bound: from here they lead to where the likelihood is flat.
    rng = np.random.default_rng(5)
    x, z = rng.standard_normal((2, 12))
    endog = 1 + 2 * x + np.exp(3 * z) * rng.standard_normal(12)
    design = np.column_stack([np.ones(12), x])
    scale = np.column_stack([np.ones(12), 3 * z])
    model = GaussianMLE(endog, design, exog_scale=scale)
    with pytest.warns(HessianInversionWarning), pytest.warns(ConvergenceWarning) as warned:
        result = model.fit(method="newton", ridge_factor=0)
    assert "leave it out" in str(warned[0].message)
    assert not result.converged
    assert np.isfinite(result.llf)


def test_mle_settings_say_what_was_asked_for(scaled):
    settings = scaled.fit(method="bfgs", gtol=1e-9, maxiter=77).mle_settings
    assert (settings["optimizer"], settings["maxiter"], settings["gtol"]) == ("bfgs", 77, 1e-9)


# Starting values ------------------------------------------------------------------------


@pytest.mark.parametrize("start", [0.0, 0.1, 3.0, 8.0, -3.0])
def test_starting_values_do_not_change_the_maximum(scaled, start):
    result = scaled.fit(np.full(5, start))
    assert_allclose(result.llf, scaled.fit().llf, rtol=1e-12)


@pytest.mark.parametrize("method", [None, "bfgs"])
def test_starting_values_too_far_away_are_refused(scaled, method):
    with pytest.raises(ValueError, match=r"not\s+finite.*`start_params`"):
        scaled.fit([1e3, 2, 3, -800, 0], method=method)


def test_starting_values_come_with_labels(scaled):
    start = pd.Series([1.0, 2.0, -0.5, 0.2, 0.3], index=scaled.exog_names)
    assert_allclose(scaled.fit(start).llf, scaled.fit().llf)


def test_starting_values_are_not_changed(scaled):
    start = np.zeros(5)
    scaled.fit(start)
    assert (start == 0).all()


# Iterations -----------------------------------------------------------------------------


def test_maxiter_0_evaluates_the_model_where_statsmodels_asks(model, point):
    params = point(model)
    for method in (None, "nm", "bfgs"):
        result = model.fit(
            maxiter=0,
            method=method,
            start_params=params,
            warn_convergence=False,
            skip_hessian=True,
            disp=False,
        )
        assert_allclose(result.params, params, rtol=1e-10)
        assert_allclose(result.llf, model.loglike(params), rtol=1e-12)
        assert np.isnan(result.bse).all()


def test_maxiter_0_without_a_start_is_the_closed_form_where_there_is_one(constant):
    assert constant.fit(maxiter=0).converged


def test_maxiter_0_says_that_it_is_no_maximum(scaled):
    with pytest.warns(ConvergenceWarning, match=r"maxiter was reached.*maxiter=0"):
        assert not scaled.fit(maxiter=0).converged


def test_a_fit_that_ran_out_of_iterations_says_so(scaled):
    with pytest.warns(ConvergenceWarning, match=r"maxiter was reached.*convergence_report"):
        result = scaled.fit(maxiter=1)
    assert len(result.fit_history) == 2


def test_the_warning_points_to_the_line_of_the_user(scaled):
    with pytest.warns(ConvergenceWarning) as caught:
        scaled.fit(maxiter=1)
    assert caught[0].filename == __file__


@pytest.mark.filterwarnings("error")
def test_warn_convergence_false_is_silent(scaled):
    assert not scaled.fit(maxiter=1, warn_convergence=False).converged


def test_maxiter_may_be_a_numpy_integer(scaled):
    assert scaled.fit(maxiter=np.int64(50)).converged


def test_full_output_is_accepted(scaled):
    assert scaled.fit(full_output=False).llf == scaled.fit().llf


def test_the_history_rises_to_the_maximum(scaled):
    result = scaled.fit()
    history = result.fit_history
    assert list(history.columns) == ["loglike", "score_norm", "step", "radius"]
    assert history.index.name == "iteration"
    assert history["loglike"].is_monotonic_increasing
    assert_allclose(history["loglike"].iloc[-1], result.llf, rtol=1e-12)
    assert history["score_norm"].iloc[-1] < ZERO


def test_the_history_of_a_closed_form_is_one_line(constant):
    result = constant.fit()
    assert_allclose(result.fit_history["loglike"], [result.llf])


def test_the_callback_sees_each_iteration(scaled):
    points = []
    result = scaled.fit(callback=points.append)
    assert len(points) == len(result.fit_history) - 1
    assert_allclose(points[-1], result.params, rtol=1e-6)


def test_retall_keeps_each_iteration(scaled):
    result = scaled.fit(retall=True)
    vectors = result.mle_retvals["allvecs"]
    assert len(vectors) == result.mle_retvals["iterations"]
    assert_allclose(vectors[-1], result.params, rtol=1e-6)


def test_retall_and_callback_work_together(scaled):
    points = []
    result = scaled.fit(retall=True, callback=points.append)
    np.testing.assert_array_equal(points, result.mle_retvals["allvecs"])


def test_retvals_have_what_statsmodels_looks_for(scaled):
    result = scaled.fit()
    values = result.mle_retvals
    assert (values["converged"], values["warnflag"]) == (True, 0)
    assert_allclose(values["fopt"], -result.llf / 60)


def test_the_report_says_how_it_went(scaled):
    report = scaled.fit().convergence_report()
    assert report.converged
    assert report.score_norm < ZERO
    assert list(report.loadings.index) == scaled.exog_names
    assert_allclose((report.loadings**2).sum(), 1)
    text = str(report)
    for words in (
        "Converged",
        "yes",
        "standard errors from zero",
        "Newton",
        "Condition number",
    ):
        assert words in text


def test_the_condition_number_is_that_of_the_scaled_information(scaled):
    result = scaled.fit()
    information = scaled.information(result.params)
    scale = np.sqrt(np.diag(information))
    values = np.linalg.eigvalsh(information / np.outer(scale, scale))
    report = result.convergence_report()
    assert_allclose(report.smallest_eigenvalue, values[0], rtol=1e-6)
    assert_allclose(report.condition_number, np.sqrt(values[-1] / values[0]), rtol=1e-6)


def test_the_report_names_lower_maxima_that_were_found():
    # Fifteen rows, of which one has a high leverage in the scale equation.
    rng = np.random.default_rng(31)
    x, z = rng.normal(size=15), rng.normal(size=15)
    z[0] = 4.0
    response = 1 + x + rng.normal(size=15) * np.exp(0.4 * z)
    ones = np.ones(15)
    model = GaussianMLE(
        response, np.column_stack([ones, x]), exog_scale=np.column_stack([ones, z])
    )
    report = model.fit().convergence_report()
    assert len(report.lower_maxima) == 1
    assert report.lower_maxima[0] > 0
    assert "Other maxima" in str(report)
    assert f"lower by {report.lower_maxima[0]:.4g}" in str(report)


def test_the_report_of_a_fit_without_a_maximum_has_no_condition_number(scaled):
    with (
        pytest.warns(ConvergenceWarning),
        pytest.warns(HessianInversionWarning, match=r"not positive definite.*x1"),
    ):
        result = scaled.fit([500.0, 2, 3, 0, 0], maxiter=0)
    report = result.convergence_report()
    assert not report.converged
    assert np.isnan(report.condition_number)
    assert "NO" in str(report)
    assert np.isnan(result.bse).all()


# A fit without a step.
@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.ConvergenceWarning")
# The same.
@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.HessianInversionWarning")
@pytest.mark.parametrize("cov_type", ["eim", "opg", "HC0"])
def test_without_an_information_there_is_no_other_covariance(scaled, cov_type):
    result = scaled.fit([500.0, 2, 3, 0, 0], maxiter=0, cov_type=cov_type)
    assert np.isnan(result.bse).all()


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC0"])
def test_skip_hessian_leaves_out_the_covariance(model, cov_type):
    result = model.fit(skip_hessian=True, cov_type=cov_type)
    assert np.isnan(result.bse).all()
    assert_allclose(result.params, model.fit().params)


# Dependent columns ----------------------------------------------------------------------


@pytest.mark.parametrize("scale", [None, SCALE])
@pytest.mark.parametrize("labelled", [True, False])
def test_dependent_columns_of_the_mean_are_dropped_on_request(rows, scale, labelled):
    design = rows[MEAN].assign(twice=2 * rows["x1"] - 1)
    columns = None if scale is None else rows[scale]
    model = GaussianMLE(
        rows["y"], design if labelled else design.to_numpy(), exog_scale=columns
    )
    name = "twice" if labelled else "x3"
    with pytest.warns(ValueWarning, match=rf"'{name}' = 2\*x1.*Dropped: {name}"):
        result = model.fit(rank_deficient="drop")
    expected = GaussianMLE(rows["y"], rows[MEAN], exog_scale=columns).fit()
    assert_allclose(result.params, expected.params, rtol=1e-8)
    assert result.model.dropped_columns == (name,)
    assert (result.df_resid, result.aic) == (57, pytest.approx(expected.aic))
    assert len(result.model.exog_names) == len(result.params)


@pytest.mark.parametrize("labelled", [True, False])
def test_dependent_columns_of_the_scale_are_dropped_on_request(rows, labelled):
    scale = rows[SCALE].assign(twice=2 * rows["z"])
    model = GaussianMLE(
        rows["y"], rows[MEAN], exog_scale=scale if labelled else scale.to_numpy()
    )
    name = f"ln(sigma2)[{'twice' if labelled else 'z2'}]"
    with pytest.warns(ValueWarning, match="linearly dependent") as caught:
        result = model.fit(rank_deficient="drop")
    assert name in str(caught[0].message)
    expected = GaussianMLE(rows["y"], rows[MEAN], exog_scale=rows[SCALE]).fit()
    assert_allclose(result.params, expected.params, rtol=1e-8)
    assert result.model.dropped_columns == (name,)


def test_dependent_columns_of_both_equations_are_dropped_on_request(rows):
    model = GaussianMLE(
        rows["y"],
        rows[MEAN].assign(twice=2 * rows["x1"]),
        exog_scale=rows[SCALE].assign(twice=2 * rows["z"]),
    )
    with pytest.warns(ValueWarning, match="linearly dependent") as caught:
        result = model.fit(rank_deficient="drop")
    assert result.model.dropped_columns == ("twice", "ln(sigma2)[twice]")
    assert [warning.filename for warning in caught] == [__file__, __file__]


def test_dropping_columns_leaves_the_rest_of_the_model(rows):
    weights = rows["f"].copy()
    weights.iloc[0] = 0
    options = {
        "exog_scale": rows[SCALE],
        "offset": rows["o"],
        "offset_scale": rows["s"],
        "var_weights": rows["v"],
        "freq_weights": weights,
        "missing": "drop",
    }
    rows.iloc[5, rows.columns.get_loc("y")] = np.nan
    model = GaussianMLE(rows["y"], rows[MEAN].assign(twice=2 * rows["x1"]), **options)
    with pytest.warns(ValueWarning, match="linearly dependent"):
        result = model.fit(rank_deficient="drop")
    expected = GaussianMLE(rows["y"], rows[MEAN], **options).fit()
    assert_allclose(result.llf, expected.llf, rtol=1e-12)
    assert (result.model.n_missing, result.model.n_unweighted) == (1, 1)


def test_starting_values_of_dropped_columns_are_dropped(rows):
    design = rows[MEAN].assign(twice=2 * rows["x1"])
    model = GaussianMLE(rows["y"], design, exog_scale=rows[SCALE])
    points = []
    with pytest.warns(ValueWarning, match="linearly dependent"):
        model.fit([1, 2, -0.5, 99, 0.1, 0.2], rank_deficient="drop", callback=points.append)
    assert_allclose(points[0][:3], [1, 2, -0.5], atol=2)


def test_independent_columns_are_all_kept(scaled):
    assert scaled.fit(rank_deficient="drop").model is scaled


@pytest.mark.parametrize("cov_type", ["nonrobust", "unbiased"])
@pytest.mark.parametrize("n", [4, 5])
def test_only_columns_that_are_left_have_to_be_fewer_than_the_rows(rows, n, cov_type):
    few = rows[:n]
    design = few[MEAN].assign(twice=2 * few["x1"], thrice=3 * few["x2"])
    with pytest.warns(ValueWarning, match="Dropped: twice, thrice") as caught:
        result = GaussianMLE(few["y"], design).fit(rank_deficient="drop", cov_type=cov_type)
    expected = GaussianMLE(few["y"], few[MEAN]).fit(cov_type=cov_type)
    assert_allclose(result.params, expected.params, rtol=1e-10)
    assert_allclose(result.bse, expected.bse, rtol=1e-10)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("method", [None, "bfgs"])
def test_as_many_rows_as_columns_that_are_left_are_refused(rows, method):
    few = rows[:3]
    design = few[MEAN].assign(twice=2 * few["x1"])
    message = "`endog` has 3 rows and `exog` 3 linearly independent columns.* 4 rows are needed"
    with (
        pytest.warns(ValueWarning, match="Dropped: twice"),
        pytest.raises(PerfectFitError, match=message),
    ):
        GaussianMLE(few["y"], design).fit(rank_deficient="drop", method=method)


@pytest.mark.parametrize("method", [None, "bfgs"])
def test_as_many_rows_as_independent_columns_are_refused(rows, method):
    few = rows[:3]
    with pytest.raises(PerfectFitError, match=r"`exog` 3 columns.* 4 rows are needed"):
        GaussianMLE(few["y"], few[MEAN]).fit(rank_deficient="drop", method=method)


def test_a_model_that_is_only_evaluated_drops_no_columns_and_needs_the_rows(rows):
    few = rows[:4]
    model = GaussianMLE(few["y"], few[MEAN].assign(twice=2 * few["x1"]))
    with pytest.raises(PerfectFitError, match=r"`exog` 4 columns.* 5 rows are needed"):
        model.fit(np.zeros(5), maxiter=0, skip_hessian=True, rank_deficient="drop")


# Laws -----------------------------------------------------------------------------------

_RNG = np.random.default_rng(77)
_N = 40
_X = np.column_stack([np.ones(_N), _RNG.normal(size=(_N, 2))])
_Z = np.column_stack([np.ones(_N), _RNG.normal(size=_N)])
_Y = _X @ [1.0, -2.0, 0.5] + _RNG.normal(size=_N) * np.exp(_Z @ [0.1, 0.3])
_FITS = {scale: GaussianMLE(_Y, _X, exog_scale=_Z if scale else None).fit() for scale in (0, 1)}

scales = st.sampled_from([0, 1])
shifts = st.floats(-1e4, 1e4)
factors = st.builds(
    lambda sign, power: sign * 10.0**power, st.sampled_from([-1, 1]), st.floats(-5, 5)
)


def _fit(scale, y=_Y, x=_X, z=_Z, **options):
    return GaussianMLE(y, x, exog_scale=z if scale else None, **options).fit()


@given(scale=scales, shift=shifts, factor=factors)
def test_estimates_follow_the_units_of_the_response(scale, shift, factor):
    plain = _FITS[scale]
    # A shift of ten thousand standard deviations leaves eleven digits of the residuals.
    moved = _fit(scale, y=factor * (_Y + shift))
    mean = factor * (plain.params[:3] + np.array([shift, 0, 0]))
    gamma = plain.params[3:] + np.r_[2 * np.log(abs(factor)), np.zeros(scale)]
    sizes = abs(factor) * plain.bse[:3]
    assert_allclose((moved.params[:3] - mean) / sizes, 0, atol=1e-6)
    assert_allclose(moved.params[3:], gamma, atol=1e-6)
    assert_allclose(
        moved.bse, plain.bse * np.r_[[abs(factor)] * 3, np.ones(1 + scale)], rtol=1e-6
    )
    assert_allclose(moved.llf, plain.llf - _N * np.log(abs(factor)), rtol=1e-8, atol=1e-6)


# Squares of numbers as small as 1e-275, which hypothesis tries, are refused as out of range.
matrices = arrays(float, (3, 3), elements=st.floats(-3, 3)).filter(
    lambda a: np.linalg.norm(a) > 1e-6 and np.linalg.cond(a) < 1e3
)


@given(scale=scales, change=matrices)
def test_estimates_follow_the_columns_of_the_mean(scale, change):
    plain = _FITS[scale]
    changed = _fit(scale, x=_X @ change)
    assert_allclose(change @ changed.params[:3], plain.params[:3], rtol=1e-6, atol=1e-6)
    assert_allclose(changed.params[3:], plain.params[3:], atol=1e-7)
    assert_allclose(changed.llf, plain.llf, rtol=1e-10)
    covariance = change @ changed.cov_params()[:3, :3] @ change.T
    assert_allclose(covariance, plain.cov_params()[:3, :3], rtol=1e-5, atol=1e-8)


@given(
    change=matrices.map(lambda a: a[:2, :2]).filter(
        lambda a: np.linalg.norm(a) > 1e-6 and np.linalg.cond(a) < 1e3
    )
)
def test_estimates_follow_the_columns_of_the_scale(change):
    plain = _FITS[1]
    changed = _fit(1, z=_Z @ change)
    assert_allclose(change @ changed.params[3:], plain.params[3:], rtol=1e-6, atol=1e-6)
    assert_allclose(changed.params[:3], plain.params[:3], rtol=1e-6, atol=1e-7)
    assert_allclose(changed.llf, plain.llf, rtol=1e-10)


@given(scale=scales, order=st.permutations(range(_N)))
def test_the_order_of_the_rows_does_not_matter(scale, order):
    plain = _FITS[scale]
    permuted = _fit(scale, _Y[order], _X[order], _Z[order])
    assert_allclose(permuted.params, plain.params, rtol=1e-9, atol=1e-10)
    assert_allclose(permuted.bse, plain.bse, rtol=1e-9)
    assert_allclose(permuted.llf, plain.llf, rtol=1e-12)


@given(scale=scales, weights=arrays(int, _N, elements=st.integers(0, 3)))
def test_frequency_weights_are_rows(scale, weights):
    weights[:20] = 1  # eleven rows can be too few for a maximum in the scale equation
    times = np.repeat(np.arange(_N), weights)
    weighted = _fit(scale, freq_weights=weights)
    repeated = _fit(scale, _Y[times], _X[times], _Z[times])
    assert_allclose(weighted.llf, repeated.llf, rtol=1e-10)
    assert_allclose(weighted.params, repeated.params, rtol=1e-6, atol=1e-7)
    assert weighted.nobs == repeated.nobs


@given(scale=scales, factor=st.floats(1e-3, 1e3))
def test_equal_variance_weights_change_the_constant_alone(scale, factor):
    plain = _FITS[scale]
    weighted = _fit(scale, var_weights=np.full(_N, factor))
    gamma = plain.params[3:] + np.r_[np.log(factor), np.zeros(scale)]
    assert_allclose(weighted.params, np.r_[plain.params[:3], gamma], rtol=1e-7, atol=1e-7)
    assert_allclose(weighted.llf, plain.llf, rtol=1e-10)


# Limits and a constant variance ---------------------------------------------------------


@pytest.fixture(params=["left", "trunc_left"])
def limited(request):
    rng = np.random.default_rng(5)
    exog = np.column_stack([np.ones(300), rng.normal(size=(300, 2))])
    endog = exog @ [0.5, 1.0, -0.5] + rng.normal(size=300)
    if request.param == "left":
        return GaussianMLE(np.maximum(endog, 0.0), exog, left=0.0)
    return GaussianMLE(endog[endog > 0], exog[endog > 0], trunc_left=0.0)


def test_the_callback_sees_each_iteration_of_the_climb_with_limits(limited):
    points = []
    result = limited.fit(retall=True, callback=points.append)
    assert len(points) == len(result.fit_history) - 1 > 2
    assert_allclose(points[-1], result.params, rtol=1e-4)
    np.testing.assert_array_equal(points, result.mle_retvals["allvecs"])


@pytest.mark.parametrize("maxiter", [1, 2])
def test_a_climb_with_limits_ends_at_the_largest_number_of_iterations(limited, maxiter):
    points = []
    with pytest.warns(ConvergenceWarning, match=f"maxiter={maxiter}"):
        result = limited.fit(maxiter=maxiter, callback=points.append)
    assert len(points) == len(result.fit_history) - 1 == maxiter
    assert_allclose(points[-1], result.params, rtol=1e-10)
    assert_allclose(result.llf, limited.loglike(result.params), rtol=1e-12)


def test_without_iterations_a_model_with_limits_is_evaluated_at_the_start(limited):
    start = [0.4, 0.9, -0.4, 0.1]
    with pytest.warns(ConvergenceWarning, match="maxiter=0"):
        result = limited.fit(start, maxiter=0)
    np.testing.assert_array_equal(result.params, start)
    assert_allclose(result.llf, limited.loglike(np.array(start)), rtol=1e-12)
    assert len(result.fit_history) == 1


def test_a_climb_with_limits_starts_where_it_is_told_to(limited):
    result = limited.fit()
    points = []
    again = limited.fit(np.asarray(result.params), callback=points.append)
    assert again.converged
    assert len(points) <= 1
    assert_allclose(again.params, result.params, rtol=1e-8)
    far = limited.fit(np.add(result.params, [3.0, -2.0, 2.0, 2.0]))
    assert_allclose(far.params, result.params, rtol=1e-8)


def test_a_start_with_limits_at_which_nothing_is_finite_is_refused(limited):
    with pytest.raises(ValueError, match="start_params"):
        limited.fit([0.0, 0.0, 0.0, 5000.0])
