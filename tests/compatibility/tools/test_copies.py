"""pickle, copy, joblib and cloudpickle, here and in other processes: all that a result says."""

import copy
import io
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import cloudpickle
import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pandas.testing import assert_frame_equal

from sm_gaussmle import gaussmle

FITS = ["constant", "scaled", "limited", "view"]


def through_joblib(value):
    file = io.BytesIO()
    joblib.dump(value, file, compress=3)
    file.seek(0)
    return joblib.load(file)


COPIES = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "deepcopy": copy.deepcopy,
    "joblib": through_joblib,
    "cloudpickle": lambda value: pickle.loads(cloudpickle.dumps(value)),
}


def said(result, rows):
    """Numbers and words of a result: estimates, tests, intervals, predictions."""
    text = str(result.summary())
    return {
        "table": text[text.index("coef") :],
        "terms": result.wald_test_terms().table.to_numpy(dtype=float).tolist(),
        "test": float(result.t_test("age = 0").pvalue),
        "HC0": result.get_robustcov_results("HC0").bse.tolist(),
        "intervals": result.conf_int().to_numpy().tolist(),
        "effects": result.get_margeff().margeff_se.tolist(),
        "new": result.predict(rows).tolist(),
        "fitted": np.asarray(result.predict()).tolist(),
    }


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("name", FITS)
def test_a_copy_says_the_same(request, heart, name, copied):
    result = request.getfixturevalue(name)
    assert said(copied(result), heart.head()) == said(result, heart.head())


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_a_copy_gives_the_same_likelihood_inference(scaled, constant, heart, copied):
    again = copied(scaled)
    assert_array_equal(again.conf_int(method="profile"), scaled.conf_int(method="profile"))
    assert_array_equal(again.compare_lr_test(constant), scaled.compare_lr_test(constant))
    frames = (each.get_prediction(heart).summary_frame() for each in (again, scaled))
    assert_frame_equal(*frames)


# Other processes --------------------------------------------------------------------------


def slope_without(rows, place, formula):
    return gaussmle(formula, rows.drop(index=place)).fit().params["age"]


def test_joblib_fits_in_its_processes(heart):
    formula = "thalach ~ age + oldpeak | age"
    fits = [joblib.delayed(slope_without)(heart, place, formula) for place in range(4)]
    found = joblib.Parallel(n_jobs=2, backend="loky")(fits)
    assert found == [slope_without(heart, place, formula) for place in range(4)]


@pytest.mark.parametrize("name", FITS)
def test_results_say_the_same_in_the_processes_of_joblib(request, heart, name):
    result = request.getfixturevalue(name)
    run = joblib.Parallel(n_jobs=2, backend="loky")
    (found,) = run([joblib.delayed(said)(result, heart.head())])
    assert found == said(result, heart.head())


def test_results_come_back_from_the_processes_of_joblib(heart):
    formula = "thalach ~ age + C(cp) | age"
    run = joblib.Parallel(n_jobs=2, backend="loky")
    (found,) = run([joblib.delayed(gaussmle(formula, heart).fit)(cov_type="HC1")])
    expected = gaussmle(formula, heart).fit(cov_type="HC1")
    assert said(found, heart.head()) == said(expected, heart.head())
    assert_array_equal(found.bse, expected.bse)


def test_results_predict_in_a_new_process_of_multiprocessing(scaled, heart):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(scaled.predict, heart.head(), which="scale").result()
    assert_array_equal(found, scaled.predict(heart.head(), which="scale"))


def test_a_function_with_a_result_in_it_runs_in_another_python(scaled, heart, tmp_path):
    (tmp_path / "function").write_bytes(
        cloudpickle.dumps(lambda: scaled.predict(heart.head()).tolist())
    )
    script = "import pickle, sys; print(pickle.load(open(sys.argv[1], 'rb'))())"
    command = [sys.executable, "-c", script, str(tmp_path / "function")]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert printed.strip() == str(scaled.predict(heart.head()).tolist())
