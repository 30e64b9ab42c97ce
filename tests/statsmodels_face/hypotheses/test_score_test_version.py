"""Options of score tests: what is robust by default, and what contradicts itself."""

import numpy as np
import pytest

from sm_gaussmle import GaussianMLE

GROUPS = np.arange(60) % 20


@pytest.mark.parametrize(
    ("cov_type", "kind"), [("nonrobust", "nonrobust"), ("eim", "nonrobust"), ("HC1", "HC0")]
)
def test_by_default_the_score_test_is_robust_where_the_fit_is(scaled, rows, cov_type, kind):
    result, columns = scaled.fit(cov_type=cov_type), rows[["v", "s"]]
    assert result.score_test(columns) == result.score_test(columns, cov_type=kind)


@pytest.mark.parametrize(
    ("cov_type", "cov_kwds"),
    [("cluster", {"groups": GROUPS}), ("HAC", None), ("hac-panel", {"groups": GROUPS})],
)
def test_fits_for_dependent_rows_ask_for_the_groups(scaled, rows, cov_type, cov_kwds):
    result = scaled.fit(cov_type=cov_type, cov_kwds=cov_kwds)
    with pytest.raises(
        ValueError, match=f"covariance is '{cov_type}'.*Pass cov_type='cluster'"
    ):
        result.score_test(rows["v"])
    for remedy in (
        {"cov_type": "cluster", "cov_kwds": {"groups": GROUPS}},
        {"cov_type": "HC0"},
    ):
        assert 0 < result.score_test(rows["v"], **remedy).pvalue < 1


def test_the_studentized_test_does_not_depend_on_the_covariance_of_the_fit(scaled, rows):
    robust = scaled.fit(cov_type="HC0").score_test(rows["v"], studentized=True)
    assert robust == scaled.fit().score_test(rows["v"], cov_type="nonrobust", studentized=True)


@pytest.mark.parametrize("ways", [1, 2])
def test_clusters_may_be_named_and_in_two_ways(rows, scaled, ways):
    groups = rows["g"].to_numpy() if ways == 1 else np.column_stack([rows["g"], GROUPS])
    options = {"cov_type": "cluster", "cov_kwds": {"groups": groups}}
    test = scaled.fit().score_test(rows["v"], **options)
    counts = "3" if ways == 1 else "3 and 20"
    (sentence,) = test.method
    assert f"outer products of the scores of {counts} clusters, with the exp" in sentence


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"cov_type": "HC3"}, ValueError, "'HC3'; it must be 'nonrobust', 'HC0' or 'cluster'"),
        ({"cov_type": "cluster"}, TypeError, "`cov_kwds` needs groups"),
        ({"cov_kwds": "g"}, TypeError, "`cov_kwds` is 'g'; it must be a dict of options"),
        (
            {"cov_type": "cluster", "cov_kwds": {"groups": np.zeros(60)}},
            ValueError,
            "`groups` puts all rows into one group",
        ),
        (
            {"cov_type": "cluster", "cov_kwds": {"groups": GROUPS, "use_correction": True}},
            TypeError,
            "`cov_kwds` has 'use_correction'; with cov_type 'cluster' it takes groups alone",
        ),
        (
            {"cov_kwds": {"groups": GROUPS}},
            TypeError,
            "`cov_kwds` has 'groups'; with cov_type 'nonrobust' it takes nothing",
        ),
        (
            {"cov_type": "HC0", "studentized": True},
            ValueError,
            "`studentized` is True and `cov_type` is 'HC0'.*Leave one out",
        ),
        ({"observed": "yes"}, TypeError, "`observed` is 'yes'; it must be True or False"),
        ({"studentized": 1}, TypeError, "`studentized` is 1; it must be True or False"),
    ],
)
def test_wrong_options_are_refused(scaled, rows, options, error, message):
    with pytest.raises(error, match=message):
        scaled.fit().score_test(rows["v"], **options)


def test_a_studentized_variance_may_be_singular():
    # Residuals of two values alone have squares that do not vary.
    endog = np.r_[np.ones(4), -np.ones(4)]
    result = GaussianMLE(endog, np.ones(8)).fit()
    with pytest.raises(ValueError, match=r"studentized variance of the score.*fewer columns"):
        result.score_test(None, np.arange(8.0), studentized=True)
