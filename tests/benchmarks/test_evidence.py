"""The changes with a known truth that the benchmark of crosstalk rests on."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest

MODULES = ("evidence_data", "evidence_errors", "evidence_tails")


@pytest.fixture(scope="module")
def evidence(repository):
    """The modules of the benchmark, which lie beside each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield [importlib.import_module(name) for name in MODULES]
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def tumour(evidence):
    return evidence[0].read(evidence[0].simulated(300))


def test_shuffled_genes_keep_their_values_in_each_stratum(evidence, tumour):
    chosen = np.zeros(tumour.cells.expression.shape[1], dtype=bool)
    chosen[::2] = True
    changed = evidence[0].shuffled_genes(tumour, chosen, np.random.default_rng(0))
    before, after = (given.cells.expression.toarray() for given in (tumour, changed))
    assert (before[:, ~chosen] == after[:, ~chosen]).all()
    assert (before[:, chosen] != after[:, chosen]).any()
    for stratum in np.unique(tumour.cells.strata.codes):
        here = tumour.cells.strata.codes == stratum
        assert (np.sort(before[here], axis=0) == np.sort(after[here], axis=0)).all()


def test_interactions_are_false_by_one_side_whose_genes_are_all_shuffled(evidence, tumour):
    matched = tumour.matched
    bad = np.zeros(tumour.cells.expression.shape[1], dtype=bool)
    number = next(
        i
        for i, entry in enumerate(matched.interactions)
        if len(entry.ligand_genes) == 1 and len(entry.receptor_genes) > 1
    )
    genes = matched.partners.genes()
    receptor = genes[matched.receptor[number]]
    bad[receptor[0]] = True
    assert not evidence[1].false_interactions(tumour, bad)[number]
    bad[receptor] = True
    assert evidence[1].false_interactions(tumour, bad)[number]


def test_lone_pair_is_in_its_groups_and_hardly_elsewhere(evidence, tumour):
    cells, matched = tumour.cells, tumour.matched
    changed = evidence[0].with_lone_pair(tumour, (0, 1), 1.0, np.random.default_rng(0))
    number = evidence[0].lone_pair(tumour)
    for partner, group in ((matched.ligand[number], 0), (matched.receptor[number], 1)):
        shown = changed.cells.expression[:, [partner]].toarray().ravel() > 0
        assert shown[cells.codes == group].all()
        assert shown[cells.codes != group].mean() < 0.05


def test_draws_have_the_total_that_the_least_effect_allows(evidence, tumour):
    tails = evidence[2]
    rng = np.random.default_rng(0)
    x = np.where(rng.random(60) < 0.5, rng.random(60), 0.0)
    side = tails.Side(x, np.repeat([0, 1], 30), np.array([30, 30]), np.array([6, 9]), 0.0)
    for fold in (1.0, 1.5):
        drawn = tails.draws(side, side.tilt(fold), 20_000, 0)
        assert drawn.mean() == pytest.approx(side.expected(fold), rel=0.03)
