"""DuckDB takes an interrupt of the user, and says RuntimeError.

Whether it looks for one within a query is its own matter: what is tested is what is made of its
error.
"""

import pytest

from sm_gaussmle.sources.tables.delimited_kinds import kinds_of
from sm_gaussmle.sources.tables.duckdb import interrupts, streamed

INTERRUPTED = RuntimeError("Query interrupted")


class Interrupted:
    """A relation during whose query Ctrl-C is pressed."""

    def project(self, *_):
        return self

    limit = aggregate = project

    def fetchall(self):
        raise INTERRUPTED

    def __arrow_c_stream__(self, requested_schema=None):
        raise INTERRUPTED


def test_an_interrupt_while_duckdb_works_is_one():
    with pytest.raises(KeyboardInterrupt):
        next(streamed(Interrupted(), ["x"]))


def test_an_interrupt_while_duckdb_looks_for_types_is_one():
    with pytest.raises(KeyboardInterrupt):
        kinds_of(Interrupted(), ["x"])


def test_other_errors_are_left_as_they_are():
    with pytest.raises(RuntimeError, match="another"), interrupts():
        raise RuntimeError("another")
