"""The regressor for scikit-learn: its contract, its estimates, its company."""

import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import make_column_selector
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import (
    GridSearchCV,
    cross_val_predict,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle import gaussmle
from sm_gaussmle.estimation.errors import FitError, PerfectFitError
from sm_gaussmle.sklearn import (
    GaussianMLERegressor,
    PerfectFitWarning,
    neg_crps,
    neg_log_score,
)

# With a scale equation an unbounded likelihood has no limit, and the regressor must refuse;
# some of scikit-learn's checks fit such data and expect any estimate at all.
PERFECT = "the columns reproduce the response exactly: the likelihood is unbounded"
FEW = "there are more columns than rows: the likelihood is unbounded"
COLLAPSE = "the scale equation isolates rows that the mean fits exactly: unbounded"
WITH_SCALE = {
    "check_sample_weight_equivalence_on_dense_data": FEW,
    "check_regressors_no_decision_function": PERFECT,
    "check_sample_weights_shape": PERFECT,
    "check_sample_weights_not_overwritten": PERFECT,
    "check_sample_weights_pandas_series": COLLAPSE,
    "check_sample_weights_not_an_array": COLLAPSE,
    "check_fit2d_1feature": COLLAPSE,
}


def refusals(regressor):
    """The checks that an estimator refuses the data of, with the reason."""
    return {} if regressor.scale_columns is None else WITH_SCALE


@parametrize_with_checks(
    [
        GaussianMLERegressor(),
        GaussianMLERegressor(fit_intercept=False),
        GaussianMLERegressor(scale_columns=[0]),
    ],
    expected_failed_checks=refusals,
)
def test_the_contract_of_scikit_learn_holds(estimator, check):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check(estimator)
    # The checks fit dependent columns and perfect data.
    assert {warning.category for warning in caught} <= {PerfectFitWarning, ValueWarning}


@pytest.fixture
def table():
    """Rows whose standard deviation grows with `z`."""
    rng = np.random.default_rng(99)
    frame = pd.DataFrame(rng.normal(size=(300, 3)), columns=["x", "z", "w"])
    noise = rng.normal(size=300) * np.exp(0.2 + 0.7 * frame["z"])
    frame["y"] = 3 + 2 * frame["x"] - frame["z"] + noise
    return frame


@pytest.fixture
def X(table):
    return table[["x", "z", "w"]]


@pytest.fixture
def y(table):
    return table["y"]


@pytest.fixture
def scaled(X, y):
    return GaussianMLERegressor(scale_columns=["z"]).fit(X, y)


# Estimates ------------------------------------------------------------------------------


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_with_constant_variance_the_mean_is_that_of_least_squares(X, y, fit_intercept):
    ours = GaussianMLERegressor(fit_intercept=fit_intercept).fit(X, y)
    theirs = LinearRegression(fit_intercept=fit_intercept).fit(X, y)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-12)
    assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-12)
    assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-11)
    assert_allclose(ours.score(X, y), theirs.score(X, y), rtol=1e-12)


def test_with_constant_variance_sigma_is_the_root_mean_square_error(X, y):
    regressor = GaussianMLERegressor().fit(X, y)
    assert_allclose(regressor.sigma_, np.sqrt(np.mean((y - regressor.predict(X)) ** 2)))
    assert regressor.n_iter_ == 0
    assert not regressor.coef_scale_.any()


def test_with_a_scale_equation_the_fit_is_that_of_the_model(scaled, table):
    model = gaussmle("y ~ x + z + w | z", table).fit()
    assert_allclose(scaled.intercept_, model.params["Intercept"])
    assert_allclose(scaled.coef_, model.params[["x", "z", "w"]])
    assert_allclose(scaled.intercept_scale_, model.params["ln(sigma2)[Intercept]"])
    assert_allclose(scaled.coef_scale_, [0, model.params["ln(sigma2)[z]"], 0])
    assert_allclose(scaled.results_.bse, model.bse)
    assert scaled.n_iter_ == model.mle_retvals["iterations"] > 0


