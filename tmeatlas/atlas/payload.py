"""From AnnData to the plain arrays and strings of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError
from tmeatlas._text import clean, counted
from tmeatlas.atlas.payload_about import About, read_about
from tmeatlas.atlas.payload_agreement import Agreement, read_agreement
from tmeatlas.atlas.payload_cells import (
    Category,
    read_group_category,
    read_other_category,
)
from tmeatlas.atlas.payload_crosstalk import Crosstalk, read_crosstalk
from tmeatlas.atlas.payload_evidence import Evidence, read_evidence
from tmeatlas.atlas.payload_features import (
    Feature,
    consensus_features,
    read_coverage,
    signature_features,
)
from tmeatlas.atlas.payload_genes import gene_features, genes_named, open_expression
from tmeatlas.atlas.payload_maps import Map, make_map, read_planes
from tmeatlas.cells import cells_in_order, read_groups

DEFAULT_TITLE = "Tumour microenvironment atlas"
MAX_CELL_NAMES = 200_000
"""Above this, the page names cells by their place in its order instead of by `obs_names`."""


MaybeCategory = TypeVar("MaybeCategory", Category, Category | None)


@dataclass(frozen=True, eq=False)
class Payload:
    """Everything that a page shows, as plain data.

    All arrays over cells are in the order of `rows`: by group, then along the
    map, which makes the page small.
    """

    title: str
    summary: list[str]
    n_cells: int
    n_genes: int
    rows: NDArray[np.intp]
    """Row of each drawn cell in the AnnData."""
    cell_names: list[str] | None
    maps: list[Map]
    """The embeddings to switch between; the first is shown at the start."""
    groups: Category
    sample: Category | None
    condition: Category | None
    features: list[Feature]
    agreement: list[Agreement]
    crosstalk: Crosstalk | None
    evidence: Evidence | None
    about: About

    @property
    def signatures(self) -> list[Feature]:
        """The features that are signature scores."""
        return [feature for feature in self.features if feature.kind == "signature"]


def build_payload(
    adata: AnnData,
    *,
    groupby: str,
    sample_key: str | None = None,
    condition_key: str | None = None,
    basis: str | Sequence[str] | None = None,
    genes: Sequence[str] = (),
    title: str | None = None,
) -> Payload:
    """Collect what a page shows; `tmeatlas.pl.atlas` documents the parameters."""
    check_adata(adata)
    planes = read_planes(adata, basis)
    drawn = planes.main.drawn
    groups = read_group_category(adata, groupby, drawn)
    sample = read_other_category(adata, "sample", sample_key, drawn)
    condition = read_other_category(adata, "condition", condition_key, drawn)
    rows = cells_in_order(planes.main, read_groups(adata, groupby).codes)
    order = (np.cumsum(drawn) - 1)[rows]
    groups = _reordered(groups, order)
    sample = _reordered(sample, order)
    condition = _reordered(condition, order)
    maps = [
        make_map(adata, plane, rows, groups.codes, len(groups.labels))
        for plane in (planes.main, *planes.others)
    ]
    crosstalk = read_crosstalk(adata, groups)
    matrix = open_expression(adata)
    codes = groups.codes, len(groups.labels)
    coverage = read_coverage(adata)
    named = genes_named(crosstalk, coverage)
    features = [
        *signature_features(adata, coverage, rows, *codes),
        *consensus_features(adata, rows, *codes),
        *gene_features(adata, matrix, (named, _asked(genes)), rows, codes),
    ]
    agreement = read_agreement(adata, features)
    evidence = read_evidence(adata, crosstalk)
    return Payload(
        title=clean(title) if title is not None else DEFAULT_TITLE,
        summary=_summary(groups, sample, condition, features, crosstalk, (len(rows), adata.n_obs)),
        n_cells=len(rows),
        n_genes=adata.n_vars,
        rows=rows,
        cell_names=_cell_names(adata, rows),
        maps=maps,
        groups=groups,
        sample=sample,
        condition=condition,
        features=features,
        agreement=agreement,
        crosstalk=crosstalk,
        evidence=evidence,
        about=read_about(
            adata,
            (maps, planes.left_out),
            (groups, sample, condition),
            features,
            crosstalk,
            matrix,
            n_genes_named=len(named),
            has_agreement=bool(agreement),
            evidence=evidence,
        ),
    )


def _reordered(category: MaybeCategory, order: NDArray[np.intp]) -> MaybeCategory:
    return category and replace(category, codes=category.codes[order])


def _cell_names(adata: AnnData, rows: NDArray[np.intp]) -> list[str] | None:
    if len(rows) > MAX_CELL_NAMES:
        return None
    names = adata.obs_names.to_numpy()
    return [str(name) for name in names[rows]]


def _asked(genes: Sequence[str]) -> list[str]:
    if isinstance(genes, str):
        raise InputError(f"Expected a list of genes as `genes=`, found {genes!r}: [{genes!r}]?")
    return [str(gene) for gene in genes]


def _summary(
    groups: Category,
    sample: Category | None,
    condition: Category | None,
    features: list[Feature],
    crosstalk: Crosstalk | None,
    n_cells: tuple[int, int],
) -> list[str]:
    """What the page holds, in a few words; `n_cells` are those drawn and those in the data."""
    n_drawn, n_all = n_cells
    n_signatures = sum(feature.kind == "signature" for feature in features)
    cells = counted(n_drawn, "cell")
    if n_drawn < n_all:
        cells = f"{n_drawn:,} of {counted(n_all, 'cell')} ({n_all - n_drawn:,} have no coordinates)"
    parts = [cells, f"{counted(groups.n_categories, 'group')} by {groups.phrase}"]
    parts += [counted(sample.n_categories, "sample")] if sample else []
    parts += [counted(condition.n_categories, "condition")] if condition else []
    parts += [counted(n_signatures, "signature")] if n_signatures else []
    if crosstalk:
        parts.append(counted(crosstalk.n_active, "active interaction"))
    return parts
