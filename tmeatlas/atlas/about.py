"""What the page says about itself: input, options, versions, coverage and what is not shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tmeatlas._asker import option, remedy
from tmeatlas._text import clean, clean_long, counted
from tmeatlas._values import MatrixKind
from tmeatlas.atlas.categories import category_notes
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.panel import Panel, Source
from tmeatlas.atlas.remarks import RemarkRow, remark_notes, remark_rows
from tmeatlas.atlas.runs import Run, read_runs
from tmeatlas.atlas.signatures import SignatureRow, signature_rows
from tmeatlas.citing import citations
from tmeatlas.publications import entries, publications_of
from tmeatlas.results import (
    Consensus,
    Crosstalk,
    Drivers,
    Lineages,
    Quality,
    Scores,
    simulated,
    versions,
)

CITED = (Scores, Lineages, Crosstalk, Drivers)
"""Results of the page that rest on publications."""
EXPLAINED = {"signature": "Score of a signature", "consensus": "Consensus", "gene": "Gene"}


@dataclass(frozen=True)
class About:
    """Everything that "About this atlas" lists."""

    facts: list[tuple[str, str]] = field(default_factory=list)
    absent: list[tuple[str, str]] = field(default_factory=list)
    """What is not in the page, and the call that would fill it."""
    notes: list[str] = field(default_factory=list)
    terms: list[tuple[str, str]] = field(default_factory=list)
    """Words of the page and their meaning."""
    remarks: list[RemarkRow] = field(default_factory=list)
    """What is special about samples."""
    runs: list[Run] = field(default_factory=list)
    signatures: list[SignatureRow] = field(default_factory=list)
    citations: list[str] = field(default_factory=list)
    bibtex: str = ""
    """The same as a BibTeX file, as far as publications are known."""
    versions: list[tuple[str, str]] = field(default_factory=list)
    simulated: str = ""


def read_about(source: Source, panels: Sequence[Panel[Any]], payloads: Mapping[str, Any]) -> About:
    """Everything that "About this atlas" lists; `payloads` are those of the panels of the page."""
    adata = source.adata
    scores, quality = source.result(Scores), source.result(Quality)
    shown = [feature.id.removeprefix("s:") for feature in source.signatures]
    signatures = signature_rows(scores.ids if scores else (), source.coverage, shown)
    present = [(panel, payloads[panel.id]) for panel in panels if panel.id in payloads]
    rests_on = citations(filter(None, (source.result(kind) for kind in CITED)))
    return About(
        facts=_facts(source),
        absent=[(what, clean_long(call)) for what, call in _absent(source, panels, payloads)],
        notes=[
            *source.outdated,
            *category_notes(adata, source.cells.categories),
            *_feature_notes(source, signatures),
            *remark_notes(quality),
            *(note for panel, payload in present for note in panel.notes(payload)),
        ],
        terms=[
            *_units(source.features),
            *(term for panel, payload in present for term in panel.terms(payload)),
            *(Quality.words if quality else ()),
        ],
        remarks=remark_rows(quality),
        runs=read_runs(adata),
        signatures=signatures,
        citations=[citation.text for citation in rests_on],
        bibtex="\n".join(entries(publications_of(rests_on))),
        versions=[(name, version) for name, version in versions().items() if version],
        simulated=clean_long(simulated(adata)),
    )


def _absent(
    source: Source, panels: Sequence[Panel[Any]], payloads: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """What the page does not show and the call that would fill it."""
    calls = (panel.call(source) for panel in panels if panel.id not in payloads)
    yield from filter(None, calls)
    groupby = source.cells.groups.key
    if source.result(Quality) is None:
        yield "What speaks against samples", Quality.call_again(groupby=groupby)
    if source.cells.condition is None:
        call = remedy(
            python=f"tme.pl.atlas(adata, groupby={groupby!r}, condition_key=...)",
            shell="tmeatlas atlas --condition-key",
        )
        yield "Filter and order by condition", call
    if source.matrix is None or source.matrix.kind is not MatrixKind.LOGNORM:
        call = remedy(python="tme.pp.prepare(adata)", shell="tmeatlas atlas")
        yield "Colour by gene, which needs log-normalised expression", call


def _feature_notes(source: Source, signatures: Sequence[SignatureRow]) -> Iterator[str]:
    """What is to be known of scores, and genes that the page names but cannot colour cells by."""
    for result in (source.result(Scores), source.result(Consensus)):
        among = result.among(source.adata) if result else ""
        if result and among:
            yield f"{result.title}: {among}."
    others = [row.name for row in signatures if row.other_cancer]
    if others:
        yield (
            f"Of {counted(len(signatures), 'signature')}, {len(others):,} "
            f"{'was' if len(others) == 1 else 'were'} derived in other cancers than that of these "
            f"cells: {', '.join(others)}."
        )
    without_score = [row.name for row in signatures if not row.shown]
    if without_score:
        yield (
            "Too few of their genes are in the data, so these signatures have no score: "
            f"{', '.join(without_score)}."
        )
    n_genes = sum(feature.kind == "gene" for feature in source.features)
    means = source.genes.means
    if means is not None:
        yield (
            f"The map can be coloured by {counted(n_genes, 'gene')}, whose values of each "
            f"{source.cells.row} are in the page; name others with {option('genes')}. Of all "
            f"{counted(len(means.names), 'gene')} it has the mean and the share of "
            f"{source.cells.words} per group."
        )


def _units(features: Sequence[Feature]) -> Iterator[tuple[str, str]]:
    """What the numbers mean that cells are coloured by."""
    units = {feature.kind: feature.unit for feature in features if feature.unit}
    for kind, term in EXPLAINED.items():
        if kind in units:
            meaning = units[kind].partition("; ")[2] or units[kind]
            text = f"{meaning[:1].upper()}{meaning[1:]}."
            if kind == "signature":
                text += " Compare cells for one signature, not signatures with each other."
            yield term, text


def _facts(source: Source) -> list[tuple[str, str]]:
    adata, matrix = source.adata, source.matrix
    cells = f"{adata.n_obs:,}"
    n_left_out = adata.n_obs - source.cells.n
    if n_left_out:
        cells += (
            f"; {counted(n_left_out, source.cells.row)} without coordinates left out of the map "
            "and of all numbers but those of the crosstalk and its evidence, which are over all"
        )
    expression = f"{matrix.kind.label}, from {matrix.name}" if matrix else "no usable matrix"
    return [
        (source.cells.words.capitalize(), cells),
        ("Genes", f"{adata.n_vars:,}"),
        ("Expression", clean(expression)),
        *(
            ("Map", f"{entry.name}, from obsm[{clean(entry.key)!r}]")
            for entry in source.cells.maps.drawn
        ),
    ]
