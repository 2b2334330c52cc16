"""Results of other cells or labels are not shown, and the page says so."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas._errors import StaleResultError
from tmeatlas.atlas import build_payload

OF_GROUPS = {"crosstalk", "pairs", "evidence"}


def without_first_group(adata):
    return adata[adata.obs["cell_type"] != "CAF"].copy()


def with_other_labels(adata):
    labels = adata.obs["cell_type"].to_numpy()
    adata.obs["cell_type"] = np.random.default_rng(0).permutation(labels)
    return adata


def with_other_name(adata):
    adata.obs["cell_type"] = adata.obs["cell_type"].cat.rename_categories({"CAF": "Fibroblast"})
    return adata


@pytest.mark.parametrize("change", [without_first_group, with_other_labels, with_other_name])
def test_crosstalk_of_other_cells_or_labels_is_left_out(adata, change):
    payload = build_payload(change(adata), groupby="cell_type")
    assert not OF_GROUPS & set(payload.panels)
    assert "dots" in payload.panels
    assert not any("specific interaction" in text for text in payload.summary)
    notes = [note for note in payload.about.notes if note.startswith("Crosstalk, not shown:")]
    assert len(notes) == 1
    assert "Run tme.tl.crosstalk(adata, 'cell_type') again" in notes[0]
    assert any("tme.tl.crosstalk(adata, 'cell_type')" in call for _, call in payload.about.absent)


def test_results_of_these_cells_in_another_order_are_shown(adata):
    turned = adata[::-1].copy()
    payload = build_payload(turned, groupby="cell_type")
    assert set(payload.panels) >= OF_GROUPS | {"agreement"}
    assert payload.about.notes == build_payload(adata, groupby="cell_type").about.notes


def test_agreement_rests_on_all_cells_and_the_consensus_says_among_which(adata):
    payload = build_payload(without_first_group(adata), groupby="cell_type")
    assert "agreement" not in payload.panels
    assert {feature.kind for feature in payload.features} >= {"signature", "consensus"}
    assert "Consensus of signatures: scored among 600 cells." in payload.about.notes
    assert any("tme.tl.consensus(adata) again" in note for note in payload.about.notes)


def test_scores_say_among_which_cells_only_if_they_rest_on_others(adata):
    part = without_first_group(adata)
    notes = build_payload(part, groupby="cell_type").about.notes
    assert not any(note.startswith("Signature scores:") for note in notes)
    part.uns["tmeatlas"]["tme_scores"]["provenance"]["depends_on"] = "other cells"
    notes = build_payload(part, groupby="cell_type").about.notes
    assert "Signature scores: scored among 600 cells." in notes


def test_result_that_was_named_must_be_of_these_cells(adata):
    part = without_first_group(adata)
    with pytest.raises(StaleResultError, match=r"tme\.tl\.crosstalk\(adata, 'cell_type'\) again"):
        build_payload(part, groupby="cell_type", keys={"crosstalk": "tme_crosstalk"})


def test_results_under_other_keys(adata):
    table = adata.uns["tme_crosstalk"]
    adata.uns["mine"] = table[table["axis"] == "tgfb"].reset_index(drop=True)
    adata.uns["tmeatlas"]["mine"] = adata.uns["tmeatlas"]["tme_crosstalk"]
    payload = build_payload(adata, groupby="cell_type", keys={"crosstalk": "mine"})
    found = payload.panels["crosstalk"]
    assert {found.axes[i].id for i in found.edges["axis"]} == {"tgfb"}
