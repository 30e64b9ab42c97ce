"""Tables of terms agree with those from R: see README.md."""

import functools

import numpy as np
import pytest
import statsmodels.formula

import sm_gaussmle as smg

from .cases import CASES, load

TABLES = {
    "anova_sequential": functools.partial(smg.anova, typ=1, equation="mean"),
    "anova_type2_lr": functools.partial(smg.anova, typ=2, equation="mean"),
    "drop1_scale_lr": functools.partial(smg.drop1, equation="scale"),
}
BLOCKS = [(name, block) for name in CASES for block in TABLES if block in load(name).results]


def test_there_are_reference_tables():
    assert {block for _, block in BLOCKS} == set(TABLES)


@pytest.mark.parametrize("engine", ["patsy", "formulaic"])
@pytest.mark.parametrize(("name", "block"), BLOCKS)
def test_tables_of_likelihood_ratios_are_those_of_r(name, block, engine, monkeypatch):
    monkeypatch.setattr(statsmodels.formula.options, "formula_engine", engine)
    case = load(name)
    model = smg.gaussmle(
        case.formula, case.frame, scale_formula=case.scale_formula, **case.arguments
    )
    table = TABLES[block](model.fit()).table.drop(index="<none>", errors="ignore")
    expected = case.results[block]
    label = "ln(sigma2)[{}]" if block == "drop1_scale_lr" else "{}"
    assert list(table.index) == [label.format(term) for term in expected]
    entries = {
        key: [row[key] for row in expected.values()] for key in next(iter(expected.values()))
    }
    assert list(table["df"]) == entries["df"]
    rel = case.tolerance["loglik"]
    np.testing.assert_allclose(
        table["statistic"], entries["stat"], rtol=case.tolerance["lr_stat"]
    )
    if block != "drop1_scale_lr":
        np.testing.assert_allclose(table["llf"], entries["loglik_full"], rtol=rel)
        np.testing.assert_allclose(table["llf_without"], entries["loglik_null"], rtol=rel)
    # Far in the tail, the relative error of p is half the absolute error of the statistic.
    np.testing.assert_allclose(table["pvalue"], entries["p"], rtol=1e-7)
