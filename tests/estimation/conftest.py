"""What the tests of the estimation share."""

import pytest

from sm_gaussmle.sources.memory import Memory


@pytest.fixture
def passes(monkeypatch):
    """A list that grows by one with each pass over data."""
    made = []
    total = Memory.total

    def counted(self, function, width):
        made.append(width)
        return total(self, function, width)

    monkeypatch.setattr(Memory, "total", counted)
    return made
