"""Doublets of one sample by scrublet, as scanpy has it. Not for what has no counts."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._text import counted

FEWEST_CELLS = 300
"""Cells of a sample. In simulated samples of 116 to 271 cells without a doublet it calls up to 4 %,
mostly those of kinds of which there are few; in those of 317 to 527 none."""
FEWEST_GENES = 1000
"""Genes that three cells or more show: scrublet chooses variable ones among them, and 30 axes of
variation of those. Panels of fewer genes were chosen to differ. A convention."""
MOST_DOUBLETS = 0.25
"""Doublets among the cells, as scrublet estimates them: cells that it calls, over the share of
simulated doublets that it finds. Where it is more, its threshold is not between doublets and cells.
So it is with cells of one kind, whose doublets look like them: 0.6 to 2.6 in 8 of 10 kinds of
simulated cells, 1.9 and 2.7 in mural and endothelial cells of wu2021; and 0.02 to 0.13 in wu2021,
kim2020 and the simulated tumour with 5 % doublets. Chips that are overloaded have less, too."""
MOST_CELLS = 20_000
"""Scrublet is for the cells of one capture, and time grows with the square of their number (15 s
for 10,000): more cells are likely to be of several samples that were not named. A convention."""
BINS = 256
MODES = 2
MOST_SMOOTHING = 10_000


class Scrublet(NamedTuple):
    """What scrublet says of the cells of one sample."""

    score: NDArray[np.float32]
    """NaN where it says nothing."""
    called: NDArray[np.bool_]
    note: str
    """Why no cell is called; "" where cells could be."""


def scrublet_of(counts: sp.csr_matrix, seed: int) -> Scrublet:
    """Scores and calls of the cells of one sample (Wolock et al., 2019).

    The options are those of :func:`scanpy.pp.scrublet`. Cells are doublets above the
    valley between the two modes of the simulated doublets' scores; where there are no
    two modes, or too many cells lie above, cells have scores only.
    """
    n = counts.shape[0]
    score, called = np.full(n, np.nan, dtype=np.float32), np.zeros(n, dtype=bool)
    if n < FEWEST_CELLS:
        return Scrublet(
            score, called, f"{counted(n, 'cell')}; scrublet is read from {FEWEST_CELLS} on"
        )
    if n > MOST_CELLS:
        note = (
            f"{counted(n, 'cell')}; scrublet is for one capture of {MOST_CELLS:,} at most: name "
            f"the samples by {option('sample_key')}"
        )
        return Scrublet(score, called, note)
    n_shown = int((np.bincount(counts.indices, minlength=counts.shape[1]) >= 3).sum())
    if n_shown < FEWEST_GENES:
        note = f"{counted(n_shown, 'gene')} in three cells or more; scrublet needs {FEWEST_GENES:,}"
        return Scrublet(score, called, note)
    score, simulated = _scores(counts, seed)
    valley = valley_between(simulated)
    if valley is None:
        return Scrublet(score, called, "the scores of simulated doublets have no two modes")
    above = np.nan_to_num(score) > valley
    if above.mean() > MOST_DOUBLETS * (simulated > valley).mean():
        note = "the threshold of scrublet is not between doublets and single cells"
        return Scrublet(score, called, note)
    return Scrublet(score, above, "")


def valley_between(values: NDArray[np.floating]) -> float | None:
    """Where a histogram that is smoothed until it has two modes is lowest between them.

    The minimum method of Prewitt and Mendelsohn (1966), by which scrublet sets its
    threshold; None where there are never exactly two modes.
    """
    from scipy.ndimage import uniform_filter1d

    heights, edges = np.histogram(values, bins=BINS)
    smooth = heights.astype(np.float64)
    for _ in range(MOST_SMOOTHING):
        smooth = uniform_filter1d(smooth, size=3)
        modes = _modes(smooth)
        if len(modes) <= MODES:
            break
    if len(modes) != MODES:
        return None
    first, second = modes
    lowest = first + int(np.argmin(smooth[first : second + 1]))
    return float((edges[lowest] + edges[lowest + 1]) / 2)


def _modes(heights: NDArray[np.float64]) -> list[int]:
    """Places where the heights have risen and fall next; of a plateau the last."""
    modes, rising = [], True
    for place in range(len(heights) - 1):
        if heights[place + 1] < heights[place] and rising:
            modes.append(place)
            rising = False
        elif heights[place + 1] > heights[place]:
            rising = True
    return modes


def _scores(counts: sp.csr_matrix, seed: int) -> tuple[NDArray[np.float32], NDArray[np.floating]]:
    """Scores of the cells and of simulated doublets; NaN of cells that scrublet leaves out."""
    import anndata as ad
    import scanpy as sc

    names = [str(k) for k in range(counts.shape[0])]
    cells = ad.AnnData(counts.astype(np.float32))
    cells.obs_names = names
    with warnings.catch_warnings():
        # They are about what scrublet does within, which no option of ours changes.
        warnings.simplefilter("ignore")
        # With a threshold scanpy looks for none, for which it needs scikit-image.
        sc.pp.scrublet(
            cells,
            threshold=1.0,
            use_approx_neighbors=False,
            random_state=seed,
            verbose=False,
        )
    scores = cells.obs[keys.SCRUBLET_SCORE].reindex(names).to_numpy(dtype=np.float32)
    return scores, np.asarray(cells.uns[keys.SCRUBLET]["doublet_scores_sim"])
