"""Threads over blocks: the same sums in the same order, and BLAS as it was afterwards."""

import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController, threadpool_info, threadpool_limits

from sm_gaussmle.likelihood.cross_products import cross_products, triangle
from sm_gaussmle.likelihood.evaluation import RowBlock, evaluate
from sm_gaussmle.sources import threads
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.sources.threads import ordered_map, thread_count

MUCH, LITTLE = 1e12, 1.0  # work that is and is not worth a thread
N = 9000


def blas_threads():
    return {
        library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"
    }


@pytest.fixture
def two_blas_threads():
    """BLAS with two threads, also on a machine with one processor."""
    with threadpool_limits(limits=2, user_api="blas"):
        if blas_threads() != {2}:
            pytest.skip("this BLAS has no more than one thread")
        yield


@pytest.fixture
def two_workers(monkeypatch):
    """Passes in two threads, also on a machine with one processor."""
    monkeypatch.setattr(threads, "thread_count", lambda: 2)


over_work = pytest.mark.parametrize("work", [MUCH, LITTLE], ids=["threads", "no threads"])


# Order and sums -------------------------------------------------------------------------


@over_work
@pytest.mark.parametrize("n", [1, 2, 3, 50])
def test_results_come_in_the_order_of_the_items(two_workers, work, n):
    later = threading.Event()

    def first_waits(item):
        # In threads, the first item is done after the second.
        if item == 0 and n > 1 and work == MUCH:
            assert later.wait(timeout=30)
        if item == 1:
            later.set()
        return item * 10

    assert list(ordered_map(first_waits, range(n), work)) == [10 * item for item in range(n)]


def test_two_threads_work_at_the_same_time(two_workers):
    meet = threading.Barrier(2, timeout=30)
    names = list(ordered_map(lambda _: (meet.wait(), threading.get_ident())[1], range(2), MUCH))
    assert len(set(names)) == 2
    assert threading.get_ident() not in names


@pytest.mark.parametrize(("n", "work"), [(1, MUCH), (5, LITTLE)])
def test_little_work_stays_in_the_callers_thread(two_workers, n, work):
    names = set(ordered_map(lambda _: threading.get_ident(), range(n), work))
    assert names == {threading.get_ident()}


def test_one_thread_allowed_is_the_callers(monkeypatch):
    monkeypatch.setattr(threads, "thread_count", lambda: 1)
    names = set(ordered_map(lambda _: threading.get_ident(), range(5), MUCH))
    assert names == {threading.get_ident()}


FUNCTIONS = {
    "evaluate": lambda block: evaluate(np.array([0.3, -0.2, 0.1, 0.4]), block),
    "cross products": lambda block: cross_products(block, None),
    "triangle": lambda block: triangle(block, None),
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=list(FUNCTIONS))
def test_sums_are_the_same_to_the_last_bit_with_threads_and_without(
    two_workers, monkeypatch, function
):
    rng = np.random.default_rng(2)
    block = RowBlock(
        rng.normal(size=N), rng.normal(size=(N, 2)), rng.normal(size=(N, 2)), rng.normal(size=N)
    )
    found = []
    for threshold in (0.0, np.inf):
        monkeypatch.setattr(threads, "_THREADED_WORK", threshold)
        found.append(Memory(block).total(function, 128))
    with_threads, without = found
    for name in type(without).__slots__:
        np.testing.assert_array_equal(getattr(with_threads, name), getattr(without, name))


# NumPy's error state and errors ---------------------------------------------------------


def divide(_):
    return np.ones(3) / np.zeros(3)


@over_work
def test_numpys_error_state_reaches_the_items(two_workers, work):
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        list(ordered_map(divide, range(4), work))


@over_work
def test_what_numpy_is_told_to_ignore_is_ignored(two_workers, work):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with np.errstate(divide="ignore"):  # what is tested
            assert len(list(ordered_map(divide, range(4), work))) == 4


@over_work
def test_an_error_is_raised_where_its_result_would_be(two_workers, work):
    def third_fails(item):
        if item == 2:
            raise KeyError(item)
        return item

    results = ordered_map(third_fails, range(5), work)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(KeyError, match="2"):
        next(results)


# BLAS -----------------------------------------------------------------------------------


@over_work
def test_blas_has_one_thread_within_and_its_own_number_afterwards(
    two_blas_threads, two_workers, work
):
    assert list(ordered_map(lambda _: blas_threads(), range(3), work)) == [{1}] * 3
    assert blas_threads() == {2}


def test_blas_keeps_its_threads_for_a_single_block(two_blas_threads):
    assert list(ordered_map(lambda _: blas_threads(), range(1), MUCH)) == [{2}]


@over_work
def test_blas_has_its_threads_back_after_an_error(two_blas_threads, two_workers, work):
    def fail(item):
        raise KeyError(item)

    with pytest.raises(KeyError):
        list(ordered_map(fail, range(3), work))
    assert blas_threads() == {2}


class Unaddable:
    def __add__(self, other):
        raise KeyboardInterrupt


def test_blas_has_its_threads_back_while_the_error_of_a_sum_is_kept(two_blas_threads):
    # As in a notebook, which keeps the last error: an interrupt can come between blocks.
    block = RowBlock(np.zeros(N), np.zeros((N, 1)), np.zeros((N, 1)))
    with pytest.raises(KeyboardInterrupt) as kept:
        Memory(block).total(lambda _: Unaddable(), 128)
    assert blas_threads() == {2}
    del kept


def test_blas_has_its_threads_back_after_two_passes_at_once(two_blas_threads):
    # As when fits run in threads of the caller: the second begins within the first.
    first, second = (ordered_map(str, range(3), LITTLE) for _ in range(2))
    next(first), next(second)
    list(first), list(second)
    assert blas_threads() == {2}


def test_the_count_of_threads_is_that_of_blas(two_blas_threads):
    assert thread_count() == 2
    with threadpool_limits(limits=1):
        assert thread_count() == 1
    assert thread_count() == 2


def test_there_is_one_thread_where_no_blas_is_known(monkeypatch):
    nothing = ThreadpoolController().select(user_api="none of these")
    monkeypatch.setattr(threads, "_blas", lambda: nothing)
    assert thread_count() == 1


def test_blas_has_one_thread_in_a_pass_of_another_thread_of_the_caller(two_blas_threads):
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(
            lambda: list(ordered_map(lambda _: blas_threads(), range(3), LITTLE))
        )
        assert work.result() == [{1}] * 3
    assert blas_threads() == {2}


def test_blas_has_its_threads_back_where_another_thread_is_the_last(two_blas_threads):
    here = ordered_map(lambda _: blas_threads(), range(3), LITTLE)
    assert next(here) == {1}
    there = ordered_map(lambda _: blas_threads(), range(3), LITTLE)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(next, there).result() == {1}
        list(here)
        assert pool.submit(list, there).result() == [{1}] * 2
    assert blas_threads() == {2}


def test_older_libraries_have_no_thread_that_controls_them(monkeypatch, two_blas_threads):
    old = SimpleNamespace(lib_controllers=[object()], limit=threads._blas().limit)
    old.info = threads._blas().info
    monkeypatch.setattr(threads, "_blas", lambda: old)
    assert list(ordered_map(lambda _: blas_threads(), range(3), LITTLE)) == [{1}] * 3
