"""What seldom happens to rows in passes, and is said then as elsewhere."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import sm_gaussmle as smg
from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.sources.table import RowsElsewhereError
from sm_gaussmle.statsmodels_face.covariances.dependence import stream_scores
from sm_gaussmle.statsmodels_face.fitting.fit_errors import explain

from .data import parts_of, table_rows

ROWS = table_rows()


def test_tobit_refuses_intervals_in_passes_too(table):
    with pytest.raises(ValueError, match="Tobit has one response per row"):
        smg.tobit("lower + upper ~ x", table)


def test_likelihood_ratios_are_not_simulated_in_passes(table):
    smaller, larger = (smg.gaussmle(f, table).fit() for f in ("y ~ x", "y ~ x + z"))
    with pytest.raises(RowsElsewhereError, match="read in passes"):
        larger.compare_lr_test(smaller, method="bootstrap")


def test_starting_values_that_overflow_are_refused(table):
    with pytest.raises(ValueError, match="not finite at `start_params`"):
        smg.gaussmle("y ~ x", table, scale_formula="~ z").fit(
            start_params=[0.0, 0.0, -1e6, 0.0]
        )


def test_scores_without_information_have_no_clusters(table):
    model = smg.gaussmle("y ~ x", table)
    with pytest.raises(ValueError, match="not positive definite at the last point"):
        stream_scores(model, "team", None)


def test_other_starts_are_climbed_from_where_the_first_leads_nowhere():
    rows = ROWS[ROWS["y"] > -0.5]
    model = smg.gaussmle("y ~ x", parts_of(rows), scale_formula="~ z", trunc_left=-0.5)
    fit = model.fit(maxiter=1, warn_convergence=False)
    assert not fit.converged
    assert fit.fit_record.starts > 1
    assert model.fit().fit_record.starts == 1


def test_scores_that_do_not_span_the_parameters_name_them():
    rows = pd.DataFrame({"x": [0.0, 0.0, 1.0, 1.0], "y": [-1.0, 1.0, 2.0, 4.0]})
    model = smg.gaussmle("y ~ x", parts_of(rows, (0, 2)))
    with pytest.raises(ValueError, match="'opg' has no inverse: the scores of the 4 rows"):
        model.fit(cov_type="opg")


def test_what_rows_in_passes_do_not_change_is_said_as_it_is(table):
    error = FitError("no curvature")
    assert explain(smg.gaussmle("y ~ x", table), error) is error


def test_a_mean_of_which_no_column_is_left_is_a_mean_square(table):
    found = smg.drop1(smg.gaussmle("y ~ 0 + x", table).fit()).table
    expected = smg.drop1(smg.gaussmle("y ~ 0 + x", ROWS).fit()).table
    assert_allclose(
        found["statistic"].iloc[1:], expected["statistic"].iloc[1:], rtol=1e-10
    )  # sums in another order
    assert np.isfinite(found["llf"]).all()


def test_intervals_open_on_either_side_in_one_part_are_read_without_a_warning():
    # Warnings are errors here: the sum of such ends is no number.
    rows = ROWS.dropna().copy()
    rows.loc[rows["y"] < 0.0, "lower"] = -np.inf
    rows.loc[rows["y"] > 2.0, "upper"] = np.inf
    found = smg.gaussmle("lower + upper ~ x", parts_of(rows)).fit()
    held = smg.gaussmle("lower + upper ~ x", rows).fit()
    assert_allclose((found.params - held.params) / held.bse, 0, atol=1e-9)
