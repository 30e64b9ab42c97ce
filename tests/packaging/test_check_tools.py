"""CI counts the tests of other people's tools."""

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "check_tools", Path(__file__).parents[2] / ".ci" / "check_tools.py"
)
check_tools = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(check_tools)

FOLDERS = sorted({path.parent.name for path in check_tools.TESTS.glob("*/test_*.py")})


def report(*outcomes):
    cases = "".join(
        f'<testcase classname="tests.compatibility.tools.test_shop">{outcome}</testcase>'
        for outcome in outcomes
    )
    return f"<testsuites><testsuite>{cases}</testsuite></testsuites>"


def test_tests_are_counted_by_tool():
    assert check_tools.passed(report("", "<properties/>")) == Counter(shop=2)


@pytest.mark.parametrize("outcome", check_tools.NOT_PASSED)
def test_a_test_that_did_not_pass_is_not_counted(outcome):
    assert check_tools.passed(report("", f'<{outcome} message=""/>')) == Counter(shop=1)


def test_a_report_that_has_what_the_table_has_is_no_fault():
    assert check_tools.faults({"shop": 2}, Counter(shop=2)) == []


@pytest.mark.parametrize(
    ("expected", "found", "fault"),
    [
        ({"shop": 2}, Counter(shop=1), "shop: 1 tests passed; counts.toml has 2."),
        ({"shop": 2}, Counter(), "shop: 0 tests passed; counts.toml has 2."),
        ({}, Counter(shop=1), "shop: 1 tests passed; counts.toml has 0."),
    ],
)
def test_another_number_is_a_fault(expected, found, fault):
    assert check_tools.faults(expected, found) == [fault]


def test_a_report_with_a_fault_ends_ci(tmp_path):
    (tmp_path / "report.xml").write_text(report(""), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"shop: 1 tests passed; counts\.toml has 0\."):
        check_tools.main("tools", str(tmp_path / "report.xml"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_tool_that_is_tested_is_in_the_table(folder):
    modules = (check_tools.TESTS / folder).glob("test_*.py")
    tools = {path.stem.removeprefix("test_") for path in modules}
    assert set(check_tools.counts(folder)) == tools


@pytest.mark.parametrize("folder", FOLDERS)
def test_ci_runs_each_folder(folder):
    script = (check_tools.TESTS.parents[1] / ".ci" / "run").read_text(encoding="utf-8")
    assert f"compatibility {folder}\n" in script
