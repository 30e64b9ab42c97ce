"""What each kind of bootstrap draws, against fits by hand and against known covariances."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special

from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.inference.resampling_chunks import chunks
from sm_gaussmle.inference.resampling_plans import Groups, NormalErrors, Rows

MEAN = ["one", "x1", "x2"]
KINDS = ["constant variance", "offsets", "variance weights", "scale equation"]
PARAMS = {"batched": {}, "one by one": {"statistic": lambda result: result.params}}


def _drawn(plan, nrep, seed):
    """What the bootstrap draws with a seed."""
    (chunk,) = chunks(np.random.default_rng(seed), nrep, plan.n_rows)
    return plan.draw(np.random.default_rng(chunk.seed), nrep)


def _by_hand(rows, drawn, kind, options_of):
    """Estimates from a table in which rows stand as often as they were drawn."""
    places = np.repeat(np.arange(60), drawn.astype(int))
    options = {
        name: values[places]
        for name, values in options_of(kind).items()
        if name != "freq_weights"
    }
    model = GaussianMLE(rows["y"].to_numpy()[places], rows[MEAN].to_numpy()[places], **options)
    return np.asarray(model.fit().params)


# Cases ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", PARAMS)
@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_drawn_whole(rows, options_of, kind, route):
    result = GaussianMLE(rows["y"], rows[MEAN], **options_of(kind)).fit()
    draws = _drawn(Rows(60), 3, 4)
    expected = [_by_hand(rows, drawn, kind, options_of) for drawn in draws]
    # Counted rows and repeated ones are summed in another order; fits with a scale equation
    # end at 1e-8.
    rtol = 1e-10 if "exog_scale" not in options_of(kind) else 1e-6
    boot = result.bootstrap(3, rng=4, **PARAMS[route])
    assert_allclose(boot.replicates, expected, rtol=rtol)


@pytest.mark.parametrize("kind", ["frequency weights", "scale equation with all"])
def test_a_frequency_weight_is_that_many_rows(rows, options_of, kind):
    # Draws are of 113 rows, of which those that are the same are counted together.
    result = GaussianMLE(rows["y"], rows[MEAN], **options_of(kind)).fit()
    (drawn,) = _drawn(Rows(60, rows["f"].to_numpy()), 1, 4)
    assert drawn.sum() == rows["f"].sum()
    expected = _by_hand(rows, drawn, kind, options_of)
    assert_allclose(result.bootstrap(1, rng=4).replicates, [expected], rtol=1e-6)


def _big(rows, scale):
    """Independent rows with offsets and weights, enough for a sandwich to be good."""
    rng = np.random.default_rng(12)
    n = 300
    exog = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    options = {
        "offset": 3 * rng.normal(size=n),
        "offset_scale": rng.normal(scale=0.3, size=n),
        "var_weights": rng.uniform(0.5, 2, n),
        "freq_weights": rng.integers(1, 4, n).astype(float),
    }
    if scale:
        options["exog_scale"] = np.column_stack([np.ones(n), rng.normal(size=n)])
    endog = exog @ [1.0, 1.0, -1.0] + options["offset"] + rng.normal(size=n)
    return GaussianMLE(endog, exog, **options)


@pytest.mark.parametrize("scale", [False, True])
def test_standard_errors_from_drawn_rows_are_near_robust_ones(rows, scale):
    # Offsets and weights that were not drawn with their rows would multiply them by factors
    # up to 7.
    result = _big(rows, scale).fit(cov_type="HC0")
    # A standard deviation of 300 draws has a standard error of 1/sqrt(600) = 4 %; the
    # sandwich of 300 rows is some 3 % off.
    assert_allclose(result.bootstrap(300, rng=1).bse, result.bse, rtol=0.2)


# Groups --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_groups_are_drawn_whole(rows, options_of, kind):
    labels = np.array(list("abcdefghij"))[np.arange(60) * 7 % 10]
    result = GaussianMLE(rows["y"], rows[MEAN], **options_of(kind)).fit()
    draws = _drawn(Groups(pd.factorize(labels)[0]), 3, 4)
    expected = [_by_hand(rows, drawn, kind, options_of) for drawn in draws]
    boot = result.bootstrap(3, rng=4, kind="cluster", groups=labels)
    rtol = 1e-10 if "exog_scale" not in options_of(kind) else 1e-6
    assert_allclose(boot.replicates, expected, rtol=rtol)


def test_groups_may_be_a_column_of_the_data(rows):
    rows["group"] = np.arange(60) % 12
    result = gaussmle("y ~ x1", rows).fit()
    named = result.bootstrap(5, rng=1, kind="cluster", groups="group")
    given = result.bootstrap(5, rng=1, kind="cluster", groups=rows["group"])
    assert_array_equal(named.replicates, given.replicates)
    assert "12 groups of rows" in str(named)


def test_standard_errors_from_drawn_groups_are_near_clustered_ones():
    # Rows of a group share an error, which multiplies the standard errors by up to 3.
    rng = np.random.default_rng(2)
    groups = np.repeat(np.arange(100), 6)
    shared, x = rng.normal(size=100)[groups], rng.normal(size=100)[groups]
    exog = np.column_stack([np.ones(600), x])
    endog = 1 + x + shared + 0.5 * rng.normal(size=600)
    result = GaussianMLE(endog, exog).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    boot = result.bootstrap(2000, rng=1, kind="cluster", groups=groups)
    # Standard errors of 1.6 %, and of the sandwich of 100 groups some 5 %.
    assert_allclose(boot.bse, result.bse, rtol=0.15)
    assert np.all(boot.bse[:2] > 1.5 * result.bootstrap(200, rng=1).bse[:2])


# From the model ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*KINDS[:-1], "frequency weights"])
def test_drawn_responses_give_the_exact_covariance_of_the_coefficients(rows, options_of, kind):
    model = GaussianMLE(rows["y"].to_numpy(), rows[MEAN].to_numpy(), **options_of(kind))
    result = model.fit()
    boot = result.bootstrap(4000, rng=1, kind="parametric")
    # A standard deviation of 4,000 has a standard error of 1.1 %.
    assert_allclose(boot.bse[:-1], result.bse[:-1], rtol=0.05)
    half = 0.5 * (model.nobs - 3)
    log_variance = boot.replicates.iloc[:, -1]
    # Of the logarithm of a chi-squared variable.
    assert_allclose(log_variance.std(), np.sqrt(special.polygamma(1, half)), rtol=0.05)
    shift = special.digamma(half) - np.log(0.5 * model.nobs)
    assert_allclose(boot.bias.iloc[-1], shift, atol=4 * np.sqrt(2 / model.nobs / 4000))


def test_with_a_scale_equation_responses_are_drawn_and_fitted(rows, options_of):
    kind = "scale equation with all"
    model = GaussianMLE(rows["y"].to_numpy(), rows[MEAN].to_numpy(), **options_of(kind))
    result = model.fit()
    # Each of the rows that a frequency weight stands for has an error of its own.
    places = np.repeat(np.arange(60), rows["f"].astype(int))
    (errors,) = _drawn(NormalErrors(len(places)), 1, 3)
    deviations = result.predict(which="scale")[places]
    options = {n: v[places] for n, v in options_of(kind).items() if n != "freq_weights"}
    again = GaussianMLE(
        np.asarray(result.fittedvalues)[places] + deviations * errors,
        model.exog[places],
        **options,
    ).fit()
    boot = result.bootstrap(1, rng=3, kind="parametric")
    assert_allclose(boot.replicates, [again.params], rtol=1e-6)


def test_standard_errors_from_drawn_responses_are_near_those_of_the_information(rows):
    result = _big(rows, scale=True).fit(cov_type="eim")
    boot = result.bootstrap(300, rng=1, kind="parametric")
    assert_allclose(boot.bse, result.bse, rtol=0.2)  # five standard errors of 4 %


def test_drawn_estimates_and_fits_of_drawn_responses_have_one_distribution(constant):
    result = constant.fit()
    exact = result.bootstrap(2000, rng=1, kind="parametric")
    fitted = result.bootstrap(300, rng=1, kind="parametric", **PARAMS["one by one"])
    # Standard errors: 4.3 % of the deviations, 0.06 deviations of the means.
    assert_allclose(fitted.bse, exact.bse, rtol=0.18)
    assert_allclose((fitted.bias - exact.bias) / exact.bse, 0.0, atol=0.25)


# Residuals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["residual", "wild"])
@pytest.mark.parametrize("design", ["offsets", "variance weights", "frequency weights"])
def test_many_at_once_are_what_one_by_one_are(rows, options_of, kind, design):
    result = GaussianMLE(rows["y"], rows[MEAN], **options_of(design)).fit()
    many, one_by_one = (
        np.asarray(result.bootstrap(4, rng=2, kind=kind, **options).replicates)
        for options in PARAMS.values()
    )
    assert_allclose(many, one_by_one[:, : many.shape[1]], rtol=1e-9)


@pytest.mark.parametrize("kind", ["parametric", "residual", "wild"])
def test_rows_that_are_repeated_have_errors_of_their_own(rows, options_of, kind):
    # A frequency weight against as many rows: the same draws in the same order.
    weighted = GaussianMLE(rows["y"], rows[MEAN], freq_weights=rows["f"]).fit()
    places = np.repeat(np.arange(60), rows["f"].astype(int))
    repeated = GaussianMLE(rows["y"].iloc[places], rows[MEAN].iloc[places]).fit()
    first, second = (r.bootstrap(4, rng=2, kind=kind) for r in (weighted, repeated))
    assert_allclose(first.replicates, second.replicates, rtol=1e-10)


def _errors(result, nrep, kind):
    """Responses of the replicates less the means of the sample, over its deviations."""
    boot = result.bootstrap(nrep, rng=2, kind=kind, statistic=lambda fit: fit.model.endog)
    scale = np.asarray(result.predict(which="scale"))
    return (boot.replicates.to_numpy() - np.asarray(result.fittedvalues)) / scale


@pytest.mark.parametrize("kind", ["constant variance", "variance weights", "scale equation"])
def test_residuals_are_corrected_for_leverage_and_centred(rows, options_of, kind):
    result = GaussianMLE(rows["y"], rows[MEAN], **options_of(kind)).fit()
    influence = result.get_influence()
    residuals = result.resid_pearson / np.sqrt(1 - influence.hat_matrix_diag)
    pool = np.sort(residuals - residuals.mean())
    drawn = _errors(result, 20, "residual")
    nearest = pool[np.abs(drawn[..., None] - pool).argmin(axis=-1)]
    assert_allclose(drawn, nearest, atol=1e-10)
    assert len(np.unique(nearest)) == 60


@pytest.mark.parametrize("kind", ["constant variance", "variance weights"])
def test_rows_keep_their_residuals_corrected_for_leverage(rows, options_of, kind):
    result = GaussianMLE(rows["y"], rows[MEAN], **options_of(kind)).fit()
    leverage = result.get_influence().hat_matrix_diag
    kept = np.abs(result.resid_pearson) / np.sqrt(1 - leverage)
    drawn = _errors(result, 20, "wild")
    assert_allclose(np.abs(drawn), np.tile(kept, (20, 1)), rtol=1e-9)


def test_labels_of_rows_change_nothing(constant):
    plain = GaussianMLE(constant.endog, constant.exog).fit()
    options = {"rng": 2, "kind": "residual", **PARAMS["one by one"]}
    labelled = constant.fit().bootstrap(4, **options).replicates
    assert_array_equal(plain.bootstrap(4, **options).replicates, labelled)


def test_drawn_residuals_have_the_unbiased_variance(constant):
    result = constant.fit()
    boot = result.bootstrap(4000, rng=1, kind="residual")
    leverage = result.get_influence().hat_matrix_diag
    drawn = result.resid.to_numpy() / np.sqrt(1 - leverage)
    factor = drawn.std() / result.sigma
    # Of the mean the drawn residuals' variance in place of sigma2; standard error 1.1 %.
    assert_allclose(boot.bse[:-1], factor * result.bse[:-1], rtol=0.05)


def test_with_a_scale_equation_residuals_are_drawn_in_standard_deviations(scaled):
    result = scaled.fit()
    boot = result.bootstrap(300, rng=1, kind="residual")
    # A kurtosis that is not 3 makes the log variance another; of 60 residuals it may be.
    assert_allclose(boot.bse[:3], result.bse[:3], rtol=0.25)
    assert_array_equal(boot.replicates.columns, result.params.index)


@pytest.mark.parametrize("weights", ["rademacher", "mammen"])
def test_wild_replicates_have_the_covariance_hc2(rows, weights):
    result = gaussmle("y ~ x1 + x2", rows, var_weights="v").fit(cov_type="HC2")
    boot = result.bootstrap(6000, rng=1, kind="wild", wild_weights=weights)
    # The covariance is exactly this one; standard errors of deviations are 1 %.
    assert_allclose(boot.bse, result.bse[:3], rtol=0.05)
    assert_allclose(boot.bias / boot.bse, 0.0, atol=0.06)  # standard error 0.013


def test_wild_replicates_are_of_the_mean_alone(constant):
    result = constant.fit()
    boot = result.bootstrap(50, rng=1, kind="wild")
    names = [MEAN, list(boot.estimate.index), list(boot.estimate_bse.index)]
    assert [list(boot.replicates.columns), *names[1:]] == [MEAN] * 3
    assert boot.replicates_bse.shape == (50, 3)
    assert not hasattr(result, "bootstrap_results")


# Where there is no meaning -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["residual", "wild"])
def test_rows_that_decide_alone_have_no_residual_to_draw(rows, kind):
    exog = rows[["one", "x1"]].assign(first=np.eye(60)[7])
    result = GaussianMLE(rows["y"], exog).fit()
    with pytest.raises(ValueError, match=rf"`kind` is '{kind}'.* 1 of 60 rows.*r7.*zero what"):
        result.bootstrap(5, kind=kind)


def test_signs_say_nothing_about_a_scale_equation(scaled):
    with pytest.raises(ValueError, match="'wild', but the model has a scale equation"):
        scaled.fit().bootstrap(5, kind="wild")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "cluster"}, "'cluster' and `groups` is None; whole groups"),
        ({"groups": np.arange(60) % 3}, "'case' and `groups` are given; whole groups"),
        ({"kind": "cluster", "groups": np.ones(60)}, "all rows into one group; it takes"),
        ({"kind": "cluster", "groups": "team"}, "`groups` is 'team'"),
        ({"method": "best"}, "`method` is 'best'; it must be None, 'newton', .* or"),
        ({"kind": "pairs"}, "`kind` is 'pairs'; it must be 'case', 'parametric', .* 'cluster'"),
        ({"kind": np.ones(2)}, "`kind` is array"),
        ({"wild_weights": "signs"}, "`wild_weights` is 'signs'; it must be 'rademacher' or"),
    ],
)
def test_kinds_and_their_options_are_checked(constant, options, message):
    with pytest.raises(ValueError, match=message):
        constant.fit().bootstrap(3, **options)


@pytest.mark.parametrize("kind", ["case", "parametric"])
def test_parts_of_rows_cannot_be_drawn(rows, kind):
    result = GaussianMLE(rows["y"], rows[MEAN], freq_weights=rows["f"] / 2).fit()
    with pytest.raises(
        ValueError, match=r"`freq_weights` are not all whole .* Use var_weights"
    ):
        result.bootstrap(3, kind=kind)


@pytest.mark.parametrize(("number", "few"), [(6, True), (30, False)])
def test_few_groups_are_said_to_be_few(rows, number, few):
    fit = gaussmle("y ~ x1", rows).fit()
    found = fit.bootstrap(50, kind="cluster", groups=np.arange(60) % number, rng=1)
    assert ("and many of them: with so few intervals are too short" in found.description) == few
