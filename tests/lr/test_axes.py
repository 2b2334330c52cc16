"""Axes answer to their core pairs; what is beside them is told, and decides nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tmeatlas.interactions import as_interactions
from tmeatlas.lr import Cells, Meeting, ResponseScores, match_interactions, pool_axes, run_axes

GENES = ["LIG", "LIG2", "REC", "ASIDE", "TRAP", "FAINT1", "FAINT2", "FAINT3", "HUB", "QUIET"]
PAIRS = [
    # ligand, receptor, axis, role, core, disputed
    ("LIG", "REC", "named", "signalling", "core", ""),
    ("LIG2", "REC", "named", "signalling", "core", ""),
    ("ASIDE", "REC", "named", "signalling", "associated", "yes"),
    ("LIG", "TRAP", "named", "decoy", "associated", ""),
    ("FAINT1", "HUB", "pooled", "signalling", "core", ""),
    ("FAINT2", "HUB", "pooled", "signalling", "core", ""),
    ("FAINT3", "HUB", "pooled", "signalling", "core", ""),
    ("QUIET", "HUB", "quiet", "signalling", "core", ""),
]


def database(pairs=PAIRS):
    columns = ["ligand", "receptor", "axis", "role", "core", "disputed"]
    return as_interactions(pd.DataFrame(pairs, columns=columns))


@pytest.fixture(scope="module")
def cells():
    """LIG and ASIDE in group a; REC in b; three faint ligands in c, their receptor in d."""
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(6), 150).astype(np.int32)
    share = np.full((900, len(GENES)), 0.01)
    for gene, group, part in (
        ("LIG", 0, 0.5), ("ASIDE", 0, 0.6), ("REC", 1, 0.5), ("TRAP", 1, 0.3),
        ("FAINT1", 2, 0.09), ("FAINT2", 2, 0.09), ("FAINT3", 2, 0.09), ("HUB", 3, 0.5),
    ):  # fmt: skip
        share[codes == group, GENES.index(gene)] = part
    share[:, GENES.index("QUIET")] = 0.0
    shown = rng.random(share.shape) < share
    values = np.where(shown, rng.lognormal(0.3, 0.3, share.shape), 0.0).astype(np.float32)
    return Cells(sp.csc_matrix(values), None, codes, list("abcdef"), rng.integers(400, 600, 900))


def run(cells, interactions=None, *, without=(), responses=None, **options):
    interactions = interactions or database()
    genes = [gene for gene in GENES if gene not in without]
    kept = [GENES.index(gene) for gene in genes]
    matched = match_interactions(interactions, genes)
    own = replace(cells, expression=cells.expression[:, np.array(kept)[matched.columns]])
    responses = responses or ResponseScores(pd.DataFrame(index=range(len(cells.codes))), {}, {})
    pools = pool_axes(interactions, matched)
    return run_axes(own, matched, pools, responses, **options).table


def row(table, axis, source="a", target="b"):
    at = (table["axis"] == axis) & (table["source"] == source) & (table["target"] == target)
    (only,) = table[at].to_dict("records")
    return only


def standing(table, axis):
    return table[(table["axis"] == axis) & (table["padj"] <= 0.05)]


def test_an_axis_is_specific_by_a_core_pair(cells):
    table = run(cells)
    found = row(table, "named")
    assert found["verdict"] == "specific, response unknown"
    assert found["top_interaction"] == "LIG^REC"
    assert len(standing(table, "named")) == 1


def test_without_its_ligand_it_is_not_though_another_binds_the_receptor(cells):
    table = run(cells, without=("LIG",))
    assert standing(table, "named").empty
    found = row(table, "named")
    assert found["ligand_pval"] > 0.05 > found["receptor_pval"]
    assert (found["core_pairs"], found["core_pairs_measured"]) == (2, 1)
    assert found["coverage"] == 0.5
    assert found["missing_genes"] == "LIG"


def test_without_a_complete_core_pair_nothing_is_tested(cells):
    table = run(cells, without=("LIG", "LIG2"))
    own = table[table["axis"] == "named"]
    assert (own["verdict"] == "not testable: genes missing").all()
    assert own["pval"].isna().all()
    assert set(own["missing_genes"]) == {"LIG; LIG2"}
    assert len(own) == 36


def test_associated_pairs_are_told_beside_it(cells):
    assert row(run(cells), "named")["associated"] == "ASIDE^REC (disputed)"
    assert row(run(cells), "named", target="c")["associated"] == ""


def test_a_decoy_is_a_share_of_cells(cells):
    found = row(run(cells), "named")
    assert found["decoy_target"] == pytest.approx(0.3, abs=0.12)
    assert np.isnan(found["cleavage_target"])


def test_a_row_tells_of_its_top_interaction(cells):
    found = row(run(cells), "pooled", "c", "d")
    ligand, receptor = found["top_interaction"].split("^")
    expression = cells.expression.toarray()
    for side, gene, group in (("ligand", ligand, 2), ("receptor", receptor, 3)):
        shown = expression[cells.codes == group, GENES.index(gene)] > 0
        assert found[f"{side}_cells"] == shown.sum()
        assert found[f"{side}_fraction"] == pytest.approx(shown.mean())


def test_several_ligands_have_as_many_chances(cells):
    """The p-value of the side is that of the best of three, times three."""
    together = row(run(cells), "pooled", "c", "d")
    alone = [
        row(run(cells, database([pair])), "pooled", "c", "d")["ligand_pval"]
        for pair in PAIRS
        if pair[0].startswith("FAINT")
    ]
    assert together["ligand_pval"] == pytest.approx(3 * min(alone))


def test_an_axis_that_no_cell_shows_has_too_few_cells(cells):
    own = run(cells)
    own = own[own["axis"] == "quiet"]
    assert (own["pval"] == 1.0).all()
    assert (own["verdict"] == "too few cells").all()


def test_without_annotation_all_pairs_are_core(cells):
    frame = pd.DataFrame(PAIRS).iloc[:, :4]
    frame.columns = ["ligand", "receptor", "axis", "role"]
    table = run(cells, as_interactions(frame))
    assert row(table, "named")["core_pairs"] == 3
    assert len(standing(run(cells, as_interactions(frame), without=("LIG",)), "named")) == 1


def responses(cells, *, validated, up=1):
    """A signature that group `up` has by one standard deviation."""
    scores = np.random.default_rng(1).normal(0.5, 0.1, len(cells.codes))
    scores[cells.codes == up] += 0.1
    of_axis = {"named": ["answer"]}
    frame = pd.DataFrame({"answer": scores.astype(np.float32)})
    return ResponseScores(frame, of_axis, of_axis if validated else {})


def test_active_is_specific_with_a_validated_response(cells):
    found = row(run(cells, responses=responses(cells, validated=True)), "named")
    assert found["verdict"] == "active"
    assert found["response_effect"] == pytest.approx(1.0, abs=0.25)
    assert found["response_padj"] < 1e-6


def test_a_validated_response_that_is_not_up_leaves_it_specific(cells):
    found = row(run(cells, responses=responses(cells, validated=True, up=4)), "named")
    assert found["verdict"] == "specific"
    assert found["missing"] == "response"


def test_a_response_that_nobody_confirmed_decides_nothing(cells):
    found = row(run(cells, responses=responses(cells, validated=False)), "named")
    assert found["verdict"] == "specific, response unknown"
    assert not found["response_validated"]
    assert found["response_padj"] < 1e-6


def test_what_is_told_of_too_few_cells_is_not_what_is_ruled_out(cells):
    """From f to d: LIG2 is surely not higher in f than elsewhere; of FAINT1 nobody can say."""
    values = cells.expression.toarray()
    in_f = cells.codes == 5
    values[:, GENES.index("LIG2")] = np.where(in_f, 0.5, 1.0)
    values[in_f, GENES.index("FAINT1")] = 0.0
    pairs = [
        ("LIG2", "HUB", "one", "signalling", "core", ""),
        ("FAINT1", "REC", "one", "signalling", "core", ""),
    ]
    table = run(replace(cells, expression=sp.csc_matrix(values)), database(pairs))
    found = row(table, "one", "f", "d")
    assert (found["verdict"], found["pval"]) == ("too few cells", 1.0)
    assert found["top_interaction"] == "FAINT1^REC"


def test_groups_that_cannot_meet_are_not_listed(cells):
    meet = np.eye(6, dtype=bool)
    table = run(cells, meeting=Meeting(meet))
    assert (table["source"].astype(str) == table["target"].astype(str)).all()
    assert len(table) == 3 * 6


def samples_of(cells, carried_by):
    """Each cell in one of four samples; LIG stays in group a of some of them only."""
    samples = (np.arange(len(cells.codes)) % 4).astype(np.int32)
    values = cells.expression.toarray()
    gone = (cells.codes == 0) & ~np.isin(samples, carried_by)
    values[gone, GENES.index("LIG")] = 0.0
    return replace(cells, expression=sp.csc_matrix(values), samples=samples)


@pytest.mark.parametrize(("carried_by", "specific"), [((0, 1, 2), True), ((0,), False)])
def test_half_of_the_samples_have_to_show_it(cells, carried_by, specific):
    table = run(samples_of(cells, carried_by), sample_names=list("wxyz"), min_cells=10)
    found = row(table, "named")
    assert found["n_samples"] == 4
    assert found["n_samples_specific"] == len(carried_by)
    assert found["pval_pooled"] < 1e-6  # all cells together would say so either way
    assert (found["padj"] <= 0.05) == specific


def test_samples_are_listed_when_asked_for(cells):
    table = run(
        samples_of(cells, (0, 1, 2)), sample_names=list("wxyz"), min_cells=10, list_samples=True
    )
    assert list(table["sample"].cat.categories) == ["", "w", "x", "y", "z"]
    stands = table[(table["axis"] == "named") & (table["padj"] <= 0.05)]
    assert sorted(stands["sample"]) == ["", "w", "x", "y"]
    assert (table.loc[table["sample"] != "", "n_samples"] == 0).all()
