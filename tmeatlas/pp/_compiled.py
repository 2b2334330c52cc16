"""What scanpy's neighbours and UMAP compile, kept from one process to the next.

umap and pynndescent compile their functions anew in every process, for longer than all else
takes on few cells. numba can keep the machine code of a function; here it does so for theirs.
"""

from __future__ import annotations

import hashlib
import platform
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from typing import Any

from tmeatlas._cache import cache_folder
from tmeatlas._compile_cache import forgiving
from tmeatlas._errors import InputError

LIBRARIES = ("umap", "pynndescent")
# Machine code holds what these make of a function; numba itself looks at the function alone.
MADE_BY = ("umap-learn", "pynndescent", "numba", "llvmlite", "numpy")

_one_at_a_time = threading.Lock()


@contextmanager
def compiled_code_kept() -> Iterator[None]:
    """A block in which functions of umap and pynndescent are compiled once for all processes.

    Within it numba looks for their machine code in tmeatlas' cache folder, and leaves there what
    is missing; what they return is the same. Afterwards all is as it was, so that code of others
    compiles and keeps what it always did. Without a folder to write to, and with a numba that
    keeps code in other ways, they are compiled as ever.
    """
    folder = _folder()
    if folder is None or not _one_at_a_time.acquire(blocking=False):
        yield
        return
    try:
        with _functions_kept_in(folder):
            yield
    finally:
        _one_at_a_time.release()


def _folder() -> Path | None:
    """Where code of these versions, on this kind of machine, is kept; None without such a place."""
    try:
        folder = cache_folder() / "compiled" / _made_by()
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f"{uuid.uuid4().hex}.tmp"
        probe.touch()
        probe.unlink()
    except (InputError, OSError, PackageNotFoundError):
        return None
    return folder


def _made_by() -> str:
    versions = [f"{name} {version(name)}" for name in MADE_BY]
    machine = [platform.python_implementation(), platform.python_version(), platform.machine()]
    return hashlib.sha256("\n".join(versions + machine).encode()).hexdigest()[:16]


@contextmanager
def _functions_kept_in(folder: Path) -> Iterator[None]:
    from numba.core.dispatcher import Dispatcher

    before: list[tuple[Any, Any]] = []
    make = Dispatcher.__init__

    def make_and_keep(self: Any, *arguments: Any, **options: Any) -> None:
        make(self, *arguments, **options)
        # Before the decorator goes on: a function with given types is compiled there and then.
        _keep(self, folder, before)

    for function in _made_already(Dispatcher):
        _keep(function, folder, before)
    Dispatcher.__init__ = make_and_keep  # type: ignore[method-assign]
    try:
        yield
    finally:
        Dispatcher.__init__ = make  # type: ignore[method-assign]
        for function, cache in before:
            # Functions that ask for a cache themselves got theirs after ours.
            if isinstance(function._cache, _KeptCode):
                function._cache = cache


def _made_already(kind: type) -> list[Any]:
    """The functions of the libraries that are loaded, each once."""
    loaded = [module for name, module in list(sys.modules.items()) if _is_theirs(name)]
    values = chain.from_iterable(vars(module).values() for module in loaded)
    return list({id(value): value for value in values if isinstance(value, kind)}.values())


def _is_theirs(module: str) -> bool:
    return module.partition(".")[0] in LIBRARIES


def _keep(function: Any, folder: Path, before: list[tuple[Any, Any]]) -> None:
    """Give `function` a cache in `folder` if it is one of theirs and has none."""
    import numba
    from numba.core.caching import NullCache

    written = function.py_func
    # What a closure holds is new to numba in each process, and would be kept again by each.
    if not _is_theirs(written.__module__ or "") or written.__closure__ is not None:
        return
    if not isinstance(function._cache, NullCache):
        return
    config: Any = numba.config
    null, chosen = function._cache, config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    # The parts of numba that this reaches into may be others in a later version.
    with suppress(Exception):
        function.enable_caching()
        forgiving(function)
        function._cache = _KeptCode(function._cache, folder)
        before.append((function, null))
    config.CACHE_DIR = chosen
    if not isinstance(function._cache, _KeptCode):
        function._cache = null


class _KeptCode:
    """numba's cache of one function, in a folder of ours."""

    def __init__(self, cache: Any, folder: Path) -> None:
        if folder not in Path(cache.cache_path).parents:
            raise OSError(f"numba keeps code in {cache.cache_path}, not in {folder}")
        # numba numbers the files of a function. Two processes that write at once would take the
        # same number for code of different types; with names of their own they cannot.
        pattern = cache._cache_file._data_name_pattern
        cache._cache_file._data_name_pattern = f"{uuid.uuid4().hex[:12]}-{pattern}"
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        return None if _names_a_function(sig) else self._cache.load_overload(sig, target_context)

    def save_overload(self, sig: Any, compiled: Any) -> None:
        if not _names_a_function(sig):
            self._cache.save_overload(sig, compiled)


def _names_a_function(sig: Any) -> bool:
    """Whether a function is among the arguments: it is another one in each process."""
    from numba.types import Dispatcher  # type: ignore[attr-defined]

    arguments = getattr(sig, "args", sig)
    return any(isinstance(each, Dispatcher) for each in arguments)
