"""`tl.quality` from end to end: what is measured, what is remarked on, and what is not judged."""

from __future__ import annotations

import importlib
import sys
import warnings

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning, WholeSamplesError
from tmeatlas.quality import MOSTLY_AMBIENT, SHARES, T_CELLS_ONLY, TREG_CD8
from tmeatlas.results import Quality

GROUPS = {"groupby": "cell_type"}
CELLS = {"sample_key": "sample", **GROUPS}
T_CELLS = ("T CD8 effector", "T CD8 exhausted", "T CD4", "Treg")


@pytest.fixture(scope="module")
def tumour() -> AnnData:
    return tme.datasets.simulated(1500)


@pytest.fixture(scope="module")
def judged(tumour) -> AnnData:
    adata = tumour.copy()
    tme.tl.quality(adata, **CELLS)
    return adata


@pytest.fixture(scope="module")
def damages(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("damages")
    sys.modules.pop("damages", None)


def quietly(adata: AnnData, **options) -> AnnData:
    """The cells, judged; what they are warned of is looked at elsewhere."""
    adata = adata.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TMEWarning)
        tme.tl.quality(adata, **options)
    return adata


def rows(adata: AnnData, measure: str, group: str = "") -> pd.DataFrame:
    table = adata.uns["tme_quality"].astype({"sample": str, "measure": str, "group": str})
    return table[(table["measure"] == measure) & (table["group"] == group)].set_index("sample")


def remarks(adata: AnnData) -> pd.DataFrame:
    return adata.uns["tme_quality_remarks"].astype(str)


def test_numbers_are_those_of_the_cells(judged):
    inside = (judged.obs["sample"] == "sample4").to_numpy()
    counts = judged.X[inside].toarray()
    total = counts.sum(axis=1)
    mitochondrial = judged.var_names.str.startswith("MT-")
    assert rows(judged, "depth").loc["sample4", "value"] == np.median(total)
    assert rows(judged, "genes").loc["sample4", "value"] == np.median((counts > 0).sum(axis=1))
    share = counts[:, mitochondrial].sum(axis=1) / total
    found = rows(judged, "mitochondrial").loc["sample4", "value"]
    assert found == pytest.approx(np.median(share))
    malignant = (judged.obs["cell_type"][inside] == "Malignant").to_numpy()
    of_group = rows(judged, "depth", "Malignant").loc["sample4"]
    assert of_group["value"] == np.median(total[malignant])
    assert of_group["cells"] == malignant.sum()
    t_cells = judged.obs["cell_type"][inside].isin(T_CELLS)
    assert rows(judged, "t_cell_share").loc["sample4", "value"] == t_cells.mean()


def test_a_clean_tumour_has_no_remark_and_no_warning(judged):
    assert remarks(judged).empty
    assert set(rows(judged, "known_lineage")["value"]) == {1.0}


def test_sorted_t_cells_are_named_and_what_they_forbid(tumour):
    keep = (tumour.obs["sample"] != "sample3") | tumour.obs["cell_type"].isin(T_CELLS)
    adata = tumour[keep.to_numpy()].copy()
    words = r"T cells only in 'sample3', where shares of all cells.* mean nothing.*_remarks'\]"
    with pytest.warns(TMEWarning, match=words) as caught:
        tme.tl.quality(adata, **CELLS)
    assert len(caught) == 1
    (found,) = remarks(adata).to_dict("records")
    assert (found["sample"], found["remark"]) == ("sample3", T_CELLS_ONLY)
    assert {SHARES, TREG_CD8} <= set(found["forbids"].split("; "))
    n = int((adata.obs["sample"] == "sample3").sum())
    assert f"{n} of {n} cells are T cells" in found["reason"]


