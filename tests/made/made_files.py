"""Files as programs of the field lay them out, written by hand from a few cells."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from zlib import crc32

import h5py
import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse as sp
from anndata import AnnData

from tmeatlas.genes import builtin_names


def logged(counts: sp.csr_matrix) -> sp.csr_matrix:
    """log1p of 10,000 per cell."""
    totals = np.asarray(counts.sum(axis=1)).ravel()
    scaled = sp.diags(1e4 / np.maximum(totals, 1)) @ counts
    return sp.csr_matrix(scaled.log1p(), dtype=np.float32)


def ensembl_ids(symbols: Sequence[str]) -> list[str]:
    """The ids of genes that we know, and some of no gene for the others."""
    known = builtin_names().ensembl_ids
    return [
        known[name][0] if known.get(name) else f"ENSG{90_000_000_000 + crc32(name.encode())}"
        for name in symbols
    ]


def write_cellxgene(path: Path, adata: AnnData) -> Path:
    """Ids as names, symbols in `feature_name`, log-normalised X and counts in raw."""
    counts = sp.csr_matrix(adata.X, dtype=np.float32)
    symbols = pd.Categorical(adata.var_names)
    var = pd.DataFrame(
        {
            "feature_is_filtered": False,
            "feature_name": symbols,
            "feature_reference": pd.Categorical(["NCBITaxon:9606"] * adata.n_vars),
            "feature_biotype": pd.Categorical(["gene"] * adata.n_vars),
            "feature_length": pd.Categorical(["1000"] * adata.n_vars),
        },
        index=pd.Index(ensembl_ids(list(adata.var_names))),
    )
    obs = adata.obs.rename(columns={"sample": "donor_id", "condition": "disease"})
    obs["is_primary_data"] = True
    obs["suspension_type"] = pd.Categorical(["cell"] * adata.n_obs)
    made = AnnData(counts, obs=obs, var=var)
    made.raw = made
    made.X = logged(counts)
    made.obsm["X_umap"] = np.random.default_rng(0).normal(size=(adata.n_obs, 2))
    made.uns = {"schema_version": "5.2.0", "title": "Made", "default_embedding": "X_umap"}
    made.write_h5ad(path)
    return path


def write_zellkonverter(path: Path, adata: AnnData, *, main: bool = False) -> Path:
    """Assays as layers, X absent or the first assay, and `X_name` in uns."""
    counts = sp.csr_matrix(adata.X, dtype=np.float32)
    obs = adata.obs.copy()
    obs["sizeFactor"] = 1.0
    made = AnnData(counts if main else None, obs=obs, var=adata.var[[]].copy())
    if not main:
        made.layers["counts"] = counts
    made.layers["logcounts"] = logged(counts)
    made.obsm["PCA"] = np.random.default_rng(0).normal(size=(adata.n_obs, 20))
    if main:
        made.uns["X_name"] = "counts"
    made.write_h5ad(path)
    return path


def write_seurat(path: Path, adata: AnnData, *, features: Sequence[str] = ()) -> Path:
    """As SeuratDisk converts: factors as bare codes, `raw/var` without encoding, a neighbour graph.

    `features`: columns of meta.features, without which `raw/var` is a bare group.
    """
    counts = sp.csr_matrix(adata.X, dtype=np.float64)
    text = h5py.string_dtype()
    names = np.array(list(adata.var_names), dtype=object)
    with h5py.File(path, "w") as file:
        _write_sparse(file, "X", sp.csr_matrix(logged(counts), dtype=np.float64))
        _write_sparse(file, "raw/X", counts)
        for place in ("var", "raw/var"):
            group = file.create_group(place)
            group.create_dataset("_index", data=names, dtype=text)
            group.attrs["_index"] = "_index"
            for column in features:
                group.create_dataset(column, data=np.zeros(adata.n_vars))
            if features or place == "var":
                group.attrs["encoding-type"] = "dataframe"
                group.attrs["encoding-version"] = "0.1.0"
            if features:
                group.attrs["column-order"] = np.array(list(features), dtype=object)
        if not features:
            file["var"].create_dataset("features", data=names, dtype=text)
            file["var"].attrs["column-order"] = np.array(["features"], dtype=object)
        obs = file.create_group("obs")
        obs.attrs.update({"encoding-type": "dataframe", "encoding-version": "0.1.0"})
        obs.create_dataset("_index", data=np.array(list(adata.obs_names), dtype=object), dtype=text)
        obs.attrs["_index"] = "_index"
        levels = obs.create_group("__categories")
        for name in ("cell_type", "sample", "condition"):
            column = adata.obs[name].astype("category").cat
            obs.create_dataset(name, data=np.asarray(column.codes, dtype=np.int32))
            levels.create_dataset(
                name, data=np.array(list(column.categories), dtype=object), dtype=text
            )
        obs.create_dataset("nCount_RNA", data=np.asarray(counts.sum(axis=1)).ravel())
        order = ["nCount_RNA", "cell_type", "sample", "condition"]
        obs.attrs["column-order"] = np.array(order, dtype=object)
        embedding = np.random.default_rng(0).normal(size=(adata.n_obs, 2))
        file.create_dataset("obsm/X_umap", data=embedding)
        file.create_group("varm")
    return path


def _write_sparse(file: h5py.File, place: str, values: sp.csr_matrix) -> None:
    group = file.create_group(place)
    for name in ("data", "indices", "indptr"):
        group.create_dataset(name, data=getattr(values, name))
    group.attrs["shape"] = np.array(values.shape)
    group.attrs["encoding-type"] = "csr_matrix"
    group.attrs["encoding-version"] = "0.1.0"


def write_10x_h5(
    path: Path, adata: AnnData, *, genomes: Sequence[str] = (), antibodies: int = 0
) -> Path:
    """Of Cell Ranger 3 and later; with `genomes`, of version 2, the first with our genes."""
    counts = sp.csr_matrix(adata.X, dtype=np.int32)
    names, ids = list(adata.var_names), ensembl_ids(list(adata.var_names))
    kinds = ["Gene Expression"] * len(names)
    if antibodies:
        extra = np.random.default_rng(0).poisson(50, (adata.n_obs, antibodies))
        counts = sp.csr_matrix(sp.hstack([counts, extra.astype(np.int32)]))
        names += [f"Antibody {i}" for i in range(antibodies)]
        ids += [f"AB{i}" for i in range(antibodies)]
        kinds += ["Antibody Capture"] * antibodies
    with h5py.File(path, "w") as file:
        for place in genomes or ("matrix",):
            group = file.create_group(place)
            for name in ("data", "indices", "indptr"):
                group.create_dataset(name, data=getattr(counts, name))
            group.create_dataset("shape", data=np.array(counts.shape[::-1], dtype=np.int32))
            group.create_dataset("barcodes", data=_bytes(adata.obs_names))
            if genomes:
                group.create_dataset("genes", data=_bytes(ids))
                group.create_dataset("gene_names", data=_bytes(names))
            else:
                features = group.create_group("features")
                features.create_dataset("id", data=_bytes(ids))
                features.create_dataset("name", data=_bytes(names))
                features.create_dataset("feature_type", data=_bytes(kinds))
                features.create_dataset("genome", data=_bytes(["GRCh38"] * len(ids)))
                features.create_dataset("_all_tag_keys", data=_bytes(["genome"]))
    return path


def _bytes(texts: Sequence[str]) -> np.ndarray:
    return np.array([str(text).encode() for text in texts])


def write_10x_mtx(
    folder: Path,
    adata: AnnData,
    *,
    version: int = 3,
    zipped: bool | None = None,
    prefix: str = "",
    matrix: str = "matrix",
    transposed: bool = False,
) -> Path:
    """A folder of three files: `genes.tsv` of version 2, else `features.tsv`."""
    folder.mkdir(parents=True, exist_ok=True)
    zipped = version > 2 if zipped is None else zipped
    counts = sp.coo_matrix(adata.X).astype(np.int64)
    target = folder / f"{prefix}{matrix}.mtx"
    scipy.io.mmwrite(target, counts if transposed else counts.T)
    features = {"id": ensembl_ids(list(adata.var_names)), "name": list(adata.var_names)}
    if version > 2:
        features["type"] = ["Gene Expression"] * adata.n_vars
    called = "features" if version > 2 else "genes"
    texts = {
        f"{prefix}{called}.tsv": pd.DataFrame(features).to_csv(sep="\t", header=False, index=False),
        f"{prefix}barcodes.tsv": "".join(f"{name}\n" for name in adata.obs_names),
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    if zipped:
        for name in (target.name, *texts):
            content = (folder / name).read_bytes()
            (folder / name).unlink()
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    return folder


def write_table(path: Path, columns: Mapping[str, Sequence[object]]) -> Path:
    """A table of samples."""
    pd.DataFrame(columns).to_csv(path, index=False, sep="\t" if path.suffix == ".tsv" else ",")
    return path
