"""DuckDB takes an interrupt of the user, and says RuntimeError."""

import signal
from threading import Timer

import duckdb
import pytest

from sm_gaussmle.sources.tables.delimited_kinds import kinds_of
from sm_gaussmle.sources.tables.duckdb import DuckDBTable, interrupts

# Minutes of work.
SLOW = (
    "SELECT CAST(sum(a.range * b.range) AS VARCHAR) AS x FROM range(4000000) a, range(100000) b"
)


@pytest.fixture
def interrupted_soon():
    """What is started in the background of a shell ignores interrupts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = Timer(0.1, signal.raise_signal, [signal.SIGINT])
    timer.start()
    yield
    timer.join()
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupted_soon")
def test_an_interrupt_while_duckdb_works_is_one():
    table = DuckDBTable(duckdb.connect().sql(SLOW))
    with pytest.raises(KeyboardInterrupt):
        table.total(len, ["x"])


@pytest.mark.usefixtures("interrupted_soon")
def test_an_interrupt_while_duckdb_looks_for_types_is_one():
    with pytest.raises(KeyboardInterrupt):
        kinds_of(duckdb.connect().sql(SLOW), ["x"])


def test_other_errors_are_left_as_they_are():
    with pytest.raises(RuntimeError, match="another"), interrupts():
        raise RuntimeError("another")