def test_the_results_name_the_columns(scaled):
    assert list(scaled.results_.params.index) == [
        *("const", "x", "z", "w"),
        *("ln(sigma2)[const]", "ln(sigma2)[z]"),
    ]
    assert "ln(sigma2)" in str(scaled.results_.summary())


def test_the_covariance_is_the_one_asked_for(X, y, table):
    regressor = GaussianMLERegressor(cov_type="HC0").fit(X, y)
    expected = gaussmle("y ~ x + z + w", table).fit(cov_type="HC0")
    assert_allclose(regressor.results_.bse, expected.bse)


@pytest.mark.parametrize(
    "columns",
    [
        ["z"],
        [1],
        [-2],
        np.array([1]),
        [False, True, False],
        pd.Index(["z"]),
        lambda X: [X.columns.get_loc("z")],
        make_column_selector(pattern="^z$"),
    ],
)
def test_scale_columns_are_chosen_in_many_ways(X, y, scaled, columns):
    regressor = GaussianMLERegressor(scale_columns=columns).fit(X, y)
    assert regressor.scale_columns_.tolist() == [1]
    assert_allclose(regressor.coef_scale_, scaled.coef_scale_)


def test_scale_columns_may_be_all(X, y):
    regressor = GaussianMLERegressor(scale_columns="all").fit(X, y)
    assert regressor.scale_columns_.tolist() == [0, 1, 2]
    assert regressor.coef_scale_.all()


@pytest.mark.parametrize("none", [None, [], make_column_selector("^q$")])
def test_no_scale_columns_are_constant_variance(X, y, none):
    assert GaussianMLERegressor(scale_columns=none).fit(X, y).sigma_ > 0


def test_a_weight_of_two_is_the_row_twice_and_none_is_no_row(X, y):
    weights = np.arange(300) % 3
    kept = np.repeat(np.arange(300), weights)
    for columns in (None, ["z"]):
        regressor = GaussianMLERegressor(scale_columns=columns)
        weighted = clone(regressor).fit(X, y, sample_weight=weights)
        repeated = clone(regressor).fit(X.iloc[kept], y.iloc[kept])
        assert_allclose(weighted.results_.params, repeated.results_.params, rtol=1e-8)
        assert_allclose(weighted.results_.bse, repeated.results_.bse, rtol=1e-8)


def test_a_dependent_column_is_left_out_with_a_warning(X, y, scaled):
    double = X.assign(twice=2 * X["z"])
    regressor = GaussianMLERegressor(scale_columns=["z", "twice"])
    with pytest.warns(ValueWarning, match=r"Dropped: .*twice"):
        regressor.fit(double, y)
    assert regressor.coef_[3] == regressor.coef_scale_[3] == 0
    assert_allclose(regressor.predict(double), scaled.predict(X), rtol=1e-7)


def test_a_scale_column_of_which_nothing_is_left_is_constant_variance(X, y):
    regressor = GaussianMLERegressor(scale_columns=["ones"])
    with pytest.warns(ValueWarning, match=r"Dropped: .*ones"):
        regressor.fit(X.assign(ones=1.0), y)
    assert_allclose(regressor.sigma_, GaussianMLERegressor().fit(X, y).sigma_)


# Perfect fits ---------------------------------------------------------------------------


@pytest.fixture
def perfect(X):
    """Fitted to a response that the columns reproduce, and that response."""
    response = 1 + 2 * X["x"] - X["w"]
    with pytest.warns(PerfectFitWarning):
        return GaussianMLERegressor().fit(X, response), response


