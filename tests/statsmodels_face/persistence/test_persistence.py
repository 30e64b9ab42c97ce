"""Copies, pickles and files of fits, with their data and without."""

import copy
import inspect
import io
import json
import os
import pickle
import re
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import cloudpickle
import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose, assert_array_equal
from statsmodels.formula import options
from statsmodels.tools._decorators import cache_readonly
from statsmodels.tools.sm_exceptions import ValueWarning

import sm_gaussmle
from sm_gaussmle import GaussianMLE, gaussmle
from sm_gaussmle.statsmodels_face.results import GaussianMLEResults, GaussianMLEResultsWrapper

from . import kept
from .kept import PAIRS, double

MEAN, SCALE = ["one", "x1", "x2"], ["one", "z"]
WHICH = ["mean", "scale", "variance"]


def pickled(value):
    return pickle.loads(pickle.dumps(value))


def through(writer, reader):
    def copied(value):
        file = io.BytesIO()
        writer(value, file)
        file.seek(0)
        return reader(file)

    return copied


COPIES = {
    "pickle": pickled,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "joblib": through(joblib.dump, joblib.load),
    "cloudpickle": lambda value: pickle.loads(cloudpickle.dumps(value)),
}


def labelled(rows):
    return GaussianMLE(
        rows["y"], rows[MEAN], exog_scale=rows[SCALE], freq_weights=rows["f"], offset=rows["o"]
    )


def from_formula(rows):
    return gaussmle(
        "y ~ center(x1) + C(g) | center(z)",
        rows,
        offset="o",
        offset_scale="s",
        freq_weights="f",
    )


# Copies ---------------------------------------------------------------------------------


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_a_copy_of_the_results_is_the_same(model, copied):
    result = model.fit()
    again = copied(result)
    assert again.llf == result.llf
    assert_array_equal(again.params, result.params)
    assert_array_equal(again.predict(which="scale"), result.predict(which="scale"))


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_a_copy_of_labelled_results_has_labels(rows, copied):
    result = from_formula(rows).fit()
    again = copied(result)
    assert type(again) is type(result)
    assert list(again.params.index) == list(result.params.index)


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_a_copy_of_a_model_is_the_same(rows, engine, copied):
    model = from_formula(rows)
    again = copied(model)
    assert again.exog_names == model.exog_names
    params = np.zeros(model.nparams)
    assert again.loglike(params) == model.loglike(params)


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("which", WHICH)
def test_a_copy_predicts_from_a_data_frame(rows, engine, copied, which):
    result = from_formula(rows).fit()
    again = copied(result)
    assert_array_equal(
        again.predict(rows[:5], which=which), result.predict(rows[:5], which=which)
    )


@pytest.mark.parametrize(("name", "term"), PAIRS)
def test_what_a_formula_has_learned_is_kept(rows, monkeypatch, name, term):
    monkeypatch.setattr(options, "formula_engine", name)
    model = gaussmle(f"y ~ {term} | {term}", rows)
    again = pickled(model)
    new = rows.iloc[10:20]
    for which in ("mean", "scale"):
        for old, read in zip(
            model.new_designs(new, which), again.new_designs(new, which), strict=True
        ):
            assert_array_equal(old, read)


@pytest.mark.parametrize("make", [labelled, from_formula])
def test_a_copy_has_the_same_attributes(rows, make):
    result = make(rows).fit()
    again = pickled(result)
    assert vars(again._results).keys() == vars(result._results).keys()
    assert vars(again.model).keys() == vars(result.model).keys()
    assert vars(again.model.data).keys() == vars(result.model.data).keys()


def test_a_deep_copy_has_its_own_data(rows, engine):
    result = from_formula(rows).fit()
    again = copy.deepcopy(result)
    again.model.endog[:] = 0
    again.model.data.frame.loc[:, "y"] = 0
    assert result.model.endog.any()
    assert result.model.data.frame["y"].any()


def test_a_copy_of_a_copy_predicts(rows, engine):
    result = from_formula(rows).fit()
    again = pickled(copy.deepcopy(pickled(result)))
    assert_array_equal(again.predict(rows), result.predict(rows))


def test_a_copy_tests_terms_of_the_formula(rows, engine):
    result = gaussmle("y ~ x1 + C(g)", rows).fit()
    old, new = (each.wald_test_terms(scalar=True).table for each in (result, pickled(result)))
    assert_array_equal(new.to_numpy(dtype=float), old.to_numpy(dtype=float))


