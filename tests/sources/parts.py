"""A table that is a list of frames: what the tests of formulas over parts read."""

from functools import reduce
from operator import add

import cloudpickle
import pandas as pd

from sm_gaussmle.sources.table import HEAD_ROWS, NoRowsError, PartError, ReadOnceError


class Parts:
    """Frames of one table, in order; each call of a function is as in another process."""

    text = "frames"

    def __init__(self, *frames, reads_once=False):
        self.frames = [frame for frame in frames if len(frame)]
        self.columns = tuple(frames[0].columns)
        self.reads_once = reads_once
        self.passes = 0
        self.read = None

    def head(self, columns):
        if not self.frames:
            raise NoRowsError("frames have no rows.")
        return self.frames[0][list(columns)].head(HEAD_ROWS)

    def total(self, function, columns, each=None):
        if self.reads_once and self.passes:
            raise ReadOnceError("frames have been read.")
        self.passes += 1
        self.read = list(columns)
        found = []
        for place, frame in enumerate(self.frames):
            try:
                sent = cloudpickle.loads(cloudpickle.dumps(function))
                told = cloudpickle.loads(cloudpickle.dumps(sent(frame[list(columns)])))
            except Exception as error:  # as engines do, whatever is raised
                raise PartError(f"part {place} of frames: {error}") from error
            if each is not None:
                each(told)
            found.append(told)
        return reduce(add, found)

    def whole(self):
        return pd.concat(self.frames, ignore_index=True)
