"""Measures of sections on 17 tumours of which the authors say how they are arranged."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pytest

from tmeatlas.spatial import Tissue, build_graph, infiltration

pytest.importorskip("squidpy")

IMMUNE = (
    *("B", "CD3T", "CD4T", "CD8T", "DC", "DCMono", "Macrophage", "MonoNeu", "Neutrophil"),
    *("NK", "Otherimmune", "Treg"),
)


def test_infiltration_tells_mixed_from_compartmentalised_tumours(shared_data):
    """A check of the code: the classes are nearly the same count."""
    adata = ad.read_h5ad(shared_data / "data" / "keren2018_tnbc_mibi_dev.h5ad")
    section = adata.obs["sample"].astype("category").cat
    places = np.asarray(adata.obsm["spatial"], dtype=float)
    tissue = Tissue(places, section.codes.to_numpy(), tuple(section.categories), spots=False)
    kind = adata.obs["cell_type"].astype(str)
    table = infiltration(
        tissue, build_graph(tissue), (kind == "Tumor").to_numpy(), kind.isin(IMMUNE).to_numpy()
    )
    classes = adata.obs.groupby("sample", observed=True)["spatial_class"].first().astype(str)
    mixed = table["sample"].map(classes) == "mixed"
    assert (mixed.sum(), len(table)) == (9, 17)
    assert table["value"][mixed].min() > table["value"][~mixed].max()
    assert (table["low"] < table["value"]).all()
    assert (table["high"] < 0).all()  # tumour cells lie beside tumour cells
    # Most of them are told apart by their own intervals.
    assert (table["high"][~mixed].median()) < table["low"][mixed].median()
