"""The heart data follow the protocol of statsmodels' own data sets."""

import socket
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.datasets.utils import Dataset

from sm_gaussmle.datasets import heart

COLUMNS = [
    *["age", "sex", "cp", "trestbps", "chol", "fbs", "restecg"],
    *["thalach", "exang", "oldpeak", "slope", "ca", "thal", "num"],
]


@pytest.fixture
def dataset():
    return heart.load_pandas()


def test_data_have_one_row_for_each_of_303_patients_and_14_columns(dataset):
    assert dataset.data.shape == (303, 14)
    assert list(dataset.data.columns) == COLUMNS
    assert dataset.names == COLUMNS


def test_dataset_is_one_of_statsmodels(dataset):
    assert isinstance(dataset, Dataset)


def test_endog_is_the_maximum_heart_rate(dataset):
    assert dataset.endog_name == "thalach"
    pd.testing.assert_series_equal(dataset.endog, dataset.data["thalach"])


def test_exog_are_age_angina_and_st_depression(dataset):
    assert dataset.exog_name == ["age", "exang", "oldpeak"]
    pd.testing.assert_frame_equal(dataset.exog, dataset.data[["age", "exang", "oldpeak"]])


def test_first_and_last_patients_are_those_of_the_source(dataset):
    first = [63, 1, 1, 145, 233, 1, 2, 150, 0, 2.3, 3, 0, 6, 0]
    last = [38, 1, 3, 138, 175, 0, 0, 173, 0, 0, 1, np.nan, 3, 0]
    np.testing.assert_array_equal(dataset.data.iloc[[0, -1]].to_numpy(), [first, last])


def test_diagnosis_is_recoded_to_0_and_1(dataset):
    assert dataset.data["num"].value_counts().to_dict() == {0: 164, 1: 139}


def test_only_vessels_and_thal_have_missing_values(dataset):
    missing = dataset.data.isna().sum()
    assert missing[missing > 0].to_dict() == {"ca": 4, "thal": 2}


def test_least_squares_on_them_has_the_loglike_that_r_gives(dataset):
    # logLik(lm(thalach ~ age + exang + oldpeak)) in R 4.2.2; half of the last digit
    fit = sm.OLS(dataset.endog, sm.add_constant(dataset.exog)).fit()
    assert fit.llf == pytest.approx(-1322.579916, abs=5e-7)


def test_load_equals_load_pandas(dataset):
    other = heart.load()
    assert other.keys() == dataset.keys()
    pd.testing.assert_frame_equal(other.data, dataset.data)
    pd.testing.assert_series_equal(other.endog, dataset.endog)
    pd.testing.assert_frame_equal(other.exog, dataset.exog)


def test_each_call_returns_a_fresh_frame(dataset):
    dataset.data.loc[:, "age"] = 0
    assert heart.load_pandas().data["age"].min() == 29


def test_endog_and_exog_do_not_share_memory_with_data(dataset):
    dataset.data.loc[:, ["age", "thalach"]] = 0
    assert dataset.exog["age"].min() == 29
    assert dataset.endog.min() == 71


def test_loading_uses_no_network(monkeypatch):
    def refuse(*arguments, **options):
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    heart.load_pandas()


@pytest.mark.parametrize(
    "name", ["COPYRIGHT", "TITLE", "SOURCE", "DESCRSHORT", "DESCRLONG", "NOTE"]
)
def test_description_is_there(name):
    assert getattr(heart, name).strip()


def test_attribution_names_license_authors_and_doi():
    assert "CC BY 4.0" in heart.COPYRIGHT
    for word in ("Janosi", "Steinbrunn", "Pfisterer", "Detrano", "1988", "10.24432/C52P4X"):
        assert word in heart.SOURCE


def test_note_describes_every_variable():
    for name in COLUMNS:
        assert f"        {name} - " in heart.NOTE


def test_the_module_imports_neither_pandas_nor_statsmodels_until_data_are_loaded():
    # Run as a file of its own: the package around it imports both for the models.
    code = (
        "import runpy, sys; "
        f"runpy.run_path({heart.data.__file__!r}); "
        "sys.exit('pandas' in sys.modules or 'statsmodels' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
