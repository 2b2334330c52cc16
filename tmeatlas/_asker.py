"""Who asks: remedies are Python for those who call the library, options for those in a shell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_in_shell: ContextVar[bool] = ContextVar("tmeatlas_in_shell", default=False)

IN_SHELL = {
    "genes": "gene",
    "covariates": "covariate",
    "labels": "label",
    "obs_keys": "obs_key",
    "thresholds": "threshold",
    "rng": "seed",
}
"""Options that have another name in the shell, where many values are given one by one."""


@contextmanager
def asked_from_shell() -> Iterator[None]:
    """Word the messages of the calls inside the block for somebody at the command line."""
    token = _in_shell.set(True)
    try:
        yield
    finally:
        _in_shell.reset(token)


def is_in_shell() -> bool:
    """Whether a command of the shell asks."""
    return _in_shell.get()


def option(name: str, value: object = None) -> str:
    """An option by the name that the asker knows: `` `layer='counts'` `` or `` `--layer counts` ``.

    Without a value: `` `layer=` `` or `` `--layer` ``. True is a switch in the shell.
    """
    if not _in_shell.get():
        return f"`{name}={'' if value is None else repr(value)}`"
    base, _, part = name.partition("[")  # an entry of a dict, which the shell gives one by one
    flag = f"--{IN_SHELL.get(base, base).replace('_', '-')}"
    if part:
        entry = part.strip("']")
        flag = f"{flag} {entry}="
    return f"`{flag}`" if value is None or value is True else f"`{flag} {value}`"


def remedy(*, python: str, shell: str = "") -> str:
    """What to do, in the words of the asker; "" where there is no way from the shell."""
    return shell if _in_shell.get() else python
