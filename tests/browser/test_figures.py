"""Single figures in a browser: names from data are shown as they are, and nothing fails."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from made_results import keep
from waiting import frames, until

from tmeatlas import pl, tl
from tmeatlas.results import Crosstalk

NAMES = ['<a href="https://example.org">x</a>', "%{y} <extra>z</extra>", "__proto__", "$a$ & b"]


@pytest.fixture(scope="module")
def named() -> AnnData:
    """40 cells in four groups whose names try to be markup, templates and object keys."""
    rng = np.random.default_rng(0)
    obs = pd.DataFrame({"group": pd.Categorical(np.repeat(NAMES, 10), categories=NAMES)})
    obs.index = [f"cell{i}" for i in range(40)]
    adata = AnnData(np.ones((40, 1), np.float32), obs=obs, var=pd.DataFrame(index=["G"]))
    adata.obsm["X_umap"] = rng.normal(size=(40, 2))
    scores = pd.DataFrame(rng.normal(size=(40, 4)), index=obs.index, columns=list("abcd"))
    adata.obsm["tme_scores"] = scores.astype(np.float32)
    adata.uns["tme_coverage"] = pd.DataFrame(
        {
            "name": NAMES,
            "compartment": "caf",
            "purpose": "finds",
            "marks": "caf",
            "n_genes": 4,
            "n_found": 3,
            "coverage": 0.75,
        }
        | {"missing": "G1", "scored": True},
        index=pd.Index(list("abcd"), name="signature"),
    )
    tl.consensus(adata)
    return adata


@pytest.fixture(scope="module")
def long_named(named) -> AnnData:
    """The same with names of everyday letters, as long as axes show them, and a crosstalk table."""
    adata = named.copy()
    names = ["Cancer-associated fibroblasts, inflammatory", "MYC+ MKI67+ TUMOUR", "T CD8", "Mm"]
    adata.obs["group"] = adata.obs["group"].cat.rename_categories(names)
    adata.uns["tme_coverage"]["name"] = [f"{name} (signature)" for name in names]
    rows = [(a, b, f"GENE{i}", "TGFBR1_TGFBR2") for i, a in enumerate(names) for b in names]
    table = pd.DataFrame(rows, columns=["source", "target", "ligand_complex", "receptor_complex"])
    numbers = {"score": 1.0, "ligand_fraction": 0.5, "receptor_fraction": 0.5, "padj": 0.01}
    table = table.assign(axis="tgfb", verdict="active", **numbers)
    keep(Crosstalk, adata, table, groupby="group")
    return adata


FIGURES = {
    "embedding": lambda a: pl.embedding(a, "group"),
    "violin": lambda a: pl.violin(a, "group", ["a", "b"]),
    "heatmap": lambda a: pl.heatmap(a, "group"),
    "dotplot": lambda a: pl.dotplot(a, "group"),
    "coverage": lambda a: pl.coverage(a),
    "agreement": lambda a: pl.agreement(a, "caf"),
}


OF_CROSSTALK = {
    "chord": lambda a: pl.chord(a),
    "sankey": lambda a: pl.sankey(a),
    "crosstalk_matrix": lambda a: pl.crosstalk_matrix(a),
    "crosstalk_dotplot": lambda a: pl.crosstalk_dotplot(a),
}
# Text beyond the edge of the figure, level text on other text, and ticks that were left out.
CROWDED = """() => {
  const frame = document.querySelector('.svg-container').getBoundingClientRect();
  const texts = [...document.querySelectorAll('.main-svg text')]
    .map(node => ({ node, text: node.textContent, box: node.getBoundingClientRect() }))
    .filter(({ text, box }) => text.trim() && box.width);
  const cut = texts.filter(({ box }) => box.left < frame.left - 1 || box.right > frame.right + 1
    || box.top < frame.top - 1 || box.bottom > frame.bottom + 1).map(({ text }) => text);
  const level = texts.filter(({ node }) => Math.abs(node.getScreenCTM().b) < 0.01);
  const over = level.flatMap(({ text, box: a }, i) => level.slice(i + 1)
    .filter(({ box: b }) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5)
    .map((other) => [text, other.text]));
  const { _fullLayout: layout } = document.querySelector('.js-plotly-plot');
  const lacking = Object.keys(layout).filter(key => /^[xy]axis/.test(key))
    .map(key => layout[key])
    .filter(axis => axis.tickmode === 'array' && axis.showticklabels && axis.visible)
    .filter(axis =>
      document.querySelectorAll(`.${axis._id}tick text`).length !== axis.tickvals.length)
    .map(axis => axis._id);
  return { cut, over, lacking };
}"""


@pytest.mark.every_font
@pytest.mark.parametrize(
    "draw", [*FIGURES.values(), *OF_CROSSTALK.values()], ids=[*FIGURES, *OF_CROSSTALK]
)
def test_all_text_has_room(chromium, long_named, tmp_path, draw):
    path = tmp_path / "figure.html"
    draw(long_named).write_html(path)
    page = chromium.new_page(viewport={"width": 1900, "height": 1400})
    page.goto(path.as_uri())
    page.wait_for_selector(".gtitle")
    frames(page)
    roomy = {"cut": [], "over": [], "lacking": []}
    until(page, lambda: page.evaluate(CROWDED) == roomy)
    assert page.evaluate(CROWDED) == roomy
    page.close()


@pytest.fixture(params=list(FIGURES))
def opened(request, chromium, named, tmp_path):
    """A page with one figure, and what it complained of."""
    path = tmp_path / "figure.html"
    figure = FIGURES[request.param](named)
    figure.write_html(path, config={"showSendToCloud": False})
    page = chromium.new_page(viewport={"width": 1200, "height": 1000})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(path.as_uri())
    page.wait_for_selector(".main-svg .cartesianlayer")
    page.wait_for_selector(".gtitle")
    yield page, complaints
    page.close()


def test_names_are_shown_as_they_are(opened):
    page, complaints = opened
    shown = page.evaluate("[...document.querySelectorAll('svg text')].map(t => t.textContent)")
    for name in NAMES:
        assert any(
            name.replace(" ", "") in text.replace("\u00a0", "").replace(" ", "") for text in shown
        )
    assert page.evaluate("document.querySelectorAll('.main-svg a').length") == 0
    assert complaints == []


def test_hovering_shows_the_name_of_the_group(chromium, named, tmp_path):
    path = tmp_path / "figure.html"
    pl.violin(named, "group", "a").write_html(path, config={"showSendToCloud": False})
    page = chromium.new_page(viewport={"width": 1200, "height": 1000})
    page.goto(path.as_uri())
    page.wait_for_selector(".scatterlayer .points path")
    for point, name in zip(
        page.query_selector_all(".scatterlayer .points path"), NAMES, strict=True
    ):
        box = point.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_selector(".hovertext")
        text = page.locator(".hovertext").first
        assert until(page, lambda name=name, text=text: name in text.text_content()), name
        assert "median" in text.text_content()
    page.close()
