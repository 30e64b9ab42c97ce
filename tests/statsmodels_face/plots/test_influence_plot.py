"""Bubbles are at leverages and residuals, and as large as Cook's distances."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from statsmodels.tools.sm_exceptions import ConvergenceWarning

from sm_gaussmle import gaussmle

from .artists import line, names, points


@pytest.mark.parametrize(
    ("panel", "leverage"), [(0, "hat_matrix_diag"), (1, "hat_matrix_diag_scale")]
)
def test_each_equation_has_its_leverages(scaled_fit, panel, leverage):
    ax = scaled_fit.plot_influence().axes[panel]
    influence = scaled_fit.get_influence()
    x, y = points(ax).T
    assert_allclose(x, getattr(influence, leverage))
    assert_allclose(y, influence.resid_studentized_external)
    assert ax.get_ylabel() == "Externally studentised residual"


def test_areas_are_cooks_distances(scaled_fit):
    distance = scaled_fit.get_influence().cooks_distance[0]
    for ax in scaled_fit.plot_influence().axes:
        found = ax.collections[0].get_sizes()
        assert_allclose(found / found.max(), distance / distance.max())


def test_rows_of_the_largest_distances_are_named(scaled_fit):
    largest = np.argsort(-scaled_fit.get_influence().cooks_distance[0])[:2]
    for ax in scaled_fit.plot_influence(labels=2).axes:
        assert names(ax) == [str(row) for row in largest]


@pytest.mark.parametrize("name", ["constant_fit", "weighted_fit"])
def test_a_line_is_at_twice_the_mean_leverage(name, request):
    fit = request.getfixturevalue(name)
    (ax,) = fit.plot_influence().axes
    twice = 2.0 * fit.model.k_exog / fit.nobs
    assert_allclose(line(ax, "twice its mean")[:, 0], twice, rtol=1e-9)


def test_lines_are_at_normal_quantiles(constant_fit):
    ax = constant_fit.plot_influence(alpha=0.01).axes[0]
    heights = {round(drawn.get_ydata()[0], 4) for drawn in ax.lines if len(drawn.get_ydata())}
    assert {-2.5758, 0.0, 2.5758} <= heights


def test_of_censored_responses_quantile_residuals_are_drawn(censored_fit):
    (ax,) = censored_fit.plot_influence(rng=3).axes
    x, y = points(ax).T
    assert_allclose(x, censored_fit.get_influence().hat_matrix_diag)
    assert_allclose(y, censored_fit.get_resid_quantile(3))
    assert ax.get_ylabel() == "Quantile residual (one draw)"


def test_a_fit_that_did_not_converge_has_none(data):
    model = gaussmle("thalach ~ age | age", data)
    with pytest.warns(ConvergenceWarning):
        result = model.fit(maxiter=1, start_params=[150, 0, 5, 0])
    with pytest.raises(AttributeError, match="influence is about a maximum"):
        result.plot_influence()
