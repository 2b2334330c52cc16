"""Sums over values: the same in memory and read again, another where anything differs."""

from __future__ import annotations

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata.io import sparse_dataset

from tmeatlas._digest import Digest, UntoldError
from tmeatlas.matrix import digest_of_matrices
from tmeatlas.results import digest_of_cells, digest_of_genes, digest_of_the_rest


def digest(value) -> str:
    return Digest().add(value).text()


@pytest.fixture
def cells():
    rng = np.random.default_rng(0)
    counts = sp.random(40, 12, density=0.4, random_state=0, format="csr", dtype=np.float32)
    adata = ad.AnnData(
        counts,
        obs=pd.DataFrame(
            {
                "group": pd.Categorical(rng.choice(["b", "a", "c"], 40), ["c", "b", "a", "unused"]),
                "depth": rng.random(40),
                "kept": rng.random(40) > 0.5,
                "note": [f"note {n}" for n in range(40)],
            },
            index=[f"cell{n}" for n in range(40)],
        ),
    )
    adata.layers["dense"] = np.asfortranarray(rng.random((40, 12)))
    adata.layers["columns"] = counts.tocsc()
    adata.raw = adata
    adata.obsm["X_pca"] = rng.random((40, 3)).astype(np.float32)
    adata.obsm["table"] = pd.DataFrame({"x": rng.random(40)}, index=adata.obs_names)
    adata.obsp["near"] = sp.eye(40, format="csr")
    adata.varm["of genes"] = rng.random((12, 2))
    adata.uns["spatial"] = {"slide": {"size": 0.5, "names": ["a", "b"], "n": 3, "is": True}}
    adata.uns["log1p"] = {}
    adata.uns["fields"] = np.array([("a", 1.0)], dtype=[("name", "U1"), ("value", "f8")])
    return adata


SUMS = (digest_of_matrices, digest_of_genes, digest_of_cells, digest_of_the_rest)
each_sum = pytest.mark.parametrize("sum_over", SUMS, ids=lambda each: each.__name__)


@each_sum
def test_files_keep_the_sums(cells, tmp_path, sum_over):
    expected = sum_over(cells)
    cells.write_h5ad(tmp_path / "x.h5ad")
    cells.write_zarr(tmp_path / "x.zarr")
    assert sum_over(ad.read_h5ad(tmp_path / "x.h5ad")) == expected
    assert sum_over(ad.read_h5ad(tmp_path / "x.h5ad", backed="r")) == expected
    assert sum_over(ad.read_zarr(tmp_path / "x.zarr")) == expected


def test_matrices_that_stay_in_the_file_have_the_sums_of_memory(cells, tmp_path):
    cells.write_h5ad(tmp_path / "x.h5ad")
    with h5py.File(tmp_path / "x.h5ad") as file:
        layers = {name: sparse_dataset(file[f"layers/{name}"]) for name in ("columns",)}
        stay = ad.AnnData(
            sparse_dataset(file["X"]),
            layers={**layers, "dense": file["layers/dense"]},
            obs=cells.obs,
            uns={"log1p": {}},
        )
        without_raw = cells.copy()
        del without_raw.raw
        assert digest_of_matrices(stay) == digest_of_matrices(without_raw)


CHANGES = {
    "one value": lambda a: a.X.data.__setitem__(5, 7),
    "a value of a layer": lambda a: a.layers["dense"].__setitem__((3, 3), 7),
    "a place": lambda a: setattr(a, "X", sp.csr_matrix(a.X[:, ::-1])),
    "raw gone": lambda a: delattr(a, "raw"),
    "said to be logged": lambda a: a.uns.pop("log1p"),
    "the type of the values": lambda a: setattr(a, "X", a.X.astype(np.float64)),
    "a gene": lambda a: setattr(a, "var_names", ["other", *a.var_names[1:]]),
    "a cell": lambda a: setattr(a, "obs_names", ["other", *a.obs_names[1:]]),
    "a label": lambda a: a.obs.__setitem__("group", a.obs["group"].array[::-1]),
    "the order of labels": lambda a: a.obs.__setitem__(
        "group", a.obs["group"].cat.reorder_categories(["a", "b", "c", "unused"])
    ),
    "a number": lambda a: a.obs.__setitem__("depth", a.obs["depth"] + 1e-15),
    "a place in tissue": lambda a: a.obsm["X_pca"].__setitem__((0, 0), 9),
    "a table": lambda a: a.obsm["table"].__setitem__("x", 0.5),
    "a neighbour": lambda a: a.obsp["near"].data.__setitem__(0, 2),
    "what is said of a slide": lambda a: a.uns["spatial"]["slide"].update(size=0.6),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("change", CHANGES)
def test_any_change_shows(cells, change):
    before = [each(cells) for each in SUMS]
    other = cells.copy()
    CHANGES[change](other)
    assert [each(other) for each in SUMS] != before


def test_the_map_of_cells_colours_and_the_file_are_no_matter(cells):
    before = digest_of_the_rest(cells)
    cells.obsm["X_umap"] = np.zeros((40, 2))
    cells.uns["group_colors"] = ["#fff"]
    cells.uns["tme_file"] = "x"
    assert digest_of_the_rest(cells) == before


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1, 1.0),
        (True, 1),
        ("1", 1),
        (None, ""),
        (["ab", "c"], ["a", "bc"]),
        ({"a": "b"}, {"b": "a"}),
        (np.array([None, ""], dtype=object), np.array(["", None], dtype=object)),
        (np.zeros(3), np.zeros((3, 1))),
        (pd.Series([1, None], dtype="Int64"), pd.Series([1, 2], dtype="Int64")),
    ],
)
def test_what_is_not_the_same(first, second):
    assert digest(first) != digest(second)


def test_numbers_of_numpy_are_numbers():
    assert digest(np.float64(0.5)) == digest(0.5)
    assert digest(np.array(["a"], dtype=object)) == digest(["a"])


@pytest.mark.parametrize("value", [object(), [{"a": 1}], sp.coo_matrix((2, 2))])
def test_what_cannot_be_told_says_so(value):
    with pytest.raises(UntoldError):
        digest(value)


def test_task_graphs_are_not_computed(cells):
    array = pytest.importorskip("dask.array")
    cells.X = array.from_array(np.zeros((40, 12)))
    with pytest.raises(UntoldError):
        digest_of_matrices(cells)
