"""What a page leaves out or puts together, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import clean
from tmeatlas.atlas.payload_cells import Category
from tmeatlas.atlas.payload_crosstalk import Crosstalk
from tmeatlas.atlas.payload_evidence import Evidence
from tmeatlas.atlas.payload_maps import Map
from tmeatlas.atlas.payload_rows import MAX_OTHERS_PER_AXIS, counted_rows


def map_notes(drawn: Sequence[Map], left_out: Sequence[str]) -> Iterator[str]:
    """Embeddings of more than two dimensions, and those that are no map."""
    for entry in drawn:
        if entry.n_dimensions > 2:
            yield f"The map shows the first two dimensions of {entry.name}."
    if left_out:
        yield (
            "Not offered as a map, as cells lack coordinates or there are more than enough: "
            f"{', '.join(clean(key) for key in left_out)}."
        )


def category_notes(adata: AnnData, categories: Sequence[Category | None]) -> Iterator[str]:
    """Categories that are shown together, and colours that cannot be used."""
    for category in categories:
        if category and category.collected:
            yield (
                f"{category.name}: the {category.collected} smallest categories are shown "
                "together as “other”."
            )
        if category and not category.own_colours and keys.colors(category.key) in adata.uns:
            yield (
                f"{category.name}: uns[{clean(keys.colors(category.key))!r}] does not hold one hex "
                "colour per category, so the colours are ours."
            )


def signature_notes(without_score: Sequence[str]) -> Iterator[str]:
    """Signatures without a score."""
    if without_score:
        yield (
            "Too few of their genes are in the data, so these signatures have no score: "
            f"{', '.join(without_score)}."
        )


def gene_notes(n_genes: int, n_named: int) -> Iterator[str]:
    """Genes that the page names but cannot colour cells by."""
    if 0 < n_genes < n_named:
        yield (
            f"{n_genes:,} of the {n_named:,} genes of its signatures and interactions are in "
            "the page; name others with tme.pl.atlas(..., genes=[...])."
        )


def crosstalk_notes(crosstalk: Crosstalk | None) -> Iterator[str]:
    """Interactions that are counted but not listed."""
    if crosstalk is None or len(crosstalk.rows) == crosstalk.n_total:
        return
    n_active, n_detected = counted_rows(crosstalk.rows)
    yield (
        f"Crosstalk: numbers and sums are over all {crosstalk.n_total:,} rows. Listed one by one "
        f"are {_of(n_active, crosstalk.n_active)} active and "
        f"{_of(n_detected, crosstalk.n_detected)} detected interactions and, per axis, at most "
        f"{MAX_OTHERS_PER_AXIS} of the others. tme.get.crosstalk(adata) has all."
    )


def evidence_notes(evidence: Evidence | None) -> Iterator[str]:
    """Rows of the axes that are not listed."""
    if evidence is None or len(evidence.rows) == evidence.n_total:
        return
    n_active, n_detected = counted_rows(evidence.rows)
    yield (
        f"Evidence: of {evidence.n_total:,} rows, listed are {_of(n_active, evidence.n_active)} "
        f"active and {_of(n_detected, evidence.n_detected)} detected ones and, per axis, at most "
        f"{MAX_OTHERS_PER_AXIS} of the others. adata.uns[{keys.AXES!r}] has all."
    )


def _of(number: int, total: int) -> str:
    return f"all {total:,}" if number == total else f"{number:,} of {total:,}"
