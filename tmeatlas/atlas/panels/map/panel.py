"""The map of the cells."""

from __future__ import annotations

from collections.abc import Iterator

from tmeatlas._text import clean
from tmeatlas.atlas.maps import Maps
from tmeatlas.atlas.panel import Panel, Place, Slot, Source


class MapPanel(Panel[Maps]):
    """Every cell at its place, in the colour of the page."""

    id = "map"
    place = Place.CELLS
    order = 10

    def build(self, source: Source) -> Maps:
        """The embeddings that the page holds for all panels."""
        return source.cells.maps

    def slot(self, source: Source) -> Slot:
        """The largest card of the page."""
        return Slot.STAGE

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Cells"

    def explanation(self, source: Source) -> str:
        """How to select cells."""
        return (
            "Draw around cells to select them: the panels follow, or say that they show all cells."
        )

    def notes(self, payload: Maps) -> Iterator[str]:
        """Embeddings of more than two dimensions, and those that are no map."""
        for entry in payload.drawn:
            if entry.n_dimensions > 2:
                yield f"The map shows the first two dimensions of {entry.name}."
        if payload.left_out:
            yield (
                "Not offered as a map, as cells lack coordinates or there are more than enough: "
                f"{', '.join(clean(key) for key in payload.left_out)}."
            )


PANEL = MapPanel()
