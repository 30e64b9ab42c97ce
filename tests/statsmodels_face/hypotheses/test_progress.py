"""How far a bootstrap is."""

import sys
from types import SimpleNamespace

import pytest

from sm_gaussmle.sources.progress import counted


class Bar:
    """What tqdm is used for here."""

    made = ()

    def __init__(self, total, desc, unit, unit_scale):
        self.total, self.desc, self.done, self.closed = total, desc, 0, False
        self.unit = unit, unit_scale
        Bar.made = (self,)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True

    def update(self, steps):
        self.done += steps


@pytest.fixture
def without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)


def test_steps_are_counted_on_standard_error(without_tqdm, capsys):
    with counted(5, "work", shown=True) as tick:
        tick(2)
        tick(3)
    written = capsys.readouterr()
    assert written.err == "\rwork: 2/5\rwork: 5/5\n"
    assert not written.out


def test_steps_are_a_bar_where_there_is_tqdm(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm.auto", SimpleNamespace(tqdm=Bar))
    with counted(5, "work", shown=True) as tick:
        tick(2)
        tick(3)
    (bar,) = Bar.made
    assert (bar.total, bar.desc, bar.done, bar.closed) == (5, "work", 5, True)
    assert bar.unit == ("it", False)
    assert not capsys.readouterr().err


def test_steps_of_a_pass_are_rows_of_which_it_is_not_known_how_many(without_tqdm, capsys):
    with counted(None, "pass 1", shown=True, unit=" rows") as tick:
        tick(7)
    assert capsys.readouterr().err == "\rpass 1: 7\n"


def test_a_bar_of_rows_has_them_in_thousands(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", SimpleNamespace(tqdm=Bar))
    with counted(None, "pass 1", shown=True, unit=" rows"):
        pass
    assert Bar.made[0].unit == (" rows", True)


def test_nothing_is_shown_unasked(without_tqdm, capsys):
    with counted(5, "work", shown=False) as tick:
        tick(5)
    assert not capsys.readouterr().err


@pytest.mark.parametrize("options", [{}, {"kind": "parametric"}, {"n_jobs": 2}])
def test_a_bootstrap_counts_its_replicates(constant, scaled, without_tqdm, capsys, options):
    for model in (constant, scaled):
        model.fit().bootstrap(70, rng=1, progress=True, **options)
        assert capsys.readouterr().err.endswith("bootstrap: 70/70\n")
