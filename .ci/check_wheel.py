"""Check what the built distributions contain.

python .ci/check_wheel.py DIRECTORY, which holds one wheel and one sdist
"""

import sys
import tarfile
import zipfile
from pathlib import Path

IN_BOTH = [
    "sm_gaussmle/__init__.py",
    "sm_gaussmle/py.typed",
    "sm_gaussmle/datasets/heart/README.md",
    "sm_gaussmle/datasets/heart/heart.csv",
]
IN_SDIST = [
    ".ci/readme_commands.py",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "README.md",
    "pyproject.toml",
    "setup.cfg",
    "tests/conftest.py",
]
IN_METADATA = [
    "License-Expression: BSD-3-Clause",
    "License-File: LICENSE",
    "Name: sm_gaussmle",
    "Requires-Dist: statsmodels>=",
    "Requires-Python: >=3.11",
]


def faults_of_sdist(names: list[str]) -> list[str]:
    """Name what is wrong with an sdist.

    Parameters
    ----------
    names : list of str
        The files in it.

    Returns
    -------
    list of str
        One sentence a fault.
    """
    inside = {name.partition("/")[2] for name in names}
    return [f"The sdist lacks {name}." for name in IN_BOTH + IN_SDIST if name not in inside]


def faults_of_wheel(names: list[str], metadata: str, entry_points: str) -> list[str]:
    """Name what is wrong with a wheel.

    Parameters
    ----------
    names : list of str
        The files in it.
    metadata : str
        Its METADATA.
    entry_points : str
        Its entry_points.txt.

    Returns
    -------
    list of str
        One sentence a fault.
    """
    faults = [f"The wheel lacks {name}." for name in IN_BOTH if name not in names]
    if not any(name.endswith(".dist-info/licenses/LICENSE") for name in names):
        faults.append("The wheel lacks LICENSE.")
    tops = {name.partition("/")[0] for name in names}
    faults += [
        f"The wheel installs {top} beside the package."
        for top in sorted(tops)
        if top != "sm_gaussmle" and not top.endswith(".dist-info")
    ]
    faults += [
        f"The wheel has {name}, which is for development."
        for name in names
        if {"tests", "docs", "__pycache__"} & set(name.split("/"))
    ]
    faults += [
        f"The metadata have no line that starts with {start!r}."
        for start in IN_METADATA
        if not any(line.startswith(start) for line in metadata.splitlines())
    ]
    if "sm-gaussmle = sm_gaussmle.__main__:main" not in entry_points:
        faults.append("The wheel lacks the console script sm-gaussmle.")
    return faults


def main(directory: str) -> None:
    """Check the one wheel and the one sdist of a directory.

    Parameters
    ----------
    directory : str
        Where they are.
    """
    (wheel,) = Path(directory).glob("*.whl")
    (sdist,) = Path(directory).glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        faults = faults_of_sdist(archive.getnames())
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        info = next(name.partition("/")[0] for name in names if ".dist-info/" in name)
        faults += faults_of_wheel(
            names,
            archive.read(f"{info}/METADATA").decode(),
            archive.read(f"{info}/entry_points.txt").decode(),
        )
    if faults:
        raise SystemExit("\n".join(faults))
    print(f"{wheel.name} ({len(names)} files) and {sdist.name} hold what they should")


if __name__ == "__main__":
    main(*sys.argv[1:])