# Names outside the data -----------------------------------------------------------------


@pytest.mark.parametrize("term", ["double(x1)", "np.abs(x1)", "bs(x2, knots=knots, degree=3)"])
def test_functions_modules_and_values_of_the_caller_are_kept(rows, engine, term):
    knots = [12.0, 15.0]  # noqa: F841 - found by name
    result = gaussmle(f"y ~ {term}", rows).fit()
    assert_array_equal(pickled(result).predict(rows), result.predict(rows))


def test_transforms_of_the_user_are_kept(rows, engine):
    deviation = getattr(kept, f"{engine}_deviation")  # noqa: F841 - found by name
    result = gaussmle("y ~ deviation(x1)", rows).fit()
    again = pickled(result)
    new = rows[rows["x1"] < 0]
    assert_array_equal(again.predict(new), result.predict(new))


def test_names_of_the_dict_that_no_formula_uses_are_not_kept(rows, engine):
    names = {"double": double, "other": lambda values: values}
    result = gaussmle("y ~ double(x1)", rows, eval_env=names).fit()
    assert_array_equal(pickled(result).predict(rows), result.predict(rows))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("of", ["model", "results"])
def test_a_copy_in_memory_shares_local_functions(rows, engine, copied, of):
    def local(values):
        return values**2

    result = gaussmle("y ~ local(x1) | local(z)", rows).fit()
    model = copied(result.model) if of == "model" else copied(result).model
    assert_array_equal(
        model.new_designs(rows, "scale")[1], result.model.new_designs(rows, "scale")[1]
    )


@pytest.mark.parametrize("remove_data", [False, True])
@pytest.mark.parametrize("formula", ["y ~ local(x1)", "y ~ x1 | local(z)"])
def test_a_local_function_is_refused_by_name(rows, engine, tmp_path, formula, remove_data):
    local = lambda values: values**2  # noqa: E731, F841 - what is refused
    result = gaussmle(formula, rows).fit()
    with pytest.raises(pickle.PicklingError, match=r"uses 'local', a function .* with def"):
        result.save(tmp_path / "fit.pickle", remove_data=remove_data)


def test_a_file_outlives_a_fit_that_cannot_be_saved(rows, tmp_path):
    local = lambda values: values**2  # noqa: E731, F841 - what is refused
    file = tmp_path / "fit.pickle"
    labelled(rows).fit().save(file)
    before = file.read_bytes()
    with pytest.raises(pickle.PicklingError):
        gaussmle("y ~ local(x1)", rows).fit().save(file)
    assert file.read_bytes() == before


def test_a_local_transform_is_refused(rows, monkeypatch):
    monkeypatch.setattr(options, "formula_engine", "patsy")

    class Local(kept.Deviation):
        pass

    deviation = kept.patsy_transform(Local)
    model = gaussmle("y ~ deviation(x1)", rows)
    with pytest.raises(pickle.PicklingError, match="uses 'deviation'"):
        pickle.dumps(model)
    model._environment.clear()
    with pytest.raises(pickle.PicklingError, match=r"has learned .* classes of its transforms"):
        pickle.dumps(model)
    del deviation


def test_cloudpickle_keeps_local_functions(rows, engine):
    shift = 3.0

    def local(values):
        return values - shift

    result = gaussmle("y ~ local(x1) | np.abs(local(z))", rows).fit()
    again = COPIES["cloudpickle"](result)
    assert_array_equal(again.predict(rows, which="scale"), result.predict(rows, which="scale"))


def test_cloudpickle_keeps_local_transforms_of_patsy(rows, monkeypatch):
    monkeypatch.setattr(options, "formula_engine", "patsy")

    class Local(kept.Deviation):
        pass

    deviation = kept.patsy_transform(Local)  # noqa: F841 - found by name
    result = gaussmle("y ~ deviation(x1)", rows).fit()
    assert_array_equal(COPIES["cloudpickle"](result).predict(rows), result.predict(rows))


