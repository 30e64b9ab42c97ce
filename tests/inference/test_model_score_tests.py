"""Score tests, compared with Rao's formula in many digits and with classical tests."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from sm_gaussmle.estimation.constant_variance import fit_constant_variance
from sm_gaussmle.inference.model_score_tests import score_test
from sm_gaussmle.inference.score_sums import ScoreSums
from sm_gaussmle.inference.score_test import DependentColumnsError, SingularVarianceError
from sm_gaussmle.likelihood.evaluation import RowBlock
from sm_gaussmle.sources.memory import Memory

N = 40
VARIANCES = ["information", "studentized", "products"]
CONTEXT = mpmath.mp.clone()
CONTEXT.dps = 40


def _rows(n=N, **others):
    rng = np.random.default_rng(5)
    exog = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    extra = rng.normal(size=(n, 4))
    endog = exog @ [1.0, 2.0, -1.0] + 0.2 * extra[:, 0]
    known = others.get("log_variance_offset", 0.0)
    endog += rng.normal(size=n) * np.exp(0.2 * extra[:, 2] + 0.5 * known)
    endog += others.get("offset", 0.0)
    source = Memory(RowBlock(endog, exog, np.ones((n, 1)), **others))
    return source, extra[:, :2], extra[:, 2:]


def _fitted(source):
    return fit_constant_variance(source, 0).params


@pytest.fixture
def fitted():
    """Estimates, rows, and two columns to test in each equation."""
    source, mean, scale = _rows()
    return _fitted(source), source, mean, scale


def _rao(source, mean, scale, *, observed, robust):
    """Rao's statistic for constant variance, from the rows, with 40 digits."""
    rows = source.rows
    y, x = CONTEXT.matrix(rows.endog), CONTEXT.matrix(rows.exog.tolist())
    beta = CONTEXT.lu_solve(x.T * x, x.T * y)
    r = y - x * beta
    n, k = len(y), x.cols
    variance = sum(v * v for v in r) / n
    first = np.column_stack([rows.exog, mean])
    second = np.column_stack([rows.exog_scale, scale])
    size = first.shape[1] + second.shape[1]
    score, information, products = (CONTEXT.zeros(size, m) for m in (1, size, size))
    for i in range(n):
        a = CONTEXT.matrix([*first[i], *([0.0] * second.shape[1])])
        b = CONTEXT.matrix([*([0.0] * first.shape[1]), *second[i]])
        s = a * (r[i] / variance) + b * ((r[i] ** 2 / variance - 1) / 2)
        score, products = score + s, products + s * s.T
        if observed:
            cross = (a * b.T + b * a.T) * (r[i] / variance)
            information += cross + b * b.T * (r[i] ** 2 / variance / 2)
        else:
            information += b * b.T / 2
        information += a * a.T / variance
    if not robust:
        return float((score.T * CONTEXT.lu_solve(information, score))[0])
    old = [*range(k), first.shape[1]]
    new = [place for place in range(size) if place not in old]

    def block(matrix, rows, columns):
        return CONTEXT.matrix([[matrix[i, j] for j in columns] for i in rows])

    slope = CONTEXT.inverse(block(information, old, old)) * block(information, old, new)
    a = CONTEXT.zeros(len(new), size)
    for i, place in enumerate(new):
        a[i, place] = 1
        for j, other in enumerate(old):
            a[i, other] = -slope[j, i]
    effective = a * score
    return float((effective.T * CONTEXT.lu_solve(a * products * a.T, effective))[0])


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("observed", [False, True])
@pytest.mark.parametrize("tested", ["mean", "scale", "both"])
def test_the_statistic_is_raos(fitted, tested, observed, robust):
    params, source, mean, scale = fitted
    mean = None if tested == "scale" else mean
    scale = None if tested == "mean" else scale
    asked = {"observed": observed, "variance": "products" if robust else "information"}
    expected = _rao(
        source,
        np.empty((N, 0)) if mean is None else mean,
        np.empty((N, 0)) if scale is None else scale,
        observed=observed,
        robust=robust,
    )
    test = score_test(params, source, mean, scale, **asked)
    assert_allclose(test.statistic, expected, rtol=1e-12)
    assert test.df == (4 if tested == "both" else 2)
    assert_allclose(test.pvalue, stats.chi2.sf(expected, test.df), rtol=1e-11)


