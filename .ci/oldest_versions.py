"""The oldest version of each dependency that setup.cfg allows, as constraints for pip.

    python .ci/oldest_versions.py >oldest.txt && pip install -c oldest.txt '.[test]'

Where the tests need a later version than the package does, theirs is taken.
"""

import re
from configparser import ConfigParser
from pathlib import Path

SETUP = Path(__file__).resolve().parents[1] / "setup.cfg"
# What users install: the engines, the plots, the regressor.
EXTRAS = ("all", "stream")
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[[\w,]+\])?>=(?P<oldest>[\d.]+)")


def release(version: str) -> tuple[int, ...]:
    """A version as numbers, to compare."""
    return tuple(map(int, version.split(".")))


def bounds(text: str) -> dict[str, str]:
    """Oldest versions in a list of requirements, the later one where there are two."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if match := REQUIREMENT.match(line.strip()):
            name, oldest = match["name"], match["oldest"]
            found[name] = max(found.get(name, "0"), oldest, key=release)
    return found


def oldest_versions() -> dict[str, str]:
    """Oldest versions of what users install, later where the tests ask for it."""
    settings = ConfigParser()
    settings.read(SETUP, encoding="utf-8")
    extras = settings["options.extras_require"]
    required = settings["options"]["install_requires"]
    used = bounds("\n".join([required, *(extras[name] for name in EXTRAS)]))
    tested = bounds(extras["test"])
    return {
        name: max(oldest, tested.get(name, "0"), key=release) for name, oldest in used.items()
    }


if __name__ == "__main__":
    for name, oldest in sorted(oldest_versions().items()):
        print(f"{name}=={oldest}")
