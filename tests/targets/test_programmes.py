"""Programmes and kinds of cells: in how many samples they are found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tmeatlas.lr import Cells
from tmeatlas.targets import Support, find_programmes, kinds_of_cells, read_expression
from tmeatlas.targets._support import Role, direction, support_of

N = 60


@pytest.fixture(scope="module")
def planted():
    """Three samples of groups a and b; the programme is high in b of the first two."""
    rng = np.random.default_rng(0)
    codes = np.tile(np.repeat([0, 1], N), 3).astype(np.int32)
    samples = np.repeat([0, 1, 2], 2 * N).astype(np.int32)
    score = rng.normal(size=len(codes)) + 2.0 * ((codes == 1) & (samples < 2))
    cells = Cells(
        expression=sp.csc_matrix((len(codes), 0), dtype=np.float32),
        counts=None,
        codes=codes,
        labels=("a", "b"),
        depth=rng.integers(1000, 2000, size=len(codes)),
        samples=samples,
    )
    shows = np.column_stack([codes == 1, codes == 0]).astype(np.float32)
    expression = read_expression(
        sp.csc_matrix(shows), ["IN_B", "IN_A"], codes, ("a", "b"), samples, min_cells=10
    )
    return cells, pd.DataFrame({"hypoxia": score, "flat": rng.normal(size=len(codes))}), expression


def test_a_programme_counts_in_the_samples_in_which_it_stands_out(planted):
    cells, scores, expression = planted
    found = find_programmes(cells, scores, n_samples=3, min_cells=10)
    assert found["hypoxia"].n_specific.tolist() == [0, 2]
    assert found["hypoxia"].n_samples.tolist() == [3, 3]
    assert found["flat"].n_specific.tolist() == [0, 0]
    evidence = found["hypoxia"].evidence("IN_B", expression)
    assert (evidence.n_specific, evidence.group, evidence.verdict) == (2, "b", "stands out")
    assert evidence.receivers == ("b",)


def test_only_groups_that_express_the_drug_target_count(planted):
    cells, scores, expression = planted
    found = find_programmes(cells, scores, n_samples=3, min_cells=10)["hypoxia"]
    for gene in ("IN_A", "NOT_THERE"):
        evidence = found.evidence(gene, expression)
        assert (evidence.n_specific, evidence.in_all, evidence.group) == (0, False, "")
    assert found.evidence("", expression).n_specific == 2


def test_without_scores_there_are_no_programmes(planted):
    cells, scores, _ = planted
    assert find_programmes(cells, scores[[]], n_samples=3, min_cells=10) == {}


def kind(which, samples, names, min_cells=2):
    return kinds_of_cells({("lineage", "treg"): which}, samples, names, min_cells=min_cells)[
        "lineage", "treg"
    ]


def test_cells_of_a_kind_count_in_samples_with_enough_of_them():
    which = np.array([1, 1, 0, 1, 0, 1, 1, 1], dtype=bool)
    samples = np.array([0, 0, 0, 1, 1, 2, 2, 2], dtype=np.int32)
    found = kind(which, samples, ("p", "q", "r")).evidence(None)
    assert (found.n_specific, found.n_samples, found.verdict) == (2, 3, "6 cells")
    shows = np.array([0, 0, 1, 1, 1, 1, 0, 0], dtype=bool)
    found = kind(which, samples, ("p", "q", "r")).evidence(shows)
    assert (found.n_specific, found.showing) == (1, (2, 6))


def test_without_samples_and_where_no_sample_has_enough():
    which = np.array([True, True, False])
    assert kind(which, None, ()).evidence(None).in_all
    apart = kind(which, np.array([0, 1, 1], dtype=np.int32), ("p", "q")).evidence(None)
    assert (apart.n_specific, apart.in_all) == (0, True)
    assert not kind(which, None, (), min_cells=3).evidence(None).in_all


@pytest.mark.parametrize(
    ("n", "in_all", "measured", "share", "word"),
    [
        (2, False, True, 0.0, "supported"),
        (1, False, True, 0.5, "seen in one sample"),
        (0, True, True, 0.5, "seen in one sample"),
        (0, False, True, 0.1, "expressed, not specific"),
        (0, False, True, 0.09, "not seen"),
        (0, False, True, np.nan, "not seen"),
        (0, False, False, np.nan, "not measured"),
    ],
)
def test_support_in_one_word(n, in_all, measured, share, word):
    assert support_of(n, in_all=in_all, measured=measured, most_share=share) == word
    assert word in {str(each) for each in Support}


@pytest.mark.parametrize(
    ("action", "role", "words"),
    [
        ("blocks", Role.LIGAND, "blocker of the ligand"),
        ("activates", Role.RECEPTOR, "agonist of the receptor"),
        ("blocks", Role.ACCESSORY, "blocker of a further part of the axis"),
        ("blocks", Role.PROGRAMME, "blocker of a gene of the programme"),
        ("blocks", Role.NONE, "blocker of the drug target"),
        ("depletes the cell", Role.CELLS, "depletes the cell"),
        ("degrades the product", Role.LIGAND, "degrades the product"),
        ("not stated", Role.LIGAND, "action not stated"),
    ],
)
def test_direction(action, role, words):
    assert direction(action, role) == words
