"""A race: all contestants in turn within a round, so that a drifting machine hits all alike."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy as np

from .contestants import Answer, Contestant, Lap

# A contestant that takes less than this in its trial is tried again: the first call imports.
_QUICK = 1.0


@dataclass(frozen=True)
class Settings:
    """How long to measure.

    Attributes
    ----------
    rounds : int
        Rounds, at most.
    share : float
        Seconds that a contestant may take of a race; slow ones take part in fewer rounds.
    cap : float
        Seconds of one run above which a contestant is left out.
    quick : bool
        Whether sizes are small, only to see that all runs.
    """

    rounds: int = 9
    share: float = 4.0
    cap: float = 60.0
    quick: bool = False


@dataclass
class Entry:
    """A contestant in a race, with its times and its answer."""

    contestant: Contestant
    absent: str = ""
    rounds: int = 0
    times: np.ndarray = field(default_factory=lambda: np.empty(0))
    answer: Answer | None = None
    lap: Lap | None = None


def race(contestants, data, trial, settings, times=1) -> dict[str, Entry]:
    """Time contestants in turn.

    Parameters
    ----------
    contestants : sequence of Contestant
        Who.
    data : Data
        On what.
    trial : Data
        A smaller sample, on which everyone warms up, and whose time says whether a
        contestant takes part and in how many rounds.
    settings : Settings
        How long.
    times : int
        Runs in a row, of which the mean is taken: more than one where a run takes
        microseconds.

    Returns
    -------
    dict of str to Entry
        In the order of the contestants.
    """
    entries = {one.name: Entry(one, absent=one.missing()) for one in contestants}
    for entry in entries.values():
        if not entry.absent:
            _attempt(entry, lambda entry: _try(entry, data, trial, settings, times))
    # Data are handed over after all trials: some contestants keep one set of them.
    for entry in _present(entries):
        _attempt(entry, lambda entry: _get_ready(entry, data))
    for turn in range(-1, settings.rounds):
        for entry in _present(entries):
            # The round that does not count is for those who take part in others.
            if turn < entry.rounds and (turn >= 0 or entry.rounds > 2):
                _attempt(entry, lambda entry, turn=turn: _lap(entry, times, turn))
    for entry in entries.values():
        entry.lap = None
    return entries


def _present(entries):
    return [entry for entry in entries.values() if not entry.absent]


def _attempt(entry, step):
    """A contestant that fails is out of the race, and the table says why."""
    with warnings.catch_warnings():
        # What they find is compared instead.
        warnings.simplefilter("ignore")
        try:
            step(entry)
        except Exception as error:  # noqa: BLE001 - other people's programs fail in any way
            entry.absent = f"failed: {type(error).__name__}: {error}".splitlines()[0][:120]


def _try(entry, data, trial, settings, times):
    lap = entry.contestant.start(trial)
    seconds, _ = lap(1)
    if seconds < _QUICK:
        seconds, _ = lap(times)
    expected = seconds * max(1.0, data.nobs / trial.nobs)
    if expected > settings.cap:
        entry.absent = f"left out: about {expected:.0f} s"
    entry.rounds = int(np.clip(settings.share / (expected * times), 1, settings.rounds))


def _get_ready(entry, data):
    entry.lap = entry.contestant.start(data)


def _lap(entry, times, turn):
    seconds, entry.answer = entry.lap(times)
    if turn >= 0:
        entry.times = np.append(entry.times, seconds)
