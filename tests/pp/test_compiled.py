"""Machine code of umap and pynndescent, kept from one process to the next."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import numpy as np
import pytest

from tmeatlas.pp import _compiled

# A small library of this name, as the real one takes long to compile.
SMALL = """
import numba

@numba.njit("f8(f8)")
def given(x):
    return x * 2

@numba.njit
def later(x):
    return x + 1

@numba.njit
def applied(function, x):
    return function(x)

def closure(k):
    @numba.njit
    def inner(x):
        return x + k
    return inner
"""
USE = """
import json, sys
from numba import config
from numba.core import event
from numba.core.dispatcher import Dispatcher
from tmeatlas.pp._compiled import compiled_code_kept

class Compiled(event.Listener):
    names = []
    def on_start(self, event):
        function = event.data["dispatcher"].py_func
        if function.__module__ == "umap":
            self.names.append(function.__name__)
    def on_end(self, event):
        pass

event.register("numba:compile", Compiled())
before = Dispatcher.__init__, config.CACHE_DIR
try:
    with compiled_code_kept():
        import umap
        results = [umap.given(1.0), umap.later(1), umap.applied(umap.later, 1), umap.closure(3)(1)]
        raise KeyError("within")
except KeyError:
    pass
restored = [(Dispatcher.__init__, config.CACHE_DIR) == before]
for function in (umap.given, umap.later, umap.applied, umap.closure(3)):
    restored.append(type(function._cache).__name__ == "NullCache")
inside = list(Compiled.names)
umap.later(1.5)  # of another type, afterwards
with compiled_code_kept():
    results.append(umap.later(b"a"[0:1] == b"a"))  # and once more, made already
print(json.dumps({"compiled": inside, "results": results, "restored": restored}))
"""
WHOLE = """
import sys
import numpy as np
from numba.core import event
from tmeatlas.pp._compiled import LIBRARIES

class Compiled(event.Listener):
    n = 0
    def on_start(self, event):
        name = event.data["dispatcher"].py_func.__module__
        self.n += name.partition(".")[0] in LIBRARIES
    def on_end(self, event):
        pass

compiled = Compiled()
event.register("numba:compile", compiled)
import tmeatlas as tme
cells = tme.datasets.simulated(100, rng=0)
cells.obsm["X_pca"] = np.random.default_rng(0).normal(size=(100, 5)).astype(np.float32)
tme.pp.prepare(cells)
np.savez(sys.argv[1], umap=cells.obsm["X_umap"], compiled=compiled.n)
"""


def start(program, cache, *arguments, first=""):
    environment = {
        **os.environ,
        "TMEATLAS_CACHE": str(cache),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(first), *sys.path])),
    }
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program, *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process):
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out


@pytest.fixture
def use(tmp_path):
    """A function that starts processes which use the small library, and gives what they found."""
    library = tmp_path / "library"
    library.mkdir()
    (library / "umap.py").write_text(SMALL)

    def use_(cache, n=1):
        running = [start(USE, cache, first=library) for _ in range(n)]
        found = [json.loads(end(process)) for process in running]
        for each in found:
            assert each["results"] == [2.0, 2, 2, 4, 2]
            assert all(each["restored"])
        return [each["compiled"] for each in found]

    return use_


def files_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_second_process_compiles_no_more_than_what_is_new_to_it(use, tmp_path):
    cache = tmp_path / "cache"
    [first] = use(cache)
    assert first == ["given", "later", "applied", "inner"]
    kept = files_in(cache)
    # Functions among the arguments and in closures are others in each process.
    assert use(cache) == [["applied", "inner"]]
    assert files_in(cache) == kept
    # Files that were cut off are made again.
    for path in kept:
        path.write_bytes(path.read_bytes()[:-7])
    assert use(cache) == [first]
    assert use(cache) == [["applied", "inner"]]


def test_processes_that_start_at_once_do_not_disturb_each_other(use, tmp_path):
    cache = tmp_path / "cache"
    use(cache, 3)
    assert use(cache) == [["applied", "inner"]]


def test_other_versions_have_another_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TMEATLAS_CACHE", str(tmp_path))
    usual = _compiled._folder()
    assert usual == _compiled._folder()
    assert files_in(tmp_path) == []
    of = _compiled.version
    for name in _compiled.MADE_BY:
        monkeypatch.setattr(_compiled, "version", lambda n, name=name: of(n) + "1" * (n == name))
        assert _compiled._folder() not in (None, usual), name


def without_metadata(name):
    raise PackageNotFoundError(name)


def test_without_a_place_or_with_another_numba_all_is_compiled(tmp_path, monkeypatch):
    from numba import njit
    from numba.core.caching import NullCache
    from numba.core.dispatcher import Dispatcher

    def f(x):
        return x

    def cache_within():
        with _compiled.compiled_code_kept():
            return type(njit(f)._cache)

    f.__module__ = "umap.layouts"
    monkeypatch.setenv("TMEATLAS_CACHE", str(tmp_path))
    assert cache_within() is _compiled._KeptCode
    with _compiled.compiled_code_kept():  # of another thread, or within
        assert cache_within() is _compiled._KeptCode
    with monkeypatch.context() as patch:
        patch.setattr(Dispatcher, "enable_caching", lambda self: setattr(self, "_cache", object()))
        assert cache_within() is NullCache
    with monkeypatch.context() as patch:
        patch.setattr(_compiled, "version", without_metadata)
        assert cache_within() is NullCache
    (tmp_path / "file").touch()
    monkeypatch.setenv("TMEATLAS_CACHE", str(tmp_path / "file" / "cache"))
    assert cache_within() is NullCache


def test_coordinates_are_the_same_and_a_second_process_compiles_nothing(tmp_path):
    (tmp_path / "file").touch()
    # Below a file there is no place: as if nothing were kept.
    places = {"without": tmp_path / "file" / "cache", "first": tmp_path / "cache"}
    for process in [start(WHOLE, place, tmp_path / name) for name, place in places.items()]:
        end(process)
    end(start(WHOLE, places["first"], tmp_path / "second"))
    found = {name: np.load(tmp_path / f"{name}.npz") for name in (*places, "second")}
    assert found["without"]["compiled"] > 0
    assert found["first"]["compiled"] > 0
    assert found["second"]["compiled"] == 0
    for each in found.values():
        assert each["umap"].dtype == np.float32
        assert np.array_equal(each["umap"], found["without"]["umap"])
