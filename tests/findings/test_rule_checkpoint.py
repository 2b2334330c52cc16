"""PD-1 and its ligands are told wherever they were read: specific, seen, too few, or lacking."""

from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas.findings import find
from tmeatlas.findings._rule_checkpoint import checkpoint
from tmeatlas.findings._rule_crosstalk import axes_that_stand_out
from tmeatlas.results import Axes, Fingerprint, Record

GROUPS = ("Malignant", "TAM", "T_CD8")


def route(source, target, seen, verdict="too few cells", pair="CD274^PDCD1", **more):
    """A row of the axis: `seen` are cells with ligand and receptor, of 100 each."""
    ligand, receptor = seen
    return {
        **{"axis": "pd1_pdl1", "source": source, "target": target, "verdict": verdict},
        **{"top_interaction": pair, "missing_genes": "", "sample": "", "score": 0.2},
        **{"pval": 0.5, "padj": 1.0, "response": "", "n_samples": 0, "n_samples_specific": 0},
        **{"ligand_cells": ligand, "source_cells": 100, "ligand_fraction": ligand / 100},
        **{"receptor_cells": receptor, "target_cells": 100, "receptor_fraction": receptor / 100},
        **{"ligand_specificity": 12.0, "receptor_specificity": 25.0},
        **{"ligand_specificity_low": 9.0, "ligand_specificity_high": 15.0},
        **{"receptor_specificity_low": 17.0, "receptor_specificity_high": 40.0},
        **{"source_cells_needed": float("nan"), "target_cells_needed": float("nan")},
        **more,
    }


@pytest.fixture
def told(make_material, monkeypatch):
    """What is told of rows of the axis, of cells whose groups are named after their lineages."""

    def tell(*rows):
        record = Record(Axes.kind, Fingerprint(n_cells=9, names=""), {}, {})
        axes = Axes(record=record, key="tme_axes", table=pd.DataFrame(rows))
        material = make_material(groups=GROUPS, results=[axes])
        monkeypatch.setitem(vars(material), "lineage_of_group", {"Malignant": "malignant"})
        return material, [each.finding for each in checkpoint(material)]

    return tell


def test_where_it_is_specific_it_is_an_axis_that_stands_out_once(told):
    specific = "specific, response unknown"
    row = route("Malignant", "T_CD8", (57, 48), specific, n_samples=10, n_samples_specific=5)
    material, (found,) = told(row)
    assert found.headline == "PD-1 / PD-L1: Malignant → T CD8"
    assert found.text == (
        "CD274 in 57% of Malignant (12 times others) and PDCD1 in 48% of T CD8 (25 times others); "
        "axis specific in 5 of 10 samples; response not known."
    )
    assert found.confidence == "clear"
    assert list(axes_that_stand_out(material)) == []
    assert found in find(material)
    itself = route("TAM", "TAM", (57, 48), specific)
    assert [(each.n, each.unit) for each in told(itself)[1]] == [(100, "cells")]


def test_too_few_tells_the_tumour_first_then_where_most_is(told):
    needed = {"source_cells_needed": 509.0, "target_cells_needed": 75.2}
    _, (found,) = told(
        route("TAM", "T_CD8", (2, 3), **needed),
        route("Malignant", "T_CD8", (0, 3), source_cells_needed=9000.0),
        route("Malignant", "TAM", (40, 1), pair="PDCD1LG2^PDCD1"),
    )
    assert found.headline == "PD-1 / PD-L1: cannot be read here"
    assert found.text == (
        "CD274 in 0 of 100 Malignant and 2 of 100 TAM, PDCD1 in 3 of 100 T CD8: neither shown nor "
        "ruled out; about 509 TAM and 75 T CD8 would do."
    )
    assert (found.confidence, found.about) == ("not readable", "limits")


def test_what_is_seen_is_not_called_unreadable(told):
    _, (found,) = told(route("Malignant", "T_CD8", (11, 9)))
    assert found.headline == "PD-1 / PD-L1: seen, too few cells to be sure"
    assert found.text.startswith("CD274 in 11 of 100 Malignant, PDCD1 in 9 of 100 T CD8: neither")


def test_a_side_that_is_not_seen_is_named_where_the_other_is(told):
    _, (found,) = told(route("Malignant", "T_CD8", (1, 54)))
    assert found.headline == "PD-1 / PD-L1: its ligand CD274 is hardly seen"
    _, (found,) = told(route("Malignant", "T_CD8", (57, 0)))
    assert found.headline == "PD-1 / PD-L1: its receptor PDCD1 is not seen"


def test_of_a_fold_without_an_upper_end_the_lower_is_told(told):
    specific = {"verdict": "specific, response unknown", "receptor_specificity_high": 17970.0}
    _, (found,) = told(route("Malignant", "T_CD8", (57, 48)) | specific)
    assert "PDCD1 in 48% of T CD8 (at least 17 times others)" in found.text
    _, (found,) = told(route("Malignant", "T_CD8", (2, 48)) | specific)
    assert "CD274 in 2.0% of Malignant (at least 9.0 times others)" in found.text


def test_what_was_ruled_out_is_a_note(told):
    _, (found,) = told(route("Malignant", "T_CD8", (11, 9), "not specific"))
    assert (found.headline, found.confidence) == ("PD-1 / PD-L1: specific to no groups", "note")


def test_genes_that_lack_are_named_and_no_rows_say_nothing(told):
    lacking = route("TAM", "T_CD8", (0, 0), "not testable: genes missing", missing_genes="CD274")
    _, (found,) = told(lacking)
    assert found.text == "1 gene of its core pairs is not in the data: CD274."
    other = route("TAM", "T_CD8", (9, 9)) | {"axis": "tigit"}
    assert told(other)[1] == []
