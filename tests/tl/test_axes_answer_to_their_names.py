"""Without its core ligands no axis stands out: every axis, every labelled tumour."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas.genes import GeneIndex
from tmeatlas.interactions import Interactions, as_interactions
from tmeatlas.lr import STANDING, Cells, ResponseScores, match_interactions, pool_axes, run_axes

TUMOURS = {
    "wu2021_tnbc_CID4465": "cell_type",
    "kim2020_luad_T34": "cell_type",
    "puram2017_hnscc_ref180": "cell_type",
    "wu2020_pancancer_tcells_200": "cell_type",
    "tirosh2016_oligodendroglioma_184": "cell_type",
    "moncada2020_pdacA_ST": "region",
    "andersson2021_her2_ST_dev": "region",
}
FEWEST_STANDING = {"simulated": 20, "wu2021_tnbc_CID4465": 20, "wu2020_pancancer_tcells_200": 0}
WORDS = [word.value for word in STANDING]
GENES_MISSING = "not testable: genes missing"
MIN_CELLS = 10


def built_in() -> Interactions:
    return as_interactions("tme")


def core_ligands(axis: str) -> set[str]:
    entries = [e for e in built_in() if e.axis == axis and e.core == "core"]
    return {gene for entry in entries for gene in entry.ligand_genes}


class Tumour:
    """The genes of the axes in the cells of one tumour, and their depth by all genes."""

    def __init__(self, adata: AnnData, groupby: str) -> None:
        labels = adata.obs[groupby].astype(str)
        sizes = labels.value_counts()
        kept = labels.isin(sizes.index[sizes >= MIN_CELLS]).to_numpy()
        self.labels = sorted(set(labels[kept]))
        self.codes = pd.Categorical(labels[kept], self.labels).codes.astype(np.int32)
        self.depth = np.asarray((adata.X[kept] > 0).sum(axis=1)).ravel().astype(np.int64)
        matched = match_interactions(built_in(), adata.var_names)
        index = GeneIndex(adata.var_names, built_in().genes)
        symbol = {index.find(gene): gene for gene in built_in().genes}  # some have older names
        self.names = [symbol[column] for column in matched.columns.tolist()]
        self.values = adata.X[kept][:, matched.columns].tocsc().astype(np.float32)

    def axes(self, interactions: Interactions, deleted: set[str]) -> pd.DataFrame:
        """The table of the axes without the genes deleted."""
        names = [f"deleted_{n}" if name in deleted else name for n, name in enumerate(self.names)]
        matched = match_interactions(interactions, names)
        values = self.values[:, matched.columns]
        values.sort_indices()
        cells = Cells(values, None, self.codes, self.labels, self.depth)
        nothing = ResponseScores(pd.DataFrame(index=range(len(self.codes))), {}, {})
        return run_axes(cells, matched, pool_axes(interactions, matched), nothing).table


def tumours():
    yield pytest.param("simulated", "cell_type", id="simulated")
    for name, groupby in TUMOURS.items():
        yield pytest.param(name, groupby, id=name)


def tumour_called(name: str, groupby: str, request) -> Tumour:
    """One of `tumours`; the real ones are skipped where they are not."""
    if name == "simulated":
        adata = tme.datasets.simulated(1200)
    else:
        adata = ad.read_h5ad(request.getfixturevalue("shared_data") / "data" / f"{name}.h5ad")
    tme.pp.prepare(adata, embed=False)
    return Tumour(adata, groupby)


@pytest.mark.parametrize(("name", "groupby"), tumours())
def test_no_axis_stands_without_its_core_ligands(name, groupby, request):
    tumour, everything = tumour_called(name, groupby, request), built_in()
    whole = tumour.axes(everything, set())
    stood = whole[whole["verdict"].isin(WORDS)]["axis"].astype(str)
    ids = list(dict.fromkeys(entry.axis for entry in everything))
    n_checked = 0
    for axis in ids:
        ligands = core_ligands(axis)
        assert ligands, axis
        # With it an axis that shares none of its genes, so that there is something to test.
        other = next(a for a in ("collagen_integrin", "mif") if not ligands & core_ligands(a))
        some = Interactions(axis, tuple(e for e in everything if e.axis in (axis, other)))
        if not set(tumour.names) & core_ligands(other):
            some = everything
        table = tumour.axes(some, ligands)
        own = table[table["axis"] == axis]
        assert len(own) == len(tumour.labels) ** 2
        assert not own["verdict"].isin(WORDS).any(), axis
        left = [
            entry
            for entry in some
            if entry.axis == axis and entry.core == "core" and not ligands & {*entry.ligand_genes}
        ]
        assert not left
        assert (own["verdict"] == GENES_MISSING).all(), axis
        assert (own["padj"].isna() & (own["score"] == 0)).all()
        n_checked += len(own)
    assert n_checked == len(ids) * len(tumour.labels) ** 2
    assert stood.nunique() >= FEWEST_STANDING.get(name, 1)  # so that there was something to lose


@pytest.mark.parametrize(("name", "groupby"), tumours())
def test_axes_are_carried_by_core_pairs_alone(name, groupby, request):
    """With the first core ligand gone, what stands is carried by other core pairs of the axis."""
    tumour, everything = tumour_called(name, groupby, request), built_in()
    first = {}
    for entry in everything:
        if entry.core == "core":
            first.setdefault(entry.axis, set(entry.ligand_genes))
    for deleted in (set(), set().union(*first.values())):
        table = tumour.axes(everything, deleted)
        standing = table[table["verdict"].isin(WORDS)]
        for row in standing.itertuples():
            core = [
                e
                for e in everything
                if e.axis == row.axis
                and e.core == "core"
                and not deleted & {*e.ligand_genes, *e.receptor_genes}
            ]
            names = {f"{entry.ligand_complex}^{entry.receptor_complex}" for entry in core}
            assert row.top_interaction in names, row.axis
