"""The lineage of each cell and group, from labels where they say it, else from markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.lineages import (
    Around,
    Calls,
    Evidence,
    Markers,
    Units,
    also_fits,
    call_cells,
    call_groups,
    is_within,
    lineage_of,
    read_evidence,
    tree,
)
from tmeatlas.tl._annotate_labels import GIVEN, MARKERS, Labelled

MIXED_SHARE = 0.2
"""Share of the cells of a group that fit another lineage better, from which it is mixed."""
FEWEST_TO_MIX = 10
"""Cells of a group that can be said to be mixed: in a handful one odd cell is a large share."""

Ids = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class ToldGroups:
    """One entry per group; ids of lineages, "" where there is none."""

    labels: tuple[str, ...]
    codes: NDArray[np.int32]
    lineage: Ids
    how: tuple[str, ...]
    by_markers: Ids
    runner_up: Ids
    runner_up_share: NDArray[np.float64]
    mixed: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Told:
    """One entry per cell; ids of lineages, "" where there is none."""

    lineage: Ids
    confidence: NDArray[np.float32]
    fine: Ids
    fine_confidence: NDArray[np.float32]
    groups: ToldGroups

    @property
    def finest(self) -> Ids:
        """The fine lineage of each cell where it is known, else that on level 1."""
        return np.where(self.fine != "", self.fine, self.lineage)


def tell_lineages(
    values: sp.csc_matrix, markers: Markers, around: Around, labelled: Labelled | None
) -> Told:
    """Lineages on level 1; fine ones as far as labels say them."""
    if labelled is not None and not markers.lineages:
        return by_labels_alone(labelled)
    evidence = read_evidence(values, markers.lineages, around)
    cells, units = call_cells(evidence, around)
    own = _named(cells, evidence.ids)
    if labelled is None:
        clusters = around.partitions[0] if around.partitions else np.zeros(len(own), np.int32)
        labels = tuple(f"cluster {k + 1}" for k in range(int(clusters.max()) + 1))
        calls = call_groups(evidence, clusters, units)
        lineage = _most_frequent(own, clusters, len(labels))
        how = (MARKERS,) * len(labels)
        groups = _groups(labels, clusters, lineage, how, calls, own, evidence, units)
        nothing = np.full(len(own), "", dtype=object)
        no_confidence = np.zeros(len(own), dtype=np.float32)
        return Told(own, cells.confidence, nothing, no_confidence, groups)
    return _by_labels(labelled, evidence, cells, units, own)


def _by_labels(
    labelled: Labelled, evidence: Evidence, cells: Calls, units: Units, own: Ids
) -> Told:
    # Cells without a label are a group of their own, which is dropped in the end.
    codes = np.where(labelled.codes < 0, len(labelled.labels), labelled.codes)
    calls = call_groups(evidence, codes, units)
    by_markers = _named(calls, evidence.ids)[: len(labelled.labels)]
    told = np.array(labelled.told, dtype=object)
    level = np.array([tree()[each].level if each else -1 for each in told])
    open_ = np.array([how == MARKERS for how in labelled.how])
    lineage = np.array([lineage_of(each) if each else "" for each in told], dtype=object)
    lineage = np.where(open_, by_markers, lineage)
    sure = np.where(open_, calls.confidence[: len(told)], (lineage != "").astype(np.float64))
    groups = _groups(labelled.labels, codes, lineage, labelled.how, calls, own, evidence, units)
    # What lies above level 1 leaves the lineage of its cells open, within it.
    place = np.where(labelled.codes < 0, 0, labelled.codes)
    above = (level == 0)[place]
    inside = np.array([is_within(a, b) for a, b in zip(own, told[place], strict=True)])
    alone = (labelled.codes < 0) | (above & inside)
    is_fine = (level == 2)[place] & ~alone
    return Told(
        lineage=np.where(alone, own, lineage[place]),
        confidence=np.where(alone, cells.confidence, sure[place]).astype(np.float32),
        fine=np.where(is_fine, told[place], ""),
        fine_confidence=is_fine.astype(np.float32),
        groups=replace(groups, codes=labelled.codes),
    )


def by_labels_alone(labelled: Labelled) -> Told:
    """Where the data have no markers; cells without a label that says it have no lineage."""
    told = np.array(labelled.told, dtype=object)
    lineage = np.array([lineage_of(each) if each else "" for each in told], dtype=object)
    fine = np.where([bool(each) and tree()[each].level == 2 for each in told], told, "")
    nothing = np.full(len(told), "", dtype=object)
    groups = ToldGroups(
        labels=labelled.labels,
        codes=labelled.codes,
        lineage=lineage,
        how=labelled.how,
        by_markers=nothing,
        runner_up=nothing,
        runner_up_share=np.zeros(len(told)),
        mixed=np.zeros(len(told), dtype=bool),
    )
    # Cells without a label, of code -1, take what is last.
    of_cells, fine_of_cells = (np.append(ids, "")[labelled.codes] for ids in (lineage, fine))
    return Told(
        lineage=of_cells,
        confidence=(of_cells != "").astype(np.float32),
        fine=fine_of_cells,
        fine_confidence=(fine_of_cells != "").astype(np.float32),
        groups=groups,
    )


def with_malignant(told: Told, ids: Ids) -> Told:
    """With the cells that copy numbers call malignant; what the user gave stays."""
    given = np.array([how == GIVEN for how in told.groups.how])
    kept = (told.groups.codes >= 0) & given[told.groups.codes]
    changed = (ids == "malignant") & (told.lineage != "malignant") & ~kept
    return replace(
        told,
        lineage=np.where(changed, "malignant", told.lineage),
        fine=np.where(changed, "", told.fine),
        fine_confidence=np.where(changed, np.float32(np.nan), told.fine_confidence),
    )


def _groups(
    labels: Sequence[str],
    codes: NDArray[np.integer],
    lineage: Ids,
    how: tuple[str, ...],
    calls: Calls,
    own: Ids,
    evidence: Evidence,
    units: Units,
) -> ToldGroups:
    """Groups with the lineage that comes next in them, and whether they mix two."""
    n_groups = len(labels)
    by_markers = _named(calls, evidence.ids)[:n_groups]
    second = np.array(evidence.ids, dtype=object)[calls.second][:n_groups]
    both = also_fits(evidence, codes, units, calls)[:n_groups]
    sizes = np.bincount(codes[codes >= 0], minlength=n_groups)[:n_groups]
    share = np.zeros(n_groups)
    for k in range(n_groups):
        inside = own[codes == k]
        others = inside[(inside != "") & (inside != lineage[k]) & (inside != by_markers[k])]
        if len(others):
            names, counts = np.unique(others.astype(str), return_counts=True)
            second[k] = str(names[counts.argmax()])
            share[k] = counts.max() / len(inside)
    return ToldGroups(
        labels=tuple(labels),
        codes=np.asarray(codes, dtype=np.int32),
        lineage=lineage,
        how=how,
        by_markers=by_markers,
        runner_up=second,
        runner_up_share=share,
        mixed=((share >= MIXED_SHARE) | both) & (sizes >= FEWEST_TO_MIX),
    )


def _named(calls: Calls, ids: tuple[str, ...]) -> Ids:
    found = np.array(ids, dtype=object)[calls.codes]
    found[~calls.fits] = ""
    return found


def _most_frequent(own: Ids, codes: NDArray[np.integer], n_groups: int) -> Ids:
    found = np.full(n_groups, "", dtype=object)
    for k in range(n_groups):
        names, counts = np.unique(own[codes == k].astype(str), return_counts=True)
        if len(names):
            found[k] = str(names[counts.argmax()])
    return found
