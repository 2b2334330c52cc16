"""The share of ambient RNA: as much as was added, and no doublets or wrong labels."""

from __future__ import annotations

import numpy as np
import pytest
from made_molecules import ALL_GENES, BLOOD, MARKERS, column, made_counts, read_cells

from tmeatlas.quality import MOSTLY_AMBIENT, estimate_ambient, judge_ambient

NO_GENES = np.zeros(len(ALL_GENES), dtype=bool)


def estimate(counts, lineages, interest=NO_GENES, **parts):
    return estimate_ambient(*read_cells(counts, lineages, **parts), interest)


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1, 0.2, 0.4])
def test_the_share_is_what_was_added(share):
    counts, lineages = made_counts(100, np.random.default_rng(1), ambient=share)
    found = estimate(counts, lineages)
    assert found.share[0] == pytest.approx(share, rel=0.1)
    assert found.low[0] < share < found.high[0]
    assert found.by_group[0] == pytest.approx(np.full(5, share), rel=0.35)


def test_clean_cells_have_none():
    counts, lineages = made_counts(100, np.random.default_rng(1))
    found = estimate(counts, lineages)
    assert found.share[0] == 0
    assert np.nanmax(found.explained) == 0


def test_each_sample_has_its_own():
    rng = np.random.default_rng(2)
    parts = [made_counts(60, rng, ambient=share) for share in (0.05, 0.3)]
    counts, lineages = (np.concatenate(each) for each in zip(*parts, strict=True))
    found = estimate(counts, lineages, samples=np.repeat([0, 1], 300))
    assert found.share == pytest.approx([0.05, 0.3], rel=0.15)


def test_doublets_are_not_taken_for_it():
    """One cell in ten is two; were they spread, that would be 5 % of all molecules."""
    rng = np.random.default_rng(3)
    counts, lineages = made_counts(100, rng, ambient=0.05)
    doublets = rng.choice(500, 50, replace=False)
    counts[doublets] += counts[rng.permutation(500)[:50]]
    assert estimate(counts, lineages).share[0] == pytest.approx(0.05, rel=0.4)


def test_wrong_labels_are_not_taken_for_it():
    rng = np.random.default_rng(4)
    counts, lineages = made_counts(100, rng, ambient=0.05)
    wrong = rng.choice(500, 25, replace=False)
    lineages[wrong] = lineages[(wrong + 250) % 500]
    assert estimate(counts, lineages).share[0] == pytest.approx(0.05, rel=0.4)


def test_what_one_lineage_makes_of_another_is_not_taken_for_it():
    rng = np.random.default_rng(5)
    counts, lineages = made_counts(100, rng, ambient=0.05)
    macrophages = np.flatnonzero(lineages == "macrophage")
    for gene in MARKERS["t_cell"]:
        counts[macrophages, column(gene)] += rng.poisson(3.0, 100)
    assert estimate(counts, lineages).share[0] == pytest.approx(0.05, rel=0.3)


def test_genes_that_a_group_did_not_make_are_ambient_there():
    counts, lineages = made_counts(100, np.random.default_rng(6), ambient=0.1)
    found = estimate(counts, lineages)
    groups = sorted(MARKERS)
    share = dict(zip(groups, found.explained.T, strict=True))
    for gene in ("COL1A1", "KRT8", "IGKC"):
        assert share["t_cell"][column(gene)] >= MOSTLY_AMBIENT
    for gene in ("CD3D", "TRAC"):
        assert share["t_cell"][column(gene)] < 0.05
        assert share["macrophage"][column(gene)] >= MOSTLY_AMBIENT
    household = found.explained[column("HOUSE0") :]
    assert np.nanmedian(household) == pytest.approx(0.1, abs=0.05)
    assert np.isnan(share["t_cell"][column("ALAS2")])  # no molecule anywhere


def test_a_shallow_group_has_more_of_it():
    """Droplets get about as many ambient molecules each, whatever the cell has."""
    rng = np.random.default_rng(7)
    counts, lineages = made_counts(150, rng)
    pool = counts.sum(axis=0) / counts.sum()
    counts = counts + rng.poisson(300 * pool, counts.shape)
    found = estimate(counts, lineages)
    share = dict(zip(sorted(MARKERS), found.by_group[0], strict=True))
    assert share["t_cell"] == pytest.approx(300 / 1800, rel=0.3)
    assert share["epithelial"] == pytest.approx(300 / 5300, rel=0.3)


