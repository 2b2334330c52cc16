"""Any gene of the data by group, whether or not the page has its cells."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pytest
import scipy.sparse as sp
from waiting import until

N_OTHERS = 60


def with_more_genes(adata):
    """More genes, so many that the page has the cells of some only."""
    rng = np.random.default_rng(5)
    more = sp.random(adata.n_obs, N_OTHERS, density=0.2, format="csr", rng=rng, dtype=np.float32)
    values = sp.hstack([adata.X, more], format="csr", dtype=np.float32)
    names = [*adata.var_names, *(f"MORE{i}" for i in range(N_OTHERS))]
    made = ad.AnnData(values, obs=adata.obs.copy(), obsm={"X_umap": adata.obsm["X_umap"]})
    made.var_names = names
    return made


def state(page, key):
    return page.evaluate("(key) => tmeatlas.store.get(key)", key)


def names(page):
    return page.evaluate("() => tmeatlas.panels.gene_dots.data().map(({ name }) => name)")


@pytest.fixture
def cells(make_adata):
    return with_more_genes(make_adata())


@pytest.fixture
def opened(open_page, cells, tmp_path, monkeypatch):
    from tmeatlas.pl import atlas

    monkeypatch.setattr("tmeatlas.atlas.genes.SMALL_PAGE_BYTES", 6000)
    monkeypatch.setattr("tmeatlas.atlas.genes.BYTES_PER_CELL", 0)
    path = atlas(cells, groupby="cell_type").write_html(tmp_path / "atlas.html")
    return open_page(path, fragment="#tab=cells&genes=MORE7,nothing")


def test_genes_by_group(opened, cells, settle, show):
    page = show(opened, "gene_dots")
    page.wait_for_function("() => tmeatlas.panels.gene_dots.data().length")
    usual = names(page)
    assert usual[0] == "MORE7"
    assert "nothing" not in usual
    assert "Not in these data: nothing." in page.locator("#key-gene_dots").inner_text()

    # By the search box: a gene without cells is shown here.
    coloured = set(page.evaluate("() => tmeatlas.atlas.meta.genes.names"))
    by_group = next(f"MORE{i}" for i in range(N_OTHERS) if f"MORE{i}" not in {*coloured, *usual})
    page.evaluate("() => tmeatlas.store.set({ tab: 'methods' })")
    page.locator("#search").fill(by_group.lower())
    option = page.locator("#search-list [role=option]").first
    option.wait_for()
    assert until(page, lambda: option.inner_text().endswith("by group"))
    page.keyboard.press("Enter")
    settle(page)
    assert state(page, "tab") == "cells"
    assert names(page)[:2] == [by_group, "MORE7"]

    # By the box of the card: another name; then what is not there.
    box = page.locator("#gene_dots-add")
    box.fill("pd-l1")
    box.press("Enter")
    page.wait_for_function("() => tmeatlas.store.get('genesAdded')[0] === 'CD274'")
    settle(page)
    assert box.input_value() == ""
    box.fill("TP53")
    box.press("Enter")
    page.wait_for_function("() => document.getElementById('gene_dots-add').validationMessage")
    assert state(page, "genesAdded") == ["CD274", by_group, "MORE7", "nothing"]

    # The numbers are those of the data, to a step.
    rows = {
        row["name"]: row
        for row in page.evaluate(
            "() => tmeatlas.panels.gene_dots.data().map(({ name, mean, share }) =>"
            " ({ name, mean: [...mean], share: [...share] }))"
        )
    }
    labels = page.evaluate("() => tmeatlas.atlas.categories.get('group').labels")
    for gene in (by_group, "CD274"):
        values = np.asarray(cells[:, gene].X.todense()).ravel()
        for k, label in enumerate(labels):
            own = values[cells.obs["cell_type"] == label]
            assert rows[gene]["mean"][k] == pytest.approx(own.mean(), abs=float(values.max()) / 250)
            assert rows[gene]["share"][k] == pytest.approx((own > 0).mean(), abs=0.005)

    # Away again, markers too; the table and the link keep what is chosen.
    page.locator(f"[title='Take {by_group} away']").click(force=True)
    page.locator("#gene_dots-markers").click()
    settle(page)
    assert names(page) == ["CD274", "MORE7"]
    table = page.evaluate("() => tmeatlas.panels.gene_dots.table()")
    assert [row[0] for row in table["body"]] == ["CD274", "MORE7"]
    assert len(table["header"]) == 2 + 2 * len(labels)
    for part in ("genes=CD274%2CMORE7%2Cnothing", "markers=hidden"):
        assert until(page, lambda part=part: part in page.evaluate("() => location.hash")), part

    # A name colours the map where the page has the cells.
    page.locator("#figure-gene_dots .grid-rows button", has_text="CD274").first.click()
    settle(page)
    assert state(page, "colour") == "g:CD274"
