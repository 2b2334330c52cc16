"""Ligands and receptors between conditions: the level of each in each group and sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas._values import MatrixKind
from tmeatlas.cohort import (
    Compared,
    Design,
    LeftOut,
    SampleTable,
    changed_rows,
    log_levels,
)
from tmeatlas.interactions import ASSOCIATED, Interaction, Interactions
from tmeatlas.lr import match_interactions
from tmeatlas.matrix import ExpressionMatrix, find_counts, open_matrix, totals_of_cells
from tmeatlas.results import Axes, Comparison, Crosstalk
from tmeatlas.tl._compare_inputs import GroupsInSamples, Wanted, groups_in_samples
from tmeatlas.tl._compare_sides import (
    FEWEST_COUNTS,
    FEWEST_SAMPLES,
    ambient_left_out,
    rare_left_out,
    sides_of,
)

GENES_MISSING = "genes that the compared matrix lacks"
UNIT = "log2 per 10,000"
UNIT_WITHOUT_COUNTS = "mean log expression"

Floats = NDArray[np.float64]


def read_crosstalk(adata: AnnData, wanted: Wanted) -> SampleTable:
    """The level of each ligand and receptor of a crosstalk in each group and sample."""
    crosstalk = Crosstalk.read(adata, wanted.key)
    return _levels(adata, wanted, crosstalk, routes_of(crosstalk))


def read_axes(adata: AnnData, wanted: Wanted) -> SampleTable:
    """The same of the core pairs of the axes."""
    crosstalk = _crosstalk_of_axes(adata, wanted)
    return _levels(adata, wanted, crosstalk, core_routes_of(crosstalk))


def crosstalk_rows(
    adata: AnnData, wanted: Wanted, design: Design, compared: Compared, table: SampleTable
) -> pd.DataFrame:
    """Each interaction between two groups, and which of its sides changed."""
    routes = routes_of(Crosstalk.read(adata, wanted.key))
    return _as_stored(changed_rows(routes, table, compared, design))


def axes_rows(
    adata: AnnData, wanted: Wanted, design: Design, compared: Compared, table: SampleTable
) -> pd.DataFrame:
    """Each axis between two groups, by the core pair with the best side."""
    routes = core_routes_of(_crosstalk_of_axes(adata, wanted))
    rows = changed_rows(routes, table, compared, design)
    return _as_stored(
        rows.drop_duplicates(["axis", "source", "target", "condition"], ignore_index=True)
    )


def routes_of(crosstalk: Crosstalk) -> pd.DataFrame:
    """The rows of all samples that carry a signal: who could talk to whom, by what."""
    table = crosstalk.table
    return table[(table["sample"] == "") & (table["verdict"] != "")]


def core_routes_of(crosstalk: Crosstalk) -> pd.DataFrame:
    """Those by the pairs that an axis answers to."""
    routes = routes_of(crosstalk)
    return routes[(routes["axis"] != "") & (routes["core"] != ASSOCIATED)]


def _crosstalk_of_axes(adata: AnnData, wanted: Wanted) -> Crosstalk:
    """The crosstalk that the axes put together."""
    return Crosstalk.read(adata, Axes.read(adata, wanted.key).record.param("crosstalk"))


class PartnerLevels(NamedTuple):
    """How high ligands and receptors are in the groups of each sample."""

    names: dict[str, int]
    """Number of each ligand and receptor."""
    level: Floats
    """Samples × groups × ligands and receptors; NaN where there are too few cells."""
    seen: Floats
    """The same of what was added up over these cells."""
    depths: Mapping[str, Floats] | None
    """Molecules of a cell of each sample, by group; None where that are no counts."""


def _levels(
    adata: AnnData, wanted: Wanted, crosstalk: Crosstalk, routes: pd.DataFrame
) -> SampleTable:
    """Samples × sides, a side being a gene or complex in a group."""
    _check_groups(wanted, crosstalk)
    where = groups_in_samples(adata, wanted._replace(groupby=crosstalk.groupby))
    levels = _partner_levels(adata, wanted, routes, where)
    counted = levels.depths is not None
    sides = sides_of(routes, where)
    sides["partner"] = sides["feature"].map(levels.names).fillna(-1).astype(np.int64)
    unknown = sides["partner"] < 0
    left_out = [LeftOut(name, "", GENES_MISSING) for name in sides.loc[unknown, "feature"].unique()]
    sides = sides[~unknown]
    left_out += ambient_left_out(sides)
    sides = sides[~sides["ambient"]]
    often = (levels.seen > 0).sum(axis=0) >= FEWEST_SAMPLES
    if counted:
        n_samples = (where.sizes >= wanted.min_cells).sum(axis=0)
        often &= levels.seen.sum(axis=0) >= FEWEST_COUNTS * n_samples[:, None]
    kept = often[sides["group_number"], sides["partner"]]
    left_out += rare_left_out(sides[~kept], counted=counted)
    sides = sides[kept].reset_index(drop=True)
    unit = UNIT if counted else UNIT_WITHOUT_COUNTS
    return SampleTable(
        features=sides[["feature", "group"]].assign(unit=unit),
        values=levels.level[:, sides["group_number"], sides["partner"]],
        cells=where.sizes[:, sides["group_number"]],
        samples=wanted.samples,
        left_out=tuple(left_out),
        depths=levels.depths,
    )


def _check_groups(wanted: Wanted, crosstalk: Crosstalk) -> None:
    if wanted.groupby not in (None, crosstalk.groupby):
        raise InputError(
            f"The crosstalk is between the groups of obs[{crosstalk.groupby!r}], and "
            f"{option('groupby', wanted.groupby)} was asked for. Leave out {option('groupby')}, or "
            f"run {Crosstalk.call_again(None, wanted.groupby)} again."
        )
    if wanted.sample_key is None:
        raise InputError(
            "Crosstalk is between groups of cells, so its rows are no samples: pass the column "
            f"with the patients or biopsies as {option('sample_key')}."
        )


def _partner_levels(
    adata: AnnData, wanted: Wanted, routes: pd.DataFrame, where: GroupsInSamples
) -> PartnerLevels:
    """Levels of genes, and of complexes: those of the least subunit in each sample."""
    matrix, counted = _expression(adata, wanted.layer, wanted.use_raw)
    matched = match_interactions(_interactions(routes, set(matrix.genes)), matrix.names)
    sums, totals = _add_up(matrix, matched.columns, where)
    enough = where.sizes >= wanted.min_cells
    if counted:
        of_genes = log_levels(sums, np.where(enough, totals, np.nan))
    else:
        of_genes = sums / np.where(enough, where.sizes, np.nan)[:, :, None]
    values, seen = (
        np.moveaxis(matched.partners.weakest(np.moveaxis(part, 2, 0)), 0, 2)
        for part in (of_genes, np.where(enough[:, :, None], sums, 0.0))
    )
    ends = zip(matched.interactions, matched.ligand, matched.receptor, strict=True)
    names = {
        name: int(number)
        for entry, ligand, receptor in ends
        for name, number in ((entry.ligand_complex, ligand), (entry.receptor_complex, receptor))
    }
    return PartnerLevels(names, values, seen, where.depths(totals) if counted else None)


def _expression(
    adata: AnnData, layer: str | None, use_raw: bool | None
) -> tuple[ExpressionMatrix, bool]:
    """Counts where there are some, else log-normalised expression; and whether it is counts."""
    if layer is None and not use_raw:
        counts = find_counts(adata, may_be_raw=use_raw is None)
        if counts is not None:
            return counts, True
    matrix = open_matrix(
        adata,
        layer=layer,
        use_raw=use_raw,
        accepts=(MatrixKind.COUNTS, MatrixKind.LOGNORM),
        needed_by="tl.compare of crosstalk",
    )
    return matrix, matrix.kind is MatrixKind.COUNTS


def _interactions(routes: pd.DataFrame, genes: set[str]) -> Interactions:
    """The interactions of the routes, each once, with the genes of its sides."""
    pairs = routes[["ligand_complex", "receptor_complex"]].astype(str).drop_duplicates()
    if pairs.empty:
        raise InputError(
            "The crosstalk has no row that carries a signal, so there is nothing to compare."
        )

    def subunits(name: str) -> tuple[str, ...]:
        return (name,) if name in genes else tuple(name.split("_"))

    return Interactions(
        "compared",
        tuple(
            Interaction(f"{ligand}->{receptor}", subunits(ligand), subunits(receptor))
            for ligand, receptor in pairs.itertuples(index=False)
        ),
    )


def _add_up(
    matrix: ExpressionMatrix, columns: NDArray[np.int64], where: GroupsInSamples
) -> tuple[Floats, Floats]:
    """Sums over the cells of each group and sample: of some genes, and of all together."""
    members = where.members()
    of_cells = totals_of_cells(matrix)
    sums = (members @ matrix.columns(columns)).toarray().astype(np.float64)
    totals = members @ of_cells.astype(np.float64)
    return sums.reshape(*where.sizes.shape, -1), totals.reshape(where.sizes.shape)


def _as_stored(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns as they are kept, texts as categories of what is there."""
    return rows.astype({c.name: c.dtype for c in Comparison.row_columns})[
        [c.name for c in Comparison.row_columns]
    ]