def test_samples_of_few_sorted_cells_have_the_gate_of_all(shared_data):
    """200 T cells of 30 samples: none has enough of them to tell."""
    adata = ad.read_h5ad(shared_data / "data" / "wu2020_pancancer_tcells_200.h5ad")
    adata = quietly(adata, **CELLS)
    found = remarks(adata)
    assert set(found["sample"]) == set(adata.obs["sample"].astype(str))
    assert set(found["remark"]) == {T_CELLS_ONLY}
    assert found["reason"].str.startswith("as in all samples together: 200 of 200 cells").all()
    assert "tme_quality_ambient" not in adata.varm  # of one lineage nothing is foreign


def test_few_cells_unlike_the_others_have_no_gate(tumour):
    t_cells = tumour.obs["cell_type"].isin(T_CELLS).to_numpy()
    few = np.flatnonzero(~t_cells)[:6]
    adata = tumour[np.concatenate([np.flatnonzero(t_cells), few])].copy()
    adata.obs["part"] = np.repeat(["many", "others"], [t_cells.sum(), 6])
    assert remarks(quietly(adata, **GROUPS, sample_key="part"))["sample"].tolist() == ["many"]


def test_spots_have_no_doublets(shared_data):
    spots = ad.read_h5ad(shared_data / "data" / "moncada2020_pdacA_ST.h5ad")
    spots = quietly(spots, groupby="region")
    assert list(remarks(spots)["remark"]) == ["spots"]
    for measure in ("doublets", "ambient"):
        assert rows(spots, measure)["note"].str.contains("rows are spots").all()
    assert not spots.obs["tme_quality_doublet"].any()


def test_depth_that_goes_with_the_condition_is_named(tumour):
    adata = tumour.copy()
    rng = np.random.default_rng(0)
    thin = (adata.obs["condition"] == adata.obs["condition"].cat.categories[0]).to_numpy()
    counts = adata.X.tolil()
    part = adata.X[thin].copy()
    part.data = rng.binomial(part.data.astype(int), 0.3).astype(np.float32)
    counts[thin] = part
    adata.X = counts.tocsr()
    found = remarks(quietly(adata, **CELLS, condition_key="condition"))
    of_conditions = found[found["sample"] == ""]
    assert list(of_conditions["remark"]) == ["depth goes with condition"]
    assert of_conditions["reason"].str.startswith("condition: ").all()
    clean = remarks(quietly(tumour, **CELLS, condition_key="condition"))
    assert "" not in set(clean["sample"])


def test_more_ambient_rna_is_told_and_which_genes_it_explains(tumour, damages):
    worse = quietly(damages.add_ambient(tumour, 0.2, "sample"), **GROUPS)
    before = quietly(tumour, **GROUPS)
    added = [rows(adata, "ambient").loc["all cells", "value"] for adata in (before, worse)]
    assert added[0] < 0.12
    assert added[1] > added[0] + 0.1
    assert list(remarks(worse)["remark"]) == ["ambient RNA"]
    assert "ambient RNA" not in set(remarks(before)["remark"])
    genes = worse.uns["tme_quality_ambient"].astype({"gene": str, "lineage": str})
    assert {"B lineage"} < set(genes["lineage"])
    shares = worse.varm["tme_quality_ambient"]
    assert list(shares.columns) == list(tumour.obs["cell_type"].cat.categories)
    assert set(shares.dtypes.astype(str)) == {"float32"}
    for gene, maker in (("KRT19", "Malignant"), ("COL1A1", "CAF myCAF"), ("LYZ", "TAM C1Q")):
        assert shares.loc[gene, "T CD4"] > MOSTLY_AMBIENT > shares.loc[gene, maker]


def test_doublets_are_marked_and_stay(tumour, damages):
    many = damages.add_doublets(tumour, 0.1, "cell_type", rng=1)
    before, after = quietly(tumour, **GROUPS), quietly(many, **GROUPS)
    made = many.obs[damages.DOUBLET].to_numpy(dtype=bool)
    called = after.obs["tme_quality_doublet"].to_numpy()
    assert called.dtype == bool
    assert called[made].mean() > 5 * called[~made].mean()
    assert after.n_obs == many.n_obs
    score = after.obs["tme_quality_doublet_score"]
    assert score.dtype == np.float32
    assert score[made].mean() > score[~made].mean()
    found = [rows(adata, "doublets").loc["all cells", "value"] for adata in (before, after)]
    assert found[1] > found[0]


