"""The interactions of each axis that the data can show, by what they do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas.lr._match import MatchedInteractions

DIRECT = ("signalling", "adhesion", "")
"""Roles of the interactions that make the score of an axis; without a role counts as one."""
MODIFIERS = ("activation", "coreceptor", "decoy", "cleavage", "antagonist", "cis")
"""Roles that are reported beside the score: they free, help, catch, cut or block the ligand."""
SIDES = ("ligand", "receptor")

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class AxisPool:
    """The axes with a direct interaction whose both sides some cell shows.

    Direct interaction `i` of axis `a` is at ``starts[a] <= i < starts[a + 1]``.
    """

    ids: tuple[str, ...]
    starts: Ints
    ligand: Ints
    receptor: Ints
    """Partner of each side of each direct interaction."""
    names: tuple[str, ...]
    """Ligand and receptor of each direct interaction, joined by "^"."""
    modifiers: dict[str, list[Ints]]
    """Per role and axis, the partners that modify it: those that no direct interaction has."""
    not_detected: tuple[str, ...]
    """Axes without any direct interaction whose both sides are seen."""

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, axis: int) -> slice:
        """The direct interactions of an axis."""
        return slice(int(self.starts[axis]), int(self.starts[axis + 1]))

    def sides(self) -> dict[str, list[Ints]]:
        """Per side and axis, the partners of the direct interactions, each once."""
        parts = [self.of(axis) for axis in range(len(self))]
        of_side = zip(SIDES, (self.ligand, self.receptor), strict=True)
        return {side: [np.unique(found[part]) for part in parts] for side, found in of_side}


def pool_axes(matched: MatchedInteractions, detected: NDArray[np.bool_]) -> AxisPool:
    """Put the interactions together by axis; `detected` says which partners any cell shows."""
    by_axis: dict[str, list[int]] = {}
    for i, entry in enumerate(matched.interactions):
        if entry.axis:
            by_axis.setdefault(entry.axis, []).append(i)
    seen = detected[matched.ligand] & detected[matched.receptor]
    direct = {
        axis: [i for i in found if seen[i] and matched.interactions[i].role in DIRECT]
        for axis, found in by_axis.items()
    }
    kept = [axis for axis, found in direct.items() if found]
    index = np.array([i for axis in kept for i in direct[axis]], dtype=np.int64)
    lengths = [len(direct[axis]) for axis in kept]
    entries = [matched.interactions[i] for i in index]
    return AxisPool(
        ids=tuple(kept),
        starts=np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64),
        ligand=matched.ligand[index],
        receptor=matched.receptor[index],
        names=tuple(f"{entry.ligand_complex}^{entry.receptor_complex}" for entry in entries),
        modifiers={
            role: [_modifiers(matched, by_axis[axis], role) for axis in kept] for role in MODIFIERS
        },
        not_detected=tuple(axis for axis in by_axis if axis not in kept),
    )


def _modifiers(matched: MatchedInteractions, interactions: list[int], role: str) -> Ints:
    """The partners that only the interactions of this role bring into the axis."""
    roles = [matched.interactions[i].role for i in interactions]
    sides = (matched.ligand, matched.receptor)
    direct = {
        int(side[i])
        for i, found in zip(interactions, roles, strict=True)
        for side in sides
        if found in DIRECT
    }
    brought = {
        int(side[i])
        for i, found in zip(interactions, roles, strict=True)
        for side in sides
        if found == role
    }
    return np.array(sorted(brought - direct), dtype=np.int64)
