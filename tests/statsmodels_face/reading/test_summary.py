"""The printed table of a fit."""

import re

import numpy as np
import pytest
from statsmodels.tools.sm_exceptions import ConvergenceWarning, ValueWarning

from sm_gaussmle import GaussianMLE, gaussmle

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]


def _field(text, name):
    """What stands after a name in the head of the table."""
    found = re.search(rf"{re.escape(name)}\s+(.*?)(?:\s\s|$)", text, re.MULTILINE)
    return found.group(1) if found else None


@pytest.fixture
def text(constant):
    return str(constant.fit().summary())


@pytest.fixture
def scaled_text(scaled):
    return str(scaled.fit().summary())


def test_the_head_has_the_fit(constant, text):
    result = constant.fit()
    assert _field(text, "Dep. Variable:") == "y"
    assert _field(text, "Model:") == "GaussianMLE"
    assert _field(text, "Method:") == "Maximum Likelihood"
    assert _field(text, "No. Observations:") == "60"
    assert _field(text, "Df Residuals:") == "57"
    assert _field(text, "Df Model:") == "2"
    assert float(_field(text, "Log-Likelihood:")) == pytest.approx(result.llf, abs=1e-4)
    assert float(_field(text, "AIC:")) == pytest.approx(result.aic, abs=1e-4)
    assert float(_field(text, "BIC:")) == pytest.approx(result.bic, abs=1e-4)
    assert _field(text, "Covariance Type:") == "nonrobust"
    assert _field(text, "Converged:").startswith("yes")


def test_constant_variance_shows_sigma_with_its_interval(constant, text):
    result = constant.fit()
    assert float(_field(text, "sigma:")) == pytest.approx(result.sigma, rel=1e-5)
    low, high = map(float, _field(text, "95% CI:").split(" to "))
    interval = np.exp(0.5 * result.conf_int().iloc[-1])
    assert (low, high) == (
        pytest.approx(interval[0], rel=1e-4),
        pytest.approx(interval[1], rel=1e-4),
    )


def test_a_scale_equation_shows_the_range_of_sigma(scaled, scaled_text):
    sigma = scaled.fit().predict(which="scale")
    low, high = map(float, _field(scaled_text, "sigma, range:").split(" to "))
    assert (low, high) == (
        pytest.approx(sigma.min(), rel=1e-4),
        pytest.approx(sigma.max(), rel=1e-4),
    )


def test_the_mean_and_the_log_variance_have_a_panel_each(scaled_text):
    panels = re.split(r"={60,}", scaled_text)
    mean = next(panel for panel in panels if "x1" in panel)
    scale = next(panel for panel in panels if "ln(sigma2)[z]" in panel)
    assert mean.strip().startswith("mean")
    assert scale.strip().startswith("ln(sigma2)")
    assert "ln(sigma2)" not in mean
    assert all(
        head in mean and head in scale for head in ("coef", "std err", "P>|z|", "[0.025")
    )


def test_every_parameter_has_its_row(scaled, scaled_text):
    result = scaled.fit()
    for name, value in result.params.items():
        line = next(li for li in scaled_text.splitlines() if li.startswith(f"{name} "))
        assert f"{value:.4f}" in line
        assert f"{result.bse[name]:.3f}" in line


def test_lines_of_the_head_are_of_one_width(text, scaled_text):
    for table in (text, scaled_text):
        head = table.splitlines()[1:10]
        assert len({len(line) for line in head}) == 1


def test_no_line_is_wider_than_the_table(text):
    assert max(map(len, text.splitlines())) <= 80


def test_a_single_panel_has_no_other_equation(constant):
    mean = str(constant.fit().summary().tables[1])
    assert "ln(sigma2)" not in mean


def test_the_covariance_is_explained(scaled):
    assert "observed information" in str(scaled.fit().summary())
    assert "expected information" in str(scaled.fit(cov_type="eim").summary())
    assert "outer product" in str(scaled.fit(cov_type="opg").summary())
    assert "robust" in str(scaled.fit(cov_type="HC0").summary())


def test_the_count_of_parameters_is_explained(text):
    words = " ".join(text.split())
    assert "AIC and BIC count" in words
    assert "sigma2 is RSS/n, in OLS and GLM RSS/(n - k)." in words


def test_use_t_has_t_in_the_heads(scaled):
    assert "P>|t|" in str(scaled.fit(use_t=True).summary())


def test_use_t_names_its_degrees_of_freedom(scaled):
    result = scaled.fit(use_t=True)
    assert "t distribution with 57 degrees of freedom" in " ".join(
        str(result.summary()).split()
    )
    assert "t distribution" not in str(scaled.fit().summary())


def test_clusters_are_counted_and_give_the_degrees_of_freedom(constant, rows):
    groups = rows["g"]
    result = constant.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    words = " ".join(str(result.summary()).split())
    assert "Covariance Type: cluster" in words
    assert f"({groups.nunique()} clusters)" in words
    assert f"t distribution with {groups.nunique() - 1} degrees of freedom" in words


