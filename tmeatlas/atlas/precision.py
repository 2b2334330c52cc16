"""At which precision a page keeps the numbers of its cells: finer where there are few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas.atlas.encode import (
    EXPRESSION_LEVELS,
    MISSING,
    U8_STEPS,
    Quantised,
    quantise_u8,
    split_at,
)

ROOM_FOR_SCORES = 1_850_000
ROOM_PER_CELL = 20
"""Bytes that all scores together may take in a page: these, or as many per cell if that is more."""
BITS_PER_BYTE_OF_TEXT = 8 / 1.25
LADDER = ((6.5, None), (3.9, 1 / 8), (2.9, 1 / 4), (2.1, 1 / 2), (1.6, 3 / 4), (0.0, 1.0))
"""Bits of room per value, and the step of a score that fits into it, in standard deviations.

From half a standard deviation up worked out from the entropy of the 80 signatures and 17
consensuses of a breast tumour (Wu et al. 2021); the finer ones are estimates from there.
"""
FINER = 1 / 2
"""A consensus is what most people look at, and the guide of all others: its steps are half."""
COARSE_FROM = 50_000
COARSE_EXPRESSION_LEVELS = 15
MOST_LEVELS = 64
"""Levels of a score on a large page; further out than half of them from the border is one more."""


@dataclass(frozen=True)
class Precision:
    """Steps of scores and of a consensus in standard deviations; None is 255 of the range."""

    scores: float | None = None
    consensus: float | None = None
    gene_levels: int = EXPRESSION_LEVELS

    def step_of(self, kind: str) -> float | None:
        """The step of a feature that is no gene."""
        return self.consensus if kind == "consensus" else self.scores

    @property
    def is_rounded(self) -> bool:
        """Whether values are less fine than those of a small page."""
        return self.scores is not None or self.gene_levels < EXPRESSION_LEVELS

    @property
    def phrase(self) -> str:
        """How fine scores and genes are, within a sentence."""
        scores = f"scores in {U8_STEPS + 1} steps between their lowest and highest value"
        if self.scores is not None and self.consensus is not None:
            scores = (
                f"scores in steps of {_deviations(self.scores)} and a consensus in steps of "
                f"{_deviations(self.consensus)} from the border of the upper quarter on"
            )
        return f"{scores}, genes in {self.gene_levels + 1} steps from 0 to their highest"


def _deviations(step: float) -> str:
    return f"{step:g} standard deviation{'s' * (step != 1)}"


def precision_for(n_cells: int, n_scores: int) -> Precision:
    """What fits into a page of so many cells and scores."""
    room = max(ROOM_FOR_SCORES, ROOM_PER_CELL * n_cells) * BITS_PER_BYTE_OF_TEXT
    bits = room / max(n_cells * n_scores, 1)
    step = next(step for least, step in LADDER if bits >= least)
    return Precision(
        scores=step,
        consensus=None if step is None else step * FINER,
        gene_levels=EXPRESSION_LEVELS if n_cells < COARSE_FROM else COARSE_EXPRESSION_LEVELS,
    )


def quantise_score(
    exact: NDArray[np.float64], border: float, step: float | None
) -> tuple[Quantised, int]:
    """A score in steps, and the last of them that is not above `border`.

    With a `step`, values are put together from the border on in parts of that
    width, each shown as the mean of its values: means of cells then hardly change,
    and no value is on the wrong side of the border. Parts are no finer than two of the
    255 steps of the range.
    """
    finest = quantise_u8(exact)
    least = 2 * (finest.high - finest.low) / U8_STEPS
    if step is None or not np.isfinite(border) or step < least:
        return split_at(finest, exact, border)
    known = np.isfinite(exact)
    values = exact[known]
    # A value at the border is not above it.
    part = np.clip(np.ceil((values - border) / step) - 1, -MOST_LEVELS // 2, MOST_LEVELS // 2 - 1)
    kept, part_of = np.unique(part, return_inverse=True)
    mean = np.bincount(part_of, weights=values) / np.bincount(part_of)
    steps = np.rint((mean - finest.low) * (U8_STEPS / (finest.high - finest.low)))
    steps = _apart(steps.astype(np.int64))
    codes = np.full(exact.shape, MISSING, dtype=np.uint8)
    codes[known] = steps[part_of]
    n_below = int(np.searchsorted(kept, 0))
    threshold = U8_STEPS if n_below == len(kept) else int(steps[n_below - 1])
    return Quantised(codes, finest.low, finest.high), threshold


def _apart(steps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Steps in order, of which no two are the same and none is beyond the last."""
    places = np.arange(len(steps))
    rising = np.maximum.accumulate(steps - places) + places
    return np.minimum(rising, U8_STEPS - places[::-1])
