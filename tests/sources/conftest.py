"""Clusters of this machine, real ones, started once a session.

With ``pytest -n 2`` each of its processes that runs such a test starts its own: 2 s for
Dask, 5 s for Spark.
"""

import os
import shutil
import sys
from importlib import import_module

import pytest


def need(condition, reason):
    """Skip, but in CI fail: a cluster that nobody starts shows nothing."""
    if not condition:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def imported(name):
    """An optional package, which CI has."""
    if os.environ.get("CI"):
        return import_module(name)
    return pytest.importorskip(name)


@pytest.fixture(scope="session")
def dask_cluster():
    """Two processes of Dask with one thread each; any port will do for its pages."""
    imported("dask.dataframe")
    distributed = imported("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=60
    ) as cluster:
        yield cluster


@pytest.fixture
def dask_client(dask_cluster):
    """A client of that cluster, which Dask computes with while a test runs."""
    from distributed import Client

    with Client(dask_cluster) as client:
        yield client


@pytest.fixture(scope="session")
def java():
    """Java and pyspark, for Spark."""
    imported("pyspark")
    there = shutil.which("java") or os.environ.get("JAVA_HOME")
    need(there, "Spark needs Java 17: none on PATH, no JAVA_HOME")


@pytest.fixture(scope="session")
def spark_environment(java):
    """Workers run this Python, and nothing listens outside this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        # where they find the package and the functions of tests
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
        yield


@pytest.fixture(scope="session")
def spark(spark_environment):
    """A classic session of Spark with two threads."""
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.log.level", "OFF")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    yield session
    session.stop()
