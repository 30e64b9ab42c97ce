"""freetable: LaTeX tables of results.

It needs `rsquared` of each: of the fit, not of the scale equation by itself, as little as
of GLM.
"""

import pytest
from freetable import tabularx


def lines(*results):
    """Labels of the lines of a table with the texts after them."""
    found, label = {}, ""
    for row in tabularx(list(results), digits=5).split("\n"):
        start, *cells = row.removesuffix(r" \\").split(" & ")
        label = start.strip() or f"{label} (se)"
        found[label] = [cell.split("^")[0].strip("{} ") for cell in cells]
    return found


@pytest.mark.parametrize("name", ["constant", "scaled"])
def test_coefficients_and_standard_errors(request, name):
    result = request.getfixturevalue(name)
    table = lines(result)
    for parameter, value in result.params.items():
        assert table[parameter] == [f"{value:.5f}"]
        assert table[f"{parameter} (se)"] == [f"({result.bse[parameter]:.5f})"]


def test_measures_of_fit_are_those_of_ols(constant, ols):
    ours, theirs = lines(constant), lines(ols)
    for label in ("$R^2$", r"Adj.\\ $R^2$", "Observations"):
        assert ours[label] == theirs[label]
    assert ours["$R^2$"] == [f"{ols.rsquared:.5f}"]


def test_fits_side_by_side(ols, constant, scaled):
    table = lines(ols, constant, scaled)
    assert table["age"] == [f"{r.params['age']:.5f}" for r in (ols, constant, scaled)]
    assert table["ln(sigma2)[age]"] == ["", "", f"{scaled.params.iloc[-1]:.5f}"]


def test_the_scale_equation_by_itself_has_no_measures_of_fit_for_it(view):
    # If this fails, the tool asks before it takes, and the page can say so.
    with pytest.raises(AttributeError, match="rsquared"):
        tabularx([view])
