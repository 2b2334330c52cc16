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
    """The pairs of sides that are tested for one axis; a side is a partner, or a sum of several."""

    values: sp.csc_matrix
    """The genes of the axis and, after them, the sums."""
    genes: list[Ints]
    """Per side, the columns of `values` that it needs."""
    ligand: Ints
    """Per part, the number of its side."""
    receptor: Ints
    names: list[str]
    """Ligand and receptor of each part, joined by "^"."""
    associated: Ints
    """Of each associated interaction, the numbers of its two sides (n × 2)."""


class _SideList:
    """Gives every side a number, in the order in which they are asked for."""

    def __init__(self, partner_genes: list[Ints], values: sp.csc_matrix) -> None:
        self.partner_genes, self.values = partner_genes, values
        self.number: dict[tuple[int, ...], int] = {}
        self.genes: list[Ints] = []
        self.sums: list[sp.csc_matrix] = []

    def side(self, *partners: int) -> int:
        """The number of a partner, or of several together."""
        if partners not in self.number:
            self.number[partners] = len(self.genes)
            columns = self.partner_genes[partners[0]] if len(partners) == 1 else self._sum(partners)
            self.genes.append(columns)
        return self.number[partners]

    def _sum(self, partners: tuple[int, ...]) -> Ints:
        """A new column: genes in units of their standard deviation; of a complex, their mean."""
        n_genes = self.values.shape[1]
        weights = np.zeros((n_genes, 1))
        for partner in partners:
            genes = self.partner_genes[partner]
            weights[genes, 0] += 1.0 / len(genes)
        self.sums.append(sp.csc_matrix(weights))
        return np.array([n_genes + len(self.sums) - 1], dtype=np.int64)

    def columns(self) -> sp.csc_matrix:
        """Genes and sums."""
        if not self.sums:
            return self.values
        scaled = self.values @ sp.diags(1.0 / _spread(self.values))
        summed = scaled @ sp.hstack(self.sums)
        return sp.hstack([self.values, summed], format="csc").astype(np.float32)


def parts_of(pool: AxisPool, matched: MatchedInteractions, values: sp.csc_matrix) -> Parts:
    """The core pairs, and "stars": a receptor with the sum of all its ligands, and the reverse.

    A ligand is never put together with a receptor that it does not bind.
    """
    found = _shown(pool.core, matched, values)
    interactions = np.concatenate([found, pool.associated])
    ends = list(zip(matched.ligand[interactions], matched.receptor[interactions], strict=True))
    genes = matched.partners.genes()
    used = np.unique(np.concatenate([genes[partner] for pair in ends for partner in pair]))
    of_partner = {int(p): np.searchsorted(used, genes[p]) for pair in ends for p in pair}
    own = [of_partner.get(partner, np.zeros(0, dtype=np.int64)) for partner in range(len(genes))]
    sides = _SideList(own, values[:, used])
    core: dict[Pair, str] = {}
    for number, pair in zip(found, ends, strict=False):
        entry = matched.interactions[number]
        partners = int(pair[0]), int(pair[1])
        core.setdefault(partners, f"{entry.ligand_complex}^{entry.receptor_complex}")
    pairs = {
        (sides.side(ligand), sides.side(receptor)): n for (ligand, receptor), n in core.items()
    }
    pairs |= _stars(core, sides)
    beside = [(sides.side(int(a)), sides.side(int(b))) for a, b in ends[len(found) :]]
    ligand, receptor = (np.array([pair[end] for pair in pairs], dtype=np.int64) for end in (0, 1))
    return Parts(
        values=sides.columns(),
        genes=sides.genes,
        ligand=ligand,
        receptor=receptor,
        names=list(pairs.values()),
        associated=np.array(beside, dtype=np.int64).reshape(-1, 2),
    )


def _shown(core: Ints, matched: MatchedInteractions, values: sp.csc_matrix) -> Ints:
    """The pairs whose both sides some cell shows, whoever it is; all where there is none."""
    shown = matched.partners.weakest(np.diff(values.indptr) > 0)
    both = shown[matched.ligand[core]] & shown[matched.receptor[core]]
    return core[both] if both.any() else core


def _stars(core: dict[Pair, str], sides: _SideList) -> dict[Pair, str]:
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
