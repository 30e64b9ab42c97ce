"""Ratios of times, collected over the benchmarks and printed beside their targets."""

import pytest
from threadpoolctl import threadpool_limits

_ROWS = []


@pytest.fixture
def one_thread():
    """The targets are of one thread."""
    with threadpool_limits(1):
        yield


@pytest.fixture
def record(benchmark):
    """Keep the ratio of two series of times, with the target that it should stay below."""

    def keep(what, ours, other, target):
        ratio = ours / other
        low, middle, high = min(ratio), sorted(ratio)[len(ratio) // 2], max(ratio)
        _ROWS.append((what, middle, low, high, target))
        benchmark.extra_info[what] = {"ratio": middle, "target": target}

    return keep


def pytest_terminal_summary(terminalreporter):
    if not _ROWS:
        return
    terminalreporter.section("ratios of times: median (smallest to largest) against target")
    for what, middle, low, high, target in _ROWS:
        state = "ok" if middle <= target else "MISSED"
        terminalreporter.write_line(
            f"{what:<62} {middle:8.3f} ({low:.3f} to {high:.3f})  <= {target:<6g} {state}"
        )
