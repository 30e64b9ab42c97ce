"""What is said of formulas whose rows are read in passes is said of the user's own text."""

import numpy as np
import pandas as pd
import pytest

from sm_gaussmle import CrossProducts, gaussmle

pytest.importorskip("pyarrow")


@pytest.fixture
def rows():
    days = pd.to_datetime(np.arange(60) % 3, unit="D").tz_localize("Europe/Berlin")
    data = pd.DataFrame({"x": np.arange(60.0), "t": days})
    return data.assign(y=np.random.default_rng(0).normal(size=60))


@pytest.fixture
def path(rows, tmp_path):
    rows.to_parquet(tmp_path / "a.parquet")
    return tmp_path / "a.parquet"


@pytest.mark.parametrize("formula", ["nope ~ x", "np.log(nope) ~ x", "y ~ x + nope"])
def test_an_error_shows_the_formula_as_it_was_written(path, formula):
    with pytest.raises(ValueError, match="cannot be evaluated: 'nope' is no column") as caught:
        gaussmle(formula, path)
    assert f"the formula {formula!r} cannot" in str(caught.value)


def test_an_error_of_the_scale_shows_its_formula(path):
    with pytest.raises(ValueError, match="the formula '~ nope' cannot be evaluated"):
        gaussmle("y ~ x", path, scale_formula="~ nope")


def test_an_error_of_sums_shows_the_formula_as_it_was_written(rows):
    with pytest.raises(ValueError, match="the formula 'nope ~ x' cannot be evaluated"):
        CrossProducts("nope ~ x").update(rows)


@pytest.mark.parametrize("formula", ["y ~ C(t)", "y ~ x + t"])
@pytest.mark.parametrize("where", ["memory", "passes"])
def test_timestamps_with_a_time_zone_are_refused_with_what_to_write(rows, path, formula, where):
    data = rows if where == "memory" else path
    with pytest.raises(ValueError, match=r"time zone cannot be levels.*C\(t.dt.tz_localize"):
        gaussmle(formula, data)


@pytest.mark.parametrize("formula", ["y ~ C(t.dt.tz_localize(None))", "y ~ t.dt.day"])
def test_what_is_to_be_written_for_them_is_fitted_as_in_memory(rows, path, formula):
    ours, memory = gaussmle(formula, path).fit(), gaussmle(formula, rows).fit()
    assert list(ours.params.index) == list(memory.params.index)
    np.testing.assert_allclose(ours.params, memory.params, rtol=1e-9)
