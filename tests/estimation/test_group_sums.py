"""Sums within groups whose labels come with the rows."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from sm_gaussmle.estimation import group_sums
from sm_gaussmle.estimation.group_sums import GroupedScores, GroupSums

RNG = np.random.default_rng(7)
SCORES = RNG.normal(size=(60, 2))
LABELS = RNG.choice(list("abcde"), 60)
OTHERS = RNG.integers(0, 3, 60)


def sums(places, labels=LABELS):
    return GroupSums.of(pd.DataFrame(SCORES[places], index=pd.Index(labels[places])))


def expected(labels):
    table = np.stack([SCORES[labels == label].sum(axis=0) for label in np.unique(labels)])
    return table.T @ table


WHOLE = np.arange(60)
CUTS = [WHOLE[:7], WHOLE[7:8], WHOLE[8:33], WHOLE[33:]]


def added():
    first, *others = [sums(part) for part in CUTS]
    for other in others:
        first = first + other
    return first


def test_products_are_those_of_the_sums_of_groups():
    products, count = sums(WHOLE).products(corrected=False)
    assert count == 5
    assert_allclose(products, expected(LABELS), rtol=1e-13)  # sums of 60 terms


def test_groups_may_be_in_several_parts():
    products, count = added().products(corrected=False)
    assert count == 5
    assert_allclose(products, expected(LABELS), rtol=1e-13)


def test_the_correction_is_for_the_number_of_groups():
    products, _ = added().products(corrected=True)
    assert_allclose(products, 5 / 4 * expected(LABELS), rtol=1e-13)


def test_one_group_is_not_corrected():
    one = GroupSums.of(pd.DataFrame(SCORES, index=np.zeros(60)))
    total = SCORES.sum(axis=0)
    products, count = one.products(corrected=True)
    assert count == 1
    assert_allclose(products, np.outer(total, total), rtol=1e-13)


def test_sums_are_put_together_when_there_are_many_more_than_groups(monkeypatch):
    monkeypatch.setattr(group_sums, "_SMALLEST", 8)
    together = added()
    assert together.n_sums < sum(len(np.unique(LABELS[part])) for part in CUTS)
    assert_allclose(together.products(corrected=False)[0], expected(LABELS), rtol=1e-13)


def test_few_sums_are_left_as_they_are():
    assert len(added().parts) == len(CUTS)


def test_two_ways_are_the_sum_of_both_less_their_intersections():
    pairs = np.array([f"{a}{b}" for a, b in zip(LABELS, OTHERS, strict=True)])
    ways = GroupedScores(tuple(sums(WHOLE, labels) for labels in (LABELS, OTHERS, pairs)))
    products, counts = ways.products(corrected=False)
    assert counts == (5, 3)
    whole = expected(LABELS) + expected(OTHERS) - expected(pairs)
    # A difference of sums that are larger.
    assert_allclose(products, whole, rtol=0, atol=1e-12 * np.abs(expected(pairs)).max())


@pytest.mark.parametrize("dtype", ["category", "string", object])
def test_labels_may_be_of_any_kind(dtype):
    labels = pd.Series(LABELS).astype(dtype)
    table = pd.DataFrame(SCORES, index=pd.Index(labels))
    products, count = GroupSums.of(table).products(corrected=False)
    assert count == 5
    assert_allclose(products, expected(LABELS), rtol=1e-13)
