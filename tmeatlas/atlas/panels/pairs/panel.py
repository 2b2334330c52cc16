"""Ligand and receptor of each interaction."""

from __future__ import annotations

from tmeatlas.atlas.panel import FromPage, Panel, Place, Source


class PairsPanel(Panel[FromPage]):
    """The rows behind the crosstalk."""

    id = "pairs"
    place = Place.CROSSTALK
    order = 20
    columns = 7
    columns_wide = 4
    may_be_empty = True

    def build(self, source: Source) -> FromPage | None:
        """Shows the rows of the crosstalk; None without it."""
        return FromPage() if source.payload("crosstalk") else None

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Ligand–receptor pairs"

    def explanation(self, source: Source) -> str:
        """How to read it; the page adds what a click does."""
        return (
            f"Area: share of {source.cells.words} that show it. Colour: score, from how specific "
            "and how broad both sides are at least. Ringed: specific; pale: not."
        )


PANEL = PairsPanel()
