"""Rows in passes give the fit of the same rows in memory, whatever holds them."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle
from tests.sources.engines import ENGINES
from tests.sources.parts import Parts

from .data import SCALES, SCHEMES, cut, seen_rows, table_rows

SOURCES = {"frames": lambda parts, _: Parts(*parts)} | {
    name: make for name, make in ENGINES.items() if name != "reader"
}
# Sums of so many terms in another order.
EPS = float(np.finfo(float).eps)


KNOWN = {}


def in_memory(scheme, scale):
    """Return the fit of a scheme in memory, made once."""
    if (scheme, scale) not in KNOWN:
        formula, limits = SCHEMES[scheme]
        rows = seen_rows(scheme, table_rows())
        model = gaussmle(formula, rows, scale_formula=SCALES[scale], **limits)
        KNOWN[scheme, scale] = SimpleNamespace(rows=rows, fit=model.fit())
    return KNOWN[scheme, scale]


def pair(scheme, scale, make, folder):
    """Return a fit in memory, and the model of the same rows elsewhere with its fit."""
    known = in_memory(scheme, scale)
    formula, limits = SCHEMES[scheme]
    table = make(cut(known.rows), folder / "table")
    model = gaussmle(formula, table, scale_formula=SCALES[scale], **limits)
    return SimpleNamespace(memory=known.fit, model=model, fit=model.fit())


# Engines do not know what is done with their rows: of most some schemes are enough.
CASES = [
    (source, scheme, scale)
    for source in SOURCES
    for scheme in SCHEMES
    for scale in SCALES
    if source in ("frames", "parquet")
    or (scheme in ("exact", "both", "intervals") and scale == "constant variance")
    or (scheme, scale) == ("exact", "scale equation")
]
every_scheme = pytest.mark.parametrize("scheme", SCHEMES)
every_scale = pytest.mark.parametrize("scale", SCALES)


def same_llf(value, fit):
    # Rounding of a sum is a small multiple of n eps sum|terms|, whatever its order is.
    terms = np.abs(fit.model.loglikeobs(fit.params)).sum()
    assert abs(value - fit.llf) <= 4 * fit.nobs * EPS * terms


@pytest.mark.parametrize(("source", "scheme", "scale"), CASES)
def test_every_source_gives_the_fit_of_memory_and_again_the_same(
    source, scheme, scale, tmp_path
):
    memory, model, fit = vars(pair(scheme, scale, SOURCES[source], tmp_path)).values()
    assert list(fit.params.index) == list(memory.params.index)
    # Maxima are found to 1e-9 standard errors or better.
    assert (np.abs(fit.params - memory.params) <= 1e-9 * memory.bse).all()
    # which moves curvatures by as much
    assert_allclose(fit.bse, memory.bse, rtol=1e-9)
    same_llf(fit.llf, memory)
    assert fit.nobs == memory.nobs
    for name in ("n_given", "n_missing", "n_unweighted", "response_counts", "limit_ranges"):
        assert getattr(fit.model, name) == getattr(memory.model, name), name
    again = model.fit()
    assert again.params.equals(fit.params)
    assert again.bse.equals(fit.bse)
    assert again.llf == fit.llf


@every_scheme
@every_scale
def test_likelihood_and_its_derivatives_are_those_of_memory(scheme, scale, tmp_path):
    memory, _, fit = vars(pair(scheme, scale, SOURCES["frames"], tmp_path)).values()
    params = memory.params.to_numpy() + 0.1
    reference = memory.model.loglikeobs(params)
    bound = 4 * len(reference) * EPS * np.abs(reference).sum()
    assert abs(fit.model.loglike(params) - memory.model.loglike(params)) <= bound
    for name in ("score", "hessian", "information"):
        ours, theirs = getattr(fit.model, name)(params), getattr(memory.model, name)(params)
        # Sums of a few hundred terms, none far larger than the largest sum.
        assert_allclose(ours, theirs, rtol=0, atol=1e-12 * np.abs(theirs).max())


@every_scheme
@every_scale
def test_the_summary_is_that_of_memory_but_for_the_line_of_passes(scheme, scale, tmp_path):
    memory, _, fit = vars(pair(scheme, scale, SOURCES["frames"], tmp_path)).values()
    assert "Rows: frames, read in" in str(fit.summary())
    ours, theirs = (
        re.sub(r"Date: +.{16}|Time: +.{8}|\(\d+ iterations\)", "", str(each.summary()))
        for each in (fit, memory)
    )
    ours = re.sub(r"Rows: frames, read in \d+ pass(es)?\.", "", ours)
    assert ours.split() == theirs.split()
