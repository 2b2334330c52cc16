"""The map of the cells."""

from __future__ import annotations

from collections.abc import Iterator

from tmeatlas._text import clean
from tmeatlas.atlas.maps import Maps
from tmeatlas.atlas.panel import Panel, Place, Source


class MapPanel(Panel[Maps]):
    """Every cell at its place, in the colour of the page."""

    id = "map"
    place = Place.CELLS
    order = 10
    is_stage = True

    def build(self, source: Source) -> Maps:
        """The embeddings that the page holds for all panels."""
        return source.cells.maps

    def title(self, source: Source) -> str:
        """The title of its card."""
        return source.cells.words.capitalize()

    def explanation(self, source: Source) -> str:
        """How to select cells."""
        return (
            f"Draw around {source.cells.words} to select them: the panels follow, or say that they "
            "show all."
        )

    def notes(self, payload: Maps) -> Iterator[str]:
        """Embeddings of more than two dimensions, those that are no map, images not shown."""
        yield from payload.notes
        for entry in payload.drawn:
            if entry.n_dimensions > 2:
                yield f"The map shows the first two dimensions of {entry.name}."
        if payload.left_out:
            yield (
                "Not offered as a map, as cells lack coordinates or there are more than enough: "
                f"{', '.join(clean(key) for key in payload.left_out)}."
            )


PANEL = MapPanel()
