"""The parts of which the methods are made."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import tmeatlas as tme
from tmeatlas.cellphonedb import DEGs, Statistical
from tmeatlas.cellphonedb._entities import find_entities
from tmeatlas.cellphonedb._genes import map_proteins, protein_values
from tmeatlas.cellphonedb._means import (
    expressed,
    interaction_means,
    partner_statistics,
)
from tmeatlas.cellphonedb._pairs import all_pairs, pairs_within
from tmeatlas.cellphonedb._permutations import Shuffles, p_values
from tmeatlas.interactions._cellphonedb_release import read_cellphonedb
from tmeatlas.lr._kernel_inputs import as_labels


@pytest.fixture(scope="module")
def parts(made_up, database):
    """What the permutations start from, and a way to run them."""
    adata, tables = made_up.cells(), read_cellphonedb(database)
    mapped = map_proteins(tables, adata.var_names)
    values, proteins = protein_values(adata.X.tocsc()[:, mapped.columns], mapped)
    entities = find_entities(tables, proteins)
    codes = adata.obs["group"].cat.codes.to_numpy()
    sizes = np.bincount(codes)
    pairs = all_pairs(len(sizes))
    statistics = partner_statistics(values, as_labels(codes, len(sizes)), sizes, entities)
    means = interaction_means(statistics, entities, pairs)
    tested = expressed(statistics, entities, pairs, 0.1) & (means > 0)

    def run(shuffles: Shuffles, **options):
        of_data = (values, codes, sizes, entities, pairs, means, tested, shuffles)
        return p_values(*of_data, **options)

    return run


@pytest.mark.parametrize("as_package", [True, False])
def test_threads_and_batches_change_nothing(parts, as_package):
    shuffles = Shuffles(150, 3, as_package)
    expected = parts(shuffles, n_threads=1, batch_size=150)
    assert ((expected > 0) & (expected < 1)).any()
    for n_threads, batch_size in ((1, 1), (2, 7), (4, 64)):
        again = parts(shuffles, n_threads=n_threads, batch_size=batch_size)
        assert np.array_equal(again, expected)


def test_package_shuffles_are_numpys(made_up):
    labels = np.arange(40, dtype=np.uint8) % 5
    drawn = [draw() for draw in Shuffles(5, 17, True).batches(labels, 2)]
    np.random.seed(17)  # noqa: NPY002
    for column in np.concatenate(drawn, axis=1).T:
        expected = labels.copy()
        np.random.shuffle(expected)  # noqa: NPY002
        assert np.array_equal(column, expected)


@pytest.mark.skipif(
    int(pd.__version__.split(".")[0]) > 2, reason="pandas 3 averages float32 in float64"
)
@pytest.mark.parametrize("n_rows", [2, 3, 7])
def test_several_rows_of_a_protein_are_averaged_as_pandas_does(n_rows, made_up, database):
    """To the last bit: pandas corrects its float32 sums."""
    rng = np.random.default_rng(0)
    values = (rng.random((500, n_rows)) * (rng.random((500, n_rows)) < 0.6)).astype(np.float32)
    mapped = map_proteins(read_cellphonedb(database), made_up.cells("ensembl").var_names)
    rows = mapped.relations[mapped.relations["id"] == 3].head(n_rows)
    mapped = type(mapped)("ensembl", mapped.genes, rows, np.unique(rows["column"]))
    in_order = sp.csc_matrix(values)
    found, proteins = protein_values(in_order, mapped)
    expected = pd.DataFrame(values.T).groupby(np.full(n_rows, 3)).mean()
    assert list(proteins) == [3]
    assert found.dtype == expected.to_numpy().dtype == np.float32
    assert np.array_equal(found.toarray().ravel(), expected.to_numpy().ravel())


def test_pairs_come_in_the_order_of_their_microenvironments():
    labels = ["a", "b", "c"]
    assert all_pairs(2).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    pairs = pairs_within({"x": ["c", "a"], "y": ["a", "b"]}, labels)
    named = ["".join(labels[i] for i in pair) for pair in pairs]
    assert named == ["cc", "ca", "ac", "aa", "ab", "ba", "bb"]


def test_complexes_need_all_subunits(made_up, database):
    adata = made_up.cells()
    tme.tl.cellphonedb(adata, "group", database=database, method="simple")
    partners = adata.uns["tme_cellphonedb_interactions"][["partner_a", "partner_b"]]
    named = set(partners.to_numpy().ravel())
    assert {"complex:pair_complex", "complex:trio:with_colon", "simple:P00000"} <= named
    # One subunit is not in the data, or zero in every cell.
    assert not {"complex:incomplete", "complex:silent"} & named


def test_a_complex_is_as_strong_as_its_weakest_subunit(made_up, database):
    adata = made_up.cells()
    tme.tl.cellphonedb(adata, "group", database=database, method="simple")
    genes = adata.uns["tme_cellphonedb_genes"].pivot_table(
        index="partner", columns="group", values="mean", observed=True
    )
    complex_id = made_up.N_PROTEINS + list(made_up.COMPLEXES).index("trio:with_colon")
    subunits = list(made_up.COMPLEXES["trio:with_colon"])
    assert np.array_equal(genes.loc[complex_id], genes.loc[subunits].min())


def active(adata) -> pd.DataFrame:
    return tme.get.cellphonedb(adata)["CellSign_active_interactions_deconvoluted"]


def test_complex_receptors_can_be_active(made_up, database):
    adata = made_up.cells()
    factors = made_up.active_tfs_of_complexes()
    method = Statistical(n_perms=50, pvalue=1.0, active_tfs=factors)
    tme.tl.cellphonedb(adata, "group", database=database, method=method)
    rows = active(adata)
    partners = set(rows[["partner_a", "partner_b"]].to_numpy().ravel())
    assert {"complex:pair_complex", "complex:trio:with_colon"} <= partners
    assert set(rows["active_TF"]) == {"TF4"}
    in_pair = [
        a in pair.split("|") for a, pair in zip(rows.iloc[:, 8], rows.iloc[:, 7], strict=True)
    ]
    assert all(in_pair)
    assert set(rows["active_celltype"]) <= set(factors["cluster"])


def test_only_relevant_interactions_are_active(made_up, database):
    adata = made_up.cells()
    method = DEGs(made_up.degs(), active_tfs=made_up.active_tfs())
    tme.tl.cellphonedb(adata, "group", database=database, method=method)
    tables = tme.get.cellphonedb(adata)
    relevant = tables["relevant_interactions"].set_index("id_cp_interaction")
    rows = active(adata)
    assert len(rows) > 3
    for name, pair in zip(rows["id_cp_interaction"], rows["celltype_pairs"], strict=True):
        assert relevant.loc[name, pair] == 1
    wide = tables["CellSign_active_interactions"].set_index("id_cp_interaction").filter(like="|")
    n_pairs = len(rows.drop_duplicates(["id_cp_interaction", "celltype_pairs"]))
    assert wide.to_numpy().sum() == n_pairs
