"""What differs between conditions, with patients as replicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from tmeatlas._text import clean, complex_name, counted
from tmeatlas.atlas.encode import Blocks
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.panels.compare.comparisons import read_comparison
from tmeatlas.atlas.panels.compare.together import Together, as_body, put_together
from tmeatlas.atlas.panels.compare.words import names_of
from tmeatlas.atlas.tables import column_lists
from tmeatlas.results import (
    ENOUGH,
    Comparison,
    Composition,
    Differences,
    Phenotype,
    conditions_of_samples,
)
from tmeatlas.sig import mark_name

OF_GENES = ("genes", "crosstalk", "axes")


class ComparePanel(Panel[Together]):
    """Effects with their intervals, and the patients behind each."""

    id = "compare"
    place = Place.SAMPLES
    order = 30
    figures = ("compare", "replicates")

    def build(self, source: Source) -> Together | None:
        """Every comparison that is stored and of these cells; None without any."""
        shown = source.comparisons
        if not shown:
            return None
        differences = Differences.of(shown)
        entries = [
            read_comparison(each, _readable(each.what, source), differences, _shares(each, source))
            for each in shown
        ]
        return put_together(entries, differences)

    def pack(self, payload: Together, blocks: Blocks) -> dict[str, Any]:
        """Names as JSON; the rows of each comparison in a block, read when it is shown."""
        entries = payload.entries
        return {
            "words": payload.words,
            "nTested": payload.n_tested,
            "enough": ENOUGH,
            "together": blocks.add_json(as_body(payload)),
            "entries": [
                {
                    "name": name,
                    "reference": entry.reference,
                    "replicate": entry.replicate,
                    "nPlaces": entry.n_places,
                    "nInteractions": entry.n_interactions,
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
                for name, entry in zip(
                    names_of([(each.what, each.key) for each in entries]), entries, strict=True
                )
            ],
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Differences between conditions"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        return (
            "The best evidenced first. At the right: how many of either condition, and p adjusted "
            "over the comparison. Click a row to see who is behind it."
        )

    def call(self, source: Source) -> tuple[str, str]:
        """Comparing fills it."""
        return "Differences between conditions", Comparison.call

    def terms(self, payload: Together) -> Sequence[tuple[str, str]]:
        """What a difference is, and a side that changed."""
        return Comparison.words

    def notes(self, payload: Together) -> Iterator[str]:
        """What is compared but not listed."""
        for entry in payload.entries:
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

    def summary(self, payload: Together) -> list[str]:
        """How many differences stand."""
        return [payload.words]


def _shares(comparison: Comparison, source: Source) -> Mapping[tuple[str, str, str], float]:
    """The mean shares behind a comparison of the composition; else none."""
    composition = source.result(Composition)
    if comparison.what != Composition.kind or composition is None:
        return {}
    columns = [composition.record.cells.sample_key, comparison.record.param("condition_key")]
    if not all(column in source.adata.obs for column in columns):
        return {}
    samples, conditions = (pd.Categorical(source.adata.obs[column]) for column in columns)
    means = composition.mean_shares(conditions_of_samples(samples, conditions))
    return dict(zip(means.index.to_list(), means.to_list(), strict=True))


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
        return lambda gene: clean(complex_name(gene))
    return clean


PANEL = ComparePanel()
