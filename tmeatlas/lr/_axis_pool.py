"""The interactions of each axis, by what they do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas.interactions import ASSOCIATED, Interaction, Interactions
from tmeatlas.lr._match import MatchedInteractions

DIRECT = ("signalling", "adhesion", "")
"""Roles of the interactions that carry a signal; without a role counts as one."""
MODIFIERS = ("activation", "coreceptor", "decoy", "cleavage", "antagonist", "cis")
"""Roles that are reported beside the score: they free, help, catch, cut or block the ligand."""

Ints = NDArray[np.int64]


def is_core(entry: Interaction) -> bool:
    """Whether its axis answers to the interaction; so do all of a database that does not say."""
    return entry.role in DIRECT and entry.core != ASSOCIATED


@dataclass(frozen=True, eq=False)
class AxisPool:
    """One axis, with the interactions whose genes are all in the data."""

    id: str
    core: Ints
    """Numbers of the matched interactions that the axis answers to."""
    associated: Ints
    """Numbers of those beside them: other ligands and receptors, under their own names."""
    modifiers: dict[str, Ints]
    """Per role, the partners that modify the axis: those that no core interaction has."""
    n_core: int
    """Core interactions of the database, those that lack genes among them."""
    missing_genes: tuple[str, ...]
    """Genes of core interactions that the data lack."""

    @property
    def coverage(self) -> float:
        """Share of the core interactions that have all their genes in the data."""
        return len(self.core) / self.n_core


def pool_axes(interactions: Interactions, matched: MatchedInteractions) -> list[AxisPool]:
    """Put the interactions together by axis; an axis without a core interaction is none."""
    missing = set(matched.missing_genes)
    of_axis: dict[str, list[int]] = {}
    for number, entry in enumerate(matched.interactions):
        of_axis.setdefault(entry.axis, []).append(number)
    core_genes: dict[str, list[tuple[str, ...]]] = {}
    for entry in interactions:
        if entry.axis and is_core(entry):
            core_genes.setdefault(entry.axis, []).append(entry.ligand_genes + entry.receptor_genes)
    return [
        _pool(axis, genes, of_axis.get(axis, []), matched, missing)
        for axis, genes in core_genes.items()
    ]


def _pool(
    axis: str,
    core_genes: list[tuple[str, ...]],
    numbers: list[int],
    matched: MatchedInteractions,
    missing: set[str],
) -> AxisPool:
    entries = matched.interactions
    core = [number for number in numbers if is_core(entries[number])]
    beside = [n for n in numbers if entries[n].role in DIRECT and not is_core(entries[n])]
    lacking = dict.fromkeys(gene for genes in core_genes for gene in genes if gene in missing)
    return AxisPool(
        id=axis,
        core=np.array(core, dtype=np.int64),
        associated=np.array(beside, dtype=np.int64),
        modifiers={role: _modifiers(matched, numbers, core, role) for role in MODIFIERS},
        n_core=len(core_genes),
        missing_genes=tuple(lacking),
    )


def _modifiers(
    matched: MatchedInteractions, numbers: list[int], core: list[int], role: str
) -> Ints:
    """The partners that only the interactions of this role bring into the axis."""
    of_role = [number for number in numbers if matched.interactions[number].role == role]
    sides = matched.ligand, matched.receptor
    brought = {int(side[number]) for side in sides for number in of_role}
    return np.array(
        sorted(brought - {int(side[n]) for side in sides for n in core}), dtype=np.int64
    )
