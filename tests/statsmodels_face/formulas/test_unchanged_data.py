"""Data that were changed in place after a model was made from them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import add1, gaussmle

# What reads columns of the data by their names.
READERS = {
    "score_test": lambda fit: fit.score_test("x2"),
    "score_test of a formula": lambda fit: fit.score_test(None, "np.log(v)"),
    "add1": lambda fit: add1(fit, "x1:x2"),
    "groups": lambda fit: fit.get_robustcov_results("cluster", groups="f"),
}
CHANGES = {
    "sorted": lambda data: data.sort_values("y", ignore_index=True),
    "with another response": lambda data: data.assign(y=data["y"] + 1),
    "with a missing response": lambda data: data.assign(y=data["y"].where(data["x1"] > 0)),
}


def _change(data, new):
    data.index = new.index
    for name in data:
        data[name] = new[name].to_numpy()


@pytest.fixture
def data(rows):
    """Rows that may be changed."""
    return rows.copy()


@pytest.fixture(params=["y ~ x1 | z", "np.log(y + 30) ~ C(g)*x1"])
def fit(request, data, engine):
    """A fit from a formula of either engine."""
    del engine
    return gaussmle(request.param, data).fit()


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_rows_that_were_replaced_are_refused(data, fit, change, read):
    _change(data, change(data))
    with pytest.raises(
        ValueError,
        match=r"data have changed since the model was made.*the response is another in \d+ of "
        r"60 rows \(.*Make the model again.*or pass the values",
    ):
        read(fit)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_column_that_the_model_does_not_have_may_be_new(data, fit, read):
    data["unused"] = np.arange(60)
    assert read(fit) is not None


@pytest.mark.parametrize(("column", "equation"), [("x1", "mean"), ("z", "log variance")])
def test_columns_of_the_model_that_were_overwritten_are_refused(data, column, equation):
    fit = gaussmle("y ~ x1 | z", data).fit()
    data.loc["r3", column] = 0.25
    with pytest.raises(
        ValueError, match=f"a column of the {equation} is another in 1 of 60 rows.*r3"
    ):
        add1(fit, f"{column}:x2")


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_data_that_gained_rows_are_refused(data, fit, read):
    data.loc["new"] = data.loc["r0"]
    with pytest.raises(ValueError, match=r"they have 61 rows, the model 60. Make the model"):
        read(fit)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_data_that_lost_a_variable_are_refused(data, fit, read):
    del data["y"]
    with pytest.raises(
        ValueError,
        match=r"can no longer be evaluated as they were.*[`']y[`'].*Make the model again",
    ):
        read(fit)


def test_a_transform_with_a_state_finds_its_data_unchanged(rows, engine):
    del engine
    shifted = rows.assign(y=rows["y"] + 1e6)
    fit = gaussmle("center(y) ~ center(x1) + bs(x2, df=4) | C(g)", shifted).fit()
    assert_allclose(fit.score_test("s"), fit.score_test(shifted[["s"]]), rtol=1e-12)


def test_rows_and_columns_that_the_model_left_out_are_no_change(rows, engine):
    del engine
    data = rows.assign(f=np.arange(60.0) % 3, x3=2 * rows["x1"])
    data.loc[["r4", "r9"], "x1"] = np.nan
    with pytest.warns(UserWarning, match="x3"):
        fit = gaussmle("y ~ x1 + x3 | z", data, freq_weights="f", subset=data["z"] < 1).fit(
            rank_deficient="drop"
        )
    expected = fit.score_test(data.loc[fit.model.data.row_labels, ["s"]])
    assert_allclose(fit.score_test("s"), expected, rtol=1e-12)


@pytest.mark.parametrize("kind", ["case", "parametric", "wild"])
def test_replicates_of_a_bootstrap_may_be_tested_by_name(data, kind):
    fit = gaussmle("y ~ x1", data).fit()
    replicates = fit.bootstrap(
        5, kind=kind, rng=1, statistic=lambda fit: fit.score_test("x2").statistic
    )
    assert replicates.n_failed == 0
