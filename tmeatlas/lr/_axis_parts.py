"""What can carry an axis: its core pairs, and each ligand or receptor with all its partners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.lr._axis_pool import AxisPool
from tmeatlas.lr._match import MatchedInteractions

ALL = "all"
"""In the name of a part: all ligands, or receptors, of the axis that bind the other side."""

Ints = NDArray[np.int64]
Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Parts:
    """The pairs of sides that are tested for one axis."""

    ligand: Ints
    """Per part, the number of its side."""
    receptor: Ints
    names: list[str]
    """Ligand and receptor of each part, joined by "^"."""
    associated: Ints
    """Of each associated interaction, the numbers of its two sides (n × 2)."""


class SideList:
    """The sides of all axes: partners, and sums of several, each with a number."""

    def __init__(self, matched: MatchedInteractions, values: sp.csc_matrix) -> None:
        self.matched, self.values = matched, values
        self.genes: list[Ints] = []
        """Per side, the columns that it needs."""
        self._partner_genes = matched.partners.genes()
        self._number: dict[tuple[int, ...], int] = {}
        self._sums: list[sp.csc_matrix] = []

    def side(self, *partners: int) -> int:
        """The number of a partner, or of several together; a new one at the first call."""
        if partners not in self._number:
            self._number[partners] = len(self.genes)
            alone = len(partners) == 1
            self.genes.append(self._partner_genes[partners[0]] if alone else self._sum(partners))
        return self._number[partners]

    def _sum(self, partners: tuple[int, ...]) -> Ints:
        """A new column: genes in units of their standard deviation; of a complex, their mean."""
        n_genes = self.values.shape[1]
        weights = np.zeros((n_genes, 1))
        for partner in partners:
            genes = self._partner_genes[partner]
            weights[genes, 0] += 1.0 / len(genes)
        self._sums.append(sp.csc_matrix(weights))
        return np.array([n_genes + len(self._sums) - 1], dtype=np.int64)

    def columns(self) -> sp.csc_matrix:
        """The genes and, after them, the sums."""
        if not self._sums:
            return self.values
        scaled = self.values @ sp.diags((1.0 / _spread(self.values)).astype(np.float32))
        summed = scaled @ sp.hstack(self._sums, dtype=np.float32)
        return sp.hstack([self.values, summed], format="csc")

    def shown(self, interactions: Ints) -> Ints:
        """Those whose both sides some cell shows, whoever it is; all where there is none."""
        matched = self.matched
        shown = matched.partners.weakest(np.diff(self.values.indptr) > 0)
        both = shown[matched.ligand[interactions]] & shown[matched.receptor[interactions]]
        return interactions[both] if both.any() else interactions


def parts_of(pool: AxisPool, sides: SideList) -> Parts:
    """The core pairs, and "stars": a receptor with the sum of all its ligands, and the reverse.

    A ligand is never put together with a receptor that it does not bind.
    """
    matched = sides.matched
    core: dict[Pair, str] = {}
    for number in sides.shown(pool.core):
        entry = matched.interactions[number]
        pair = int(matched.ligand[number]), int(matched.receptor[number])
        core.setdefault(pair, f"{entry.ligand_complex}^{entry.receptor_complex}")
    pairs = {(sides.side(pair[0]), sides.side(pair[1])): name for pair, name in core.items()}
    pairs |= _stars(core, sides)
    beside = [
        (sides.side(int(matched.ligand[number])), sides.side(int(matched.receptor[number])))
        for number in pool.associated
    ]
    ligand, receptor = (np.array([pair[end] for pair in pairs], dtype=np.int64) for end in (0, 1))
    return Parts(
        ligand=ligand,
        receptor=receptor,
        names=list(pairs.values()),
        associated=np.array(beside, dtype=np.int64).reshape(-1, 2),
    )


def _stars(core: dict[Pair, str], sides: SideList) -> dict[Pair, str]:
    """Each side with all the other sides that it binds, where these are more than one."""
    stars: dict[Pair, str] = {}
    for end in (0, 1):
        for hub in dict.fromkeys(pair[end] for pair in core):
            name = next(n for pair, n in core.items() if pair[end] == hub).split("^")[end]
            others = tuple(sorted({pair[1 - end] for pair in core if pair[end] == hub}))
            if len(others) > 1 and end == 0:
                stars[sides.side(hub), sides.side(*others)] = f"{name}^{ALL}"
            elif len(others) > 1:
                stars[sides.side(*others), sides.side(hub)] = f"{ALL}^{name}"
    return stars


def _spread(values: sp.csc_matrix) -> NDArray[np.float64]:
    """Standard deviation of each column; 1 where nothing differs."""
    exact = values.astype(np.float64)
    mean = np.asarray(exact.mean(axis=0)).ravel()
    squares = np.asarray(exact.multiply(exact).mean(axis=0)).ravel()
    spread = np.sqrt(np.maximum(squares - mean**2, 0.0))
    return np.where(spread > 0, spread, 1.0)