def test_a_perfect_fit_warns_of_what_it_lacks(X):
    message = (
        r"reproduce `y` in all 300 rows up to rounding.*`sigma_` = 0; .*\(`results_` is None\)"
        r".*perfect_fit='error' refuses"
    )
    with pytest.warns(PerfectFitWarning, match=message) as caught:
        GaussianMLERegressor().fit(X, 1 + X["x"])
    assert caught[0].filename == __file__


def test_a_perfect_fit_is_the_limit_of_fits_with_less_and_less_noise(X, perfect):
    regressor, response = perfect
    noise = np.random.default_rng(3).normal(size=300)
    near = [GaussianMLERegressor().fit(X, response + s * noise) for s in (1e-3, 1e-6)]
    for fitted, size in zip(near, (1e-3, 1e-6), strict=True):
        # Coefficients vary by about size / sqrt(300).
        assert_allclose(fitted.coef_, regressor.coef_, rtol=0, atol=0.3 * size)
        assert_allclose(fitted.intercept_, regressor.intercept_, rtol=0, atol=0.3 * size)
        assert_allclose(fitted.sigma_, size, rtol=0.2)  # five standard errors of it
    assert_allclose(regressor.coef_, [2, 0, -1], atol=1e-14)


def test_a_perfect_fit_has_no_variance_and_no_results(perfect):
    regressor, _ = perfect
    assert regressor.sigma_ == 0.0
    assert regressor.intercept_scale_ == -np.inf
    assert not regressor.coef_scale_.any()
    assert regressor.results_ is None
    assert regressor.n_iter_ == 0
    assert regressor.scale_columns_.size == 0


def test_after_a_perfect_fit_predictions_are_the_mean(X, perfect):
    regressor, response = perfect
    mean, std = regressor.predict(X, return_std=True)
    assert_allclose(mean, response, atol=1e-13)
    assert not std.any()
    assert (regressor.predict_quantile(X, [0.1, 0.9]) == mean.reshape(-1, 1)).all()
    assert (regressor.predict_interval(X) == mean.reshape(-1, 1)).all()


def test_after_a_perfect_fit_the_crps_is_the_absolute_error(X, y, perfect):
    regressor, _ = perfect
    assert_allclose(regressor.crps(X, y), np.abs(y - regressor.predict(X)).mean())
    assert regressor.coverage(X, y) == 0.0
    assert regressor.coverage(X, regressor.predict(X)) == 1.0


def test_after_a_perfect_fit_the_log_score_is_refused(X, y, perfect):
    with pytest.raises(ValueError, match=r"zero in 300 of 300 rows.* Use `crps`"):
        perfect[0].log_score(X, y)


def test_a_constant_response_is_a_perfect_fit(X):
    with pytest.warns(PerfectFitWarning, match="`y` is constant"):
        regressor = GaussianMLERegressor().fit(X, np.full(300, 2.5))
    assert (regressor.predict(X) == 2.5).all()


@pytest.mark.parametrize("cov_type", ["nonrobust", "unbiased"])
@pytest.mark.parametrize("rank_deficient", ["drop", "error"])
def test_as_many_rows_as_columns_are_a_perfect_fit(X, y, cov_type, rank_deficient):
    regressor = GaussianMLERegressor(cov_type=cov_type, rank_deficient=rank_deficient)
    message = "`y` has 4 rows and `X` with the constant 4 columns.* At least 5 rows"
    with pytest.warns(PerfectFitWarning, match=message):
        regressor.fit(X[:4], y[:4])
    solved = np.linalg.solve(np.column_stack([np.ones(4), X[:4]]), y[:4])
    # Rounding times the system's condition number, 123, in units of the largest one, 24.
    coef = np.r_[regressor.intercept_, regressor.coef_]
    assert_allclose(coef, solved, rtol=0, atol=123 * 24 * np.finfo(float).eps)


