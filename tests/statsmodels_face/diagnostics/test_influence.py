"""Influence, compared with statsmodels' measures for OLS where the variance is constant."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.graphics import regressionplots

from sm_gaussmle import GaussianMLE, gaussmle

HEART = "thalach ~ age + exang + oldpeak"
# Two least-squares fits of 303 rows, one of them 303 times.
RTOL = 1e-10
UNIT_FREE = [
    "hat_matrix_diag",
    "hat_diag_factor",
    "resid_studentized",
    "resid_studentized_internal",
    "resid_studentized_external",
    "cooks_distance",
    "dffits",
    "dffits_internal",
    "cov_ratio",
]
IN_UNITS = [
    "resid_press",
    "ess_press",
    "resid_var",
    "resid_std",
    "influence",
    "sigma2_not_obsi",
    "params_not_obsi",
]


@pytest.fixture
def constant_fit(heart):
    return gaussmle(HEART, heart).fit()


@pytest.fixture
def scaled_fit(heart):
    return gaussmle(f"{HEART} | age", heart).fit()


@pytest.fixture
def ols(heart):
    return smf.ols(HEART, heart).fit()


@pytest.fixture
def figures():
    """Figures that are not shown, and closed after the test."""
    mpl.use("Agg")
    yield
    plt.close("all")


def close(mine, other):
    if not isinstance(mine, tuple):
        mine, other = (mine,), (other,)
    for left, right in zip(mine, other, strict=True):
        assert_allclose(left, right, rtol=RTOL)


def close_tables(mine, other):
    # Differences of estimates have the digits of the estimates.
    assert_allclose(mine, other, rtol=RTOL, atol=1e-11)


# Constant variance ----------------------------------------------------------------------


@pytest.mark.parametrize("name", UNIT_FREE + IN_UNITS)
def test_measures_are_those_of_ols(constant_fit, ols, name):
    close(getattr(constant_fit.get_influence(), name), getattr(ols.get_influence(), name))


@pytest.mark.parametrize("name", ["dfbeta", "dfbetas"])
def test_changes_of_coefficients_are_those_of_ols(constant_fit, ols, name):
    mine, other = constant_fit.get_influence(), ols.get_influence()
    close_tables(getattr(mine, name), getattr(other, name))


def test_residuals_over_other_deviations_are_those_of_ols(constant_fit, ols):
    mine, other = constant_fit.get_influence(), ols.get_influence()
    close(mine.get_resid_studentized_external(3.0), other.get_resid_studentized_external(3.0))


def test_the_summary_frame_is_that_of_ols(constant_fit, ols):
    mine, other = (fit.get_influence().summary_frame() for fit in (constant_fit, ols))
    pd.testing.assert_frame_equal(mine, other, rtol=RTOL, atol=1e-11)


def test_the_summary_table_has_the_numbers_of_ols(constant_fit, ols):
    mine, other = (str(fit.get_influence().summary_table()) for fit in (constant_fit, ols))
    # Numbers only: the rules under the head and at the end are of another length.
    assert mine.split()[20:-1] == other.split()[20:-1]
    assert "ext.stud." in mine


def test_the_offset_is_subtracted_as_in_ols(heart):
    mine = gaussmle(HEART, heart, offset="chol").fit().get_influence()
    other = smf.ols(f"I(thalach - chol) ~ {HEART.split('~')[1]}", heart).fit().get_influence()
    for name in UNIT_FREE + IN_UNITS:
        close(getattr(mine, name), getattr(other, name))


@pytest.fixture
def weighted(heart):
    """A weighted fit, and OLS of the weighted columns."""
    design = sm.add_constant(heart[["age", "oldpeak"]]).to_numpy()
    y, weights = heart["thalach"].to_numpy(), heart["chol"].to_numpy() / 200
    root = np.sqrt(weights)
    fit = GaussianMLE(y, design, var_weights=weights).fit()
    return (
        fit.get_influence(),
        sm.OLS(y * root, design * root[:, None]).fit().get_influence(),
        root,
    )


@pytest.mark.parametrize("name", UNIT_FREE)
def test_unit_free_measures_are_those_of_ols_of_weighted_columns(weighted, name):
    mine, other, _ = weighted
    close(getattr(mine, name), getattr(other, name))


@pytest.mark.parametrize("name", ["dfbeta", "dfbetas"])
def test_changes_of_coefficients_are_those_of_ols_of_weighted_columns(weighted, name):
    mine, other, _ = weighted
    close_tables(getattr(mine, name), getattr(other, name))


@pytest.mark.parametrize(
    ("name", "power"),
    [("resid_press", 1), ("influence", 1), ("resid_std", 1), ("resid_var", 2)],
)
def test_weighted_measures_in_units_are_in_those_of_the_response(weighted, name, power):
    mine, other, root = weighted
    close(getattr(mine, name) * root**power, getattr(other, name))


def test_offset_scale_is_a_variance_weight(rows):
    design = rows[["one", "x1"]]
    mine = GaussianMLE(rows["y"], design, offset_scale=-np.log(rows["v"])).fit()
    other = GaussianMLE(rows["y"], design, var_weights=rows["v"]).fit()
    pd.testing.assert_frame_equal(
        mine.get_influence().summary_frame(), other.get_influence().summary_frame()
    )


def test_without_degrees_of_freedom_only_leverages_are_known():
    # Half weights of four rows: fewer observations than columns.
    y, x = np.array([1.0, 3.0, 2.0, 5.0]), np.arange(4.0)
    fit = GaussianMLE(y, np.c_[np.ones(4), x], freq_weights=np.full(4, 0.5)).fit()
    influence = fit.get_influence()
    assert_allclose(0.5 * influence.hat_matrix_diag.sum(), 2)
    assert np.isnan(influence.resid_studentized_internal).all()


# Copies of rows -------------------------------------------------------------------------


@pytest.fixture(
    params=[{}, {"scale_formula": "z"}], ids=["constant variance", "scale equation"]
)
def written_out(request, rows):
    """A fit with frequency weights, that with the rows written out, and their first copies."""
    mine = gaussmle("y ~ x1 + x2", rows, freq_weights="f", **request.param).fit()
    copies = rows["f"].astype(int)
    frame = rows.loc[rows.index.repeat(copies)]
    other = gaussmle("y ~ x1 + x2", frame, **request.param).fit()
    return mine, other, np.cumsum(copies) - copies


def test_a_row_of_several_copies_has_the_measures_of_one_written_out(written_out):
    mine, other, first = written_out
    tables = [fit.get_influence().summary_frame() for fit in (mine, other)]
    # Two fits, each within 1e-9 standard errors of the maximum.
    assert_allclose(tables[0], tables[1].iloc[first], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", ["ess_press", "cov_ratio", "likelihood_displacement"])
def test_other_measures_of_copies_are_those_written_out_too(written_out, name):
    mine, other, first = written_out
    left, right = (getattr(fit.get_influence(), name) for fit in (mine, other))
    assert_allclose(left, right if np.ndim(right) == 0 else right[first], rtol=1e-7, atol=1e-9)


# A scale equation -----------------------------------------------------------------------


def test_changes_are_of_the_parameters_of_both_equations(scaled_fit):
    influence = scaled_fit.get_influence()
    assert influence.dfbeta.shape == influence.dfbetas.shape == (303, 6)
    assert_allclose(influence.dfbeta, np.asarray(scaled_fit.params) - influence.params_not_obsi)
    names = [f"dfb_{name}" for name in scaled_fit.params.index]
    assert list(influence.summary_frame().columns[:6]) == names


def test_the_summary_frame_has_the_leverage_in_the_scale_equation(scaled_fit, constant_fit):
    influence = scaled_fit.get_influence()
    frame = influence.summary_frame()
    assert (frame["hat_diag_scale"] == influence.hat_matrix_diag_scale).all()
    assert "hat_diag_scale" not in constant_fit.get_influence().summary_frame()


def test_studentised_residuals_are_over_the_deviation_of_the_row(scaled_fit):
    influence = scaled_fit.get_influence()
    sigma = scaled_fit.predict(which="scale")
    expected = scaled_fit.resid / (sigma * np.sqrt(1 - influence.hat_matrix_diag))
    assert_allclose(influence.resid_studentized_internal, expected)
    assert_allclose(influence.resid_standardized, expected)
    assert_allclose(influence.resid_var, sigma**2 * (1 - influence.hat_matrix_diag))


def test_external_residuals_are_over_the_deviation_without_the_row(scaled_fit):
    influence = scaled_fit.get_influence()
    age = scaled_fit.model.exog_scale
    sigma = np.exp(0.5 * (age * influence.params_not_obsi[:, 4:]).sum(axis=1))
    expected = scaled_fit.resid / (sigma * np.sqrt(1 - influence.hat_matrix_diag))
    assert_allclose(influence.resid_studentized_external, expected)
    assert_allclose(influence.sigma2_not_obsi, sigma**2)


def test_the_p_value_of_cooks_distance_is_of_all_parameters(scaled_fit):
    distance, pvalue = scaled_fit.get_influence().cooks_distance
    assert_allclose(pvalue, stats.chi2.sf(6 * distance, 6))


def test_influence_is_found_where_it_was_put(rows):
    rows.loc["r7", "y"] += 15
    result = gaussmle("y ~ x1 + x2 | z", rows).fit()
    influence = result.get_influence()
    for values in (influence.cooks_distance[0], influence.likelihood_displacement):
        assert np.argmax(values) == 7
    assert np.argmax(np.abs(influence.resid_studentized_external)) == 7


@pytest.mark.parametrize("cov_type", ["HC0", "eim"])
def test_measures_do_not_depend_on_the_covariance_that_was_asked_for(scaled, cov_type):
    frames = [
        scaled.fit(cov_type=c).get_influence().summary_frame() for c in (cov_type, "nonrobust")
    ]
    pd.testing.assert_frame_equal(*frames)


# Rows that decide alone -----------------------------------------------------------------


@pytest.fixture(params=["y ~ x1 + alone", "y ~ x1 + alone | z"])
def decided(request, rows):
    """A fit in which one row alone decides about a coefficient."""
    rows["alone"] = (np.arange(60) == 5).astype(float)
    return gaussmle(request.param, rows).fit()


def test_a_row_that_decides_alone_has_leverage_and_nothing_else(decided):
    frame = decided.get_influence().summary_frame()
    known = [name for name in frame if name.startswith("hat_diag")]
    assert_allclose(frame.loc["r5", "hat_diag"], 1)
    assert frame.loc["r5"].drop(known).isna().all()
    assert frame.drop(index="r5").notna().all(axis=None)


def test_a_row_that_decides_alone_leaves_the_others_in_the_plot(decided, figures):
    for external in (False, True):
        figure = decided.get_influence().plot_influence(external=external)
        sizes = figure.axes[0].collections[0].get_sizes()
        assert np.isfinite(sizes).all()
        assert np.ptp(sizes) > 0


# Refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["resid_standardized", "resid_studentized_internal", "resid_studentized_external"]
)
def test_without_the_data_residuals_say_what_is_missing(scaled, name):
    result = scaled.fit()
    result.remove_data()
    with pytest.raises(AttributeError, match="data were removed"):
        getattr(result, name)


@pytest.mark.parametrize("method", ["get_influence", "get_hat_matrix_diag", "outlier_test"])
def test_without_the_data_methods_say_what_is_missing(scaled, method):
    result = scaled.fit()
    result.remove_data()
    with pytest.raises(AttributeError, match="remove_data"):
        getattr(result, method)()


def test_influence_on_what_is_no_maximum_is_refused(scaled):
    start = np.zeros(5)
    result = scaled.fit(start_params=start, maxiter=0, warn_convergence=False)
    with pytest.raises(AttributeError, match="did not reach one"):
        result.get_influence()


# Plots ----------------------------------------------------------------------------------


@pytest.mark.parametrize("external", [False, True])
@pytest.mark.parametrize("criterion", ["cooks", "DFFITS"])
def test_the_influence_plot_is_that_of_ols(constant_fit, ols, figures, external, criterion):
    mine, other = (
        fit.get_influence().plot_influence(external=external, criterion=criterion).axes[0]
        for fit in (constant_fit, ols)
    )
    points = [axes.collections[0] for axes in (mine, other)]
    assert_allclose(points[0].get_offsets(), points[1].get_offsets(), rtol=RTOL)
    assert_allclose(points[0].get_sizes(), points[1].get_sizes(), rtol=1e-8)
    assert [text.get_text() for text in mine.texts] == [text.get_text() for text in other.texts]


@pytest.mark.parametrize(
    "plot", [regressionplots.influence_plot, regressionplots.plot_leverage_resid2]
)
def test_the_plots_of_statsmodels_are_those_of_ols(constant_fit, ols, figures, plot):
    mine, other = (plot(fit).axes[0] for fit in (constant_fit, ols))
    assert_allclose(mine.dataLim.get_points(), other.dataLim.get_points(), rtol=RTOL)
    assert [text.get_text() for text in mine.texts] == [text.get_text() for text in other.texts]


PLOTS = {
    "influence": regressionplots.influence_plot,
    "leverage": regressionplots.plot_leverage_resid2,
    "partial regression": regressionplots.plot_partregress_grid,
    "component and residual": lambda fit: regressionplots.plot_ccpr(fit, "age"),
    "fit": lambda fit: regressionplots.plot_fit(fit, "age", vlines=False),
    "quantiles": lambda fit: sm.qqplot(fit.resid_quantile, line="45"),
}


@pytest.mark.parametrize("plot", PLOTS)
def test_the_plots_of_statsmodels_take_a_scale_equation(scaled_fit, figures, plot):
    assert all(axes.has_data() for axes in PLOTS[plot](scaled_fit).axes)


@pytest.mark.parametrize(
    ("y_var", "idx", "label"),
    [
        ("cooks", None, "Cook's distance"),
        ("dfbeta", 5, "DFBETA for ln(sigma2)[age]"),
        ("hat_matrix_diag", None, "Leverage (diagonal of hat matrix)"),
        ("hat_matrix_diag_scale", None, "Leverage in the scale equation"),
        ("resid_studentized_external", None, "Externally Studentized Residuals"),
        ("likelihood_displacement", None, "likelihood_displacement"),
    ],
)
def test_index_plots_show_what_they_are_asked_for(scaled_fit, figures, y_var, idx, label):
    influence = scaled_fit.get_influence()
    expected = {
        "cooks": influence.cooks_distance[0],
        "dfbeta": influence.dfbetas[:, 5],
    }.get(y_var)
    expected = getattr(influence, y_var) if expected is None else expected
    axes = influence.plot_index(y_var, threshold=100.0, idx=idx).axes[0]
    assert axes.get_ylabel() == label
    assert_allclose(axes.collections[0].get_offsets()[:, 1], expected)


def test_index_plots_label_every_row_unless_told_otherwise(scaled, rows, figures):
    axes = scaled.fit().get_influence().plot_index("hat_matrix_diag_scale").axes[0]
    assert [text.get_text() for text in axes.texts] == list(rows.index)


# What plots and tables are asked for ----------------------------------------------------------


@pytest.mark.parametrize("y_var", ["hat_diag_factor", "cov_ratio", "resid_press"])
def test_a_measure_is_plotted_under_its_own_name(constant, figures, y_var):
    influence = constant.fit().get_influence()
    axes = influence.plot_index(y_var).axes[0]
    assert axes.get_ylabel() == y_var
    assert_allclose(axes.collections[0].get_offsets()[:, 1], getattr(influence, y_var))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"y_var": "nope"}, ValueError, "`y_var` is 'nope'; it must be 'cook', 'hat'"),
        ({"y_var": "__class__"}, ValueError, "`y_var` is '__class__'"),
        ({"y_var": "summary_frame"}, ValueError, "`y_var` is 'summary_frame'"),
        ({"y_var": 1.5}, ValueError, "`y_var` is 1.5"),
        ({"y_var": "dfbetas"}, ValueError, "`idx` is None; .* from 0 to 2"),
        ({"y_var": "dfbeta", "idx": 9}, ValueError, "`idx` is 9"),
        ({"threshold": "x"}, ValueError, "`threshold` is 'x'; it must be a finite number"),
        ({"title": 1}, TypeError, "`title` is 1; it must be text"),
        ({"ax": "x"}, TypeError, "`ax` is 'x'; it must be axes"),
    ],
)
def test_wrong_arguments_of_index_plots_are_named(constant, options, error, message):
    with pytest.raises(error, match=message):
        constant.fit().get_influence().plot_index(**options)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"external": "yes"}, TypeError, "`external` is 'yes'; it must be True or False"),
        ({"criterion": "x"}, ValueError, "`criterion` is 'x'; it must be 'cooks' or 'dffits'"),
        ({"size": -1}, ValueError, "`size` is -1; it must be positive"),
        ({"plot_alpha": 2}, ValueError, "`plot_alpha` is 2; it must be from 0 to 1"),
        ({"alpha": 0}, ValueError, "`alpha` is 0; it must be between 0 and 1"),
        ({"ax": 1}, TypeError, "`ax` is 1; it must be axes"),
    ],
)
def test_wrong_arguments_of_influence_plots_are_named(constant, options, error, message):
    with pytest.raises(error, match=message):
        constant.fit().get_influence().plot_influence(**options)


def test_influence_is_drawn_where_it_is_asked_for(constant, figures):
    ax = plt.figure().add_subplot()
    influence = constant.fit().get_influence()
    assert influence.plot_influence(external=True, ax=ax) is ax.figure
    assert influence.plot_index(ax=ax) is ax.figure


def test_tables_take_formats_and_residuals_deviations(constant):
    influence = constant.fit().get_influence()
    with pytest.raises(ValueError, match="`float_fmt` is '%'; it must be a format"):
        influence.summary_table("%")
    with pytest.raises(ValueError, match="`sigma` must be finite and positive"):
        influence.get_resid_studentized_external(-1.0)
