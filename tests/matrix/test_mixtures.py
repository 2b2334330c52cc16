"""Cells of different kinds in one matrix are refused, and named."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from made_values import joined, made_counts, made_tpm, normalised, transformed, without_ambient

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas.matrix import open_matrix

COUNTS = made_counts()
LINEAR = normalised(COUNTS)
LOGGED = transformed(LINEAR, np.log1p)
LOG2 = transformed(LINEAR, lambda values: np.log2(values + 1))
MILLION = transformed(normalised(COUNTS, 1e6), np.log1p)
TPM = made_tpm()
CUT = slice(0, 200)

MIXTURES = {
    "counts and logarithms": (COUNTS[:150], LOGGED[150:], "whole numbers"),
    "few counts": (COUNTS[:12], LOGGED[12:], "whole numbers"),
    "few logarithms": (LOGGED[:12], COUNTS[12:], "no whole numbers"),
    "cut counts and log2": (COUNTS[:150, CUT], LOG2[150:, CUT], "whole numbers"),
    "counts and linear": (COUNTS[:150], LINEAR[150:], "whole numbers"),
    "linear and logarithms": (LINEAR[:150], LOGGED[150:], "not logged"),
    "two bases": (LOG2[:150], LOGGED[150:], "logarithms to the base 2"),
    "two totals": (MILLION[:150], LOGGED[150:], "add up to 1e+06"),
    "two linear totals": (normalised(COUNTS[:150], 1e6), LINEAR[150:], "add up to 1e+06"),
    "values without steps": (TPM[:80], transformed(TPM[80:], np.log1p), "logarithms"),
}


@pytest.mark.parametrize("name", MIXTURES)
def test_cells_of_different_kinds_are_refused_with_their_sample(name):
    first, second, words = MIXTURES[name]
    adata = joined(first, second)
    with pytest.raises(InputError) as refused:
        _ = open_matrix(adata).kind
    said = str(refused.value)
    assert words in said
    assert "obs['sample'] = 's" in said
    assert "'cell" in said


def test_cells_in_any_order_are_found():
    order = np.random.default_rng(0).permutation(300)
    adata = joined(COUNTS[:40], LOGGED[40:], order=order)
    with pytest.raises(InputError, match=r"those of obs\['sample'\] = 's0', hold whole numbers"):
        tme.pp.prepare(adata, embed=False)
    assert not adata.layers


ALIKE = {
    "counts": COUNTS,
    "linear": LINEAR,
    "logarithms": LOGGED,
    "to the median": normalised(COUNTS, None),
    "log2 of counts": transformed(COUNTS, lambda values: np.log2(values + 1)),
    "square roots": transformed(LINEAR, np.sqrt),
    "without ambient RNA": without_ambient(COUNTS),
    "values without steps": TPM,
    "two samples to their medians": transformed(
        sp.vstack([normalised(COUNTS[:150], None), normalised(COUNTS[150:] * 2, None)]).tocsr(),
        np.log1p,
    ),
}


@pytest.mark.parametrize("name", ALIKE)
def test_cells_of_one_kind_are_read(name):
    matrix = open_matrix(joined(ALIKE[name]))
    assert sum(block.matrix.nnz for block in matrix.blocks(64)) == ALIKE[name].nnz


def test_cells_that_were_not_looked_at_are_found_when_they_are_read():
    """The kind is told from ranges of rows; what lies between them is seen as it is read."""
    many = [sp.vstack([part] * 10, format="csr") for part in (LOGGED, COUNTS)]
    for rest, few, words in (
        (many[0], COUNTS[:5], "hold whole numbers"),
        (many[1], LOGGED[:5], "hold no whole numbers"),
        (many[0], LINEAR[:5], "not logged"),
    ):
        adata = joined(rest[:200], few, rest[200:])
        matrix = open_matrix(adata)
        assert matrix.kind
        with pytest.raises(InputError, match=words) as refused:
            list(matrix.blocks())
        assert "5 of the" in str(refused.value)
        assert "'cell200'" in str(refused.value)


def test_scoring_refuses_cells_of_different_kinds():
    """Also by methods that only rank genes within cells."""
    adata = joined(COUNTS[:150], LOGGED[150:])
    with pytest.raises(InputError, match="cells of different kinds"):
        tme.tl.score(adata, {"a": ["1", "2", "3"]})
    assert not adata.obsm
