"""tl.annotate on the simulated tumour, whose truth is known, and on unusual input."""

from __future__ import annotations

import warnings

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import tmeatlas as tme
from tmeatlas._errors import CoverageError, InputError, MissingKeyError, TMEWarning
from tmeatlas.results import Lineages
from tmeatlas.tl._annotate_cells import variable_genes

TRUTH = {
    "Malignant": "Epithelial cells",
    "CAF myCAF": "Fibroblasts",
    "CAF iCAF": "Fibroblasts",
    "Pericyte": "Mural cells",
    "Endothelial": "Endothelial cells",
    "TAM C1Q": "Monocytes and macrophages",
    "TAM SPP1": "Monocytes and macrophages",
    "Monocyte": "Monocytes and macrophages",
    "DC": "Dendritic cells",
    "T CD8 effector": "T cells",
    "T CD8 exhausted": "T cells",
    "T CD4": "T cells",
    "Treg": "T cells",
    "NK": "NK cells",
    "B": "B lineage",
    "Plasma": "B lineage",
}
COLUMNS = [
    *("tme_lineage", "tme_lineage_confidence"),
    *("tme_lineage_fine", "tme_lineage_fine_confidence"),
]
pytestmark = pytest.mark.filterwarnings("ignore:Groups that mix lineages:UserWarning")


@pytest.fixture(scope="module")
def tumour() -> ad.AnnData:
    adata = tme.datasets.simulated(1500)
    tme.pp.prepare(adata, embed="pca")
    return adata


@pytest.fixture(scope="module")
def annotated(tumour) -> ad.AnnData:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TMEWarning)
        return tme.tl.annotate(tumour, copy=True)


def test_lineages_of_the_simulated_tumour(annotated):
    obs = annotated.obs
    truth = obs["cell_type"].astype(str).map(TRUTH)
    right = obs["tme_lineage"].astype(str) == truth
    assert right.groupby(truth).mean().drop("NK cells").min() > 0.9
    assert (obs["tme_lineage"] == "unassigned").mean() < 0.02


def test_confidence_is_higher_where_it_is_right(annotated):
    obs = annotated.obs
    right = obs["tme_lineage"].astype(str) == obs["cell_type"].astype(str).map(TRUTH)
    confidence = obs["tme_lineage_confidence"]
    assert confidence.dtype == np.float32
    assert confidence.between(0, 1).all()
    assert confidence[right].median() > confidence[~right].median() + 0.2


def test_parts_of_lineages(annotated):
    obs = annotated.obs
    fine, kind = obs["tme_lineage_fine"].astype(str), obs["cell_type"].astype(str)
    assert (fine[kind == "B"] == "B cells").mean() > 0.9
    assert (fine[kind == "Plasma"] == "Plasma cells").mean() > 0.9
    told = fine.isin(["CD4 T cells", "CD8 T cells", "Regulatory T cells"])
    cd8 = kind.isin(["T CD8 effector", "T CD8 exhausted"])
    assert (fine[cd8 & told] == "CD8 T cells").mean() > 0.85


def test_confidence_of_parts(annotated):
    obs = annotated.obs
    confidence, lineage = obs["tme_lineage_fine_confidence"], obs["tme_lineage"].astype(str)
    have_parts = lineage.isin(
        ["T cells", "B lineage", "Monocytes and macrophages", "Dendritic cells"]
    )
    assert confidence.dtype == np.float32
    assert confidence[have_parts].between(0, 1).all()
    assert confidence[~have_parts].isna().all()
    untold = obs["tme_lineage_fine"].astype(str) == lineage
    assert confidence[have_parts & untold].max() < confidence[~untold].min()


@pytest.mark.parametrize(
    ("absent", "kinds", "part"),
    [
        (["Plasma"], ["B"], "B cells"),
        (["B"], ["Plasma"], "Plasma cells"),
        (["T CD4", "Treg"], ["T CD8 effector", "T CD8 exhausted"], "CD8 T cells"),
        (["T CD8 effector", "T CD8 exhausted", "Treg"], ["T CD4"], "CD4 T cells"),
    ],
)
def test_cells_of_one_part_are_not_divided(tumour, absent, kinds, part):
    adata = tumour[~tumour.obs["cell_type"].isin(absent)].copy()
    tme.tl.annotate(adata)
    own = adata.obs["cell_type"].isin(kinds)
    assert (adata.obs["tme_lineage_fine"][own] == part).mean() > 0.9


def test_parts_of_sorted_cells(tumour):
    """Without other lineages, clusters tell what is usual."""
    adata = tumour[tumour.obs["cell_type"].isin(["B", "Plasma"])].copy()
    adata.obs["type"] = "B lineage"
    tme.tl.annotate(adata, "type")
    fine, kind = adata.obs["tme_lineage_fine"].astype(str), adata.obs["cell_type"]
    assert (fine[kind == "B"] == "B cells").mean() > 0.9
    assert (fine[kind == "Plasma"] == "Plasma cells").mean() > 0.9


