"""Models of rows on a cluster have the fit of memory."""

import os
import signal

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle
from sm_gaussmle.statsmodels_face import model
from tests.statsmodels_face.streams.data import cut, table_rows

from .engines import CLUSTERS

PANDAS_3 = "PySpark does not yet fully support pandas >= 3"
# pyspark 4.3 says so at each call that has to do with pandas; what is used here works.
pytestmark = pytest.mark.filterwarnings(f"ignore:{PANDAS_3}:FutureWarning")

MODELS = {
    "constant variance": ("y ~ x + g", None, {"freq_weights": "times"}),
    "scale equation, censored": ("y ~ x + g", "~ z", {"left": "lowest", "right": 3.0}),
}


def on_cluster(name, request, rows):
    """Return the rows as a table on a cluster, which a model then takes for data."""
    fixture, make = CLUSTERS[name]
    table = make(cut(rows, (0, 90, 90, 250)), request.getfixturevalue(fixture))
    patch = request.getfixturevalue("monkeypatch")
    patch.setattr(model, "open_table", lambda data: data if data is table else None)
    return table


def both_fits(cluster, kind, request):
    formula, scale, options = MODELS[kind]
    rows = table_rows()
    return [
        gaussmle(formula, data, scale_formula=scale, **options).fit()
        for data in (rows, on_cluster(cluster, request, rows))
    ]


# A pass of Spark takes seconds here.
CASES = [("dask", kind) for kind in MODELS] + [("spark", "constant variance")]


@pytest.mark.parametrize(("cluster", "kind"), CASES)
def test_a_model_on_a_cluster_has_the_fit_of_memory(cluster, kind, request):
    memory, passes = both_fits(cluster, kind, request)
    assert list(passes.params.index) == list(memory.params.index)
    # Maxima are found to 1e-9 standard errors or better.
    assert (np.abs(passes.params - memory.params) <= 1e-9 * memory.bse).all()
    assert passes.nobs == memory.nobs
    assert passes.model.n_missing == memory.model.n_missing


def test_inference_on_a_cluster_is_that_of_memory(request):
    fits = both_fits("dask", "scale equation, censored", request)
    # Estimates agree to 1e-9 standard errors, and what is computed at them does too.
    theirs, ours = (f.get_robustcov_results("cluster", groups="team").bse for f in fits)
    assert_allclose(ours, theirs, rtol=1e-8)
    theirs, ours = (f.score_test("w").statistic for f in fits)
    assert_allclose(ours, theirs, rtol=1e-8)


def test_a_fit_on_a_cluster_has_the_same_digits_again(request):
    passes = both_fits("dask", "scale equation, censored", request)[1]
    assert passes.model.fit().params.equals(passes.params)


def test_a_worker_killed_in_the_middle_of_a_fit_changes_no_estimate(
    dask_client, request, tmp_path
):
    killed, here = tmp_path / "killed", os.getpid()

    def cubed(values):
        if len(values) == 160 and os.getpid() != here and not killed.exists():
            killed.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return values**3

    rows = table_rows()
    table = on_cluster("dask", request, rows)
    killing = gaussmle("y ~ cubed(x)", table, scale_formula="~ z").fit()
    again = gaussmle("y ~ cubed(x)", table, scale_formula="~ z").fit()
    assert killed.exists()
    assert killing.params.equals(again.params)
    assert killing.llf == again.llf
