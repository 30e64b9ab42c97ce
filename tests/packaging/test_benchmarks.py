"""The benchmarks run, and say of each contestant whether its answer is right."""

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import peers
from tests.benchmarks.cases import CASES
from tests.benchmarks.comparison import Comparison
from tests.benchmarks.contestants import OURS, Answer, Local, fit_ours
from tests.benchmarks.data import censored, exact
from tests.benchmarks.interleaved import Settings
from tests.benchmarks.section import Ratio, Section, Target, number, table

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = Settings(rounds=2, share=0.1)


def section(*contestants, make=exact, targets=(), settings=SETTINGS):
    case = Comparison("one", "One", lambda n: make(n, 3), 200, 100, contestants, targets)
    return case.measure(settings)


def row_of(contestant, **options):
    return section(OURS, contestant, **options).rows[1]


def moved(away):
    """Our answer, so many standard errors beside it."""

    def run(data):
        params, bse, _ = fit_ours(data)
        return Answer(params + away * bse, trouble="not converged")

    return Local("moved", run)


def test_a_peer_that_is_installed_is_timed_and_agrees():
    name, milliseconds, ratio, away, remark = row_of(peers.OLS)
    assert name == "statsmodels OLS (pinv)"
    assert float(milliseconds) > 0.0
    assert ratio
    assert float(away) < 1e-9
    assert remark == ""


def test_a_peer_that_is_missing_is_said_to_be():
    assert row_of(Local("x", fit_ours, needs="no_such_package")) == [
        "x", "", "", "", "not installed"
    ]  # fmt: skip


def test_a_peer_that_fails_is_out_with_its_message():
    def fail(data):
        raise ValueError("no\nfit")

    assert row_of(Local("x", fail))[-1] == "failed: ValueError: no"


def test_a_peer_that_would_take_too_long_is_left_out():
    settings = Settings(rounds=1, cap=1e-9)
    assert row_of(peers.OLS, settings=settings)[-1] == "left out: about 0 s"


@pytest.mark.parametrize("make", [exact, censored])
@pytest.mark.parametrize(
    ("away", "remark"), [(1e-3, "log-likelihood lower by"), (1e-5, "stops short")]
)
def test_an_answer_beside_the_maximum_is_said_to_stop_short(make, away, remark):
    *_, distance, said = row_of(moved(away), make=make)
    assert float(distance) == pytest.approx(away, rel=0.01)
    assert said.startswith("says: not converged; stops short")
    assert remark in said


@pytest.mark.parametrize(
    ("away", "remark"), [(1.0, "**higher: ours is** lower by"), (1e-5, "**nearer than ours**")]
)
def test_an_answer_of_ours_beside_the_maximum_is_said_to_be_ours(away, remark):
    def lost(data):
        params, bse, _ = fit_ours(data)
        return Answer(params + away * bse, bse)

    assert remark in section(Local("x", lost), OURS).rows[1][-1]


def test_a_target_is_judged_by_the_median_of_ratios_within_rounds():
    ratio = Ratio.of(np.array([2.0, 4.0, 9.0]), np.array([1.0, 1.0, 3.0, 1.0]))
    assert ratio == (3.0, 2.0, 4.0)
    reached = Target("x", "a", "b", at_most=3.0).judge(ratio)
    assert reached == ["x", "3.00 (2.00 to 4.00)", "≤ 3", "reached"]
    missed = Target("x", "a", "b", at_least=6.0).judge(ratio)
    assert missed[2:] == ["≥ 6", "**missed**, by a factor of 2.00"]


def test_a_part_that_is_timed_counts_as_the_whole():
    target = Target("x", "a", "b", at_least=12, scale=10.0)
    assert target.judge(Ratio(1.5, 1.0, 2.0))[1:] == ["15.0 (10.0 to 20.0)", "≥ 12", "reached"]


def test_targets_of_contestants_that_are_missing_are_not_judged():
    targets = (Target("x", "x", OURS.name, at_most=1.0),)
    absent = Local("x", fit_ours, needs="no_such_package")
    assert section(OURS, absent, targets=targets).targets == []


def test_tables_are_markdown():
    assert table(["", "n", ""], [["a", "1", "b"]]) == (
        "|  | n |  |\n| --- | ---: | --- |\n| a | 1 | b |"
    )
    empty = Section("T", ["x"], remark="Not measured.")
    assert empty.markdown() == "### T\n\nNot measured."


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0123456, "0.0123"), (1234.5, "1,234"), (12.3456, "12.3"), (1e-5, "1.00e-05")],
)
def test_numbers_have_three_digits(value, text):
    assert number(value) == text


def test_no_two_cases_have_one_name():
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)


def test_the_page_has_a_table_for_each_case_and_one_of_targets():
    page = (ROOT / "docs/benchmarks.md").read_text("utf-8")
    assert page.count("\n### ") == 1 + len(CASES)
