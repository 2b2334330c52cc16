"""For all tests: the real tumours, storage in every form, and what may not be lacking."""

from __future__ import annotations

import hashlib
import inspect
import os
import re
import sys
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import numba
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData
from numba.core import event

REPOSITORY = Path(__file__).resolve().parents[1]
REQUIRED = os.environ.get("TMEATLAS_REQUIRE", "").split()
"""What must be there ("browser", "data", names of packages): no test may skip for lack of it."""
REASONS = {
    "browser": r"Chromium|playwright",
    "data": r"the real data sets",
    "node": r"there is no node",
}

PLAIN_KERNELS = os.environ.get("TMEATLAS_KERNELS") == "plain"
"""Whether our kernels run as plain Python: slow, but coverage and mutants see every line."""


# No fault of ours hides behind the guard at the public doors; child processes inherit it.
os.environ["TMEATLAS_RAISE"] = "1"

# The same examples in every run, however long one takes. Smoke sets run without hypothesis.
with suppress(ImportError):
    from hypothesis import HealthCheck, settings

    settings.register_profile(
        "steady",
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        print_blob=True,
    )
    settings.load_profile("steady")

compiled = numba.njit


def njit_but_for_ours(*arguments, **options):
    """`numba.njit`, but functions of tmeatlas stay what they are."""

    def decorate(function):
        ours = function.__module__.startswith("tmeatlas.")
        return function if ours else compiled(*arguments, **options)(function)

    if arguments and inspect.isfunction(arguments[0]):
        function, *arguments = arguments
        return decorate(function)
    return decorate


if PLAIN_KERNELS:
    numba.njit = njit_but_for_ours


@contextmanager
def not_counted():
    """A block in which coverage, if it runs, looks away: it slows all Python, not ours alone."""
    coverage = sys.modules.get("coverage")
    counting = coverage and coverage.Coverage.current()
    if not counting:
        yield
        return
    counting.stop()
    try:
        yield
    finally:
        counting.start()


class CompileUncounted(event.Listener):
    """Has coverage look away while numba compiles, which is long and never a line of ours."""

    def __init__(self):
        self.blocks = []

    def on_start(self, event):
        self.blocks.append(not_counted())
        self.blocks[-1].__enter__()

    def on_end(self, event):
        self.blocks.pop().__exit__(None, None, None)


event.register("numba:compile", CompileUncounted())


def pytest_addoption(parser):
    parser.addoption(
        "--thorough", action="store_true", help="also run costly tests that are alike to others"
    )


def pytest_collection_modifyitems(config, items):
    """Leave out what is costly and alike to a test that runs, unless asked for."""
    if config.getoption("--thorough"):
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]


NOT_COUNTED = ("tests/benchmarks/", "tests/browser/")
"""Tests of other code than the package's, whose lines coverage does not count."""


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    """Count lines that are reached on data made here, wherever the real tumours are."""
    elsewhere = item.nodeid.startswith(NOT_COUNTED) or "shared_data" in item.fixturenames
    with not_counted() if elsewhere else nullcontext():
        yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    """Make a skip for lack of what is required a failure."""
    outcome = yield
    report = outcome.get_result()
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = str(report.longrepr[-1])
    lacking = [name for name in REQUIRED if re.search(_reason(name), reason)]
    if lacking:
        report.outcome = "failed"
        report.longrepr = f"TMEATLAS_REQUIRE names {lacking[0]!r}, and the test skips: {reason}"


def _reason(name: str) -> str:
    return REASONS.get(name, rf"could not import '{name}\b|\b{name} is not installed")


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real data sets, which lies beside a development checkout."""
    folder = Path(os.environ.get("TMEATLAS_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"the real data sets are not at {folder}; set TMEATLAS_SHARED to their folder")
    return folder


STORAGES = {"dense": np.asarray, "csr": sp.csr_matrix, "csc": sp.csc_matrix}


@pytest.fixture(params=list(STORAGES))
def storage(request):
    """A function that turns a dense array into one kind of storage."""
    return STORAGES[request.param]


@pytest.fixture
def small_counts() -> AnnData:
    """60 cells × 40 genes of counts in three groups and two samples, made here."""
    rng = np.random.default_rng(0)
    groups = np.repeat(["alpha", "beta", "gamma"], 20)
    mean = rng.gamma(1.0, 1.0, size=(3, 40))
    counts = rng.poisson(mean[np.repeat([0, 1, 2], 20)])
    obs = pd.DataFrame(
        {
            "group": pd.Categorical(groups),
            "sample": pd.Categorical(np.tile(["s1", "s2"], 30)),
        },
        index=[f"cell{i}" for i in range(60)],
    )
    var = pd.DataFrame(index=[f"G{i}" for i in range(40)])
    return AnnData(sp.csr_matrix(counts, dtype=np.float32), obs=obs, var=var)


@pytest.fixture
def serve(monkeypatch, tmp_path):
    """Have files of the registry of downloads come from here; gives the list of what is asked.

    What is not given is not there either. The cache is a folder of the test.
    """
    from serving import served

    from tmeatlas import _downloads as downloads

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("TMEATLAS_CACHE", str(tmp_path / "cache"))
    with ExitStack() as servers:

        def start(files: dict[str, bytes]) -> list[str]:
            asked: list[str] = []
            contents = {f"/{downloads.REGISTRY[name].file}": files[name] for name in files}
            address = servers.enter_context(served(contents, asked))
            here = {}
            for name, entry in downloads.REGISTRY.items():
                known = hashlib.sha256(files.get(name, b"")).hexdigest()
                sha256 = known if entry.sha256 and name in files else entry.sha256
                here[name] = replace(entry, url=f"{address}/{entry.file}", sha256=sha256)
            monkeypatch.setattr(downloads, "REGISTRY", here)
            return asked

        yield start


@pytest.fixture
def shell(monkeypatch, tmp_path, capfd):
    """Run a command in an empty folder; gives the exit status, stdout and stderr."""
    from tmeatlas.shell import main

    monkeypatch.chdir(tmp_path)

    def run(*words):
        with pytest.raises(SystemExit) as exited:
            main([str(word) for word in words])
        captured = capfd.readouterr()
        return exited.value.code or 0, captured.out, captured.err

    return run
