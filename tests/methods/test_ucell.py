from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import rankdata

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas._log import HINT
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.methods import UCell
from tmeatlas.sig import Signature
from tmeatlas.sig._match import match_signatures


def plain_ucell(values, columns, *, n_genes, max_rank):
    """U by the definition, one cell and one side at a time; `n_genes` counts missing genes too."""
    scores = []
    for cell in np.asarray(values, dtype=float):
        ranks = np.full(len(cell), float(max_rank))
        seen = cell > 0
        ranks[seen] = np.minimum(rankdata(-cell[seen], method="average"), max_rank)
        total = ranks[columns].sum() + (n_genes - len(columns)) * max_rank
        smallest = n_genes * (n_genes + 1) / 2
        scores.append(1 - (total - smallest) / (n_genes * max_rank - smallest))
    return np.array(scores)


@pytest.mark.parametrize("run", ["default", "max_rank", "w_neg"])
def test_equals_frozen_pyucell(frozen, frozen_counts, frozen_lognorm, score, run):
    method = UCell(**frozen["facts"]["ucell"][run])
    expected = frozen[f"ucell/{run}"]
    assert expected.std() > 0.01
    for data in (frozen_counts, frozen_lognorm):
        scores = score(method, data, frozen["facts"]["signatures"])
        assert scores.dtype == np.float32
        np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"max_rank": 300},
        {"w_neg": 0.5},
        {"ties_method": "min"},
        {"ties_method": "max"},
        {"missing_genes": "skip"},
    ],
)
def test_equals_installed_pyucell(tumour, drawn_signatures, score, options):
    pyucell = pytest.importorskip("pyucell")
    adata = tumour[0].copy()
    signatures = {
        name: [*genes, "NOT_THERE_1", "NOT_THERE_2"]
        for name, genes in drawn_signatures(adata, signed=True).items()
    }
    scores = score(UCell(**options), adata, signatures)
    pyucell.compute_ucell_scores(adata, signatures, n_jobs=1, **options)
    expected = adata.obs[[f"{name}_UCell" for name in signatures]].to_numpy()
    np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-6)


@settings(max_examples=60)
@given(
    values=hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 4), st.integers(8, 30)),
        elements=st.integers(0, 50).map(float),
    ),
    max_rank=st.integers(6, 30),
)
def test_equals_the_definition(values, max_rank):
    max_rank = min(max_rank, values.shape[1])
    names = [f"G{i}" for i in range(values.shape[1])]
    signature = Signature(id="s", genes=("G0", "G3", "G5", "MISSING"), down=("G6", "G7"))
    matrix = ExpressionMatrix(values, pd.Index(names), "X")
    scores = UCell(max_rank=max_rank).score(matrix, match_signatures([signature], names))
    up = plain_ucell(values, [0, 3, 5], n_genes=4, max_rank=max_rank)
    down = plain_ucell(values, [6, 7], n_genes=2, max_rank=max_rank)
    np.testing.assert_allclose(scores[:, 0], np.maximum(0, up - down), atol=1e-6)


def test_cells_with_many_different_values(score):
    """They are ranked in buckets instead of a table."""
    rng = np.random.default_rng(0)
    values = rng.lognormal(0, 3, size=(5, 900)).astype(np.float32)
    values[2:, 300:] = rng.integers(0, 4, size=(3, 600))  # the table again
    values[4] = 0
    columns = np.arange(0, 900, 31)
    scores = score(UCell(max_rank=500), values, {"s": [f"G{i}" for i in columns]})
    expected = plain_ucell(values, columns, n_genes=len(columns), max_rank=500)
    np.testing.assert_allclose(scores[:, 0], expected, atol=1e-6)
    assert scores[4, 0] == 0


def test_only_down_genes_score_zero(score):
    values = np.arange(1.0, 13.0).reshape(2, 6)
    assert (score(UCell(), values, {"s": ["G0-", "G1-"]}) == 0).all()


def test_equal_weights_are_no_weights(frozen_counts, score):
    genes = tuple(f"G{i}" for i in range(30))
    plain = Signature(id="plain", genes=genes[:20], down=genes[20:])
    weighted = Signature(
        id="weighted", genes=plain.genes, down=plain.down, weights=dict.fromkeys(genes, 0.3)
    )
    scores = score(UCell(), frozen_counts, [plain, weighted])
    np.testing.assert_array_equal(scores[:, 0], scores[:, 1])


