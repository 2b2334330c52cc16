"""Chains through links that are written by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas.interactions import load_axes
from tmeatlas.lineages import tree
from tmeatlas.network import CLOSED, OPEN, UNREAD, Evidence, Link, Loop, load_known, read_loops
from tmeatlas.sig import load

CHAIN = Loop(
    "hypoxia_vegf",
    "Hypoxia to VEGF",
    (
        Link("malignant", programme="hypoxia", gene="VEGFA"),
        Link("malignant", "endothelial", axis="vegf"),
    ),
    "what is said",
    "by whom",
)
MEMBERS = {"malignant": ["Tumour 1", "Tumour 2"], "endothelial": ["Tip", "Vein"]}


def axes(*rows: tuple[str, str, bool]) -> pd.DataFrame:
    """VEGF from group to group, and whether it holds."""
    return pd.DataFrame(
        [
            {
                **{"axis": "vegf", "source": source, "target": target, "holds": holds},
                **{"top_interaction": "VEGFA^KDR", "score": 0.5, "padj": 0.01 if holds else 0.5},
                **{"verdict": "specific" if holds else "too few cells"},
                **{"n_samples": 4, "n_samples_specific": 3 * holds},
            }
            for source, target, holds in rows
        ]
    )


def follows(verdict: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                **{"gene": "VEGFA", "lineage": "malignant", "programme": "hypoxia"},
                **{"name": "Hypoxia", "verdict": verdict, "value": 0.4, "padj": 0.02},
                **{"n_samples": 4, "n_samples_follow": 2},
            }
        ]
    )


ALL = (("Tumour 1", "Tip", True), ("Tumour 2", "Tip", False), ("Tumour 1", "Vein", False))


def read(rows=ALL, verdict="follows", members=MEMBERS) -> pd.DataFrame:
    return read_loops([CHAIN], Evidence(axes(*rows), members, follows(verdict)))


def test_a_path_holds_through_the_group_in_which_both_links_meet():
    found = read()
    assert found["found"].unique().tolist() == [CLOSED]
    assert found[["link", "source", "target", "by"]].to_numpy().tolist() == [
        [1, "Hypoxia", "Tumour 1", "hypoxia"],
        [2, "Tumour 1", "Tip", "vegf"],
    ]
    assert found["n_samples_specific"].tolist() == [2, 3]
    assert found["unit"].tolist() == ["SD", "score"]


def test_every_path_that_holds_is_told():
    found = read((*ALL[:2], ("Tumour 2", "Vein", True)))
    assert found["path"].tolist() == [1, 1, 2, 2]
    assert set(found.loc[found["link"] == 2, "target"]) == {"Tip", "Vein"}


@pytest.mark.parametrize("verdict", ["does not follow", "unclear", "opposite"])
def test_one_link_that_does_not_hold_leaves_the_chain_open(verdict):
    found = read(verdict=verdict)
    assert found["found"].unique().tolist() == [OPEN]
    assert found["holds"].tolist() == [False, True]
    assert found["target"].tolist() == ["Tumour 1", "Tip"]  # the nearest to holding


def test_a_path_that_the_data_cannot_show_is_not_open():
    rows = axes(("Tumour 1", "Tip", False)).assign(verdict="not testable: genes missing")
    found = read_loops([CHAIN], Evidence(rows, MEMBERS, follows("follows")))
    assert found["found"].unique().tolist() == [UNREAD]
    assert len(found) == 2


def test_without_the_cells_there_is_no_path():
    found = read(members={"malignant": [], "endothelial": ["Tip"]})
    assert found["found"].tolist() == [UNREAD]
    assert found["cite"].tolist() == ["by whom"]


def test_what_is_looked_for_is_there():
    known = load_known()
    library, ids = load("all"), {axis.id for axis in load_axes()}
    for programme in known.programmes.values():
        assert bool(programme.signature) != bool(programme.axis)
        assert not programme.signature or programme.signature in library
        assert not programme.axis or programme.axis in ids
    assert set(known.controls) <= set(library)
    asked = {(each.gene, each_in) for each in known.genes for each_in in each.within}
    for loop in known.loops:
        assert loop.says
        assert loop.cite
        for link in loop.links:
            assert {end for end in (link.source, link.target) if end} <= set(tree())
            assert link.axis in ids if link.axis else (link.gene, link.source) in asked
    assert {name for each in known.genes for name in each.programmes} <= set(known.programmes)