@pytest.fixture
def passing(tmp_path, monkeypatch):
    """A module that is there, and a function that takes it away."""
    source = """
import kept_deviation
def thrice(values):
    return 3 * values
def center(values):
    return values + 100
"""
    (tmp_path / "passing_module.py").write_text(source)
    (tmp_path / "kept_deviation.py").write_text(inspect.getsource(kept))
    monkeypatch.syspath_prepend(tmp_path)
    import passing_module

    def leave():
        for name in ("passing_module", "kept_deviation"):
            (tmp_path / f"{name}.py").unlink()
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        sys.path_importer_cache.clear()

    return passing_module, leave


def test_a_lost_function_is_named_and_takes_nothing_with_it(rows, engine, passing):
    module, leave = passing
    thrice = module.thrice  # noqa: F841 - found by name
    result = gaussmle("y ~ x1 | thrice(z)", rows).fit()
    text = pickle.dumps(result)
    leave()
    with pytest.warns(ValueWarning, match=r"'thrice', which cannot be read here: .*importable"):
        lost = pickle.loads(text)
    assert str(lost.summary().tables[1]) == str(result.summary().tables[1])
    assert_array_equal(lost.predict(rows), result.predict(rows))
    with pytest.raises(ValueError, match=r"uses 'thrice', which could not be read"):
        lost.predict(rows, which="scale")
    # Not forgotten by the next pickle either.
    with pytest.raises(ValueError, match=r"uses 'thrice', which could not be read"):
        pickled(lost).predict(rows, which="scale")


def test_the_engine_does_not_stand_in_for_a_lost_function(rows, monkeypatch, passing):
    # formulaic has a `center` of its own, which would predict something else.
    monkeypatch.setattr(options, "formula_engine", "formulaic")
    module, leave = passing
    center = module.center  # noqa: F841 - found by name
    text = pickle.dumps(gaussmle("y ~ center(x1)", rows).fit())
    leave()
    with pytest.warns(ValueWarning, match="'center'"):
        lost = pickle.loads(text)
    with pytest.raises(ValueError, match="uses 'center'"):
        lost.predict(rows)


def test_a_lost_transform_takes_nothing_but_its_equation(rows, monkeypatch, passing):
    monkeypatch.setattr(options, "formula_engine", "patsy")
    module, leave = passing
    deviation = module.kept_deviation.patsy_deviation
    result = gaussmle("y ~ x1 | deviation(z)", rows).fit()
    result.model._environment.clear()  # the transform's memory alone
    text = pickle.dumps(result)
    leave()
    with pytest.warns(ValueWarning, match="has learned .* cannot be read here"):
        lost = pickle.loads(text)
    assert_array_equal(lost.predict(rows), result.predict(rows))
    with pytest.raises(
        ValueError, match=r"'~ ?deviation\(z\)' had learned .* could not be read"
    ):
        lost.predict(rows, which="scale")
    del deviation


# Elsewhere ------------------------------------------------------------------------------