@pytest.mark.parametrize("variance", VARIANCES)
def test_separate_tests_are_the_joint_ones_of_each_column(fitted, variance):
    params, source, mean, scale = fitted
    how = {"variance": variance}
    z, pvalue, _ = score_test(params, source, mean, scale, separate=True, **how)
    alone = [score_test(params, source, mean[:, [i]], None, **how) for i in (0, 1)]
    alone += [score_test(params, source, None, scale[:, [i]], **how) for i in (0, 1)]
    assert_allclose(z**2, [test.statistic for test in alone], rtol=1e-12)
    assert_allclose(pvalue, [test.pvalue for test in alone], rtol=1e-11)


def test_separate_statistics_have_the_sign_of_the_coefficient(fitted):
    params, source, mean, _ = fitted
    z = score_test(params, source, mean, None, separate=True).statistic
    residual = source.rows.endog - source.rows.exog @ params[:3]
    assert_allclose(np.sign(z), np.sign(mean.T @ residual))


def test_more_columns_than_rows_can_be_tested_one_by_one(fitted):
    params, source, _, _ = fitted
    many = np.random.default_rng(6).normal(size=(N, 3 * N))
    z = score_test(params, source, many, None, separate=True).statistic
    assert_allclose(
        z[-1] ** 2, score_test(params, source, many[:, -1:], None).statistic, rtol=1e-12
    )


def test_columns_tested_one_by_one_may_depend_on_each_other(fitted):
    params, source, mean, _ = fitted
    twice = np.column_stack([mean[:, 0], -3 * mean[:, 0]])
    z = score_test(params, source, twice, None, separate=True).statistic
    assert_allclose(z[0], -z[1])


def test_a_frequency_weight_is_the_row_as_often():
    counts = np.random.default_rng(9).integers(1, 4, N)
    source, mean, scale = _rows(freq_weights=counts.astype(float))
    rows, again = source.rows, np.repeat(np.arange(N), counts)
    repeated = Memory(RowBlock(rows.endog[again], rows.exog[again], rows.exog_scale[again]))
    params = _fitted(source)
    for variance in VARIANCES:
        assert_allclose(
            score_test(params, source, mean, scale, variance=variance),
            score_test(params, repeated, mean[again], scale[again], variance=variance),
            rtol=1e-10,
        )


def test_known_parts_of_mean_and_variance_are_kept():
    rng = np.random.default_rng(10)
    offset, known = rng.normal(size=N), rng.normal(size=N)
    source, mean, scale = _rows(offset=offset, log_variance_offset=known)
    rows, root = source.rows, np.exp(-0.5 * known)
    # In units of the known standard deviation nothing is known but the mean.
    plain = Memory(
        RowBlock((rows.endog - offset) * root, rows.exog * root[:, None], rows.exog_scale)
    )
    params = _fitted(source)
    assert_allclose(
        score_test(params, source, mean, scale),
        score_test(params, plain, mean * root[:, None], scale),
        rtol=1e-10,
    )


# What cannot matter ---------------------------------------------------------------------


@given(st.lists(st.floats(-2, 2), min_size=4, max_size=4))
def test_the_basis_of_the_columns_does_not_matter(numbers):
    source, mean, scale = _rows()
    params = _fitted(source)
    basis = 3.0 * np.eye(2) + np.reshape(numbers, (2, 2)) / 2
    assert_allclose(
        score_test(params, source, mean @ basis, scale @ basis),
        score_test(params, source, mean, scale),
        rtol=1e-9,  # the basis has a condition number of at most 5
    )


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=3))
def test_what_the_model_has_already_does_not_matter(coef):
    source, mean, scale = _rows()
    params = _fitted(source)
    more = mean + (source.rows.exog @ coef)[:, None]
    assert_allclose(
        score_test(params, source, more, scale),
        score_test(params, source, mean, scale),
        rtol=1e-9,  # up to 15 times as much is added as is new
    )


