"""Which states are read in which cells, from which genes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, listing
from tmeatlas.cells import CellLineages
from tmeatlas.genes import UnderstoodNames
from tmeatlas.lineages import fits, is_within, lineage_of, tree
from tmeatlas.matrix import Bulks, ExpressionMatrix, add_up
from tmeatlas.sig import MatchedSignature, load, match_signatures
from tmeatlas.states import (
    LineageStates,
    State,
    Wanted,
    joined_lists,
    load_states,
    sample_cells,
    without_shared,
)
from tmeatlas.tl._score_coverage import no_coverage

FEWEST_GENES = 3
"""Genes that a list must have in the data, whatever its coverage."""


@dataclass(frozen=True, eq=False)
class Task:
    """One lineage that has states: its cells, and the lists to read them by."""

    known: LineageStates
    cells: NDArray[np.intp]
    """Rows of `adata`, ascending."""
    parts: NDArray[np.intp]
    """The finest lineage that is known of each of these cells, as a code."""
    lists: dict[str, MatchedSignature]
    """By id of the state or pole, what it is read from; without those that lack their genes."""
    used: dict[str, tuple[str, ...]]
    """By id of the state or pole, the signatures that have enough of their genes."""
    allowed: dict[str, NDArray[np.bool_]]
    """By id of the state or pole, the cells in which all of these signatures mean something."""


def read_tasks(
    adata: AnnData, lineages: CellLineages, matrix: ExpressionMatrix, *, min_coverage: float
) -> list[Task]:
    """Every lineage of the cells that has states, in the order of their file."""
    above = [*map(lineage_of, lineages.ids), ""]  # the last entry serves code -1
    of_cell = np.array(above, dtype=object)[lineages.codes]
    present = [known for known in load_states() if (of_cell == known.lineage).any()]
    if not present:
        raise _no_states(lineages)
    found = _found(present, matrix.names)
    matched = {
        one.id: one
        for one in found
        if one.coverage >= min_coverage and one.n_found >= min(FEWEST_GENES, one.n_genes)
    }
    if not matched:
        raise no_coverage(adata, found, matrix, min_coverage)
    return [
        _task(known, lineages, np.flatnonzero(of_cell == known.lineage), matched)
        for known in present
    ]


def states_and_poles(known: LineageStates) -> list[State]:
    """All that is scored in a lineage."""
    return [*known.states, *(pole for each in known.continua for pole in (each.high, each.low))]


def _found(present: Sequence[LineageStates], genes: UnderstoodNames) -> list[MatchedSignature]:
    """All signatures of these lineages, with the genes that the data have."""
    library = load("all")
    ids = dict.fromkeys(
        name for known in present for state in states_and_poles(known) for name in state.signatures
    )
    return match_signatures([library[name] for name in ids], genes)


def _task(
    known: LineageStates,
    lineages: CellLineages,
    cells: NDArray[np.intp],
    matched: dict[str, MatchedSignature],
) -> Task:
    scored = states_and_poles(known)
    used = {s.id: tuple(name for name in s.signatures if name in matched) for s in scored}
    lists = {
        name: joined_lists(name, [matched[i] for i in ids]) for name, ids in used.items() if ids
    }
    # States vie for a cell; poles are read side by side, with all their genes.
    rivals = {state.id: lists[state.id] for state in known.states if state.id in lists}
    parts = lineages.codes[cells].astype(np.intp)
    allowed = {
        name: np.array([_may_be_read(ids, lineage) for lineage in lineages.ids])[parts]
        for name, ids in used.items()
    }
    return Task(known, cells, parts, lists | without_shared(rivals), used, allowed)


def _may_be_read(signatures: Sequence[str], lineage: str) -> bool:
    """Whether all of `signatures` mean something in cells of `lineage`.

    Of a T cell that is not said to be CD4 or CD8, a list for either may be read.
    """
    library = load("all")
    return all(
        fits(library[name].scored_in, lineage)
        or any(is_within(place, lineage) for place in library[name].scored_in)
        for name in signatures
    )


def lists_to_score(
    matrix: ExpressionMatrix, tasks: Sequence[Task], places: NDArray[np.uint64]
) -> list[Wanted]:
    """What to score in which cells, with the mean of each gene over the cells of the lineage."""
    codes = np.full(matrix.n_obs, -1, dtype=np.int64)
    for k, task in enumerate(tasks):
        codes[task.cells] = k
    n_cells = np.array([len(task.cells) for task in tasks])
    names = tuple(task.known.lineage for task in tasks)
    bulks = Bulks(names, ("",) * len(tasks), codes, n_cells, too_small={})
    means = add_up(matrix, bulks) / n_cells[:, None]
    return [
        Wanted(
            lists=list(task.lists.values()),
            cells=task.cells,
            means=mean,
            sampled=sample_cells(task.parts, places[task.cells]),
        )
        for task, mean in zip(tasks, means, strict=True)
    ]


def _no_states(lineages: CellLineages) -> InputError:
    """The error for cells of which none is of a lineage that has states."""
    having = [tree()[known.lineage].name for known in load_states()]
    found = [
        f"{label} ({tree()[lineage].name if lineage else 'no lineage'})"
        for label, lineage in lineages.meanings.items()
    ]
    first = next(iter(lineages.meanings))
    return InputError(
        f"Expected cells of a lineage that has states ({', '.join(having)}) in "
        f"obs[{lineages.key!r}], found {listing(found)}. "
        + remedy(
            python=f"Say what the labels are, tme.tl.annotate(adata, {lineages.key!r}, "
            f"labels={{{first!r}: {having[0]!r}}}), or name another column with `lineage_key=`.",
            shell=f"Name another column with {option('groupby')}.",
        )
    )