def test_of_more_columns_than_rows_the_first_are_kept(X, y):
    wide = X.assign(v=X["x"] ** 2, u=X["z"] ** 2)
    with (
        pytest.warns(ValueWarning, match="Dropped: v, u"),
        pytest.warns(PerfectFitWarning, match="4 linearly independent columns"),
    ):
        regressor = GaussianMLERegressor().fit(wide[:4], y[:4])
    assert_allclose(regressor.predict(wide[:4]), y[:4], rtol=1e-13)
    assert regressor.coef_[:3].all()
    assert not regressor.coef_[3:].any()


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_a_perfect_fit_depends_on_the_distinct_rows_of_positive_weight_alone(fit_intercept):
    rng = np.random.default_rng(11)
    # The second column is twice the first in the rows that count, and only there.
    X, y = rng.normal(size=(9, 12)), rng.normal(size=9)
    X[:5, 1] = 2 * X[:5, 0]
    fitted = []
    for weights in ([1, 1, 1, 1, 1], [4, 1, 3, 2, 7], [0.1, 20, 5, 3, 1]):
        regressor = GaussianMLERegressor(fit_intercept=fit_intercept)
        with pytest.warns(PerfectFitWarning), pytest.warns(ValueWarning, match="Dropped"):
            fitted.append(regressor.fit(X, y, sample_weight=[*weights, 0, 0, 0, 0]))
    order = rng.permutation(np.repeat(np.arange(5), [4, 1, 3, 2, 7]))
    regressor = GaussianMLERegressor(fit_intercept=fit_intercept)
    with pytest.warns(PerfectFitWarning), pytest.warns(ValueWarning, match="Dropped"):
        fitted.append(regressor.fit(X[order], y[order]))
    # Five rows: as many columns, without the second.
    kept = [0, 2, 3, 4] if fit_intercept else [0, 2, 3, 4, 5]
    for regressor in fitted:
        assert np.flatnonzero(regressor.coef_).tolist() == kept
        # Condition numbers of the five columns are below 35, coefficients below 20.
        assert_allclose(regressor.predict(X), fitted[0].predict(X), rtol=1e-11)


def test_rows_that_repeat_with_other_responses_leave_a_variance(X, y):
    wide = pd.concat([X[:2]] * 3, ignore_index=True).assign(v=1.0, u=2.0, t=X["x"] * 0 + 3)
    with pytest.warns(ValueWarning, match="Dropped"):
        regressor = GaussianMLERegressor(cov_type="unbiased").fit(wide, y[:6])
    within = y[:6].to_numpy().reshape(3, 2)
    assert_allclose(regressor.sigma_, np.sqrt(within.var(axis=0).mean()))
    assert_allclose(regressor.predict(wide[:2]), within.mean(axis=0))
    assert regressor.results_.df_resid == 4


def test_a_perfect_fold_is_one_fold_of_a_cross_validation(X, y):
    # Trained on the first 100 rows, the fit is perfect; on the others it is not.
    response = y.where(np.arange(300) >= 100, X["x"])
    folds = [(np.arange(100), np.arange(100, 300)), (np.arange(100, 300), np.arange(100))]
    with pytest.warns(PerfectFitWarning):
        crps = cross_val_score(GaussianMLERegressor(), X, response, cv=folds, scoring=neg_crps)
    assert_allclose(crps[0], -np.abs(response[100:] - X["x"][100:]).mean())
    with pytest.warns(PerfectFitWarning), pytest.warns(UserWarning, match="Use `crps`"):
        log = cross_val_score(
            GaussianMLERegressor(), X, response, cv=folds, scoring=neg_log_score
        )
    assert np.isnan(log).tolist() == [True, False]


# Predictions ----------------------------------------------------------------------------


def test_predictions_are_those_of_the_model(scaled, X, table):
    model = gaussmle("y ~ x + z + w | z", table).fit()
    mean, std = scaled.predict(X, return_std=True)
    assert_allclose(mean, model.predict(table), rtol=1e-10)
    assert_allclose(std, model.predict(table, which="scale"), rtol=1e-10)
    assert (scaled.predict(X) == mean).all()