def test_a_file_is_read_at_the_top_of_a_script(rows, engine, tmp_path):
    result = gaussmle("y ~ bs(x2, df=4) + C(g) + np.abs(x1) | center(z)", rows).fit()
    result.save(tmp_path / "fit.pickle")
    result.save(tmp_path / "bare.pickle", remove_data=True)
    joblib.dump(result, tmp_path / "fit.joblib")
    rows.to_pickle(tmp_path / "rows.pickle")
    script = tmp_path / "script.py"
    script.write_text(
        "import json, pickle, sys, joblib, pandas, statsmodels.api as sm\n"
        "rows = pandas.read_pickle('rows.pickle')\n"
        "fits = [pickle.load(open(name, 'rb')) for name in ('fit.pickle', 'bare.pickle')]\n"
        "fits += [sm.load('fit.pickle'), joblib.load('fit.joblib')]\n"
        "print(json.dumps([list(f.predict(rows, which='scale')) for f in fits]))\n"
    )
    done = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(sm_gaussmle.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    for values in json.loads(done.stdout):
        assert_array_equal(values, result.predict(rows, which="scale"))


def test_processes_of_joblib_predict(rows, engine):
    local = lambda values: values**2  # noqa: E731, F841 - found by name
    result = gaussmle("y ~ center(x1) + local(x2)", rows).fit()
    parts = [rows[:30], rows[30:]]
    tasks = (joblib.delayed(result.predict)(part) for part in parts)
    predicted = joblib.Parallel(n_jobs=2, backend="loky")(tasks)
    assert_array_equal(np.concatenate(predicted), result.predict(rows))


# Files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("remove_data", [False, True])
def test_results_are_saved_and_loaded(rows, tmp_path, engine, remove_data):
    result = from_formula(rows).fit()
    result.save(tmp_path / "fit.pickle", remove_data=remove_data)
    for load in (sm.load, GaussianMLEResultsWrapper.load, GaussianMLEResults.load):
        loaded = load(tmp_path / "fit.pickle")
        assert type(loaded) is GaussianMLEResultsWrapper
        for which in WHICH:
            assert_array_equal(
                loaded.predict(rows, which=which), result.predict(rows, which=which)
            )


def test_results_without_labels_are_saved_and_loaded(rows, tmp_path):
    result = from_formula(rows).fit()._results
    result.save(tmp_path / "fit.pickle", remove_data=True)
    loaded = GaussianMLEResults.load(tmp_path / "fit.pickle")
    assert type(loaded) is GaussianMLEResults
    assert loaded.model.endog is None
    assert loaded.llf == result.llf


def test_saving_without_data_leaves_the_results_in_memory_whole(rows, tmp_path):
    result = from_formula(rows).fit()
    whole = from_formula(rows).fit()
    result.save(tmp_path / "fit.pickle", remove_data=True)
    assert_array_equal(result.resid, whole.resid)
    assert result.model.data.frame is not None
    assert list(result.resid.index) == list(whole.resid.index)


NOT_FITS = {
    "another pickle": pickle.dumps({"params": [1.0]}),
    "text": b"y ~ x",
    "nothing": b"",
    "part of a pickle": pickle.dumps(list(range(1000)))[:500],
    "a pickle of a lost class": b"csm_gaussmle.nowhere\nFit\n.",
}


@pytest.mark.parametrize("kind", [GaussianMLEResultsWrapper, GaussianMLEResults])
@pytest.mark.parametrize("content", NOT_FITS.values(), ids=NOT_FITS)
def test_a_file_that_is_no_fit_is_refused_by_name(tmp_path, kind, content):
    file = tmp_path / "other.pickle"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"other\.pickle' is not a fit"):
        kind.load(file)


def test_a_fit_of_statsmodels_is_refused(rows, tmp_path):
    sm.OLS(rows["y"], rows[MEAN]).fit().save(tmp_path / "ols.pickle")
    with pytest.raises(ValueError, match=r"has a statsmodels.*sm\.load reads it"):
        GaussianMLEResultsWrapper.load(tmp_path / "ols.pickle")


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        GaussianMLEResultsWrapper.load(tmp_path / "nowhere.pickle")


# Removed data ---------------------------------------------------------------------------


@pytest.fixture(params=[labelled, from_formula], ids=["tables", "formula"])
def bare(request, rows):
    """Results before and after their data are removed."""
    whole, result = request.param(rows).fit(), request.param(rows).fit()
    result.remove_data()
    return whole, result


@pytest.mark.parametrize("make", [labelled, from_formula])
@pytest.mark.parametrize("removed", ["the copy", "the fit"])
def test_other_results_of_the_model_keep_their_data(rows, make, removed):
    result = make(rows).fit()
    other = result.get_robustcov_results("HC1")
    whole, stripped = (result, other) if removed == "the copy" else (other, result)
    expected = make(rows).fit()
    stripped.remove_data()
    assert_array_equal(whole.resid, expected.resid)
    assert "sigma" in str(whole.summary())
    assert whole.get_robustcov_results("HC0").cov_type == "HC0"
    with pytest.raises(ValueError, match="were removed"):
        stripped.predict()


def test_the_model_that_was_fitted_keeps_its_data(rows, engine):
    model = from_formula(rows)
    first, second = model.fit(), model.fit()
    first.remove_data()
    assert second.model is model
    assert_array_equal(model.fit().params, second.params)
    assert list(second.resid.index) == list(model.data.row_labels)


def test_a_copy_of_results_keeps_what_was_computed_of_its_rows(rows):
    result = labelled(rows).fit()
    expected = result.resid.copy()
    again = copy.copy(result._results)
    result.remove_data()
    assert_array_equal(again.resid, expected)


