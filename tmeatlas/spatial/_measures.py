"""What is measured of a section: a closed set, and the rows that say it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

SHARE_OF_NICHE = "share of niche"
CO_LOCALISATION = "co-localisation"
PROGRAMME_NEAR_TYPE = "programme near type"
PROGRAMMES_TOGETHER = "programmes together"
INFILTRATION = "infiltration"
INSIDE = "inside the tumour"
SUPPRESSIVE = "suppressive"
TLS = "tls"

LOG2, SD, CORRELATION, SHARE, SCORE = "log2 ratio", "sd", "correlation", "share", "mean score"

MEASURED = (
    *("sample", "measure", "feature", "partner", "value", "expected", "low", "high"),
    *("unit", "cells", "pval", "padj", "note", "name"),
)
"""Columns of every table of measures."""


@dataclass(frozen=True)
class Measure:
    """One kind of value of a section."""

    id: str
    unit: str
    meaning: str
    """What a value is, for a legend."""
    name: str
    """Of one row, for people; `{feature}` and `{partner}` are put in."""


MEASURES = {
    measure.id: measure
    for measure in (
        Measure(SHARE_OF_NICHE, SHARE, "share of the section that lies in the niche", "{feature}"),
        Measure(
            CO_LOCALISATION,
            LOG2,
            "share of the partner among the neighbours of the type that are of other types, over "
            "what the section's own arrangement makes expect; of a type with itself, among all",
            "{partner} beside {feature}",
        ),
        Measure(
            PROGRAMME_NEAR_TYPE,
            SD,
            "mean of the programme among the neighbours of the type that are of other types, in "
            "standard deviations of the section",
            "{partner} beside {feature}",
        ),
        Measure(
            PROGRAMMES_TOGETHER,
            CORRELATION,
            "correlation of one programme with the other one in the neighbours",
            "{partner} beside {feature}",
        ),
        Measure(
            INFILTRATION,
            LOG2,
            "immune cells among the neighbours of tumour cells over their share of the section",
            "Immune cells beside tumour cells",
        ),
        Measure(
            INSIDE,
            SHARE,
            "share of the cells of the type on the tumour's side of its border",
            "{feature} inside the tumour",
        ),
        Measure(
            SUPPRESSIVE,
            SCORE,
            "how far regulatory T cells, suppressive myeloid cells and checkpoint ligands are all "
            "near at once, 0 to 1",
            "Suppressive niche",
        ),
        Measure(
            TLS, SCORE, "how far B and T cells are both near at once, 0 to 1", "B-T aggregates"
        ),
    )
}
"""What is measured, by id."""


def measured_rows(measure: str, rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` of one measure with every column of :data:`MEASURED`, and their names for people."""
    kind = MEASURES[measure]
    known = rows.assign(measure=measure, unit=kind.unit)
    for column in ("feature", "partner", "note"):
        if column not in known:
            known[column] = ""
    known = known.reindex(columns=list(MEASURED))
    pairs = zip(known["feature"], known["partner"], strict=True)
    known["name"] = [
        kind.name.replace("{feature}", str(feature)).replace("{partner}", str(partner))
        for feature, partner in pairs
    ]
    return known