def test_quantiles_and_intervals_are_those_of_the_normal_distribution(scaled, X):
    mean, std = scaled.predict(X, return_std=True)
    distribution = stats.norm(mean, std)
    assert_allclose(scaled.predict_quantile(X), mean)
    assert_allclose(scaled.predict_quantile(X, 0.9), distribution.ppf(0.9))
    both = scaled.predict_quantile(X, [0.025, 0.975])
    assert_allclose(both, np.column_stack(distribution.interval(0.95)))
    assert_allclose(scaled.predict_interval(X), both)
    assert_allclose(scaled.predict_interval(X, 0.5), scaled.predict_quantile(X, [0.25, 0.75]))


def test_scores_are_those_of_the_results(scaled, X, y):
    expected = scaled.results_.scores(alpha=0.3)
    assert_allclose(scaled.log_score(X, y), expected["log_score"])
    assert_allclose(scaled.crps(X, y), expected["crps"])
    assert_allclose(scaled.coverage(X, y, alpha=0.3), expected["coverage"])


@pytest.mark.parametrize("name", ["log_score", "crps", "coverage"])
def test_scores_count_weights(scaled, X, y, name):
    weights = np.arange(300) % 3
    kept = np.repeat(np.arange(300), weights)
    weighted = getattr(scaled, name)(X, y, sample_weight=weights)
    assert_allclose(weighted, getattr(scaled, name)(X.iloc[kept], y.iloc[kept]))


def test_without_its_data_the_regressor_still_predicts(scaled, X):
    mean, std = scaled.predict(X, return_std=True)
    scaled.results_.remove_data()
    again = pickle.loads(pickle.dumps(scaled))
    assert_allclose(again.predict(X, return_std=True), (mean, std), rtol=0)


# Company --------------------------------------------------------------------------------


@pytest.mark.parametrize("scorer", [neg_log_score, neg_crps])
def test_the_right_scale_equation_scores_better_in_cross_validation(X, y, scorer):
    plain, scaled = (
        cross_val_score(GaussianMLERegressor(scale_columns=columns), X, y, scoring=scorer)
        for columns in (None, ["z"])
    )
    assert scaled.mean() > plain.mean()


def test_scorers_are_the_scores_with_their_signs_changed(scaled, X, y):
    assert neg_log_score(scaled, X, y) == -scaled.log_score(X, y)
    assert neg_crps(scaled, X, y) == -scaled.crps(X, y)


def test_scorers_take_any_estimator_with_standard_deviations(X, y):
    other = GaussianProcessRegressor(alpha=1.0, optimizer=None).fit(X[:50], y[:50])
    mean, std = other.predict(X, return_std=True)
    assert_allclose(neg_log_score(other, X, y), stats.norm(mean, std).logpdf(y).mean())


def test_a_grid_search_finds_the_scale_equation_in_a_pipeline(X, y):
    scaler = StandardScaler().set_output(transform="pandas")
    pipeline = make_pipeline(scaler, GaussianMLERegressor())
    search = GridSearchCV(
        pipeline,
        {"gaussianmleregressor__scale_columns": [None, ["x"], ["z"], ["w"]]},
        scoring={"log": neg_log_score, "crps": neg_crps},
        refit="log",
    ).fit(X, y)
    assert search.best_params_ == {"gaussianmleregressor__scale_columns": ["z"]}


@pytest.mark.parametrize("routing", [True, False])
def test_scorers_reach_the_end_of_a_pipeline_with_metadata_routing_or_without(X, y, routing):
    pipeline = make_pipeline(StandardScaler(), GaussianMLERegressor(scale_columns=[1]))
    with config_context(enable_metadata_routing=routing):
        got = neg_log_score(pipeline.fit(X, y), X, y)
    # Standardised columns span the same equations: the same maximum but for rounding.
    expected = neg_log_score(GaussianMLERegressor(scale_columns=["z"]).fit(X, y), X, y)
    assert_allclose(got, expected, rtol=1e-9)


