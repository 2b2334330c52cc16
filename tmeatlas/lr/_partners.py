"""Ligands and receptors as genes, and as complexes of genes: by number, for all engines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Partners:
    """The ligands and receptors: first every gene by itself, then every complex.

    Partner ``p < n_genes`` is gene ``p``; partner ``n_genes + c`` is complex
    ``c``, whose subunits are ``members[starts[c]:starts[c + 1]]``.
    """

    n_genes: int
    starts: Ints
    members: Ints

    @classmethod
    def of(cls, n_genes: int, complexes: Iterable[Sequence[int]]) -> Partners:
        """From the subunits of each complex."""
        subunits = [list(complex_) for complex_ in complexes]
        starts = np.cumsum([0, *(len(found) for found in subunits)], dtype=np.int64)
        members = np.array([gene for found in subunits for gene in found], dtype=np.int64)
        return cls(n_genes, starts, members)

    def __len__(self) -> int:
        return self.n_genes + len(self.starts) - 1

    def subunits(self) -> list[Ints]:
        """The subunits of each complex in turn."""
        return np.split(self.members, self.starts[1:-1]) if len(self.starts) > 1 else []

    def genes(self) -> list[Ints]:
        """The genes of every partner: itself, or the subunits of a complex."""
        return [*np.arange(self.n_genes, dtype=np.int64)[:, None], *self.subunits()]

    def needed(self, used: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Which partners some test uses, or has as a subunit."""
        needed = np.zeros(len(self), dtype=np.bool_)
        needed[used] = True
        for number, subunits in enumerate(self.subunits(), start=self.n_genes):
            if needed[number]:
                needed[subunits] = True
        return needed

    def weakest(self, of_genes: NDArray) -> NDArray:
        """The same of all partners as `of_genes`: of a complex, the least of its subunits."""
        if len(self.starts) < 2:
            return of_genes.copy()
        of_complexes = np.minimum.reduceat(of_genes[self.members], self.starts[:-1], axis=0)
        return np.concatenate([of_genes, of_complexes])
