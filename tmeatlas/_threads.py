"""How many threads share the work, and what they know."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context


def n_threads() -> int:
    """One thread per core that this process may use, or as NUMBA_NUM_THREADS says."""
    import numba

    return int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]


def pool_of(threads: int) -> ThreadPoolExecutor:
    """Threads for work that may raise or warn.

    Who asks, and what was said already, are context variables, which threads start without.
    """
    context = copy_context()

    def take_over() -> None:
        for variable, value in context.items():
            variable.set(value)

    return ThreadPoolExecutor(threads, initializer=take_over)
