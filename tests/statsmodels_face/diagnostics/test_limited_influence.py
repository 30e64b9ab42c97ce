"""Influence where responses are not all seen exactly."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle.inference.influence import delete_any

NEED_EXACT = [
    "hat_matrix_diag_scale",
    "resid_standardized",
    "resid_studentized",
    "resid_studentized_internal",
    "resid_studentized_external",
    "outlier_pvalue",
    "resid_press",
    "ess_press",
    "resid_var",
    "resid_std",
    "influence",
    "cov_ratio",
    "dffits",
    "dffits_internal",
]


def deletion(fit):
    return delete_any(np.asarray(fit.params), fit.fit_record.cov_root, fit.model.source().rows)


def test_measures_are_those_of_one_step(limited):
    influence, expected = limited.get_influence(), deletion(limited)
    assert_allclose(influence.dfbeta, expected.dfbeta)
    assert_allclose(influence.dfbetas, expected.dfbetas)
    assert_allclose(influence.likelihood_displacement, expected.displacement)
    assert_allclose(influence.sigma2_not_obsi, expected.scale**2)
    assert_allclose(influence.params_not_obsi, np.asarray(limited.params) - expected.dfbeta)


def test_the_distance_has_a_p_value_from_all_parameters(limited):
    distance, pvalue = limited.get_influence().cooks_distance
    k = len(limited.params)
    assert_allclose(distance, deletion(limited).cooks_distance)
    assert_allclose(pvalue, stats.chi2.sf(k * distance, k))


def test_leverages_are_those_of_the_observed_information(limited):
    found = limited.get_hat_matrix_diag()
    weights = -limited.model.hessian_factor(limited.params)[0]
    exog, copies = limited.model.exog, limited.model.freq_weights
    inverse = np.linalg.inv((exog.T * weights) @ exog)
    expected = weights * np.einsum("ij,jk,ik->i", exog, inverse, exog)
    expected /= 1.0 if copies is None else copies
    assert_allclose(found, expected, rtol=1e-9, atol=1e-14)
    assert_allclose(limited.get_influence().hat_diag_factor, expected / (1 - expected))


@pytest.mark.parametrize("name", NEED_EXACT)
@pytest.mark.parametrize("kind", ["censored", "intervals"])
def test_measures_of_studentised_residuals_need_exact_responses(limited_of, kind, name):
    with pytest.raises(AttributeError, match="is defined only where every response is seen"):
        getattr(limited_of(kind).get_influence(), name)


@pytest.mark.parametrize(
    "name", ["summary_table", "plot_influence", "get_resid_studentized_external"]
)
def test_tables_and_plots_of_them_need_exact_responses(limited_of, name):
    method = getattr(limited_of("truncated").get_influence(), name)
    with pytest.raises(AttributeError, match=rf"`{name}\(\)` is defined only where .* Use "):
        method()


def test_the_table_has_what_there_is(limited):
    frame = limited.get_influence().summary_frame()
    names = [f"dfb_{name}" for name in limited.model.exog_names]
    assert list(frame) == [*names, "cooks_d", "hat_diag", "resid_generalized"]
    assert frame.index.equals(limited.model.data.row_labels)
    assert_allclose(frame["resid_generalized"], limited.resid_generalized)
    assert frame.notna().all(axis=None)


def test_distances_are_plotted(limited_of):
    figure = limited_of("intervals").get_influence().plot_index("cooks")
    assert figure.axes[0].get_ylabel() == "Cook's distance"
    plt.close(figure)


def test_residuals_are_generalised(limited):
    assert_allclose(limited.get_influence().resid, limited.resid_generalized)
