"""Checks that are switched off: each says why, and one table counts them."""

import re

import pytest

from .escape_hatches import PAGE, ROOT, all_hatches, hatches, table


def test_each_has_a_reason():
    assert [str(hatch) for hatch in all_hatches() if not hatch.reason] == []


def test_the_table_of_the_page_counts_them():
    assert table() in PAGE.read_text("utf-8"), (
        "python -m tests.packaging.escape_hatches writes it again"
    )


def test_each_rule_that_is_off_for_files_has_a_reason():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    ignored = re.search(r"\nignore = \[\n(.*?)\n\]", text, re.DOTALL)[1].splitlines()
    files = re.search(r"per-file-ignores\]\n(.*?)\n\n", text, re.DOTALL)[1].splitlines()
    rules = [line for line in ignored + files if re.match(r'\s+"[A-Z]+\d*"', line)]
    assert len(rules) > 20
    assert [line for line in rules if "#" not in line] == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = y  # noqa: F841", ""),
        ("x = y  # noqa: F841 - it is printed", "it is printed"),
        ("x: int = y  # type: ignore[assignment]", ""),
        ("x: int = y  # type: ignore[assignment]  # no stubs", "no stubs"),
        ("try:\n    f()\nexcept Exception:\n    pass", ""),
        ("try:\n    f()\nexcept Exception:\n    # it is told\n    pass", "# it is told"),
        ("# far out\nwith np.errstate(all='ignore'):\n    f()", "# far out"),
        ("with warnings.catch_warnings():\n    warnings.simplefilter('ignore')", ""),
        ("@pytest.mark.skipif(a, reason='no shell')\ndef f(): ...", "'no shell'"),
        ("with suppress(ValueError):  # it is told\n    f()", "it is told"),
    ],
)
def test_a_reason_is_a_comment_near_it(tmp_path, text, reason):
    file = tmp_path / "a.py"
    file.write_text(text + "\n", "utf-8")
    (found,) = hatches(file)
    assert found.reason == reason


@pytest.mark.parametrize(
    "text",
    ["except ValueError:\n    pass", "finally:\n    pass"],
)
def test_what_names_its_error_is_none(tmp_path, text):
    file = tmp_path / "a.py"
    file.write_text(
        f"try:\n    f()\n{text}\nwith np.errstate(all='raise'):\n    g()\n", "utf-8"
    )
    assert hatches(file) == []
