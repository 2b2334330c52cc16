"""What the sample is, and what that forbids."""

from __future__ import annotations

from collections.abc import Iterator

from tmeatlas._rows import SPOT
from tmeatlas._text import counted, display_name, percent
from tmeatlas.findings._finding import LONGEST_HEADLINE, About, Candidate, Confidence, Finding
from tmeatlas.findings._material import Material
from tmeatlas.findings._words import capital, joined, label, of, place, shortened
from tmeatlas.quality import CONFOUNDED, GATES, REMARKS, SPOTS, Remark
from tmeatlas.results import Lineages, Quality

LONGEST_REASON = 80


def what_the_sample_is(material: Material) -> Iterator[Candidate]:
    """Each remark of the quality once: in how many samples, why, and what then means nothing."""
    quality = material.get(Quality)
    if quality is None or quality.remarks.empty:
        return
    n_samples = int(quality.table["sample"].nunique())
    remarks = quality.remarks.astype(str)
    for word, rows in remarks.groupby("remark", sort=False):
        samples = rows["sample"].nunique()
        first = Remark(*map(str, rows[["remark", "reason", "forbids"]].iloc[0]))
        forbidden = joined(first.forbidden)
        nothing = f"; not to be read: {forbidden}" if forbidden else ""
        headline = ": do not read ".join([capital(str(word)), *first.forbidden[:1]])
        alone = n_samples == 1 or str(word) in CONFOUNDED
        why = (
            shortened(first.reason, LONGEST_REASON)
            if alone
            else f"{of(samples, n_samples, 'sample')}"
        )
        kind = REMARKS.index(str(word)) if str(word) in REMARKS else len(REMARKS)
        heavy = str(word) in (*GATES, *CONFOUNDED, SPOTS)
        yield Candidate(
            Finding(
                rule="what_the_sample_is",
                about=About.DATA,
                headline=headline if len(headline) <= LONGEST_HEADLINE else capital(str(word)),
                text=f"{capital(why)}{nothing}.",
                confidence=Confidence.NOTE,
                n=samples,
                unit="samples",
                result=quality.key,
                rows=place(remark=word),
                view={"card": "remarks", "row": str(word)},
            ),
            strength=1.0 if heavy else 0.4 - kind / 100,
        )


def only_one_sample(material: Material) -> Iterator[Candidate]:
    """That all cells are of one sample, so that nothing is known of other patients."""
    if material.n_samples > 1:
        return
    samples = material.samples
    whose = "count as one sample, as none is named"
    if samples is not None and len(samples.categories):
        whose = f"are of {label(samples.categories[0])}"
    yield Candidate(
        Finding(
            rule="only_one_sample",
            about=About.DATA,
            headline="One sample: other patients may differ",
            text=f"All {counted(material.n, material.row)} {whose}: {material.rows} are the "
            "replicates.",
            confidence=Confidence.NOTE,
            n=1,
            unit="samples",
            result="",
            rows="",
            view={"colour": "group"},
        ),
        strength=0.0,
    )


def no_genes(material: Material) -> Iterator[Candidate]:
    """That there are labels alone, so that nothing is said of programmes or crosstalk."""
    if material.n_genes:
        return
    yield Candidate(
        Finding(
            rule="no_genes",
            about=About.DATA,
            headline="No genes: types and places only",
            text=f"{counted(material.n, material.row)} with 0 genes: programmes, states and "
            "crosstalk cannot be read.",
            confidence=Confidence.NOTE,
            n=material.n,
            unit=material.rows,
            result="",
            rows="",
            view={"colour": "group"},
        ),
        strength=0.6,
    )


def labels_against_markers(material: Material) -> Iterator[Candidate]:
    """That the markers tell other lineages than the labels, where that is of many cells."""
    if material.row == SPOT:
        return
    doubtful, judged = material.doubtful_groups
    sizes = material.sizes
    n_judged = int(sizes[judged].sum())
    lineages = material.get(Lineages)
    if lineages is None or material.labels_hold:
        return
    named = joined([label(name) for name in doubtful[:3]])
    yield Candidate(
        Finding(
            rule="labels_against_markers",
            about=About.DATA,
            headline="Labels and markers disagree",
            text=f"In {of(len(doubtful), len(judged), 'group')} "
            f"({percent(material.share_doubtful)} of cells) markers tell another lineage than the "
            f"label, or several: {named}.",
            confidence=Confidence.FAIR,
            n=n_judged,
            unit=material.rows,
            result=lineages.key,
            rows=place(group=doubtful[0]),
            view={
                "tab": "cells",
                "card": "lineages",
                "colour": "lineage",
                "row": display_name(doubtful[0]),
            },
        ),
        strength=1.0,
    )
