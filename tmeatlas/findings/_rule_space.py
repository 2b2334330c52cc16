"""What lies beside what in the tissue."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tmeatlas._text import display_name, percent
from tmeatlas.findings._finding import About, Candidate, Confidence, Finding
from tmeatlas.findings._material import Material
from tmeatlas.findings._words import capital, joined, label, of, place
from tmeatlas.results import Niches
from tmeatlas.spatial import CO_LOCALISATION, INFILTRATION

ENOUGH_SAMPLES = 3
MOST_PAIRS = 4
STEP = 0.15


def infiltration_of_tumour(material: Material) -> Iterator[Candidate]:
    """How many immune cells lie beside tumour cells, over their share of the section."""
    niches = material.get(Niches)
    if niches is None:
        return
    rows = niches.of(INFILTRATION)
    rows = rows[np.isfinite(rows["value"])]
    if len(rows) < ENOUGH_SAMPLES:
        return
    below, above = int((rows["high"] < 0).sum()), int((rows["low"] > 0).sum())
    n, times = len(rows), float(2 ** rows["value"].median())
    stands, word = (below, "fewer") if below >= above else (above, "more")
    if 2 * stands < n:
        return
    yield Candidate(
        Finding(
            rule="infiltration_of_tumour",
            about=About.SPACE,
            headline=f"{word.capitalize()} immune cells beside tumour cells",
            text=f"{times:.2g} times their share of the section (median); {word} in "
            f"{of(stands, n, 'sample')}, by the 95% interval.",
            confidence=Confidence.CLEAR,
            n=n,
            unit="samples",
            result=niches.key,
            rows=place(measure=INFILTRATION),
            view={"tab": "space", "card": "tissue_measures"},
        ),
        strength=stands / n,
    )


def types_beside_types(material: Material) -> Iterator[Candidate]:
    """Which types lie beside each other more, or less, often than in the moved tissue."""
    niches = material.get(Niches)
    if niches is None or niches.spots:
        return
    pairs = niches.pairs(CO_LOCALISATION).reset_index()
    pairs = pairs[pairs["feature"].astype(str) != pairs["partner"].astype(str)]
    pairs = pairs.assign(stands=pairs[["above", "below"]].max(axis=1), size=pairs["value"].abs())
    pairs = pairs[2 * pairs["stands"] >= pairs["n"]]
    pairs = pairs[(pairs["n"] >= ENOUGH_SAMPLES) | (pairs["stands"] == pairs["n"])]
    pairs = pairs[np.where(pairs["above"] >= pairs["below"], 1, -1) * pairs["value"] > 0]
    ranked = pairs.sort_values(["stands", "size"], ascending=False, kind="stable")
    told: set[frozenset[str]] = set()
    for row in ranked.to_dict("records"):
        both = frozenset((str(row["feature"]), str(row["partner"])))
        if both in told or len(told) >= MOST_PAIRS:
            continue
        yield _pair(row, niches, 1 - STEP * len(told))
        told.add(both)


def _pair(row: dict[object, object], niches: Niches, strength: float) -> Candidate:
    feature, partner = label(row["feature"]), label(row["partner"])
    n, stands, value = int(str(row["n"])), int(str(row["stands"])), float(str(row["value"]))
    above = value > 0
    word = "above" if above else "below"
    return Candidate(
        Finding(
            rule="types_beside_types",
            about=About.SPACE,
            headline=f"{partner} {'beside' if above else 'away from'} {feature}",
            text=f"{partner} are neighbours of {feature} {2**value:.2g} times as often as by "
            f"chance (median); {word} chance in {of(stands, n, 'sample')}.",
            confidence=Confidence.CLEAR if n >= ENOUGH_SAMPLES else Confidence.FAIR,
            n=n,
            unit="samples",
            result=niches.key,
            rows=place(measure=CO_LOCALISATION, feature=row["feature"], partner=row["partner"]),
            view={
                "tab": "space",
                "card": "tissue_measures",
                "measured": CO_LOCALISATION,
                "row": display_name(row["feature"]),
            },
        ),
        strength=strength,
    )


def niches_found(material: Material) -> Iterator[Candidate]:
    """How many niches there are, and how much of the tissue the first ones are."""
    niches = material.get(Niches)
    if niches is None or niches.cells.empty:
        return
    counts = niches.niche.value_counts()
    counts = counts[counts > 0]
    if counts.empty:
        return
    named = [f"{_short(name)} {percent(n / counts.sum())}" for name, n in counts.iloc[:3].items()]
    yield Candidate(
        Finding(
            rule="niches_found",
            about=About.SPACE,
            headline=f"{len(counts)} niches in the tissue",
            text=f"{capital(joined(named))} of {int(counts.sum()):,} {niches.rows}.",
            confidence=Confidence.NOTE,
            n=int(counts.sum()),
            unit=niches.rows,
            result=niches.key,
            rows=place(niche=counts.index[0]),
            view={"tab": "space", "card": "niches", "colour": "niche"},
        ),
        strength=0.4,
    )


def _short(niche: object) -> str:
    """A niche by its number and the first of its names: "1 Tumor"."""
    return label(str(niche).partition(",")[0])
