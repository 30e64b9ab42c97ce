"""statsmodels' private names: that all we use are listed, and do what we expect of each.

A test that fails here after an upgrade says which name a release changed.
"""

import ast
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import rosen, rosen_der, rosen_hess
from statsmodels.base import model as base
from statsmodels.base.optimizer import Optimizer
from statsmodels.base.wrapper import ResultsWrapper
from statsmodels.discrete import discrete_margins
from statsmodels.regression.linear_model import RegressionResultsWrapper
from statsmodels.stats.outliers_influence import MLEInfluence

import sm_gaussmle
from sm_gaussmle.statsmodels_face import private_hooks

PACKAGE = Path(sm_gaussmle.__file__).parent
FRAME = pd.DataFrame({"y": [1.0, 2, 4, 3, 5], "x": [1.0, 3, 2, 4, 4.5], "d": [0, 1, 0, 1, 1]})


@pytest.fixture
def ols():
    return smf.ols("y ~ x", FRAME).fit()


@pytest.fixture
def glm():
    return smf.glm("y ~ x", FRAME, offset=FRAME["d"]).fit()


# The list is whole ------------------------------------------------------------------------


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


@cache
def trees():
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def imported(tree):
    """What a module imports, with dots, and as parts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ([*node.module.split("."), alias.name] for alias in node.names)


def test_private_names_are_imported_in_one_module_only():
    owner = Path(private_hooks.__file__)
    found = [
        (path.name, ".".join(parts))
        for path, tree in trees().items()
        for parts in imported(tree)
        if parts[0] == "statsmodels" and any(map(is_private, parts)) and path != owner
    ]
    assert found == []


def private_names_of_statsmodels(ols, glm):
    objects = [ols, glm, ols._results, glm._results, ols.model, glm.model, ols.model.data]
    objects += [base.GenericLikelihoodModel, base.GenericLikelihoodModelResults, ResultsWrapper]
    objects += [Optimizer, discrete_margins.DiscreteMargins, MLEInfluence]
    names = {name for each in objects for name in dir(each)}
    names |= {*dir(type(ols)), "_results"}  # wrappers have the names of what they wrap
    # The first is made by IPython's protocol; the second is a property of GLM's residuals.
    return {name for name in names if is_private(name)} - {"_repr_html_", "_endog"}


def words(tree):
    """Attributes, functions, texts and class attributes of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_private_attributes_that_are_used_are_those_of_the_list(ols, glm):
    theirs = private_names_of_statsmodels(ols, glm)
    ours = {
        word
        for path, tree in trees().items()
        for word in words(tree)
        if path != Path(private_hooks.__file__)
    }
    assert theirs & ours == set(private_hooks.ATTRIBUTES)


# What is expected of what is imported -----------------------------------------------------


def test_linear_constraints_hold_a_matrix_and_values():
    made = private_hooks.LinearConstraints(np.eye(2), np.zeros(2), ["a", "b"])
    assert_array_equal(made.constraint_matrix, np.eye(2))
    assert_array_equal(made.constraint_values, np.zeros(2))
    assert list(made.variable_names) == ["a", "b"]


def test_options_of_margins_are_checked_for_effects_at_all_rows():
    with pytest.raises(ValueError, match="all"):
        private_hooks.check_at_is_all({"at": "all"})
    private_hooks.check_at_is_all({"at": "mean"})


def test_columns_of_zeros_and_ones_and_of_counts_are_found():
    exog = np.column_stack([np.ones(4), [0, 1, 0, 1], [2, 5, 3, 4], [0.5, 1, 2, 3]])
    assert_array_equal(private_hooks.isdummy(exog), [1])
    assert_array_equal(private_hooks.iscount(exog), [2])


def test_headings_of_margins_are_known_for_each_method():
    assert set(private_hooks.transform_names) == {"dydx", "eyex", "dyex", "eydx"}


