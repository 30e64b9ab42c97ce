"""maketables: `ETable` of results.

It writes what is in square brackets after an equals sign, as with levels of factors:
``ln(sigma2)[age]`` is ``ln(sigma2)=age`` in its tables.
"""

import pytest
from maketables import ETable

STATS = ["N", "r2", "adj_r2", "aic", "bic", "ll", "se_type"]


def column(*results, **options):
    """Labels of the lines with their texts, of one column per result."""
    table = ETable(list(results), model_stats=STATS, coef_fmt="b:.5f (se:.5f)", **options).df
    columns = [
        dict(zip(table.index.get_level_values(-1), c, strict=True)) for c in table.T.values
    ]
    return columns[0] if len(results) == 1 else columns


def test_coefficients_and_standard_errors_of_each_equation(result):
    lines = column(result)
    for name, value in result.params.items():
        label = name.replace("[", "=").removesuffix("]")
        assert lines[label] == f"{value:.5f} ({result.bse[name]:.5f})"


def test_measures_of_fit(constant, ols):
    lines = column(constant)
    assert lines["Observations"] == "303"
    assert lines["R²"] == f"{ols.rsquared:.3f}"
    assert lines["Adj. R²"] == f"{ols.rsquared_adj:.3f}"
    assert lines["AIC"] == f"{ols.aic + 2:,.2f}"
    assert lines["Log-likelihood"] == f"{ols.llf:,.2f}"
    assert lines["S.E. type"] == "nonrobust"


def test_measures_of_fit_with_a_scale_equation(scaled):
    lines = column(scaled)
    assert lines["AIC"] == f"{-2 * scaled.llf + 2 * 6:,.2f}"
    assert lines["BIC"] == f"{scaled.bic:,.2f}"
    assert lines["R²"] == f"{scaled.rsquared:.3f}"


def test_fits_side_by_side(ols, constant, scaled, view):
    first, second, third, fourth = column(ols, constant, scaled, view)
    assert first["age"].split()[0] == second["age"].split()[0]
    assert second["ln(sigma2)"].split()[0] == f"{constant.params.iloc[-1]:.5f}"
    assert first["ln(sigma2)"] == third["ln(sigma2)"] == ""
    assert fourth["age"] == third["ln(sigma2)=age"]
    # Of the fit, though the column has one equation only.
    assert fourth["AIC"] == third["AIC"]


@pytest.mark.parametrize("cov_type", ["HC0", "HC1"])
def test_the_type_of_other_covariances(scaled, cov_type):
    robust = scaled.get_robustcov_results(cov_type)
    lines = column(robust)
    assert lines["S.E. type"] == cov_type
    assert lines["age"] == f"{robust.params['age']:.5f} ({robust.bse['age']:.5f})"
