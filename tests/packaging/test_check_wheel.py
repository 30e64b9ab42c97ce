"""CI refuses distributions that lack something or hold too much."""

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "check_wheel", Path(__file__).parents[2] / ".ci" / "check_wheel.py"
)
check_wheel = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(check_wheel)

INFO = "sm_gaussmle-1.dist-info"
NAMES = [*check_wheel.IN_BOTH, f"{INFO}/METADATA", f"{INFO}/licenses/LICENSE"]
METADATA = "\n".join(check_wheel.IN_METADATA)
ENTRY_POINTS = "[console_scripts]\nsm-gaussmle = sm_gaussmle.__main__:main\n"


def test_complete_wheel_has_no_fault():
    assert check_wheel.faults_of_wheel(NAMES, METADATA, ENTRY_POINTS) == []


@pytest.mark.parametrize("name", [*check_wheel.IN_BOTH, f"{INFO}/licenses/LICENSE"])
def test_wheel_without_a_file_is_refused(name):
    names = [other for other in NAMES if other != name]
    (fault,) = check_wheel.faults_of_wheel(names, METADATA, ENTRY_POINTS)
    assert fault == f"The wheel lacks {name.rpartition('licenses/')[2]}."


def test_wheel_with_tests_beside_the_package_is_refused():
    names = [*NAMES, "tests/conftest.py"]
    assert check_wheel.faults_of_wheel(names, METADATA, ENTRY_POINTS) == [
        "The wheel installs tests beside the package.",
        "The wheel has tests/conftest.py, which is for development.",
    ]


def test_wheel_without_a_license_expression_is_refused():
    metadata = METADATA.replace("License-Expression", "License")
    (fault,) = check_wheel.faults_of_wheel(NAMES, metadata, ENTRY_POINTS)
    assert "License-Expression" in fault


def test_wheel_without_the_console_script_is_refused():
    (fault,) = check_wheel.faults_of_wheel(NAMES, METADATA, "")
    assert fault == "The wheel lacks the console script sm-gaussmle."


def test_sdist_names_are_taken_below_its_folder():
    names = [f"sm_gaussmle-1/{name}" for name in check_wheel.IN_BOTH + check_wheel.IN_SDIST]
    assert check_wheel.faults_of_sdist(names) == []
    assert check_wheel.faults_of_sdist(names[1:]) == [
        f"The sdist lacks {check_wheel.IN_BOTH[0]}."
    ]
