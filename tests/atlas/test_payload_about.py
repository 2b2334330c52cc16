"""What the page says about itself."""

from __future__ import annotations

import numpy as np
import pytest
from made_built_in import score_built_in

import tmeatlas as tme
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.lr import MIN_FOLD


def about(adata):
    return build_payload(adata, groupby="cell_type").about


def test_steps_stand_in_the_order_in_which_they_build_on_each_other(adata):
    meta = adata.uns["tmeatlas"]
    meta["my_step"] = {"params": {"n_things": 5}}
    meta["prepare"] = {"params": {"groupby": "cell_type"}}
    runs = about(adata).runs
    ours = ["tme_scores", "tme_consensus", "tme_crosstalk", "tme_axes"]
    keys = [run.key for run in runs]
    assert [key for key in keys if key in ours] == ours
    assert (keys[0], keys[-1]) == ("prepare", "my_step")
    assert runs[1].title == "Signature scores: tme.tl.score"
    assert (runs[-1].title, runs[-1].params) == ("My step", [("Things", "5")])


def test_options_that_say_nothing_are_left_out_and_long_lists_cut(adata):
    run = adata.uns["tmeatlas"]["tme_scores"]
    run["params"] |= {"obs": True, "layer": "", "key_added": "tme_scores", "seed": 0}
    genes = np.array([f"G{i}" for i in range(30)], dtype=object)
    run["provenance"] |= {"obs_columns": genes, "missing_genes": genes, "left_out": []}
    found = next(run for run in about(adata).runs if run.key == "tme_scores")
    assert found.params == [("Method", "ucell"), ("Seed", "0")]
    assert found.facts == [
        ("Left out", "none"),
        ("Missing genes", "G0, G1, G2, G3, G4, G5, G6, G7 and 22 more"),
    ]


def test_where_values_lie_changes_nothing_that_is_told(adata):
    def told(**facts):
        made = {"input": "counts", "normalised": "log1p of 10,000 per cell", **facts}
        adata.uns["tmeatlas"]["prepare"] = {"params": {}, "provenance": made}
        adata.uns["tmeatlas"]["tme_scores"]["provenance"]["matrix"] = facts["matrix"]
        return [run.facts for run in about(adata).runs]

    done = "kept in layers['counts'], X is now log1p of 10,000 per cell"
    in_memory = told(matrix="X", done=done, x_is_logged=False)
    in_file = {"x_is_logged": True, "x_kind": "counts", "x_factor": 1.0, "x_genes": 5}
    done = "stays in the file, and log1p of 10,000 per cell is read of it"
    assert told(matrix="log1p of X", done=done, **in_file) == in_memory
    assert ("What was done", "log1p of 10,000 per cell") in in_memory[0]


def test_options_of_the_crosstalk_are_told_in_words(adata):
    run = adata.uns["tmeatlas"]["tme_crosstalk"]
    places = '{"niche": ["T cell", "CAF"], "vessel": ["Endothelial"]}'
    run["params"] |= {"sample_key": "sample", "microenvironments": places, "min_cells": 10}
    run["provenance"] |= {"threshold": 0.00123456789, "verdict_by_samples": True}
    found = next(run for run in about(adata).runs if run.key == "tme_crosstalk")
    params, facts = dict(found.params), dict(found.facts)
    assert params["Samples by"] == "sample"
    assert params["Groups that can meet"] == "niche: T cell, CAF; vessel: Endothelial"
    assert params["Fewest cells of a group"] == "10"
    assert facts["p that a side had to reach"] == "0.00123457"
    assert facts["Verdict from samples"] == "yes"


def test_every_verdict_and_every_term_of_a_panel_is_explained(adata, make_adata):
    terms = dict(about(adata).terms)
    verdicts = {"Specific", "Not specific", "Too few cells", "Not testable", "Active (axis)"}
    assert verdicts | {"Not in these data"} < set(terms)
    assert {"Width of a ribbon", "Response", "Specificity", "Core and associated"} < set(terms)
    assert f"more than {MIN_FOLD:g} times" in terms["Specific"]
    assert "Upper quarter" in terms
    assert terms["Score of a signature"].startswith("0 = its genes are not among the highest")
    assert {"Difference between conditions", "Changed side"} < set(terms)
    plain = [term for term, _ in about(make_adata(pairs=())).terms]
    assert plain == ["Score of a signature", "Consensus", "Gene", "Upper quarter", "AUROC"]


