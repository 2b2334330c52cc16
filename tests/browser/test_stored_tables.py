"""What the page stores in few bytes is what went in, once it is put together again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tmeatlas import get, pl
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.precision import Precision
from tmeatlas.atlas.verdicts import VERDICTS
from tmeatlas.lr import STANDING, Verdict


@pytest.fixture(scope="module")
def payload(make_adata):
    return build_payload(make_adata(), groupby="cell_type")


def test_interactions_are_whole_and_the_best_first(page, payload):
    rows = pd.DataFrame(page.evaluate("() => tmeatlas.atlas.interactions.rows"))
    ours = payload.panels["crosstalk"].rows
    assert len(rows) == len(ours) > 100
    stands = ours["verdict"] == VERDICTS.index("specific")
    np.testing.assert_array_equal(rows["stands"], stands)
    assert 0 < stands.sum() < len(ours)
    np.testing.assert_allclose(rows["score"], ours["score"], rtol=1e-3)
    names = ["axis", "source", "target", "ligand", "receptor"]
    rows, ours = (table.sort_values(names, ignore_index=True) for table in (rows, ours))
    pd.testing.assert_frame_equal(
        rows[list(ours.columns)].astype(float), ours.astype(float), rtol=1e-3
    )


def test_evidence_is_whole_and_the_best_first(page, payload):
    rows = pd.DataFrame(page.evaluate("() => tmeatlas.panels.evidence.data().rows"))
    ours = payload.panels["evidence"].rows
    assert len(rows) == len(ours) > 100
    names = ["axis", "source", "target"]
    rows, ours = (table.sort_values(names, ignore_index=True) for table in (rows, ours))
    pd.testing.assert_frame_equal(
        rows[list(ours.columns)].astype(float), ours.astype(float), rtol=1e-3
    )


def test_evidence_comes_in_the_order_of_the_table(page, make_adata):
    """What stands out by score, the rest by p, then by the p of the sides; set apart comes last."""
    found = page.evaluate(
        """() => {
          const { rows } = tmeatlas.panels.evidence.data();
          const { axes, nodes } = tmeatlas.atlas.interactions;
          return rows.axis.map((axis, i) =>
            [axes[axis].id, nodes[rows.source[i]].label, nodes[rows.target[i]].label]);
        }"""
    )
    table = get.axes(make_adata()).set_index(["axis", "source", "target"])
    table = table.loc[map(tuple, found)]
    # As the page keeps them: in four digits.
    numbers = table[["score", "padj", "ligand_pval", "receptor_pval"]].map(
        lambda x: float(f"{x:.4g}")
    )
    score = numbers.pop("score")
    p, ligand, receptor = (numbers[name].fillna(np.inf) for name in numbers)
    by_p = list(zip(p, np.maximum(ligand, receptor), np.minimum(ligand, receptor), strict=True))
    stands, apart = (
        table["verdict"].isin(of) for of in (STANDING, (Verdict.AMBIENT, Verdict.NONE))
    )
    part = np.where(stands, 0, np.where(apart, 2, 1))
    keys = [
        (k, *p, -points) if k == 1 else (k, -points, *p)
        for k, points, p in zip(part, score, by_p, strict=True)
    ]
    assert keys == sorted(keys)
    assert min(np.bincount(part)[:2]) > 30, "both orders are seen"


def test_genes_are_features_like_the_others(page, payload):
    gene = next(feature for feature in payload.features if feature.id == "g:TGFB1")
    found = page.evaluate(
        """async () => {
          const feature = tmeatlas.atlas.features.get("g:TGFB1");
          const steps = await tmeatlas.atlas.cells.values(feature);
          const inOrder = [];
          tmeatlas.atlas.cells.order.forEach((cell, i) => { inOrder[cell] = steps[i]; });
          return { feature, inOrder };
        }"""
    )
    assert found["inOrder"] == gene.steps.tolist()
    assert found["feature"]["unit"] == "log-normalised expression"
    assert found["feature"]["high"] == pytest.approx(gene.high, rel=1e-5)
    n_genes = page.evaluate(
        "() => [...tmeatlas.atlas.features.values()].filter(({ kind }) => kind === 'gene').length"
    )
    assert n_genes == sum(feature.kind == "gene" for feature in payload.features)


def test_a_large_page_shows_the_steps_that_it_keeps(make_adata, open_page, tmp_path, monkeypatch):
    """What a page of very many cells does, on few: levels by group and guide, names, histogram."""
    monkeypatch.setattr("tmeatlas.atlas.maker.DEFLATED_UP_TO", 100)
    coarse = Precision(scores=1.0, consensus=0.5, gene_levels=15)
    monkeypatch.setattr("tmeatlas.atlas.panel.precision_for", lambda *_: coarse)
    atlas = pl.atlas(make_adata(), groupby="cell_type", sample_key="sample")
    page = open_page(atlas.write_html(tmp_path / "atlas.html"))
    found = page.evaluate(
        """async () => {
          const inOrder = {};
          for (const feature of tmeatlas.atlas.meta.features) {
            const steps = await tmeatlas.atlas.cells.values(feature);
            const stored = new Array(steps.length);
            tmeatlas.atlas.cells.order.forEach((cell, i) => { stored[cell] = steps[i]; });
            inOrder[feature.id] = stored;
          }
          return inOrder;
        }"""
    )
    assert any(feature.guide is not None for feature in atlas.payload.features)
    assert {id: steps for id, steps in found.items() if id.startswith(("s:", "c:", "g:"))} == {
        feature.id: feature.steps.tolist()
        for feature in atlas.payload.features
        if feature.id.startswith(("s:", "c:", "g:"))
    }
    assert "steps of 1 standard deviation" in page.locator("#about").text_content()