@pytest.mark.parametrize("engine", ["patsy", "formulaic"])
def test_a_formula_manager_makes_matrices_and_reads_equations(engine):
    manager = private_hooks.FormulaManager(engine=engine)
    assert manager.engine == engine
    left, right = manager.get_matrices("y ~ x", FRAME, eval_env={})
    assert left.shape == (5, 1)
    assert list(manager.get_column_names(right)) == ["Intercept", "x"]
    found = manager.get_linear_constraints("a = 2", ["a", "b"])
    assert_array_equal(found.constraint_matrix, [[1.0, 0.0]])


def test_cached_values_are_computed_once_and_can_be_cleared():
    class Counting:
        def __init__(self):
            self.count, self._cache = 0, {}

        @private_hooks.cache_readonly
        def value(self):
            self.count += 1
            return self.count

    made = Counting()
    assert (made.value, made.value) == (1, 1)
    made._cache.clear()
    assert made.value == 2


# What is expected of the attributes -------------------------------------------------------


def test_results_and_data_keep_cached_values_in_a_dictionary(ols):
    assert ols.rsquared == ols._cache["rsquared"]
    assert ols.model.data.xnames == ols.model.data._cache["xnames"]


def test_removing_data_reads_names_of_arrays_from_model_and_results(ols):
    ols.model.further, ols.model._data_attr = np.ones(5), [*ols.model._data_attr, "further"]
    assert {"exog", "endog"} <= set(ols.model._data_attr)
    assert ols.resid.name is None
    ols.remove_data()
    assert ols.model.further is None
    assert "resid" in {*ols._data_in_cache, *ols._data_attr}


def test_the_optimizer_takes_value_score_and_hessian_by_name():
    point, found, _ = Optimizer()._fit(
        rosen, rosen_der, np.zeros(2), (), {}, hessian=rosen_hess, method="newton",
        maxiter=50, disp=False, callback=None, full_output=True,
    )  # fmt: skip
    assert_allclose(point, 1, rtol=1e-6)  # its tolerance is 1e-5 of the gradient
    assert found["converged"]


def test_a_model_is_made_again_from_the_keywords_that_it_names(glm):
    assert "offset" in glm.model._init_keys
    assert_array_equal(glm.model._get_init_kwds()["offset"], FRAME["d"])


def test_the_offset_of_a_glm_has_the_exposure_in_it(glm):
    assert_array_equal(glm.model._offset_exposure, FRAME["d"])


def test_names_of_parameters_are_those_of_the_data(glm):
    data = glm.model.data
    data._param_names = ["a", "b"]
    assert data.param_names == ["a", "b"]


def test_a_measure_of_influence_is_drawn_against_the_row(ols):
    pytest.importorskip("matplotlib").use("agg")
    assert issubclass(MLEInfluence, private_hooks.BaseInfluenceMixin)
    figure = ols.get_influence()._plot_index(np.arange(5.0), "measure", threshold=2, title="t")
    assert figure.axes[0].get_ylabel() == "measure"


def test_margins_clear_what_they_computed():
    logit = smf.logit("d ~ y", FRAME).fit(disp=False)
    margins = logit.get_margeff()
    assert margins.tvalues.shape == margins._cache["tvalues"].shape
    margins._reset()
    assert "tvalues" not in margins._cache


def test_a_wrapper_has_the_results_and_labels_by_name(ols):
    assert isinstance(ols._results, base.LikelihoodModelResults)
    assert RegressionResultsWrapper._attrs["HC0_se"] == "columns"
    assert RegressionResultsWrapper._wrap_attrs["params"] == "columns"
    assert RegressionResultsWrapper._wrap_methods["cov_params"] == "cov"


def test_new_rows_come_through_one_formula(ols):
    exog, index = ols._transform_predict_exog(FRAME.head(2))
    assert_array_equal(exog, [[1, 1], [1, 3]])
    assert_array_equal(index, [0, 1])


def test_results_say_whether_they_use_the_t_distribution(ols, glm):
    assert (ols.use_t, ols._results._use_t) == (True, True)
    assert (glm.use_t, glm._results._use_t) == (False, False)
