"""The pages of real tumours, of a simulated cohort and of a million cells, in the browser."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from page_tabs import show

import tmeatlas as tme

PICTURE = "document.getElementById('cells-canvas').toDataURL()"


def cards_of(page):
    cards = page.locator("main section.card").evaluate_all("nodes => nodes.map(n => n.id)")
    return [card.removeprefix("card-") for card in cards]


@pytest.fixture(scope="module")
def tumour_file(shared_data, tmp_path_factory):
    """A breast tumour of 1,564 cells (Wu et al., 2021): prepared, scored, with crosstalk."""
    import anndata

    adata = anndata.read_h5ad(shared_data / "data" / "wu2021_tnbc_CID4465.h5ad")
    tme.pp.prepare(adata)
    tme.tl.score(adata)
    tme.tl.consensus(adata)
    with pytest.warns(tme._errors.TMEWarning, match="too small"):
        tme.tl.crosstalk(adata, "cell_type")
    atlas = tme.pl.atlas(adata, groupby="cell_type", sample_key="sample")
    return atlas.write_html(tmp_path_factory.mktemp("tumour") / "atlas.html")


ALL_PANELS = [
    *("map", "dots", "gene_dots", "selection_genes", "distribution", "composition"),
    *("crosstalk", "partners", "pairs"),
]


def test_real_tumour(open_page, tumour_file, change):
    page = open_page(tumour_file)
    assert cards_of(page)[: len(ALL_PANELS)] == ALL_PANELS
    by_type = page.evaluate(PICTURE)
    signatures = page.evaluate(
        "tmeatlas.atlas.meta.features.filter(f => f.kind === 'signature').map(f => f.id)"
    )
    assert len(signatures) > 20
    change(page, {"colour": signatures[5]})
    assert page.evaluate(PICTURE) != by_type
    groups = page.evaluate("tmeatlas.atlas.categories.get('group').labels")
    sizes = page.evaluate("tmeatlas.atlas.categories.get('group').sizes")
    change(page, {"region": {"type": "group", "group": groups.index("CAF")}})
    show(page, "composition")
    counts = page.evaluate("tmeatlas.panels.composition.data().map(row => Array.from(row))")
    assert counts == [[n if g == "CAF" else 0 for g, n in zip(groups, sizes, strict=True)]]
    axes = page.evaluate("tmeatlas.atlas.meta.panels.crosstalk.axes.map(axis => axis.name)")
    assert {"TGF-β", "CXCL12", "PD-1 / PD-L1"} <= set(axes)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1500


def test_spots_of_a_tissue(open_page, shared_data, tmp_path, settle):
    """A pancreatic tumour, 428 spots (Moncada et al., 2020): the tissue upright, spots apart."""
    import anndata

    adata = anndata.read_h5ad(shared_data / "data" / "moncada2020_pdacA_ST.h5ad")
    tme.pp.prepare(adata)
    tme.tl.score(adata, ["caf_pan", "tam_c1q"])
    atlas = tme.pl.atlas(adata, groupby="region", basis="spatial")
    page = open_page(atlas.write_html(tmp_path / "spots.html"))
    assert page.locator("#map-name").inner_text() == "Position in the tissue"
    first = adata.obsm["spatial"][:, 1].argmin()  # of an image, the lowest row is on top
    y = page.evaluate(
        "tmeatlas.atlas.cells.places(0).then(p => [Math.max(...p.y), Array.from(p.y)])"
    )
    drawn = page.evaluate("Array.from(tmeatlas.atlas.cells.order)")
    at = drawn.index(int(np.flatnonzero(atlas.payload.rows == first)[0]))
    assert y[1][at] == y[0] == 65535
    tissue = page.evaluate(PICTURE)
    page.locator("#map-choice").select_option(label="UMAP")
    settle(page)
    assert page.evaluate(PICTURE) != tissue


def test_cohort_with_two_conditions(open_page, tmp_path, change):
    adata = tme.datasets.simulated(1200)
    tme.pp.prepare(adata)
    tme.tl.score(adata, ["caf_pan", "treg_tumour"])
    tme.tl.crosstalk(adata, "cell_type", min_cells=5)
    atlas = tme.pl.atlas(adata, groupby="cell_type", sample_key="sample", condition_key="condition")
    page = open_page(atlas.write_html(tmp_path / "cohort.html"))
    labels = page.evaluate("tmeatlas.atlas.categories.get('condition').labels")
    assert labels == list(adata.obs["condition"].cat.categories)
    change(page, {"condition": 1, "distributionBy": "condition"})
    expected = int((adata.obs["condition"] == labels[1]).sum())
    assert page.evaluate("tmeatlas.atlas.selection.count()") == expected
    samples = adata.obs.loc[adata.obs["condition"] == labels[1], "sample"].nunique()
    show(page, "composition")
    counts = page.evaluate("tmeatlas.panels.composition.data().map(row => Array.from(row))")
    assert sum(any(row) for row in counts) == samples
    assert sum(map(sum, counts)) == expected


def test_a_million_cells(open_page, tmp_path, change, settle):
    import anndata

    n, n_groups = 1_000_000, 16
    rng = np.random.default_rng(0)
    codes = rng.integers(0, n_groups, n)
    obs = pd.DataFrame({"cell_type": pd.Categorical.from_codes(codes, [*"ABCDEFGHIJKLMNOP"])})
    obs["sample"] = pd.Categorical.from_codes(rng.integers(0, 8, n), [f"s{i}" for i in range(8)])
    obs.index = obs.index.astype(str)
    no_expression = sp.csr_matrix((n, 1), dtype=np.float32)
    adata = anndata.AnnData(no_expression, obs=obs)
    angle = 2 * np.pi * codes / n_groups
    centres = 8 * np.column_stack([np.cos(angle), np.sin(angle)])
    adata.obsm["X_umap"] = (centres + rng.normal(size=(n, 2))).astype(np.float32)
    scores = rng.normal(codes[:, None] == np.arange(12), 1).astype(np.float32)
    adata.obsm["tme_scores"] = pd.DataFrame(
        scores, index=adata.obs_names, columns=[f"score_{i}" for i in range(12)]
    )
    atlas = tme.pl.atlas(adata, groupby="cell_type", sample_key="sample")
    file = atlas.write_html(tmp_path / "million.html")
    assert file.stat().st_size < 18e6
    page = open_page(file)
    assert cards_of(page)[:4] == ["map", "dots", "selection_genes", "distribution"]
    usual = page.evaluate(PICTURE)
    change(page, {"colour": "s:score_3"})
    assert page.evaluate(PICTURE) != usual
    means = page.evaluate("[...tmeatlas.panels.dots.data().get('s:score_3').mean]")
    exact = [float(scores[codes == k, 3].mean(dtype=np.float64)) for k in range(n_groups)]
    np.testing.assert_allclose(means, exact, rtol=1e-4, atol=1e-5)
    change(page, {"region": {"type": "group", "group": 3}})
    assert page.evaluate("tmeatlas.atlas.selection.count()") == int((codes == 3).sum())
    with page.expect_download() as waiting:
        page.locator("#download-selection").click()
    cells = tme.get.selection(adata, waiting.value.path())
    assert cells.index.equals(adata.obs_names[codes == 3])
