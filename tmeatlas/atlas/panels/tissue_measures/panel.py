"""What was measured of the tissue: of each sample, and what lies beside what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas._text import counted, display_name
from tmeatlas.atlas.called import programme_names
from tmeatlas.atlas.encode import Blocks, short_number, short_numbers
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.panels.tissue_measures.tables import (
    MAX_SAMPLES,
    Beside,
    OfSamples,
    beside,
    of_samples,
)
from tmeatlas.results import Niches


@dataclass(frozen=True, eq=False)
class Measured:
    """Everything that the panel shows."""

    samples: OfSamples
    codes: list[int | None]
    """Place of each sample among those of the page."""
    headings: list[str]
    """Above the first sample of each condition, its name; empty above others."""
    beside: list[Beside]
    names: dict[str, str]
    """Of types and programmes, by what the result calls them."""
    n_samples: int


class TissuePanel(Panel[Measured]):
    """Samples × measures, or what lies beside what over all samples."""

    id = "tissue_measures"
    place = Place.SPACE
    order = 20
    columns = 6

    def build(self, source: Source) -> Measured | None:
        """The measures; None without niches."""
        found = source.result(Niches)
        if found is None or found.table.empty:
            return None
        places = _sample_codes(found, source)
        conditions = _conditions(source) if places else {}
        samples = of_samples(found, conditions)
        shown = [str(name) for name in samples.value.index]
        names = {name: display_name(name) for name in found.types}
        return Measured(
            samples=samples,
            codes=[places.get(name) for name in shown],
            headings=list(_headings([conditions.get(name) for name in shown], source)),
            beside=list(beside(found)),
            names=names | programme_names(found, source.scores),
            n_samples=found.table["sample"].nunique(),
        )

    def pack(self, payload: Measured, blocks: Blocks) -> dict[str, Any]:
        """What there is to choose from as JSON, values in a block."""
        samples = payload.samples
        columns = zip(samples.names, samples.kinds, samples.units, strict=True)
        values = {
            "samples": [display_name(name) for name in samples.value.index],
            "codes": payload.codes,
            "headings": payload.headings,
            "measures": [{"name": name, "kind": kind, "unit": u} for name, kind, u in columns],
            "values": _numbers(samples.value),
            "cells": samples.cells.to_numpy().tolist(),
            "notes": samples.notes.to_numpy().tolist(),
            "pairs": [_pairs(each, payload.names) for each in payload.beside],
        }
        return {
            "pairs": [{"measure": each.measure, "title": each.title} for each in payload.beside],
            "block": blocks.add_json(values),
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Measured in tissue"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        return (
            "Each section has one value of each measure; hollow: cannot be read. Click a sample to "
            f"select its {source.cells.words}."
        )

    def notes(self, payload: Measured) -> Iterator[str]:
        """Samples for which there is no room."""
        if payload.n_samples > MAX_SAMPLES:
            yield (
                f"Tissue: the first {MAX_SAMPLES:,} of {counted(payload.n_samples, 'sample')} are "
                "shown. tme.get.niches(adata) has all."
            )


def _sample_codes(found: Niches, source: Source) -> dict[str, int]:
    """Places of the sections among the samples of the page, where it is divided by these."""
    sample = source.cells.sample
    if sample is None or sample.key != found.record.params.get("sample_key"):
        return {}
    return {label: code for code, label in enumerate(sample.raw_labels)}


def _conditions(source: Source) -> dict[str, int]:
    """The condition of each sample of the page, by that of its first cell."""
    sample, condition = source.cells.sample, source.cells.condition
    if sample is None or condition is None:
        return {}
    codes, first = np.unique(sample.codes, return_index=True)
    found = zip(codes.tolist(), condition.codes[first].tolist(), strict=True)
    return {sample.raw_labels[code]: of_sample for code, of_sample in found}


def _headings(conditions: Sequence[int | None], source: Source) -> Iterator[str]:
    """The name of a condition where it begins."""
    for before, code in zip([None, *conditions], conditions, strict=False):
        condition = source.cells.condition
        if condition is None or code is None or code == before:
            yield ""
        else:
            yield condition.labels[code]


def _numbers(table: pd.DataFrame) -> list[list[float | None]]:
    return [short_numbers(row) for row in table.to_numpy()]


def _pairs(each: Beside, names: dict[str, str]) -> dict[str, Any]:
    return {
        "unit": each.unit,
        "rows": [names.get(name, display_name(name)) for name in each.value.index],
        "columns": [names.get(name, display_name(name)) for name in each.value.columns],
        "value": _numbers(each.value),
        "largest": short_number(float(each.value.abs().max().max())),
        **{name: getattr(each, name).to_numpy().tolist() for name in ("n", "above", "below")},
    }


PANEL = TissuePanel()
