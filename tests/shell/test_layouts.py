"""Files as other programs lay them out, from the command to the table and the page."""

from __future__ import annotations

import anndata
import numpy as np
import pandas as pd
import pytest
from made_files import (
    logged,
    write_10x_h5,
    write_10x_mtx,
    write_cellxgene,
    write_seurat,
    write_table,
    write_zellkonverter,
)
from thorough import some_of

import tmeatlas as tme


@pytest.fixture(scope="module")
def cells():
    return tme.datasets.simulated(400)


@pytest.fixture(scope="module")
def files(cells, tmp_path_factory):
    """The same cells in every layout."""
    folder = tmp_path_factory.mktemp("layouts")
    made = {
        "cellxgene": write_cellxgene(folder / "cellxgene.h5ad", cells),
        "seurat": write_seurat(folder / "seurat.h5ad", cells),
        "seurat_features": write_seurat(folder / "s.h5ad", cells, features=["vst.mean"]),
        "zellkonverter": write_zellkonverter(folder / "sce.h5ad", cells),
        "zellkonverter_counts": write_zellkonverter(folder / "sce_x.h5ad", cells, main=True),
        "cellranger_h5": write_10x_h5(folder / "raw.h5", cells, antibodies=2),
        "cellranger_2_h5": write_10x_h5(folder / "v2.h5", cells, genomes=["GRCh38"]),
        "cellranger_3": write_10x_mtx(folder / "v3", cells),
        "cellranger_2": write_10x_mtx(folder / "v2", cells, version=2),
        "geo": write_10x_mtx(folder / "geo", cells, version=2, zipped=True, prefix="GSM1_P1_"),
    }
    names = list(cells.obs["sample"].cat.categories)
    for name in names:
        of_sample = cells[cells.obs["sample"] == name]
        write_10x_mtx(folder / "runs" / name, of_sample)
    condition = dict(zip(cells.obs["sample"], cells.obs["condition"], strict=True))
    made["samples"] = write_table(
        folder / "samples.csv",
        {
            "sample": names,
            "path": [f"runs/{name}" for name in names],
            "condition": [condition[name] for name in names],
        },
    )
    return made


@pytest.fixture
def shell(shell):
    """The same; the command has to go well. Gives what it says on stderr."""

    def run(*words):
        status, _, said = shell(*words)
        assert not status, said
        return said

    return run


LABELLED = ("cellxgene", "seurat", "seurat_features", "zellkonverter", "zellkonverter_counts")
ALL = (
    *LABELLED,
    *("cellranger_h5", "cellranger_2_h5", "cellranger_3", "cellranger_2", "geo", "samples"),
)


@pytest.fixture(scope="module")
def expected(cells):
    """Scores of the cells as they are in memory."""
    adata = cells.copy()
    tme.tl.score(adata)
    return adata.obsm["tme_scores"]


@pytest.mark.parametrize("layout", ALL)
def test_the_scores_are_those_of_the_cells_whatever_the_layout(shell, files, expected, layout):
    shell("score", files[layout], "-o", "scores.csv")
    scores = pd.read_csv("scores.csv", index_col="cell")
    if layout == "samples":
        scores.index = scores.index.str.rsplit("-", n=1).str[0]
        scores = scores.loc[expected.index]
    assert scores.index.tolist() == expected.index.tolist()
    np.testing.assert_allclose(scores, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("layout", some_of(LABELLED, 2))
def test_the_crosstalk_is_that_of_the_cells(shell, files, cells, layout):
    said = shell("crosstalk", files[layout], "-o", "talk.tsv", "--min-cells", 3)
    assert "obs['cell_type']" in said
    talk = pd.read_csv("talk.tsv", sep="\t", low_memory=False)
    adata = cells.copy()
    adata.X = logged(cells.X)
    tme.tl.crosstalk(adata, "cell_type", min_cells=3)
    reference = tme.get.crosstalk(adata)
    assert talk["verdict"].fillna("").tolist() == reference["verdict"].tolist()
    np.testing.assert_allclose(talk["score"], reference["score"], rtol=1e-3)
    assert pd.read_csv("talk_axes.tsv", sep="\t", low_memory=False)["axis"].nunique() > 30


@pytest.mark.parametrize(
    "layout", some_of(["seurat", "cellranger_h5", "cellxgene", "zellkonverter"], 2)
)
def test_the_page_is_drawn(shell, files, tmp_path, layout):
    said = shell("atlas", files[layout], "-o", "page.html", "--gene", "DCN", "--min-cells", 3)
    grouped = "tme lineage" if layout == "cellranger_h5" else "cell type"
    assert f"groups by {grouped}" in said
    assert "DCN" in (tmp_path / "page.html").read_text()


def test_a_table_of_samples_goes_the_whole_way(shell, files, tmp_path):
    said = shell("atlas", files["samples"], "--condition-key", "condition", "--min-cells", 3)
    assert "8 samples, 2 conditions" in said
    shell("phenotype", files["samples"], "-o", "phenotypes.csv")
    assert len(pd.read_csv("phenotypes.csv")) == 8
    shell("annotate", files["samples"], "-o", "cells.h5ad")
    annotated = anndata.read_h5ad("cells.h5ad")
    assert "X_umap" not in annotated.obsm
    shell(
        *("compare", "cells.h5ad", "-o", "differs.csv", "--sample-key", "sample"),
        *("--condition-key", "condition", "--groupby", "tme_lineage"),
    )
    assert set(pd.read_csv("differs.csv")["what"]) == {"composition"}


def test_raw_and_layers_by_name(shell, cells, tmp_path, expected):
    """A matrix that was cut to few genes, with all of them in raw or in a layer."""
    whole = cells.copy()
    whole.X = logged(cells.X)
    whole.layers["umi"] = cells.X.copy()
    whole.raw = whole
    cut = whole[:, ::10].copy()
    cut.write_h5ad("cut.h5ad")
    whole.X = whole.X * 3
    whole.write_h5ad("whole.h5ad")
    for words in (("cut.h5ad", "--use-raw"), ("whole.h5ad", "--layer", "umi")):
        shell("score", *words, "-o", "scores.csv", "--signatures", "caf_pan,treg_pan")
        scores = pd.read_csv("scores.csv", index_col=0)
        np.testing.assert_allclose(scores, expected[["caf_pan", "treg_pan"]], rtol=1e-3, atol=1e-4)
    counts = cells.copy()
    counts.raw = counts
    counts = counts[:, ::10].copy()
    counts.X = logged(counts.X)
    counts.write_h5ad("counts.h5ad")
    # raw with counts of genes that X has not: crosstalk needs it log-normalised.
    shell("crosstalk", "counts.h5ad", "-o", "talk.csv", "--use-raw", "--min-cells", 3)
    adata = cells.copy()
    adata.X = logged(cells.X)
    tme.tl.crosstalk(adata, "cell_type", min_cells=3)
    assert len(pd.read_csv("talk.csv", low_memory=False)) == len(tme.get.crosstalk(adata))
