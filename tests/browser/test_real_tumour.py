"""The page of a real tumour, from counts to the browser."""

from __future__ import annotations

import pytest

import tmeatlas as tme


@pytest.fixture(scope="module")
def tumour_file(shared_data, tmp_path_factory):
    """A breast tumour of 1,564 cells (Wu et al., 2021): prepared, scored, with crosstalk."""
    import anndata

    adata = anndata.read_h5ad(shared_data / "data" / "wu2021_tnbc_CID4465.h5ad")
    tme.pp.prepare(adata)
    tme.tl.score(adata)
    with pytest.warns(tme._errors.TMEWarning, match="too small"):
        tme.tl.crosstalk(adata, "cell_type", n_perms=100)
    atlas = tme.pl.atlas(adata, groupby="cell_type", sample_key="sample")
    return atlas.write_html(tmp_path_factory.mktemp("tumour") / "atlas.html")


def test_real_tumour(open_page, tumour_file, change):
    page = open_page(tumour_file)
    cards = page.locator("main > section").evaluate_all("nodes => nodes.map(n => n.id)")
    assert cards[:6] == [
        "card-map",
        "card-dots",
        "card-distribution",
        "card-composition",
        "card-crosstalk",
        "card-pairs",
    ]
    picture = "document.getElementById('cells-canvas').toDataURL()"
    by_type = page.evaluate(picture)
    signatures = page.evaluate(
        "tmeatlas.atlas.meta.features.filter(f => f.kind === 'signature').map(f => f.id)"
    )
    assert len(signatures) > 20
    change(page, {"colour": signatures[5]})
    assert page.evaluate(picture) != by_type
    groups = page.evaluate("tmeatlas.atlas.categories.get('group').labels")
    sizes = page.evaluate("tmeatlas.atlas.categories.get('group').sizes")
    change(page, {"region": {"type": "group", "group": groups.index("CAF")}})
    counts = page.evaluate("tmeatlas.panels.composition.data().map(row => Array.from(row))")
    assert counts == [[n if g == "CAF" else 0 for g, n in zip(groups, sizes, strict=True)]]
    axes = page.evaluate("tmeatlas.atlas.meta.crosstalk.axes.map(axis => axis.name)")
    assert {"TGF-β", "CXCL12", "PD-1 / PD-L1"} <= set(axes)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1500
