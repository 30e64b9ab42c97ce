"""Tables of the tests as data of a model."""

from types import SimpleNamespace

import pytest

from sm_gaussmle.sources.tables import opening

from .data import parts_of, table_rows


@pytest.fixture(autouse=True)
def _tables_of_tests_are_data(monkeypatch):
    """Take a table for data, as if a package had registered its class."""
    point = SimpleNamespace(load=lambda: lambda d: d if hasattr(d, "reads_once") else None)
    monkeypatch.setattr(opening, "entry_points", lambda **_: [point])


@pytest.fixture
def table():
    """Rows in parts."""
    return parts_of(table_rows())
