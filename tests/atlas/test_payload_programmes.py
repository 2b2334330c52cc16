"""The order of the groups and the rows of the programmes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.cells._families import FAMILY_PALETTES
from tmeatlas.pl._groups import shown_groups

IN_ORDER = ["Malignant", "CAF", "Endothelial", "Macrophage", "T cell", "B cell"]


def test_groups_stand_by_family(adata, payload, read_page):
    groups = payload.groups
    assert groups.labels == IN_ORDER
    assert [groups.labels[code] for code in groups.codes] == list(
        adata.obs["cell_type"].iloc[payload.rows]
    )
    stored = read_page(render_page(payload)).meta["categories"][0]
    assert stored["families"] == [
        ["Tumour & epithelium", [0], "Epith."],
        ["Stroma", [1, 2], "Stroma"],
        ["Myeloid", [3], "Myel."],
        ["T & NK", [4], "T, NK"],
        ["B & plasma", [5], "B"],
    ]
    assert stored["sizes"] == adata.obs["cell_type"].value_counts()[IN_ORDER].tolist()


def test_page_and_figures_have_the_same_colours(adata, payload):
    figures = shown_groups(adata, "cell_type")
    page = dict(zip(payload.groups.labels, payload.groups.colours, strict=True))
    assert page == dict(zip(figures.labels, figures.colours, strict=True))
    assert figures.labels == list(adata.obs["cell_type"].cat.categories)
    assert page["Endothelial"] == FAMILY_PALETTES["stroma"][1]
    assert not payload.groups.own_colours


def test_colours_of_the_user_go_with_their_groups(adata):
    given = ["#111111", "#222222", "#333333", "#444444", "#555555", "#666666"]
    adata.uns["cell_type_colors"] = given
    groups = build_payload(adata, groupby="cell_type").groups
    expected = dict(zip(adata.obs["cell_type"].cat.categories, given, strict=True))
    assert dict(zip(groups.labels, groups.colours, strict=True)) == expected
    assert len(groups.families) == 5


def test_an_order_of_the_user_stays(adata):
    usual = build_payload(adata, groupby="cell_type").groups
    adata.obs["cell_type"] = adata.obs["cell_type"].cat.as_ordered()
    groups = build_payload(adata, groupby="cell_type").groups
    assert groups.labels == list(adata.obs["cell_type"].cat.categories)
    assert groups.families == []
    usual_colours = dict(zip(usual.labels, usual.colours, strict=True))
    assert dict(zip(groups.labels, groups.colours, strict=True)) == usual_colours


def test_cells_without_a_label_come_last(adata):
    labels = adata.obs["cell_type"].astype(object)
    labels.iloc[:5] = np.nan
    adata.obs["cell_type"] = pd.Categorical(labels)
    groups = build_payload(adata, groupby="cell_type").groups
    assert groups.labels == [*IN_ORDER, "unlabelled"]
    assert int((groups.codes == 6).sum()) == 5
    assert max(code for _, codes in groups.families for code in codes) == 5


def test_samples_and_conditions_are_no_lineages(adata):
    names = {"P1": "T cells", "P2": "B cells", "P3": "CAF", "P4": "NK"}
    adata.obs["sample"] = adata.obs["sample"].cat.rename_categories(names)
    sample = build_payload(adata, groupby="cell_type", sample_key="sample").sample
    assert sample is not None
    assert sample.labels == list(names.values())
    assert sample.families == []


def test_programmes_are_consensus_rows_that_hold_their_signatures(payload):
    rows = {row.feature: row.signatures for row in payload.dots.programmes}
    assert rows == {
        "c:caf": ["s:caf_pan", "s:caf_icaf"],
        "c:tam": ["s:tam_spp1", "s:treg_tumour", "s:hypoxia_test"],
    }
    assert [row.name for row in payload.dots.programmes] == ["CAF", "TAM"]
    assert sorted(payload.dots.alike) == [0, 1]
    assert sorted(payload.dots.alike_groups) == list(range(6))


def test_states_stand_below_the_kind_of_cell(adata):
    agreement = adata.uns["tme_agreement"]
    of_state = agreement["signature"] == "caf_icaf"
    agreement.loc[of_state, ["consensus", "purpose"]] = "caf_icaf", "state"
    agreement.loc[agreement["consensus"].str.startswith("caf"), "n_signatures"] = 1
    adata.obsm["tme_consensus"]["caf_icaf"] = adata.obsm["tme_consensus"]["caf"]
    first, second = build_payload(adata, groupby="cell_type").dots.programmes
    assert (first.feature, first.signatures) == ("s:caf_pan", [])
    assert [(state.feature, state.name) for state in first.states] == [("s:caf_icaf", "iCAF")]
    assert second.feature == "c:tam"


def test_without_a_consensus_each_signature_is_a_row(adata):
    del adata.obsm["tme_consensus"]
    rows = build_payload(adata, groupby="cell_type").dots.programmes
    assert [(row.feature, row.name) for row in rows][:2] == [
        ("s:caf_pan", "CAF, pan-cancer"),
        ("s:caf_icaf", "Inflammatory CAF"),
    ]
    assert not any(row.signatures or row.states for row in rows)
