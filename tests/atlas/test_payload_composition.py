"""Shares within lineages: offered where the bars of the page can show them."""

from __future__ import annotations

import numpy as np
from made_cohort import write_composition

from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page


def parents(adata, groupby="cell_type", sample_key="sample"):
    return build_payload(adata, groupby=groupby, sample_key=sample_key).composition.parents


def test_bars_within_a_lineage_are_those_of_the_stored_table(adata, read_page):
    page = read_page(render_page(build_payload(adata, groupby="cell_type", sample_key="sample")))
    (parent,) = page.meta["panels"]["composition"]["parents"]
    assert parent["name"] == "Immune"
    labels = page.meta["categories"][0]["labels"]
    samples = page.meta["categories"][1]["labels"]
    table = adata.uns["tme_composition"].astype({"sample": str, "group": str, "parent": str})
    rows = table[table["parent"] == "Immune"].set_index(["sample", "group"])
    counts, of_bar = page.meta["bars"]["counts"], page.meta["bars"]["sample"]
    assert len(rows) == len(samples) * len(parent["groups"])
    for bar, sample in enumerate(of_bar):
        total = sum(counts[bar][group] for group in parent["groups"])
        for group in parent["groups"]:
            row = rows.loc[(samples[sample], labels[group])]
            assert (row["cells"], row["total"]) == (counts[bar][group], total)
            np.testing.assert_allclose(row["share"], counts[bar][group] / total)


def test_no_lineages_where_groups_or_samples_are_others(adata):
    adata.obs["other"] = adata.obs["cell_type"]
    adata.obs["patient"] = adata.obs["sample"]
    assert [parent.name for parent in parents(adata)] == ["Immune"]
    assert parents(adata, groupby="other") == []
    assert parents(adata, sample_key="patient") == []
    del adata.uns["tme_composition"]
    assert parents(adata) == []


def test_lineage_with_a_part_of_a_group_is_not_offered(adata):
    groups = list(adata.obs["cell_type"].cat.categories)
    write_composition(
        adata,
        groupby="cell_type",
        sample_key="sample",
        parents={"whole": groups[:2], "in part": groups[2:4]},
    )
    table = adata.uns["tme_composition"]
    of_part = (table["parent"] == "in part") & (table["group"] == groups[2])
    table.loc[of_part, "cells"] = table.loc[of_part, "cells"] // 2
    assert [parent.name for parent in parents(adata)] == ["whole"]
