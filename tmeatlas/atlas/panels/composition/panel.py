"""The share of each group in each sample."""

from __future__ import annotations

from tmeatlas.atlas.panel import FromPage, Panel, Place, Source


class CompositionPanel(Panel[FromPage]):
    """Bars of the samples, put together by condition."""

    id = "composition"
    place = Place.SAMPLES
    order = 10
    columns = 7

    def build(self, source: Source) -> FromPage | None:
        """Shows the samples of the page; None where it has none."""
        return FromPage() if source.cells.sample else None

    def title(self, source: Source) -> str:
        """The title of its card."""
        sample = source.cells.sample
        return f"Composition per {sample.phrase if sample else 'sample'}"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        ordered = ", ordered by condition." if source.cells.condition else "."
        return (
            f"Share of each {source.cells.groups.phrase} in each sample{ordered} "
            "Click a segment to select its cells."
        )

    def call(self, source: Source) -> tuple[str, str]:
        """It takes a column with the samples."""
        groupby = source.cells.groups.key
        call = f"tme.pl.atlas(adata, groupby={groupby!r}, sample_key=...)"
        return "Composition per sample", call


PANEL = CompositionPanel()
