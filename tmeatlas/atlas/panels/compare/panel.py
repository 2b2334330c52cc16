"""What differs between conditions, with patients as replicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from tmeatlas._text import clean, counted, title_of
from tmeatlas.atlas.encode import Blocks
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.panels.compare.comparisons import Compared, read_comparison
from tmeatlas.atlas.tables import column_lists
from tmeatlas.results import Comparison, Phenotype
from tmeatlas.sig import mark_name

OF_GENES = ("genes", "crosstalk", "axes")


class ComparePanel(Panel[list[Compared]]):
    """Effects with their intervals, and the patients behind each."""

    id = "compare"
    place = Place.SAMPLES
    order = 30
    figures = ("compare", "replicates")

    def build(self, source: Source) -> list[Compared] | None:
        """Every comparison that is stored and of these cells; None without any."""
        found = [
            source.unless_outdated(
                Comparison,
                partial(Comparison.read, source.adata, key),
                what=f"{Comparison.title} ({clean(key)})",
            )
            for key in Comparison.stored(source.adata)
        ]
        shown = [
            read_comparison(comparison, _readable(comparison.what, source))
            for comparison in found
            if comparison is not None and len(comparison.table)
        ]
        return shown or None

    def pack(self, payload: list[Compared], blocks: Blocks) -> list[dict[str, Any]]:
        """Names as JSON; the rows of each comparison in a block, read when it is shown."""
        names = [title_of(entry.what or entry.key) for entry in payload]
        return [
            {
                "name": name if names.count(name) == 1 else f"{name} ({entry.key})",
                "reference": entry.reference,
                "replicate": entry.replicate,
                "nPlaces": entry.n_places,
                "nInteractions": entry.n_interactions,
                "nStanding": entry.n_standing,
                "block": blocks.add_json(
                    {
                        "places": entry.places,
                        "rows": column_lists(entry.rows),
                        "samples": column_lists(entry.samples),
                        "leftOut": entry.left_out,
                        "interactions": column_lists(entry.interactions),
                        "names": entry.names,
                    }
                ),
            }
            for name, entry in zip(names, payload, strict=True)
        ]

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Differences between conditions"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        return (
            "Point and line: difference with its 95 % interval, the best evidenced first; filled: "
            "adjusted p of at most 0.05. At the right: how many were compared, and adjusted p. "
            "Click a row to see its patients."
        )

    def call(self, source: Source) -> tuple[str, str]:
        """Comparing fills it."""
        return "Differences between conditions", Comparison.call

    def terms(self, payload: list[Compared]) -> Sequence[tuple[str, str]]:
        """What a difference is, and a side that changed."""
        return Comparison.words

    def notes(self, payload: list[Compared]) -> Iterator[str]:
        """What is compared but not listed."""
        for entry in payload:
            if len(entry.places) < entry.n_places:
                yield (
                    f"Differences in {entry.what}: listed are the {len(entry.places):,} best of "
                    f"{entry.n_places:,}. adata.uns[{entry.key!r}] has all."
                )
            if len(entry.interactions) < entry.n_interactions:
                yield (
                    f"Differences in {entry.what}: of "
                    f"{counted(entry.n_interactions, 'interaction')}, "
                    f"{len(entry.interactions):,} are listed behind their sides. "
                    f"adata.uns[{entry.key + '_rows'!r}] has all."
                )

    def summary(self, payload: list[Compared]) -> list[str]:
        """How many differences stand."""
        n = sum(entry.n_standing for entry in payload)
        return [counted(n, "difference that stands", "differences that stand")]


def _readable(what: str, source: Source) -> Callable[[str], str]:
    """How the features of a comparison are told."""
    if what == "scores":
        return source.coverage.name
    if what == "consensus":
        return lambda mark: clean(mark_name(mark))
    if what == "phenotype":
        phenotype = source.result(Phenotype)
        names = {} if phenotype is None else dict(phenotype.measures()["name"])
        return lambda measure: clean(names.get(measure) or measure)
    if what in OF_GENES:
        return lambda gene: clean(gene.replace("_", "+"))
    return clean


PANEL = ComparePanel()
