"""The bootstrap as it is called: arguments, seeds, statistics and failures."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from statsmodels.tools.sm_exceptions import ConvergenceWarning, ValueWarning

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.estimation.errors import FitError

MEAN = ["one", "x1", "x2"]
KINDS = ["case", "parametric", "residual", "wild", "cluster"]


def _options(kind):
    return {"kind": kind, "groups": np.arange(60) % 15 if kind == "cluster" else None}


# As in statsmodels ---------------------------------------------------------------------------


def test_it_unpacks_as_that_of_statsmodels(scaled):
    boot = scaled.fit().bootstrap(7, None, False, True, 2)
    mean, std, results = boot
    assert results.shape == (7, 5)
    assert_allclose(mean, results.mean(axis=0), rtol=1e-14)
    assert_allclose(std, np.sqrt(((results - mean) ** 2).mean(axis=0)), rtol=1e-12)
    assert_array_equal(boot[2], results)
    assert_array_equal(boot.replicates, results)


def test_replicates_are_kept_unless_they_are_not_to_be(constant):
    result = constant.fit()
    result.bootstrap(3, rng=3, store=False)
    result.bootstrap(3, rng=3, statistic=lambda fit: fit.sigma)
    assert not hasattr(result, "bootstrap_results")
    boot = result.bootstrap(np.int64(4), rng=3)
    assert_array_equal(result.bootstrap_results, boot.replicates)


def test_the_fit_and_its_model_stay_as_they_are(scaled):
    result = scaled.fit()
    params, endog = result.params.copy(), scaled.endog.copy()
    result.bootstrap(3, rng=3)
    assert_array_equal(result.params, params)
    assert_array_equal(scaled.endog, endog)
    assert scaled.freq_weights is None


def test_replicates_are_fitted_with_the_method_that_is_asked_for(scaled):
    result = scaled.fit()
    newton, bfgs = (result.bootstrap(3, rng=5, method=m)[2] for m in (None, "bfgs"))
    assert_allclose(bfgs, newton, rtol=1e-4)
    assert not np.array_equal(bfgs, newton)


def test_replicates_can_be_followed(constant, capsys):
    constant.fit().bootstrap(3, rng=5, disp=True)
    assert capsys.readouterr().out.count("Converged") == 3


# Seeds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_replicates(constant, kind):
    result = constant.fit()
    first = result.bootstrap(5, rng=3, **_options(kind)).replicates
    assert_array_equal(result.bootstrap(5, rng=3, **_options(kind)).replicates, first)
    generator = np.random.default_rng(3)
    assert_array_equal(result.bootstrap(5, rng=generator, **_options(kind)).replicates, first)
    again = result.bootstrap(5, rng=generator, **_options(kind)).replicates
    others = [result.bootstrap(5, rng=rng, **_options(kind)).replicates for rng in (4, None)]
    for other in (again, *others):
        assert not np.any(np.isclose(other, first, rtol=1e-9))


@pytest.mark.parametrize("n_jobs", [2, 3, -1])
@pytest.mark.parametrize("kind", KINDS)
def test_the_number_of_threads_changes_nothing(constant, kind, n_jobs):
    result = constant.fit()
    alone, shared = (
        result.bootstrap(300, rng=3, n_jobs=jobs, **_options(kind)) for jobs in (1, n_jobs)
    )
    # BLAS may add up in another order in threads.
    assert_allclose(shared.replicates, alone.replicates, rtol=1e-12)


def test_the_number_of_threads_changes_no_fits_one_by_one(scaled):
    result = scaled.fit()
    alone, shared = (result.bootstrap(140, rng=3, n_jobs=jobs) for jobs in (1, 2))
    assert_allclose(shared.replicates, alone.replicates, rtol=1e-9)


# Statistics ----------------------------------------------------------------------------------


def test_a_statistic_may_be_a_number_an_array_or_a_series(constant):
    result = constant.fit()
    params = result.bootstrap(4, rng=1).replicates
    number = result.bootstrap(4, rng=1, statistic=lambda fit: fit.params["x1"])
    array = result.bootstrap(4, rng=1, statistic=lambda fit: fit.params.to_numpy()[1:3])
    series = result.bootstrap(4, rng=1, statistic=lambda fit: fit.params[["x2", "x1"]])
    assert list(number.replicates.columns) == ["statistic"]
    assert list(array.replicates.columns) == ["statistic[0]", "statistic[1]"]
    assert list(series.replicates.columns) == ["x2", "x1"]
    assert_allclose(number.replicates["statistic"], params["x1"], rtol=1e-10)
    assert_allclose(array.replicates, params[["x1", "x2"]], rtol=1e-10)
    assert_allclose(series.replicates, params[["x2", "x1"]], rtol=1e-10)


def test_a_statistic_sees_rows_as_often_as_they_were_drawn(constant):
    seen = constant.fit().bootstrap(
        6, rng=1, statistic=lambda fit: [len(fit.resid), np.mean(fit.resid**2) - fit.sigma2]
    )
    assert_array_equal(seen.replicates["statistic[0]"], np.full(6, 60.0))
    assert_allclose(seen.replicates["statistic[1]"], 0.0, atol=1e-12)


def test_a_statistic_sees_frequency_weights_where_the_model_has_them(rows):
    result = GaussianMLE(rows["y"], rows[MEAN], freq_weights=rows["f"]).fit()
    seen = result.bootstrap(
        6, rng=1, statistic=lambda fit: [fit.nobs, fit.model.freq_weights @ fit.resid**2]
    )
    assert_array_equal(seen.replicates["statistic[0]"], np.full(6, rows["f"].sum()))
    variances = np.exp(result.bootstrap(6, rng=1).replicates["ln(sigma2)"])
    expected = variances * rows["f"].sum()
    assert_allclose(seen.replicates["statistic[1]"], expected, rtol=1e-10)


@pytest.mark.parametrize("formula", ["y ~ center(x1) + C(g)", "y ~ center(x1) + C(g) | z"])
@pytest.mark.parametrize("kind", ["case", "residual"])
def test_a_statistic_may_predict_new_rows(rows, engine, formula, kind):
    del engine
    new = pd.DataFrame({"x1": [0.5, 1.0], "g": ["a", "c"], "z": [0.0, 1.0]})
    result = gaussmle(formula, rows).fit()
    boot = result.bootstrap(5, rng=1, kind=kind, statistic=lambda fit: fit.predict(new))
    assert_allclose(boot.estimate, result.predict(new), rtol=1e-12)
    params = result.bootstrap(5, rng=1, kind=kind).replicates
    design = np.array([[1, 0, 0, 0.5], [1, 0, 1, 1.0]])
    design[:, 3] -= rows["x1"].mean()  # centred as in the sample
    order = [n for n in params.columns if "C(g)" in n or n == "Intercept"] + ["center(x1)"]
    assert_allclose(boot.replicates, params[order].to_numpy() @ design.T, rtol=1e-6)


def test_models_from_formulas_keep_their_columns(rows, engine):
    # A sample in which a factor lacks a level would have other columns.
    del engine
    rows["rare"] = np.where(np.arange(60) < 12, "r", "often")
    result = gaussmle("y ~ C(rare) + center(x1)", rows).fit()
    assert result.bootstrap(20, rng=1).replicates.shape == (20, 4)


def test_columns_that_were_dropped_stay_away(rows):
    rows["double"] = 2 * rows["x1"]
    with pytest.warns(ValueWarning, match="Dropped: double"):
        result = gaussmle("y ~ x1 + double", rows).fit(rank_deficient="drop")
    new = rows.iloc[:2]
    dropped = result.bootstrap(3, rng=1, statistic=lambda fit: len(fit.model.dropped_columns))
    assert (dropped.replicates == 1).all(axis=None)
    boot = result.bootstrap(3, rng=1, statistic=lambda fit: fit.predict(new))
    params = result.bootstrap(3, rng=1).replicates
    expected = params["Intercept"].to_numpy()[:, None] + np.outer(params["x1"], new["x1"])
    assert_allclose(boot.replicates, expected, rtol=1e-10)


def test_a_statistic_may_use_columns_of_the_data(rows):
    result = gaussmle("y ~ x1", rows).fit()

    def clustered(fit):
        return fit.get_robustcov_results("cluster", groups="g").bse

    boot = result.bootstrap(5, rng=1, statistic=clustered)
    assert_allclose(boot.estimate, clustered(result), rtol=1e-12)
    draws = result.bootstrap(5, rng=1, statistic=lambda fit: fit.model.data.frame["x1"].mean())
    means = result.bootstrap(5, rng=1, statistic=lambda fit: fit.model.exog[:, 1].mean())
    assert_allclose(draws.replicates, means.replicates, rtol=1e-12)


def test_a_column_that_is_constant_in_a_replicate_does_not_change_the_model(rows):
    # The second value is not drawn in 36 % of samples.
    nearly = np.ones(60)
    nearly[3] = 2.0
    result = GaussianMLE(rows["y"].to_numpy(), np.column_stack([nearly, rows["x1"]])).fit()
    seen = result.bootstrap(
        20,
        rng=1,
        statistic=lambda fit: [
            np.ptp(fit.model.exog[:, 0]),
            fit.model.k_constant,
            fit.model.exog_names == ["x1", "x2", "ln(sigma2)"],
        ],
    ).replicates
    assert 0 < (seen["statistic[0]"] == 0).sum() < 20
    assert_array_equal(seen["statistic[1]"], np.zeros(20))
    assert_array_equal(seen["statistic[2]"], np.ones(20))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("text", "`statistic` gives a str;"),
        (np.ones((2, 2)), r"gives a ndarray of shape \(2, 2\); it must give a number"),
        ([], r"gives a list of shape \(0,\)"),
    ],
)
def test_what_a_statistic_gives_is_checked(constant, value, message):
    with pytest.raises(ValueError, match=message):
        constant.fit().bootstrap(3, statistic=lambda _fit: value)


def test_a_statistic_gives_as_many_numbers_always(constant):
    calls = []

    def growing(_fit):
        calls.append(0)
        return np.ones(len(calls))

    with pytest.raises(
        ValueError, match="gives 2 numbers for a replicate and 1 for the sample"
    ):
        constant.fit().bootstrap(3, statistic=growing)


def test_errors_of_a_statistic_are_the_users(constant):
    with pytest.raises(KeyError, match="x9"):
        constant.fit().bootstrap(3, statistic=lambda fit: fit.params["x9"])


# Failures ------------------------------------------------------------------------------------


def _with_dummy(rows):
    """A dummy of one row: it is not drawn in (59/60)^60 = 36 % of samples."""
    exog = rows[["one", "x1"]].assign(first=np.eye(60)[0])
    return GaussianMLE(rows["y"], exog).fit()


def test_replicates_that_cannot_be_fitted_are_counted(rows):
    with pytest.warns(ValueWarning, match=r"of 50 replicates failed .*'first' is zero") as w:
        boot = _with_dummy(rows).bootstrap(50, rng=0)
    assert len(w) == 1
    assert w[0].filename == __file__
    failed = boot.n_failed
    assert 8 <= failed <= 28  # 18 by the binomial distribution, give or take three deviations
    assert str(w[0].message).startswith(f"{failed} of 50")
    assert boot.failed.loc["dependent columns", "count"] == failed
    assert "'first' is zero" in boot.failed.loc["dependent columns", "first_message"]
    assert boot.nrep == 50
    assert boot.replicates.isna().all(axis=1).sum() == failed
    assert boot.replicates_bse.isna().all(axis=1).sum() == failed
    assert len(boot[2]) == 50 - failed


def test_with_a_scale_equation_the_columns_at_fault_are_named(rows):
    exog = rows[["one", "x1"]].assign(first=np.eye(60)[0])
    result = GaussianMLE(rows["y"], rows[["one", "x1"]], exog_scale=exog).fit()
    with pytest.warns(
        ValueWarning, match=r"`exog_scale` are .*'ln\(sigma2\)\[first\]' is zero"
    ):
        boot = result.bootstrap(50, rng=0)
    assert 8 <= boot.failed.loc["dependent columns", "count"] <= 28


def test_replicates_that_did_not_converge_are_failures(scaled, monkeypatch):
    result = scaled.fit()
    fit, calls = GaussianMLE.fit, []

    def stopped(self, *args, **options):
        calls.append(0)
        # The second replicate is tried from the estimates and from values of its own.
        return fit(self, *args, **options, maxiter=0 if len(calls) in (2, 3) else 100)

    monkeypatch.setattr(GaussianMLE, "fit", stopped)
    with pytest.warns(ValueWarning, match=r"1 of 4 replicates .*the fit did not converge"):
        boot = result.bootstrap(4, rng=0, statistic=lambda fit: fit.params)
    assert list(boot.failed.index) == ["not converged"]
    assert boot.replicates.iloc[1].isna().all()


def test_a_fit_that_fails_from_the_estimates_is_tried_again(scaled, monkeypatch):
    result = scaled.fit()
    expected = result.bootstrap(3, rng=0).replicates
    fit = GaussianMLE.fit

    def failing(self, start_params=None, **options):
        if start_params is not None:
            raise FitError("lost")
        return fit(self, **options)

    monkeypatch.setattr(GaussianMLE, "fit", failing)
    boot = result.bootstrap(3, rng=0, statistic=lambda fit: fit.params)
    assert_allclose(boot.replicates, expected, rtol=1e-6)


def test_statistics_that_are_not_finite_are_failures(constant):
    result = constant.fit()
    with pytest.warns(ValueWarning, match="`statistic` is NaN or infinite"):
        boot = result.bootstrap(
            10,
            rng=0,
            statistic=lambda f: 1.0 if f.params["x1"] >= result.params["x1"] else np.nan,
        )
    assert list(boot.failed.index) == ["not finite"]
    assert 0 < boot.n_failed < 10


def test_where_all_replicates_fail_the_first_reason_is_given(rows):
    result = GaussianMLE(rows["y"], np.column_stack([np.ones(60), np.eye(60)[:, :40]])).fit()
    with pytest.raises(ValueError, match=r"all of 5 replicates failed. The first: .*zero"):
        result.bootstrap(5, rng=0)


def test_the_jackknife_of_groups_may_fail(rows):
    # Without the group of the dummy's row there is no fit, and no acceleration.
    with pytest.warns(ValueWarning, match="replicates failed"):
        boot = _with_dummy(rows).bootstrap(50, rng=0, kind="cluster", groups=np.arange(60) % 6)
    assert boot.acceleration.isna().all()


# Arguments -----------------------------------------------------------------------------------


@pytest.mark.parametrize("nrep", [0, -1, 2.5, 3.0, True, "10", None])
def test_the_number_of_replicates_is_a_positive_whole_number(constant, nrep):
    with pytest.raises(ValueError, match=r"`nrep` is .*; it must be a positive whole number"):
        constant.fit().bootstrap(nrep)


@pytest.mark.parametrize("n_jobs", [0, -2, 1.5, True])
def test_the_number_of_threads_is_a_positive_whole_number(constant, n_jobs):
    with pytest.raises(ValueError, match=r"`n_jobs` is .* number, or -1 for one per proc"):
        constant.fit().bootstrap(3, n_jobs=n_jobs)


@pytest.mark.parametrize("rng", ["seed", -1, 1.5])
def test_seeds_are_checked(constant, rng):
    with pytest.raises(ValueError, match=r"`rng` is .*; it must be a seed .* or None"):
        constant.fit().bootstrap(3, rng=rng)


def test_statistics_are_callable(constant):
    with pytest.raises(TypeError, match="`statistic` is 'x1'; it must be callable, or None"):
        constant.fit().bootstrap(3, statistic="x1")


def test_progress_is_shown_or_not(constant):
    with pytest.raises(TypeError, match="`progress` is 1; it must be True or False"):
        constant.fit().bootstrap(3, progress=1)


def test_zero_and_one_are_flags_as_in_statsmodels(constant, capsys):
    result = constant.fit()
    result.bootstrap(3, disp=0, store=0)
    assert not hasattr(result, "bootstrap_results")
    result.bootstrap(3, disp=1, store=1)
    assert result.bootstrap_results.shape == (3, 4)
    assert capsys.readouterr().out.count("Converged") == 3


def test_removed_data_cannot_be_drawn_from(constant):
    result = constant.fit()
    result.remove_data()
    with pytest.raises(ValueError, match="data were removed: there are no rows to draw from"):
        result.bootstrap(3)


def test_a_fit_that_did_not_converge_has_no_replicates(scaled):
    with pytest.warns(ConvergenceWarning):
        result = scaled.fit(maxiter=1)
    with pytest.raises(ValueError, match=r"did not reach a maximum.* a larger `maxiter`"):
        result.bootstrap(3)


def test_a_wrong_method_is_an_error_and_no_failure_of_a_replicate(constant):
    with pytest.raises(ValueError, match="`method` is 'best'"):
        constant.fit().bootstrap(3, method="best")
