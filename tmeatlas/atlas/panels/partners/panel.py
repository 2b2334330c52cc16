"""Who makes the ligands of an axis, and who has its receptors."""

from __future__ import annotations

from tmeatlas.atlas.panel import FromPage, Panel, Place, Source


class PartnersPanel(Panel[FromPage]):
    """Ligands and receptors of the chosen axis in each group, whoever they meet."""

    id = "partners"
    place = Place.CROSSTALK
    order = 15
    columns_wide = 4
    may_be_empty = True

    def build(self, source: Source) -> FromPage | None:
        """Shows the levels that came with the crosstalk; None without any."""
        network = source.payload("crosstalk")
        return FromPage() if network and network.levels.names else None

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Who makes it, who has the receptor"

    def explanation(self, source: Source) -> str:
        """How to read it; the page adds what is not drawn."""
        return (
            f"Number: percent of the {source.cells.words} of a group that show it. Colour: mean. "
            "Both say who could send and receive, not whether that is specific. "
            "Click a name to colour the map by its genes."
        )


PANEL = PartnersPanel()