def test_without_counts_depth_ambient_rna_and_doublets_are_not_judged(tumour):
    logged = tumour.copy()
    tme.pp.prepare(logged, embed=False)
    del logged.layers["counts"]
    tme.tl.quality(logged, **CELLS)
    for measure in ("depth", "ambient", "doublets"):
        found = rows(logged, measure)
        assert found["value"].isna().all()
        assert found["note"].str.contains("holds no counts").all(), measure
    assert "tme_quality_ambient" not in logged.varm
    assert logged.uns["tme_quality_ambient"].empty
    assert not logged.obs["tme_quality_doublet"].any()
    assert logged.obs["tme_quality_doublet_score"].isna().all()
    shares = rows(logged, "mitochondrial")["value"]
    counted = rows(quietly(tumour, **CELLS), "mitochondrial")["value"]
    np.testing.assert_allclose(shares, counted, rtol=1e-4)


@pytest.mark.parametrize("groupby", ["odd", None])
def test_without_lineages_gate_and_ambient_rna_are_not_judged(tumour, groupby):
    adata = tumour.copy()
    names = {name: f"cluster {i}" for i, name in enumerate(adata.obs["cell_type"].cat.categories)}
    adata.obs["odd"] = adata.obs["cell_type"].cat.rename_categories(names)
    tme.tl.quality(adata, groupby=groupby, sample_key="sample")
    for measure in ("immune_share", "ambient", "doublets_markers"):
        notes = rows(adata, measure)["note"]
        assert notes.str.contains(r"tme\.tl\.annotate\(adata\)").all(), measure
    assert rows(adata, "depth")["value"].notna().all()
    assert remarks(adata).empty
    with pytest.raises(InputError, match=r"Expected labels that name lineages .*obs\['odd'\]"):
        tme.tl.quality(adata, groupby="odd", lineage_key="odd")
    tme.tl.quality(adata, groupby="odd", sample_key="sample", lineage_key="cell_type")
    assert rows(adata, "immune_share")["value"].notna().all()
    assert rows(adata, "depth", "cluster 0")["value"].notna().any()


def test_the_lineages_of_annotate_are_read_and_are_the_groups_by_default(tumour):
    adata = tumour[:400].copy()
    tme.pp.prepare(adata, embed=False)
    tme.tl.annotate(adata, "cell_type")
    adata = quietly(adata)
    assert Quality.read(adata).groupby == "tme_lineage"
    groups = set(adata.uns["tme_quality"]["group"].astype(str)) - {""}
    assert groups == set(adata.obs["tme_lineage"].astype(str))
    assert Quality.current(adata, "tme_lineage") is not None
    assert Quality.current(adata, "cell_type") is None


def test_cells_without_a_sample_are_in_none(tumour):
    adata = tumour.copy()
    lost = (adata.obs["sample"] == "sample2").to_numpy()
    adata.obs["sample"] = adata.obs["sample"].cat.remove_categories("sample2")
    adata = quietly(adata, **CELLS)
    whole = rows(quietly(tumour[~lost].copy(), **CELLS), "ambient")
    found = rows(adata, "ambient")
    assert "sample2" not in found.index
    np.testing.assert_allclose(found["value"], whole["value"])
    assert not adata.obs["tme_quality_doublet"][lost].any()
    assert adata.obs["tme_quality_doublet_score"][lost].isna().all()


