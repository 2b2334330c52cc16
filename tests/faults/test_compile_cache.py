"""What numba keeps of kernels: without it, or with it damaged, results are the same."""

from __future__ import annotations

import importlib.util
import itertools
import os
import resource
from pathlib import Path

import numba
import numpy as np
import pytest

from tmeatlas import _compile_cache as compile_cache

pytestmark = pytest.mark.skipif(
    os.environ.get("TMEATLAS_KERNELS") == "plain", reason="kernels run as plain Python here"
)

KERNEL = """
from tmeatlas._compile_cache import njit

@njit(cache=True)
def twice(x):
    return x + x
"""
NUMBERS = itertools.count()


@pytest.fixture
def twice(tmp_path, monkeypatch):
    """A function that gives the kernel as a process finds it that starts now."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    source = tmp_path / "kernel.py"
    source.write_text(KERNEL)

    def load():
        spec = importlib.util.spec_from_file_location(f"kernel{next(NUMBERS)}", source)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.twice

    return load


def kept(tmp_path, ending):
    return sorted((tmp_path / "cache").rglob(f"*{ending}"))


def hits(kernel):
    return sum(kernel.stats.cache_hits.values())


def test_a_kernel_that_was_kept_is_not_compiled_again(twice):
    first, second = twice(), twice()
    assert (first(3), second(3)) == (6, 6)
    assert (hits(first), hits(second)) == (0, 1)


DAMAGES = {
    "empty": lambda content: b"",
    "cut": lambda content: content[: len(content) // 2],
    "cut by a little": lambda content: content[:-9],
    "zeros": lambda content: bytes(len(content)),
    "garbage": lambda content: np.random.default_rng(0).bytes(len(content)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
def test_a_damaged_file_is_compiled_anew_and_mended(twice, tmp_path, ending, damage):
    assert twice()(3) == 6
    (file,) = kept(tmp_path, ending)
    file.write_bytes(damage(file.read_bytes()))
    met, after = twice(), twice()
    assert met(3) == 6
    assert hits(met) == 0
    assert after(3) == 6
    assert hits(after) == 1


def test_what_another_process_kept_under_the_same_name_is_not_run(twice, tmp_path):
    """Both count the files that are there before either has written its own."""
    first = twice()
    first(3)
    first(0.25)
    one, other = kept(tmp_path, ".nbc")
    of_one, of_other = one.read_bytes(), other.read_bytes()
    one.write_bytes(of_other)
    other.write_bytes(of_one)
    met, after = twice(), twice()
    assert (met(3), met(0.25)) == (6, 0.5)
    assert hits(met) == 0
    assert (after(3), after(0.25)) == (6, 0.5)
    assert hits(after) == 2


def test_without_any_folder_it_is_compiled_in_memory(twice, monkeypatch, tmp_path):
    monkeypatch.setattr(numba.core.caching.CacheImpl, "_locator_classes", [])
    kernel = twice()
    assert kernel(3) == 6
    assert not kept(tmp_path, "")


def test_a_full_disk_keeps_nothing_and_disturbs_nobody(twice, tmp_path):
    kernel = twice()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        assert kernel(3) == 6
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not kept(tmp_path, ".nbc")
    after = twice()
    assert (after(3), hits(after)) == (6, 0)
    assert hits_of_next(twice) == 1


def hits_of_next(twice):
    kernel = twice()
    kernel(3)
    return hits(kernel)


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """Neither beside the packages nor in the user's cache can files be written."""
    (tmp_path / "file").write_text("")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(compile_cache.os, "access", lambda *_: False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "file" / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "numba"))
    return tmp_path


def test_where_numba_would_give_up_it_is_given_a_temporary_folder(nowhere):
    compile_cache.find_folder()
    (folder,) = (nowhere / "tmp").iterdir()
    assert os.environ["NUMBA_CACHE_DIR"] == numba.config.CACHE_DIR == str(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    compile_cache.find_folder()
    assert list((nowhere / "tmp").iterdir()) == [folder]


def test_folders_that_take_files_are_left_to_numba(nowhere, monkeypatch):
    given = os.environ["NUMBA_CACHE_DIR"]
    monkeypatch.setenv("XDG_CACHE_HOME", str(nowhere / "cache"))
    monkeypatch.setattr(Path, "home", lambda: nowhere)
    monkeypatch.setattr(compile_cache.sys, "platform", "linux")
    compile_cache.find_folder()
    assert os.environ["NUMBA_CACHE_DIR"] == given
    monkeypatch.setenv("XDG_CACHE_HOME", str(nowhere / "file" / "cache"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(nowhere / "chosen"))
    compile_cache.find_folder()
    assert os.environ["NUMBA_CACHE_DIR"] == str(nowhere / "chosen")
    assert not list((nowhere / "tmp").iterdir())


def test_a_folder_that_others_can_write_to_is_not_used(nowhere):
    """What lies there is run."""
    folder = nowhere / "tmp" / f"tmeatlas-numba-{os.geteuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    given = os.environ["NUMBA_CACHE_DIR"]
    compile_cache.find_folder()
    assert os.environ["NUMBA_CACHE_DIR"] == given
    folder.rmdir()
    folder.write_text("")
    compile_cache.find_folder()
    assert os.environ["NUMBA_CACHE_DIR"] == given