def test_blood_is_ambient_in_all_groups():
    counts, lineages = made_counts(60, np.random.default_rng(8), ambient=0.05, blood=0.01)
    found = estimate(counts, lineages)
    assert (found.explained[[column(gene) for gene in BLOOD[:3]]] >= MOSTLY_AMBIENT).all()
    assert {"HBA1", "HBA2", "HBB"} <= {ALL_GENES[each.gene] for each in found.genes}
    assert {each.lineage for each in found.genes if ALL_GENES[each.gene] == "HBB"} == {
        "erythrocyte"
    }


def test_listed_are_markers_and_genes_of_interest():
    interest = NO_GENES.copy()
    interest[column("HOUSE3")] = True
    counts, lineages = made_counts(60, np.random.default_rng(9), ambient=0.1)
    listed = estimate(counts, lineages, interest).genes
    names = [ALL_GENES[each.gene] for each in listed]
    assert "HOUSE3" in names
    assert "HOUSE4" not in names
    assert {"KRT8", "COL1A1"} <= set(names)
    shares = [each.pool for each in listed]
    assert shares == sorted(shares, reverse=True)
    assert len(listed) <= 50
    of_pool = counts.sum(axis=0)[column("KRT8")] / counts.sum()
    assert shares[names.index("KRT8")] == pytest.approx(of_pool, rel=0.2)


@pytest.mark.parametrize("kept", [["t_cell"], ["t_cell", "epithelial"], ["t_cell", "", ""]])
def test_few_lineages_tell_nothing(kept):
    counts, lineages = made_counts(60, np.random.default_rng(10), ambient=0.1)
    inside = np.isin(lineages, kept)
    found = estimate(counts[inside], lineages[inside])
    assert np.isnan(found.share).all()
    assert np.isnan(found.explained).all()
    assert found.genes == ()
    assert "two others" in found.note[0]


def test_a_sample_that_tells_nothing_leaves_the_others():
    counts, lineages = made_counts(60, np.random.default_rng(11), ambient=0.1)
    more, others = made_counts(20, np.random.default_rng(12), ambient=0.1)
    only = others == "t_cell"
    found = estimate(
        np.concatenate([counts, more[only]]),
        np.concatenate([lineages, others[only]]),
        samples=np.repeat([0, 1], [300, 20]),
    )
    assert np.isfinite(found.share).tolist() == [True, False]
    t_cells = found.explained[:, sorted(MARKERS).index("t_cell")]
    assert t_cells[column("COL1A1")] >= MOSTLY_AMBIENT


def test_unnamed_cells_and_groups_are_part_of_the_pool_alone():
    counts, lineages = made_counts(80, np.random.default_rng(13), ambient=0.1)
    lineages = lineages.copy()
    lineages[::8] = ""
    groups = np.where(lineages == "", -1, np.unique(lineages, return_inverse=True)[1] - 1)
    found = estimate(counts, lineages, groups=groups)
    assert found.share[0] == pytest.approx(0.1, rel=0.2)


def judged(share: float, n: int = 100):
    counts, lineages = made_counts(n, np.random.default_rng(14), ambient=share)
    names = sorted(MARKERS)
    groups = np.unique(lineages, return_inverse=True)[1]
    return judge_ambient(estimate(counts, lineages), 0, groups, names)


def test_what_is_common_is_no_remark():
    measured, remarks = judged(0.1)
    assert remarks == ()
    assert measured[0].measure == "ambient"
    assert measured[0].cells == 500
    assert [each.group for each in measured[1:]] == sorted(MARKERS)


def test_more_is_a_remark_with_its_numbers():
    (remark,) = judged(0.25).remarks
    assert remark.word == "ambient RNA"
    assert remark.against("interactions of ambient genes")
    assert "of the molecules of 500 cells" in remark.reason
    assert "10% is common, 15% the limit" in remark.reason


def test_what_is_not_told_has_a_reason():
    counts, lineages = made_counts(60, np.random.default_rng(15))
    inside = lineages == "t_cell"
    groups = np.zeros(60, dtype=int)
    measured, remarks = judge_ambient(estimate(counts[inside], lineages[inside]), 0, groups, ["T"])
    assert remarks == ()
    assert np.isnan(measured[0].value)
    assert "two others" in measured[0].note
