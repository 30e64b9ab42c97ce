"""stargazer: LaTeX tables of results.

Its "Residual Std. Error" is the root of the sum of squares over the residual degrees of
freedom: with a scale equation an average standard deviation, and none of the parameters.
"""

import re

import numpy as np
from stargazer.stargazer import Stargazer


def lines(*results):
    """Labels of the lines of a table with the numbers after them."""
    table = Stargazer(list(results))
    table.significant_digits(5)
    found, label = {}, ""
    for row in table.render_latex().split("\n"):
        start, *cells = re.sub(r"(\$\^\{\**\}\$|\^\{\**\})", "", row).split("&")
        label = start.strip() or f"{label} (se)"
        found[label] = [cell.replace("\\", "").replace("$", "").strip() for cell in cells]
    return found


def test_coefficients_and_standard_errors_of_each_equation(result):
    table = lines(result)
    for name, value in result.params.items():
        assert table[name] == [f"{value:.5f}"]
        assert table[f"{name} (se)"] == [f"({result.bse[name]:.5f})"]


def test_measures_of_fit_are_those_of_ols(constant, ols):
    ours, theirs = lines(constant), lines(ols)
    assert ours["Observations"] == ["303"]
    for label in ("$R^2$", "Adjusted $R^2$", "Residual Std. Error"):
        assert ours[label] == theirs[label]
        assert ours[label] != [""]


def test_measures_of_fit_with_a_scale_equation(scaled, heart):
    table = lines(scaled)
    rss = ((heart["thalach"] - scaled.predict(heart)) ** 2).sum()
    total = heart["thalach"].var() * 302
    assert table["$R^2$"] == [f"{1 - rss / total:.5f}"]
    assert table["Residual Std. Error"] == [f"{np.sqrt(rss / 299):.5f} (df=299)"]
    assert table["Observations"] == ["303"]


def test_fits_side_by_side(ols, constant, scaled):
    table = lines(ols, constant, scaled)
    assert table["age"] == [f"{r.params['age']:.5f}" for r in (ols, constant, scaled)]
    assert table["ln(sigma2)"] == ["", f"{constant.params['ln(sigma2)']:.5f}", ""]
