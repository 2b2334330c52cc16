"""Which groups can meet: those that share a microenvironment, or touch in the tissue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas.cells import Groups, read_tissue, rows_are_spots
from tmeatlas.lr import Meeting
from tmeatlas.spatial import build_graph, count_contacts

SPOTS = "each row is a spot of several cells: which of these show a gene is not known"
"""What crosstalk between groups of spots cannot say."""


@dataclass(frozen=True)
class InTissue:
    """Whether groups must touch to be tested, and who is a neighbour."""

    asked: bool = False
    n_neighbors: int | None = None
    radius: float | None = None

    @property
    def params(self) -> dict[str, object]:
        """As they are recorded."""
        return {"tissue": self.asked, "n_neighbors": self.n_neighbors, "radius": self.radius}

    def check(self) -> None:
        """Refuse options of neighbours that nobody would use."""
        given = {"n_neighbors": self.n_neighbors, "radius": self.radius}
        for name, value in given.items():
            if value is not None and not self.asked:
                raise InputError(
                    f"{option(name, value)} says who is a neighbour in the tissue, which is not "
                    f"asked for. Pass {option('tissue', True)} as well."
                )


@dataclass(frozen=True, eq=False)
class WhoMeets:
    """Who can meet whom (None: everybody), and what is recorded of it."""

    meeting: Meeting | None
    facts: dict[str, object]


def who_meets(
    adata: AnnData,
    groups: Groups,
    places: Mapping[str, Sequence[str]] | None,
    tissue: InTissue,
    *,
    sample_key: str | None,
    min_cells: int,
) -> WhoMeets:
    """By microenvironments, and by what lies beside what in each sample."""
    facts: dict[str, object] = {"spots": SPOTS} if rows_are_spots(adata) else {}
    meet = None if places is None else _sharing(places, groups)
    if not tissue.asked:
        return WhoMeets(None if meet is None else Meeting(meet), facts)
    where = read_tissue(adata, sample_key)
    graph = build_graph(where, n_neighbors=tissue.n_neighbors, radius=tissue.radius)
    n_groups = len(groups.labels)
    contacts = count_contacts(graph, where, groups.codes, n_groups)
    in_samples = contacts.touch(min_cells)
    if meet is not None:
        in_samples &= meet
    pairs: NDArray[np.bool_] = np.asarray(in_samples.any(axis=0))
    if not (pairs & ~np.eye(n_groups, dtype=np.bool_)).any():
        raise InputError(
            f"No two groups of obs[{groups.key!r}] lie beside each other with {min_cells} "
            f"{where.rows}s each, so only what a group sends to itself could be tested. Lower "
            f"{option('min_cells')}, choose more neighbours with {option('n_neighbors')} or "
            f"{option('radius')}, or leave out {option('tissue')}."
        )
    facts |= {"neighbours": graph.told, "pairs_apart": _apart(pairs, groups.labels)}
    kept = contacts.of_rows(groups.codes >= 0)
    return WhoMeets(Meeting(pairs, in_samples if sample_key else None, kept), facts)


def _apart(pairs: NDArray[np.bool_], labels: Sequence[str]) -> list[str]:
    """The pairs of groups that do not touch."""
    apart = np.argwhere(np.triu(~(pairs | pairs.T)))
    return [f"{labels[first]} and {labels[second]}" for first, second in apart.tolist()]


def _sharing(places: Mapping[str, Sequence[str]], groups: Groups) -> NDArray[np.bool_]:
    """Sources × targets: which groups share a microenvironment."""
    meet = np.zeros((len(groups.labels), len(groups.labels)), dtype=np.bool_)
    for members in places.values():
        numbers = [groups.labels.index(name) for name in members if name in groups.labels]
        meet[np.ix_(numbers, numbers)] = True
    if not meet.any():
        raise InputError(
            f"No group of obs[{groups.key!r}] with enough cells is in one of the "
            f"{option('microenvironments')}, so nobody can meet. Lower {option('min_cells')}, or "
            "name other groups."
        )
    return meet
