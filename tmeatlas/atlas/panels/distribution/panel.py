"""How the cells of each group spread over a score or a gene."""

from __future__ import annotations

from tmeatlas.atlas.panel import FromPage, Panel, Place, Source


class DistributionPanel(Panel[FromPage]):
    """Violins of what the cells are coloured by."""

    id = "distribution"
    place = Place.CELLS
    order = 30
    height = "350px"
    is_scoped = False

    def build(self, source: Source) -> FromPage | None:
        """Shows the features of the page; None where it has none."""
        return FromPage() if source.features else None

    def title(self, source: Source) -> str:
        """The title of its card, to which the page adds the name of the feature."""
        return "Distribution"


PANEL = DistributionPanel()
