"""Malignant cells, told from normal ones by lost and gained regions of the genome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import remedy
from tmeatlas._errors import InputError
from tmeatlas._text import counted
from tmeatlas.lineages import (
    agreed_signal,
    lineage_of,
    may_be_malignant,
    threshold_of,
    tree,
)
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.tl._annotate_copy_numbers import FEWEST_GENES, Halves, read_halves, read_positions

MALIGNANT = "malignant"
FEWEST_CELLS = 10
"""Cells of a lineage that can serve as reference, and candidates that are looked at."""
BARE = ("erythrocyte", "platelet")
"""Lineages that express too few genes to compare with."""
INSTALL = "python -m pip install 'tmeatlas[cnv]'"


@dataclass(frozen=True)
class MalignantCalls:
    """Which cells are malignant by their copy numbers, and what that rests on."""

    ids: NDArray[np.object_]
    """Lineage of each cell: what was handed in, and `malignant` for those that are."""
    score: NDArray[np.float32]
    """Copy-number signal of each cell; NaN where it was not looked at."""
    threshold: float
    """The signal above which candidates are malignant; NaN without a call."""
    reference: tuple[str, ...]
    """Lineages that the cells were compared with."""
    note: str = ""
    """Why no cell was called, or what to mind; to be said once."""


def call_malignant(
    adata: AnnData,
    lineage_ids: Sequence[str],
    *,
    matrix: ExpressionMatrix,
    positions: pd.DataFrame | None = None,
) -> MalignantCalls:
    """Call malignant cells among those of a lineage from which tumours arise.

    Parameters
    ----------
    adata
        The cells; only `var` is read, for the columns ``chromosome``, ``start``
        and ``end``.
    lineage_ids
        Id of the lineage of each cell; "" or "unassigned" where it is not known.
        Cells that are `malignant` already, by their label, stay so.
    matrix
        Their expression, log-normalised.
    positions
        A table of genes with ``chromosome``, ``start`` and ``end``, named by its
        index or a column ``symbol``, ``gene``, ``gene_name`` or ``ensembl_id``.
    """
    ids = np.asarray(lineage_ids, dtype=object).copy()
    if ids.shape != (adata.n_obs,):
        raise InputError(
            f"Expected a lineage for each of {counted(adata.n_obs, 'cell')}, found {ids.size}."
        )
    table = read_positions(adata, positions)
    if table is None:
        return _no_call(
            ids, "there are no gene positions" + remedy(python=": pass a table as `positions=`")
        )
    if find_spec("infercnvpy") is None:
        return _no_call(ids, f"infercnvpy is not installed. Install it with: {INSTALL}")
    known, place = np.unique(ids.astype(str), return_inverse=True)
    first = np.array([lineage_of(each) for each in known], dtype=object)[place]
    candidate = np.array([may_be_malignant(each) for each in known])[place]
    reference = _reference(first, candidate)
    if not reference or candidate.sum() < FEWEST_CELLS:
        what = "lineages that are not malignant" if not reference else "cells that could be so"
        return _no_call(ids, f"there are no {FEWEST_CELLS} cells of {what}")
    halves = read_halves(matrix, table)
    if halves is None:
        return _no_call(ids, f"fewer than {FEWEST_GENES:,} genes that are seen have a position")
    score = _signals(halves, np.flatnonzero(candidate), reference)
    by_lineage = {name: score[cells] for name, cells in reference.items()}
    threshold = threshold_of(by_lineage, score[candidate], first[candidate])
    if np.isinf(threshold.value):
        note = f"No cell is called malignant by its copy numbers: {threshold.note}."
        return MalignantCalls(ids, score.astype(np.float32), np.nan, tuple(reference), note)
    ids[candidate & (score > threshold.value)] = MALIGNANT
    note = f"Of malignant cells: {threshold.note}." if threshold.note else ""
    return MalignantCalls(ids, score.astype(np.float32), threshold.value, tuple(reference), note)


def _no_call(ids: NDArray[np.object_], why: str) -> MalignantCalls:
    nothing = np.full(ids.shape, np.nan, dtype=np.float32)
    note = f"No cell is called malignant by its copy numbers: {why}."
    return MalignantCalls(ids, nothing, np.nan, (), note)


def _reference(
    lineages: NDArray[np.object_], candidate: NDArray[np.bool_]
) -> dict[str, NDArray[np.intp]]:
    """Cells of each lineage that serves as reference, in the order of the tree."""
    found = {}
    for lineage in tree():
        cells = np.flatnonzero((lineages == lineage) & ~candidate)
        if cells.size >= FEWEST_CELLS and lineage not in BARE:
            found[lineage] = cells
    return found


def _signals(
    halves: Halves, candidates: NDArray[np.intp], reference: dict[str, NDArray[np.intp]]
) -> NDArray[np.float64]:
    """Signal of candidates against all reference lineages, and of these against each other."""
    means = {
        name: np.asarray(halves.expression[cells].mean(axis=0)).ravel()
        for name, cells in reference.items()
    }
    score = np.full(halves.expression.shape[0], np.nan)
    for name, cells in [("", candidates), *reference.items()]:
        others = [mean for other, mean in means.items() if other != name] or list(means.values())
        score[cells] = agreed_signal(*halves.profiles(cells, np.vstack(others)))
    return score
