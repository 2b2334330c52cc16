"""The share of each group in each sample, of all its cells or within a lineage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tmeatlas._text import counted, display_name
from tmeatlas.atlas.categories import FEW_CELLS
from tmeatlas.atlas.encode import Blocks
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.remarks import not_whole
from tmeatlas.results import Composition

MOST_TOLD = 20
"""Samples whose reason is told one by one."""


@dataclass(frozen=True)
class Parent:
    """A lineage, and the groups of the page that it is divided into."""

    name: str
    groups: list[int]


@dataclass(frozen=True)
class Shares:
    """What shares can be of, beside all cells; the bars are those of the page."""

    parents: list[Parent] = field(default_factory=list)
    not_whole: dict[str, str] = field(default_factory=dict)
    """By sample as the page names it, why shares of all its cells tell nothing of a tumour."""


class CompositionPanel(Panel[Shares]):
    """Bars of the samples, put together by condition."""

    id = "composition"
    place = Place.SAMPLES
    order = 20
    columns = 7

    def build(self, source: Source) -> Shares | None:
        """Shows the samples of the page; None where it has none."""
        sample = source.cells.sample
        if sample is None:
            return None
        why = not_whole(source)
        shown = zip(sample.raw_labels, sample.labels, strict=True)
        return Shares(
            read_parents(source.result(Composition), source),
            {label: why[raw] for raw, label in shown if raw in why},
        )

    def pack(self, payload: Shares, blocks: Blocks) -> dict[str, Any]:
        """The lineages, and which samples are not of a whole tumour, as JSON."""
        return {
            "parents": [asdict(parent) for parent in payload.parents],
            "notWhole": payload.not_whole,
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        sample = source.cells.sample
        if sample and len(sample.labels) == 1:
            return f"Composition of {sample.labels[0]}"
        return f"Composition per {sample.phrase if sample else 'sample'}"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        cells = source.cells
        share = f"Share of each {cells.groups.phrase}"
        many = f"At the right: how many {cells.words}."
        if cells.sample and len(cells.sample.labels) == 1:
            few = f"Hatched: fewer than {FEW_CELLS}."
            return f"{share}. {many} {few} Click a bar to select these."
        ordered = ", ordered by condition." if cells.condition else "."
        few = f"Hatched: samples of fewer than {FEW_CELLS} {cells.words}."
        return f"{share} in each sample{ordered} {many} {few} Click a segment to select these."

    def call(self, source: Source) -> tuple[str, str]:
        """It takes a column with the samples."""
        groupby = source.cells.groups.key
        call = f"tme.pl.atlas(adata, groupby={groupby!r}, sample_key=...)"
        return "Composition per sample", call

    def terms(self, payload: Shares) -> Sequence[tuple[str, str]]:
        """What a share is, where shares are of more than one thing."""
        return Composition.words[:1] if payload.parents else ()

    def notes(self, payload: Shares) -> Iterator[str]:
        """Samples that are not of a whole tumour."""
        told = list(payload.not_whole.items())
        for sample, why in told[:MOST_TOLD]:
            yield f"Composition of {sample}: {why}."
        if len(told) > MOST_TOLD:
            others = counted(len(told) - MOST_TOLD, "other sample")
            yield f"Composition of {others}: no whole tumour either."


def read_parents(found: Composition | None, source: Source) -> list[Parent]:
    """The lineages of a stored composition that consist of whole groups of the page.

    A lineage may also have a part of a group, where a column names the parent
    of each cell; its shares are those of the table, not of the page.
    """
    groups, sample = source.cells.groups, source.cells.sample
    if found is None or sample is None:
        return []
    if (found.groupby, found.sample_key) != (groups.key, sample.key):
        return []
    place = {label: code for code, label in enumerate(groups.raw_labels)}
    sizes = _sizes(found, "")
    parents = []
    for parent in found.parents:
        of_parent = _sizes(found, parent)
        is_whole = all(n in (0, sizes[group]) for group, n in of_parent.items())
        codes = [place[group] for group, n in of_parent.items() if n and group in place]
        if is_whole and len(codes) > 1 and all(g in place for g, n in of_parent.items() if n):
            parents.append(Parent(display_name(parent), sorted(codes)))
    return parents


def _sizes(found: Composition, parent: str) -> dict[str, int]:
    """Cells of each group within a lineage, over all samples."""
    rows = found.within(parent)
    cells = rows["cells"].groupby(rows["group"].astype(object)).sum()
    return {str(group): int(n) for group, n in cells.items()}


PANEL = CompositionPanel()
