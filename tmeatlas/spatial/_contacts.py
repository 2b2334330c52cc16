"""Which groups of cells lie beside each other in the tissue, and which of their cells do."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.spatial._graph import Graph
from tmeatlas.spatial._tissue import Tissue


@dataclass(frozen=True, eq=False)
class Contacts:
    """What lies beside what, group by group and section by section."""

    near: NDArray[np.bool_]
    """Rows × groups: whether the row has a neighbour of the group. Who is a neighbour of one has
    it as a neighbour, too."""
    links: NDArray[np.int64]
    """Sections × groups × groups: pairs of neighbours."""
    beside: NDArray[np.int64]
    """Sections × groups × groups: rows of the first group with a neighbour of the second."""

    def touch(self, least: int) -> NDArray[np.bool_]:
        """Sections × groups × groups: where `least` rows of either lie beside the other.

        A group always reaches itself: what a cell sends, it can receive.
        """
        both = np.minimum(self.beside, self.beside.transpose(0, 2, 1)) >= least
        return np.asarray(both | np.eye(both.shape[-1], dtype=np.bool_))

    def of_rows(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Contacts:
        """The same told of some of the rows; what lies beside them stays."""
        return replace(self, near=self.near[rows])


def count_contacts(
    graph: Graph, tissue: Tissue, codes: NDArray[np.integer], n_groups: int
) -> Contacts:
    """Contacts between groups, by their codes; rows of code -1 are of none."""
    n, n_sections = len(codes), len(tissue.sections)
    members = np.flatnonzero(codes >= 0)
    ones = np.ones(len(members), dtype=np.float32)
    of_group = sp.csr_matrix((ones, (members, codes[members])), shape=(n, n_groups))
    place = tissue.section[members] * n_groups + codes[members]
    of_both = sp.csr_matrix((ones, (members, place)), shape=(n, n_sections * n_groups))
    either = (graph.edges + graph.edges.T).tocsr()
    either.data[:] = 1
    counts = (either @ of_group).tocsr()
    shape = (n_sections, n_groups, n_groups)
    links = np.rint((of_both.T @ counts).toarray()).astype(np.int64).reshape(shape)
    # Within a group each pair was counted from both of its ends.
    links[:, np.arange(n_groups), np.arange(n_groups)] //= 2
    near = counts > 0
    beside = (of_both.T @ near.astype(np.float32)).toarray()
    return Contacts(near.toarray(), links, np.rint(beside).astype(np.int64).reshape(shape))
