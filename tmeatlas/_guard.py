"""What stands at the public doors: no error of another package's leaves them without a word.

A function behind a door answers with its result or with a `TMEError`. Packages are
imported where they are first needed: one that cannot be is a `DependencyError`.
What else is raised inside is wrapped in an `UnexpectedError` that names the
function, the input and the versions, with the first error as its cause.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from importlib.metadata import PackageNotFoundError, version
from inspect import isfunction
from typing import Any

from tmeatlas._errors import DependencyError, TMEError, TMEWarning, in_one_line
from tmeatlas._log import one_line
from tmeatlas._rows import rows_are_cells
from tmeatlas._text import counted

RAISE_AS_IS = "TMEATLAS_RAISE"
"""Environment variable; where it is set, errors leave as they are (in our own tests, always)."""
PACKAGES = ("tmeatlas", "anndata", "numpy", "pandas", "scipy")
LONGEST = 300
"""Characters shown of another package's message."""

_said: ContextVar[set[str] | None] = ContextVar("tmeatlas_said", default=None)


class UnexpectedError(TMEError, RuntimeError):
    """Another package's error, or a fault of tmeatlas; its cause has the traceback."""


def guard(door: str) -> None:
    """Guard every function that the module called `door` offers in `__all__`."""
    module = sys.modules[door]
    for name in module.__all__:
        thing = vars(module).get(name)
        if isfunction(thing):
            setattr(module, name, guarded(thing, f"{door}.{name}"))


def guarded(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """`function` as it is, but for errors that are not of tmeatlas."""

    @wraps(function)
    def public(*args: Any, **kwargs: Any) -> Any:
        with _one_call(), one_line():
            try:
                return function(*args, **kwargs)
            except (TMEError, Warning, MemoryError):
                raise
            except Exception as error:
                if isinstance(error, ImportError) and not _is_ours(error.name or ""):
                    raise _not_importable(error, name) from error
                called_wrongly = error.__traceback__ is None or not error.__traceback__.tb_next
                if called_wrongly or os.environ.get(RAISE_AS_IS):
                    raise
                raise UnexpectedError(_told(error, name, [*args, *kwargs.values()])) from error

    # Pickle and help look a function up where the user finds it.
    public.__module__, _, public.__qualname__ = name.rpartition(".")
    return public


def warn(message: str) -> None:
    """A `TMEWarning`, once for each call of a public function."""
    said = _said.get()
    if said is not None:
        if message in said:
            return
        said.add(message)
    warnings.warn(message, TMEWarning, stacklevel=_depth())


@contextmanager
def _one_call() -> Iterator[None]:
    if _said.get() is not None:  # one public function calls another
        yield
        return
    token = _said.set(set())
    try:
        with rows_are_cells():
            yield
    finally:
        _said.reset(token)


def _depth() -> int:
    """The `stacklevel` at which the caller of tmeatlas stands."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__", "")):
        frame, level = frame.f_back, level + 1
    return level


def _is_ours(module: str) -> bool:
    return module == "tmeatlas" or module.startswith(("tmeatlas.", "contextlib"))


def _not_importable(error: ImportError, name: str) -> DependencyError:
    """What is said where a package, which all else does without, cannot be imported."""
    package = (error.name or "").partition(".")[0] or "a package"
    return DependencyError(
        f"{name.replace('tmeatlas', 'tme', 1)} needs {package}, which cannot be imported "
        f"({type(error).__name__}: {_short(error)}). `python -m pip check` says what is missing or "
        "does not fit, `python -m pip install tmeatlas` installs what is missing. What does not "
        "need it works without."
    )


def _short(error: Exception) -> str:
    text = in_one_line(error)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _told(error: Exception, name: str, given: list[object]) -> str:
    text = _short(error)
    kinds = [_described(thing) for thing in given if hasattr(thing, "obs_names")]
    of_what = f" Given: {'; '.join(kinds)}." if kinds else ""
    return (
        f"{name.replace('tmeatlas', 'tme', 1)} met something it does not know how to read: "
        f"{type(error).__name__}: {text}.{of_what} With {_versions()}. If the input is as it "
        "should be, this is a fault of tmeatlas; the error above, with its traceback, shows where."
    )


def _described(adata: Any) -> str:
    """Shape and storage of an AnnData, of which any part may be broken."""
    try:
        x = adata.X
        kind = "no X" if x is None else f"X {type(x).__name__} of {x.dtype}"
        return f"{counted(adata.n_obs, 'cell')} × {counted(adata.n_vars, 'gene')}, {kind}"
    except Exception:
        return f"{type(adata).__name__} that cannot be read"


def _versions() -> str:
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
