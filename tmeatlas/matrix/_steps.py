"""The steps that counts leave in values: multiples of one unit in each cell, on some scale.

A molecule is one step. Dividing by the total of the cell makes the steps of
that cell smaller or larger, but keeps them equal, also where genes were left
out afterwards; a logarithm or a root bends them in a way that can be undone.
So the scale on which the values of a cell are multiples of its lowest one is
the scale on which it was counted. Values that were never counts, such as TPM,
have no steps on any scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_ROWS = 64
MOST_VALUES = 128
MOST_STEPS = 12.5
"""Values of more steps are not looked at: rounding blurs them."""
MAX_OFF = 0.03
"""How far from a whole number of steps a value may lie."""
FEWEST_VALUES = 6
"""Of a cell, of two steps or more, to tell its scale."""
MIN_SHARE = 0.9
"""Of them, that lie on a step; and of cells, that show the same scale."""
ROUNDING = 2e-5
"""Whole steps in float32 are off by less."""
SAME_UNIT = 1e-3

UNDO: dict[str, Callable[[Floats], Floats]] = {
    "linear": lambda values: values,
    "ln": np.expm1,
    "log2": lambda values: np.exp2(values) - 1,
    "log10": lambda values: np.power(10.0, values) - 1,
    "asinh": np.sinh,
    "sqrt": np.square,
}
LOGARITHMS = frozenset({"ln", "log2", "log10", "asinh"})
LARGEST = {"ln": 40.0, "log2": 60.0, "log10": 18.0, "asinh": 40.0}
"""Beyond it the scale is out of the question, and undoing it would overflow."""


@dataclass(frozen=True)
class Steps:
    """On which scale the cells of a sample were counted."""

    rows: NDArray[np.intp]
    """Rows of the sample with values enough to tell."""
    scales: NDArray[np.str_]
    """Of each, its name in `UNDO`; "" where the values lie on no steps."""
    units: Floats
    """One step of each."""

    @property
    def scale(self) -> str:
        """That of all cells but a few; "" where there is none."""
        names, numbers = np.unique(self.scales, return_counts=True)
        if not len(names) or numbers.max() < MIN_SHARE * len(self.rows):
            return ""
        return str(names[numbers.argmax()])

    @property
    def is_one_unit(self) -> bool:
        """Whether a step is the same in most cells, so that depth is still in the values."""
        # A cell of which no gene has one molecule shows two as its unit.
        alike = np.abs(self.units / np.median(self.units) - 1) < SAME_UNIT
        return len(self.units) > 2 and float(alike.mean()) > 0.5


def find_steps(sample: sp.csr_matrix) -> Steps:
    """The scale and the step of the cells with most values."""
    rows = rows_with_most(sample)
    values = _values_of(sample, rows)
    low = np.fmin.reduce(values, axis=1, initial=np.inf)[:, None]
    high = np.fmax.reduce(values, axis=1, initial=0.0)
    scales = np.full(len(rows), "", dtype="<U6")
    units, off = np.ones(len(rows)), np.full(len(rows), np.inf)
    tells = np.zeros(len(rows), dtype=bool)
    for scale, undo in UNDO.items():
        open_ones = np.flatnonzero((off > ROUNDING) & (high <= LARGEST.get(scale, np.inf)))
        if not len(open_ones):
            continue
        unit = undo(low[open_ones])
        # Values next to nothing have no unit: what comes of them is no step.
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            steps = undo(values[open_ones]) / unit
        is_step = (steps > 1 + MAX_OFF) & (steps < MOST_STEPS)
        n_steps = is_step.sum(axis=1)
        apart = np.abs(steps - np.round(steps))
        apart[~is_step] = np.inf
        enough = n_steps >= FEWEST_VALUES
        fits = enough & ((apart < MAX_OFF).sum(axis=1) >= MIN_SHARE * n_steps)
        tells[open_ones] |= enough
        typical = np.sort(apart[fits], axis=1)[np.arange(fits.sum()), n_steps[fits] // 2]
        which = open_ones[fits]
        # Squares of whole numbers are whole, too: a later scale has to fit clearly better.
        better = (scales[which] == "") | (typical < 0.1 * off[which])
        which = which[better]
        scales[which], units[which], off[which] = scale, unit[fits, 0][better], typical[better]
    return Steps(rows[tells], scales[tells], units[tells])


def rows_with_most(sample: sp.csr_matrix) -> NDArray[np.intp]:
    """The rows with most values, which tell most; in order."""
    sizes = np.diff(sample.indptr)
    rows = np.flatnonzero(sizes >= FEWEST_VALUES)
    return np.sort(rows[np.argsort(-sizes[rows], kind="stable")[:MOST_ROWS]])


def _values_of(sample: sp.csr_matrix, rows: NDArray[np.intp]) -> Floats:
    """Rows × the first of their values; NaN where there are fewer, and for what is no value."""
    starts = sample.indptr[rows].astype(np.int64)
    sizes = np.minimum(sample.indptr[rows + 1] - starts, MOST_VALUES)
    places = starts[:, None] + np.arange(sizes.max(initial=1))
    values = sample.data[np.minimum(places, max(sample.nnz - 1, 0))].astype(np.float64)
    values[np.arange(values.shape[1]) >= sizes[:, None]] = np.nan
    values[~(np.isfinite(values) & (values > 0))] = np.nan
    return values
