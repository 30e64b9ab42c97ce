"""The README's Python is run, and what it shows is what is printed."""

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
BLOCK = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
# Set by the clock.
CLOCK = re.compile(r"^(Date|Time): +\S.*?   ", re.MULTILINE)


def test_every_example_prints_what_the_readme_shows(capsys):
    names = {}
    examples = BLOCK.findall(README.read_text("utf-8"))
    assert len(examples) == 3
    for code, shown in examples:
        exec(code, names)  # noqa: S102 - our own README
        printed = capsys.readouterr().out
        assert CLOCK.sub("", printed) == CLOCK.sub("", shown)
