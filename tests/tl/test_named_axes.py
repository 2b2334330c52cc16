"""Built-in axes with cells made for them: all genes of a pair are needed, in their places."""

from __future__ import annotations

import pandas as pd
import pytest
from anndata import AnnData
from made_crosstalk import STANDING, noise, raised

from tmeatlas.interactions import as_interactions
from tmeatlas.tl import axes, crosstalk

PAIRS = {
    "gm_csf": ("CSF2", "CSF2RA_CSF2RB"),
    "g_csf": ("CSF3", "CSF3R"),
    "il4_il13": ("IL13", "IL13RA1_IL4R"),
    "il12": ("IL12A_IL12B", "IL12RB1_IL12RB2"),
    "il27": ("EBI3_IL12A", "IL12RB2_IL6ST"),
    "neurotrophin": ("NTF3", "NTRK3"),
    "gdnf": ("GDNF", "GFRA1_RET"),
    "hyaluronan": ("HAS2", "CD44"),
    "lactate": ("LDHA_SLC16A3", "HCAR1"),
    "vegf": ("VEGFC", "FLT4"),
}
"""A core pair of each axis that reviews name."""
GENES_OF_COMPLEXES = [
    (axis, gene)
    for axis, pair in PAIRS.items()
    for side in pair
    for gene in side.split("_")
    if "_" in side
]


def interactions_of(axis: str) -> pd.DataFrame:
    table = as_interactions("tme").to_frame()
    return table[table["axis"] == axis]


def cells_for(axis: str, *, without: str = "") -> AnnData:
    """The ligand of the pair of an axis raised in g0, its receptor in g1, but for one gene."""
    table = interactions_of(axis)
    sides = [name for side in ("ligand", "receptor") for name in table[f"{side}_complex"]]
    genes = list(dict.fromkeys(gene for side in sides for gene in side.split("_")))
    adata = noise(400, len(genes) + 60, density=0.4)
    adata.var_names = [*genes, *(f"OTHER{i}" for i in range(60))]
    ligand, receptor = PAIRS[axis]
    where = dict.fromkeys(ligand.split("_"), "g0") | dict.fromkeys(receptor.split("_"), "g1")
    return raised(adata, {gene: group for gene, group in where.items() if gene != without})


def standing(adata: AnnData, axis: str) -> list[tuple[str, str, str]]:
    """Source, target and best pair where the axis stands out."""
    database = interactions_of(axis)
    crosstalk(adata, "group", database=database)
    axes(adata, database=database)
    table = adata.uns["tme_axes"]
    rows = table.loc[table["verdict"].isin(STANDING), ["source", "target", "top_interaction"]]
    return list(rows.astype(str).itertuples(index=False, name=None))


@pytest.mark.parametrize("axis", PAIRS)
def test_an_axis_stands_out_where_its_pair_does(axis):
    assert standing(cells_for(axis), axis) == [("g0", "g1", "^".join(PAIRS[axis]))]


@pytest.mark.parametrize(("axis", "gene"), GENES_OF_COMPLEXES)
def test_no_part_of_a_complex_can_be_missing(axis, gene):
    assert standing(cells_for(axis, without=gene), axis) == []
