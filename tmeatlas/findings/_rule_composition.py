"""What samples are made of: the composition against the cohort, or plainly counted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from tmeatlas._rows import SPOT
from tmeatlas._text import counted, display_name, percent
from tmeatlas.findings._finding import About, Candidate, Confidence, Finding
from tmeatlas.findings._lineages_of_groups import part_of
from tmeatlas.findings._material import Material
from tmeatlas.findings._words import joined, label, of, place
from tmeatlas.results import Composition

MOST_NAMED = 3
SCARCE = 20
"""Fewer cells of a group are few to say anything of (a convention)."""
FEWEST_SAMPLES = 4
"""Samples from which on one can be unlike the others (a convention)."""
FAR = 3.5
"""Robust standard deviations from the median at which a value is an outlier: the usual
convention."""
MAD_TO_SD = 1.4826
PARTS_TOLD = {"tumour": "tumour or epithelium", "stromal": "stroma", "immune": "immune"}
MOSTLY = 0.9
"""Share of the cells of which it has to be known what they are (a convention)."""
LEAST_FACTOR, LEAST_MEDIAN = 2.0, 0.05
"""How many times more or less than the median it has to be; and the least median of which a sample
can have little (conventions)."""


def what_there_is(material: Material) -> Iterator[Candidate]:
    """The largest groups with their shares of all rows, and those of which there are few."""
    sizes = material.sizes[material.sizes > 0]
    total = int(sizes.sum())
    if len(sizes) < 2:
        return
    first = sizes.iloc[:MOST_NAMED]
    named = [f"{label(name)} {percent(n / total)}" for name, n in first.items()]
    scarce = sizes[sizes < SCARCE]
    few = [f"{n:,} {label(name)}" for name, n in scarce.iloc[::-1].items()][:MOST_NAMED]
    more = f"; few: {joined(few)}" if few else ""
    unnamed = material.n - total
    without = f" ({unnamed:,} more have no label)" if unnamed else ""
    gated = _gates(material)
    of_what = f"{total:,} {material.rows}{without}"
    yield Candidate(
        Finding(
            rule="what_there_is",
            about=About.COMPOSITION,
            headline=_parts(material, gated)
            or f"Most {material.rows}: {joined([label(name) for name in first.index[:2]])}",
            text=f"{joined(named)} of {of_what}{gated}{more}.",
            confidence=Confidence.NOTE,
            n=total,
            unit=material.rows,
            result=_key(material),
            rows=place(group=sizes.index[0]),
            view={
                "tab": "samples",
                "card": "composition",
                "colour": "group",
                "row": display_name(sizes.index[0]),
            },
        ),
        strength=0.5,
    )


def _parts(material: Material, gated: str) -> str:
    """Shares of tumour, stroma and immune cells; empty where labels do not tell them."""
    if gated or material.row == SPOT or not material.labels_hold:
        return ""
    lineages, sizes = material.lineage_of_group, material.sizes
    counts = {
        name: sum(int(sizes[group]) for group, each in lineages.items() if part_of(each) == part)
        for part, name in PARTS_TOLD.items()
    }
    if sum(counts.values()) < MOSTLY * sizes.sum():
        return ""
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{percent(n / sizes.sum())} {name}" for name, n in ranked if n)


def _gates(material: Material) -> str:
    """What the shares are of, where samples were sorted."""
    composition = material.get(Composition)
    gates = set(composition.gates.values()) if composition else set()
    return f", sorted ({joined(sorted(gates))})" if gates else ""


def what_varies(material: Material) -> Iterator[Candidate]:
    """The group whose share differs most between the samples of a cohort."""
    wide = _shares(material)
    if wide is None:
        return
    spread = wide.max() - wide.min()
    group = str(spread.idxmax())
    shares = wide[group].dropna()
    low, high = str(shares.idxmin()), str(shares.idxmax())
    yield Candidate(
        Finding(
            rule="what_varies",
            about=About.COMPOSITION,
            headline=f"{label(group)} varies most between samples",
            text=f"{percent(shares[low])} of {label(low)}, {percent(shares[high])} of "
            f"{label(high)}; median {percent(float(shares.median()))} of "
            f"{counted(len(shares), 'sample')}.",
            confidence=Confidence.NOTE,
            n=len(shares),
            unit="samples",
            result=_key(material),
            rows=place(group=group),
            view={"tab": "samples", "card": "composition", "row": display_name(high)},
        ),
        strength=0.6,
    )


def unlike_the_others(material: Material) -> Iterator[Candidate]:
    """The sample and group that lie farthest from the cohort, beyond what counting explains."""
    composition = material.get(Composition)
    wide = _shares(material)
    if composition is None or wide is None:
        return
    rows = composition.within().astype({"sample": str, "group": str})
    clr = rows.pivot_table(index="sample", columns="group", values="clr")
    middle = clr.median()
    spread = MAD_TO_SD * (clr - middle).abs().median()
    medians = wide.median()
    rows = rows.assign(
        far=[
            _far(clr, middle, spread, *at) for at in zip(rows["sample"], rows["group"], strict=True)
        ],
        median=rows["group"].map(medians),
    )
    high = (rows["share_low"] > LEAST_FACTOR * rows["median"]) & (rows["cells"] >= SCARCE)
    low = (rows["share_high"] * LEAST_FACTOR < rows["median"]) & (rows["median"] >= LEAST_MEDIAN)
    found = rows[(rows["far"].abs() > FAR) & np.where(rows["far"] > 0, high, low)]
    if found.empty:
        return
    best = found.iloc[int(found["far"].abs().to_numpy().argmax())]
    sample, group = label(best["sample"]), label(best["group"])
    yield Candidate(
        Finding(
            rule="unlike_the_others",
            about=About.COMPOSITION,
            headline=f"{sample}: {'much' if best['far'] > 0 else 'little'} {group}",
            text=f"{of(int(best['cells']), int(best['total']), 'cell')}, {percent(best['share'])} "
            f"({percent(best['share_low'])} to {percent(best['share_high'])}), against a median of "
            f"{percent(best['median'])} in {counted(len(wide), 'sample')}.",
            confidence=Confidence.NOTE,
            n=len(wide),
            unit="samples",
            result=composition.key,
            rows=place(sample=best["sample"], group=best["group"]),
            view={
                "tab": "samples",
                "card": "composition",
                "sample": str(best["sample"]),
                "row": display_name(best["sample"]),
            },
        ),
        strength=0.8,
    )


def _far(clr: pd.DataFrame, middle: pd.Series, spread: pd.Series, sample: str, group: str) -> float:
    if group not in clr or sample not in clr.index or not spread[group] > 0:
        return 0.0
    far = float((clr.loc[sample, group] - middle[group]) / spread[group])
    return far if np.isfinite(far) else 0.0


def _shares(material: Material) -> pd.DataFrame | None:
    """Samples × groups, of the samples that nobody sorted; None where these are too few."""
    composition = material.get(Composition)
    if composition is None:
        return None
    rows = composition.within().astype({"sample": str, "group": str})
    rows = rows[~rows["sample"].isin(composition.gates)]
    wide = rows.pivot_table(index="sample", columns="group", values="share")
    return wide if len(wide) >= FEWEST_SAMPLES else None


def _key(material: Material) -> str:
    found = material.get(Composition)
    return found.key if found else ""
