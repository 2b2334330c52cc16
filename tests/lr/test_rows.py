"""From sides to rows: families, verdicts, order, and what is not listed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tmeatlas.interactions import as_interactions
from tmeatlas.lr import Cells, Meeting, match_interactions, run_crosstalk

GENES = ["LIG", "REC", "OTHER", "EVERYWHERE", "DECOY", "NOWHERE"]


@pytest.fixture(scope="module")
def cells():
    """LIG in half of group a, REC in half of group b; EVERYWHERE in all, NOWHERE in none."""
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(5), 120).astype(np.int32)
    share = np.full((600, len(GENES)), 0.02)
    share[codes == 0, 0] = share[codes == 1, 1] = share[codes == 1, 4] = 0.5
    share[:, 3], share[:, 5] = 1.0, 0.0
    shown = rng.random(share.shape) < share
    values = np.where(shown, rng.lognormal(0.3, 0.3, share.shape), 0.0).astype(np.float32)
    depth = rng.integers(400, 600, 600)
    return Cells(sp.csc_matrix(values), None, codes, list("abcde"), depth)


def run(cells, interactions, **options):
    """The analysis of the genes that the interactions need."""
    matched = match_interactions(interactions, GENES)
    own = replace(cells, expression=cells.expression[:, matched.columns])
    return run_crosstalk(own, matched, **options)


def database(**columns):
    pairs = [("LIG", "REC"), ("LIG", "DECOY"), ("EVERYWHERE", "REC"), ("LIG", "NOWHERE")]
    frame = pd.DataFrame(pairs, columns=["ligand", "receptor"])
    frame["role"] = ["signalling", "decoy", "adhesion", "signalling"]
    return as_interactions(frame.assign(**columns))


@pytest.fixture(scope="module")
def tested(cells):
    return run(cells, database())


def row(table, ligand, receptor, source="a", target="b"):
    names = {"ligand_complex": ligand, "receptor_complex": receptor}
    found = table
    for column, value in (names | {"source": source, "target": target}).items():
        found = found[found[column] == value]
    (only,) = found.to_dict("records")
    return only


def test_what_both_sides_have_is_specific_and_first(tested):
    first = tested.table.iloc[0]
    assert (first["ligand_complex"], first["receptor_complex"]) == ("LIG", "REC")
    assert (first["source"], first["target"]) == ("a", "b")
    assert first["verdict"] == "specific"
    assert (tested.table["verdict"] == "specific").sum() == 1


def test_one_side_is_not_enough(tested):
    everywhere = row(tested.table, "EVERYWHERE", "REC")
    assert everywhere["receptor_pval"] < 1e-10 < everywhere["ligand_pval"]
    assert everywhere["verdict"] == "not specific"
    assert everywhere["ligand_specificity"] == pytest.approx(1.0, abs=0.1)


def test_a_decoy_has_a_p_value_and_no_verdict(tested):
    decoy = row(tested.table, "LIG", "DECOY")
    assert decoy["verdict"] == ""
    assert decoy["pval"] < 1e-10
    assert np.isnan(decoy["padj"])
    judged = tested.table["verdict"] != ""
    assert judged[: judged.sum()].all()  # those without a verdict come last


def test_the_family_is_what_could_be_shown(tested):
    # Two interactions with a verdict that some cell shows, between five groups.
    assert tested.n_tests == 2 * 25
    assert tested.rows.n_not_detected == 1
    assert "NOWHERE" not in set(tested.table["receptor_complex"])


def test_verdict_and_adjusted_p_agree(tested):
    table = tested.table[tested.table["verdict"] != ""]
    np.testing.assert_array_equal(table["verdict"] == "specific", table["padj"] <= 0.05)
    assert (table["pval"] == table[["ligand_pval", "receptor_pval"]].max(axis=1)).all()


def test_groups_that_cannot_meet_are_no_tests(cells):
    meet = np.eye(5, dtype=bool)
    meet[0, 1] = meet[1, 0] = True
    found = run(cells, database(), meeting=Meeting(meet))
    assert found.n_tests == 2 * 7
    pairs = set(zip(found.table["source"], found.table["target"], strict=True))
    assert pairs <= {("a", "b"), ("b", "a"), *((g, g) for g in "abcde")}


def test_a_pair_in_cis_stays_in_its_group(cells):
    frame = pd.DataFrame({"ligand": ["LIG"], "receptor": ["EVERYWHERE"], "role": ["cis"]})
    table = run(cells, as_interactions(frame)).table
    assert (table["source"].astype(str) == table["target"].astype(str)).all()


def test_fractions_limit_what_is_listed_not_what_is_tested(cells, tested):
    found = run(cells, database(), min_fraction=0.3)
    assert found.n_tests == tested.n_tests
    assert len(found.table) < len(tested.table)
    assert found.rows.n_below_fraction == len(tested.table) - len(found.table)
    assert row(found.table, "LIG", "REC")["padj"] == row(tested.table, "LIG", "REC")["padj"]


def test_cells_that_lack_are_told_for_the_side_that_lacks_them(cells):
    """LIG in group c: seen in 2 % as elsewhere, so c is short of cells, and b is not."""
    found = run(cells, database()).table
    faint = row(found, "LIG", "REC", source="c")
    assert faint["verdict"] == "too few cells"
    assert faint["source_cells_needed"] > faint["source_cells"]
    assert np.isnan(faint["target_cells_needed"])
