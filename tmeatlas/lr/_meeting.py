"""Which groups of cells can meet, in all samples alike or in each by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas.spatial import Contacts

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Meeting:
    """Which groups can meet, of all cells and sample by sample, and what is known of it."""

    pairs: Bools
    """Sources × targets, in some sample."""
    in_samples: Bools | None = None
    """Samples × sources × targets; None where it is the same in all."""
    contacts: Contacts | None = None
    """Of the cells that are tested, where they lie in a tissue."""

    def within(self, sample: int, groups: NDArray[np.integer]) -> Bools:
        """Sources × targets of a sample's own groups."""
        meet = self.pairs if self.in_samples is None else self.in_samples[sample]
        return meet[np.ix_(groups, groups)]

    def links(self, sample: int | None = None) -> NDArray[np.int64]:
        """Sources × targets: pairs of neighbours, of all samples or one; 0 without contacts."""
        if self.contacts is None:
            return np.zeros(self.pairs.shape, dtype=np.int64)
        counted = self.contacts.links
        found: NDArray[np.int64] = counted.sum(axis=0) if sample is None else counted[sample]
        return found


def everybody(n_groups: int) -> Meeting:
    """Nothing keeps groups apart."""
    return Meeting(np.ones((n_groups, n_groups), dtype=np.bool_))
