"""Antibodies, peaks and guides beside genes are set aside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData, read_h5ad
from made_values import made_counts, normalised, transformed

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas._values import MatrixKind
from tmeatlas.matrix import open_matrix

N_GENES, N_OTHERS = 80, 12
COUNTS = made_counts(60, N_GENES)
HIGH = sp.csr_matrix(np.random.default_rng(0).poisson(900, (60, N_OTHERS)), dtype=np.float32)
NAMES = [f"G{i}" for i in range(N_GENES)]


def mixed(genes, others, *, column="feature_types", labels=("Gene Expression", "Antibody Capture")):
    """Genes with other columns among them, and where the genes are."""
    order = np.random.default_rng(1).permutation(N_GENES + N_OTHERS)
    kinds = np.repeat(labels, [N_GENES, N_OTHERS])
    names = np.array([*NAMES, *(f"A{i}" for i in range(N_OTHERS))])
    var = pd.DataFrame({column: kinds[order]}, index=names[order])
    values = sp.hstack([genes, others], format="csr")[:, order]
    return AnnData(sp.csr_matrix(values), var=var), np.flatnonzero(order < N_GENES)


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        ("feature_types", ("Gene Expression", "Antibody Capture")),
        ("feature_types", ("Gene Expression", "Peaks")),
        ("feature_types", ("Gene Expression", "CRISPR Guide Capture")),
        ("modality", ("rna", "prot")),
    ],
)
def test_only_genes_are_read(column, labels):
    adata, where = mixed(COUNTS, HIGH, column=column, labels=labels)
    matrix = open_matrix(adata)
    assert matrix.set_aside == f"{N_OTHERS} {labels[1]}"
    assert list(matrix.labels) == list(adata.var_names[where])
    values = np.vstack([block.matrix.toarray() for block in matrix.blocks(16)])
    np.testing.assert_array_equal(values, adata.X.toarray()[:, where])


def test_the_kind_is_that_of_the_genes():
    logged = transformed(normalised(COUNTS), np.log1p)
    adata, _ = mixed(logged, HIGH)
    assert open_matrix(adata).kind is MatrixKind.LOGNORM
    adata, _ = mixed(COUNTS, HIGH * np.float32(0.37))
    assert open_matrix(adata).kind is MatrixKind.COUNTS


@pytest.mark.parametrize("storage", [sp.csr_matrix, sp.csc_matrix, lambda values: values.toarray()])
def test_preparing_leaves_the_others_alone(storage):
    adata, where = mixed(COUNTS, HIGH)
    before = adata.X.toarray()
    adata.X = storage(adata.X)
    tme.pp.prepare(adata, embed=False)
    after = adata.X.toarray() if sp.issparse(adata.X) else adata.X
    alone = AnnData(sp.csr_matrix(before[:, where]))
    tme.pp.prepare(alone, embed=False)
    np.testing.assert_array_equal(after[:, where], alone.X.toarray())
    others = np.setdiff1d(np.arange(adata.n_vars), where)
    np.testing.assert_array_equal(after[:, others], before[:, others])


def test_scores_are_those_of_the_genes_alone(tmp_path):
    adata, where = mixed(COUNTS, HIGH)
    alone = adata[:, where].copy()
    lists = {"first": NAMES[:10], "second": NAMES[30:45]}
    adata.write_h5ad(tmp_path / "mixed.h5ad")
    backed = read_h5ad(tmp_path / "mixed.h5ad", backed="r")
    for data in (adata, backed, alone):
        tme.tl.score(data, lists)
    expected = alone.obsm["tme_scores"].to_numpy()
    np.testing.assert_array_equal(adata.obsm["tme_scores"].to_numpy(), expected)
    np.testing.assert_array_equal(backed.obsm["tme_scores"].to_numpy(), expected)


def test_what_is_said_of_genes_is_no_kind_of_feature():
    """CELLxGENE has the biotype of each gene in a column of that name."""
    adata, _ = mixed(COUNTS, HIGH, column="feature_type", labels=("protein_coding", "lncRNA"))
    matrix = open_matrix(adata)
    assert matrix.set_aside == ""
    assert matrix.n_vars == N_GENES + N_OTHERS


def test_data_without_genes_are_refused():
    adata, _ = mixed(COUNTS, HIGH, labels=("Antibody Capture", "Peaks"))
    with pytest.raises(
        InputError, match=r"Expected genes, found '.*' in var\['feature_types'\] only"
    ):
        open_matrix(adata)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("chr1:{}000-{}500", "peaks"), ("X-{}000-{}500", "peaks")),
        *(("ADT_CD{}", "antibodies"), ("CD{}_TotalSeqB", "antibodies")),
    ],
)
def test_names_tell_what_is_no_gene_where_var_does_not(name, kind):
    adata, where = mixed(COUNTS, HIGH)
    others = iter(range(1, N_OTHERS + 1))
    adata.var_names = [
        each if each.startswith("G") else name.format(number := next(others), number)
        for each in adata.var_names
    ]
    del adata.var["feature_types"]
    matrix = open_matrix(adata)
    assert matrix.set_aside == f"{N_OTHERS} {kind}"
    assert np.array_equal(matrix.columns_read, where)


def test_data_of_peaks_alone_are_refused():
    adata = AnnData(HIGH.copy())
    adata.var_names = [f"chr2:{i}000-{i}500" for i in range(N_OTHERS)]
    with pytest.raises(InputError, match="found 'peaks' only"):
        open_matrix(adata)
