"""Steps that are about cells refuse rows that are whole samples, and take cells of any depth."""

import anndata as ad
import numpy as np
import pytest

import tmeatlas as tme
from tmeatlas._errors import TMEWarning, WholeSamplesError


@pytest.fixture(scope="module")
def tumours():
    """Twelve tumours as bulk: the counts of all cells of a patient added up."""
    cells = tme.datasets.simulated_cohort(6, n_cells=150, rng=5)
    patients = cells.obs["sample"].astype(str)
    names = sorted(set(patients))
    sums = np.vstack(
        [np.asarray(cells.X[(patients == name).to_numpy()].sum(axis=0)) for name in names]
    )
    bulk = ad.AnnData(sums.astype(np.float32))
    bulk.obs_names, bulk.var_names = names, cells.var_names
    first = cells.obs.drop_duplicates("sample").set_index("sample").loc[names]
    bulk.obs["condition"] = first["condition"].astype(str).to_numpy()
    bulk.obs["label"] = ["T cells", "Fibroblasts"] * (len(names) // 2)
    return bulk


STEPS = {
    "annotate": lambda adata: tme.tl.annotate(adata),
    "call_states": lambda adata: tme.tl.call_states(adata, lineage_key="label"),
    "crosstalk": lambda adata: tme.tl.crosstalk(adata, "label", min_cells=2),
}


@pytest.mark.parametrize("step", STEPS)
def test_whole_samples_are_refused_and_nothing_is_written(tumours, step):
    adata = tumours.copy()
    tme.pp.prepare(adata, embed=False)
    before = set(adata.obs), set(adata.uns)
    with pytest.raises(WholeSamplesError, match=rf"tl\.{step} needs cells.*of X shows 1?\d\d%"):
        STEPS[step](adata)
    assert (set(adata.obs), set(adata.uns)) == before


def test_deep_cells_are_cells():
    """Of 50,000 molecules, many more than any method of droplets reads."""
    adata = tme.datasets.simulated(300, rng=2)
    adata.X = adata.X * 20
    tme.pp.prepare(adata, embed="pca")
    tme.tl.annotate(adata)
    assert (adata.obs["tme_lineage"].astype(str) != "unassigned").mean() > 0.8


def test_the_whole_way_of_samples_leaves_out_what_is_about_cells(tumours):
    adata = tumours.copy()
    with pytest.warns(TMEWarning) as told:
        tme.analyse(adata, condition_key="condition", reference="control")
    left_out = [str(one.message) for one in told if str(one.message).startswith("Left out: ")]
    assert [text.split(". ")[0] for text in left_out] == [
        "Left out: telling the lineages",
        "Left out: judging the quality of samples",
        "Left out: calling states within lineages",
        "Left out: finding crosstalk",
        "Left out: putting the axes together",
        "Left out: ranking groups by axes, looking for loops",
        "Left out: holding drugs against the axes",
    ]
    assert len(adata.uns["tme_phenotype_calls"]) == len(adata)
    for what in ("consensus", "phenotype"):
        assert adata.uns[f"tme_compare_{what}"]["n"].max() == 6
    assert "tme_lineage" not in adata.obs
    assert "tme_composition" not in adata.uns


def test_bulk_tumours_are_samples_and_real_cells_are_not(shared_data):
    bulk = ad.read_h5ad(shared_data / "data" / "mariathasan2018_imvigor210_bulk_dev.h5ad")
    with pytest.raises(WholeSamplesError, match="shows 100% of 308 genes"):
        tme.tl.annotate(bulk)
    # The deepest cells there are: full-length reads, and only the genes that many cells show.
    deep = ad.read_h5ad(shared_data / "data" / "puram2017_hnscc_ref180.h5ad")
    tme.tl.annotate(deep)
    assert deep.obs["tme_lineage"].nunique() > 5
