"""Who signals to whom: senders and receivers of each axis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tmeatlas._text import counted, title_of
from tmeatlas.atlas.encode import Blocks
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.panels.crosstalk.levels import BUILT_IN, packed_levels
from tmeatlas.atlas.panels.crosstalk.network import (
    OF_SAMPLES,
    OF_SIDES,
    WORDS,
    Network,
    read_network,
)
from tmeatlas.atlas.tables import (
    MAX_OTHERS_PER_AXIS,
    column_lists,
    counted_rows,
    part_of,
    with_shared,
)
from tmeatlas.atlas.verdicts import AMBIENT, NONE, ROW_TEXTS, caveat_of, texts_of
from tmeatlas.interactions import ASSOCIATED
from tmeatlas.lr import ENDS
from tmeatlas.results import Axes, Crosstalk

GROUP_NOUNS = ("type", "cluster", "region", "lineage", "niche", "state", "subtype", "subset")
"""Last words of names of columns that can be told in the plural."""
DISPUTED = {
    "yes": "disputed: hardly any list holds it",
    "few": "few lists: not many hold it",
}
"""What is told of interactions that are not as sure as others."""


class CrosstalkPanel(Panel[Network]):
    """Senders and receivers as matrix, chord or Sankey, and the axis in words."""

    id = "crosstalk"
    place = Place.CROSSTALK
    order = 10
    columns = 5
    columns_wide = 4
    figures = ("matrix", "chord")
    may_be_empty = True

    def build(self, source: Source) -> Network | None:
        """The interactions between groups; None where there are none."""
        crosstalk = source.result(Crosstalk)
        if crosstalk is None:
            return None
        axes = source.result(Axes)
        return read_network(source.adata, crosstalk, axes, source.cells.groups, source.scores)

    def pack(self, payload: Network, blocks: Blocks) -> dict[str, Any]:
        """Groups and axes as JSON; sums and rows in a block."""
        return {
            "nodes": [vars(node) for node in payload.nodes],
            "axes": [
                {
                    "id": axis.id,
                    "name": axis.name,
                    "response": axis.feature,
                    "verdict": axis.verdict,
                    "nActive": axis.n_active,
                    "nStanding": axis.n_standing,
                    "nSpecific": axis.n_specific,
                    "nCore": axis.n_core,
                }
                for axis in payload.axes
            ],
            "nTotal": payload.n_total,
            "nSpecific": payload.n_specific,
            "nTooFew": payload.n_too_few,
            "groupby": payload.groupby,
            "groupsWord": groups_word(payload.groupby),
            "verdictTexts": texts_of(ROW_TEXTS),
            "disputedTexts": DISPUTED,
            "associated": ASSOCIATED,
            "block": blocks.add_json(packed_rows(payload)),
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Crosstalk"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        return (
            "Who signals to whom. Click a tile or a ribbon to see its ligand–receptor pairs."
            + caveat_of(source.result(Crosstalk))
        )

    def call(self, source: Source) -> tuple[str, str]:
        """The test of the interactions fills it."""
        call = Crosstalk.call_again(groupby=source.cells.groups.key)
        return "Crosstalk and ligand–receptor pairs", call

    def genes(self, source: Source) -> Iterable[str]:
        """Ligand and receptor genes of the listed rows that count."""
        network = source.payload(self.id)
        return network.gene_names() if network else ()

    def terms(self, payload: Network) -> Sequence[tuple[str, str]]:
        """Verdicts and numbers."""
        return Crosstalk.words

    def notes(self, payload: Network) -> Iterator[str]:
        """What is ambient RNA, what no protein, and interactions that are not listed."""
        yield _ambient_note(payload)
        if payload.database == BUILT_IN:
            yield _enzymes_note()
        if len(payload.rows) == payload.n_total:
            return
        n_specific, n_too_few = counted_rows(payload.rows)
        n_ambient, n_beside = (int((payload.rows["verdict"] == v).sum()) for v in (AMBIENT, NONE))
        ambient = f"{part_of(n_ambient, payload.n_ambient)} that are mostly ambient RNA, "
        yield (
            f"Crosstalk: numbers and sums are over all {payload.n_total:,} rows. Listed one by one "
            f"are {part_of(n_specific, payload.n_specific)} specific interactions, "
            f"{part_of(n_too_few, payload.n_too_few)} with too few cells, "
            f"{ambient if payload.n_ambient else ''}"
            f"{part_of(n_beside, payload.n_beside)} without a verdict and, per axis, at most "
            f"{MAX_OTHERS_PER_AXIS} of the others. tme.get.crosstalk(adata) has all."
        )

    def summary(self, payload: Network) -> list[str]:
        """How many interactions are specific."""
        return [counted(payload.n_specific, "specific interaction")]


def groups_word(groupby: str) -> str:
    """What several groups are: "cell types", "regions", or else "groups"."""
    name = title_of(groupby).lower()
    return f"{name}s" if name.endswith(GROUP_NOUNS) else "groups"


def _ambient_note(network: Network) -> str:
    """Whether ambient RNA was judged, and how many rows rest on it."""
    rows = counted(network.n_ambient, "specific row") if network.n_ambient else "no specific row"
    apart = f"{rows} set apart as mostly ambient RNA, which makes no ribbon"
    if not network.ambient_not_judged:
        return f"Crosstalk: {apart}."
    told = f"; {apart}" if network.n_ambient else ""
    why = network.ambient_not_judged
    return f"Crosstalk: ambient RNA, which can look specific, was not judged ({why}){told}."


def _enzymes_note() -> str:
    """Of which axes genes of enzymes are shown in place of the ligand."""
    from tmeatlas.interactions import load_axes

    made = [axis.name for axis in load_axes() if not all(e.is_protein for e in axis.interactions)]
    return (
        f"{', '.join(made)}: the ligand is no protein. Genes of what makes it or lets it out stand "
        "for it, which says that a cell could make it."
    )


def packed_rows(network: Network) -> dict[str, Any]:
    """Sums and rows of the crosstalk; the page puts the rows together again."""
    rows = network.rows
    shared = {
        f"{side}_side": [
            *(group, side, f"{side}_ambient", f"{group}_cells_needed"),
            *(f"{side}_{what}" for what in OF_SIDES),
        ]
        for side, group in ENDS.items()
    }
    shared["interaction"] = [*WORDS, "n_resources"]
    if samples := [name for name in OF_SAMPLES if name in rows]:
        shared["samples"] = samples
    return {
        "edges": column_lists(network.edges),
        "routes": column_lists(network.routes),
        "levels": packed_levels(network.levels, [axis.id for axis in network.axes]),
        **with_shared(rows, shared),
        "names": network.names,
    }


PANEL = CrosstalkPanel()
