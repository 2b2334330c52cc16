"""Ligands and receptors between conditions: the level of each in each group and sample."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas._values import MatrixKind
from tmeatlas.cohort import (
    Compared,
    Design,
    LeftOut,
    SampleTable,
    best_of_axes,
    changed_rows,
    log_levels,
)
from tmeatlas.interactions import ASSOCIATED, Interaction, Interactions
from tmeatlas.lr import match_interactions
from tmeatlas.matrix import ExpressionMatrix, open_matrix
from tmeatlas.results import Axes, Crosstalk
from tmeatlas.tl._compare_inputs import GroupsInSamples, Wanted, groups_in_samples

FEWEST_COUNTS = 10
"""Of a side, over all samples: below it no test could tell anything."""
FEWEST_SAMPLES = 2
"""In which a side has to be seen."""
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
    return _as_stored(best_of_axes(changed_rows(routes, table, compared, design)))


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


def _levels(
    adata: AnnData, wanted: Wanted, crosstalk: Crosstalk, routes: pd.DataFrame
) -> SampleTable:
    """Samples × sides, a side being a gene or complex in a group."""
    if wanted.groupby not in (None, crosstalk.groupby):
        raise InputError(
            f"The crosstalk is between the groups of obs[{crosstalk.groupby!r}], and "
            f"`groupby={wanted.groupby!r}` was asked for. Leave out `groupby=`, or run "
            f"tme.tl.crosstalk(adata, {wanted.groupby!r}) again."
        )
    if wanted.sample_key is None:
        raise InputError(
            "Crosstalk is between groups of cells, so its rows are no samples: pass the column "
            "with the patients or biopsies as `sample_key=`."
        )
    where = groups_in_samples(adata, wanted._replace(groupby=crosstalk.groupby))
    matrix, counted = _expression(adata, wanted.layer)
    interactions = _interactions(routes, set(matrix.genes))
    matched = match_interactions(interactions, matrix.genes)
    sums, totals = _add_up(matrix, matched.columns, where)
    enough = where.sizes >= wanted.min_cells
    if counted:
        of_genes = log_levels(sums, np.where(enough, totals, np.nan))
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            of_genes = sums / np.where(enough, where.sizes, np.nan)[:, :, None]
    # Of a complex, the least of its subunits in each sample.
    values, seen = (
        np.moveaxis(matched.partners.weakest(np.moveaxis(part, 2, 0)), 0, 2)
        for part in (of_genes, np.where(enough[:, :, None], sums, 0.0))
    )
    number = {
        name: int(partner)
        for entry, ligand, receptor in zip(
            matched.interactions, matched.ligand, matched.receptor, strict=True
        )
        for name, partner in ((entry.ligand_complex, ligand), (entry.receptor_complex, receptor))
    }
    sides = _sides(routes, number, where)
    often = seen.sum(axis=0) >= (FEWEST_COUNTS if counted else 0)
    often &= (seen > 0).sum(axis=0) >= FEWEST_SAMPLES
    kept = often[sides["group_number"], sides["partner"]]
    left_out = sides.loc[~kept, "group"].value_counts(sort=False)
    sides = sides[kept]
    return SampleTable(
        features=sides[["feature", "group"]].assign(unit=UNIT if counted else UNIT_WITHOUT_COUNTS)
        .reset_index(drop=True),
        values=values[:, sides["group_number"], sides["partner"]],
        cells=where.sizes[:, sides["group_number"]],
        samples=wanted.samples,
        left_out=tuple(_not_seen(str(group), int(n)) for group, n in left_out.items() if n),
    )


def _expression(adata: AnnData, layer: str | None) -> tuple[ExpressionMatrix, bool]:
    """Counts where there are some, else log-normalised expression; and whether it is counts."""
    if layer is None and keys.COUNTS in adata.layers:
        layer = keys.COUNTS
    matrix = open_matrix(
        adata,
        layer=layer,
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
    n_samples, n_groups = where.sizes.shape
    cells = np.flatnonzero(where.codes >= 0)
    members = sp.csr_matrix(
        (np.ones(len(cells)), (where.codes[cells], cells)),
        shape=(n_samples * n_groups, matrix.n_obs),
    )
    of_cells = np.concatenate(
        [np.asarray(block.matrix.sum(axis=1)).ravel() for block in matrix.blocks()]
    )
    sums = (members @ matrix.columns(columns)).toarray().astype(np.float64)
    totals = members @ of_cells.astype(np.float64)
    return sums.reshape(n_samples, n_groups, -1), totals.reshape(n_samples, n_groups)


def _sides(
    routes: pd.DataFrame, number: dict[str, int], where: GroupsInSamples
) -> pd.DataFrame:
    """Each gene or complex in each group that some route has it in, once."""
    ends = [
        routes[[f"{side}_complex", group]].astype(str).set_axis(["feature", "group"], axis=1)
        for side, group in (("ligand", "source"), ("receptor", "target"))
    ]
    sides = pd.concat(ends).drop_duplicates().sort_values(["group", "feature"], ignore_index=True)
    sides["partner"] = sides["feature"].map(number).fillna(-1).astype(np.int64)
    sides["group_number"] = pd.Index(where.labels).get_indexer(pd.Index(sides["group"]))
    return sides[(sides["partner"] >= 0) & (sides["group_number"] >= 0)]


def _not_seen(group: str, number: int) -> LeftOut:
    return LeftOut(
        f"{number:,} ligands and receptors",
        group,
        f"fewer than {FEWEST_COUNTS} counts, or seen in fewer than {FEWEST_SAMPLES} samples",
    )


def _as_stored(rows: pd.DataFrame) -> pd.DataFrame:
    """Text as categories."""
    texts = rows.columns[rows.dtypes == object]
    return rows.astype(dict.fromkeys(texts, "category"))
