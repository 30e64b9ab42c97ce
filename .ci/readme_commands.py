"""Print a command that the README gives its readers.

A command is the fenced block that directly follows the comment
``<!-- command: NAME -->``.

    python .ci/readme_commands.py NAME [README.md]
"""

import re
import sys
from pathlib import Path

_COMMAND = re.compile(
    r"^<!-- command: (?P<name>\S+) -->\n+```(?:bash|sh|console)?\n(?P<command>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def readme_commands(text: str) -> dict[str, str]:
    """Return the commands of a README by name.

    Parameters
    ----------
    text : str
        The README, in Markdown.

    Returns
    -------
    dict of str to str
        The text of each marked block, without the blank space around it.

    Raises
    ------
    ValueError
        If a mark has no block after it, or a name is there twice.
    """
    found = [(match["name"], match["command"].strip()) for match in _COMMAND.finditer(text)]
    commands = dict(found)
    if len(commands) != len(found):
        raise ValueError(f"A command is there twice: {[name for name, _ in found]}.")
    marks = re.findall(r"<!-- command: (\S+) -->", text)
    if missing := [name for name in marks if not commands.get(name)]:
        raise ValueError(f"No fenced block follows the mark of these commands: {missing}.")
    return commands


def main(arguments: list[str]) -> None:
    """Print one command.

    Parameters
    ----------
    arguments : list of str
        The name of the command and, if it is not ``README.md``, the file.
    """
    name, *file = arguments
    commands = readme_commands(Path(*(file or ["README.md"])).read_text(encoding="utf-8"))
    if name not in commands:
        raise SystemExit(f"The README has no command {name!r}; it has {sorted(commands)}.")
    print(commands[name])


if __name__ == "__main__":
    main(sys.argv[1:])