@pytest.mark.parametrize("cov_type", ["nonrobust", "eim", "opg", "HC0", "HC1"])
def test_the_covariance_type_and_its_description_are_in_every_format(scaled, cov_type):
    result = scaled.fit(cov_type=cov_type)
    summary = result.summary()
    assert _field(str(summary), "Covariance Type:") == cov_type
    for form in (summary.as_csv(), summary.as_html(), summary.as_latex()):
        assert cov_type in form
        assert result.cov_kwds["description"] in form.replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("alpha", "heads"),
    [(0.1, "[0.05 0.95]"), (0.01, "[0.005 0.995]"), (0.1 / 3, "[0.01666666667 0.9833333333]")],
)
def test_the_limits_are_named_by_their_level(constant, alpha, heads):
    line = next(
        li for li in str(constant.fit().summary(alpha=alpha)).splitlines() if "[0.0" in li
    )
    assert " ".join(line.split()[-2:]) == heads


def test_a_slim_summary_has_the_parameters_and_what_matters_most(scaled):
    result = scaled.fit()
    slim, text = str(result.summary(slim=True)), str(result.summary())
    panels = slice(0, slim.split("mean")[1].index("Standard errors"))
    assert slim.split("mean")[1][panels] == text.split("mean")[1][panels]
    for name in ("Dep. Variable", "No. Observations", "Covariance Type", "Converged"):
        assert _field(slim, f"{name}:") == _field(text, f"{name}:")
    for name in ("AIC:", "Date:", "Df Model:", "Rows dropped:"):
        assert name not in slim


def test_slim_must_be_a_bool(constant):
    with pytest.raises(TypeError, match="`slim` is 1; it must be True or False"):
        constant.fit().summary(slim=1)


def test_dropped_rows_are_counted_by_their_reason(rows):
    rows.iloc[:3, rows.columns.get_loc("x1")] = np.nan
    assert _field(str(gaussmle("y ~ x1", rows).fit().summary()), "Rows dropped:") == "3 missing"
    rows.iloc[5:7, rows.columns.get_loc("f")] = 0
    weighted = str(gaussmle("y ~ x1", rows, freq_weights="f").fit().summary())
    assert _field(weighted, "Rows dropped:") == "3 missing, 2 of weight 0"


def test_no_dropped_rows_are_zero(text):
    assert _field(text, "Rows dropped:") == "0"


def test_dropped_columns_are_noted(rows):
    model = GaussianMLE(rows["y"], rows[MEAN].assign(twice=2 * rows["x1"]))
    with pytest.warns(ValueWarning, match="linearly dependent"):
        result = model.fit(rank_deficient="drop")
    assert "columns dropped: twice" in str(result.summary())


def test_a_fit_that_did_not_converge_says_so_twice(scaled):
    with pytest.warns(ConvergenceWarning):
        result = scaled.fit(maxiter=1)
    text = str(result.summary())
    assert _field(text, "Converged:").startswith("NO")
    assert "DID NOT CONVERGE" in text


def test_skipped_standard_errors_are_not_explained_as_if_they_were_there(scaled):
    text = str(scaled.fit(skip_hessian=True).summary())
    assert "nan" in text
    assert "observed information" not in text


def test_fractional_observations_are_shown_as_such(rows):
    result = GaussianMLE(rows["y"], rows[MEAN], freq_weights=np.full(60, 0.55)).fit()
    assert _field(str(result.summary()), "Df Residuals:") == "30"
    result = GaussianMLE(rows["y"], rows[MEAN], freq_weights=np.full(60, 0.51)).fit()
    assert _field(str(result.summary()), "No. Observations:") == "30.6"


def test_names_title_and_level_can_be_given(constant):
    summary = constant.fit().summary(
        yname="heart rate", xname=["a", "b", "c", "d"], title="My title", alpha=0.1
    )
    text = str(summary)
    assert "My title" in text
    assert _field(text, "Dep. Variable:") == "heart rate"
    assert "90% CI:" in text
    assert "[0.05" in text
    assert [
        line.split()[0] for line in text.splitlines() if re.match(r"[abcd] ", line)
    ] == list("abcd")


def test_too_few_names_are_refused(constant):
    with pytest.raises(ValueError, match=r"`xname` has 1 names?; there are 4"):
        constant.fit().summary(xname=["a"])


@pytest.mark.parametrize("alpha", [0, 1, 2, -0.1, np.nan, "a", None])
def test_a_level_outside_0_and_1_is_refused(constant, alpha):
    with pytest.raises((ValueError, TypeError), match=r"`alpha` is .*between 0 and 1"):
        constant.fit().summary(alpha=alpha)


@pytest.mark.parametrize("form", ["as_text", "as_html", "as_latex", "as_csv"])
def test_the_summary_comes_in_every_form(scaled, form):
    assert "sigma2" in getattr(scaled.fit().summary(), form)()


def test_long_names_do_not_break_the_table(rows):
    long = rows.rename(columns={"x1": "a_name_that_is_longer_than_the_column_of_the_table"})
    model = gaussmle("y ~ a_name_that_is_longer_than_the_column_of_the_table + x2 | z", long)
    assert "a_name_that_is_longer_than_the_column_of_the_table" in str(model.fit().summary())


def test_the_summary_does_not_change_the_results(scaled):
    result = scaled.fit()
    before = result.params.copy()
    result.summary(xname=list("abcde"))
    assert list(result.params.index) == list(before.index)


def test_a_slim_summary_does_not_explain_what_it_leaves_out(heart):
    results = gaussmle("thalach ~ age", heart).fit()
    assert "AIC" not in str(results.summary(slim=True))
    assert "observed information" in str(results.summary(slim=True))