def test_the_table_has_every_cell_once(annotated):
    table = Lineages.read(annotated).groups
    assert list(table) == [column.name for column in Lineages.group_columns]
    assert table["cells"].sum() == annotated.n_obs
    assert (table["how"] == "markers").all()


@pytest.mark.parametrize("store", [np.asarray, sp.csc_matrix])
def test_same_result_whatever_the_storage(tumour, annotated, store):
    other = tumour.copy()
    other.X = store(tumour.X.toarray())
    tme.tl.annotate(other)
    pd.testing.assert_frame_equal(other.obs[COLUMNS], annotated.obs[COLUMNS])


def test_same_result_whatever_the_order_of_genes(tumour, annotated):
    order = np.random.default_rng(1).permutation(tumour.n_vars)
    other = tumour[:, order].copy()
    tme.tl.annotate(other)
    pd.testing.assert_frame_equal(other.obs[COLUMNS], annotated.obs[COLUMNS], check_exact=True)


def test_same_result_for_the_same_seed_without_a_pca(tumour):
    found = []
    for store in (sp.csr_matrix, np.asarray):
        adata = tumour[:400].copy()
        del adata.obsm["X_pca"]
        adata.X = store(adata.X.toarray())
        tme.tl.annotate(adata, rng=3)
        found.append(adata.obs[COLUMNS])
    pd.testing.assert_frame_equal(*found)


def test_cells_without_markers_of_their_lineage_are_unassigned(tumour, monkeypatch):
    from tmeatlas.tl import _annotate_read

    whole = _annotate_read.match_markers
    monkeypatch.setattr(
        _annotate_read, "match_markers", lambda genes: whole(genes, without=("fibroblast",))
    )
    called = tme.tl.annotate(tumour, copy=True).obs["tme_lineage"]
    caf = tumour.obs["cell_type"].isin(["CAF myCAF", "CAF iCAF"])
    assert (called[caf] == "unassigned").mean() >= 0.8
    assert (called[~caf] == "unassigned").mean() <= 0.05


def test_labels_are_read_by_their_names(tumour):
    adata = tme.tl.annotate(tumour, "cell_type", copy=True)
    table = adata.uns["tme_lineage_groups"].set_index("group").astype(str)
    assert table.loc["TAM C1Q", ["lineage", "fine", "how"]].tolist() == [
        "Monocytes and macrophages", "Macrophages", "name",
    ]  # fmt: skip
    assert table.loc["Malignant", ["lineage", "by_markers"]].tolist() == [
        "Malignant cells", "Epithelial cells",
    ]  # fmt: skip
    assert (adata.obs["tme_lineage_confidence"] == 1).all()


def test_clusters_are_told_by_markers_unless_given(tumour):
    adata = tumour.copy()
    codes = adata.obs["cell_type"].cat.codes.astype(str)
    adata.obs["leiden"] = codes.where(codes != "3").astype("category")
    tme.tl.annotate(adata, "leiden", labels={"0": "unassigned", "1": "pericyte"})
    table = adata.uns["tme_lineage_groups"].set_index("group").astype(str)
    assert table.loc["0", ["lineage", "how"]].tolist() == ["unassigned", "given"]
    assert table.loc["1", ["lineage", "by_markers"]].tolist() == ["Mural cells", "Fibroblasts"]
    for label in set(codes) - {"0", "1", "3"}:
        kind = adata.obs["cell_type"][codes == label].iloc[0]
        assert table.loc[label, ["lineage", "how"]].tolist() == [TRUTH[kind], "markers"]
    unlabelled = adata.obs[codes == "3"]
    assert (unlabelled["tme_lineage"] == "Mural cells").mean() > 0.9


def test_wide_labels_leave_the_lineage_to_the_markers(tumour):
    adata = tumour.copy()
    stroma = adata.obs["cell_type"].isin(["CAF myCAF", "CAF iCAF", "Pericyte", "Endothelial"])
    adata.obs["wide"] = np.where(stroma, "Stromal cells", "other")
    tme.tl.annotate(adata, "wide", labels={"other": "unassigned"})
    truth = adata.obs["cell_type"].astype(str).map(TRUTH)[stroma]
    assert (adata.obs["tme_lineage"][stroma].astype(str) == truth).mean() > 0.95


def test_doublets_are_named(tumour):
    rng = np.random.default_rng(0)
    counts = tumour.layers["counts"]
    kinds = tumour.obs["cell_type"]
    pairs = [rng.choice(np.flatnonzero(kinds == kind), 60) for kind in ("CAF myCAF", "TAM SPP1")]
    both = sp.vstack([counts, counts[pairs[0]] + counts[pairs[1]]]).tocsr()
    names = [*kinds.astype(str), *["mixture"] * 60]
    obs = pd.DataFrame({"group": names}, index=[f"c{i}" for i in range(len(names))])
    adata = ad.AnnData(both, obs=obs, var=tumour.var[[]].copy())
    tme.pp.prepare(adata, embed="pca")
    with pytest.warns(TMEWarning, match="Groups that mix lineages, or hold doublets: .*mixture"):
        tme.tl.annotate(adata, "group", labels={"mixture": "unassigned"})
    table = adata.uns["tme_lineage_groups"].set_index("group")
    assert table.loc["mixture", "mixed"]
    assert not table.loc[["Malignant", "Endothelial", "B"], "mixed"].any()