def test_weights_count_the_distance_to_max_rank(score):
    # Ranks 1, 2.5, 2.5, 4, and 10 for all others.
    values = np.array([[5.0, 3.0, 3.0, 1.0, *np.zeros(6)]])
    signature = Signature(
        id="s", genes=("G0", "G1", "G3"), weights={"G0": 2.0, "G1": 0.5, "G3": -1.0}
    )
    distance = np.array([10 - 1, 10 - 2.5, 10 - 4])
    weights = np.array([2.0, 0.5, -1.0]) / (3.5 / 3)
    expected = (weights * distance).sum() / (3 * 10 - 6)
    scores = score(UCell(max_rank=10), values, signature)
    np.testing.assert_allclose(scores, [[expected]], rtol=1e-6)


def test_signature_larger_than_max_rank(frozen_counts, score):
    signatures = {"small": ["G1"], "large": [f"G{i}" for i in range(61)]}
    with pytest.raises(InputError, match=r"'large' \(61\).*UCell\(max_rank=61\)"):
        score(UCell(max_rank=60), frozen_counts, signatures)


def test_max_rank_above_the_number_of_genes(frozen_counts, score, caplog):
    n_genes = frozen_counts.n_vars
    signatures = {"s": ["G1", "G2"]}
    with pytest.raises(InputError, match=rf"genes in the data, {n_genes}, .*max_rank={n_genes}\)"):
        score(UCell(max_rank=n_genes + 1), frozen_counts, signatures)
    with caplog.at_level(HINT, logger="tmeatlas"):
        score(UCell(max_rank=n_genes), frozen_counts, signatures)
        assert caplog.text == ""
        score(UCell(), frozen_counts, signatures)  # as pyucell does; equal by the tests above
    assert f"max_rank=1500 is above the {n_genes} genes" in caplog.text


@pytest.mark.parametrize("ties_method", ["min", "max", "average"])
def test_ties_get_the_rank_asked_for(frozen_counts, score, ties_method):
    values, genes = frozen_counts.X.toarray(), [3, 5, 9]
    signature = {"s": [frozen_counts.var_names[gene] for gene in genes]}
    ranks = np.full(values.shape, 150.0)
    for cell, own in zip(values, ranks, strict=True):
        seen = cell > 0
        own[seen] = np.minimum(rankdata(-cell[seen], method=ties_method), 150)
    expected = 1 - (ranks[:, genes].sum(axis=1) - 6) / (3 * 150 - 6)
    scores = score(UCell(max_rank=150, ties_method=ties_method), frozen_counts, signature)
    assert len(np.unique(expected)) > 5
    np.testing.assert_allclose(scores[:, 0], expected, rtol=0, atol=1e-6)


def test_missing_genes_can_be_left_out(frozen_counts, score):
    there = [str(gene) for gene in frozen_counts.var_names[:6]]
    more = {"s": [*there, "NOT_THERE_1", "NOT_THERE_2"]}
    without = score(UCell(), frozen_counts, {"s": there})
    np.testing.assert_array_equal(score(UCell(missing_genes="skip"), frozen_counts, more), without)
    assert (score(UCell(), frozen_counts, more) < without)[without > 0].all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ties_method": "ordinal"}, "ties_method 'ordinal'.*'average'"),
        ({"missing_genes": "drop"}, "missing_genes 'drop'.*'impute'"),
        ({"max_rank": "detected", "ties_method": "min"}, "max_rank as a number"),
        ({"max_rank": "detected", "missing_genes": "skip"}, "max_rank as a number"),
    ],
)
def test_ties_and_missing_genes_that_are_not_offered(options, message):
    with pytest.raises((InputError, MissingKeyError), match=message):
        UCell(**options)


@pytest.mark.parametrize("options", [{"max_rank": 1}, {"max_rank": 2.5}, {"w_neg": -1}])
def test_options_without_a_meaning(options):
    with pytest.raises(InputError, match="must be"):
        UCell(**options)


def test_weights_without_a_meaning(frozen_counts, score):
    signature = Signature(id="nothing", genes=("G1", "G2"), weights={"G1": 0.0, "G2": 0.0})
    with pytest.raises(InputError, match="'nothing'"):
        score(UCell(), frozen_counts, signature)
