"""Fits of one model in threads at the same time give what one fit alone gives."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from .cases import CASES, numbers

THREADS = 4


@pytest.fixture(autouse=True)
def _threads_take_turns_often():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(function):
    """What the function returns in each of several threads that begin together."""
    barrier = Barrier(THREADS)

    def after_the_others_are_there():
        barrier.wait()
        return function()

    with ThreadPoolExecutor(THREADS) as pool:
        calls = [pool.submit(after_the_others_are_there) for _ in range(THREADS)]
        return [call.result(timeout=60) for call in calls]


@pytest.mark.parametrize("case", CASES)
def test_fits_of_one_model_in_parallel_threads_are_the_same_to_the_last_bit(case, tmp_path):
    alone = numbers(CASES[case](tmp_path).fit())
    model = CASES[case](tmp_path)  # nothing is known of its rows yet
    assert at_once(lambda: numbers(model.fit())) == [alone] * THREADS


@pytest.mark.parametrize("case", CASES)
def test_what_is_computed_at_first_use_is_the_same_in_parallel_threads(case, tmp_path):
    def parts(result):
        return [
            np.asarray(part).tobytes()
            for part in (result.bse, result.llnull, result.conf_int())
        ]

    alone = parts(CASES[case](tmp_path).fit())
    result = CASES[case](tmp_path).fit()
    assert at_once(lambda: parts(result)) == [alone] * THREADS


def test_the_log_likelihood_in_parallel_threads_is_the_same_to_the_last_bit(tmp_path):
    model = CASES["intervals and a scale equation"](tmp_path)
    params = np.array([1.0, 2.0, 0.4, 0.6])
    alone = model.loglike(params), model.score(params).tobytes()
    together = at_once(lambda: (model.loglike(params), model.score(params).tobytes()))
    assert together == [alone] * THREADS