def test_removed_data_are_gone(bare):
    model = bare[1].model
    names = ("endog", "exog", "exog_scale", "offset", "freq_weights")
    assert all(getattr(model, name) is None for name in names)
    data = model.data
    assert all(getattr(data, name) is None for name in ("endog", "orig_endog", "orig_exog"))
    assert getattr(data, "frame", None) is None


@pytest.mark.parametrize(
    "name",
    [
        "params",
        "bse",
        "llf",
        "aic",
        "bic",
        "tvalues",
        "pvalues",
        "nobs",
        "df_resid",
        "converged",
        "llnull",
        "llr",
        "llr_pvalue",
        "scale_range",
    ],
)
def test_estimates_outlive_the_data(bare, name):
    whole, result = bare
    assert_array_equal(getattr(result, name), getattr(whole, name))


def test_tables_and_tests_outlive_the_data(bare):
    whole, result = bare
    pd.testing.assert_frame_equal(result.conf_int(), whole.conf_int())
    pd.testing.assert_frame_equal(result.cov_params(), whole.cov_params())
    constraint = np.eye(len(whole.params))[1]
    assert result.t_test(constraint).pvalue == whole.t_test(constraint).pvalue
    report = result.convergence_report()
    assert report.condition_number == whole.convergence_report().condition_number


def test_the_summary_outlives_the_data(bare):
    whole, result = bare
    assert str(result.summary().tables[1]) == str(whole.summary().tables[1])
    text = str(result.summary())
    assert "sigma, range" in text
    assert "95% CI" not in text
    assert re.search(r"Dep\. Variable: +y ", text)


def test_small_statistics_outlive_the_data(bare):
    whole, result = bare
    names = [
        name
        for kind in type(whole._results).__mro__
        for name, attribute in vars(kind).items()
        if type(attribute) is cached_property
    ]
    assert {"llnull", "scale_range", "_ssr"} <= set(names)
    for name in names:
        assert_array_equal(getattr(result, name, None), getattr(whole, name, None))


def test_the_rank_outlives_the_data(bare):
    whole, result = bare
    assert result.model.rank == whole.model.rank


def test_intervals_of_predictions_outlive_the_data(rows, engine):
    whole, result = from_formula(rows).fit(), from_formula(rows).fit()
    result.remove_data()
    old, new = (each.get_prediction(rows).summary_frame() for each in (whole, result))
    pd.testing.assert_frame_equal(new, old)


def test_covariances_that_were_asked_for_outlive_the_data(rows):
    result = labelled(rows).fit()
    covariance = result.cov_HC0
    result.remove_data()
    assert_array_equal(result.cov_HC0, covariance)
    assert "cov_HC1" not in vars(result._results)


def test_variances_of_a_formula_without_scale_equation_outlive_the_data(rows, engine):
    whole, result = (gaussmle("y ~ x1 + C(g)", rows).fit() for _ in range(2))
    result.remove_data()
    assert_array_equal(result.predict(rows, which="scale"), whole.predict(rows, which="scale"))


def test_a_scale_equation_outlives_the_data(bare):
    assert not hasattr(bare[1], "sigma2")


def test_sigma_outlives_the_data(constant):
    result = constant.fit()
    sigma = result.sigma
    result.remove_data()
    assert result.sigma == sigma


@pytest.mark.parametrize("which", WHICH)
def test_predictions_from_a_data_frame_outlive_the_data(rows, engine, which):
    whole, result = from_formula(rows).fit(), from_formula(rows).fit()
    result.remove_data()
    assert_array_equal(
        result.predict(rows[:5], which=which), whole.predict(rows[:5], which=which)
    )


@pytest.mark.parametrize("which", WHICH)
def test_predictions_for_new_columns_outlive_the_data(rows, which):
    whole, result = labelled(rows).fit(), labelled(rows).fit()
    result.remove_data()
    new = {"exog": rows[MEAN][:5], "exog_scale": rows[SCALE][:5], "which": which}
    assert_array_equal(result.predict(**new), whole.predict(**new))


def test_distributions_of_new_rows_outlive_the_data(rows, engine):
    whole, result = from_formula(rows).fit(), from_formula(rows).fit()
    result.remove_data()
    old, new = whole.get_distribution(rows), result.get_distribution(rows)
    assert_array_equal(new.mean(), old.mean())
    assert_array_equal(new.std(), old.std())


