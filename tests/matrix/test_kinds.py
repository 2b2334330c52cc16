"""What values are taken for, over what is done to counts on the way to a file."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from anndata import AnnData, read_h5ad
from made_values import (
    made_counts,
    made_tpm,
    normalised,
    transformed,
    variable,
    without_ambient,
)

from tmeatlas._values import MatrixKind
from tmeatlas.matrix import open_matrix
from tmeatlas.matrix._kind import factor_of, judge

LOGS = {
    "log1p": np.log1p,
    "log2": lambda values: np.log2(values + 1),
    "log10": lambda values: np.log10(values + 1),
    "asinh": np.arcsinh,
}
TOTALS = [1, 100, 1e4, 1e6, None]


def kind_of(values) -> MatrixKind:
    return open_matrix(AnnData(values)).kind


@pytest.fixture(scope="module")
def counts() -> sp.csr_matrix:
    return made_counts()


@pytest.fixture(scope="module")
def cut(counts) -> np.ndarray:
    return variable(counts)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "uint16"])
def test_whole_numbers_are_counts_in_any_type(counts, cut, dtype):
    assert kind_of(counts.astype(dtype)) is MatrixKind.COUNTS
    assert kind_of(counts[:, cut].toarray().astype(dtype)) is MatrixKind.COUNTS


@pytest.mark.parametrize("total", TOTALS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_normalised_values_are_linear_also_where_genes_were_left_out(counts, cut, total, dtype):
    values = normalised(counts, total).astype(dtype)
    assert kind_of(values) is MatrixKind.LINEAR
    assert kind_of(values[:, cut]) is MatrixKind.LINEAR
    assert kind_of(values[::20, cut]) is MatrixKind.LINEAR


@pytest.mark.parametrize("total", TOTALS[2:])
@pytest.mark.parametrize("name", LOGS)
def test_logarithms_are_told_to_any_base(counts, cut, total, name):
    values = transformed(normalised(counts, total), LOGS[name])
    assert kind_of(values) is MatrixKind.LOGNORM
    assert kind_of(values[:, cut]) is MatrixKind.LOGNORM
    assert kind_of(values[::20].toarray()) is MatrixKind.LOGNORM


@pytest.mark.parametrize("total", TOTALS[2:])
def test_square_roots_are_no_logarithms(counts, cut, total):
    values = transformed(normalised(counts, total), np.sqrt)
    assert kind_of(values) is MatrixKind.ROOTED
    assert kind_of(values[:, cut]) is MatrixKind.ROOTED


def test_values_that_are_no_whole_numbers_are_never_counts(counts, cut):
    left = without_ambient(counts)
    assert kind_of(left) is MatrixKind.FRACTIONAL
    assert kind_of(left[:, cut]) is MatrixKind.FRACTIONAL
    assert kind_of(counts * np.float32(0.1)) is MatrixKind.FRACTIONAL
    nearly = transformed(transformed(counts, np.log1p), np.expm1)
    assert not np.array_equal(nearly.data, np.round(nearly.data))
    assert kind_of(nearly) is MatrixKind.FRACTIONAL


@pytest.mark.parametrize("name", LOGS)
def test_values_without_steps_are_told_by_their_totals(name):
    tpm = made_tpm()
    assert kind_of(tpm) is MatrixKind.LINEAR
    assert kind_of(transformed(tpm, LOGS[name])) is MatrixKind.LOGNORM
    assert kind_of(transformed(tpm, np.sqrt)) is MatrixKind.ROOTED


def test_denoised_shares_are_linear_also_where_genes_were_left_out(counts):
    values = counts.toarray() + np.random.default_rng(0).gamma(0.1, 0.5, counts.shape) + 0.01
    values = (values / values.sum(axis=1, keepdims=True)).astype(np.float32)
    assert kind_of(values) is MatrixKind.LINEAR
    assert kind_of(values[:, ::4]) is MatrixKind.LINEAR


@pytest.mark.parametrize(("total", "factor"), [(1, 1e4), (100, 100), (1e4, 1), (1e6, 1)])
def test_shares_are_brought_to_ten_thousand(counts, cut, total, factor):
    values = normalised(counts, total)
    assert factor_of(values) == factor
    assert open_matrix(AnnData(values)).factor == factor
    if total == 1:
        assert factor_of(values[:, cut]) == factor
    assert open_matrix(AnnData(counts)).factor == 1


def test_values_below_zero_are_scaled_or_corrected(counts, cut):
    logs = transformed(normalised(counts), np.log1p)[:, cut].toarray()
    z_scores = (logs - logs.mean(axis=0)) / logs.std(axis=0)
    assert kind_of(z_scores) is MatrixKind.SCALED
    assert kind_of(np.clip(z_scores, None, 3)) is MatrixKind.SCALED
    dense = counts[:, cut].toarray().astype(np.float64)
    expected = dense.sum(axis=1, keepdims=True) * dense.sum(axis=0) / dense.sum()
    residuals = (dense - expected) / np.sqrt(expected + expected**2 / 100)
    assert kind_of(residuals) is MatrixKind.SCALED
    rng = np.random.default_rng(0)
    shifted = logs - np.where(rng.random(logs.shape) < 0.1, 0.05 * rng.random(logs.shape), 0)
    assert shifted.min() < 0
    assert kind_of(shifted.astype(np.float32)) is MatrixKind.CORRECTED


@pytest.mark.parametrize("total", [1e4, 1e5, 1e6])
def test_rounded_shares_are_no_counts(counts, total):
    rounded = transformed(normalised(counts, total), np.round)
    assert kind_of(rounded) is MatrixKind.LINEAR
    equal = np.random.default_rng(0).multinomial(10_000, np.full(500, 1 / 500), 30)
    assert kind_of(equal.astype(np.float32)) is MatrixKind.COUNTS


def test_zeros_and_ones_are_no_counts(counts):
    assert kind_of(transformed(counts, np.sign)) is MatrixKind.BINARY
    few = sp.csr_matrix(np.eye(20, dtype=np.float32))
    assert kind_of(few) is MatrixKind.COUNTS


def test_the_note_of_scanpy_does_not_outweigh_the_steps(counts, cut):
    """A note that stayed when X was set to linear values again."""
    linear = normalised(counts, 1)[:, cut]
    assert judge(linear, said_logged=True)[0] is MatrixKind.LINEAR


REAL = {
    "wu2021_tnbc_CID4465": "counts",
    "moncada2020_pdacA_ST": "counts",
    "zhao2021_gbm_panobinostat_5patients_300genes": "counts",
    "guo2019_prostate_hypoxia_bulk8": "counts",
    "kim2020_luad_T34": "lognorm",
    "puram2017_hnscc_ref180": "lognorm",
    "mariathasan2018_imvigor210_bulk_dev": "lognorm",
    "tirosh2016_oligodendroglioma_184": "linear",
}


@pytest.mark.parametrize("name", REAL)
def test_real_data_are_what_their_papers_say(shared_data, name):
    adata = read_h5ad(shared_data / "data" / f"{name}.h5ad")
    assert open_matrix(adata).kind.value == REAL[name]


@pytest.mark.parametrize("name", [n for n, kind in REAL.items() if kind == "counts"][:3])
def test_what_is_made_of_real_counts_is_told(shared_data, name):
    adata = read_h5ad(shared_data / "data" / f"{name}.h5ad")
    counts = sp.csr_matrix(adata.X)[np.asarray(adata.X.sum(axis=1)).ravel() > 0]
    cut = variable(counts, 0.3)
    linear, left = normalised(counts), without_ambient(counts)
    logs = transformed(linear, np.log1p)
    found = [kind_of(each) for each in (counts, linear, linear[:, cut], logs, logs[:, cut], left)]
    assert [kind.value for kind in found] == [
        *("counts", "linear", "linear"),
        *("lognorm", "lognorm", "fractional"),
    ]
