"""Correct digits on data that lose them: compared to exact and to 50-digit arithmetic."""

import numpy as np
import pandas as pd
import pytest

import sm_gaussmle as smg

from . import highprecision
from .least_squares import badly_scaled, exact_least_squares, longley, polynomial


def digits(ours, exact):
    """Return the correct significant digits of the worst number."""
    error = max(
        abs((highprecision.CONTEXT.mpf(float(a)) - b) / b)
        for a, b in zip(np.asarray(ours), exact, strict=True)
    )
    return 16.0 if error == 0 else float(-highprecision.CONTEXT.log10(error))


def test_longley_to_thirteen_digits():
    # 13 of 16: the columns, centred, have a condition number of about 1e3.
    exact = exact_least_squares(*longley()).params
    fitted = smg.GaussianMLE(*longley()).fit()
    assert digits(fitted.params[:-1], exact) >= 13


def test_fifty_digit_fits_agree_with_rational_arithmetic():
    exact = exact_least_squares(*longley()).params
    found = highprecision.fit(*longley())
    assert max(
        abs(a / b - 1) for a, b in zip(found.params[:-1], exact, strict=True)
    ) < highprecision.CONTEXT.mpf("1e-30")


@pytest.mark.parametrize("data", [polynomial, badly_scaled], ids=lambda data: data.__name__)
def test_constant_variance_keeps_nine_digits(data):
    # What 16 digits leave after the polynomial's condition number (1e7 when scaled and
    # centred), which well-chosen steps lose only once.
    endog, exog = data()
    exact = highprecision.fit(endog, exog)
    fitted = smg.GaussianMLE(endog, exog).fit()
    assert digits(fitted.params, exact.params) >= 9
    assert digits(fitted.bse, exact.bse()) >= 9
    # The log-likelihood is flat at its maximum: no parameter's error shows in it.
    assert fitted.llf == pytest.approx(float(exact.loglike), rel=1e-11)


def summed_in_chunks(endog, exog, rows):
    """Fit sums of chunks that were made apart, each measured from its own means."""
    names = [f"x{j}" for j in range(1, exog.shape[1])]
    data = pd.DataFrame(exog[:, 1:], columns=names).assign(y=endog)
    formula = f"y ~ {' + '.join(names)}"
    chunks = (data[start : start + rows] for start in range(0, len(data), rows))
    return sum(smg.CrossProducts(formula).update(chunk) for chunk in chunks).fit()


@pytest.mark.parametrize("rows", [1, 3, 16])
def test_longley_summed_in_chunks_keeps_thirteen_digits(rows):
    exact = exact_least_squares(*longley()).params
    assert digits(summed_in_chunks(*longley(), rows).params[:-1], exact) >= 13


@pytest.mark.parametrize("rows", [1, 10, 100])
@pytest.mark.parametrize("data", [polynomial, badly_scaled], ids=lambda data: data.__name__)
def test_sums_of_chunks_keep_nine_digits(data, rows):
    # As in memory. The years of a chunk lie in one decade, and its means far from those of
    # the others.
    endog, exog = data()
    exact = highprecision.fit(endog, exog)
    fitted = summed_in_chunks(endog, exog, rows)
    assert digits(fitted.params, exact.params) >= 9
    assert digits(fitted.bse, exact.bse()) >= 9
    assert fitted.llf == pytest.approx(float(exact.loglike), rel=1e-11)


def scale_equation(endog_unit=1.0, mean_units=1.0, scale_units=1.0):
    """Return a problem with a log-variance equation, in the units given."""
    rng = np.random.default_rng(76)
    exog = np.column_stack([np.ones(150), rng.standard_normal((150, 4)) + 1])
    exog_scale = np.column_stack([np.ones(150), rng.standard_normal((150, 3)) + 1])
    log_variance = exog_scale @ [0.3, 0.6, -0.5, 0.4]
    endog = exog.sum(axis=1) + np.exp(log_variance / 2) * rng.standard_normal(150)
    return endog * endog_unit, exog * mean_units, exog_scale * scale_units


MEAN_UNITS = np.array([1, 1e-8, 1e-3, 1e4, 1e8])
SCALE_UNITS = np.array([1, 1e-8, 1e5, 1e8])


def test_scale_equation_in_bad_units_keeps_twelve_digits():
    # The fit stops within 1e-11 standard errors, and its last step squares that.
    endog, exog, exog_scale = scale_equation(1.0, MEAN_UNITS, SCALE_UNITS)
    exact = highprecision.fit(endog, exog, exog_scale)
    fitted = smg.GaussianMLE(endog, exog, exog_scale=exog_scale).fit()
    assert digits(fitted.params, exact.params) >= 12
    assert digits(fitted.bse, exact.bse()) >= 12
    assert fitted.llf == pytest.approx(float(exact.loglike), rel=1e-12)


@pytest.mark.parametrize("has_scale", [False, True], ids=["constant", "scale equation"])
@pytest.mark.parametrize("endog_unit", [1e-8, 1.0, 1e8])
@pytest.mark.parametrize("in_units", [False, True], ids=["plain x", "x in units"])
def test_rescaling_changes_nothing_but_units(has_scale, endog_unit, in_units):
    mean_units = MEAN_UNITS if in_units else np.ones(5)
    scale_units = SCALE_UNITS if in_units else np.ones(4)
    endog, exog, exog_scale = scale_equation(endog_unit, mean_units, scale_units)
    plain_endog, plain_exog, plain_scale = scale_equation()
    extra = {"exog_scale": exog_scale} if has_scale else {}
    plain_extra = {"exog_scale": plain_scale} if has_scale else {}
    fitted = smg.GaussianMLE(endog, exog, **extra).fit()
    plain = smg.GaussianMLE(plain_endog, plain_exog, **plain_extra).fit()
    units = np.concatenate(
        [endog_unit / mean_units, 1 / scale_units if has_scale else np.ones(1)]
    )
    expected = plain.params * units
    expected[5] += 2 * np.log(endog_unit)  # the constant of the log variance
    # Rounding of the rescaled data themselves, and where two iterations end: 1e-10 standard
    # errors each.
    np.testing.assert_allclose((fitted.params - expected) / (plain.bse * units), 0, atol=1e-9)
    np.testing.assert_allclose(fitted.bse, plain.bse * units, rtol=1e-9)
    assert fitted.llf + 150 * np.log(endog_unit) == pytest.approx(plain.llf, rel=1e-12)
