"""Intervals by profile likelihood agree with those of R in 50 digits, and with MINOS."""

import functools
import json

import numpy as np
import pytest

import sm_gaussmle as smg

from .cases import CASES, FOLDER, load

LEVELS = [(name, level) for name in CASES for level in load(name).results.get("profile_ci", {})]
WITH_SIGMA = [(name, level) for name, level in LEVELS if load(name).scale_formula is None]


@functools.cache
def fitted(name):
    case = load(name)
    model = smg.gaussmle(
        case.formula, case.frame, scale_formula=case.scale_formula, **case.arguments
    )
    return model.fit()


def in_standard_errors(ours, reference, bse):
    """Return the largest difference in units of the standard errors."""
    return np.max(np.abs(np.asarray(ours) - reference) / np.asarray(bse)[:, None])


@pytest.mark.parametrize(("name", "level"), LEVELS)
def test_intervals_of_all_parameters(name, level):
    case = load(name)
    found = fitted(name).conf_int(alpha=1 - float(level), method="profile")
    expected = case.vector("profile_ci", level)
    # Of the cases' own tolerance, 1e-7 relative, a share that both meet: 1e-10.
    assert in_standard_errors(found, expected, case.vector("se_observed")) < 1e-10


@pytest.mark.parametrize(("name", "level"), WITH_SIGMA)
def test_intervals_of_sigma(name, level):
    expected = load(name).results["profile_ci"][level]["sigma"]
    found = fitted(name).profile("sigma", 1 - float(level), points=0)
    np.testing.assert_allclose(found.interval, expected, rtol=1e-11)


@pytest.mark.parametrize(("name", "level"), WITH_SIGMA)
def test_the_general_way_finds_the_intervals_of_the_closed_forms(name, level):
    case, result = load(name), fitted(name)
    expected = case.vector("profile_ci", level)
    for place, ends in enumerate(expected):
        found = result.profile(lambda p, i=place: p[i], 1 - float(level), points=0)
        assert found.passes > 0
        # The estimates of either way are right to about 1e-10 standard errors.
        bse = case.vector("se_observed")[place : place + 1]
        assert in_standard_errors([found.interval], ends, bse) < 1e-9


def test_the_cases_have_both_equations_and_several_levels():
    assert len(LEVELS) >= 14
    assert any(load(name).scale_formula for name, _ in LEVELS)
    assert {level for _, level in LEVELS} == {"0.9", "0.95", "0.99"}


@pytest.mark.parametrize("level", ["0.9", "0.95", "0.99"])
def test_intervals_agree_with_minos(level):
    stored = json.loads((FOLDER / "minos" / "cars_het.json").read_text())
    result = fitted(stored["case"])
    found = result.conf_int(alpha=1 - float(level), method="profile")
    # MINOS stops when it is within some 1e-5 standard errors: it has no derivatives.
    assert in_standard_errors(found, stored["intervals"][level], result.bse) < 3e-5
