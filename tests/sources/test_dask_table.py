"""Dask DataFrames, in threads and on a cluster of two processes."""

import os
import signal
from decimal import Decimal
from functools import reduce
from operator import add

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info

from sm_gaussmle.sources.table import NoRowsError, PartError

from .conftest import imported

imported("dask.dataframe")

import dask
import dask.dataframe as dd
import pyarrow as pa

from sm_gaussmle.sources.tables import dask as module
from sm_gaussmle.sources.tables.dask import DaskTable


@pytest.fixture(params=["threads", "cluster"])
def where(request):
    """What computes."""
    if request.param == "cluster":
        request.getfixturevalue("dask_client")
    return request.param


def rows(sizes):
    """Frames of random numbers, one a partition."""
    rng = np.random.default_rng(5)
    frames = [pd.DataFrame(rng.normal(size=(size, 3)), columns=list("xyz")) for size in sizes]
    for number, frame in enumerate(frames):
        frame["part"] = number
    return frames


def table(frames):
    return DaskTable(
        dd.from_delayed([dask.delayed(frame) for frame in frames], meta=frames[0][:0])
    )


def gram(frame):
    return frame[["x", "y"]].to_numpy().T @ frame[["x", "y"]].to_numpy()


# The functions that workers run are defined within tests or are lambdas: those go to them by
# value, and the tests need not be importable there.
def gram_of(frame):
    return (lambda f: f[["x", "y"]].to_numpy().T @ f[["x", "y"]].to_numpy())(frame)


UNEVEN = [40, 0, 1, 300, 0]


# What it is -----------------------------------------------------------------------------


def test_the_text_counts_partitions():
    assert [table(rows([1] * n)).text for n in (1, 12)] == [
        "Dask, 1 partition",
        "Dask, 12 partitions",
    ]
    assert not table(rows([1])).reads_once


def test_columns_are_those_of_the_frame():
    assert table(rows([1])).columns == ("x", "y", "z", "part")
