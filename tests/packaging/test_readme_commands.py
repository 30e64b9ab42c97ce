"""CI runs the commands that the README gives, so it must find them."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location(
    "readme_commands", ROOT / ".ci" / "readme_commands.py"
)
readme_commands = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(readme_commands)


def test_readme_has_a_command_to_run_and_one_to_test():
    commands = readme_commands.readme_commands((ROOT / "README.md").read_text("utf-8"))
    assert "python -m sm_gaussmle" in commands["run"]
    assert "pytest" in commands["test"]


def test_command_is_the_block_after_the_mark():
    text = "<!-- command: run -->\n\n```bash\nfirst\n  second\n```\n\n```\nother\n```\n"
    assert readme_commands.readme_commands(text) == {"run": "first\n  second"}


def test_unmarked_block_is_no_command():
    assert readme_commands.readme_commands("```bash\nrm -r *\n```\n") == {}


def test_mark_without_a_block_is_refused():
    text = "<!-- command: run -->\n\nProse.\n\n```bash\nother\n```\n"
    with pytest.raises(ValueError, match=r"No fenced block .*\['run'\]"):
        readme_commands.readme_commands(text)


def test_command_given_twice_is_refused():
    text = "<!-- command: run -->\n```\na\n```\n" * 2
    with pytest.raises(ValueError, match="twice"):
        readme_commands.readme_commands(text)


def test_main_prints_the_command(tmp_path, capsys):
    file = tmp_path / "README.md"
    file.write_text("<!-- command: test -->\n```sh\npytest\n```\n", "utf-8")
    readme_commands.main(["test", str(file)])
    assert capsys.readouterr().out == "pytest\n"


def test_main_names_the_commands_there_are(tmp_path):
    file = tmp_path / "README.md"
    file.write_text("<!-- command: test -->\n```sh\npytest\n```\n", "utf-8")
    with pytest.raises(SystemExit, match=r"no command 'run'; it has \['test'\]"):
        readme_commands.main(["run", str(file)])