def test_a_second_run_replaces_the_first(tumour):
    adata = quietly(tumour[:500].copy(), **GROUPS)
    assert "tme_quality_ambient" in adata.varm
    del adata.varm["tme_quality_ambient"]
    adata = quietly(adata, **CELLS)
    assert list(adata.obs).count("tme_quality_doublet") == 1
    assert len(adata.uns["tme_quality"]["sample"].cat.categories) > 1
    other = quietly(adata, **GROUPS, key_added="mine")
    assert {"tme_quality_doublet", "mine_doublet", "mine_doublet_score"} <= set(other.obs)
    assert set(other.uns["mine"]["sample"]) == {"all cells"}


def test_columns_of_others_are_not_replaced(tumour):
    adata = tumour[:300].copy()
    adata.obs["tme_quality_doublet"] = "mine"
    with pytest.raises(InputError, match=r"obs already has 'tme_quality_doublet'.*key_added"):
        tme.tl.quality(adata, **CELLS)
    assert "tme_quality" not in adata.uns


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"groupby": "celltype"}, MissingKeyError, "'cell_type'.*`groupby=`"),
        ({"sample_key": "samples"}, MissingKeyError, "'sample'.*`sample_key=`"),
        ({"lineage_key": "lineages"}, MissingKeyError, "'cell_type'.*`lineage_key=`"),
        ({"condition_key": "condition"}, InputError, "needs `sample_key=`"),
        ({**CELLS, "condition_key": "cell_type"}, InputError, "one condition per sample"),
        ({**CELLS, "rng": -1}, InputError, "whole number"),
        ({**CELLS, "key_added": "tme_scores"}, InputError, "another result"),
    ],
)
def test_options_that_cannot_be_used(tumour, options, error, words):
    adata = tumour[:200].copy()
    with pytest.raises(error, match=words):
        tme.tl.quality(adata, **options)
    assert "tme_quality" not in adata.uns


def test_whole_samples_are_refused(shared_data):
    bulk = ad.read_h5ad(shared_data / "data" / "mariathasan2018_imvigor210_bulk_dev.h5ad")
    with pytest.raises(WholeSamplesError, match=r"tl\.quality needs cells"):
        tme.tl.quality(bulk)


def test_shares_are_of_the_users_genes_where_raw_has_others(tumour):
    adata = tumour[:600, ::2].copy()
    adata.raw = tumour[:600]
    logged = adata.copy()
    tme.pp.prepare(logged, embed=False)
    del logged.layers["counts"]
    logged.raw = adata.raw.to_adata()
    found = quietly(logged, **GROUPS)
    expected = quietly(tumour[:600].copy(), **GROUPS)
    shares = found.varm["tme_quality_ambient"]
    assert shares.index.equals(adata.var_names)
    whole = expected.varm["tme_quality_ambient"].loc[adata.var_names]
    pd.testing.assert_frame_equal(shares, whole)
    assert found.uns["tmeatlas"]["tme_quality"]["provenance"]["counts"] == "raw.X"


def test_it_survives_a_file(judged, tmp_path):
    judged.write_h5ad(tmp_path / "cells.h5ad")
    again = ad.read_h5ad(tmp_path / "cells.h5ad")
    for key in ("tme_quality", "tme_quality_remarks", "tme_quality_ambient"):
        pd.testing.assert_frame_equal(again.uns[key], judged.uns[key], check_dtype=False)
    assert tme.get.quality(again).equals(tme.get.quality(judged))


def test_one_cell(tumour):
    adata = tumour[:1].copy()
    tme.tl.quality(adata, **CELLS)
    assert rows(adata, "depth")["value"].iloc[0] == adata.X.sum()
    assert remarks(adata).empty


def test_the_same_seed_gives_the_same(judged, tumour):
    again = tumour.copy()
    tme.tl.quality(again, **CELLS)
    pd.testing.assert_frame_equal(again.uns["tme_quality"], judged.uns["tme_quality"])
    score = "tme_quality_doublet_score"
    pd.testing.assert_series_equal(again.obs[score], judged.obs[score])


def test_dense_cells_give_the_same(judged, tumour):
    dense = tumour.copy()
    dense.X = tumour.X.toarray()
    assert sp.issparse(tumour.X)
    tme.tl.quality(dense, **CELLS)
    pd.testing.assert_frame_equal(dense.uns["tme_quality"], judged.uns["tme_quality"])


