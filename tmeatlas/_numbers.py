"""Checks of numbers and seeds among the options, with one wording for all; places to look at."""

from __future__ import annotations

from math import inf
from numbers import Integral, Real
from typing import cast

import numpy as np
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError

PEERS_SEEDS = 2**32
"""Seeds of other packages are below it, as are those of numpy's older generators."""


def check_number(
    name: str,
    value: object,
    *,
    low: float,
    high: float = inf,
    ends: bool = True,
    whole: bool = False,
    remedy: str = "",
) -> None:
    """Refuse an option that is no number from `low` to `high`; without `ends`, between them."""
    kind = Integral if whole else Real
    if isinstance(value, kind) and not isinstance(value, bool):
        given = cast(float, value)
        inside = low <= given <= high if ends else low < given < high
        if inside and given not in (inf, -inf):
            return
    number = "a whole number" if whole else "a number"
    if high < inf:
        span = f"from {low} to {high}" if ends else f"between {low} and {high}"
    else:
        span = f"of {low} or more" if ends else f"above {low}"
    named = option(name) if name.isidentifier() else f"`{name}`"
    raise InputError(f"{named} must be {number} {span}, found {value!r}. {remedy}".rstrip())


def read_seed(rng: int | np.random.Generator, *, below: int = 2**63) -> int:
    """The seed itself, or one drawn from a generator; None would give other results in each run."""
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(below))
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and 0 <= rng < below:
        return int(rng)
    raise InputError(
        f"Expected a whole number from 0 to {below - 1} or a numpy.random.Generator as "
        f"{option('rng')}, "
        f"found {rng!r}."
    )


def evenly_spaced(n: int, most: int) -> NDArray[np.intp]:
    """At most so many of `n` places, from the first to the last."""
    return np.unique(np.linspace(0, max(n - 1, 0), min(most, n)).astype(np.intp))
