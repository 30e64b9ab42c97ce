"""mlflow: what its autolog keeps of a fit, and models written, served and read again.

It is told what a model requires: otherwise it starts another Python to find out. Of a model
that is fitted under constraints it logs nothing, for it watches `fit` alone.
"""

import mlflow
import mlflow.sklearn
import mlflow.statsmodels
import numpy as np
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose, assert_array_equal

from sm_gaussmle import gaussmle, tobit
from sm_gaussmle.sklearn import GaussianMLERegressor

FORMULA = "thalach ~ age + exang + oldpeak"
LIKELIHOOD = {"aic", "bic", "llf", "df_model", "df_resid", "condition_number", "scale"}
EXPLAINED = {"rsquared", "rsquared_adj", "centered_tss", "uncentered_tss"}
REQUIRED = {"pip_requirements": ["sm_gaussmle"]}
FITS = ["constant", "scaled", "limited", "view"]
# mlflow warns of an annotation of its own when it first serves a model.
pytestmark = pytest.mark.filterwarnings("ignore:.*Any type hint is inferred:UserWarning")


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    """Runs are kept in files: mlflow-skinny has no database."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri((tmp_path / "runs").as_uri())
    yield
    mlflow.set_tracking_uri(before)


@pytest.fixture
def autolog():
    yield mlflow.statsmodels.autolog
    mlflow.statsmodels.autolog(disable=True)


def logged(fit):
    """What mlflow keeps of a fit, and the results."""
    with mlflow.start_run() as run:
        result = fit()
    return mlflow.get_run(run.info.run_id), result


def through_a_file(result, folder, **options):
    mlflow.statsmodels.save_model(result, folder, **REQUIRED, **options)
    return mlflow.statsmodels.load_model(folder)


# Autolog ----------------------------------------------------------------------------------


def test_a_fit_with_constant_variance_has_the_metrics_of_ols(heart, autolog):
    autolog(log_models=False)
    theirs, _ = logged(lambda: smf.ols(FORMULA, heart).fit())
    ours, _ = logged(lambda: gaussmle(FORMULA, heart).fit())
    expected = theirs.data.metrics
    expected["aic"] += 2
    expected["bic"] += np.log(303)
    assert ours.data.metrics == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (lambda rows: gaussmle(f"{FORMULA} | age", rows), LIKELIHOOD | EXPLAINED),
        (lambda rows: tobit("oldpeak ~ age | age", rows, left=0), LIKELIHOOD),
    ],
)
def test_other_fits_have_the_metrics_that_are_defined_for_them(heart, autolog, make, names):
    autolog(log_models=False)
    run, result = logged(make(heart).fit)
    assert run.data.metrics == {name: getattr(result, name) for name in names}


def test_the_options_of_a_fit_are_its_parameters(heart, autolog):
    autolog(log_models=False)
    run, _ = logged(lambda: gaussmle(FORMULA, heart).fit(cov_type="HC0"))
    assert run.data.params["cov_type"] == "HC0"
    assert run.data.params["maxiter"] == "100"


def test_the_summary_is_kept_as_text(heart, autolog):
    autolog(log_models=False)
    run, result = logged(lambda: gaussmle(f"{FORMULA} | age", heart).fit())
    text = mlflow.artifacts.load_text(f"{run.info.artifact_uri}/model_summary.txt")
    found, expected = (t.split("Covariance Type")[1] for t in (text, str(result.summary())))
    assert found == expected
    assert "ln(sigma2)" in found


def test_the_model_is_kept_and_read_again(heart, autolog):
    autolog(log_models=True)
    _, result = logged(lambda: gaussmle(f"{FORMULA} | age", heart).fit())
    again = mlflow.statsmodels.load_model(mlflow.last_logged_model().model_uri)
    assert_array_equal(again.params, result.params)
    assert_array_equal(again.predict(heart), result.predict(heart))


def test_constrained_fits_are_not_logged(heart, autolog):
    autolog(log_models=False)
    run, result = logged(lambda: gaussmle(FORMULA, heart).fit_constrained("exang = oldpeak"))
    assert result.converged
    assert run.data.metrics == {}


# Models ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FITS)
def test_a_model_that_is_read_again_infers_the_same(request, heart, tmp_path, name):
    result = request.getfixturevalue(name)
    again = through_a_file(result, tmp_path / "model")
    assert again.llf == result.llf
    assert_array_equal(again.bse, result.bse)
    assert_array_equal(again.conf_int(), result.conf_int())
    assert_array_equal(again.predict(heart), result.predict(heart))
    assert again.t_test("age = 0").pvalue == result.t_test("age = 0").pvalue


@pytest.mark.parametrize("name", ["constant", "scaled", "limited"])
def test_a_model_without_its_data_predicts(request, heart, tmp_path, name):
    result = request.getfixturevalue(name)
    again = through_a_file(result, tmp_path / "model", remove_data=True)
    found = again.get_prediction(heart.head()).summary_frame()
    assert_allclose(found, result.get_prediction(heart.head()).summary_frame(), rtol=1e-14)
    assert not hasattr(again, "resid")


@pytest.mark.parametrize("name", FITS)
def test_a_served_model_predicts_the_mean(request, heart, name):
    result = request.getfixturevalue(name)
    with mlflow.start_run():
        info = mlflow.statsmodels.log_model(result, name="model", **REQUIRED)
    served = mlflow.pyfunc.load_model(info.model_uri)
    assert_array_equal(served.predict(heart.head()), result.predict(heart.head()))


def test_a_regressor_is_logged_as_one_of_scikit_learn(heart):
    X, y = heart[["age", "exang", "oldpeak"]], heart["thalach"]
    regressor = GaussianMLERegressor(scale_columns=["age"]).fit(X, y)
    with mlflow.start_run():
        info = mlflow.sklearn.log_model(
            regressor, name="model", serialization_format="cloudpickle", **REQUIRED
        )
    again = mlflow.sklearn.load_model(info.model_uri)
    assert_array_equal(again.predict(X), regressor.predict(X))
    assert_array_equal(again.results_.bse, regressor.results_.bse)
