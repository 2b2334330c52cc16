"""The niches of the tissue: what surrounds their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tmeatlas._text import clean, counted, display_name
from tmeatlas.atlas.called import programme_names
from tmeatlas.atlas.encode import Blocks, short_numbers
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.results import Consensus, Niches


@dataclass(frozen=True)
class Profile:
    """A type or a programme, and how the page shows it itself."""

    name: str
    of: str
    feature: str
    """Id of what cells can be coloured by; empty where the page has no such."""
    group: int | None
    """Its place among the groups of the page."""


@dataclass(frozen=True, eq=False)
class NicheTables:
    """Everything that the panel shows."""

    niches: list[str]
    sizes: list[tuple[int, int]]
    """Cells and samples of each niche."""
    codes: list[int | None]
    """Place of each among the colours of the page."""
    profiles: list[Profile]
    height: pd.DataFrame
    mean: pd.DataFrame
    """Features × niches: standard deviations above all cells, and the mean."""
    stability: str
    neighbours: str


class NichesPanel(Panel[NicheTables]):
    """Types and programmes around the cells of each niche."""

    id = "niches"
    place = Place.SPACE
    order = 10
    columns = 6

    def build(self, source: Source) -> NicheTables | None:
        """The niches; None without them, or where joining data has lost their tables."""
        found = source.result(Niches)
        if found is None or found.table.empty or found.profiles.empty:
            return None
        profiles = found.profiles.astype({"niche": str, "feature": str})
        niches = list(dict.fromkeys(profiles["niche"]))
        names = programme_names(found, source.scores)
        first = profiles.drop_duplicates("niche")
        code_of = _codes(source)
        return NicheTables(
            niches=[clean(niche) for niche in niches],
            sizes=list(zip(first["cells"].tolist(), first["samples"].tolist(), strict=True)),
            codes=[code_of.get(niche) for niche in niches],
            profiles=list(_profiles(found, names, source)),
            height=_wide(profiles, "height", found, niches),
            mean=_wide(profiles, "mean", found, niches),
            stability=_stability(found),
            neighbours=clean(found.record.facts.get("neighbours", "")),
        )

    def pack(self, payload: NicheTables, blocks: Blocks) -> dict[str, Any]:
        """Niches and their profiles as JSON."""
        return {
            "niches": [
                {"name": name, "code": code, "cells": cells, "samples": n_samples}
                for name, code, (cells, n_samples) in zip(
                    payload.niches, payload.codes, payload.sizes, strict=True
                )
            ],
            "profiles": [vars(profile) for profile in payload.profiles],
            "height": _numbers(payload.height),
            "mean": _numbers(payload.mean),
            "stability": payload.stability,
            "neighbours": payload.neighbours,
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        return Niches.title

    def explanation(self, source: Source) -> str:
        """How to read it."""
        rows = source.cells.words
        return (
            f"A niche is {rows} that are surrounded alike; in each tile the share or mean itself. "
            f"Click a niche to select its {rows}, a programme to colour the map."
        )

    def call(self, source: Source) -> tuple[str, str] | None:
        """Finding niches fills it, where it is known where cells lie."""
        if not any(entry.is_tissue for entry in source.cells.maps.drawn):
            return None
        groupby, sample = source.cells.groups.key, source.cells.sample
        sample_key = repr(sample.key) if sample else "..."
        return Niches.title, f"tme.tl.niches(adata, {groupby!r}, sample_key={sample_key})"

    def terms(self, payload: NicheTables) -> Sequence[tuple[str, str]]:
        """What niches and their measures are."""
        return Niches.words

    def notes(self, payload: NicheTables) -> Iterator[str]:
        """How niches were found, and samples for which there is no room."""
        yield f"Niches: neighbours are {payload.neighbours}. {payload.stability}"

    def summary(self, payload: NicheTables) -> list[str]:
        """How many niches there are."""
        return [counted(len(payload.niches), "niche")]


def _profiles(found: Niches, names: dict[str, str], source: Source) -> Iterator[Profile]:
    ids = {feature.id for feature in source.scores}
    groups = source.cells.groups
    group_of = {label: code for code, label in enumerate(groups.raw_labels)}
    same = groups.key == found.record.params.get("groupby")
    for name in found.types:
        yield Profile(display_name(name), "type", "", group_of.get(name) if same else None)
    consensus = source.result(Consensus)
    for name in found.programmes:
        alone = consensus.only_signature(name) if consensus else ""
        feature = next((i for i in (f"c:{name}", f"s:{name}", f"s:{alone}") if i in ids), "")
        yield Profile(names[name], "programme", feature, None)


def _codes(source: Source) -> dict[str, int]:
    """Places of the niches among the colours of the page."""
    category = next((entry for entry in source.cells.called if entry.id == "niche"), None)
    return {label: code for code, label in enumerate(category.raw_labels)} if category else {}


def _wide(profiles: pd.DataFrame, column: str, found: Niches, niches: list[str]) -> pd.DataFrame:
    table = profiles.pivot_table(index="feature", columns="niche", values=column, dropna=False)
    return table.reindex(index=[*found.types, *found.programmes], columns=niches)


def _stability(found: Niches) -> str:
    """How surely the niches come back."""
    table = found.stability
    chosen = table[table["chosen"].astype(bool)] if "chosen" in table else table
    if chosen.empty or pd.isna(chosen["stability"].iloc[0]):
        return ""
    value = float(chosen["stability"].iloc[0])
    return (
        f"{counted(int(chosen['k'].iloc[0]), 'niche')}: their adjusted Rand index between "
        f"resamples is {value:.2f} (1: the same niches)."
    )


def _numbers(table: pd.DataFrame) -> list[list[float | None]]:
    return [short_numbers(row) for row in table.to_numpy()]


PANEL = NichesPanel()
