"""The bootstrap of whole rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle import GaussianMLE, gaussmle

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]


def _by_hand(rows, drawn, kind, options_of):
    """Estimates from a table in which rows stand as often as they were drawn."""
    options = {
        name: values[drawn]
        for name, values in options_of(kind).items()
        if name != "freq_weights"
    }
    return np.asarray(
        GaussianMLE(rows["y"].to_numpy()[drawn], rows[MEAN].to_numpy()[drawn], **options)
        .fit()
        .params
    )


@pytest.mark.parametrize(
    "kind", ["constant variance", "offsets", "variance weights", "scale equation"]
)
def test_rows_are_drawn_whole(rows, options_of, kind):
    # With the same generator, the same draws: repeated rows give the same estimates.
    result = GaussianMLE(rows["y"], rows[MEAN], **options_of(kind)).fit()
    draws = np.random.default_rng(4).multinomial(60, np.full(60, 1 / 60), size=3)
    expected = [
        _by_hand(rows, np.repeat(np.arange(60), counts), kind, options_of) for counts in draws
    ]
    # Counted rows and repeated ones are summed in another order; fits end at 1e-8.
    assert_allclose(result.bootstrap(3, rng=4)[2], expected, rtol=1e-6)


def test_a_frequency_weight_is_that_many_rows(rows, options_of):
    # Draws are of 113 rows, of which those that are the same are counted together.
    result = GaussianMLE(rows["y"], rows[MEAN], **options_of("scale equation with all")).fit()
    total = int(rows["f"].sum())
    share = rows["f"].to_numpy() / total
    drawn = np.repeat(np.arange(60), np.random.default_rng(4).multinomial(total, share))
    expected = _by_hand(rows, drawn, "scale equation with all", options_of)
    assert_allclose(result.bootstrap(1, rng=4)[2], [expected], rtol=1e-6)


@pytest.mark.parametrize("kind", ["offsets", "variance weights", "scale equation with all"])
def test_standard_errors_are_near_robust_ones(rows, options_of, kind):
    # 300 rows, so that the sandwich is good; offsets and weights that were not drawn with
    # their rows would multiply standard errors by factors up to 7.
    rng = np.random.default_rng(12)
    n = 300
    big = rows.iloc[rng.integers(0, 60, n)].copy()
    options = {
        name: big[c].to_numpy()
        for name, c in {
            "offsets": {"offset": "o"},
            "variance weights": {"var_weights": "v"},
            "scale equation with all": {
                "exog_scale": SCALE,
                "offset": "o",
                "offset_scale": "s",
                "var_weights": "v",
                "freq_weights": "f",
            },
        }[kind].items()
    }
    del options_of
    x1, x2 = rng.normal(size=n), rng.normal(size=n)
    endog = 1 + x1 - x2 + 3 * big["o"].to_numpy() + rng.normal(size=n)
    if "offset" in options:
        options["offset"] = 3 * options["offset"]
    exog = np.column_stack([np.ones(n), x1, x2])
    result = GaussianMLE(endog, exog, **options).fit(cov_type="HC0")
    std = result.bootstrap(300, rng=1)[1]
    # A standard deviation of 300 draws has a standard error of 1/sqrt(600) = 4 %; the
    # sandwich of 300 rows is some 3 % off.
    assert_allclose(std, result.bse, rtol=0.2)


def test_mean_and_standard_deviation_are_of_the_samples(scaled):
    mean, std, results = scaled.fit().bootstrap(7, rng=2)
    assert results.shape == (7, 5)
    assert_allclose(mean, results.mean(axis=0), rtol=1e-14)
    assert_allclose(std, np.sqrt(((results - mean) ** 2).mean(axis=0)), rtol=1e-12)


def test_a_seed_gives_the_same_samples(constant):
    result = constant.fit()
    first = result.bootstrap(5, rng=3)[2]
    assert_array_equal(result.bootstrap(5, rng=3)[2], first)
    assert_array_equal(result.bootstrap(5, rng=np.random.default_rng(3))[2], first)
    assert not np.array_equal(result.bootstrap(5, rng=4)[2], first)
    assert not np.array_equal(result.bootstrap(5)[2], result.bootstrap(5)[2])


def test_samples_are_kept_unless_they_are_not_to_be(constant):
    result = constant.fit()
    result.bootstrap(3, rng=3, store=False)
    assert not hasattr(result, "bootstrap_results")
    results = result.bootstrap(np.int64(4), rng=3)[2]
    assert_array_equal(result.bootstrap_results, results)


def test_the_fit_and_its_model_stay_as_they_are(scaled):
    result = scaled.fit()
    params, endog = result.params.copy(), scaled.endog.copy()
    result.bootstrap(3, rng=3)
    assert_array_equal(result.params, params)
    assert_array_equal(scaled.endog, endog)
    assert scaled.freq_weights is None


def test_models_from_formulas_keep_their_columns(rows, engine):
    # A sample in which a factor lacks a level would have other columns.
    del engine
    rows["rare"] = np.where(np.arange(60) < 12, "r", "often")
    result = gaussmle("y ~ C(rare) + center(x1)", rows).fit()
    assert result.bootstrap(20, rng=1)[2].shape == (20, 4)


def test_samples_are_fitted_with_the_method_that_is_asked_for(scaled):
    result = scaled.fit()
    newton, bfgs = (result.bootstrap(3, rng=5, method=m)[2] for m in (None, "bfgs"))
    assert_allclose(bfgs, newton, rtol=1e-4)
    assert not np.array_equal(bfgs, newton)


def test_samples_can_be_followed(constant, capsys):
    constant.fit().bootstrap(3, rng=5, disp=True)
    assert capsys.readouterr().out.count("Converged") == 3


# Failures --------------------------------------------------------------------------------


def test_samples_that_cannot_be_fitted_are_counted_and_left_out(rows):
    # A dummy of one row: it is not drawn in (59/60)^60 = 36 % of samples.
    exog = rows[["one", "x1"]].assign(first=np.eye(60)[0])
    result = GaussianMLE(rows["y"], exog).fit()
    with pytest.warns(
        ValueWarning, match=r"(\d+) of 50 samples could not .*'first' is zero"
    ) as w:
        results = result.bootstrap(50, rng=0)[2]
    failed = int(str(w[0].message).split()[0])
    assert 8 <= failed <= 28  # 18 by the binomial distribution, give or take three deviations
    assert len(results) == 50 - failed


def test_samples_that_did_not_converge_are_failures(scaled, monkeypatch):
    result = scaled.fit()
    fit, calls = GaussianMLE.fit, []

    def stopped(self, **options):
        calls.append(0)
        return fit(self, **options, maxiter=0 if len(calls) == 2 else 100)

    monkeypatch.setattr(GaussianMLE, "fit", stopped)
    with pytest.warns(ValueWarning, match=r"1 of 4 samples .*the fit did not converge"):
        results = result.bootstrap(4, rng=0)[2]
    assert len(results) == 3


def test_where_no_sample_can_be_fitted_the_last_reason_is_given(scaled, monkeypatch):
    result = scaled.fit()
    fit = GaussianMLE.fit
    monkeypatch.setattr(GaussianMLE, "fit", lambda self, **o: fit(self, **o, maxiter=0))
    with pytest.raises(ValueError, match=r"none of 2 samples could be fitted.*not converge"):
        result.bootstrap(2, rng=0)


@pytest.mark.parametrize("nrep", [0, -1, 2.5, 3.0, True, "10", None])
def test_the_number_of_samples_is_a_positive_whole_number(constant, nrep):
    with pytest.raises(ValueError, match=r"`nrep` is .*; it must be a positive whole number"):
        constant.fit().bootstrap(nrep)


def test_parts_of_rows_cannot_be_drawn(rows):
    result = GaussianMLE(rows["y"], rows[MEAN], freq_weights=rows["f"] / 2).fit()
    with pytest.raises(
        ValueError, match=r"`freq_weights` are not all whole .* Use var_weights"
    ):
        result.bootstrap(3)


def test_removed_data_cannot_be_drawn_from(constant):
    result = constant.fit()
    result.remove_data()
    with pytest.raises(ValueError, match="data were removed: there are no rows to draw from"):
        result.bootstrap(3)


def test_a_wrong_method_is_an_error_and_no_failure_of_a_sample(constant):
    with pytest.raises(ValueError, match="`method` is 'best'"):
        constant.fit().bootstrap(3, method="best")
