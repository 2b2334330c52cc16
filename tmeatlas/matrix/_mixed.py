"""Cells of one matrix that hold different kinds of values: found, named and refused."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._asker import remedy
from tmeatlas._errors import InputError, listing
from tmeatlas._text import counted
from tmeatlas._values import MatrixKind
from tmeatlas.matrix._kind import MAX_LOG_VALUE, MAX_VARIATION_SHARES
from tmeatlas.matrix._steps import LOGARITHMS, UNDO, Steps, find_steps, rows_with_most

Rows = NDArray[np.intp]

FEWEST_VALUES = 10
"""Of a cell, to tell whether it holds counts."""
FIRST_VALUES = 5
"""Looked at first: few cells that do not hold counts begin with so many whole numbers."""
LEAST_TOP = 3
"""Whole numbers up to 2 can be log2 of counts as well."""
WHOLE_SHARE = 0.05
"""Of corrected counts, at least so many are whole numbers still; of other values, fewer are."""
FEWEST_ROWS = 3
LEAST_SHARE = 0.03
"""Of the cells that were looked at. Dividing by the total leaves whole numbers in a few of them."""
TIMES_APART = 5.0
"""Totals that differ by more are different scales, not different depths of two samples."""
FEWEST_TOPS, FEWEST_OF_TOPS = 20, 50
"""Cells, and values of each, of which the highest are compared."""
TOPS_APART = 10.0
"""The highest values of logged cells and of others differ by more, those of like cells by less."""
MOST_GROUPS = 1000
"""A column of obs with more values names cells rather than samples."""
PURITY = 0.95
"""Of the cells of a sample, that are of one kind where samples are."""

COUNTS = "whole numbers, as counts do"
OTHER = "no whole numbers"
IN_WORDS = {
    "linear": "values that were not logged",
    "ln": "logarithms",
    "log2": "logarithms to the base 2",
    "log10": "logarithms to the base 10",
    "asinh": "inverse hyperbolic sines",
    "sqrt": "square roots",
}


@dataclass(frozen=True)
class Mixture:
    """Cells that are not like the others."""

    rows: Rows
    among: Rows
    """All cells that were looked at."""
    hold: str
    others_hold: str

    def at(self, numbers: Rows) -> Mixture:
        """The same, with the numbers that the cells have in the whole matrix."""
        return replace(self, rows=numbers[self.rows], among=numbers[self.among])


def find_mixture(sample: sp.csr_matrix, steps: Steps) -> Mixture | None:
    """Rows of the sample, with these steps, that hold another kind of values than the others."""
    if sample.nnz == 0 or sample.data.min() < 0 or not np.isfinite(sample.data.sum()):
        return None
    found = _of_whole_numbers(sample) or _of_scales(steps)
    if found is None and not steps.scale:
        found = _of_tops(sample)
    return found or _of_totals(sample, steps.scale)


def _of_whole_numbers(sample: sp.csr_matrix) -> Mixture | None:
    """Counts among values that were normalised, logged or both."""
    whole, among = whole_rows(sample)
    if not len(whole) or len(whole) == len(among):
        return None
    others = np.setdiff1d(among, whole)
    rest = sample[others]
    scale = find_steps(rest).scale
    if scale not in LOGARITHMS and np.mean(rest.data == np.round(rest.data)) >= WHOLE_SHARE:
        return None  # corrected counts, of which some cells needed no correction
    if scale not in LOGARITHMS:
        totals, of_whole = _totals(rest), _totals(sample[whole])
        whole = whole[np.abs(of_whole / np.median(totals) - 1) > MAX_VARIATION_SHARES]
        if len(whole) < max(FEWEST_ROWS, LEAST_SHARE * len(among)):
            return None
    if 2 * len(whole) > len(among):
        return Mixture(others, among, OTHER, COUNTS)
    return Mixture(whole, among, COUNTS, OTHER)


def whole_rows(sample: sp.csr_matrix) -> tuple[Rows, Rows]:
    """The rows that hold counts, and all that have values enough to tell."""
    among = np.flatnonzero(np.diff(sample.indptr) >= FEWEST_VALUES)
    starts = sample.indptr[among]
    first = sample.data[starts[:, None] + np.arange(FIRST_VALUES)]
    likely = np.flatnonzero((first == np.round(first)).all(axis=1))
    found = []
    for row in among[likely]:
        values = sample.data[sample.indptr[row] : sample.indptr[row + 1]]
        if values.max() >= LEAST_TOP and np.array_equal(values, np.round(values)):
            found.append(row)
    return np.array(found, dtype=np.intp), among


def _of_scales(steps: Steps) -> Mixture | None:
    """Logged cells among others, or logarithms to two bases."""
    names, numbers = np.unique(steps.scales[steps.scales != ""], return_counts=True)
    least = max(FEWEST_ROWS, LEAST_SHARE * len(steps.rows))
    names, numbers = names[numbers >= least], numbers[numbers >= least]
    if len(names) < 2:
        return None
    fewer, most = names[np.argsort(numbers, kind="stable")[[0, -1]]]
    rows = steps.rows[steps.scales == fewer]
    return Mixture(rows, steps.rows, IN_WORDS[str(fewer)], IN_WORDS[str(most)])


def _of_tops(sample: sp.csr_matrix) -> Mixture | None:
    """Logged cells among others that were never counts: their highest values are far apart."""
    rows = rows_with_most(sample)
    rows = rows[np.diff(sample.indptr)[rows] >= FEWEST_OF_TOPS]
    if len(rows) < FEWEST_TOPS:
        return None
    tops = sample[rows].max(axis=1).toarray().ravel()
    low, high, apart = _parts(tops)
    if apart < TOPS_APART or not tops[low].max() <= MAX_LOG_VALUE < tops[high].min():
        return None
    logged, unlogged = IN_WORDS["ln"], IN_WORDS["linear"]
    if len(low) <= len(high):
        return Mixture(np.sort(rows[low]), rows, logged, unlogged)
    return Mixture(np.sort(rows[high]), rows, unlogged, logged)


def _of_totals(sample: sp.csr_matrix, scale: str) -> Mixture | None:
    """Cells that were normalised to another total than the others, on this or any scale."""
    rows = rows_with_most(sample)
    if len(rows) < 2 * FEWEST_ROWS:
        return None
    some = sample[rows]
    for each in (scale,) if scale else ("linear", "ln", "log2"):
        if each in LOGARITHMS and some.data.max() > MAX_LOG_VALUE:
            return None
        values = UNDO[each](some.data.astype(np.float64))
        totals = _totals(sp.csr_matrix((values, some.indices, some.indptr), shape=some.shape))
        low, high, apart = _parts(totals)
        alike = (np.ptp(totals[p]) < MAX_VARIATION_SHARES * totals[p][0] for p in (low, high))
        if apart >= TIMES_APART and all(alike):
            fewer, most = (low, high) if len(low) <= len(high) else (high, low)
            to = [f"values that add up to {np.median(totals[part]):,.4g}" for part in (fewer, most)]
            return Mixture(np.sort(rows[fewer]), rows, *to)
    return None


def _parts(numbers: NDArray[np.floating]) -> tuple[Rows, Rows, float]:
    """The low and the high ones, cut where they are furthest apart, and how many times that is.

    0 times where either are few.
    """
    order = np.argsort(numbers, kind="stable")
    ratios = numbers[order][1:] / numbers[order][:-1]
    cut = int(ratios.argmax()) + 1
    low, high = order[:cut], order[cut:]
    are_few = min(len(low), len(high)) < FEWEST_ROWS
    return low, high, 0.0 if are_few else float(ratios.max())


def _totals(rows: sp.csr_matrix) -> NDArray[np.float64]:
    return np.asarray(rows.sum(axis=1, dtype=np.float64)).ravel()


def refuse_mixture(name: str, found: Mixture, obs: pd.DataFrame | None) -> InputError:
    """The error that names the cells, and the column of obs that has them together."""
    what = f"{len(found.rows):,} of the {counted(len(found.among), 'cell')} that were looked at"
    if obs is not None:
        what += f" ({listing(obs.index[found.rows].tolist(), limit=5)})"
        what += _column_of(obs, found)
    return InputError(
        f"{name} holds cells of different kinds: {what} hold {found.hold}, the others hold "
        f"{found.others_hold}. Prepare each part in the same way before they are joined"
        + remedy(python=" (tme.pp.prepare on each)", shell=" (`tmeatlas score` takes each alone)")
        + ", or leave one of them out."
    )


def _column_of(obs: pd.DataFrame, found: Mixture) -> str:
    """The column that tells these cells from the others, and their labels in it."""
    others = np.setdiff1d(found.among, found.rows)
    for column in obs.columns:
        values = obs[column]
        if pd.api.types.is_float_dtype(values.dtype):
            continue
        here, there = (values.iloc[rows].astype(str) for rows in (found.rows, others))
        n_here, n_there = here.value_counts(), there.value_counts()
        share = n_here / n_here.add(n_there.reindex(n_here.index, fill_value=0))
        labels = [label for label in n_here.index if share[label] >= PURITY]
        covered = n_here[labels].sum() >= PURITY * len(here)
        if covered and len(n_there) and len(labels) < min(len(here), MOST_GROUPS):
            return f", those of obs[{str(column)!r}] = {listing(labels, limit=5)},"
    return ""


def check_block(
    name: str, rows: sp.csr_matrix, kind: MatrixKind, start: int, obs: pd.DataFrame | None
) -> None:
    """Refuse rows that are not of the kind that the sampled ones were."""
    from tmeatlas.matrix._value_kernel import all_whole

    if kind is MatrixKind.COUNTS:
        if all_whole(rows.data):
            return
        not_whole = np.append(0, np.cumsum(rows.data != np.round(rows.data)))
        strange = np.flatnonzero(np.diff(not_whole[rows.indptr]))
        hold, others = OTHER, COUNTS
    elif kind is MatrixKind.LOGNORM:
        strange, hold, others = whole_rows(rows)[0], COUNTS, OTHER
        if not len(strange) and rows.nnz and rows.data.max() > MAX_LOG_VALUE:
            too_high = np.append(0, np.cumsum(rows.data > MAX_LOG_VALUE))
            strange = np.flatnonzero(np.diff(too_high[rows.indptr]))
            hold, others = IN_WORDS["linear"], IN_WORDS["ln"]
    else:
        return
    if len(strange):
        among = np.arange(start, start + rows.shape[0])
        raise refuse_mixture(name, Mixture(strange + start, among, hold, others), obs)
