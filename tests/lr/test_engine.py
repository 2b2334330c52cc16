"""The engine against a plain reference that sees the same permutations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tmeatlas.interactions import Interaction, Interactions, as_interactions
from tmeatlas.lr import _engine
from tmeatlas.lr import _kernels as kernels
from tmeatlas.lr._match import match_interactions
from tmeatlas.lr._null import Null

N_CELLS, N_GENES, N_GROUPS, N_PERMS = 150, 30, 5, 150
GENES = [f"G{i}" for i in range(N_GENES)]


def random_expression(seed: int = 0) -> np.ndarray:
    """Sparse positive values, and three genes that hardly any cell shows."""
    rng = np.random.default_rng(seed)
    values = rng.lognormal(0, 0.6, (N_CELLS, N_GENES)) * (rng.random((N_CELLS, N_GENES)) < 0.2)
    values[:, :3] *= rng.random((N_CELLS, 3)) < 0.1
    return values.astype(np.float32)


def random_interactions(seed: int = 0) -> Interactions:
    rng = np.random.default_rng(seed)

    def side() -> tuple[str, ...]:
        return tuple(rng.choice(GENES, size=rng.choice([1, 1, 2, 3]), replace=False))

    entries = [Interaction(f"i{i}", side(), side()) for i in range(40)]
    return Interactions("random", tuple(entries))


def labels(seed: int = 0) -> np.ndarray:
    codes = np.random.default_rng(seed).integers(N_GROUPS, size=N_CELLS)
    codes[:N_GROUPS] = np.arange(N_GROUPS)
    return codes.astype(np.int32)


def run(dense, codes, interactions, null, *, min_fraction=0.0, **options):
    matched = match_interactions(interactions, GENES)
    values = sp.csc_matrix(dense[:, matched.columns])
    sizes = np.bincount(codes)
    statistics = _engine.group_statistics(values, codes, sizes, matched.partners)
    rows = _engine.rows_seen(matched, statistics, min_fraction=min_fraction)
    counts = _engine.count_exceeding(values, codes, sizes, matched, rows, null, **options)
    return matched, statistics, rows, counts


def reference_means(dense, codes, genes) -> np.ndarray:
    """Mean of the weakest subunit in each group, straight from the definition."""
    columns = [GENES.index(gene) for gene in genes]
    wide = dense.astype(np.float64)
    return np.array(
        [min(wide[codes == k, column].mean() for column in columns) for k in range(N_GROUPS)]
    )


def reference_scores(dense, codes, entry) -> np.ndarray:
    sent = reference_means(dense, codes, entry.ligand_genes)[:, None]
    received = reference_means(dense, codes, entry.receptor_genes)[None, :]
    return np.where((sent > 0) & (received > 0), (sent + received) / 2, 0.0)


def test_means_fractions_and_cells_equal_the_reference():
    dense, codes = random_expression(), labels()
    matched, statistics, _, _ = run(dense, codes, random_interactions(), Null(19, 0))
    sides = [(e.ligand_genes, p) for e, p in zip(matched.interactions, matched.ligand, strict=True)]
    sides += [
        (e.receptor_genes, p) for e, p in zip(matched.interactions, matched.receptor, strict=True)
    ]
    for genes, partner in sides:
        np.testing.assert_allclose(
            statistics.means[partner], reference_means(dense, codes, genes), rtol=1e-12
        )
        columns = [GENES.index(gene) for gene in genes]
        cells = [[int((dense[codes == k, c] > 0).sum()) for c in columns] for k in range(N_GROUPS)]
        assert statistics.n_seen[partner].tolist() == [min(of_group) for of_group in cells]
        np.testing.assert_array_equal(
            statistics.fractions[partner], statistics.n_seen[partner] / np.bincount(codes)
        )


@pytest.mark.parametrize("with_blocks", [False, True])
def test_permutation_counts_equal_the_reference(with_blocks):
    dense, codes, interactions = random_expression(), labels(), random_interactions()
    blocks = np.random.default_rng(5).integers(3, size=N_CELLS) if with_blocks else None
    null = Null(N_PERMS, 11, blocks)
    _, _, rows, counts = run(dense, codes, interactions, null)

    order, starts = null.cells_by_block(N_CELLS)
    shuffled = np.empty((N_CELLS, N_PERMS), dtype=np.uint8)
    start_labels = codes[order].astype(np.uint8)
    kernels.shuffle_labels(start_labels, order, starts, np.uint64(11), 0, shuffled)

    found = {
        (int(i), int(s), int(t)): (score, count)
        for i, s, t, score, count in zip(
            rows.interaction, rows.source, rows.target, rows.score, counts, strict=True
        )
    }
    n_zero = 0
    for i, entry in enumerate(interactions):
        observed = reference_scores(dense, codes, entry)
        permuted = [reference_scores(dense, shuffled[:, b], entry) for b in range(N_PERMS)]
        reached = sum(score >= observed - 1e-9 for score in permuted)
        for s, t in np.ndindex(N_GROUPS, N_GROUPS):
            if observed[s, t] == 0:
                assert (i, s, t) not in found
                n_zero += 1
                continue
            score, count = found[i, s, t]
            assert score == pytest.approx(observed[s, t], rel=1e-12)
            assert count == reached[s, t]
    assert n_zero > 0
    assert len(found) == len(rows) == len(interactions) * N_GROUPS**2 - n_zero
    assert rows.n_not_seen == n_zero


@pytest.mark.parametrize(("n_threads", "batch_size"), [(1, 1), (1, 150), (2, 7), (4, 64)])
def test_threads_and_batches_change_nothing(n_threads, batch_size):
    dense, codes, interactions = random_expression(), labels(), random_interactions()
    _, _, _, expected = run(dense, codes, interactions, Null(N_PERMS, 3))
    *_, counts = run(
        dense,
        codes,
        interactions,
        Null(N_PERMS, 3),
        n_threads=n_threads,
        batch_size=batch_size,
    )
    np.testing.assert_array_equal(counts, expected)


def test_more_groups_than_a_byte_can_number():
    rng = np.random.default_rng(0)
    dense = rng.random((600, N_GENES)).astype(np.float32)
    codes = np.repeat(np.arange(300), 2).astype(np.int32)
    database = as_interactions(pd.DataFrame({"ligand": ["G0"], "receptor": ["G1"]}))
    _, statistics, rows, counts = run(dense, codes, database, Null(19, 0))
    assert len(rows) == 300**2
    np.testing.assert_allclose(
        statistics.means[0, 299], dense[codes == 299, 0].mean(dtype=np.float64)
    )
    # A label that lost its high byte would leave the groups from 256 on empty: never reached.
    late = rows.source >= 256
    assert abs(counts[late].mean() - counts[~late].mean()) < 1.0


def test_ties_count_against_the_data():
    # Whole numbers, so that many shuffles give exactly the observed score in other terms.
    rng = np.random.default_rng(1)
    dense = rng.integers(0, 2, (20, N_GENES)).astype(np.float32) * np.float32(0.1)
    codes = (np.arange(20) % 2).astype(np.int32)
    database = as_interactions(pd.DataFrame({"ligand": ["G0"], "receptor": ["G1"]}))
    _, _, rows, counts = run(dense, codes, database, Null(2000, 0))
    order, starts = Null(2000, 0).cells_by_block(20)
    shuffled = np.empty((20, 2000), dtype=np.uint8)
    kernels.shuffle_labels(codes.astype(np.uint8), order, starts, np.uint64(0), 0, shuffled)
    whole = np.rint(dense * 10).astype(int)
    for source, target, count in zip(rows.source, rows.target, counts, strict=True):
        sent = ((shuffled == source) * whole[:, [0]]).sum(axis=0)
        received = ((shuffled == target) * whole[:, [1]]).sum(axis=0)
        observed = whole[codes == source, 0].sum() + whole[codes == target, 1].sum()
        expected = (sent > 0) & (received > 0) & (sent + received >= observed)
        assert count == expected.sum()


def test_min_fraction_keeps_rows_at_the_limit_and_counts_the_others():
    dense, codes, interactions = random_expression(), labels(), random_interactions()
    _, statistics, everything, _ = run(dense, codes, interactions, Null(19, 0))
    matched, _, rows, _ = run(dense, codes, interactions, Null(19, 0), min_fraction=0.25)
    fractions = statistics.fractions
    lowest = np.minimum(
        fractions[matched.ligand[everything.interaction], everything.source],
        fractions[matched.receptor[everything.interaction], everything.target],
    )
    assert 0 < len(rows) == (lowest >= 0.25).sum() < len(everything)
    assert rows.n_below_fraction == len(everything) - len(rows)
    assert rows.n_not_seen == everything.n_not_seen


def test_an_interaction_in_cis_stays_within_a_group():
    dense, codes = random_expression() + np.float32(0.1), labels()
    entries = (
        Interaction("cis", ("G5",), ("G6",), role="cis"),
        Interaction("trans", ("G5",), ("G6",)),
    )
    _, _, rows, _ = run(dense, codes, Interactions("two", entries), Null(19, 0))
    in_cis = rows.interaction == 0
    assert rows.source[in_cis].tolist() == rows.target[in_cis].tolist() == list(range(N_GROUPS))
    assert (~in_cis).sum() == N_GROUPS**2
    assert rows.n_possible == N_GROUPS + N_GROUPS**2
    assert rows.n_not_seen == 0


def test_no_rows_need_no_permutations():
    dense = np.zeros((N_CELLS, N_GENES), dtype=np.float32)
    _, _, rows, counts = run(dense, labels(), random_interactions(), Null(19, 0))
    assert len(rows) == len(counts) == 0
    assert rows.n_not_seen == rows.n_possible == 0
    assert rows.n_not_detected == 40


def test_cells_beyond_one_chunk_are_added_in_order():
    """Sums of more cells than one chunk holds, bit for bit those of adding cell after cell."""
    rng = np.random.default_rng(0)
    n_cells = 2 * kernels.CHUNK_CELLS + 100
    dense = rng.lognormal(0, 1, (n_cells, 4)) * (rng.random((n_cells, 4)) < 0.3)
    dense[kernels.CHUNK_CELLS :, 1] = 0  # nothing after the first chunk
    dense[: kernels.CHUNK_CELLS, 2] = 0  # nothing in it
    values = sp.csc_matrix(dense.astype(np.float32))
    shuffled = rng.integers(3, size=(n_cells, 5)).astype(np.uint8)
    sizes = np.array([3.0, 7.0, 11.0])
    stored = values.indptr.astype(np.int64), values.indices.astype(np.int32), values.data
    needed = np.array([True, True, True, False])
    for dtype in (np.float64, np.float32):
        means = np.full((4, 3, 5), -1, dtype=dtype)
        kernels.permuted_gene_means(*stored, needed, shuffled, sizes.astype(dtype), means)
        assert (means[3] == -1).all()
        for gene, group, b in np.ndindex(3, 3, 5):
            column = values.data[values.indptr[gene] : values.indptr[gene + 1]].astype(dtype)
            rows = values.indices[values.indptr[gene] : values.indptr[gene + 1]]
            own = column[shuffled[rows, b] == group]
            one_by_one = np.cumsum(own, dtype=dtype)[-1]
            assert means[gene, group, b] == one_by_one / dtype(sizes[group])
