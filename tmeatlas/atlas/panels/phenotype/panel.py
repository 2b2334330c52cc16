"""What kind of tumour each sample shows: measures, and a call."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas._text import clean, clean_long, counted
from tmeatlas.atlas.encode import Blocks, short_number, short_numbers
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.results import NO_CALL, NOT_A_DIAGNOSTIC, Phenotype

MAX_SAMPLES = 500
VALUES = ("value", "low", "high")


@dataclass(frozen=True)
class Call:
    """A sample and what it was called."""

    sample: str
    code: int | None
    """Its place among the samples of the page, which may be divided by another column."""
    call: str
    margin: float | None
    reason: str
    cells: int


@dataclass(frozen=True)
class Measure:
    """A column of the panel; colours run from `low` to `high`."""

    name: str
    unit: str
    lineage: str
    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class Phenotypes:
    """Samples × measures."""

    calls: list[Call]
    measures: list[Measure]
    tables: dict[str, pd.DataFrame]
    """Value, lower and upper limit, cells and note, all samples × measures."""
    n_total: int


class PhenotypePanel(Panel[Phenotypes]):
    """Samples × measures with the call of each sample."""

    id = "phenotype"
    place = Place.SAMPLES
    order = 20

    def build(self, source: Source) -> Phenotypes | None:
        """The phenotypes; None without them."""
        found = source.result(Phenotype)
        if found is None or found.table.empty:
            return None
        return read_phenotypes(found, _codes(found, source))

    def pack(self, payload: Phenotypes, blocks: Blocks) -> dict[str, Any]:
        """Calls and measures as JSON; values in a block."""
        tables = payload.tables
        values = {name: [short_numbers(row) for row in tables[name].to_numpy()] for name in VALUES}
        return {
            "calls": [asdict(call) for call in payload.calls],
            "measures": [asdict(measure) for measure in payload.measures],
            "noCall": NO_CALL,
            "block": blocks.add_json(
                {
                    **values,
                    "cells": tables["cells"].to_numpy().tolist(),
                    "note": tables["note"].to_numpy().tolist(),
                }
            ),
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Phenotype of each sample"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        return (
            f"{NOT_A_DIAGNOSTIC} Beside a sample: margin of its call, and its cells. Colour: value "
            "on the scale of its measure, the same for all data; hollow: cannot be read. Click a "
            "sample to select its cells."
        )

    def call(self, source: Source) -> tuple[str, str]:
        """The phenotype fills it."""
        return "Phenotype of each sample", Phenotype.call

    def terms(self, payload: Phenotypes) -> Sequence[tuple[str, str]]:
        """What the calls mean."""
        return Phenotype.words

    def notes(self, payload: Phenotypes) -> Iterator[str]:
        """Samples for which there is no room."""
        if len(payload.calls) < payload.n_total:
            yield (
                f"Phenotype: the first {len(payload.calls):,} of "
                f"{counted(payload.n_total, 'sample')} are "
                "shown. tme.get.phenotype(adata) has all."
            )

    def summary(self, payload: Phenotypes) -> list[str]:
        """How many samples have a call."""
        called = sum(call.call != NO_CALL for call in payload.calls)
        return [f"phenotype of {counted(called, 'sample')}"]


def _codes(found: Phenotype, source: Source) -> dict[str, int]:
    """Places of the samples among those of the page; empty where it divides them otherwise."""
    sample = source.cells.sample
    if sample is None or sample.key != found.sample_key:
        return {}
    return {label: code for code, label in enumerate(sample.raw_labels)}


def read_phenotypes(found: Phenotype, code_of: dict[str, int]) -> Phenotypes:
    """Measures and calls for the page, the samples in the order of the table."""
    table = found.table.assign(note=found.table["note"].astype(str).map(clean_long))
    whole = Phenotype(record=found.record, key=found.key, table=table, calls=found.calls)
    values = {name: whole.wide(name).iloc[:MAX_SAMPLES] for name in (*VALUES, "cells")}
    notes = _texts(table, values["value"])
    calls = {str(row["sample"]): row for row in found.calls.to_dict("records")}
    measures = found.measures()
    return Phenotypes(
        calls=[_call(sample, calls, code_of.get(sample)) for sample in values["value"].index],
        measures=[
            Measure(
                name=clean(row["name"] or measure),
                unit=clean_long(row["unit"]),
                lineage=clean_long(row["lineage"]),
                low=short_number(row["scale_low"]),
                high=short_number(row["scale_high"]),
            )
            for measure, row in measures.iterrows()
        ],
        tables={**values, "note": notes},
        n_total=table["sample"].nunique(),
    )


def _texts(table: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """The notes as samples × measures, in the order of `like`."""
    notes = np.full(like.shape, "", dtype=object)
    at = (
        like.index.get_indexer(pd.Index(table["sample"].astype(object))),
        like.columns.get_indexer(pd.Index(table["measure"].astype(str))),
    )
    is_shown = at[0] >= 0
    notes[at[0][is_shown], at[1][is_shown]] = table["note"].to_numpy()[is_shown]
    return pd.DataFrame(notes, index=like.index, columns=like.columns)


def _call(sample: str, calls: Mapping[str, Mapping[Hashable, Any]], code: int | None) -> Call:
    """The call of a sample; none where it is not among the calls."""
    row = calls.get(sample, {"call": NO_CALL, "margin": np.nan, "reason": "", "cells": 0})
    return Call(
        sample=clean(sample),
        code=code,
        call=clean(row["call"]),
        margin=short_number(row["margin"]),
        reason=clean_long(row["reason"]),
        cells=int(row["cells"]),
    )


PANEL = PhenotypePanel()