@pytest.mark.parametrize("unit", [1e-200, 1e-3, 1e6, 1e200])
def test_units_of_the_columns_do_not_matter(fitted, unit):
    params, source, mean, scale = fitted
    expected = score_test(params, source, mean, scale)
    assert_allclose(score_test(params, source, mean * unit, scale * unit), expected, rtol=1e-11)


@pytest.mark.parametrize("level", [2e3, 1.7e9])
def test_distance_from_zero_does_not_matter(fitted, level):
    params, source, mean, scale = fitted
    grid = 2.0**-20  # of which sums with the level are exact
    mean, scale = np.rint(mean / grid) * grid, np.rint(scale / grid) * grid
    assert_allclose(
        score_test(params, source, mean + level, scale - level),
        score_test(params, source, mean, scale),
        rtol=1e-9,  # the mean of the columns is rounded in units of the level
    )


def test_powers_of_years_are_told_apart(fitted):
    params, source, _, _ = fitted
    year = np.arange(2000.0, 2000.0 + N) - N // 2
    powers = np.column_stack([year, year**2, year**3])
    near = np.column_stack([year - 2000, (year - 2000) ** 2, (year - 2000) ** 3])
    assert_allclose(
        score_test(params, source, powers, None),
        score_test(params, source, near, None),
        rtol=1e-7,  # what the cube has of its own is 1e-5 of it: 1e-16 / 1e-5, with a margin
    )


def test_the_order_of_the_rows_does_not_matter(fitted):
    params, source, mean, scale = fitted
    order = np.random.default_rng(0).permutation(N)
    rows = source.rows
    shuffled = Memory(RowBlock(rows.endog[order], rows.exog[order], rows.exog_scale[order]))
    assert_allclose(
        score_test(params, shuffled, mean[order], scale[order]),
        score_test(params, source, mean, scale),
        rtol=1e-11,
    )


def test_sums_over_blocks_add_up():
    a, b = (ScoreSums(*(np.full(1, factor * v) for v in range(7))) for factor in (1.0, 2.0))
    assert [float(v[0]) for v in vars(a + b).values()] == [0, 3, 6, 9, 12, 15, 18]


def test_many_rows_are_summed_in_blocks():
    source, mean, scale = _rows(n=40_000)
    assert len(source.blocks(16)) > 1
    params = _fitted(source)
    residual = source.rows.endog - source.rows.exog @ params[:3]
    basis = np.column_stack([source.rows.exog, mean])
    explained = basis @ np.linalg.lstsq(basis, residual, rcond=None)[0]
    test = score_test(params, source, mean, None, observed=False)
    assert_allclose(test.statistic, len(mean) * (explained @ explained) / (residual @ residual))
    del scale


# Refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize("separate", [False, True])
def test_combinations_of_the_models_columns_are_refused(fitted, separate):
    params, source, mean, _ = fitted
    bad = np.column_stack([mean[:, 0], source.rows.exog @ [1.0, 2.0, 3.0], np.zeros(N)])
    with pytest.raises(DependentColumnsError) as caught:
        score_test(params, source, bad, None, separate=separate)
    assert (caught.value.name, caught.value.places) == ("exog_extra", (1, 2))


def test_columns_that_depend_on_those_before_are_refused(fitted):
    params, source, _, scale = fitted
    bad = np.column_stack([scale, scale[:, 0] - 2 * scale[:, 1]])
    with pytest.raises(DependentColumnsError) as caught:
        score_test(params, source, None, bad)
    assert (caught.value.name, caught.value.places) == ("exog_scale_extra", (2,))


def test_more_columns_than_rows_are_refused_together(fitted):
    params, source, _, _ = fitted
    many = np.random.default_rng(6).normal(size=(N, N))
    with pytest.raises(DependentColumnsError) as caught:
        score_test(params, source, many, None)
    assert caught.value.places == (N - 3, N - 2, N - 1)


