"""Crosstalk and axes after `tl.quality`: what is mostly ambient RNA is set apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_crosstalk import check_verdicts, noise, pairs_of_genes, raised
from made_results import keep_quality

import tmeatlas as tme
from tmeatlas.results import Axes, Crosstalk

AMBIENT = "specific, mostly ambient"
AXES = pairs_of_genes().assign(axis="one")


@pytest.fixture
def planted():
    """G0 is high in g0, its receptor G1 in g1: one interaction, one way."""
    return raised(noise(), {"G0": "g0", "G1": "g1"})


def ran(adata, **options):
    tme.tl.crosstalk(adata, "group", database=AXES, **options)
    tme.tl.axes(adata, database=AXES)
    tables = Crosstalk.read(adata).table, Axes.read(adata).table
    for table, kind in zip(tables, (Crosstalk, Axes), strict=True):
        check_verdicts(table, kind)
    return tables


def facts(adata, key="tme_crosstalk"):
    found = adata.uns["tmeatlas"][key]["provenance"]
    names = ("ambient_judged_by", "ambient_not_judged", "n_rows_ambient")
    return tuple(found[name] for name in names)


def first(table):
    row = table.iloc[0]
    return row["source"], row["target"], row["verdict"]


def test_a_side_that_ambient_rna_explains_is_set_apart(planted):
    keep_quality(planted, "group", {("G1", "g1"): 0.5, ("G0", "g2"): 0.9})
    rows, axes = ran(planted)
    (found,) = rows[rows["verdict"] == AMBIENT].to_dict("records")
    assert (found["source"], found["target"], found["ambient"]) == ("g0", "g1", "receptor")
    assert found["padj"] <= 0.05
    assert rows.iloc[-1]["verdict"] == AMBIENT
    (axis,) = axes[axes["verdict"] == AMBIENT].to_dict("records")
    assert (axis["top_interaction"], axis["ambient"]) == ("G0^G1", "receptor")
    assert Crosstalk.read(planted).standing.empty
    assert Axes.read(planted).standing.empty
    assert facts(planted) == facts(planted, "tme_axes") == ("tme_quality", "", 1)


def test_less_than_half_is_not_called_ambient(planted):
    keep_quality(planted, "group", {("G0", "g0"): 0.49})
    rows, axes = ran(planted)
    assert first(rows) == ("g0", "g1", "specific")
    assert (rows["ambient"] == "").all()
    assert (axes["ambient"] == "").all()
    assert facts(planted) == ("tme_quality", "", 0)


def test_without_a_quality_the_record_says_that_it_was_not_judged(planted):
    rows, _ = ran(planted)
    assert first(rows) == ("g0", "g1", "specific")
    assert facts(planted) == ("", "no quality of these cells by obs['group']", 0)


def test_a_quality_of_other_groups_or_cells_judges_nothing(planted):
    shares = {("G0", "g0"): 0.9}
    planted.obs["other"] = planted.obs["group"]
    keep_quality(planted, "other", shares)
    ran(planted)
    assert facts(planted)[:2] == ("", "no quality of these cells by obs['group']")
    keep_quality(planted, "group", shares)
    part = planted[:200].copy()
    rows, _ = ran(part)
    assert facts(part)[:2] == ("", "no quality of these cells by obs['group']")
    assert (rows["ambient"] == "").all()


@pytest.mark.parametrize("share", [None, np.nan])
def test_a_quality_that_could_not_judge_it_says_so(planted, share):
    everywhere = {(g, f"g{i}"): share for g in planted.var_names for i in range(4)}
    keep_quality(planted, "group", None if share is None else everywhere)
    ran(planted)
    assert facts(planted) == ("", "uns['tme_quality'] does not judge it", 0)


def test_groups_that_were_not_judged_are_named(planted):
    unknown = {(gene, "g3"): np.nan for gene in planted.var_names}
    keep_quality(planted, "group", {("G0", "g0"): 0.9} | unknown)
    rows, _ = ran(planted)
    assert (rows["verdict"] == AMBIENT).sum() == 1
    assert facts(planted) == ("tme_quality", "groups g3", 1)


def test_genes_are_found_by_their_own_names_in_any_order(planted):
    """The quality knows genes by `var_names`, and the crosstalk by what they are called today."""
    keep_quality(planted, "group", {("G0", "g0"): 0.9})
    turned = planted[:, ::-1].copy()
    assert (ran(turned)[0]["verdict"] == AMBIENT).sum() == 1
    raw = planted.copy()
    raw.raw = raw
    raw = raw[:, 20:].copy()
    rows, _ = ran(raw, use_raw=True)
    assert first(rows) == ("g0", "g1", "specific")  # cut away, so that nothing is known of it
    assert facts(raw)[0] == "tme_quality"


def test_what_is_set_apart_is_so_wherever_it_is_shown(planted):
    keep_quality(planted, "group", {("G0", "g0"): 0.9})
    ran(planted)
    table = tme.get.crosstalk(planted)
    assert table["ambient"].iloc[-1] == "ligand"
    assert tme.get.axes(planted)["ambient"].iloc[-1] == "ligand"
    exported = tme.get.liana(planted)
    assert exported["ambient"].tolist() == table["ambient"].tolist()
    matrix = tme.pl.crosstalk_matrix(planted)
    assert int(pd.DataFrame(matrix.data[0].z).to_numpy().sum()) == 0
    below = [a.text for a in tme.pl.sankey(planted, key="tme_crosstalk").layout.annotations]
    assert any("not counted, as mostly ambient RNA: 1 specific row" in text for text in below)
    figure = tme.pl.axis_detail(planted, "one")
    words = [a.text for a in figure.layout.annotations]
    assert not any(f"<b>{AMBIENT}</b>" in text for text in words)
    assert "none specific, 1 more mostly ambient" in figure.layout.title.subtitle.text
    for kind in (Crosstalk, Axes):
        assert kind.read(planted).summary().endswith("0 specific rows, 1 more mostly ambient")
