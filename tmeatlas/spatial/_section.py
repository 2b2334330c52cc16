"""One section as the tests of what lies beside what read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._stats import permutation_pvalue
from tmeatlas.spatial._shifts import VARIANCE_POWER, Shifts, draw_shifts
from tmeatlas.spatial._tiles import tiles
from tmeatlas.spatial._types import Types

LEAST_ROWS = 20
"""Rows of a type in a section below which it is not read there: a convention."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Section:
    """Types and scores of the rows of a section, their neighbours, and the shifts of it."""

    edges: sp.csr_matrix
    """Rows × rows: what is a neighbour of what."""
    names: tuple[str, ...]
    """Types with enough rows."""
    codes: NDArray[np.int32]
    """Place of each row's type in `names`; their number for all other rows."""
    programmes: tuple[str, ...]
    """Those with values that differ."""
    scores: NDArray[np.float32]
    """Rows × programmes, of mean 0 and standard deviation 1; 0 where one is not known."""
    shifts: Shifts
    area: NDArray[np.intp]
    """Pixels of the tissue that fall to each row, as it is nearest to them."""
    tile: NDArray[np.intp]
    """Which tile of the section each row is in."""


def read_section(
    coordinates: Floats,
    edges: sp.csr_matrix,
    types: Types | None,
    scores: pd.DataFrame | None,
    depth: NDArray[np.number] | None = None,
    *,
    n_shifts: int,
    seed: tuple[int, int],
) -> Section:
    """A section out of its rows; `types`, `scores` and `depth` are of these rows alone."""
    codes = np.full(len(coordinates), -1) if types is None else types.codes
    names = () if types is None else types.names
    sizes = np.bincount(codes[codes >= 0], minlength=len(names))
    read = np.flatnonzero(sizes >= LEAST_ROWS)
    place = np.full(len(names) + 1, len(read), dtype=np.int32)  # the last: of no type
    place[read] = np.arange(len(read))
    programmes, standard = _standardised(scores, depth, len(coordinates))
    shifts = draw_shifts(coordinates, n_shifts, np.random.default_rng(seed))
    return Section(
        edges=edges,
        names=tuple(names[code] for code in read),
        codes=place[codes],
        programmes=programmes,
        scores=standard,
        shifts=shifts,
        area=shifts.area_of_rows(),
        tile=tiles(coordinates),
    )


def _standardised(
    scores: pd.DataFrame | None, depth: NDArray[np.number] | None, n_rows: int
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Scores less what goes with the depth of their rows, in standard deviations."""
    if scores is None:
        return (), np.zeros((n_rows, 0), dtype=np.float32)
    values = scores.to_numpy(np.float64)
    known = np.isfinite(values)
    n = np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, values - np.where(known, values, 0.0).sum(axis=0) / n, 0.0)
    differ = (np.ptp(centred, axis=0) > 0) & (known.sum(axis=0) >= LEAST_ROWS)
    if depth is not None:
        centred = np.where(known, centred - _of_depth(centred, depth), 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / n)
    differ &= spread > 0
    standard = (centred[:, differ] / spread[differ]).astype(np.float32)
    return tuple(str(name) for name in scores.columns[differ]), standard


def _of_depth(centred: Floats, depth: NDArray[np.number]) -> Floats:
    """What of scores goes with the depth of their rows: a parabola in its logarithm.

    Depth runs in patches of a section too, and two programmes that both follow it lie beside
    each other for no other reason.
    """
    log = np.log1p(np.asarray(depth, dtype=np.float64))
    log -= log.mean()
    terms = np.column_stack([np.ones(len(log)), log, log**2])
    fitted: Floats = terms @ np.linalg.lstsq(terms, centred, rcond=None)[0]
    return fitted


class Tails:
    """How often shifts give as much, and as little, as there is; values lie around 0.

    Each value is taken times the number of neighbours that it rests on to a power, as what is
    read of a smaller overlap varies more.
    """

    def __init__(self, observed: Floats, sizes: Floats) -> None:
        self.observed = observed * sizes**VARIANCE_POWER
        self.n_shifts = 0
        self.as_much = np.zeros(observed.shape, dtype=np.int64)
        self.as_little = np.zeros(observed.shape, dtype=np.int64)

    def add(self, shifted: Floats, sizes: Floats) -> None:
        """Count some shifts, which are the first axis."""
        null = shifted * sizes**VARIANCE_POWER
        self.n_shifts += len(null)
        self.as_much += (null >= self.observed).sum(axis=0)
        self.as_little += (null <= self.observed).sum(axis=0)

    def pvalues(self) -> Floats:
        """Twice the smaller tail, with the observed value counted in, so never 0."""
        smaller = permutation_pvalue(np.minimum(self.as_much, self.as_little), self.n_shifts)
        return np.minimum(2.0 * smaller, 1.0)