def _leverage():
    """Rows of which the first has a leverage over 1/2, and a column for it alone."""
    source, _, _ = _rows()
    source.rows.exog[0, 1] = 50.0
    first = np.zeros((N, 1))
    first[0] = 1.0
    return _fitted(source), source, first


@pytest.mark.parametrize("separate", [False, True])
def test_observed_information_that_is_not_positive_definite_is_refused(separate):
    # 1/2 u^2 of the column less h u^2 that the mean explains, with h > 1/2 the leverage.
    params, source, first = _leverage()
    with pytest.raises(SingularVarianceError):
        score_test(params, source, None, first, separate=separate, observed=True)


def test_the_expected_information_is_positive_definite_there():
    params, source, first = _leverage()
    test = score_test(params, source, None, first, observed=False)
    residual = source.rows.endog - source.rows.exog @ params[:3]
    u = residual[0] ** 2 / np.exp(params[3])
    assert_allclose(test.statistic, (u - 1) ** 2 / 2 / (1 - 1 / N), rtol=1e-10)


def test_scores_that_are_zero_are_refused():
    endog = np.r_[0.0, 0.0, 1.0, -1.0, 2.0, -2.0]
    source = Memory(RowBlock(endog, np.ones((6, 1)), np.ones((6, 1))))
    extra = np.r_[1.0, -1.0, 0.0, 0.0, 0.0, 0.0][:, None]  # where residuals are zero
    with pytest.raises(SingularVarianceError):
        score_test(_fitted(source), source, extra, None, variance="products")


# How often true hypotheses are rejected --------------------------------------------------


def _rejected(errors, tested, replications, **version):
    """Share of samples of 100 rows in which tests at 5 % reject; clusters are of 5 rows."""
    rng = np.random.default_rng(2024)
    exog = np.column_stack([np.ones(100), rng.normal(size=(100, 2))])
    wide, groups = rng.normal(size=(100, 2)), np.repeat(np.arange(20), 5)
    draw = {
        "normal": lambda: rng.normal(size=100),
        "Laplace": lambda: rng.laplace(size=100),
        "of unequal variance": lambda: rng.normal(size=100) * np.exp(wide[:, 0]),
        "clustered": lambda: rng.normal(size=100) + 2.0 * rng.normal(size=20)[groups],
    }[errors]
    columns = wide[groups] if errors == "clustered" else wide
    mean = None if tested == "scale" else columns
    scale = None if tested == "mean" else rng.normal(size=(100, 2))
    count = 0
    for _ in range(replications):
        source = Memory(RowBlock(draw(), exog, np.ones((100, 1))))
        test = score_test(_fitted(source), source, mean, scale, **version)
        count += test.pvalue < 0.05
    return count / replications


CLUSTERS = {"variance": "products", "groups": (np.repeat(np.arange(20), 5),)}


@pytest.mark.parametrize(
    ("errors", "tested", "version"),
    [
        ("normal", "both", {}),
        ("Laplace", "scale", {"variance": "studentized"}),
        ("of unequal variance", "mean", {"variance": "products"}),
        ("clustered", "mean", CLUSTERS),
    ],
)
def test_true_hypotheses_are_rejected_at_the_level(errors, tested, version):
    share = _rejected(errors, tested, 1000, **version)
    # Three standard errors of a share of 5 % in 1,000 samples: 0.029 to 0.071.
    assert abs(share - 0.05) < 3.0 * np.sqrt(0.05 * 0.95 / 1000)


@pytest.mark.parametrize(
    ("errors", "tested", "version"),
    [
        ("Laplace", "scale", {}),
        ("of unequal variance", "mean", {}),
        ("clustered", "mean", {"variance": "products"}),
    ],
)
def test_where_the_variance_of_the_score_is_wrong_they_are_rejected_too_often(
    errors, tested, version
):
    assert _rejected(errors, tested, 200, **version) > 0.1
