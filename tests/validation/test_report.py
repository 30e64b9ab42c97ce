"""The pages of docs/validation show what their script measures, and no digits are lost.

Last digits differ between machines, and with them the order of rows. So what is the same
everywhere is compared exactly (every case, every block, every program), and what is measured
with what it may be at worst, on the pages and here.
"""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

import sm_gaussmle as smg
from tests.hard_problems.compare_peers import OURS
from tests.reference import highprecision
from tests.reference.cases import CASES, FOLDER, load

from . import equivariance, reference_blocks
from .digits import log_relative_errors
from .pages import FOLDER as PAGES
from .pages import Table, tables_in, written
from .reasons import FEW, least_and_why
from .report import LM, tables_and_texts

DASH = "-"


@pytest.fixture(scope="module")
def measured():
    return tables_and_texts(json.loads(LM.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def shown(measured):
    """Tables of the pages by name."""
    found = {}
    for page in PAGES.glob("*.md"):
        found |= tables_in(page.read_text(encoding="utf-8"), measured[0])
    return found


def both(measured, shown, name):
    """The table of that name as it is measured here, and as it is on its page."""
    return measured[0][name], shown[name]


def test_every_table_is_on_a_page(measured, shown):
    assert set(shown) == set(measured[0])


def test_the_pages_have_every_row_and_no_other(measured, shown):
    for name, table in measured[0].items():
        assert shown[name].headings == [heading.strip() for heading in table.headings]
        assert set(shown[name].by_key()) == set(table.by_key()), name
        assert len(shown[name].rows) == len(table.rows), name


def test_the_pages_have_a_number_where_there_is_one(measured, shown):
    for name, table in measured[0].items():
        there = shown[name].by_key()
        for key, cells in table.by_key().items():
            assert [cell == DASH for cell in there[key]] == [cell == DASH for cell in cells]


def test_the_pages_show_every_reference_file(shown):
    named = {row[0].strip("`") for row in shown["cases"].rows}
    assert named == {path.stem for path in FOLDER.glob("*.json")}
    stored = json.loads((FOLDER / "constraints" / "constraints.json").read_text())
    blocks = {(row[0].strip("`"), row[1]) for row in shown["blocks"].rows}
    assert {(known["case"], f"constraints, {known['name']}") for known in stored} <= blocks
    assert sum(name.startswith("MINOS") for _, name in blocks) == 3


@pytest.mark.parametrize("name", CASES)
def test_every_entry_of_a_file_is_compared(name, monkeypatch):
    results = {**load(name).results, "new": 1.0}
    monkeypatch.setattr(
        reference_blocks, "load", lambda given: replace(load(given), results=results)
    )
    with pytest.raises(KeyError, match=r"entries that are not compared: \['new'\]"):
        reference_blocks.blocks_of_case(name)


def test_no_block_has_fewer_digits_than_stated(measured, shown):
    for table in both(measured, shown, "blocks"):
        for case, block, _, least, digits, *_ in table.rows:
            assert float(digits) >= float(least), (case, block)


def test_blocks_of_a_new_kind_need_a_least_number_of_digits():
    with pytest.raises(KeyError, match="no least number of digits"):
        least_and_why(reference_blocks.Block("cars_het", "forecasts", [], []))


def test_a_page_says_why_where_there_are_few_digits(shown):
    text = (PAGES / "blocks.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^- \*\*(.*?)\*\*", text, re.MULTILINE))
    reasons = {row[-1] for row in shown["blocks"].rows if float(row[4]) < FEW}
    assert {reason.partition(":")[0] for reason in reasons} == explained


def test_the_worst_come_first(shown):
    digits = [float(row[4]) for row in shown["blocks"].rows]
    assert digits == sorted(digits)
    worst = [
        min(float(cell) for cell in row[4:] if cell != DASH) for row in shown["cases"].rows
    ]
    assert worst == sorted(worst)


def test_linear_regressions_have_the_digits_stated(measured, shown):
    for table in both(measured, shown, "linear"):
        rows = [(row[0], row[1], row[2], row[3]) for row in table.rows if row[2] != DASH]
        assert len(rows) == 21
        for data, what, least, ours in rows:
            assert float(ours) >= float(least), (data, what)


@pytest.mark.parametrize("quantity", equivariance.QUANTITIES)
def test_nothing_changes_that_must_not(measured, shown, quantity):
    for table in both(measured, shown, quantity):
        for row in table.rows:
            assert max(float(cell) for cell in row[1:]) <= equivariance.LARGEST, row[0]


def test_the_counts_of_hard_problems_are_those_of_the_file(measured, shown):
    # They are read, not measured: equal to the letter.
    for name in measured[0]:
        if name.startswith("hard problems"):
            there, here = shown[name], measured[0][name]
            assert there.rows == [[cell.strip() for cell in row] for row in here.rows], name


def test_no_hard_problem_fails_here(shown):
    table = shown["hard problems"]
    (ours,) = (row for row in table.rows if row[0] == OURS)
    assert ours[1:] == ["0"] * (len(table.headings) - 1)


def test_the_words_that_do_not_depend_on_a_machine_are_those_of_the_pages(measured):
    texts = measured[1]
    for page, name in (
        ("index", "counts"),
        ("hard-problems", "failed"),
        ("hard-problems", "peers"),
        ("linear", "lm"),
    ):
        text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
        assert f"<!-- text: {name} -->{texts[name]}<!-- end -->" in text
    assert texts["failed"].startswith("0 of ")


def test_writing_a_page_again_changes_its_tables_and_texts_alone():
    page = "a\n\n<!-- table: t -->\nold\n<!-- end -->\n\nb <!-- text: w -->x<!-- end -->, c\n"
    table = Table(["case", "digits", "why"], [["one", "1.0", "so"]])
    found = written(page, {"t": table}, {"w": "new"})
    lines = "| case | digits | why |\n| --- | ---: | --- |\n| one | 1.0 | so |"
    assert found == (
        f"a\n\n<!-- table: t -->\n\n{lines}\n\n<!-- end -->\n\n"
        "b <!-- text: w -->new<!-- end -->, c\n"
    )
    assert written(found, {"t": table}, {"w": "new"}) == found
    assert tables_in(found, {"t": table})["t"].by_key() == table.by_key()


@pytest.mark.parametrize("label", ["air_eq_water", "two"])
def test_errors_under_constraints_agree_with_50_digits_where_those_of_r_do_not(label):
    # What the page of all blocks says of "R in doubles".
    case = load("stackloss_constrained")
    known = case.results["constrained"][label]
    model = smg.gaussmle(case.formula, case.frame)
    found = model.fit_constrained((known["R"], known["q"])).bse
    one, air, water, acid = np.asarray(model.exog).T
    # Under "two" water has the coefficient 2 less that of air, and acid -0.1.
    columns = {"air_eq_water": [one, air + water, acid], "two": [one, air - water]}[label]
    offset = {"air_eq_water": 0.0 * one, "two": 2.0 * water - 0.1 * acid}[label]
    exact = highprecision.fit(model.endog, np.column_stack(columns), offset=offset).bse()
    places = {"air_eq_water": [0, 1, 3], "two": [0, 1]}[label]
    assert log_relative_errors(found.iloc[places], exact[: len(places)]).min() > 14
    r = [known["se_observed"]["beta"][case.names[place]] for place in places]
    assert log_relative_errors(r, exact[: len(places)]).min() < 12
