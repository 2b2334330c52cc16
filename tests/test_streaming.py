"""Cells that stay in a file or task graph: the same results, in bounded memory and few passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import h5py
import numpy as np
import pytest
import scipy.sparse as sp
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas._settings import settings
from tmeatlas.matrix import ExpressionMatrix, _at_once, _scratch, open_counts, open_matrix
from tmeatlas.pp import _components

CALLS: dict[str, Callable[[AnnData], Any]] = {
    "score": lambda adata: tme.tl.score(adata, ["caf_pan", "treg_pan"], method="score_genes"),
    "crosstalk": lambda adata: tme.tl.crosstalk(adata, "cell_type"),
    "axes": tme.tl.axes,
}


def crosstalk_of_samples(adata: AnnData) -> None:
    """Rows of all cells, and of each sample."""
    tme.tl.crosstalk(adata, "cell_type", sample_key="sample", by_sample=True)


@pytest.fixture(scope="module")
def counts() -> AnnData:
    adata = tme.datasets.simulated(600)
    adata.uns.clear()
    return adata


@pytest.fixture(scope="module")
def in_memory(counts) -> AnnData:
    """What is found where all is in memory, in blocks of the usual size."""
    adata = counts.copy()
    tme.pp.prepare(adata, embed="pca")
    for call in CALLS.values():
        call(adata)
    return adata


def backed(adata: AnnData, folder: Path, change=sp.csr_matrix) -> AnnData:
    adata = adata.copy()
    adata.X = change(adata.X)
    adata.write_h5ad(folder / "a.h5ad")
    return ad.read_h5ad(folder / "a.h5ad", backed="r")


def by_columns(adata: AnnData, folder: Path) -> AnnData:
    return backed(adata, folder, sp.csc_matrix)


def dense(adata: AnnData, folder: Path) -> AnnData:
    return backed(adata, folder, lambda x: x.toarray())


def zarr_file(
    version: int, chunks: tuple[int], shards: tuple[int] | None = None
) -> Callable[[AnnData, Path], AnnData]:
    """A matrix in a group of zarr, whose chunks are no multiple of any row."""

    def made(adata: AnnData, folder: Path) -> AnnData:
        import zarr

        group = zarr.open_group(folder / "a.zarr", mode="w", zarr_format=version)
        layout = {"chunks": chunks} | ({"shards": shards} if version == 3 else {})
        ad.io.write_elem(group, "X", sp.csr_matrix(adata.X), dataset_kwargs=layout)
        found = adata.copy()
        found.X = ad.io.sparse_dataset(group["X"])
        return found

    return made


def dask_of(chunks: tuple[int, int]) -> Callable[[AnnData, Path], AnnData]:
    def made(adata: AnnData, _: Path) -> AnnData:
        array = pytest.importorskip("dask.array")
        found = adata.copy()
        found.X = array.from_array(sp.csr_matrix(adata.X), chunks=chunks)
        return found

    return made


def lazily(adata: AnnData, folder: Path) -> AnnData:
    """All of it lazy, tables too."""
    pytest.importorskip("dask")
    pytest.importorskip("xarray")
    backed(adata, folder).file.close()
    return ad.experimental.read_lazy(folder / "a.h5ad")


STORAGES = {
    "backed": (backed, 2**18, 1),
    "backed by columns": (by_columns, 2**18, 2),
    "backed dense": (dense, 2**20, 2),
    "zarr 2": (zarr_file(2, (4999,)), 2**18, 1),
    "zarr 3": (zarr_file(3, (70_001,)), 2**16, 2),
    "zarr 3 in shards": (zarr_file(3, (5_000,), (20_000,)), 2**18, 2),
    "dask": (dask_of((70, -1)), 2**18, 2),
    "dask in pieces of rows": (dask_of((251, 2000)), 2**22, 1),
    "all lazy": (lazily, 2**18, 2),
}
"""Where cells lie, how much is held at a time, and how many threads there are."""


@pytest.fixture(params=STORAGES.values(), ids=STORAGES)
def stored(request, counts, tmp_path, monkeypatch) -> AnnData:
    import numba

    made, block_bytes, threads = request.param
    monkeypatch.setattr(settings, "_block_bytes", block_bytes)
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", threads)
    return made(counts, tmp_path)


@pytest.fixture
def small_blocks(monkeypatch):
    """So little is held that every matrix is read in many parts."""
    monkeypatch.setattr(settings, "_block_bytes", 2**18)


def test_all_is_as_in_memory(stored, in_memory):
    before = Path(stored.filename).read_bytes() if stored.isbacked else None
    tme.pp.prepare(stored, embed="pca")
    np.testing.assert_array_equal(stored.obsm["X_pca"], in_memory.obsm["X_pca"])
    logged = sp.vstack([block.matrix for block in open_matrix(stored).blocks()])
    assert (logged != in_memory.X).nnz == 0
    kept = sp.vstack([block.matrix for block in open_counts(stored).blocks()])
    assert (kept != in_memory.layers["counts"]).nnz == 0
    for call in CALLS.values():
        call(stored)
    np.testing.assert_allclose(
        stored.obsm["tme_scores"], in_memory.obsm["tme_scores"], rtol=1e-6, atol=1e-7
    )
    for name in ("tme_crosstalk", "tme_axes"):
        assert stored.uns[name].astype(str).equals(in_memory.uns[name].astype(str)), name
    if before is not None:
        assert Path(stored.filename).read_bytes() == before


def test_a_file_stays_and_says_what_is_read_of_it(counts, tmp_path):
    stored = backed(counts, tmp_path)
    tme.pp.prepare(stored, embed=False)
    once = dict(stored.uns["tmeatlas"]["prepare"]["provenance"])
    assert once["x_is_logged"]
    assert once["done"] == "stays in the file, and log1p of 10,000 per cell is read of it"
    assert not stored.layers
    tme.pp.prepare(stored, embed=False)
    assert stored.uns["tmeatlas"]["prepare"]["provenance"]["x_is_logged"]
    assert "log1p" not in stored.uns  # X holds counts still, which scanpy may log
    # What was said goes with the cells: in memory, in another file.
    again = stored.to_memory()
    assert open_matrix(again).name == "log1p of X"
    tme.tl.score(again, ["caf_pan"], method="score_genes")
    assert "counts" not in again.layers
    # Where they are logged for good, they are not logged twice.
    again.X = open_matrix(stored).block(0, stored.n_obs).matrix
    assert open_matrix(again).name == "X"


def test_cells_that_came_to_memory_are_logged_there(counts, in_memory, tmp_path):
    stored = backed(counts, tmp_path)
    tme.pp.prepare(stored, embed=False)
    held = stored.to_memory()
    tme.pp.prepare(held, embed=False)
    assert (held.X != in_memory.X).nnz == 0
    assert (held.layers["counts"] != sp.csr_matrix(counts.X)).nnz == 0
    assert not held.uns["tmeatlas"]["prepare"]["provenance"]["x_is_logged"]
    assert open_matrix(held).name == "X"
    assert "log1p" in held.uns


def values_read(adata: AnnData) -> sp.csr_matrix:
    return sp.vstack([block.matrix for block in open_matrix(adata).blocks()], format="csr")


def test_cells_that_are_left_are_read_as_all_were(counts, tmp_path):
    """Two corrected cells by themselves look like linear values, which have no depth."""
    given = counts.copy()
    given.X = sp.csr_matrix(given.X).astype(np.float32)
    given.X.data *= np.random.default_rng(0).uniform(0.5, 1.5, given.X.nnz).astype(np.float32)
    stored = backed(given, tmp_path)
    with pytest.warns(tme.TMEWarning, match="counts with decimals"):
        tme.pp.prepare(stored, embed=False)
    with pytest.raises(InputError, match=r"; X .*adata = adata\.to_memory\(\); .*X\.rint\(\)"):
        open_counts(stored)
    part = stored[[3, 7]].to_memory()
    assert (values_read(part) != values_read(stored)[[3, 7]]).nnz == 0


def test_logarithms_are_not_made_of_a_part_of_the_genes(counts, in_memory, tmp_path):
    stored = backed(counts, tmp_path)
    tme.pp.prepare(stored, embed=False)
    part = stored[:, :3000].to_memory()
    assert open_matrix(part).name == "X"
    with pytest.raises(InputError, match=r"needs log-normalised.*raw counts.*tme\.pp\.prepare"):
        tme.tl.crosstalk(part, "cell_type")
    tme.pp.prepare(part, embed=False)
    expected = counts[:, :3000].copy()
    tme.pp.prepare(expected, embed=False)
    assert (values_read(part) != expected.X).nnz == 0
    assert (part.layers["counts"] != expected.layers["counts"]).nnz == 0
    assert not part.uns["tmeatlas"]["prepare"]["provenance"]["x_is_logged"]


def test_what_is_wrong_with_stored_values_is_mended_where_they_are(counts, tmp_path):
    stored = backed(counts, tmp_path)
    tme.pp.prepare(stored, embed=False)
    held = stored.to_memory()
    held.X.data[held.X.indptr[60]] = -0.5  # not among the cells that are looked at first
    with pytest.raises(InputError, match=r"adata\.X = adata\.X\.maximum\(0\)"):
        values_read(held)


@pytest.mark.parametrize("wrong", [np.array([1, 2]), "yes", {}, None])
def test_records_that_mean_nothing_are_passed_over(counts, wrong):
    strange = counts.copy()
    strange.uns["tmeatlas"] = {"prepare": {"provenance": {"x_is_logged": wrong}}}
    assert open_matrix(strange).name == "X"


def test_a_copy_of_what_lies_in_a_file_is_refused(counts, tmp_path):
    stored = backed(counts, tmp_path)
    array = counts.copy()
    array.X = stored.X
    for adata in (stored, array):
        with pytest.raises(InputError, match=r"lie in a file cannot be copied.*to_memory"):
            tme.pp.prepare(adata, embed=False, copy=True)
    assert tme.pp.prepare(array.to_memory(), embed=False, copy=True).shape == counts.shape


def test_chunks_of_a_matrix_and_of_its_logarithms_are_read_by_one_at_a_time(counts, tmp_path):
    matrix = open_matrix(dense(counts, tmp_path))
    assert matrix.logged()._rowwise is matrix._rowwise
    assert matrix.logged()._reading is matrix._reading


def test_another_matrix_cannot_take_the_place_of_one_in_a_file(counts, tmp_path):
    stored = backed(counts, tmp_path)
    stored.layers["mine"] = sp.csr_matrix(counts.X) * 2
    with pytest.raises(InputError, match=r"opened backed.*to_memory"):
        tme.pp.prepare(stored, layer="mine", embed=False)
    assert "tmeatlas" not in stored.uns


def test_passes_are_few(counts, tmp_path, monkeypatch):
    """Rows that are read of the one file behind X and counts, in all that crosstalk needs."""
    array = pytest.importorskip("dask.array")
    read: Counter[int] = Counter()

    def chunk(block_info: Any = None) -> sp.csr_matrix:
        start, stop = block_info[None]["array-location"][0]
        read[start] += 1
        return values[start:stop]

    stored = ad.concat([counts] * 10, index_unique="-")
    values, sizes = sp.csr_matrix(stored.X), ((60,) * 100, (counts.n_vars,))
    stored.X = array.map_blocks(
        chunk, chunks=sizes, dtype=np.float32, meta=sp.csr_matrix((0, 0), dtype=np.float32)
    )
    monkeypatch.setattr(settings, "_block_bytes", 2**21)
    tme.pp.prepare(stored, embed=False)

    def passes(call: Callable[[AnnData], Any]) -> float:
        read.clear()
        call(stored)
        return sum(read.values()) / len(sizes[0])

    # What both have in common is looked for in one pass, and no longer.
    matrix = open_matrix(stored)
    with matrix.read_with(open_counts(stored)):
        assert matrix._rowwise._beside is not None
    assert matrix._rowwise._beside is None
    # Eight places of each matrix are looked at first, to tell what the values are.
    assert passes(CALLS["score"]) <= 2.2
    assert passes(CALLS["crosstalk"]) + passes(CALLS["axes"]) <= 3
    assert passes(crosstalk_of_samples) + passes(CALLS["axes"]) <= 3


def test_a_chunk_of_zarr_is_read_once(counts, tmp_path, monkeypatch):
    stored = zarr_file(2, (4999,))(counts, tmp_path)
    matrix = open_matrix(stored)
    assert matrix.kind
    asked: list[slice] = []
    parts = matrix._rowwise._parts
    for part in parts:
        part._held.clear()
    array = parts[0]._array

    class Told:
        chunks, shape = array.chunks, array.shape

        def __getitem__(self, wanted: slice) -> Any:
            asked.append(wanted)
            return array[wanted]

    monkeypatch.setattr(parts[0], "_array", Told())
    n_values = sum(block.matrix.nnz for block in matrix.blocks(7))
    assert n_values == sp.csr_matrix(counts.X).nnz
    assert sum(each.stop - each.start for each in asked) <= n_values + 4999
    assert all(each.start % 4999 == 0 for each in asked)


@pytest.mark.usefixtures("small_blocks")
def test_columns_of_a_file_are_put_into_rows_once(counts, tmp_path, monkeypatch):
    stored = by_columns(counts, tmp_path)
    monkeypatch.setattr(_scratch, "MADE", {})
    matrix = open_matrix(stored)
    rows = sp.vstack([block.matrix for block in matrix.blocks()])
    assert (rows != sp.csr_matrix(counts.X)).nnz == 0
    assert open_matrix(stored)._rowwise is matrix._rowwise
    (made,) = _scratch.MADE.values()
    folder = Path(made._finalizer.peek()[2][0])
    assert sorted(file.name for file in folder.iterdir()) == ["data", "indices", "indptr"]
    made._finalizer()
    assert not folder.exists()


@pytest.mark.usefixtures("small_blocks")
def test_columns_of_a_store_that_was_written_anew_are_put_into_rows_anew(
    counts, tmp_path, monkeypatch
):
    import zarr

    monkeypatch.setattr(_scratch, "MADE", {})
    for times in (1, 2):
        group = zarr.open_group(tmp_path / "a.zarr", mode="w", zarr_format=2)
        ad.io.write_elem(group, "X", sp.csc_matrix(counts.X * times))
        stored = counts.copy()
        stored.X = ad.io.sparse_dataset(group["X"])
        for _ in range(2):
            rows = sp.vstack([block.matrix for block in open_matrix(stored).blocks()])
            assert (rows != sp.csr_matrix(counts.X * times)).nnz == 0
    assert len(_scratch.MADE) == 2
    for made in _scratch.MADE.values():
        made._finalizer()


@pytest.mark.usefixtures("small_blocks")
def test_a_temporary_folder_that_is_not_there_is_said(counts, tmp_path, monkeypatch):
    stored = by_columns(counts, tmp_path)
    monkeypatch.setattr(_scratch, "MADE", {})
    monkeypatch.setattr(_scratch.tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(InputError, match=r"the temporary folder.*TMPDIR before the start"):
        tme.tl.score(stored, ["caf_pan"])


@pytest.mark.usefixtures("small_blocks")
def test_no_room_for_rows_is_said_and_leaves_nothing(counts, tmp_path, monkeypatch):
    stored = by_columns(counts, tmp_path)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(_scratch, "MADE", {})
    monkeypatch.setattr(_scratch.tempfile, "tempdir", str(scratch))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_scratch, "_in_order", full)
    with pytest.raises(InputError, match=r"by columns.*No space left.*TMPDIR.*tocsr"):
        tme.tl.score(stored, ["caf_pan"])
    assert list(scratch.iterdir()) == []


def test_variable_genes_are_those_of_scanpy(in_memory):
    import scanpy as sc

    expected = AnnData(in_memory.X.copy(), var=in_memory.var[[]])
    sc.pp.highly_variable_genes(expected, n_top_genes=2000)
    found = _components.variable_genes(open_matrix(in_memory)).columns
    assert found.tolist() == np.flatnonzero(expected.var["highly_variable"]).tolist()
    assert len(found) == 2000


def test_components_of_many_cells_are_those_of_few(in_memory, monkeypatch):
    matrix = open_matrix(in_memory)
    genes = _components.variable_genes(matrix)
    few = in_memory.obsm["X_pca"]
    monkeypatch.setattr(_components, "MOST_BYTES", 0)
    many = _components.principal_components(matrix, genes, seed=0)
    first = slice(0, 10)  # later ones are nearly as large as one another
    np.testing.assert_allclose(many[:, first], few[:, first], atol=1e-3 * np.abs(few).max())
    monkeypatch.setattr(settings, "_block_bytes", 2**16)
    again = _components.principal_components(open_matrix(in_memory), genes, seed=0)
    np.testing.assert_array_equal(again, many)


@pytest.mark.parametrize("n_genes", [0, 1])
def test_genes_that_do_not_vary_give_no_components(counts, n_genes):
    values = np.zeros(counts.shape, dtype=np.float32)
    values[:, :n_genes] = np.arange(counts.n_obs)[:, None] % 5
    still = AnnData(sp.csr_matrix(values), counts.obs[[]], counts.var[[]])
    with pytest.raises(InputError, match=rf"genes that vary.*found {n_genes} of 7,503"):
        tme.pp.prepare(still, embed="pca")
    assert "tmeatlas" not in still.uns


@pytest.mark.parametrize("wrong", [0, 2**19, 1.5, "256 MB", True])
def test_sizes_of_blocks_that_mean_nothing_are_refused(wrong):
    with pytest.raises(InputError, match=r"`block_bytes` as a whole number from 1,048,576"):
        tme.settings.block_bytes = wrong
    assert tme.settings.block_bytes == 2**28


def test_cells_of_which_some_have_no_group_are_read_alike(in_memory):
    matrix = open_matrix(in_memory)
    cells = np.arange(in_memory.n_obs) % 3 > 0
    columns = np.array([5, 2, 900])
    read = _at_once.columns_at_once(
        matrix,
        columns,
        cells=cells,
        counts=ExpressionMatrix(in_memory.layers["counts"], matrix.genes, "layers['counts']"),
    )
    assert (read.values != in_memory.X[cells][:, columns]).nnz == 0
    assert (read.counts != in_memory.layers["counts"][cells][:, columns]).nnz == 0
    np.testing.assert_array_equal(read.n_shown, np.diff(in_memory.X.indptr)[cells])


@pytest.mark.parametrize("ending", ["h5ad", "zarr"])
def test_the_command_line_leaves_large_files_where_they_are(
    shell, counts, tmp_path, monkeypatch, ending
):
    from tmeatlas.readers import _in_place

    given = counts.copy()
    given.layers["counts"] = sp.csr_matrix(counts.X)
    given.raw = given
    getattr(given, f"write_{ending}")(tmp_path / f"a.{ending}")
    words = ("score", f"a.{ending}", "--signatures", "caf_pan", "--method", "score_genes", "-o")
    assert shell(*words, "held.h5ad")[0] == 0
    monkeypatch.setattr(_in_place, "LARGE", 0)
    status, _, said = shell(*words, "streamed.h5ad")
    assert status == 0
    assert "matrices stay in the file" in said
    held, streamed = (ad.read_h5ad(tmp_path / f"{name}.h5ad") for name in ("held", "streamed"))
    np.testing.assert_array_equal(streamed.obsm["tme_scores"], held.obsm["tme_scores"])
    for found in (streamed.X, streamed.layers["counts"], streamed.raw.X):
        assert (found != sp.csr_matrix(counts.X)).nnz == 0
    assert (open_matrix(streamed).block(0, 600).matrix != held.X).nnz == 0


@pytest.mark.parametrize("place", ["varm/of_genes", "raw/varm"])
def test_raw_of_a_file_takes_along_what_is_said_of_cells(counts, tmp_path, monkeypatch, place):
    """Also where a writer of another language left out a table that is empty."""
    from tmeatlas.readers import _in_place, cells_of_raw, read_streaming

    given = counts[:50].copy()
    given.obsp["near"] = sp.eye(50, format="csr")
    given.varm["of_genes"] = np.ones((given.n_vars, 2))
    given.raw = given
    given.write_h5ad(tmp_path / "a.h5ad")
    with h5py.File(tmp_path / "a.h5ad", "r+") as file:
        del file[place]
    monkeypatch.setattr(_in_place, "LARGE", 0)
    found, expected = cells_of_raw(read_streaming(tmp_path / "a.h5ad")), given.raw.to_adata()
    assert list(found.obsp) == ["near"]
    assert list(found.varm) == (["of_genes"] if place != "raw/varm" else [])
    assert found.obs.columns.equals(expected.obs.columns)
    assert (found.X[:] != expected.X).nnz == 0