def test_predictions_are_cross_validated_and_cover(X, y):
    folds = cross_validate(
        GaussianMLERegressor(scale_columns=["z"]), X, y, return_estimator=True
    )
    assert len(folds["estimator"]) == 5
    crossed = cross_val_predict(GaussianMLERegressor(scale_columns=["z"]), X, y)
    first = folds["estimator"][0]  # unshuffled folds: it has not seen the first 60 rows
    assert_allclose(crossed[:60], first.predict(X[:60]))
    # Five standard errors of a share of 60 rows.
    assert_allclose(first.coverage(X[:60], y[:60]), 0.95, atol=0.14)


def test_a_regressor_may_follow_transformers_without_names(X, y):
    pipeline = make_pipeline(PolynomialFeatures(2, include_bias=False), StandardScaler())
    regressor = make_pipeline(pipeline, GaussianMLERegressor(scale_columns=[1])).fit(X, y)
    assert regressor.score(X, y) > 0.3
    names = regressor[-1].results_.params.index
    assert list(names[:3]) == ["const", "x0", "x1"]


def test_clones_are_unfitted_and_have_the_parameters(scaled):
    copy = clone(scaled)
    assert copy.get_params() == scaled.get_params()
    assert not hasattr(copy, "results_")
    assert not hasattr(copy, "sigma_")


def test_polars_tables_name_the_columns(X, y, scaled):
    regressor = GaussianMLERegressor(scale_columns=["z"])
    regressor.fit(pl.from_pandas(X), pl.from_pandas(y))
    assert regressor.feature_names_in_.tolist() == ["x", "z", "w"]
    assert_allclose(regressor.predict(pl.from_pandas(X)), scaled.predict(X))
    assert_allclose(
        regressor.log_score(pl.from_pandas(X), pl.from_pandas(y)), scaled.log_score(X, y)
    )


def test_a_pickle_has_everything(scaled, X):
    again = pickle.loads(pickle.dumps(scaled))
    assert (again.predict(X) == scaled.predict(X)).all()
    assert (again.results_.bse == scaled.results_.bse).all()


# Refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "columns",
    [
        "z",
        "nothing",
        ["nothing"],
        [3],
        [-4],
        [0.5],
        [1, 1],
        [1, -2],
        ["z", 1],
        [True],
        1,
        [[0]],
    ],
)
def test_scale_columns_that_make_no_sense_are_refused(X, y, columns):
    regressor = GaussianMLERegressor(scale_columns=columns)
    with pytest.raises(ValueError, match=r"`scale_columns` chooses .* 3 columns are x, z, w\."):
        regressor.fit(X, y)


def test_an_error_names_twenty_columns_at_most(y):
    regressor = GaussianMLERegressor(scale_columns=["nothing"])
    with pytest.raises(ValueError, match=r"The 30 columns are x0, .*, x19, \.\.\.\.$"):
        regressor.fit(np.zeros((300, 30)), y)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(299), r"`sample_weight` has shape \(299,\); .* 300 rows"),
        (np.r_[np.nan, np.ones(299)], "`sample_weight` must be finite"),
        (np.r_[-1, np.ones(299)], "`sample_weight` must be finite and not negative"),
        (np.zeros(300), "`sample_weight` is zero in every row"),
    ],
)
def test_weights_that_make_no_sense_are_refused(X, y, weights, message):
    with pytest.raises(ValueError, match=message):
        GaussianMLERegressor().fit(X, y, sample_weight=weights)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("fit_intercept", "yes"),
        ("cov_type", "HC9"),
        ("rank_deficient", "ignore"),
        ("perfect_fit", "ignore"),
    ],
)
def test_parameters_that_make_no_sense_are_refused_at_the_fit(X, y, parameter, value):
    regressor = GaussianMLERegressor(**{parameter: value})
    with pytest.raises(ValueError, match=f"`{parameter}` is '{value}'"):
        regressor.fit(X, y)


