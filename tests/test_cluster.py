"""Cells on a cluster: workers in processes of their own read the file and run the kernels."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas.matrix import fold_blocks, group_sums, map_blocks, open_matrix

distributed = pytest.importorskip("distributed")

ROWS = 60
"""Of a chunk: ten of them."""
LISTS = ["caf_pan", "treg_pan"]
LONG = "300s"
"""For a machine that does much else."""


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    import dask

    patient = {
        "distributed.comm.timeouts.connect": LONG,
        "distributed.comm.timeouts.tcp": LONG,
        "distributed.worker.memory.terminate": False,
        "distributed.worker.memory.pause": False,
    }
    with (
        dask.config.set(patient),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster, timeout=LONG) as client,
    ):
        client.wait_for_workers(2)
        yield client


@pytest.fixture(scope="module")
def in_memory() -> AnnData:
    adata = tme.datasets.simulated(600)
    adata.uns.clear()
    tme.pp.prepare(adata, embed="pca")
    return adata


@pytest.fixture(scope="module")
def stored(in_memory, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("cells") / "a.zarr"
    in_memory.write_zarr(path)
    return path


@pytest.fixture
def on_disk(stored, in_memory) -> AnnData:
    return read(stored, in_memory, X="X", counts="layers/counts")


def read(path: Path, like: AnnData, **matrices: str) -> AnnData:
    """Cells whose matrices are task graphs that read zarr."""
    import zarr

    group = zarr.open_group(path, mode="r")
    lazy = {
        name: ad.experimental.read_elem_lazy(group[place], chunks=(ROWS, like.n_vars))
        for name, place in matrices.items()
    }
    found = AnnData(lazy.pop("X"), like.obs.copy(), like.var.copy())
    found.uns["log1p"] = {}
    for name, values in lazy.items():
        found.layers[name] = values
    return found


def noted(path: Path) -> list[int]:
    """The processes that left a note, one for each call."""
    return [int(line) for line in path.read_text().split()]


def leaving_notes(function: Callable[..., Any], path: Path) -> Callable[..., Any]:
    """The same function, which notes the process that it is called in."""

    def noting(*given: Any) -> Any:
        with path.open("a") as file:
            file.write(f"{os.getpid()}\n")
        return function(*given)

    return noting


def ending_once(function: Callable[..., Any], mark: Path) -> Callable[..., Any]:
    """The same function, in which the first process that calls it for a second time ends."""
    here = os.getpid()

    def ending(*given: Any) -> Any:
        if os.getpid() != here and function.__dict__.setdefault("called", False):
            try:
                mark.touch(exist_ok=False)
            except FileExistsError:
                pass
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        function.__dict__["called"] = True
        return function(*given)

    return ending


class Wrapped(tme.methods.RowMethod):
    """A method whose function of blocks was changed."""

    name = "wrapped"

    def __init__(self, method: str, change: Callable[..., Any]) -> None:
        self._method = tme.methods.resolve(method)
        self._change = change

    @property
    def accepts(self) -> Any:
        return self._method.accepts

    def prepare(self, matrix: Any, signatures: Any) -> Any:
        return self._change(self._method.prepare(matrix, signatures))


METHODS = ["ucell_detected", "score_genes", "zscore", "ulm", "mlm", "aucell", "ssgsea", "mean"]


@pytest.mark.parametrize("method", METHODS)
def test_scores_are_those_of_memory(client, on_disk, in_memory, method):
    tme.tl.score(on_disk, LISTS, method=method)
    expected = tme.tl.score(in_memory, LISTS, method=method, copy=True)
    np.testing.assert_array_equal(on_disk.obsm["tme_scores"], expected.obsm["tme_scores"])


def test_random_lists_score_as_in_memory(client, on_disk, in_memory):
    tme.tl.score(on_disk, LISTS, n_null=20)
    expected = tme.tl.score(in_memory, LISTS, n_null=20, copy=True)
    for name in ("tme_scores", "tme_scores_pval"):
        np.testing.assert_array_equal(on_disk.obsm[name], expected.obsm[name])


def test_every_worker_scores_and_the_client_does_not(client, on_disk, tmp_path):
    notes = tmp_path / "notes"
    method = Wrapped("ucell", lambda function: leaving_notes(function, notes))
    tme.tl.score(on_disk, LISTS, method=method)
    assert len(noted(notes)) == 10
    assert set(noted(notes)) == set(client.run(os.getpid).values())


def test_a_worker_that_ends_changes_nothing(client, on_disk, in_memory, tmp_path):
    mark = tmp_path / "ended"
    method = Wrapped("ucell", lambda function: ending_once(function, mark))
    tme.tl.score(on_disk, LISTS, method=method)
    assert mark.exists()
    expected = tme.tl.score(in_memory, LISTS, method="ucell", copy=True)
    np.testing.assert_array_equal(on_disk.obsm["tme_scores"], expected.obsm["tme_scores"])
    client.wait_for_workers(2)


def test_without_the_cluster_the_same_graph_is_read_here(client, on_disk, in_memory, tmp_path):
    import dask

    notes = tmp_path / "notes"
    method = Wrapped("ucell", lambda function: leaving_notes(function, notes))
    with dask.config.set(scheduler="threads"):
        tme.tl.score(on_disk, LISTS, method=method)
    assert set(noted(notes)) == {os.getpid()}


@pytest.mark.filterwarnings("ignore:Verdicts rest on the samples:tmeatlas.TMEWarning")
def test_crosstalk_and_axes_are_those_of_memory(client, on_disk, in_memory, tmp_path, monkeypatch):
    from tmeatlas.lr import _samples
    from tmeatlas.matrix import _at_once

    notes, tested = tmp_path / "notes", tmp_path / "tested"
    monkeypatch.setattr(_at_once, "_cut", leaving_notes(_at_once._cut, notes))
    monkeypatch.setattr(_samples, "_tests", leaving_notes(_samples._tests, tested))
    expected = in_memory.copy()
    for adata in (on_disk, expected):
        adata.obs["patient"] = [f"p{number % 4}" for number in range(adata.n_obs)]
        tme.tl.crosstalk(adata, "cell_type", sample_key="patient")
        tme.tl.axes(adata)
    for name in ("tme_crosstalk", "tme_axes"):
        assert on_disk.uns[name].astype(str).equals(expected.uns[name].astype(str)), name
    on_workers = [process for process in noted(notes) if process != os.getpid()]
    assert set(on_workers) == set(client.run(os.getpid).values())
    # In memory there is one block, read by each of the two here.
    assert len(on_workers) >= 10 * (len(noted(notes)) - len(on_workers))
    # Samples are tested on the workers as well, of those in memory none is.
    assert len(noted(tested)) == 2 * 2 * 4
    assert noted(tested).count(os.getpid()) == 2 * 4


def test_counts_become_components_on_the_workers(client, stored, in_memory, monkeypatch):
    found = read(stored, in_memory, X="layers/counts")
    found.uns.clear()
    tme.pp.prepare(found, embed="pca")
    np.testing.assert_allclose(found.obsm["X_pca"], in_memory.obsm["X_pca"], atol=1e-5)
    logged = found.X.compute()
    assert (logged != in_memory.X).nnz == 0
    # Of more cells than can be held, by their covariance.
    from tmeatlas.pp import _components

    monkeypatch.setattr(_components, "MOST_BYTES", 0)
    matrices = [open_matrix(found), open_matrix(in_memory)]
    genes = _components.variable_genes(matrices[1])
    assert _components.variable_genes(matrices[0]).columns.tolist() == genes.columns.tolist()
    few, many = (_components.principal_components(each, genes, seed=0) for each in matrices)
    np.testing.assert_allclose(few[:, :10], many[:, :10], rtol=1e-6, atol=1e-5)


def test_sums_of_groups_merge_on_the_workers(client, on_disk, in_memory):
    codes = in_memory.obs["cell_type"].cat.codes.to_numpy()
    n = len(in_memory.obs["cell_type"].cat.categories)
    found, expected = (group_sums(open_matrix(each), codes, n) for each in (on_disk, in_memory))
    np.testing.assert_allclose(found.sums, expected.sums, rtol=1e-12)
    np.testing.assert_array_equal(found.n_seen, expected.n_seen)
    np.testing.assert_array_equal(found.sizes, expected.sizes)
    bulks = [tme.get.pseudobulk(each, "cell_type", layer="counts") for each in (on_disk, in_memory)]
    np.testing.assert_array_equal(*bulks)


def test_a_worker_that_ends_does_not_change_sums(client, on_disk, in_memory, tmp_path):
    mark = tmp_path / "ended"

    def add(gathered: Any, block: Any) -> None:
        gathered += block.matrix.sum(axis=1).sum(dtype=np.float64), block.stop - block.start

    given = open_matrix(on_disk), lambda: np.zeros(2)
    found = fold_blocks(*given, ending_once(add, mark), lambda one, other: one + other)
    assert mark.exists()
    expected = fold_blocks(open_matrix(in_memory), given[1], add, np.add)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    client.wait_for_workers(2)


def test_results_come_in_the_order_of_the_cells(client, on_disk):
    matrix = open_matrix(on_disk)
    numbers = np.arange(matrix.n_obs)
    parts = list(
        map_blocks(matrix, lambda block, own: (block.start, own), most=25, along=[numbers])
    )
    assert [part.start for part in parts] == sorted(part.start for part in parts)
    assert all(part.found[0] == part.start for part in parts)
    np.testing.assert_array_equal(np.concatenate([part.found[1] for part in parts]), numbers)
    assert {part.stop - part.start for part in parts} == {25, 10}


def test_few_chunks_are_under_way(client, on_disk, monkeypatch):
    from tmeatlas.matrix import _workers

    monkeypatch.setattr(_workers, "PER_THREAD", 1)
    tasks: list[int] = []
    started = _workers.Tasks._started

    def counted(self: Any, first: int, number: int) -> Any:
        found = started(self, first, number)
        tasks.append(len(found))
        return found

    monkeypatch.setattr(_workers.Tasks, "_started", counted)
    assert len(list(map_blocks(open_matrix(on_disk), lambda block: block.start))) == 10
    assert tasks == [2] * 5


def test_what_workers_raise_is_said_as_here(client, on_disk, stored, in_memory):
    def refuse(block: Any) -> None:
        raise ZeroDivisionError(f"at {block.start}")

    with pytest.raises(ZeroDivisionError, match=r"at \d"):
        list(map_blocks(open_matrix(on_disk), refuse))
    # Cells of another kind are named, though workers do not know their names.
    broken = on_disk.copy()
    broken.obs_names = [f"cell {number}" for number in range(broken.n_obs)]
    counted = read(stored, in_memory, X="layers/counts")
    import dask.array as da

    broken.X = da.concatenate([broken.X[:480], counted.X[480:540], broken.X[540:]])
    matrix = open_matrix(on_disk).of_values(broken.X)
    matrix.obs.index = broken.obs_names
    with pytest.raises(InputError, match=r"cells of different kinds.*cell 48\d"):
        fold_blocks(matrix, lambda: [], lambda gathered, block: None, lambda one, other: one)
    held = threading.Lock()
    with pytest.raises(InputError, match=r"cannot be sent to the workers.*scheduler=.threads"):
        list(map_blocks(open_matrix(on_disk), lambda block: held.locked()))


def test_a_chunk_that_cannot_be_read_is_said(client, stored, in_memory, tmp_path):
    import shutil

    shutil.copytree(stored, tmp_path / "b.zarr")
    adata = read(tmp_path / "b.zarr", in_memory, X="X")
    matrix = open_matrix(adata)
    assert matrix.kind
    for file in (tmp_path / "b.zarr/X/data").rglob("[c0-9]*"):
        if file.is_file():
            file.write_bytes(b"damaged")
    with pytest.raises(InputError, match=r"X cannot be read: .*may be damaged"):
        list(map_blocks(matrix, lambda block: block.start))


def test_a_call_within_a_task_does_not_wait_for_tasks(client, stored, in_memory):
    """As many at once as there are threads: none is left for another task."""

    def score(number: int) -> np.ndarray:
        adata = read(stored, in_memory, X="X")
        tme.tl.score(adata, LISTS)
        return adata.obsm["tme_scores"].to_numpy()

    running = client.map(score, range(2), pure=False)
    expected = tme.tl.score(in_memory, LISTS, copy=True).obsm["tme_scores"]
    for found in client.gather(running):
        np.testing.assert_array_equal(found, expected)
