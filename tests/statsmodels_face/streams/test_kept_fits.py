"""Fits of rows in passes are copied, sent and saved; what is loaded has no way to the rows."""

import copy
import pickle

import cloudpickle
import joblib
import numpy as np
import pandas as pd
import pytest

import sm_gaussmle as smg
from sm_gaussmle.statsmodels_face.removed_data import DataRemovedError
from sm_gaussmle.statsmodels_face.results import GaussianMLEResults
from tests.sources.parts import Parts

from .data import cut, parts_of, table_rows

NEW = table_rows().iloc[10:14]
KINDS = {
    "constant variance": ("y ~ x + C(g) + center(z)", None, {}),
    "scale equation": ("y ~ x + g", "~ z", {"offset": "known", "freq_weights": "times"}),
    "censored": ("y ~ x", "~ g", {"left": "lowest", "right": 3.0}),
}


@pytest.fixture(params=KINDS)
def fit(request):
    formula, scale, options = KINDS[request.param]
    table = parts_of(table_rows())
    return smg.gaussmle(formula, table, scale_formula=scale, **options).fit()


def pickled(fit, _):
    return pickle.loads(pickle.dumps(fit))


def by_cloudpickle(fit, _):
    return cloudpickle.loads(cloudpickle.dumps(fit))


def by_joblib(fit, folder):
    joblib.dump(fit, folder / "fit.joblib")
    return joblib.load(folder / "fit.joblib")


def saved(fit, folder):
    fit.save(folder / "fit.pickle")
    return GaussianMLEResults.load(folder / "fit.pickle")


def saved_bare(fit, folder):
    fit.save(folder / "fit.pickle", remove_data=True)
    return GaussianMLEResults.load(folder / "fit.pickle")


def by_json(fit, _):
    return smg.from_json(fit.to_json())


LOADED = [pickled, by_cloudpickle, by_joblib, saved, saved_bare, by_json]
COPIED = [lambda fit, _: copy.copy(fit), lambda fit, _: copy.deepcopy(fit)]


def text(fit):
    return "\n".join(
        line
        for line in str(fit.summary()).splitlines()
        if "Time:" not in line and "Rows:" not in line
    )


@pytest.mark.parametrize("send", LOADED, ids=lambda send: send.__name__)
def test_a_loaded_fit_has_the_estimates_and_predicts(fit, send, tmp_path):
    loaded = send(fit, tmp_path)
    pd.testing.assert_series_equal(loaded.params, fit.params)
    pd.testing.assert_series_equal(loaded.bse, fit.bse)
    assert loaded.llf == fit.llf
    pd.testing.assert_series_equal(loaded.predict(NEW), fit.predict(NEW))
    pd.testing.assert_frame_equal(
        loaded.get_prediction(NEW).summary_frame(), fit.get_prediction(NEW).summary_frame()
    )


@pytest.mark.parametrize("send", [pickled, saved_bare, by_json], ids=lambda send: send.__name__)
def test_a_loaded_fit_prints_its_summary(fit, send, tmp_path):
    expected = text(fit)  # which looks at the range of sigma, so that it is kept
    assert text(send(fit, tmp_path)) == expected
    assert "observations" in repr(send(fit, tmp_path))


@pytest.mark.parametrize("send", LOADED, ids=lambda send: send.__name__)
def test_what_takes_another_pass_says_that_a_loaded_fit_has_none(fit, send, tmp_path):
    loaded = send(fit, tmp_path)
    with pytest.raises(DataRemovedError, match="`get_robustcov_results` needs its rows"):
        loaded.get_robustcov_results("HC0")
    assert not hasattr(loaded, "resid")


@pytest.mark.parametrize("send", COPIED, ids=["copy", "deepcopy"])
def test_a_copy_shares_the_rows(fit, send, tmp_path):
    copied = send(fit, tmp_path)
    # A deep copy is without the names of the wrapper, as it is in memory.
    assert list(copied.params) == list(fit.params)
    ours, theirs = (each.get_robustcov_results("HC0").bse for each in (copied, fit))
    assert list(ours) == list(theirs)


@pytest.mark.parametrize("send", COPIED, ids=["copy", "deepcopy"])
def test_a_copy_of_a_model_is_fitted(send, tmp_path):
    model = smg.gaussmle("y ~ x", parts_of(table_rows()))
    assert send(model, tmp_path).fit().params.equals(model.fit().params)


def test_data_may_be_removed(fit):
    hc0 = fit.get_robustcov_results("HC0").bse
    fit.remove_data()
    with pytest.raises(DataRemovedError):
        fit.get_robustcov_results("HC1")
    assert not hasattr(fit, "resid")
    assert fit.predict(NEW).notna().all()
    assert np.isfinite(hc0).all()


def test_a_model_that_was_not_fitted_is_sent_without_a_way_to_its_rows():
    model = pickled(smg.gaussmle("y ~ x", parts_of(table_rows())), None)
    assert "observations not yet counted" in repr(model)
    with pytest.raises(DataRemovedError):
        model.fit()


def test_the_documents_of_a_fit_in_memory_and_in_passes_predict_the_same(fit):
    again = smg.from_json(by_json(fit, None).to_json())
    pd.testing.assert_series_equal(again.predict(NEW), fit.predict(NEW))


# Without a pass ----------------------------------------------------------------------------


def gone(fit, _):
    fit.remove_data()
    return fit


@pytest.mark.parametrize("send", [*LOADED, gone], ids=lambda send: send.__name__)
def test_rows_are_not_read_to_keep_a_fit(fit, send, tmp_path):
    table = fit.model.rows_in_passes.table
    before = table.passes
    table.frames[:] = []  # as if the files were gone
    loaded = send(fit, tmp_path)
    assert table.passes == before
    assert "Log-Likelihood" in str(loaded.summary())


def test_a_fit_of_a_stream_that_was_read_is_kept():
    stream = Parts(*cut(table_rows()), reads_once=True)
    fit = smg.gaussmle("y ~ x", stream).fit()
    for loaded in (pickled(fit, None), by_json(fit, None)):
        assert loaded.params.equals(fit.params)
        assert loaded.llnull == fit.llnull


def test_what_was_asked_for_before_is_kept():
    table = parts_of(table_rows())
    fit = smg.gaussmle("y ~ x", table, scale_formula="~ z").fit()
    expected = fit.scale_range
    assert pickled(fit, None).scale_range == expected
    assert "sigma, range" in str(pickled(fit, None).summary())


@pytest.mark.parametrize("name", ["scale_range", "eigenvals", "llnull"])
def test_what_was_not_asked_for_before_is_not_there(name):
    table = parts_of(table_rows())
    fit = smg.gaussmle("y ~ x", table, scale_formula="~ z", left=0.0).fit()
    loaded = pickled(fit, None)
    with pytest.raises(AttributeError, match=f"`{name}` .*ask for it before"):
        getattr(loaded, name)
    with pytest.raises(AttributeError, match="every pickle and file does, which has no way to"):
        getattr(loaded, name)
