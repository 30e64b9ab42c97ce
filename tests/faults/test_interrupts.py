"""An interrupt at any place of a fit leaves the model as it was: the next fit is the same."""

import inspect
import sys
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

import sm_gaussmle
from sm_gaussmle.sources.memory import Memory
from sm_gaussmle.sources.stream import Stream

from .cases import CASES, numbers
from .effort import EFFORT

PACKAGE = str(Path(sm_gaussmle.__file__).parent)
PLACES = 4 * EFFORT  # of each fit, evenly spread
ITERATIVE = [case for case in CASES if case != "constant variance"]  # that one is solved


class Interrupts:
    """Counts the sums over blocks of rows, and interrupts inside one of them."""

    def __init__(self, monkeypatch):
        self.count, self.at = 0, 0
        for kind in (Memory, Stream):
            monkeypatch.setattr(kind, "total", self._counted(kind.total))

    def _counted(self, total):
        def counted(source, function, width):
            return total(source, lambda block: self._look(function, block), width)

        return counted

    def _look(self, function, block):
        self.count += 1
        if self.count == self.at:
            raise KeyboardInterrupt
        return function(block)


def calls_in(function, at):
    """Count the calls of functions of the package, and interrupt one of them."""
    count = 0

    def look(frame, event, _):
        nonlocal count
        code = frame.f_code
        # Generators are called again when they are closed, where Python ignores errors.
        if event == "call" and PACKAGE in code.co_filename and not isgenerator(code):
            count += 1
            if count == at:
                raise KeyboardInterrupt

    sys.setprofile(look)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


def isgenerator(code):
    return bool(code.co_flags & inspect.CO_GENERATOR)


def spread(count):
    return np.unique(np.linspace(1, count, min(PLACES, count)).astype(int))


def surroundings(model):
    """What an interrupted fit could leave behind."""
    threads = [library["num_threads"] for library in threadpool_info()]
    return np.geterr(), threads, sorted(vars(model))


@pytest.mark.parametrize("case", ITERATIVE)
def test_an_interrupt_inside_an_evaluation_leaves_the_model_usable(case, tmp_path, monkeypatch):
    interrupts = Interrupts(monkeypatch)
    model = CASES[case](tmp_path)
    expected = numbers(CASES[case](tmp_path).fit())
    evaluations = interrupts.count
    before = surroundings(model)
    for place in spread(evaluations):
        interrupts.count, interrupts.at = 0, place
        with pytest.raises(KeyboardInterrupt):
            model.fit()
        assert surroundings(model) == before
        interrupts.at = 0
        assert numbers(model.fit()) == expected


@pytest.mark.parametrize("case", CASES)
def test_an_interrupt_at_a_call_of_any_function_leaves_the_model_usable(case, tmp_path):
    model = CASES[case](tmp_path)
    expected = numbers(CASES[case](tmp_path).fit())
    before = surroundings(model)
    for place in spread(calls_in(CASES[case](tmp_path).fit, None)):
        with pytest.raises(KeyboardInterrupt):
            calls_in(model.fit, place)
        assert surroundings(model) == before
        assert numbers(model.fit()) == expected


@pytest.mark.parametrize("method", [None, "newton", "bfgs"])
@pytest.mark.parametrize(
    "case", ["scale equation", "intervals and a scale equation", "scale equation, in passes"]
)
def test_an_interrupt_after_an_iteration_leaves_the_model_usable(case, method, tmp_path):
    model, iterations = CASES[case](tmp_path), []
    expected = numbers(model.fit(method=method, callback=iterations.append))
    for last in spread(len(iterations)):
        seen = []

        def stop(params, seen=seen, last=last):
            seen.append(params)
            if len(seen) == last:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            model.fit(method=method, callback=stop)
        assert len(seen) == last
        assert numbers(model.fit(method=method)) == expected


@pytest.mark.parametrize("case", CASES)
def test_an_interrupt_while_a_model_is_made_leaves_the_data_as_they_were(case, tmp_path):
    expected = numbers(CASES[case](tmp_path).fit())
    for place in spread(calls_in(lambda: CASES[case](tmp_path), None)):
        with pytest.raises(KeyboardInterrupt):
            calls_in(lambda: CASES[case](tmp_path), place)
        assert numbers(CASES[case](tmp_path).fit()) == expected
