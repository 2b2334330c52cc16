"""Differences between conditions: those that stand over all comparisons, with their numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas.findings._rule_conditions import differences
from tmeatlas.findings._rule_no_difference import no_difference
from tmeatlas.results import Comparison, Fingerprint, Record

N = 8


def comparison(what, rows, key="key"):
    """A comparison with these rows: feature, group, adjusted p, and what differs from the usual."""
    usual = {
        **{"condition": "case", "reference": "control", "unit": "mean score", "note": ""},
        **{"effect": 1.0, "low": 0.5, "high": 1.5, "n": N, "n_reference": N},
        **{"mean": 2.0, "mean_reference": 1.0},
    }
    table = pd.DataFrame(
        [
            usual | {"feature": feature, "group": group, "padj": padj, "pval": padj / 10} | more
            for feature, group, padj, more in rows
        ]
    )
    record = Record(
        Comparison.kind,
        Fingerprint(n_cells=9, names=""),
        {"what": what, "reference": "control", "patient_key": "patient"},
        {"conditions": ["case"]},
    )
    empty = pd.DataFrame()
    return Comparison(record=record, key=key, table=table, samples=empty, left_out=empty)


def told(make_material, *comparisons):
    return [each.finding for each in differences(make_material(comparisons=comparisons))]


def test_the_sentence_has_effect_interval_patients_and_p(make_material):
    share = {"unit": "share", "mean": 0.42, "mean_reference": 0.086, "effect": 0.334}
    (found,) = told(make_material, comparison("phenotype", [("treg_share", "", 0.004, share)]))
    assert found.headline == "Treg share: more in case"
    assert found.text == (
        "8.6% of cells in control, 42% in case; difference +0.33 (0.5 to 1.5), 8 v 8 patients, "
        "adjusted p 0.004."
    )
    assert (found.confidence, found.n, found.unit) == ("clear", 16, "patients")
    assert found.rows == "feature=treg_share; condition=case"
    assert dict(found.view) == {"tab": "samples", "comparison": "key", "difference": "0"}


def test_log2_is_told_as_times(make_material):
    row = {"unit": "log2 per 10,000", "effect": -1.0, "low": -2.0, "high": -0.5}
    (found,) = told(make_material, comparison("axes", [("CXCL12", "CAF", 0.001, row)]))
    assert found.headline == "CXCL12 in CAF: lower in case"
    assert found.text.startswith("0.5 times control (0.2 to 0.7; log2 -1), 8 v 8 patients")


@pytest.mark.parametrize(("fewest", "confidence"), [(4, "clear"), (3, "fair")])
def test_few_patients_make_it_less_sure(make_material, fewest, confidence):
    (found,) = told(make_material, comparison("phenotype", [("a", "", 0.01, {"n": fewest})]))
    assert found.confidence == confidence


def test_two_patients_are_too_few(make_material):
    assert told(make_material, comparison("phenotype", [("a", "", 0.001, {"n": 2})])) == []


def test_comparisons_are_adjusted_like_rows(make_material):
    """Of four comparisons one has p 0.03: it would have to reach 0.05 / 4."""
    alone = comparison("phenotype", [("a", "", 0.03, {})], "one")
    others = [comparison("phenotype", [("b", "", 0.9, {})], f"no{i}") for i in range(3)]
    assert told(make_material, alone, *others) == []
    surer = comparison("phenotype", [("a", "", 0.012, {})], "one")
    assert len(told(make_material, surer, *others)) == 1
    many = [comparison("phenotype", [(f"f{i}", "", 0.03, {})], f"k{i}") for i in range(4)]
    assert len(told(make_material, *many)) == 4


def test_nothing_that_stands_is_one_sentence(make_material):
    material = make_material(comparisons=[comparison("phenotype", [("a", "", 0.3, {})])])
    (found,) = (each.finding for each in no_difference(material))
    assert (found.headline, found.confidence) == ("Control v case: nothing firm, no lead", "note")
    assert found.text.startswith("Of 1 tested with 8 v 8 patients, none has adjusted p ≤ 0.05")
    assert list(differences(material)) == []


def test_what_stands_within_a_comparison_is_a_lead_the_surest_named(make_material):
    """Of four comparisons one has rows up to 0.05, none of which holds over all."""
    few = {"n": 2, "n_reference": 3, "effect": -1.0}
    rows = [("bcd", "CAF", 0.001, few), ("abc", "", 0.03, {}), ("c", "", 0.4, {})]
    others = [comparison("phenotype", [("d", "", 0.9, {})], f"no{i}") for i in range(3)]
    material = make_material(comparisons=[comparison("genes", rows, "one"), *others])
    (found,) = (each.finding for each in no_difference(material))
    assert found.headline == "Control v case: nothing firm, 2 leads"
    assert found.text == (
        "In case: Abc higher (8 v 8, adjusted p 0.03); Bcd in CAF lower (3 v 2, adjusted p 0.001); "
        "6 tested."
    )
    assert found.confidence == "note", "a lead is no claim"
    assert dict(found.view) == {"tab": "samples", "comparison": "all"}


def test_a_lead_in_cells_that_it_is_not_meant_for_is_counted_but_not_named(make_material):
    rows = [("exhaustion", "TAM", 0.03, {})]
    others = [comparison("phenotype", [("d", "", 0.9, {})], f"no{i}") for i in range(3)]
    material = make_material(comparisons=[comparison("scores", rows, "one"), *others])
    (found,) = (each.finding for each in no_difference(material))
    assert found.headline == "Control v case: nothing firm, 1 lead"
    assert found.text == "In case: 1 not meant for those cells; 4 tested."


def test_two_patients_of_a_condition_can_show_nothing(make_material):
    rows = [("a", "", 0.3, {"n": 2})]
    material = make_material(comparisons=[comparison("phenotype", rows)])
    (found,) = (each.finding for each in no_difference(material))
    assert found.confidence == "not readable"


def test_a_difference_leaves_no_room_for_none(make_material):
    material = make_material(comparisons=[comparison("phenotype", [("a", "", 0.001, {})])])
    assert list(no_difference(material)) == []