def test_citations_name_the_package_the_method_and_the_database(adata):
    adata.uns["tmeatlas"]["tme_crosstalk"]["params"]["database"] = "tme"
    ours, scanpy, method, interactions, cellphonedb, *papers = about(adata).citations
    assert ours.startswith(f"tmeatlas developers: tmeatlas {tme.__version__} (software), with ")
    assert "scanpy" in ours
    assert scanpy.startswith("scanpy: Wolf et al. (2018), SCANPY: large-scale single-cell")
    assert cellphonedb.startswith("CellPhoneDB: Troulé et al. (2025), CellPhoneDB v5: inferring")
    assert method == "Signature scores: UCell, Andreatta and Carmona (2021)"
    n_pairs = len(tme.sig.interactions("tme"))
    assert interactions.startswith(f"Interactions: {n_pairs:,} on ")
    assert "CellPhoneDB v5.0.0" in interactions
    assert f"tmeatlas {tme.__version__}" in interactions
    assert papers == sorted(papers)
    assert papers[0] == "Author0 et al. (2020), Journal"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cellphonedb v5.0.0", "Interactions: cellphonedb v5.0.0"),
        ("", "Interactions: origin unknown"),
    ],
)
def test_other_databases_are_cited_by_the_name_on_record(adata, name, expected):
    adata.uns["tmeatlas"]["tme_crosstalk"]["params"]["database"] = name
    assert expected in about(adata).citations


def test_ligands_that_are_no_protein_are_named_for_the_built_in_axes_alone(adata):
    def told() -> list[str]:
        return [note for note in about(adata).notes if "the ligand is no protein" in note]

    adata.uns["tmeatlas"]["tme_crosstalk"]["params"]["database"] = "tme"
    (note,) = told()
    assert note.startswith("Hyaluronan, Adenosine, Lactate / HCAR1, Prostaglandins: ")
    adata.uns["tmeatlas"]["tme_crosstalk"]["params"]["database"] = "consensus"
    assert told() == []


def test_publications_have_their_ids_and_what_has_none_is_said(adata):
    score_built_in(adata, "tgfb_ftbrs", "exhaustion_core", "hypoxia_buffa")
    found = about(adata)
    paper = tme.sig.load("tgfb_ftbrs")["tgfb_ftbrs"]
    assert "TGFβ attenuates tumour response to PD-L1 blockade" in paper.full_citation
    assert f"doi:{paper.reference['doi']}, PMID {paper.reference['pmid']}" in paper.full_citation
    assert paper.full_citation in found.citations
    assert paper.citation not in found.citations  # once, and with the ids
    unknown = tme.sig.load("exhaustion_core")["exhaustion_core"]
    assert found.citations[-1] == f"{unknown.name}: origin unknown"
    html = render_page(build_payload(adata, groupby="cell_type"))
    assert "<td>origin unknown</td>" in html


def test_a_signature_of_the_user_keeps_the_users_citation(adata):
    """Even under the id of a built-in one, whose publication it need not have."""
    score_built_in(adata, "tgfb_ftbrs")
    coverage = adata.uns["tme_coverage"]
    coverage.loc["tgfb_ftbrs", ["name", "citation"]] = "My response", "Me (2024)"
    found = about(adata).citations
    assert "Me (2024)" in found
    assert tme.sig.load("tgfb_ftbrs")["tgfb_ftbrs"].full_citation not in found


def test_lists_from_other_cancers_are_listed():
    adata = tme.datasets.simulated(200)
    adata.obs["disease"] = "glioblastoma"
    adata.obsm["X_umap"] = np.random.default_rng(0).normal(size=(200, 2))
    tme.tl.score(adata, ["caf_icaf", "caf_pan"])
    payload = build_payload(adata, groupby="cell_type")
    rows = {row.id: (row.derived_in, row.other_cancer) for row in payload.about.signatures}
    assert rows == {"caf_icaf": ("pancreatic cancer", True), "caf_pan": ("not stated", False)}
    note = "Of 2 signatures, 1 was derived in other cancers than that of these cells"
    assert [f"{note}: Inflammatory CAF (Elyada)."] == [n for n in payload.about.notes if note in n]
    run = next(run for run in payload.about.runs if run.key == "tme_scores")
    assert ("Type of cancer", "glioma") in run.facts
    assert "<td>pancreatic cancer <small>(another cancer)</small></td>" in render_page(payload)
