"""Each public name of OLS and GLM gives the same here, or is in the table of differences."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from .cases import GLM_WARNINGS, fitted, pairs
from .differences import DIFFERENCES, INSTEAD
from .page import NO_SUCH_NAME, ROWS, SAME, listed
from .values import METHODS, RTOL, assert_same, there, value

# GLM's own, as there.
pytestmark = [pytest.mark.filterwarnings(f"ignore:{text}") for text in GLM_WARNINGS]


def public(kind):
    """Public names of results and of models, over all cases: WLS lacks some of OLS."""
    found = set()
    for _, theirs, _ in pairs(kind, "patsy"):
        found |= {name for name in dir(theirs.results) if not name.startswith("_")}
        found |= {f"model.{name}" for name in dir(theirs.model) if not name.startswith("_")}
    return found


PUBLIC = {kind: public(kind) for kind in ("ols", "glm")}


def of(kind, wanted):
    """Parameters of a test: kinds and names."""
    return [(kind, name) for name in sorted(PUBLIC[kind]) if wanted(kind, ROWS.get(name))]


def unchanged(kind, row):
    return row is None or getattr(row, kind) == SAME


def different(kind, row):
    return row is not None and row.differs(kind)


def over(wanted):
    return pytest.mark.parametrize(("kind", "name"), of("ols", wanted) + of("glm", wanted))


# The page --------------------------------------------------------------------------------------


def test_each_name_is_in_one_row_of_the_page():
    assert len(listed()) == len(ROWS)


@pytest.mark.parametrize("kind", ["ols", "glm"])
def test_the_page_knows_which_names_are_there(kind):
    names = {name for name, row in ROWS.items() if getattr(row, kind) != NO_SUCH_NAME}
    assert names - PUBLIC[kind] == set(), "not there, the page says they are"
    assert not (set(ROWS) - names) & PUBLIC[kind], "there, the page says they are not"


def test_each_row_has_a_reason():
    assert [name for name, row in ROWS.items() if not row.reason] == []


def test_what_differs_on_the_page_is_checked_and_nothing_else():
    differing = {name for name, row in ROWS.items() if row.differs("ols") or row.differs("glm")}
    assert differing == set(DIFFERENCES)


# Names -----------------------------------------------------------------------------------------


@over(unchanged)
def test_a_name_that_is_not_listed_gives_the_same(kind, name, engine):
    for case, theirs, ours in pairs(kind, engine):
        if there(theirs, name):
            assert_same(value(theirs, name), value(ours, name), f"{name} ({case})")


@over(different)
def test_a_name_that_is_listed_differs_in_the_way_the_page_says(kind, name, engine):
    for _, theirs, ours in pairs(kind, engine):
        if there(theirs, name):
            DIFFERENCES[name](theirs, ours)


@over(different)
def test_a_name_that_is_listed_differs_in_some_case(kind, name):
    equal = []
    for _, theirs, ours in pairs(kind, "patsy"):
        if there(theirs, name):
            try:
                assert_same(value(theirs, name), value(ours, name), name)
            except (AssertionError, NotImplementedError):
                equal.append(False)
            else:
                equal.append(True)
    assert not all(equal), f"`{name}` is the same in all cases"


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.absent])
def test_a_name_that_is_not_there_is_not_there(name):
    for _, _, ours in pairs("glm", "patsy"):
        assert not there(ours, name)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in PUBLIC for name in INSTEAD if name in PUBLIC[kind]],
)
def test_what_the_page_says_to_use_instead_is_the_same(kind, name):
    assert ROWS[name].absent
    for case, theirs, ours in pairs(kind, "patsy"):
        if there(theirs, name):
            expected = np.asarray(value(theirs, name))
            assert_allclose(INSTEAD[name](ours), expected, rtol=RTOL, atol=1e-9, err_msg=case)


def test_every_method_that_is_called_is_one_of_theirs():
    assert set(METHODS) <= PUBLIC["ols"] | PUBLIC["glm"]


def test_the_cases_are_what_they_are_named_after():
    lost = fitted("missing rows", "here", "patsy")
    assert lost.model.n_missing == 4
    implicit = fitted("implicit constant", "here", "patsy").model
    assert (implicit.k_constant, implicit.constant_column) == (1, None)
    assert fitted("no constant", "here", "patsy").model.k_constant == 0
