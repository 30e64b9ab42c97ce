"""What a constant alone comes to, wherever responses, offsets and weights are."""

import pytest
from numpy.testing import assert_allclose

from sm_gaussmle import gaussmle

from .data import parts_of, table_rows

MEASURES = ("llnull", "rsquared", "rsquared_adj", "fvalue", "centered_tss", "uncentered_tss")


def measures(rows, formula="y ~ x", **options):
    return [
        [getattr(gaussmle(formula, data, **options).fit(), name) for name in MEASURES]
        for data in (rows, parts_of(rows))
    ]


@pytest.mark.parametrize("size", [1e6, 1e8])
def test_a_large_offset_costs_no_digits(size):
    rows = table_rows().dropna()
    rows["known"] = size * (1.0 + rows["known"])
    rows["y"] += rows["known"]
    memory, passes = measures(rows, offset="known")
    assert_allclose(passes, memory, rtol=1e-9)


def test_a_first_response_that_counts_for_nothing_may_be_anywhere():
    rows = table_rows().dropna()
    rows["precision"] = 1.0
    rows.loc[0, ["y", "precision"]] = 1e12, 1e-30
    memory, passes = measures(rows, var_weights="precision")
    assert_allclose(passes, memory, rtol=1e-9)


def test_a_first_part_that_is_far_from_the_others_costs_no_digits():
    rows = table_rows().dropna()
    rows.loc[:80, "y"] += 1e9
    memory, passes = measures(rows)
    assert_allclose(passes, memory, rtol=1e-9)


def test_a_constant_response_has_no_likelihood_of_a_constant_alone():
    rows = table_rows().dropna()
    rows["y"] = 0.1
    for data in (rows, parts_of(rows)):
        model = gaussmle("y ~ 0 + x", data)
        with pytest.raises(AttributeError, match="`llnull` has no value"):
            _ = model.fit().llnull
