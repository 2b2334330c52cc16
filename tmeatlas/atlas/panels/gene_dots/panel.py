"""Genes by group as dots: markers of the groups, and any gene of the data that a reader adds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from tmeatlas._text import clean
from tmeatlas.atlas.encode import Blocks
from tmeatlas.atlas.gene_means import COARSE
from tmeatlas.atlas.panel import Panel, Place, Source

ROWS = 36
"""Markers that are shown at first, as far as each group has one: about the height of a screen."""
MOST_OF_GROUP = 4


@dataclass(frozen=True)
class Markers:
    """Genes that set groups apart, in the order of the groups."""

    genes: list[str]
    groups: list[int]
    """The group that each marks."""
    coarse: bool
    """Whether the page holds means in so few steps that numbers show it."""


class GeneDotsPanel(Panel[Markers]):
    """Means and shares of genes in the groups."""

    id = "gene_dots"
    place = Place.CELLS
    order = 25

    def build(self, source: Source) -> Markers | None:
        """The markers to begin with; None without log-normalised expression."""
        means = source.genes.means
        if means is None or not means.n_seen:
            return None
        of_groups = source.genes.of_groups
        most = max(1, min(MOST_OF_GROUP, ROWS // max(1, len(of_groups))))
        chosen = [genes[:most] for genes in of_groups]
        return Markers(
            genes=[clean(gene) for gene in chain(*chosen)],
            groups=[group for group, genes in enumerate(chosen) for _ in genes],
            coarse=means.steps == COARSE,
        )

    def pack(self, payload: Markers, blocks: Blocks) -> dict[str, Any]:
        """The markers as JSON."""
        return {"genes": payload.genes, "groups": payload.groups}

    def title(self, source: Source) -> str:
        """The title of its card."""
        return f"Genes by {source.cells.groups.phrase}"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        words = source.cells.words
        return (
            f"Colour: mean log-normalised expression. Area: "
            f"share of {words} that show the gene. At first those genes that set each group most "
            "apart from the others, which describes the groups and tests nothing; add any gene of "
            "the data."
        )

    def notes(self, payload: Markers) -> Iterable[str]:
        """How exact the numbers are, where they are less so than elsewhere."""
        if payload.coarse:
            yield (
                f"Genes by group: with so many groups, means are held in {COARSE} steps of the "
                f"highest mean of each gene, and shares in {COARSE} steps of the radius of their "
                "dots."
            )


PANEL = GeneDotsPanel()
