"""Is a gene or complex higher in a group than in other cells of like depth? Partners × groups."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._progress import track
from tmeatlas._threads import n_threads as available_threads
from tmeatlas.lr._kernel_inputs import stored
from tmeatlas.lr._strata import Strata

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MIN_FOLD = 1.1
"""How many times the other cells of like depth a group must exceed to count as specific."""
BATCH = 16
"""Partners that a thread takes at a time."""


@dataclass(frozen=True)
class SideTest:
    """What the test is set to. The values are chosen in ``docs/crosstalk.md``."""

    min_fold: float = MIN_FOLD
    """The least effect that counts; at 1 the null is that of shuffled labels."""
    min_shift: float = 0.0
    """The same as a difference, for values that are no expression; with `min_fold` 1."""
    few_expected: float = 5.0
    """Where fewer cells than this are expected to show it, cells are counted."""
    stands_out: float = 1e-4
    """A group with a p-value this low is set aside when the others are tested."""
    most_aside: float = 0.5
    """The share of the groups that can be set aside."""


@dataclass(frozen=True, eq=False)
class Sides:
    """Partners × groups; NaN where a group has no cells of like depth to be compared with."""

    pval: Floats
    specificity: Floats
    """Mean in the group over that of the other cells of like depth that do not stand out."""
    low: Floats
    """Lower end of its 90 % interval."""
    high: Floats
    """Upper end, with all groups left out that may stand out."""
    others_share: Floats
    """Share of the cells compared with that show it; of a complex, its least seen subunit."""
    others: Ints
    """Number of the cells compared with."""
    seen: Ints
    """Cells of the group that show it; of a complex, its least seen subunit."""

    def spread(self, at: NDArray[np.integer], n: int) -> Sides:
        """The same partners at the places `at` among `n`; NaN, or no cells, at the others."""
        spread = []
        for values in (getattr(self, field.name) for field in fields(self)):
            empty = np.nan if values.dtype == np.float64 else 0
            whole = np.full((n, values.shape[1]), empty, dtype=values.dtype)
            whole[at] = values
            spread.append(whole)
        return Sides(*spread)


def assess_sides(
    values: sp.csc_matrix,
    codes: NDArray[np.integer],
    strata: Strata,
    members: Sequence[NDArray[np.integer]],
    *,
    settings: SideTest | None = None,
    n_threads: int | None = None,
) -> Sides:
    """Test each partner, given as the columns of its genes, in each group.

    The labels of the cells are random within the strata under the null
    hypothesis. Nothing is drawn: the tails are computed, and threads change
    nothing.
    """
    from tmeatlas.lr import _side_kernels as kernels
    from tmeatlas.lr._side_tables import Layout, Values

    settings = settings or SideTest()
    n_groups = int(codes.max()) + 1
    sizes = strata.sizes(codes, n_groups)
    starts = np.concatenate([[0], np.cumsum([len(genes) for genes in members])]).astype(np.int64)
    flat = np.concatenate([*members, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    layout = Layout(
        strata=strata.codes,
        groups=codes.astype(np.int32),
        sizes=sizes,
        log_factorial=_log_factorials(len(codes)),
    )
    limits = kernels.Limits(
        settings.min_fold,
        settings.min_shift,
        settings.few_expected,
        settings.stands_out,
        int(settings.most_aside * n_groups),
    )
    shape = (len(members), n_groups)
    floats, counts = (np.full(shape, np.nan) for _ in range(5)), np.zeros((2, *shape), np.int64)
    found = kernels.Found(*floats, *counts)
    contents = Values(*stored(values))
    batches = [(at, min(at + BATCH, len(members))) for at in range(0, len(members), BATCH)]

    def test(batch: tuple[int, int]) -> None:
        kernels.assess_partners(*batch, starts, flat, contents, layout, limits, found)

    with ThreadPoolExecutor(n_threads or available_threads()) as pool:
        for _ in track(
            pool.map(test, batches), total=len(batches), label="testing genes in groups"
        ):
            pass
    return Sides(*found)


def _log_factorials(n: int) -> Floats:
    from scipy.special import gammaln

    result: Floats = gammaln(np.arange(n + 1, dtype=np.float64) + 1.0)
    return result
