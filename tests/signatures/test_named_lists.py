"""Lists named after cells or a process are high where their genes are, and nowhere else."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from scipy.stats import rankdata

import tmeatlas as tme

NAMED = [
    *("metabolism_reactome_glutamine", "metabolism_reactome_tryptophan"),
    *("metabolism_reactome_hyaluronan", "metabolism_reactome_hyaluronan_making"),
    *("metabolism_reactome_hyaluronan_uptake", "metabolism_reactome_pyruvate"),
    *("metabolism_reactome_urea_cycle", "inflammation_reactome_il4_il13"),
    *("endothelium_pegasus_artery", "endothelium_pegasus_vein", "endothelium_pegasus_lymphatic"),
    *("endothelium_3ca_lymphovascular", "quality_vandenbrink2017_dissociation"),
    "quality_3ca_haemoglobin",
]
CELLS_WITH = 30


def auroc(scores: np.ndarray, where: np.ndarray) -> float:
    ranks, n = rankdata(scores), where.sum()
    return (ranks[where].sum() - n * (n + 1) / 2) / (n * (~where).sum())


@pytest.fixture(scope="module")
def one_programme_each() -> ad.AnnData:
    """As many cells for each list, in which its genes are four times as high as elsewhere."""
    library = tme.sig.load("all")
    lists = {name: library[name].genes for name in NAMED}
    genes = sorted({gene for each in lists.values() for gene in each})
    filler = [f"FILLER{i}" for i in range(2000 - len(genes))]
    names = pd.Index([*genes, *filler])
    rng = np.random.default_rng(0)
    programme = np.repeat(NAMED, CELLS_WITH)
    mean = np.tile(rng.gamma(0.5, 0.6, len(names)), (len(programme), 1))
    for name, each in lists.items():
        places = names.get_indexer(list(each))
        mean[np.ix_(programme == name, places)] = 4 * np.maximum(mean[0, places], 0.5)
    adata = ad.AnnData(sp.csr_matrix(rng.poisson(mean).astype(np.float32)))
    adata.obs["programme"], adata.var_names = programme, names
    adata.obs_names = [f"cell{i}" for i in range(adata.n_obs)]
    tme.tl.score(adata, NAMED)
    return adata


@pytest.mark.parametrize("name", NAMED)
def test_a_list_finds_the_cells_of_its_programme(one_programme_each, name):
    where = (one_programme_each.obs["programme"] == name).to_numpy()
    # Lymphatic markers hold those of the shorter list, and hyaluronan holds its two parts.
    near = one_programme_each.obs["programme"].str.contains("hyaluronan|lymph").to_numpy()
    rest = where | ~near if "hyaluronan" in name or "lymph" in name else np.ones_like(where)
    scores = one_programme_each.obsm["tme_scores"][name].to_numpy()
    assert auroc(scores[rest], where[rest]) > 0.9


@pytest.mark.parametrize(
    ("name", "label", "least"),
    [
        ("endothelium_pegasus_artery", "Endothelial CXCL12", 0.8),
        ("endothelium_pegasus_vein", "Endothelial ACKR1", 0.6),
        ("endothelium_pegasus_lymphatic", "Endothelial Lymphatic LYVE1", 0.7),
        ("endothelium_3ca_lymphovascular", "Endothelial Lymphatic LYVE1", 0.7),
    ],
)
def test_vessels_of_a_tumour_are_told_apart(shared_data, name, label, least):
    adata = ad.read_h5ad(shared_data / "data" / "wu2021_tnbc_CID4465.h5ad")
    adata = adata[adata.obs["celltype_major"] == "Endothelial"].copy()
    tme.tl.score(adata, name)
    where = (adata.obs["celltype_subset"] == label).to_numpy()
    assert auroc(adata.obsm["tme_scores"][name].to_numpy(), where) > least


def test_what_was_looked_for_and_not_found_is_said(repository):
    text = (repository / "signatures" / "README.md").read_text(encoding="utf-8")
    for missing in ("arginine depletion", "lactate alone", "kynurenine", "tip cells", "heat shock"):
        assert missing in text
