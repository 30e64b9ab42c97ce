"""statsmodels' own `summary_col`: results side by side."""

from statsmodels.iolib.summary2 import summary_col

INFO = {"N": lambda r: f"{r.nobs:.0f}", "AIC": lambda r: f"{r.aic:.4f}"}


def table(*results):
    """The table, lines by their labels; standard errors follow under an empty one."""
    return summary_col(
        list(results),
        float_format="%.5f",
        info_dict=INFO,
        model_names=["a", "b", "c"][: len(results)],
    ).tables[0]


def test_coefficients_and_standard_errors_of_each_equation(result):
    lines = table(result)
    labels = list(lines.index)
    for name, value in result.params.items():
        place = labels.index(name)
        assert lines["a"].iloc[place] == f"{value:.5f}"
        assert lines["a"].iloc[place + 1] == f"({result.bse[name]:.5f})"


def test_measures_of_fit_are_those_of_ols_and_sigma_is_counted(constant, ols):
    lines = table(constant)["a"]
    assert lines["R-squared"] == f"{ols.rsquared:.5f}"
    assert lines["R-squared Adj."] == f"{ols.rsquared_adj:.5f}"
    assert lines["N"] == "303"
    assert lines["AIC"] == f"{ols.aic + 2:.4f}"


def test_fits_side_by_side(ols, constant, scaled):
    lines = table(ols, constant, scaled)
    assert list(lines.loc["age"]) == [f"{r.params['age']:.5f}" for r in (ols, constant, scaled)]
    assert list(lines.loc["ln(sigma2)[age]"]) == ["", "", f"{scaled.params.iloc[-1]:.5f}"]
    assert lines.loc["AIC", "c"] == f"{-2 * scaled.llf + 2 * 6:.4f}"
