"""Rows and axes that rest on ambient RNA: their numbers stay, and they are set apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tmeatlas.interactions import as_interactions
from tmeatlas.lr import (
    Cells,
    ResponseScores,
    match_interactions,
    pool_axes,
    run_axes,
    run_crosstalk,
)

GENES = ["LIG", "LIG2", "REC", "SUB", "ELSE"]
PAIRS = [
    # ligand, receptor, axis
    ("LIG", "REC", "one"),
    ("LIG2", "REC", "one"),
    ("LIG", "REC_SUB", "whole"),
    ("LIG", "ELSE", "other"),
]
AMBIENT, SPECIFIC = "specific, mostly ambient", "specific, response unknown"


@pytest.fixture(scope="module")
def cells():
    """LIG and, somewhat less, LIG2 in group a; REC and SUB in b; three samples alike."""
    rng = np.random.default_rng(1)
    codes = np.tile(np.repeat(np.arange(4), 60), 3).astype(np.int32)
    share = np.full((720, len(GENES)), 0.02)
    for gene, group, part in (("LIG", 0, 0.8), ("LIG2", 0, 0.5), ("REC", 1, 0.7), ("SUB", 1, 0.8)):
        share[codes == group, GENES.index(gene)] = part
    shown = rng.random(share.shape) < share
    values = np.where(shown, rng.lognormal(0.3, 0.3, share.shape), 0.0).astype(np.float32)
    depth = rng.integers(400, 600, 720)
    samples = np.repeat(np.arange(3), 240).astype(np.int32)
    return Cells(sp.csc_matrix(values), None, codes, list("abcd"), depth, samples)


def prepared(cells, ambient, samples):
    """The cells on the genes of the interactions; `ambient` are genes and groups."""
    pairs = pd.DataFrame(PAIRS, columns=["ligand", "receptor", "axis"])
    interactions = as_interactions(pairs)
    matched = match_interactions(interactions, GENES)
    flags = np.zeros((len(GENES), 4), dtype=np.bool_)
    for gene, group in ambient:
        flags[GENES.index(gene), "abcd".index(group)] = True
    own = replace(
        cells,
        expression=cells.expression[:, matched.columns],
        samples=cells.samples if samples else None,
        ambient=None if ambient is None else flags[matched.columns],
    )
    return interactions, matched, own


def rows(cells, ambient=(), *, samples=False, **options):
    _, matched, own = prepared(cells, ambient, samples)
    names = ["S1", "S2", "S3"] if samples else []
    return run_crosstalk(own, matched, sample_names=names, **options).table


def axes(cells, ambient=(), *, samples=False, **options):
    interactions, matched, own = prepared(cells, ambient, samples)
    none = ResponseScores(pd.DataFrame(index=range(len(own.codes))), {}, {})
    names = ["S1", "S2", "S3"] if samples else []
    pools = pool_axes(interactions, matched)
    return run_axes(own, matched, pools, none, sample_names=names, **options).table


def row(table, ligand, receptor, sample=""):
    at = (table["source"] == "a") & (table["target"] == "b") & (table["sample"] == sample)
    at &= (table["ligand_complex"] == ligand) & (table["receptor_complex"] == receptor)
    (only,) = table[at].to_dict("records")
    return only


def axis(table, name, sample=""):
    at = (table["source"] == "a") & (table["target"] == "b") & (table["sample"] == sample)
    (only,) = table[at & (table["axis"] == name)].to_dict("records")
    return only


def test_an_ambient_side_is_named_and_takes_the_plain_verdict_away(cells):
    before, after = rows(cells), rows(cells, [("LIG", "a"), ("REC", "c")])
    found = row(after, "LIG", "REC")
    assert (found["verdict"], found["ambient"]) == (AMBIENT, "ligand")
    assert row(after, "LIG2", "REC")["verdict"] == "specific"
    key = ["interaction", "source", "target"]
    same = [name for name in before if name not in ("verdict", "ambient")]
    pd.testing.assert_frame_equal(
        before.sort_values(key)[same].reset_index(drop=True),
        after.sort_values(key)[same].reset_index(drop=True),
    )
    elsewhere = after[(after["source"] != "a") & (after["target"] != "c")]
    assert (elsewhere["ambient"] == "").all()
    only_receptor = after[(after["source"] != "a") & (after["target"] == "c")]
    assert set(only_receptor.loc[only_receptor["receptor_complex"] != "ELSE", "ambient"]) == {
        "receptor"
    }


def test_rows_that_do_not_stand_out_keep_their_verdict(cells):
    before, after = rows(cells), rows(cells, [("LIG", "a")])
    both = [row(table, "LIG", "ELSE") for table in (before, after)]
    assert both[0]["verdict"] == both[1]["verdict"] in ("not specific", "too few cells")
    assert [found["ambient"] for found in both] == ["", "ligand"]


def test_a_complex_is_ambient_by_one_subunit(cells):
    found = rows(cells, [("SUB", "b")])
    assert row(found, "LIG", "REC_SUB")["ambient"] == "receptor"
    assert row(found, "LIG", "REC")["ambient"] == ""
    both = rows(cells, [("SUB", "b"), ("LIG", "a")])
    assert row(both, "LIG", "REC_SUB")["ambient"] == "both"
    assert row(both, "LIG", "REC")["ambient"] == "ligand"


def test_ambient_rows_come_after_all_that_are_judged(cells):
    verdict = rows(cells, [("LIG", "a")])["verdict"].astype(str).tolist()
    assert verdict[0] == "specific"
    assert verdict.index(AMBIENT) == len(verdict) - verdict.count(AMBIENT)


def test_without_a_judgement_nothing_is_ambient(cells):
    _, matched, own = prepared(cells, (), False)
    table = run_crosstalk(replace(own, ambient=None), matched).table
    pd.testing.assert_frame_equal(table, rows(cells))
    assert (table["ambient"] == "").all()


@pytest.mark.parametrize("samples", [False, True])
def test_an_axis_rests_on_its_next_pair_where_that_stands_out(cells, samples):
    before = axis(axes(cells, samples=samples), "one")
    after = axis(axes(cells, [("LIG", "a")], samples=samples), "one")
    assert (before["top_interaction"], after["top_interaction"]) == ("LIG^REC", "LIG2^REC")
    assert after["verdict"] == SPECIFIC
    assert after["ambient"] == ""
    assert after["padj"] <= 0.05
    assert after["pval"] >= before["pval"]
    assert after["padj"] >= after["pval"]
    assert after["ligand_pval"] >= before["ligand_pval"]


@pytest.mark.parametrize("samples", [False, True])
def test_an_axis_without_another_pair_says_what_it_rests_on(cells, samples):
    before = axis(axes(cells, samples=samples), "whole")
    table = axes(cells, [("SUB", "b")], samples=samples)
    after = axis(table, "whole")
    assert (before["verdict"], after["verdict"]) == (SPECIFIC, AMBIENT)
    assert after["ambient"] == "receptor"
    assert (after["padj"], after["score"]) == (before["padj"], before["score"])
    pd.testing.assert_series_equal(
        pd.Series(axis(table, "one")), pd.Series(axis(axes(cells, samples=samples), "one"))
    )
    assert (table["verdict"] == AMBIENT).to_numpy().nonzero()[0].min() > (
        (table["padj"] <= 0.05) & (table["verdict"] != AMBIENT)
    ).to_numpy().nonzero()[0].max()


def test_rows_of_samples_say_so_too(cells):
    table = rows(cells, [("LIG", "a")], samples=True, list_samples=True)
    for sample in ("", "S1", "S2", "S3"):
        found = row(table, "LIG", "REC", sample)
        assert (found["verdict"], found["ambient"]) == (AMBIENT, "ligand")
    assert row(table, "LIG", "REC")["n_samples_specific"] == 3
    own = axes(cells, [("LIG", "a")], samples=True, list_samples=True)
    for sample in ("", "S1", "S2", "S3"):
        assert axis(own, "one", sample)["top_interaction"] == "LIG2^REC"
        assert axis(own, "whole", sample)["verdict"] == AMBIENT