def test_predictions_for_the_old_rows_say_that_the_data_are_gone(bare):
    for call in (bare[1].predict, bare[1].get_distribution):
        with pytest.raises(ValueError, match=r"were removed; pass `exog`"):
            call()


def _per_row(result):
    """Names of what the results have for each row, of all parts of their class."""
    n = len(result.model.endog)
    names = {
        name
        for kind in type(result._results).__mro__
        for name, attribute in vars(kind).items()
        if isinstance(attribute, cache_readonly)
    }
    return sorted(name for name in names if np.shape(getattr(result, name, None))[:1] == (n,))


def test_what_has_one_entry_per_row_says_that_the_data_are_gone(rows):
    result = labelled(rows).fit()
    names = _per_row(result)
    assert {"resid", "resid_pearson", "fittedvalues", "score_obsv"} <= set(names)
    result.remove_data()
    for name in names:
        assert not hasattr(result, name), name
        with pytest.raises(AttributeError, match="were removed"):
            getattr(result, name)


@pytest.mark.parametrize("name", ["loglike", "score", "hessian", "score_obs"])
def test_the_likelihood_says_that_the_data_are_gone(bare, name):
    result = bare[1]
    with pytest.raises(ValueError, match="were removed"):
        getattr(result.model, name)(result.params)


def test_a_new_fit_says_that_the_data_are_gone(bare):
    with pytest.raises(ValueError, match="were removed"):
        bare[1].model.fit()


def test_data_may_be_removed_twice(bare):
    whole, result = bare
    result.remove_data()
    assert result.llnull == whole.llnull


def test_tables_of_other_libraries_are_removed_too(rows):
    frame = pl.from_pandas(rows[["y", *MEAN]])
    result = GaussianMLE(frame["y"], frame[MEAN]).fit()
    result.remove_data()
    assert result.model.data.orig_exog is None
    assert result.model.data.orig_endog is None


def test_groups_of_a_covariance_are_removed(rows):
    result = labelled(rows).fit()
    result._results.cov_kwds = {"groups": np.arange(60), "description": "by group", "n": 60}
    result.remove_data()
    assert result.cov_kwds == {"description": "by group", "n": 60}


def test_remove_data_has_a_docstring(constant):
    assert inspect.getdoc(constant.fit().remove_data)


# How small ------------------------------------------------------------------------------

SMALL = 20_000  # bytes


def _size(result):
    file = io.BytesIO()
    result.save(file, remove_data=True)
    return len(file.getvalue())


@pytest.mark.parametrize("scale", [None, "~ C(slope) + bs(age, df=4)"])
def test_the_file_of_heart_is_small(heart, engine, scale):
    formula = "thalach ~ bs(age, df=5) + C(cp) * exang + oldpeak"
    assert _size(gaussmle(formula, heart, scale_formula=scale).fit()) < SMALL


@pytest.fixture(scope="module")
def many_rows():
    rng = np.random.default_rng(8)
    n = 100_000
    return pd.DataFrame(
        {
            "y": rng.normal(size=n),
            "x": rng.normal(size=n),
            "u": rng.uniform(size=n),
            "g": rng.choice(list("abcde"), n),
            "h": pd.Categorical(rng.choice(["p", "q"], n)),
        }
    )


def test_the_file_of_many_rows_is_small(many_rows, engine):
    formula = "y ~ bs(x, df=6) + C(g) * h + center(u) | bs(u, df=4) + C(g)"
    assert _size(gaussmle(formula, many_rows).fit()) < SMALL


def test_the_file_of_many_rows_of_arrays_is_small(many_rows):
    exog = np.column_stack([np.ones(len(many_rows)), many_rows[["x", "u"]]])
    result = GaussianMLE(
        many_rows["y"].to_numpy(),
        exog,
        exog_scale=exog[:, :2],
        offset=exog[:, 1],
        offset_scale=exog[:, 2],
        var_weights=1 + exog[:, 2],
        freq_weights=np.ones(len(exog)),
    ).fit(cov_type="HC0")
    _ = result.resid_pearson, result.score_obsv
    assert _size(result) < SMALL / 4


def test_a_file_without_data_is_as_small_for_any_number_of_rows(many_rows, engine):
    few, many = (
        _size(gaussmle("y ~ x + C(g) | u", many_rows[:n]).fit()) for n in (1000, 100_000)
    )
    assert_allclose(many, few, atol=300)  # a few digits and iterations more or less
