"""Facts at the edges of what users give: each was wrong once."""

import copy

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import ConvergenceWarning, ValueWarning

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.statsmodels_face.fitting.fit_errors import explain

N = 60
RNG = np.random.default_rng(5)
X, Z = RNG.standard_normal(N), RNG.standard_normal(N)
Y = 1 + X + np.exp(0.3 * Z) * RNG.standard_normal(N)
ONES = np.ones(N)
EXOG, SCALE = np.column_stack([ONES, X]), np.column_stack([ONES, Z])


def table():
    return pd.DataFrame({"y": Y, "x": X, "z": Z})


# Scales of data and weights -------------------------------------------------------------


@pytest.mark.parametrize("weight", [1e-20, 1e-14, 1e14, 1e20])
def test_the_unit_of_variance_weights_changes_the_variance_alone(weight):
    plain = GaussianMLE(Y, EXOG).fit()
    weighted = GaussianMLE(Y, EXOG, var_weights=np.full(N, weight)).fit()
    np.testing.assert_allclose(weighted.params[:2], plain.params[:2], rtol=1e-12)
    assert weighted.params[2] == pytest.approx(plain.params[2] + np.log(weight), rel=1e-12)


def test_a_row_without_weight_may_be_anywhere():
    weights = np.r_[np.ones(N), 1e-40]
    endog, exog = np.r_[Y, 1e16], np.vstack([EXOG, [1, 0]])
    plain = GaussianMLE(Y, EXOG).fit()
    weighted = GaussianMLE(endog, exog, var_weights=weights).fit()
    # 1e16 times the root of the weight is 1e-4 of the spread.
    np.testing.assert_allclose(weighted.params[:2], plain.params[:2], rtol=1e-6)


def test_a_column_far_from_zero_is_not_called_constant():
    far = 1e8 + np.arange(N) / 10
    result = GaussianMLE(Y, np.column_stack([ONES, far])).fit()
    near = GaussianMLE(Y, np.column_stack([ONES, far - 1e8])).fit()
    assert result.params[1] == pytest.approx(near.params[1], rel=1e-9)


@pytest.mark.parametrize("value", [3.3, 0.1, -7.7])
def test_a_second_constant_is_the_only_column_to_blame(value):
    exog = np.column_stack([EXOG, np.full(N, value)])
    with pytest.raises(ValueError, match=r"'x2' = -?[\d.]+\*const\. Leave") as caught:
        GaussianMLE(Y, exog).fit()
    assert "'x1'" not in str(caught.value)


def test_known_variances_over_many_orders_are_no_collapse():
    known = np.linspace(-50, 50, N)
    noise = np.exp(0.5 * known) * RNG.standard_normal(N)
    model = GaussianMLE(1 + X + noise, EXOG, exog_scale=SCALE, offset_scale=known)
    result = model.fit(warn_convergence=False)
    assert result.converged
    np.testing.assert_allclose(result.params[2:], 0, atol=4 * result.bse[2:].max())


def test_parameters_that_doubles_cannot_hold_are_reported():
    # The coefficients of columns 1e9 from zero are doubles, good to 1e-7 in the fitted
    # values; some rows have a standard deviation of 1e-6.
    rng = np.random.default_rng(0)
    far = 1e9 + rng.standard_normal(N)
    z = np.linspace(0, 1, N)
    endog = far + np.exp(-14 * z) * rng.standard_normal(N)
    model = GaussianMLE(endog, far, exog_scale=np.column_stack([ONES, z]))
    with pytest.warns(ValueWarning, match="Subtract a constant from the columns"):
        result = model.fit()
    assert "Rounding:" in str(result.convergence_report())
    shifted = GaussianMLE(endog - far, far - 1e9, exog_scale=np.column_stack([ONES, z]))
    assert shifted.fit().fit_record.rounding < 1e-5


# Options --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "option"),
    [
        ("lbfgs", {"bounds": [(None, None)] * 4}),
        ("nm", {"initial_simplex": np.eye(5)[:, :4]}),
        ("powell", {"start_direc": np.eye(4)}),
        ("minimize", {"constraints": ()}),
        ("minimize", {"min_method": "SLSQP", "bounds": [(0, 1)] * 4}),
    ],
)
def test_options_in_units_of_the_parameters_are_refused(method, option):
    name = next(n for n in option if n != "min_method")
    with pytest.raises(TypeError, match=name):
        GaussianMLE(Y, EXOG, exog_scale=SCALE).fit(method=method, **option)


def test_a_start_without_iterations_is_returned_as_it_is():
    model = GaussianMLE(Y, EXOG, exog_scale=SCALE)
    start = np.array([0.1, 0.2, 0.3, 0.4])
    result = model.fit(start, maxiter=0, warn_convergence=False)
    assert (result.params == start).all()


def test_starting_values_follow_the_columns_that_are_kept():
    scale = pd.DataFrame({1: ONES, 2: Z, 3: 2 * Z})
    model = GaussianMLE(Y, EXOG, exog_scale=scale)
    with pytest.warns(ValueWarning, match="Dropped"):
        result = model.fit(start_params=[1, 1, 0, 0, 0], rank_deficient="drop")
    expected = GaussianMLE(Y, EXOG, exog_scale=SCALE).fit()
    assert result.llf == pytest.approx(expected.llf)


def test_scores_that_do_not_span_the_parameters_have_no_opg_covariance():
    exog = np.column_stack([EXOG, np.arange(N) == 3])
    with pytest.raises(ValueError, match=r"'opg' has no inverse.*x2.*'nonrobust'"):
        GaussianMLE(Y, exog).fit(cov_type="opg")


