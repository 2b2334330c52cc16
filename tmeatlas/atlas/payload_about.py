"""What the page says about itself: input, options, versions, coverage and what is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
from anndata import AnnData

from tmeatlas._text import clean, clean_long, counted
from tmeatlas._values import MatrixKind
from tmeatlas.atlas.payload_cells import Category
from tmeatlas.atlas.payload_citations import citations
from tmeatlas.atlas.payload_crosstalk import Crosstalk
from tmeatlas.atlas.payload_evidence import Evidence
from tmeatlas.atlas.payload_features import (
    Feature,
    compartment_name,
    coverage_text,
    read_coverage,
    read_scores,
)
from tmeatlas.atlas.payload_maps import Map
from tmeatlas.atlas.payload_notes import (
    category_notes,
    crosstalk_notes,
    evidence_notes,
    gene_notes,
    map_notes,
    signature_notes,
)
from tmeatlas.atlas.payload_runs import Run, read_runs, simulated_text
from tmeatlas.atlas.payload_terms import terms
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.results import versions

COVERAGE_COLUMNS = ("compartment", "name", "tier", "citation", "n_genes", "n_found", "missing")


@dataclass(frozen=True)
class SignatureRow:
    """One line of the table of signatures."""

    id: str
    name: str
    compartment: str
    tier: str
    citation: str
    n_found: str
    n_genes: str
    missing: str
    shown: bool


@dataclass(frozen=True)
class About:
    """Everything that "About this atlas" lists."""

    facts: list[tuple[str, str]] = field(default_factory=list)
    absent: list[tuple[str, str]] = field(default_factory=list)
    """What is not in the page, and the call that would fill it."""
    notes: list[str] = field(default_factory=list)
    terms: list[tuple[str, str]] = field(default_factory=list)
    """Words of the page and their meaning."""
    runs: list[Run] = field(default_factory=list)
    signatures: list[SignatureRow] = field(default_factory=list)
    citations: list[str] = field(default_factory=list)
    versions: list[tuple[str, str]] = field(default_factory=list)
    simulated: str = ""


def signature_rows(
    ids: Iterable[str], coverage: pd.DataFrame, shown: Iterable[str]
) -> list[SignatureRow]:
    """One row per signature, in the order of `ids` and then of the coverage table."""
    in_page = set(shown)
    known = dict.fromkeys([*ids, *(str(name) for name in coverage.index)])
    rows = []
    for name in known:
        texts = {
            column: clean_long(coverage_text(coverage, name, column)) for column in COVERAGE_COLUMNS
        }
        rows.append(
            SignatureRow(
                id=clean(name),
                name=clean(texts["name"] or name),
                compartment=compartment_name(texts["compartment"]),
                tier=texts["tier"],
                citation=texts["citation"],
                n_found=texts["n_found"],
                n_genes=texts["n_genes"],
                missing=texts["missing"],
                shown=name in in_page,
            )
        )
    return rows


def read_about(
    adata: AnnData,
    maps: tuple[Sequence[Map], Sequence[str]],
    categories: tuple[Category, Category | None, Category | None],
    features: Sequence[Feature],
    crosstalk: Crosstalk | None,
    matrix: ExpressionMatrix | None,
    *,
    n_genes_named: int,
    has_agreement: bool,
    evidence: Evidence | None,
) -> About:
    """Everything that "About this atlas" lists; `maps` are those drawn and those left out."""
    groups, sample, condition = categories
    scores, coverage = read_scores(adata), read_coverage(adata)
    shown = [feature.id.removeprefix("s:") for feature in features if feature.kind == "signature"]
    ids = [str(name) for name in scores.columns] if scores is not None else []
    signatures = signature_rows(ids, coverage, shown)
    present = {
        "scores": bool(shown),
        "agreement": has_agreement or not shown,
        "crosstalk": crosstalk is not None,
        "evidence": evidence is not None or crosstalk is None,
        "sample": sample is not None,
        "condition": condition is not None,
        "genes": matrix is not None and matrix.kind is MatrixKind.LOGNORM,
    }
    n_genes = sum(feature.kind == "gene" for feature in features)
    without_score = [row.name for row in signatures if not row.shown]
    notes = [
        *map_notes(*maps),
        *category_notes(adata, categories),
        *signature_notes(without_score),
        *crosstalk_notes(crosstalk),
        *evidence_notes(evidence),
        *gene_notes(n_genes, n_genes_named),
    ]
    return About(
        facts=_facts(adata, maps[0], matrix),
        absent=absent_parts(groups.key, present),
        notes=notes,
        terms=terms(
            features, has_crosstalk=crosstalk is not None, has_evidence=evidence is not None
        ),
        runs=read_runs(adata),
        signatures=signatures,
        citations=citations(adata, signatures, crosstalk),
        versions=[(name, version) for name, version in versions().items() if version],
        simulated=simulated_text(adata),
    )


def absent_parts(groupby: str, present: Mapping[str, bool]) -> list[tuple[str, str]]:
    """What the page does not show and the call that would fill it."""
    calls = {
        "scores": ("Signature scores, dots and distributions", "tme.tl.score(adata)"),
        "agreement": (
            "Consensus per compartment and agreement of signatures",
            "tme.tl.consensus(adata)",
        ),
        "crosstalk": (
            "Crosstalk and ligand–receptor pairs",
            f"tme.tl.crosstalk(adata, {groupby!r})",
        ),
        "evidence": ("Evidence for each axis", "tme.tl.axes(adata)"),
        "sample": (
            "Composition per sample",
            f"tme.pl.atlas(adata, groupby={groupby!r}, sample_key=...)",
        ),
        "condition": (
            "Filter and order by condition",
            f"tme.pl.atlas(adata, groupby={groupby!r}, condition_key=...)",
        ),
        "genes": (
            "Colour by gene, which needs log-normalised expression",
            "tme.pp.prepare(adata)",
        ),
    }
    return [(what, clean_long(call)) for name, (what, call) in calls.items() if not present[name]]


def _facts(
    adata: AnnData, maps: Sequence[Map], matrix: ExpressionMatrix | None
) -> list[tuple[str, str]]:
    cells = f"{adata.n_obs:,}"
    n_left_out = adata.n_obs - len(maps[0].x)
    if n_left_out:
        cells += (
            f"; {counted(n_left_out, 'cell')} without coordinates left out of the map and of all "
            "numbers but those of the crosstalk and its evidence, which are over all cells"
        )
    expression = f"{matrix.kind.label}, from {matrix.name}" if matrix else "no usable matrix"
    return [
        ("Cells", cells),
        ("Genes", f"{adata.n_vars:,}"),
        ("Expression", clean(expression)),
        *(("Map", f"{entry.name}, from obsm[{clean(entry.key)!r}]") for entry in maps),
    ]
