"""The Python of the README and of the pages is run, and what they show is what is printed."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# How many examples each has, so that none is lost by a change of its form.
EXAMPLES = {
    "README.md": 5,
    "docs/likelihood-inference.md": 5,
    "docs/small-samples.md": 1,
    "docs/limited-responses.md": 6,
    "docs/constraints.md": 4,
    "docs/larger-than-memory.md": 5,
}
BLOCK = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
# Set by the clock.
CLOCK = re.compile(r"^(Date|Time): +\S.*?   ", re.MULTILINE)


@pytest.mark.parametrize(("page", "count"), EXAMPLES.items())
def test_every_example_prints_what_the_page_shows(page, count, capsys):
    names = {}
    text = (ROOT / page).read_text("utf-8")
    examples = BLOCK.findall(text)
    assert len(examples) == text.count("```python") == count
    for code, shown in examples:
        exec(code, names)  # noqa: S102 - our own pages
        printed = capsys.readouterr().out
        assert CLOCK.sub("", printed) == CLOCK.sub("", shown)


@pytest.mark.parametrize("page", EXAMPLES)
def test_every_link_to_a_file_leads_to_one(page):
    path = ROOT / page
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
