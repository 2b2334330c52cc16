"""What kind of tumour each sample shows: measures, and a call."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas._text import clean, clean_long, counted, display_names
from tmeatlas.atlas.cells import Cells
from tmeatlas.atlas.encode import Blocks, short_number, short_numbers
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.panels.phenotype.leans import lean_of, limits_of
from tmeatlas.phenotypes import IN_ORDER, UNCLEAR
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
    leans: str
    """Of an unclear one, what it would be called if its values were exact; else empty."""
    margin: float | None
    reason: str
    cells: int
    condition: int | None = None
    """Its condition, by its place among those of the page; None where it has several or none."""


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
    order = 10

    def build(self, source: Source) -> Phenotypes | None:
        """The phenotypes; None without them."""
        found = source.result(Phenotype)
        if found is None or found.table.empty:
            return None
        codes = _codes(found, source)
        return in_order(read_phenotypes(found, codes, conditions_of(source.cells)))

    def pack(self, payload: Phenotypes, blocks: Blocks) -> dict[str, Any]:
        """Calls and measures as JSON; values in a block."""
        tables = payload.tables
        values = {name: [short_numbers(row) for row in tables[name].to_numpy()] for name in VALUES}
        return {
            "calls": [asdict(call) for call in payload.calls],
            "measures": [asdict(measure) for measure in payload.measures],
            "callOrder": IN_ORDER,
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
        words, row, found = source.cells.words, source.cells.row, source.result(Phenotype)
        depth = f"{limits_of(found).depth:,.0f}" if found else "so many"
        return (
            f"{NOT_A_DIAGNOSTIC} Beside a sample: its call, the margin of the call (how far the "
            f"nearest limit is; above 1 the call stands), and its {source.cells.words}; by "
            "condition, then by call. A ring: unclear, in the colour of the call that its values "
            "lean to. Tiles: value on the scale of its measure, the same for all data and named "
            f"under the pointer; hollow: cannot be read. {words.capitalize()} count by their "
            f"lineage, whatever their group is. CD274 is read at {depth} molecules per {row}, "
            f"to compare samples: fewer {words} show it than in other panels; under the pointer "
            "stand both. Click a sample to select it."
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
                f"{counted(payload.n_total, 'sample')} are shown. tme.get.phenotype(adata) has all."
            )

    def summary(self, payload: Phenotypes) -> list[str]:
        """How many samples have a call."""
        n = sum(call.call != NO_CALL for call in payload.calls)
        return [f"phenotype of {counted(n, 'sample')}"]


def _codes(found: Phenotype, source: Source) -> dict[str, int]:
    """Places of the samples among those of the page; empty where it divides them otherwise."""
    sample = source.cells.sample
    if sample is None or sample.key != found.sample_key:
        return {}
    return {label: code for code, label in enumerate(sample.raw_labels)}


def conditions_of(cells: Cells) -> dict[int, int]:
    """The condition of each sample of the page, where all its cells have the same."""
    if cells.sample is None or cells.condition is None:
        return {}
    pairs = np.unique(np.column_stack([cells.sample.codes, cells.condition.codes]), axis=0)
    samples, counts = np.unique(pairs[:, 0], return_counts=True)
    single = set(samples[counts == 1].tolist())
    return {int(s): int(c) for s, c in pairs if s in single}


def in_order(found: Phenotypes) -> Phenotypes:
    """The samples by condition, then by their call, the surest first; as in the composition."""

    def place(i: int) -> tuple[int, int, float]:
        call = found.calls[i]
        condition = len(found.calls) if call.condition is None else call.condition
        margin = 0.0 if call.margin is None else call.margin
        rank = IN_ORDER.index(call.call) if call.call in IN_ORDER else len(IN_ORDER)
        return condition, rank, -margin

    order = sorted(range(len(found.calls)), key=place)
    tables = {name: table.iloc[order] for name, table in found.tables.items()}
    return replace(found, calls=[found.calls[i] for i in order], tables=tables)


def read_phenotypes(
    found: Phenotype, code_of: Mapping[str, int], condition_of: Mapping[int, int]
) -> Phenotypes:
    """Measures and calls for the page, the samples in the order of the table."""
    table = found.table.assign(note=found.table["note"].astype(str).map(clean_long))
    whole = Phenotype(record=found.record, key=found.key, table=table, calls=found.calls)
    values = {name: whole.wide(name).iloc[:MAX_SAMPLES] for name in (*VALUES, "cells")}
    notes = _texts(table, values["value"])
    calls = {str(row["sample"]): row for row in found.calls.to_dict("records")}
    limits = limits_of(found)
    names = display_names(values["value"].index)
    measures = found.measures()
    return Phenotypes(
        calls=[
            _call(
                name,
                calls.get(str(sample), NOT_CALLED),
                lean_of(row, limits),
                code_of.get(str(sample)),
                condition_of,
            )
            for name, (sample, row) in zip(names, values["value"].iterrows(), strict=True)
        ],
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


NOT_CALLED: Mapping[Hashable, Any] = {"call": NO_CALL, "margin": np.nan, "reason": "", "cells": 0}
"""What is told of a sample that is not among the calls."""


def _call(
    name: str,
    row: Mapping[Hashable, Any],
    leans: str,
    code: int | None,
    condition_of: Mapping[int, int],
) -> Call:
    """The call of a sample, by the name that it has on the page."""
    return Call(
        sample=name,
        code=code,
        call=clean(row["call"]),
        leans=leans if row["call"] == UNCLEAR else "",
        margin=short_number(row["margin"]),
        reason=clean_long(row["reason"]),
        cells=int(row["cells"]),
        condition=None if code is None else condition_of.get(code),
    )


PANEL = PhenotypePanel()