@pytest.mark.parametrize("n", [1, 4, 12, 30])
def test_few_cells(tumour, n):
    adata = tumour[tumour.obs["cell_type"] == "CAF myCAF"][:n].copy()
    adata.obsm.clear()
    tme.tl.annotate(adata)
    assert (adata.obs["tme_lineage"] == "Fibroblasts").mean() >= 0.5
    assert len(adata.obs) == n


def test_one_cluster(tumour):
    adata = tumour[tumour.obs["cell_type"] == "Endothelial"].copy()
    adata.obs["leiden"] = "0"
    tme.tl.annotate(adata, "leiden")
    table = adata.uns["tme_lineage_groups"]
    assert table["lineage"].astype(str).tolist() == ["Endothelial cells"]
    assert table["cells"].tolist() == [adata.n_obs]


def test_too_few_markers(tumour, untouched):
    known = {"COL1A1", "DCN", "LUM"}
    others = [gene for gene in tumour.var_names if gene.startswith("ZNF")]
    adata = tumour[:, [*sorted(known), *others]].copy()
    with untouched(adata), pytest.raises(CoverageError, match="markers of at least 2 lineages"):
        tme.tl.annotate(adata)
    tme.tl.annotate(adata, "cell_type", labels={"T CD4": "T cells"})
    assert adata.obs["tme_lineage"].astype(str).ne("unassigned").all()


def test_counts_are_refused(untouched):
    adata = tme.datasets.simulated(200)
    with untouched(adata), pytest.raises(InputError, match=r"tme\.pp\.prepare"):
        tme.tl.annotate(adata)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"labels": {"0": "T cells"}}, InputError, "pass that column"),
        ({"groupby": "celltype"}, MissingKeyError, "cell_type"),
        ({"groupby": "cell_type", "labels": {"NKK": "NK cells"}}, MissingKeyError, "NK"),
        ({"groupby": "cell_type", "labels": {"NK": "NK cell"}}, MissingKeyError, "NK cells"),
        ({"rng": "a"}, InputError, "rng"),
        ({"layer": "nothing"}, MissingKeyError, "layer"),
        ({"key_added": "cell_type"}, InputError, "key_added"),
    ],
)
def test_refused_options(tumour, untouched, options, error, words):
    with untouched(tumour), pytest.raises(error, match=words):
        tme.tl.annotate(tumour, **options)


def test_a_second_run_replaces_the_first(annotated):
    adata = annotated.copy()
    tme.tl.annotate(adata, "cell_type")
    assert list(adata.obs.columns).count("tme_lineage") == 1
    assert (adata.obs["tme_lineage"] == "Malignant cells").any()


def test_variable_genes_stand_out_among_genes_of_like_mean(tumour):
    from tmeatlas.matrix import open_matrix

    genes = variable_genes(open_matrix(tumour))
    names = set(tumour.var_names[genes])
    assert len(genes) == 2000
    assert {"COL1A1", "CD79A", "VWF"} <= names
    assert "RPL10" not in names or "RPL13" not in names


def test_a_real_tumour(shared_data):
    from tmeatlas.lineages import lineage_of, map_labels, tree

    adata = ad.read_h5ad(shared_data / "data" / "wu2021_tnbc_CID4465.h5ad")
    tme.pp.prepare(adata, embed="pca")
    tme.tl.annotate(adata)
    labels = adata.obs["cell_type"].astype(str)
    meanings = map_labels(labels.unique()) | {"Malignant": "epithelial"}
    truth = labels.map(lambda each: tree()[lineage_of(meanings[each])].name)
    called = adata.obs["tme_lineage"].astype(str)
    right = (called == truth).groupby(truth).mean()
    large = truth.value_counts().loc[lambda n: n >= 20].index.drop("Myeloid cells")
    assert right[large].mean() > 0.96


def test_values_to_another_base_and_depth_give_the_same(tumour, annotated):
    other = tumour.copy()
    other.X = tumour.X.copy()
    other.X.data = np.log2(np.expm1(tumour.X.data) * 10 + 1).astype(np.float32)
    tme.tl.annotate(other)
    same = other.obs["tme_lineage"].astype(str) == annotated.obs["tme_lineage"].astype(str)
    assert same.mean() > 0.99


def test_sorted_cells_of_which_some_labels_name_a_part(annotated):
    cells = annotated.obs["cell_type"].isin(["T CD8 effector", "T CD4", "Treg"])
    sorted_cells = annotated[cells].copy()
    sorted_cells.obs["sort"] = np.where(sorted_cells.obs["cell_type"] == "Treg", "Treg", "T cell")
    tme.tl.annotate(sorted_cells, "sort")
    assert (sorted_cells.obs["tme_lineage"] == "T cells").all()
    of_treg = sorted_cells.obs.loc[sorted_cells.obs["sort"] == "Treg", "tme_lineage_fine"]
    assert (of_treg == "Regulatory T cells").all()
