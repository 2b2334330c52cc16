"""What a page holds of every gene, and the words by which groups are found."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pytest

from tmeatlas.atlas import build_payload
from tmeatlas.atlas.group_markers import group_markers
from tmeatlas.atlas.lineage_words import lineage_words
from tmeatlas.atlas.page import render_page
from tmeatlas.matrix import GroupSums
from tmeatlas.pl import atlas
from tmeatlas.sig import markers


def exact(adata, payload, gene):
    values = np.asarray(adata[:, gene].X.todense()).ravel()[payload.rows].astype(float)
    groups = [values[payload.groups.codes == k] for k in range(len(payload.groups.labels))]
    return np.array([g.mean() for g in groups]), np.array([(g > 0).mean() for g in groups])


def read_back(page, n_groups):
    """Means and shares by gene, read as the scripts of the page read them."""
    packed = page.meta["geneMeans"]
    names = page.block(packed["names"]).decode()[1:-1].split("\\n")
    shape = (n_groups, packed["nSeen"])
    mean, share = (
        np.frombuffer(page.block(packed[part]), dtype=np.uint8).reshape(shape) / packed["steps"]
        for part in ("mean", "share")
    )
    low, high = packed["highRange"]
    highest = np.exp(low + (high - low) * page.planes(packed["high"], 2) / 65535)
    seen = names[: packed["nSeen"]]
    return (
        names,
        dict(zip(seen, (mean * highest).T, strict=True)),
        dict(zip(seen, (share**2).T, strict=True)),
    )


def test_every_gene_has_its_mean_and_share_in_the_page(adata, read_page):
    adata.X.data[adata.X.indices == 3] = 0
    adata.X.eliminate_zeros()
    payload = build_payload(adata, groupby="cell_type")
    page = read_page(render_page(payload))
    names, means, shares = read_back(page, len(payload.groups.labels))
    assert sorted(names) == sorted(adata.var_names)
    assert names[-1] == adata.var_names[3]
    assert names[:-1] == sorted(names[:-1])
    for gene in means:
        mean, share = exact(adata, payload, gene)
        assert np.abs(means[gene] - mean).max() <= mean.max() / 254
        assert np.abs(shares[gene] - share).max() <= 1 / 250
        assert ((means[gene] > 0) == (mean > 0)).all()


def test_names_of_the_page_and_aliases(adata, read_page):
    adata.var_names = ["PDL1" if name == "CD274" else name for name in adata.var_names]
    page = read_page(atlas(adata, groupby="cell_type").to_html())
    names = page.block(page.meta["geneMeans"]["names"]).decode()[1:-1].split("\\n")
    others = page.block(page.meta["geneMeans"]["aliases"]).decode()[1:-1].split("\\n")
    assert "CD274" in names
    assert "CD274" in page.meta["genes"]["names"]
    assert {"PDL1", "PD-L1"} <= set(others[names.index("CD274")].split(","))
    assert "PD-1" in others[names.index("PDCD1")].split(",")
    assert len(others) == len(names)


def test_no_means_from_counts(adata):
    adata.X = adata.X.ceil()
    payload = build_payload(adata, groupby="cell_type")
    assert payload.gene_means is None
    assert payload.gene_dots is None


def test_very_many_groups_are_held_in_fewer_steps(payload, monkeypatch):
    assert payload.gene_means.steps == 255
    monkeypatch.setattr("tmeatlas.atlas.gene_means.MOST_FINE", 10)
    assert payload.gene_means.steps == 63
    monkeypatch.setattr("tmeatlas.atlas.gene_means.MOST_MIDDLE", 10)
    assert payload.gene_means.steps == 15


def test_markers_are_in_the_page_before_all_others(adata, monkeypatch):
    monkeypatch.setattr("tmeatlas.atlas.genes.BYTES_PER_CELL", 0)
    monkeypatch.setattr("tmeatlas.atlas.genes.SMALL_PAGE_BYTES", 1500)
    payload = build_payload(adata, groupby="cell_type")
    kept = {feature.name for feature in payload.features if feature.kind == "gene"}
    assert kept
    assert kept < set(markers()["gene"])


def sums_of(means, sizes):
    means, sizes = np.array(means, dtype=float), np.array(sizes)
    seen = ((means > 0) * sizes[:, None]).astype(np.int32)
    return GroupSums(means * sizes[:, None], seen, sizes)


def test_markers_of_groups_are_high_there_and_low_elsewhere():
    # Genes: of the first, of the second, more in the first but in all, of nobody.
    sums = sums_of([[3, 0, 5, 0], [0, 2, 4, 0], [0, 0, 4, 0]], [100, 100, 100])
    assert group_markers(sums, 5) == [[0, 2], [1], []]
    assert group_markers(sums, 1) == [[0], [1], []]
    # A single cell, or a group of two, sets nothing apart.
    assert group_markers(sums_of([[3, 0], [0, 2]], [100, 2]), 5) == [[], []]
    few = sums_of([[2, 4], [2, 0], [0, 0]], [100, 100, 5])
    few.sums[2, 1] = 21.0
    assert group_markers(few, 1)[0] == [1]


def test_first_genes_of_the_dot_plot_are_markers_in_the_order_of_the_groups(payload):
    dots = payload.gene_dots
    assert dots.groups == sorted(dots.groups)
    names, means = payload.gene_means.names, payload.gene_means.mean
    for gene, group in zip(dots.genes, dots.groups, strict=True):
        assert means[:, names.index(gene)].argmax() == group


def test_backed_data_give_the_same_means(adata, read_page, tmp_path):
    adata.write_h5ad(tmp_path / "a.h5ad")
    backed = ad.read_h5ad(tmp_path / "a.h5ad", backed="r")
    parts = []
    for data in (adata, backed):
        page = read_page(atlas(data, groupby="cell_type").to_html())
        packed = page.meta["geneMeans"]
        parts.append([page.block(packed[part]) for part in ("names", "mean", "share", "high")])
    assert parts[0] == parts[1]


@pytest.fixture
def words(payload):
    return lineage_words(payload.groups, payload.features)


def test_words_of_lineages_point_at_groups_and_signatures(payload, words):
    def groups(word):
        found = {code for row in words if word in row["words"] for code in row["groups"]}
        return {payload.groups.labels[code] for code in found}

    assert groups("macrophage") == {"Macrophage"}
    assert groups("tumor") == groups("tumour") == groups("malignant") == {"Malignant"}
    assert groups("fibroblast") == {"CAF"}
    assert groups("lymphocyte") == {"T cell", "B cell"}
    assert [row["features"] for row in words if "fibroblast" in row["words"]] == [["s:caf_pan"]]