def test_weights_that_add_up_to_less_than_the_parameters_have_no_t_distribution():
    model = GaussianMLE(Y, EXOG, freq_weights=np.full(N, 1 / N))
    with pytest.raises(ValueError, match="degrees of freedom"):
        model.fit(use_t=True)
    with pytest.raises(AttributeError, match="add up to 1"):
        _ = model.fit().sigma2_unbiased


def test_a_stopped_optimizer_is_told_to_go_on():
    model = GaussianMLE(Y, EXOG, exog_scale=SCALE)
    with pytest.warns(ConvergenceWarning, match="a larger maxiter"):
        model.fit(method="nm", maxiter=3)


# The model of constants -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "equation"), [("y ~ x - 1", "mean"), ("y ~ x | z - 1", "log variance")]
)
def test_without_a_constant_there_is_no_likelihood_ratio(formula, equation):
    result = gaussmle(formula, table()).fit()
    for name in ("llr", "llr_pvalue"):
        with pytest.raises(AttributeError, match=f"no constant in the {equation}"):
            getattr(result, name)
    assert np.isfinite(result.llnull)


def test_dummies_of_all_groups_hold_a_constant():
    data = table().assign(g=["a", "b", "c"] * (N // 3))
    assert gaussmle("y ~ C(g) - 1 | C(g) - 1", data).fit().llr > 0


# Inputs ---------------------------------------------------------------------------------


def test_dates_among_the_columns_are_refused():
    frame = pd.DataFrame({"x": X, "date": pd.date_range("2020", periods=N)})
    with pytest.raises(TypeError, match=r"`exog`.*not real numbers"):
        GaussianMLE(Y, frame)


def test_numbers_as_text_are_refused():
    with pytest.raises(TypeError, match=r"`endog`.*not real numbers"):
        GaussianMLE(pd.Series(Y).astype(str), EXOG)


def test_objects_that_are_numbers_are_taken():
    endog = pd.Series(Y).astype(object)
    endog[3] = pd.NA
    assert GaussianMLE(endog, EXOG, missing="drop").n_missing == 1


def test_a_matrix_is_an_array():
    with pytest.warns(PendingDeprecationWarning):
        column = np.matrix(Y).T
    assert GaussianMLE(column, EXOG).fit().llf == GaussianMLE(Y, EXOG).fit().llf


def test_many_responses_are_taken_in_parts():
    responses = RNG.standard_normal((N, 600))
    many = GaussianMLE(Y, EXOG).fit_many(responses)
    alone = GaussianMLE(responses[:, 599], EXOG).fit()
    np.testing.assert_allclose(many.params["y600"], alone.params, rtol=1e-10)


def test_more_columns_than_sampled_rows_are_no_trouble():
    rng = np.random.default_rng(2)
    exog = rng.standard_normal((5000, 600))
    result = GaussianMLE(exog[:, 0] + rng.standard_normal(5000), exog).fit()
    assert result.converged


# Formulas -------------------------------------------------------------------------------


def double(values):
    return 2 * values


@pytest.mark.parametrize("engine", ["patsy", "formulaic"])
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_keeps_the_functions_of_its_formula(engine, copied, monkeypatch):
    import statsmodels.formula

    monkeypatch.setattr(statsmodels.formula.options, "formula_engine", engine)
    shift = 3.0

    def local(values):
        return values - shift

    result = gaussmle("y ~ local(x) | double(z)", table()).fit()
    again = copied(result)
    for which in ("mean", "scale"):
        np.testing.assert_allclose(
            again.predict(table(), which=which), result.predict(table(), which=which)
        )


def test_names_of_columns_are_not_taken_from_the_surroundings():
    x = z = np.zeros(1000)  # noqa: F841 - found by name
    model = gaussmle("y ~ np.abs(x) | double(z)", table())
    assert set(model._environment) == {"np", "double"}


def test_doubled_columns_that_no_formula_names_are_no_trouble():
    result = gaussmle("y ~ x", table()).fit()
    new = pd.concat([table(), table()[["z"]]], axis=1)
    assert len(result.predict(new)) == N
    with pytest.raises(ValueError, match="more than one column named 'x'"):
        result.predict(pd.concat([table(), table()[["x"]]], axis=1))


def test_offsets_of_other_rows_are_refused():
    result = gaussmle("y ~ x", table()).fit()
    offset = pd.Series(ONES)
    with pytest.raises(ValueError, match="index of `offset` differs"):
        result.predict(table().head(3), offset=offset.tail(3))


def test_messages_of_formulaic_have_no_colours(monkeypatch):
    import statsmodels.formula

    monkeypatch.setattr(statsmodels.formula.options, "formula_engine", "formulaic")
    with pytest.raises(ValueError, match="cannot be evaluated") as caught:
        gaussmle("y ~ x z", table())
    assert "\x1b" not in str(caught.value)


def test_generic_predictions_have_the_identity_link():
    result = gaussmle("y ~ x", table()).fit()
    ols = sm.OLS(Y, EXOG).fit().get_prediction()
    ours = result.get_prediction().summary_frame()
    np.testing.assert_allclose(ours["mean"], ols.predicted_mean)
    np.testing.assert_allclose(ours["mean_se"], ols.se_mean * np.sqrt((N - 2) / N))


def test_an_error_without_rows_or_columns_is_left_as_it_is():
    error = FitError("something else")
    assert explain(GaussianMLE(Y, EXOG), error) is error


def test_the_distribution_of_new_rows_may_have_offsets():
    result = GaussianMLE(Y, EXOG, exog_scale=SCALE).fit()
    plain = result.get_distribution(EXOG[:3], SCALE[:3])
    moved = result.get_distribution(EXOG[:3], SCALE[:3], offset=1.0, offset_scale=2.0)
    np.testing.assert_allclose(moved.mean(), plain.mean() + 1)
    np.testing.assert_allclose(moved.std(), plain.std() * np.e)
