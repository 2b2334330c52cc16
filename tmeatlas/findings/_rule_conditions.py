"""What differs between conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas._text import in_sentence, percent
from tmeatlas.findings._features import are_meant, feature_name
from tmeatlas.findings._finding import About, Candidate, Confidence, Finding
from tmeatlas.findings._material import Material
from tmeatlas.findings._words import capital, joined, label, p_value, place, times
from tmeatlas.quality import CONDITIONS, Remark
from tmeatlas.results import ENOUGH, Comparison, Composition, Differences, Level, Quality

MOST_OF_COMPARISON = 5
PREPOSITIONS = {
    **dict.fromkeys(("scores", "consensus", "genes", "crosstalk", "axes"), "in"),
    "states": "among",
}
"""Before the group of a row; of others the group is no group of cells, or the feature names it."""
OF_SAMPLES = ("composition", "phenotype")
"""Comparisons of which a share is of all rows, or of the lineage that is the group."""
COUNTED = ("composition", "states", "niches", "colocalisation")
MORE_OR_LESS, HIGHER_OR_LOWER = ("more", "less"), ("higher", "lower")
SUREST = 6
"""-log10 of the adjusted p from which on a difference gets no surer."""
SHARE, LOG2 = "share", "log2"
"""Units that are told in another way than as they are."""
STEP, STEP_OF_SHARES = 0.12, 0.3
PLAIN = {"composition": 0.9, "niches": 0.9, "phenotype": 0.85}
OTHERS_PLAIN = 0.8
"""Strength of the best difference of a comparison: numbers of cells are plainer than scores, and
these than states and genes (a convention)."""
SUBJECTS = (
    *("beside", "inside", "treg", "interferon", "ifn", "hypox", "exhaust", "cytotox"),
    *("tumour", "tumor", "malignant"),
)
SAME = {"ifn": "interferon", "tumor": "tumour", "malignant": "tumour"}
"""Beginnings of words by which differences in several measures are known as of one subject."""
"""What each further difference of one comparison weighs less: of shares much, as all fall where one
grows."""


def differences(material: Material) -> Iterator[Candidate]:
    """The differences that stand after adjusting for all comparisons, the best of each first."""
    against = forbidden(material)
    for comparison, rows in _standing(material):
        told: set[str] = set()
        for row in rows.to_dict("records"):
            if row["feature"] in told or len(told) >= MOST_OF_COMPARISON:
                continue
            finding = _finding(row, comparison, material, against)
            surer = min(1.0, -np.log10(row["padj"]) / SUREST)
            plain = PLAIN.get(comparison.what, OTHERS_PLAIN)
            step = STEP_OF_SHARES if comparison.what == "composition" else STEP
            strength = max(0.0, plain + 0.1 * surer - step * len(told))
            yield Candidate(finding, strength, _subject(row["feature"], comparison, material))
            told.add(row["feature"])


def _standing(material: Material) -> list[tuple[Comparison, pd.DataFrame]]:
    """Each comparison with its rows that stand over all and mean something in their group."""
    found = Differences.of(material.comparisons)
    return [
        (comparison, _meant(rows[found.levels(rows) == Level.OVER_ALL], comparison, material))
        for comparison in material.comparisons
        for rows in [told_rows(comparison)]
    ]


def told_rows(comparison: Comparison) -> pd.DataFrame:
    """The rows of a comparison with their labels as text, the best first."""
    texts = dict.fromkeys(("feature", "group", "condition", "reference", "unit"), str)
    return comparison.ranked().astype(texts)


def _meant(rows: pd.DataFrame, comparison: Comparison, material: Material) -> pd.DataFrame:
    return rows[are_meant(material, comparison.what, rows["feature"], rows["group"])]


def _finding(
    row: Mapping[Any, Any],
    comparison: Comparison,
    material: Material,
    against: str,
) -> Finding:
    fewest = min(int(row["n"]), int(row["n_reference"]))
    unit = f"{comparison.replicate}s"
    confidence = Confidence.CLEAR if fewest >= ENOUGH else Confidence.FAIR
    return Finding(
        rule="differences",
        about=About.CONDITION,
        headline=f"{named(row, comparison, material)}: {direction(row, comparison)} in "
        f"{label(row['condition'])}",
        text=f"{_difference(row, comparison, material)}, {int(row['n_reference'])} v "
        f"{int(row['n'])} {unit}, adjusted {p_value(row['padj'])}{against}.",
        confidence=Confidence.NOT_READABLE if against else confidence,
        n=int(row["n"]) + int(row["n_reference"]),
        unit=unit,
        result=comparison.key,
        rows=place(feature=row["feature"], group=row["group"], condition=row["condition"]),
        view={
            "tab": "samples",
            "comparison": comparison.key,
            "difference": str(_place_in(comparison, row)),
        },
    )


def named(row: Mapping[Any, Any], comparison: Comparison, material: Material) -> str:
    """`COL6A2 in CAF`, `Treg, of immune cells`: what differs, and in which cells."""
    name = capital(feature_name(material, comparison.what, row["feature"]))
    if comparison.what == Composition.kind:
        return f"{name}, of {_whole(row, material)}" if row["group"] else name
    preposition = PREPOSITIONS.get(comparison.what, "") if row["group"] else ""
    return f"{name} {preposition} {label(row['group'])}" if preposition else name


def direction(row: Mapping[Any, Any], comparison: Comparison) -> str:
    """Whether there is more of it, or it is higher, in the condition than in the reference."""
    counts = comparison.what in COUNTED or row["unit"] == SHARE
    up, down = MORE_OR_LESS if counts else HIGHER_OR_LOWER
    return up if row["effect"] > 0 else down


def _difference(row: Mapping[Any, Any], comparison: Comparison, material: Material) -> str:
    """The difference with its interval, and the shares behind where there are any."""
    effect, low, high = (float(row[name]) for name in ("effect", "low", "high"))
    interval, reference = f"{low:.2g} to {high:.2g}", label(row["reference"])
    unit = str(row["unit"]).partition(" (")[0]
    if unit.startswith(LOG2):
        ends = f"{times(2**low)} to {times(2**high)}"
        return f"{times(2**effect)} times {reference} ({ends}; log2 {effect:+.2g})"
    if unit == SHARE:
        of = f" of {_whole(row, material)}" if comparison.what in OF_SAMPLES else ""
        told = _both(row, percent(row["mean"]), percent(row["mean_reference"]), of)
        return f"{told}; difference {effect:+.2g} ({interval})"
    shares = _shares(row, comparison, material)
    if shares:
        return f"{shares}; log ratio {effect:+.2g} ({interval})"
    return f"Difference from {reference} {effect:+.2g} ({interval}; {unit})"


def _shares(row: Mapping[Any, Any], comparison: Comparison, material: Material) -> str:
    """The mean shares behind a difference in composition, which its unit does not tell."""
    composition = material.get(Composition)
    if comparison.what != "composition" or composition is None:
        return ""
    found = material.mean_shares(composition, row["feature"], row["group"])
    names = [row["condition"], row["reference"]]
    if not all(name in found for name in names):
        return ""
    share, share_reference = (percent(found[name]) for name in names)
    return _both(row, share, share_reference, f" of {_whole(row, material)}")


def _both(row: Mapping[Any, Any], share: str, share_reference: str, of: str) -> str:
    """`8.6% of cells in control, 42% in case`: the reference first, as in the page."""
    reference, condition = label(row["reference"]), label(row["condition"])
    return f"{share_reference}{of} in {reference}, {share} in {condition}"


def _whole(row: Mapping[Any, Any], material: Material) -> str:
    """What shares are of: a lineage, or all rows."""
    return in_sentence(label(row["group"])) if row["group"] else material.rows


def _subject(feature: str, comparison: Comparison, material: Material) -> str:
    """What a difference is of: the axis of a gene, or a word of the name of the feature."""
    if comparison.rows is not None:
        rows = comparison.rows.astype(dict.fromkeys(("ligand_complex", "receptor_complex"), str))
        of_gene = (rows["ligand_complex"] == feature) | (rows["receptor_complex"] == feature)
        return str(rows.loc[of_gene, "axis"].astype(str).min()) if of_gene.any() else feature
    name = feature_name(material, comparison.what, feature).lower()
    found = next((word for word in SUBJECTS if word in name), name)
    return SAME.get(found, found)


def _place_in(comparison: Comparison, row: Mapping[Any, Any]) -> int:
    """The place of a feature and group among those of its comparison, the best first."""
    ranked = comparison.ranked()[["feature", "group"]].astype(str).drop_duplicates()
    here = (ranked["feature"] == row["feature"]) & (ranked["group"] == row["group"])
    return int(np.flatnonzero(here)[0])


def forbidden(material: Material) -> str:
    """What else goes with the conditions, so that a difference cannot be read; empty if nothing."""
    quality = material.get(Quality)
    if quality is None or quality.remarks.empty:
        return ""
    remarks = quality.remarks.astype(str)
    rows = remarks[["remark", "reason", "forbids"]].itertuples(index=False)
    told = [Remark(*row) for row in rows]
    words = dict.fromkeys(each.word for each in told if each.against(CONDITIONS))
    return f"; but {joined(list(words))}" if len(words) else ""
