"""Compiled kernels: kept on the disk where that can be, and compiled again where it cannot.

numba gives up where it finds no folder to write to, and where a file that it kept is damaged.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

OVERRIDE = "NUMBA_CACHE_DIR"


def njit(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """`numba.njit`, of which the cache is a help and never a condition."""
    import numba

    def compiled(function: Callable[..., Any]) -> Any:
        try:
            kernel = numba.njit(**options)(function)
        except RuntimeError:  # no folder to write to
            return numba.njit(**{**options, "cache": False})(function)
        return forgiving(kernel)

    return compiled


def forgiving(kernel: Any) -> Any:
    """The same kernel, which is compiled anew where what was kept of it is of no use."""
    if hasattr(kernel, "_cache"):
        kernel._cache = _Forgiving(kernel._cache)
    return kernel


class _Forgiving:
    """A cache of numba, of which no failure is more than the time to compile."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def load_overload(self, types: Any, target: Any) -> Any:
        """What was kept; None if there is none, or it is damaged.

        Two processes that compile a kernel for different types at once may each keep it under
        the name of the other: called so, it would read other memory than it is given.
        """
        with contextlib.suppress(Exception):
            found = self._cache.load_overload(types, target)
            if found is None or found.signature.args == _arguments(types):
                return found
        return None

    def save_overload(self, types: Any, made: Any) -> None:
        """Keep what was compiled; a damaged list of what is there is begun anew."""
        with contextlib.suppress(Exception):
            try:
                self._cache.save_overload(types, made)
            except OSError:  # no room, or no right: what others kept stays
                return
            except Exception:
                self._cache.flush()
                self._cache.save_overload(types, made)


def _arguments(types: Any) -> tuple[Any, ...]:
    """Of a signature, one in words, or of the types alone."""
    from numba.core.sigutils import normalize_signature

    return tuple(normalize_signature(types)[0])


def find_folder() -> None:
    """Name a temporary folder to numba where it would find none, and give up on the import.

    Other packages that are imported from here would fail with it, such as scanpy and umap. As
    numba, it looks beside the packages and in the user's cache.
    """
    numba = find_spec("numba")
    origins = (__file__, numba.origin if numba is not None else None)
    beside = [Path(origin).parent for origin in origins if origin]
    given = os.environ.get(OVERRIDE)
    if all(os.access(folder, os.W_OK) for folder in beside) or _takes_files(_users_folder()):
        return
    if given and _takes_files(Path(given)):
        return
    folder = _temporary_folder()
    if folder is not None:
        os.environ[OVERRIDE] = str(folder)
        if "numba" in sys.modules:  # it has looked already
            sys.modules["numba"].config.CACHE_DIR = str(folder)


def _users_folder() -> Path:
    if sys.platform == "darwin":
        base = Path("~/Library/Caches")
    elif os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA", "~"))
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    return Path(os.path.expanduser(base)) / "numba"


def _takes_files(folder: Path) -> bool:
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def _temporary_folder() -> Path | None:
    """One for each user, that nobody else can write to: what lies there will be run."""
    import tempfile

    user = getattr(os, "geteuid", int)()
    try:
        folder = Path(tempfile.gettempdir()) / f"tmeatlas-numba-{user}"
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return None
    ours = stat.S_ISDIR(status.st_mode) and status.st_uid == user and not status.st_mode & 0o022
    return folder if (ours or os.name == "nt") and _takes_files(folder) else None
