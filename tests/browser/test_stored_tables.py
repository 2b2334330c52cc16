"""What the page stores in few bytes is what went in, once it is put together again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tmeatlas.atlas import build_payload
from tmeatlas.atlas.verdicts import VERDICTS


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
    np.testing.assert_allclose(rows["score"].astype(float), ours["score"], rtol=1e-3)
    names = ["axis", "source", "target"]
    rows, ours = (table.sort_values(names, ignore_index=True) for table in (rows, ours))
    pd.testing.assert_frame_equal(
        rows[list(ours.columns)].astype(float), ours.astype(float), rtol=1e-3
    )


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