def test_dependent_columns_are_refused_if_asked(X, y):
    regressor = GaussianMLERegressor(rank_deficient="error")
    message = "`X` with the constant are linearly dependent.* or use rank_deficient='drop'"
    with pytest.raises(FitError, match=message):
        regressor.fit(X.assign(twice=2 * X["z"]), y)


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ("constant", "`y` is constant"),
        ("computed", "reproduce `y` in all 300 rows"),
    ],
)
@pytest.mark.parametrize("options", [{"perfect_fit": "error"}, {"scale_columns": ["z"]}])
def test_a_response_without_noise_is_refused(X, response, message, options):
    y = np.full(300, 2.0) if response == "constant" else 1 + X["x"]
    with pytest.raises(PerfectFitError, match=f"{message}.* likelihood has no maximum"):
        GaussianMLERegressor(**options).fit(X, y)


@pytest.mark.parametrize("options", [{"perfect_fit": "error"}, {"scale_columns": ["z"]}])
def test_no_more_rows_than_columns_are_refused(X, y, options):
    message = "`y` has 4 rows and `X` with the constant 4 columns.* At least 5 rows are needed"
    with pytest.raises(PerfectFitError, match=message):
        GaussianMLERegressor(**options).fit(X[:4], y[:4])


def test_without_a_constant_errors_speak_of_none(X, y):
    regressor = GaussianMLERegressor(fit_intercept=False, perfect_fit="error")
    with pytest.raises(PerfectFitError, match="`y` has 3 rows and `X` 3 columns"):
        regressor.fit(X[:3], y[:3])


def test_errors_name_the_scale_columns(y):
    dummies = pd.get_dummies(np.arange(300) % 2, dtype=float).set_axis(["a", "b"], axis=1)
    regressor = GaussianMLERegressor(
        fit_intercept=False, scale_columns=["a", "b"], rank_deficient="error"
    )
    message = "columns of `scale_columns` with the constant are linearly dependent"
    with pytest.raises(FitError, match=message):
        regressor.fit(dummies, y)


def test_a_column_may_be_called_const_beside_the_constant(X, y):
    renamed = X.rename(columns={"x": "const"})
    for scale in (None, ["const"]):
        found = GaussianMLERegressor(scale_columns=scale).fit(renamed, y)
        expected = GaussianMLERegressor(scale_columns=scale and ["x"]).fit(X, y)
        assert_allclose(found.coef_, expected.coef_)
        assert_allclose(found.coef_scale_, expected.coef_scale_)


@pytest.mark.parametrize("rows", [3, 4])
def test_dependent_columns_of_few_rows_are_refused_if_asked(X, y, rows):
    regressor = GaussianMLERegressor(rank_deficient="error")
    with pytest.raises(FitError, match="linearly dependent"):
        regressor.fit(X[:rows].assign(w=X["z"]), y[:rows])


def test_sigma_with_a_scale_equation_says_what_to_use(scaled):
    with pytest.raises(AttributeError, match=r"use predict\(X, return_std=True\)"):
        _ = scaled.sigma_


@pytest.mark.parametrize("quantile", [0, 1, [0.5, 1.5], np.nan, [[0.5]]])
def test_quantiles_have_probabilities(scaled, X, quantile):
    with pytest.raises(ValueError, match=r"`quantile` is .* between 0 and 1"):
        scaled.predict_quantile(X, quantile)


@pytest.mark.parametrize("method", ["predict_interval", "coverage"])
def test_alpha_is_a_probability(scaled, X, y, method):
    arguments = (X,) if method == "predict_interval" else (X, y)
    with pytest.raises(ValueError, match="`alpha` is 5; it must be between 0 and 1"):
        getattr(scaled, method)(*arguments, alpha=5)
