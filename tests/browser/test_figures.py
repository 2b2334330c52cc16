"""Single figures in a browser: names from data are shown as they are, and nothing fails."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from tmeatlas import pl, tl

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
        {"name": NAMES, "compartment": "caf", "n_genes": 4, "n_found": 3, "coverage": 0.75}
        | {"missing": "G1", "scored": True},
        index=pd.Index(list("abcd"), name="signature"),
    )
    tl.consensus(adata)
    return adata


FIGURES = {
    "embedding": lambda a: pl.embedding(a, "group"),
    "violin": lambda a: pl.violin(a, ["a", "b"], groupby="group"),
    "heatmap": lambda a: pl.heatmap(a, groupby="group"),
    "dotplot": lambda a: pl.dotplot(a, groupby="group"),
    "coverage": lambda a: pl.coverage(a),
    "agreement": lambda a: pl.agreement(a, "caf"),
}


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
    pl.violin(named, "a", groupby="group").write_html(path, config={"showSendToCloud": False})
    page = chromium.new_page(viewport={"width": 1200, "height": 1000})
    page.goto(path.as_uri())
    page.wait_for_selector(".scatterlayer .points path")
    for point, name in zip(
        page.query_selector_all(".scatterlayer .points path"), NAMES, strict=True
    ):
        box = point.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_selector(".hovertext")
        page.wait_for_timeout(150)
        text = page.evaluate("document.querySelector('.hovertext').textContent")
        assert name in text
        assert "median" in text
    page.close()
