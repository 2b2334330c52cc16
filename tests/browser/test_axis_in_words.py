"""The axis in words, its ligands and receptors in each group, and groups too small to be tested."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from page_tabs import show

from tmeatlas.pl import atlas


@pytest.fixture(scope="module")
def data(make_adata):
    """Nothing of PD-1 stands out, CXCL12 was measured in every sample, dendritic cells are few."""
    adata = make_adata()
    groups = list(adata.obs["cell_type"].cat.categories)
    few = groups[2]
    for key in ("tme_crosstalk", "tme_axes"):
        table = adata.uns[key].astype({"verdict": str})
        table.loc[table["axis"] == "pd1_pdl1", "verdict"] = "too few cells"
        table.loc[table["axis"] == "pd1_pdl1", ["padj", "source_cells_needed"]] = [0.8, 507.0]
        kept = (table["source"] != few) & (table["target"] != few)
        adata.uns[key] = table[kept].reset_index(drop=True)
    params = adata.uns["tmeatlas"]["tme_crosstalk"]["params"]
    params |= {"min_cells": 200, "database": "tme"}
    shares = {"CXCL12": 0.47, "CXCR4": 0.12, "CD274": 0.02, "PDCD1": 0.0, "ACKR3": 0.04}
    adata.uns["tme_crosstalk_levels"] = pd.DataFrame(
        [
            ("P1", group, partner, share if group == groups[0] else 0.0, share, 100)
            for group in groups
            if group != few
            for partner, share in shares.items()
        ],
        columns=["sample", "group", "partner", "fraction", "mean", "cells"],
    ).astype({"sample": "category", "group": "category", "partner": "category"})
    return adata, groups


@pytest.fixture(scope="module")
def words_file(data, tmp_path_factory):
    made = atlas(data[0], groupby="cell_type", sample_key="sample")
    return made.write_html(tmp_path_factory.mktemp("words") / "atlas.html")


@pytest.fixture
def page(open_page, words_file):
    return show(open_page(words_file), "crosstalk")


def axis_of(page, axis):
    return page.evaluate(
        "axis => tmeatlas.atlas.meta.panels.crosstalk.axes.findIndex(a => a.id === axis)", axis
    )


def answer(page):
    terms, texts = (
        page.locator(f"#answer-crosstalk {tag}").all_inner_texts() for tag in ("dt", "dd")
    )
    return dict(zip(terms, texts, strict=True))


def test_who_makes_cxcl12_and_who_has_its_receptor(page, change, data):
    _, groups = data
    change(page, {"axis": axis_of(page, "cxcl12")})
    told = answer(page)
    assert told["Who sends"].startswith(f"CXCL12 in 47 of 100 {groups[0]}")
    assert "(47%)" in told["Who sends"]
    assert told["Who receives"].startswith(f"CXCR4 in 12 of 100 {groups[0]}")
    lines = page.locator("#figure-partners .grid-rows > *").all_inner_texts()
    assert lines == [
        *("Ligands, in the sender", "CXCL12", "Receptors, in the receiver", "CXCR4"),
        *("Apart from signalling", "ACKR3 (decoy)"),
    ]
    table = page.evaluate("() => tmeatlas.panels.partners.table()")
    row = next(row for row in table["body"] if row[1:3] == ["CXCL12", groups[0]])
    assert row[4:6] == [47, 0.47]
    unknown = next(row for row in table["body"] if row[1:3] == ["CXCL12", groups[2]])
    assert unknown[4:] == [None, None, None]


def test_whether_pd_l1_is_there_and_how_sure(page, change, data):
    _, groups = data
    change(page, {"axis": axis_of(page, "pd1_pdl1")})
    heading = "PD-1 / PD-L1: too few cells"
    assert page.locator("#answer-crosstalk h3").inner_text() == heading
    assert page.locator("#axis-select option:checked").inner_text() == heading
    told = answer(page)
    assert told["Who sends"].startswith(f"CD274 in 2 of 100 {groups[0]}")
    assert told["Who receives"] == "PDCD1 in no group."
    assert re.match(r"Too few cells\. Nearest: .* → .*, adjusted p 0\.800\.", told["How sure"])
    assert re.search(r"Needed to tell: about 507 .* \(100 here\)", told["How sure"])
    for network in ("chord", "sankey"):
        change(page, {"network": network})
        assert page.locator("#frame-chord").is_hidden()
        empty = page.locator("#empty-crosstalk").inner_text()
        assert empty.startswith(f"No ribbon to draw. {heading}.")
        assert "pairs of cell types show a ligand and its receptor" in empty
        annotations = page.evaluate(
            "() => tmeatlas.panels.crosstalk.figure().layout.annotations.map(a => a.text)"
        )
        assert annotations[0].startswith("No ribbon to draw.")
    change(page, {"network": "matrix"})
    assert page.locator("#empty-crosstalk").is_hidden()
    change(page, {"axis": -1})
    assert page.locator("#empty-partners").inner_text().startswith("Choose one axis")
    assert (
        page.locator("#answer-crosstalk h3").inner_text().endswith("of 3 axes active or specific")
    )


def test_groups_too_small_are_grey_in_their_place(page, change, data):
    adata, groups = data
    change(page, {"axis": 0, "network": "matrix"})
    n = (adata.obs["cell_type"] == groups[2]).sum()
    k = page.evaluate("tmeatlas.atlas.interactions.nodes.map(n => n.label)").index(groups[2])
    for side in ("rows", "columns"):
        heads = page.locator(f"#figure-matrix .grid-{side} button")
        assert heads.nth(k).inner_text() == f"{groups[2]} ({n})"
        assert heads.nth(k).is_disabled()
        assert "200 are needed" in heads.nth(k).get_attribute("title")
        assert heads.nth((k + 1) % len(groups)).is_enabled()
    option = page.locator("#sender-select option").nth(k + 1)
    assert (option.inner_text(), option.is_disabled()) == (f"{groups[2]} ({n})", True)
    assert "Grey: group too small" in page.locator("#key-crosstalk").inner_text()
    change(page, {"sender": k, "receiver": None})
    assert "200 are needed" in page.locator("#empty-evidence").inner_text()
    change(page, {"sender": None})