def test_what_several_remarks_forbid_is_said_once(tumour):
    labels = tumour.obs["cell_type"].astype(str)
    stroma = labels.str.contains("CAF|Pericyte|Endothelial")
    malignant = labels == "Malignant"
    sample = tumour.obs["sample"].astype(str)
    lacking = ((sample == "sample1") & stroma) | ((sample == "sample3") & malignant)
    with pytest.warns(TMEWarning) as caught:
        tme.tl.quality(tumour[~lacking].copy(), **CELLS)
    (told,) = (str(each.message) for each in caught)
    assert told.startswith("no stroma in 'sample1' and no epithelium in 'sample3', where shares")
    assert told.count("mean nothing") == 1


def test_small_sorted_samples_of_one_condition_are_confounded():
    cohort = tme.datasets.simulated_cohort()
    immune = cohort.obs["cell_type"].astype(str).str.contains("^T |Treg|NK|^B|Plasma|Mono|DC|TAM")
    adata = cohort[(cohort.obs["condition"] == "case") | immune].copy()
    found = remarks(quietly(adata, **CELLS, condition_key="condition"))
    of_samples = found[found["sample"] != ""]
    control = adata.obs.loc[adata.obs["condition"] == "control", "sample"].astype(str)
    assert set(of_samples["sample"]) == set(control)
    assert set(of_samples["remark"]) == {"immune cells only"}
    (reason,) = found.loc[found["remark"] == "sorting goes with condition", "reason"]
    assert "8 immune cells only among samples of control" in reason


def test_groups_with_slashes_are_written_and_found_again(tumour, tmp_path):
    adata = tumour.copy()
    names = {"Treg": "T CD4/Treg", "NK": "T CD4|Treg", "DC": "_index"}
    adata.obs["cell_type"] = adata.obs["cell_type"].cat.rename_categories(names)
    adata = quietly(adata, **CELLS)
    adata.write_h5ad(tmp_path / "judged.h5ad")
    again = ad.read_h5ad(tmp_path / "judged.h5ad")
    found, groups = Quality.read(again), set(adata.obs["cell_type"])
    assert {"T CD4", "T CD4/Treg", "T CD4|Treg", "_index"} <= groups
    assert set(found.shares) == groups
    told = tme.get.quality(again, rows="genes")
    pd.testing.assert_frame_equal(told, tme.get.quality(adata, rows="genes"))
    assert {"T CD4/Treg", "_index"} <= set(told["group"])


def test_reads_of_whole_transcripts_are_not_judged_as_molecules(tumour):
    """Reads vary far more than molecules, which would look like doublets and ambient RNA."""
    reads = tumour.copy()
    gains = np.random.default_rng(0).gamma(2, 300, reads.X.nnz)
    reads.X.data = np.maximum(np.rint(reads.X.data * gains), 1).astype(np.float32)
    found = quietly(reads, **CELLS)
    assert set(remarks(found)["remark"]) == {"full-length reads"}
    for measure in ("ambient", "doublets_markers"):
        assert set(rows(found, measure)["note"]) == {
            "the values are reads of whole transcripts, no molecules"
        }
    assert not found.obs["tme_quality_doublet"].any()
    # Beside them, molecules are judged as if the reads were not there.
    first = (tumour.obs["sample"] == "sample1").to_numpy()
    both = ad.concat([reads[first], tumour[~first]], merge="same")
    mixed, alone = quietly(both, **CELLS), quietly(tumour[~first].copy(), **CELLS)
    assert set(remarks(mixed)["sample"]) == {"sample1"}
    for measure in ("ambient", "doublets"):
        told = rows(mixed, measure)
        assert told.loc["sample1"].isna()["value"]
        pd.testing.assert_series_equal(told["value"].drop("sample1"), rows(alone, measure)["value"])
