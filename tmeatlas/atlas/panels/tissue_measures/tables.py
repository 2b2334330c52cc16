"""What was measured of the tissue, as tables: of each sample, and what lies beside what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from tmeatlas._text import clean, clean_long
from tmeatlas.results import Niches
from tmeatlas.spatial import (
    CO_LOCALISATION,
    INFILTRATION,
    MEASURES,
    PROGRAMME_NEAR_TYPE,
    PROGRAMMES_TOGETHER,
    SHARE_OF_NICHE,
    SUPPRESSIVE,
    TLS,
)

MAX_SAMPLES = 500
OF_SAMPLES = (SHARE_OF_NICHE, SUPPRESSIVE, TLS, INFILTRATION)
"""Measures of which a sample has one value, or one per niche."""
OF_PAIRS = {
    CO_LOCALISATION: "Types beside each other",
    PROGRAMME_NEAR_TYPE: "Programmes beside types",
    PROGRAMMES_TOGETHER: "Programmes beside programmes",
}
"""Measures of what lies beside what, with how the panel calls them."""


@dataclass(frozen=True, eq=False)
class OfSamples:
    """Samples × measures."""

    names: list[str]
    """Of the measures."""
    kinds: list[str]
    units: list[str]
    value: pd.DataFrame
    cells: pd.DataFrame
    notes: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Beside:
    """One measure of pairs over all samples."""

    measure: str
    title: str
    unit: str
    value: pd.DataFrame
    """Features × partners: median over the samples."""
    n: pd.DataFrame
    """Samples that have a value."""
    above: pd.DataFrame
    below: pd.DataFrame
    """Samples in which it is more or less than in the moved tissue."""


def of_samples(found: Niches, conditions: Mapping[str, int]) -> OfSamples:
    """The measures that any sample has, the shares of the niches first; samples by condition."""
    rows = found.table.astype(dict.fromkeys(("sample", "measure", "feature", "note"), str))
    last = len(conditions)
    by_condition = sorted(dict.fromkeys(rows["sample"]), key=lambda s: conditions.get(s, last))
    order = by_condition[:MAX_SAMPLES]
    rows = rows[rows["measure"].isin(OF_SAMPLES) & rows["sample"].isin(order)]
    columns = [
        (measure, feature)
        for measure in OF_SAMPLES
        for feature in dict.fromkeys(rows.loc[rows["measure"] == measure, "feature"])
        if rows.loc[(rows["measure"] == measure) & (rows["feature"] == feature), "value"]
        .notna()
        .any()
    ]

    def wide(name: str) -> pd.DataFrame:
        at = ["measure", "feature"]
        table = rows.pivot_table(index="sample", columns=at, values=name, aggfunc="first")
        return table.reindex(index=order, columns=pd.MultiIndex.from_tuples(columns))

    names = rows.drop_duplicates(["measure", "feature"]).set_index(["measure", "feature"])["name"]
    return OfSamples(
        names=[clean(names[column]) for column in columns],
        kinds=[measure for measure, _ in columns],
        units=[MEASURES[measure].unit for measure, _ in columns],
        value=wide("value"),
        cells=wide("cells").fillna(0).astype(int),
        notes=wide("note").fillna("").map(clean_long),
    )


def beside(found: Niches) -> Iterator[Beside]:
    """What lies beside what, as far as it was measured."""
    for measure, title in OF_PAIRS.items():
        pairs = found.pairs(measure)
        if pairs.empty:
            continue
        known = [*found.types, *found.programmes]
        features, partners = (set(names) for names in zip(*pairs.index, strict=True))
        ends = ([name for name in known if name in there] for there in (features, partners))
        tables = dict(_wide(pairs, *ends))
        counts = {name: tables[name].fillna(0).astype(int) for name in ("n", "above", "below")}
        unit = MEASURES[measure].unit
        yield Beside(measure, title, unit, value=tables["value"], **counts)


def _wide(
    pairs: pd.DataFrame, features: list[str], partners: list[str]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each column of `pairs` as features × partners."""
    for name in pairs:
        table = pairs.pivot_table(index="feature", columns="partner", values=name)
        yield str(name), table.reindex(index=features, columns=partners)
