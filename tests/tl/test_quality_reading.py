"""The one pass of `tl.quality`: what it adds up, against sums of the whole matrix."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from anndata import AnnData

from tmeatlas.matrix import BLOCK_ROWS, ExpressionMatrix, open_matrix
from tmeatlas.tl import _quality_reading
from tmeatlas.tl._quality_reading import Parts, read_once, rows_by_part

N = BLOCK_ROWS + 300
"""Cells of more than one block."""


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    rng = np.random.default_rng(0)
    depth = rng.uniform(0.2, 2.0, size=(N, 1))
    return rng.poisson(depth * rng.uniform(0, 1, size=40)).astype(np.float32)


@pytest.fixture(scope="module")
def parts() -> dict[str, Parts]:
    rng = np.random.default_rng(1)
    return {
        "sample": Parts(rng.integers(0, 3, N).astype(np.int32), 3),
        "group": Parts(rng.integers(-1, 4, N).astype(np.int32), 4),
        "none": Parts(np.full(N, -1, np.int32), 0),
    }


def read(values: np.ndarray, parts: dict[str, Parts]):
    matrix = open_matrix(AnnData(sp.csr_matrix(values)))
    sets = {"some": np.array([0, 3, 3]), "no genes": np.array([], dtype=int)}
    return read_once(matrix, parts, sets=sets, markers=np.array([5, 7]))


def test_counts_are_added_up_by_cell_and_by_parts(counts, parts):
    found = read(counts, parts)
    np.testing.assert_array_equal(found.total, counts.sum(axis=1))
    np.testing.assert_array_equal(found.shown, (counts > 0).sum(axis=1))
    np.testing.assert_array_equal(found.of_sets["some"], counts[:, 0] + counts[:, 3])
    assert not found.of_sets["no genes"].any()
    np.testing.assert_array_equal(found.markers.toarray(), counts[:, [5, 7]])
    for name in ("sample", "group"):
        for part in range(parts[name].n):
            inside = parts[name].codes == part
            np.testing.assert_array_equal(found.sums[name][part], counts[inside].sum(axis=0))
    assert found.sums["none"].shape == (0, 40)


@pytest.mark.parametrize("log", [np.log1p, lambda x: np.log2(x + 1)], ids=["ln", "log2"])
def test_logarithms_are_undone_whatever_their_base(counts, log):
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    found = read(log(1e4 * shares).astype(np.float32), {})
    some = counts.sum(axis=1) > 0
    expected = shares[some, 0] + shares[some, 3]
    np.testing.assert_allclose(found.of_sets["some"][some] / found.total[some], expected, rtol=1e-3)


def test_rows_of_a_part_are_those_of_its_cells_in_their_order(counts, parts):
    matrix = open_matrix(AnnData(sp.csr_matrix(counts)))
    seen = []
    for part, rows in rows_by_part(matrix, parts["group"]):
        np.testing.assert_array_equal(rows.toarray(), counts[parts["group"].codes == part])
        seen.append(part)
    assert seen == [0, 1, 2, 3]


def test_parts_without_cells_have_no_rows(counts):
    matrix = open_matrix(AnnData(sp.csr_matrix(counts[:10])))
    codes = np.array([2] * 10, dtype=np.int32)
    assert [part for part, _ in rows_by_part(matrix, Parts(codes, 4))] == [2]


@pytest.mark.parametrize(("most", "passes"), [(N, 1), (N // 2, 2), (1, 4)])
def test_scattered_parts_are_read_together_as_far_as_they_fit(
    counts, parts, monkeypatch, most, passes
):
    read = []
    block = ExpressionMatrix.block
    monkeypatch.setattr(_quality_reading, "MOST_HELD", most)
    monkeypatch.setattr(
        ExpressionMatrix, "block", lambda self, *ends: read.append(ends) or block(self, *ends)
    )
    matrix = open_matrix(AnnData(sp.csr_matrix(counts)))
    of_parts = dict(rows_by_part(matrix, parts["group"]))
    for part, rows in of_parts.items():
        np.testing.assert_array_equal(rows.toarray(), counts[parts["group"].codes == part])
    assert len(of_parts) == 4
    assert len(read) == 2 * passes
