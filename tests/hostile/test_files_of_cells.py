"""Cells from files after some accidents: what was written, or an error of ours; no bomb."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData
from hypothesis import given
from hypothesis import strategies as st
from made_files import write_10x_h5, write_10x_mtx
from made_hypothesis import ODD_TEXTS, answered, damaged, examples
from made_up import tables

import tmeatlas as tme
from tmeatlas.interactions import read_cellphonedb

N_CELLS, N_GENES = 6, 5


def made() -> AnnData:
    counts = np.random.default_rng(0).poisson(1.0, (N_CELLS, N_GENES)).astype(np.float32)
    obs = pd.DataFrame(
        {
            "group": pd.Categorical(list("aabbab")),
            "text": list("uvwxyz"),
            "number": np.arange(N_CELLS) / 2,
        },
        index=[f"cell{i}" for i in range(N_CELLS)],
    )
    var = pd.DataFrame(index=["DCN", "LUM", "SPP1", "CD68", "CD3D"])
    adata = AnnData(sp.csr_matrix(counts), obs=obs, var=var)
    adata.layers["dense"] = counts
    adata.raw = adata
    adata.obsm["X_umap"] = np.zeros((N_CELLS, 2), dtype=np.float32)
    adata.uns["nested"] = {"a": np.arange(3), "b": "text"}
    return adata


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cells")


def whole(adata: AnnData) -> None:
    """It has all that belongs to its cells, and can be worked with."""
    assert adata.X is None or adata.X.shape == adata.shape
    assert len(adata.obs) == adata.n_obs
    assert len(adata.var) == adata.n_vars
    answered(tme.get.pseudobulk, adata, "group")


def outcome(path: Path, reader=tme.read):
    """What is read; None where it is refused, in one line."""
    found, reason = answered(reader, path)
    assert "\n" not in reason
    return found


@examples(60)
@given(data=st.data())
def test_folders_of_10x(folder, data):
    path = folder / "run"
    shutil.rmtree(path, ignore_errors=True)
    write_10x_mtx(path, made(), version=data.draw(st.sampled_from([2, 3])), zipped=False)
    for file in sorted(path.iterdir()):
        if data.draw(st.booleans()):
            file.write_bytes(data.draw(damaged(file.read_text()) | st.binary(max_size=60)))
        if data.draw(st.integers(0, 5)) == 0:
            (path / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 1))
            file.unlink()
    found = outcome(path)
    if found is not None:
        whole(found)


def nodes(file: h5py.File) -> list[str]:
    names: list[str] = []
    file.visit(names.append)
    return sorted(names)


attributes = (
    st.sampled_from(ODD_TEXTS[:60]).map(lambda text: text.replace("\0", ""))
    | st.integers(-3, 2**40)
    | st.just(h5py.Empty("f"))
    | st.lists(st.integers(-2, 10**12), max_size=3).map(lambda n: np.array(n, dtype=np.int64))
    | st.sampled_from(["csr_matrix", "csc_matrix", "array", "dataframe", "dict", "null", "anndata"])
)
values = st.sampled_from(
    [
        np.arange(3),
        np.zeros((2, 2)),
        np.float64(np.nan),
        np.array([b"a", b"b"]),
        np.array(["x"] * N_CELLS, dtype=object),
        np.zeros(N_CELLS, dtype=np.complex64),
        np.full(N_CELLS, -1),
        np.full(N_CELLS, 2**40),
        h5py.Empty("f4"),
        "text",
        np.zeros((0, 4)),
    ]
)


def one_accident(draw, file: h5py.File) -> None:
    places = nodes(file)
    if not places:
        return
    place = draw(st.sampled_from(places))
    what = draw(st.sampled_from(["lose", "replace", "attribute", "no attribute", "link", "claim"]))
    held = file.get(place)
    if held is None:
        return
    names = sorted(held.attrs)
    if what == "attribute":
        name = draw(st.sampled_from([*names, "encoding-type", "shape", "_index", "column-order"]))
        held.attrs[name] = draw(attributes)
    elif what == "no attribute" and names:
        del held.attrs[draw(st.sampled_from(names))]
    elif what in ("lose", "replace", "link", "claim"):
        kept = dict(held.attrs)
        del file[place]
        if what == "replace":
            file[place] = draw(values)
            file[place].attrs.update(kept)
        elif what == "link":
            target = draw(st.sampled_from(["/nowhere", "/", f"/{place}", "/X", "/obs"]))
            file[place] = h5py.SoftLink(target)
        elif what == "claim":
            shape = draw(st.sampled_from([(10**12,), (10**6, 10**6), (N_CELLS, 10**9)]))
            file.create_dataset(place, shape=shape, dtype="f4", chunks=True).attrs.update(kept)


@pytest.mark.parametrize("kind", ["h5ad", "h5"])
def test_files_of_hdf5(folder, kind):
    good = folder / f"good.{kind}"
    adata = made()
    if kind == "h5ad":
        adata.write_h5ad(good)
    else:
        write_10x_h5(good, adata)

    @examples(60)
    @given(data=st.data())
    def search(data):
        path = shutil.copy(good, folder / f"a.{kind}")
        with h5py.File(path, "r+") as file:
            for _ in range(data.draw(st.integers(1, 3))):
                one_accident(data.draw, file)
        if data.draw(st.integers(0, 9)) == 0:
            content = Path(path).read_bytes()
            Path(path).write_bytes(content[: data.draw(st.integers(0, len(content)))])
        found = outcome(path)
        if found is not None:
            whole(found)

    search()


@examples(60)
@given(
    content=damaged("sample,path,patient\nP1,a.h5ad,1\nP2,./a.h5ad,2\n") | st.binary(max_size=100)
)
def test_tables_of_samples(folder, content):
    if not (folder / "a.h5ad").exists():
        made().write_h5ad(folder / "a.h5ad")
    (folder / "samples.csv").write_bytes(content)
    found = outcome(folder / "samples.csv")
    if found is not None:
        whole(found)
        assert found.n_obs % N_CELLS == 0


@examples(60)
@given(content=damaged("cell,Cell type\ncell1,a\ncell4,b\n") | st.binary(max_size=100))
def test_lists_of_selected_cells(folder, content):
    adata = made()
    (folder / "selection.csv").write_bytes(content)
    found = outcome(folder / "selection.csv", lambda path: tme.get.selection(adata, path))
    assert found is None or set(found.index) <= set(adata.obs_names)


@examples(60)
@given(data=st.data())
def test_databases_of_cellphonedb(folder, data):
    path = folder / "database"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    held = {f"{name}.csv": table.to_csv(index=False) for name, table in tables().items()}
    odd = data.draw(st.sampled_from(sorted(held)))
    for name, text in held.items():
        content = data.draw(damaged(text)) if name == odd else text.encode()
        (path / name).write_bytes(content)
    for reader in (read_cellphonedb, tme.sig.interactions):
        outcome(path, reader)
