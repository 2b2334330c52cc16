"""A method of the user's own: what it must have, what it gets, and where it shows."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy.sparse as sp

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas.atlas.payload import build_payload
from tmeatlas.sig import Signature


class Share(tme.methods.RowMethod):
    name = "share"
    unit = "share; of its genes that the cell shows\u202e"
    citation = "Doe et al. (2030) <b>"
    accepts = tme.methods.UCell.accepts

    def prepare(self, matrix, signatures):
        share = np.zeros((matrix.n_vars, len(signatures)))
        for k, signature in enumerate(signatures):
            share[signature.up, k] = 1 / len(signature.up)

        def score_block(rows):
            shown = (rows.values > 0, rows.indices, rows.indptr)
            return sp.csr_matrix(shown, shape=(rows.n_rows, matrix.n_vars)) @ share

        return score_block


class Whole(tme.methods.ScoreMethod):
    name = "whole"
    signed = weighted = True

    def score(self, matrix, signatures):
        values = np.vstack([block.matrix.toarray() for block in matrix.blocks(7)])
        return np.stack([values[:, s.up].max(axis=1) for s in signatures], axis=1)


@pytest.fixture(scope="module")
def prepared():
    adata = tme.datasets.simulated(300)
    tme.pp.prepare(adata)
    return adata


@pytest.fixture
def simulated(prepared):
    return prepared.copy()


def facts(adata):
    return adata.uns["tmeatlas"]["tme_scores"]["provenance"]


def test_a_row_method_scores_and_is_recorded(simulated):
    genes = list(simulated.var_names[:5])
    tme.tl.score(simulated, {"mine": genes}, method=Share())
    expected = (simulated[:, genes].X.toarray() > 0).mean(axis=1)
    np.testing.assert_allclose(simulated.obsm["tme_scores"]["mine"], expected, rtol=1e-6)
    assert facts(simulated)["unit"] == Share.unit
    assert facts(simulated)["citation"] == Share.citation
    assert facts(simulated)["depends_on"] == "nothing"
    params = simulated.uns["tmeatlas"]["tme_scores"]["params"]
    assert (params["method"], params["method_options"]) == ("share", "Share()")


def test_unit_and_citation_come_out_on_the_page(simulated):
    tme.tl.score(simulated, {"mine": list(simulated.var_names[:5])}, method=Share())
    payload = build_payload(simulated, groupby="cell_type")
    assert payload.signatures[0].unit == "share; of its genes that the cell shows"
    assert "Signature scores: Doe et al. (2030) <b>" in payload.about.citations
    html = tme.pl.atlas(simulated, groupby="cell_type").to_html()
    assert "Doe et al. (2030) &lt;b&gt;" in html
    assert "Doe et al. (2030) <b>" not in html


def test_a_row_method_is_compared_with_chance(simulated):
    genes = list(simulated.var_names[:5])
    tme.tl.score(simulated, {"mine": genes}, method=Share(), n_null=19)
    assert simulated.obsm["tme_scores_pval"]["mine"].between(0.05, 1).all()


def test_any_other_method_has_defaults(simulated):
    genes = list(simulated.var_names[:5])
    tme.tl.score(simulated, {"mine": genes}, method=Whole())
    expected = simulated[:, genes].X.toarray().max(axis=1)
    np.testing.assert_array_equal(simulated.obsm["tme_scores"]["mine"], expected)
    assert facts(simulated)["unit"] == ""
    assert facts(simulated)["citation"] == ""
    assert facts(simulated)["depends_on"] == "other cells, other signatures, order of genes"
    payload = build_payload(simulated, groupby="cell_type")
    assert payload.signatures[0].unit == ""
    assert not any(line.startswith("Signature scores") for line in payload.about.citations)
    with pytest.raises(InputError, match="no `prepare`"):
        tme.tl.score(simulated, {"mine": genes}, method=Whole(), n_null=19)


def test_values_that_it_does_not_accept_are_refused(simulated):
    with pytest.raises(InputError, match=r"method 'whole'.*log-normalised"):
        tme.tl.score(simulated, {"m": simulated.var_names[:5]}, method=Whole(), layer="counts")
    tme.tl.score(simulated, {"m": simulated.var_names[:5]}, method=Share(), layer="counts")


@pytest.mark.parametrize(
    ("signature", "fact", "what"),
    [
        (Signature(id="low", genes=("COL1A1",), down=("CD3E",)), "signed", "down genes"),
        (Signature(id="heavy", genes=("COL1A1",), weights={"COL1A1": 2}), "weighted", "weights"),
    ],
)
def test_signatures_that_it_does_not_know_are_refused(simulated, signature, fact, what):
    message = rf"Share\(\) does not know {what}, which '{signature.id}' have.*{fact} = True"
    with pytest.raises(InputError, match=message):
        tme.tl.score(simulated, [signature], method=Share())
    knowing = type("Knowing", (Share,), {fact: True})
    tme.tl.score(simulated, [signature], method=knowing())
    assert simulated.obsm["tme_scores"].notna().all(axis=None)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"name": ""}, "Expected text as `name` of Wrong, found ''"),
        ({"unit": None}, "Expected text as `unit` of Wrong, found None"),
        ({"citation": ["Doe"]}, "Expected text as `citation`"),
        ({"accepts": "counts"}, "Expected kinds of values as `accepts` of Wrong.*MatrixKind"),
        ({"accepts": frozenset()}, "Expected kinds of values as `accepts`"),
        ({"depends_on": "other cells"}, "`depends_on` of Wrong.*found 'other cells'"),
        ({"depends_on": {"cells"}}, "'other cells', 'other signatures', 'order of genes'"),
    ],
)
def test_what_means_nothing_is_refused(facts, message):
    wrong = type("Wrong", (Share,), facts)
    with pytest.raises(InputError, match=message):
        tme.methods.resolve(wrong())


def test_a_name_and_a_function_are_needed():
    nameless = type("Nameless", (tme.methods.RowMethod,), {"prepare": Share.prepare})
    with pytest.raises(TypeError, match="name"):
        nameless()
    with pytest.raises(TypeError, match="prepare"):
        type("Idle", (tme.methods.RowMethod,), {"name": "idle"})()


def test_scores_of_another_shape_are_refused(simulated):
    class Flat(Share):
        def prepare(self, matrix, signatures):
            return lambda rows: np.zeros((rows.n_rows, 1))

    genes = list(simulated.var_names)
    signatures = {"a": genes[:4], "b": genes[4:9]}
    for n_null in (0, 19):
        n_sets = 2 + 2 * n_null
        expected = rf"rows × {n_sets} signatures.*ndarray of shape \(\d+, 1\).*`prepare`"
        with pytest.raises(InputError, match=expected):
            tme.tl.score(simulated, signatures, method=Flat(), n_null=n_null)


def test_options_are_on_record_without_a_dataclass():
    class Power(Share):
        def __init__(self, power):
            self.power = power

    assert repr(Power(power=2)) == "Power(power=2)"
    assert re.fullmatch(r"\w+\(\)", repr(Share()))
