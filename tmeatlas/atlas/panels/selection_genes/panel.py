"""What sets the selected cells apart from all others: genes and programmes of the page."""

from __future__ import annotations

from collections.abc import Sequence

from tmeatlas.atlas.panel import FromPage, Panel, Place, Source

KINDS = ("gene", "consensus", "signature")


class SelectionGenesPanel(Panel[FromPage]):
    """The genes and programmes that differ most between the selection and the rest."""

    id = "selection_genes"
    place = Place.CELLS
    order = 28
    may_be_empty = True

    def build(self, source: Source) -> FromPage | None:
        """Shows the features of the page; None where it has neither genes nor programmes."""
        return FromPage() if any(one.kind in KINDS for one in source.features) else None

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Selection against the rest"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        words = source.cells.words
        return (
            f"A description of the chosen {words}, not a test of patients; {words} that were "
            "chosen by what they express differ in it by choice. AUROC: how often one of the "
            "selection has more than one of the rest, 0.50 being no difference. Of all genes only "
            f"those with values for single {words} in this page. Click a row to colour the map."
        )

    def terms(self, payload: FromPage) -> Sequence[tuple[str, str]]:
        """What the number of each row says."""
        return (
            (
                "AUROC",
                "The chance that a cell of the selection has a higher value than one of the rest, "
                "ties counting half: 0.5 where the two do not differ, 1 where all of the "
                "selection lie above all others. Computed from the values as the page keeps them.",
            ),
        )


PANEL = SelectionGenesPanel()
