"""The evidence for a drug target on an axis: tables made by hand, with what they say of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tmeatlas.targets import AxisRows, Expression, read_expression

AXIS = {
    **{"axis": "vegf", "source": "m", "target": "e", "verdict": "specific", "score": 0.5},
    **{"padj": 0.01, "top_interaction": "VEGFA^KDR", "n_samples": 5, "n_samples_specific": 4},
}
PAIR = {
    **{"axis": "vegf", "source": "m", "target": "e", "ligand_complex": "VEGFA"},
    **{"receptor_complex": "KDR", "core": "core", "verdict": "specific", "score": 0.5},
    **{"n_samples": 5, "n_samples_specific": 3},
}


def rows(axes=({},), pairs=({},)) -> AxisRows:
    return AxisRows(
        pd.DataFrame([AXIS | change for change in axes]),
        pd.DataFrame([PAIR | change for change in pairs]),
    )


@pytest.fixture
def expression() -> Expression:
    """KDR in half of e, CD44 in all of e; in m nothing."""
    values = sp.csc_matrix(np.array([[0, 0], [0, 0], [1, 1], [0, 1]], dtype=np.float32))
    codes = np.array([0, 0, 1, 1], dtype=np.int32)
    return read_expression(
        values, ["KDR", "CD44"], codes, ("m", "e"), np.zeros(4, dtype=np.int32), min_cells=1
    )


def test_the_best_pair_of_the_axis_has_the_gene(expression):
    found = rows().evidence("vegf", "KDR", expression)
    assert (found.n_specific, found.n_samples, found.in_all) == (4, 5, True)
    assert (found.source, found.target, found.group) == ("m", "e", "e")
    assert (found.role, found.interaction) == ("receptor", "VEGFA^KDR")
    ligand = rows().evidence("vegf", "VEGFA", expression)
    assert (ligand.role, ligand.group, ligand.n_specific) == ("ligand", "m", 4)


def test_an_axis_that_is_carried_by_other_genes_does_not_speak_for_a_drug_target(expression):
    other = {"top_interaction": "PGF^FLT1"}
    silent = {"verdict": "too few cells", "n_samples_specific": 0}
    found = rows([other], [silent]).evidence("vegf", "KDR", expression)
    assert (found.n_specific, found.in_all, found.source) == (0, False, "")
    # Its own core pair, specific by itself in two samples, does.
    found = rows([other], [{"n_samples_specific": 2}]).evidence("vegf", "KDR", expression)
    assert (found.n_specific, found.interaction) == (2, "VEGFA^KDR")
    assert found.notes == (
        "counted of the pair by itself; the axis here: specific, specific in 4 of 5 samples",
    )


def test_samples_are_those_of_the_axis_where_its_best_pair_has_the_gene(expression):
    found = rows([{}], [{"n_samples_specific": 5}]).evidence("vegf", "KDR", expression)
    assert (found.n_specific, found.n_samples, found.notes) == (4, 5, ())


def test_the_best_route_is_that_of_the_axis(expression):
    axes = [{"n_samples_specific": 2, "score": 0.6}, {"source": "x", "n_samples_specific": 3}]
    found = rows(axes).evidence("vegf", "KDR", expression)
    assert (found.source, found.n_specific, found.senders) == ("m", 2, ("m", "x"))


@pytest.mark.parametrize("verdict", ["not specific", "specific, mostly ambient", "not testable"])
def test_what_the_samples_together_rule_out_no_single_one_overrules(verdict, expression):
    found = rows([{"verdict": verdict}]).evidence("vegf", "KDR", expression)
    assert (found.n_specific, found.in_all, found.verdict) == (0, False, verdict)


def test_pairs_that_are_mostly_ambient_or_associated_do_not_count(expression):
    other = {"top_interaction": "PGF^FLT1"}
    for change in ({"verdict": "specific, mostly ambient"}, {"core": "associated"}):
        found = rows([other], [change]).evidence("vegf", "KDR", expression)
        assert found.n_specific == 0, change


def test_all_senders_and_receivers_of_supported_routes(expression):
    axes = [{}, {"source": "x", "n_samples_specific": 2}, {"source": "y", "n_samples_specific": 1}]
    pairs = [{**change, "n_samples_specific": 0} for change in axes]
    found = rows(axes, pairs).evidence("vegf", "KDR", expression)
    assert (found.senders, found.receivers, found.n_routes) == (("m", "x"), ("e",), 2)


def test_a_gene_in_no_core_pair_counts_where_the_receiver_expresses_it(expression):
    found = rows().evidence("vegf", "CD44", expression)
    assert (found.role, found.n_specific) == ("further part of the axis", 4)
    back = rows([{"source": "e", "target": "m"}]).evidence("vegf", "CD44", expression)
    assert back.n_specific == 0


def test_without_samples_all_cells_are_one_sample(expression):
    axes = pd.DataFrame([AXIS]).drop(columns=["n_samples", "n_samples_specific"])
    pairs = pd.DataFrame([PAIR]).drop(columns=["n_samples", "n_samples_specific"])
    found = AxisRows(axes, pairs).evidence("vegf", "KDR", expression)
    assert (found.n_specific, found.n_samples, found.in_all) == (0, 0, True)


def test_an_axis_that_the_crosstalk_lacks(expression):
    found = rows().evidence("tgfb", "TGFB1", expression)
    assert found.notes == ("the crosstalk does not know the axis tgfb",)
    assert not found.in_all


def test_the_role_is_told_where_the_data_lack_the_gene(expression):
    missing = rows([{"axis": "pd1_pdl1", "top_interaction": ""}]).evidence(
        "pd1_pdl1", "PDCD1", expression
    )
    assert (missing.role, missing.n_specific) == ("receptor", 0)
