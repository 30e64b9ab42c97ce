"""What `import sm_gaussmle` brings in."""

import subprocess
import sys

HEAVY = {"matplotlib", "pyarrow", "polars", "duckdb", "dask", "pyspark", "sklearn", "tqdm"}


def imported(statement):
    code = f"import sys; {statement}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_import_brings_in_no_heavy_package():
    # statsmodels itself may, as pandas does with pyarrow where that is installed.
    base = imported("import statsmodels.api, statsmodels.formula.api")
    assert not (imported("import sm_gaussmle") - base) & HEAVY


def test_both_spellings_give_the_same_names():
    import sm_gaussmle
    import sm_gaussmle.api

    assert sm_gaussmle.__all__ == sm_gaussmle.api.__all__
    for name in sm_gaussmle.__all__:
        assert getattr(sm_gaussmle, name) is getattr(sm_gaussmle.api, name)


def test_a_checkout_that_was_not_installed_says_so(monkeypatch):
    import importlib
    import importlib.metadata

    import sm_gaussmle

    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    with monkeypatch.context() as patch:
        patch.setattr(importlib.metadata, "version", missing)
        assert importlib.reload(sm_gaussmle).__version__ == "not installed"
    importlib.reload(sm_gaussmle)
