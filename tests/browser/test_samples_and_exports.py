"""What is told of samples, of a selection against the rest, and what files say of themselves."""

from __future__ import annotations

import struct
from pathlib import Path

import pandas as pd
import pytest

import tmeatlas as tme


@pytest.fixture
def page(page, show):
    return show(page, "selection_genes")


@pytest.fixture(scope="module")
def adata(make_adata):
    """The cells of the page."""
    return make_adata()


def download(page, act):
    with page.expect_download() as caught:
        act()
    return caught.value.suggested_filename, Path(caught.value.path())


def export(page, panel, what):
    card = page.locator(f"#card-{panel}")
    card.locator("summary").first.click()
    return download(page, card.locator(f"[data-download={what}]").click)


def choose(page, **state):
    page.evaluate("(state) => tmeatlas.store.set(state)", state)
    page.evaluate("tmeatlas.settled()")
    page.evaluate("tmeatlas.panels.selection_genes.data().then((found) => found?.length ?? null)")


def test_a_selection_is_compared_with_the_rest(page, adata):
    card = page.locator("#card-selection_genes")
    assert not card.is_visible(), "nothing is selected"
    choose(page, region={"type": "group", "group": 0})
    assert card.is_visible()
    group = adata.obs["cell_type"].cat.categories
    labels = page.evaluate("tmeatlas.atlas.categories.get('group').labels")
    inside = (adata.obs["cell_type"] == labels[0]).to_numpy()
    assert labels[0] in set(group)
    scope = page.locator("#scope-selection_genes").inner_text()
    assert f"{inside.sum()} cells of 4 samples against {(~inside).sum()} of 4 samples." in scope
    name, file = export(page, "selection_genes", "csv")
    table = pd.read_csv(file)
    assert name.endswith("-selection_genes.csv")
    genes = table[table["Kind"] == "Gene"].set_index("Name")
    for gene in genes.index:
        values = adata[:, gene].X
        values = (values.toarray() if hasattr(values, "toarray") else values).ravel()
        half = float(values.max()) / 31 / 2 + 1e-6
        assert genes.loc[gene, "Mean"] == pytest.approx(float(values[inside].mean()), abs=half)
        assert genes.loc[gene, "Share"] == pytest.approx((values[inside] > 0).mean(), abs=1e-4)
        assert genes.loc[gene, "Share of the rest"] == pytest.approx(
            (values[~inside] > 0).mean(), abs=1e-4
        )
    first = card.locator("tbody button").first
    first.click()
    page.evaluate("tmeatlas.settled()")
    assert page.evaluate("tmeatlas.store.get('colour')") == first.get_attribute("data-feature")
    assert first.get_attribute("aria-pressed") == "true"
    choose(page, region=None)
    assert not card.is_visible()


def test_cells_of_a_selection_go_back_to_python(page, adata):
    choose(page, region={"type": "group", "group": 1})
    name, file = download(page, page.locator("#download-selection").click)
    line = page.locator("#notice code").inner_text()
    assert line.splitlines() == [
        "import tmeatlas as tme",
        f'adata[tme.get.selection(adata, "{name}").index]',
    ]
    n = page.evaluate("tmeatlas.atlas.selection.count()")
    assert name.endswith(f"-selection-{n}-cells.csv")
    found = tme.get.selection(adata, file)
    label = page.evaluate("tmeatlas.atlas.categories.get('group').labels[1]")
    wanted = adata.obs_names[adata.obs["cell_type"] == label]
    assert set(found.index) == set(wanted)
    assert (
        pd.read_csv(file).columns[-1].endswith(f"· {n} of {adata.n_obs} cells · Research use only")
    )
    page.locator("#notice button[aria-label=Close]").click()
    assert page.locator("#notice").count() == 0


def test_files_say_what_they_are_of(page, show):
    show(page, "composition")
    page.evaluate("tmeatlas.settled()")
    _, file = export(page, "composition", "csv")
    assert pd.read_csv(file).columns[-1].endswith("600 cells · Research use only")
    _, file = export(page, "composition", "svg")
    assert "Research use only" in file.read_text()
    _, file = export(page, "composition", "png")
    data = file.read_bytes()
    at = data.index(b"pHYs")
    assert struct.unpack(">IIB", data[at + 4 : at + 13]) == (11811, 11811, 1)


def test_the_calls_of_samples_stand_above_the_phenotype(page, show):
    show(page, "phenotype")
    page.evaluate("tmeatlas.settled()")
    lines = page.locator("#phenotype-calls li").all_inner_texts()
    assert lines[0].startswith("Inflamed (1) P1")
    assert [line.split(" (")[0] for line in lines] == [
        *("Inflamed", "Excluded-like", "Desert", "No call"),
    ]
