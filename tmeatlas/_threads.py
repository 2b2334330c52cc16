"""How many threads share the work."""

from __future__ import annotations


def n_threads() -> int:
    """One thread per core that this process may use, or as NUMBA_NUM_THREADS says."""
    import numba

    return int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]
