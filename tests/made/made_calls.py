"""A call of every public function that takes cells, and what it gives in a form to compare."""

from __future__ import annotations

import inspect
import json
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import anndata
import made_tissue
import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from made_up import N_PROTEINS, symbol, write_database

import tmeatlas as tme

IDS = ["caf_pan", "caf_tirosh2016", "treg_pan", "tam_spp1"]
WHO = {"sample_key": "sample", "condition_key": "condition"}
OPTIONS: dict[str, dict[str, Any]] = {
    "pp.prepare": {"embed": False},
    "tl.score": {"signatures": IDS},
    "tl.annotate": {"groupby": "group"},
    "tl.crosstalk": {"groupby": "group", "sample_key": "sample"},
    "tl.call_states": {"lineage_key": "cell_type"},
    "tl.cellphonedb": {"groupby": "group", "method": tme.cellphonedb.Simple()},
    "tl.compare": {
        **{"what": "scores", "method": "welch", "reference": "excluded", "groupby": "group"},
        **WHO,
    },
    "tl.composition": {"groupby": "group", "sample_key": "sample"},
    "tl.enrich": {"groupby": "group", "method": tme.enrichment.Prerank(n_perms=19)},
    "tl.niches": {
        **{"groupby": "group", "sample_key": "sample", "scores": False},
        **{"n_niches": 3, "n_shifts": 39},
    },
    "tl.phenotype": {"sample_key": "sample", "groupby": "cell_type"},
    "tl.quality": {"sample_key": "sample", "groupby": "cell_type"},
    "get.compare": {"what": "scores"},
    "get.pseudobulk": {"groupby": "group", "sample_key": "sample"},
    "get.scores": {"obs": ["sample"]},
    "pl.agreement": {"consensus": "caf"},
    "pl.atlas": {"groupby": "group", **WHO},
    "pl.compare": {"what": "scores"},
    "pl.dotplot": {"groupby": "group"},
    "pl.embedding": {"color": "cell_type"},
    "pl.enrich": {"group": "2", "signature": "caf_pan"},
    "pl.heatmap": {"groupby": "group"},
    "pl.spatial": {"color": "cell_type", "sample_key": "sample"},
    "pl.states": {"sample_key": "sample"},
    "pl.violin": {"groupby": "group", "signatures": "caf_pan"},
}
"""What each function needs beside the cells; it is called without, where nothing is said."""


def functions() -> dict[str, Any]:
    """Every function of the doors that take cells, by its name there."""
    doors = {name: getattr(tme, name) for name in ("pp", "tl", "get", "pl")}
    return {
        f"{door}.{name}": getattr(module, name)
        for door, module in doors.items()
        for name in module.__all__
        if inspect.isfunction(getattr(module, name))
    }


def called(name: str, adata: AnnData, **options: Any) -> dict[str, Any]:
    """What a function gives for `adata`, which it may change, as texts and numbers by name."""
    given = OPTIONS.get(name, {}) | options
    if name == "get.selection":
        given["path"] = _cell_list(adata)
    if name == "tl.cellphonedb":
        given["database"] = write_database(Path(tempfile.mkdtemp()) / "database.zip")
    before = _names(adata)
    value = functions()[name](adata, **given)
    if name.startswith(("pp.", "tl.")):
        after = _slots(adata)
        return {key: value for key, value in after.items() if _place(key) not in before}
    if isinstance(value, AnnData):
        return _slots(value)
    if isinstance(value, dict):
        return {k: v for key, table in value.items() for k, v in _table(key, table).items()}
    if isinstance(value, pd.DataFrame):
        return _table("table", value)
    if hasattr(value, "to_plotly_json"):
        return {"figure": json.dumps(json.loads(value.to_json()), sort_keys=True)}
    return {"page": str(value), "html": len(value.to_html()) > 0}


def _cell_list(adata: AnnData) -> Path:
    file = Path(tempfile.mkdtemp()) / "cells.csv"
    file.write_text("\n".join(["cell", *map(str, adata.obs_names[[-1, 0]])]) + "\n")
    return file


def _place(key: str) -> str:
    """The slot and name of a column of a table; that of a column of `obs` itself."""
    return key if key.startswith("obs: ") else key.partition(": ")[0]


def _names(adata: AnnData) -> set[str]:
    """The names of what is in the slots, as :func:`_slots` has them."""
    tables = {f"{slot} {key}" for slot in ("obsm", "varm", "uns") for key in getattr(adata, slot)}
    return tables | {f"obs: {column}" for column in adata.obs.columns}


def _slots(adata: AnnData) -> dict[str, Any]:
    """The results that are in the slots, tables column by column; without the records."""
    found: dict[str, Any] = {}
    x = adata.X
    if x is not None and type(x).__module__.startswith(("numpy", "scipy")):
        x = x.astype(np.float32)
        found["X"] = np.asarray(x.toarray() if sp.issparse(x) else x)
    if isinstance(adata.obs, pd.DataFrame):
        found |= _table("obs", adata.obs)
    for slot in ("obsm", "varm", "uns"):
        for key, value in getattr(adata, slot).items():
            if isinstance(value, pd.DataFrame):
                found |= _table(f"{slot} {key}", value)
            elif isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
                found[f"{slot} {key}"] = np.asarray(value, dtype=np.float64)
    return found


def _table(name: str, table: pd.DataFrame) -> dict[str, Any]:
    columns = {}
    for column in table:
        values = table[column]
        number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        columns[f"{name}: {column}"] = (
            values.to_numpy(np.float64, na_value=np.nan)
            if number
            else [str(value) for value in values.astype(object)]
        )
    return columns


def unlike(one: dict[str, Any], other: dict[str, Any], *, texts: bool = True) -> list[str]:
    """The names under which two calls gave different things; X only where both have it.

    Without `texts`, numbers alone are compared, such as where cells have other names.
    """
    lacking = one.keys() ^ other.keys()
    if lacking - {"X"}:
        return sorted(lacking)
    one = {name: value for name, value in one.items() if name in other}
    if not texts:
        one = {name: value for name, value in one.items() if isinstance(value, np.ndarray)}
    return [name for name in one if not _alike(one[name], other[name])]


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        same_shape = isinstance(other, np.ndarray) and one.shape == other.shape
        return same_shape and np.allclose(one, other, rtol=1e-5, atol=1e-6, equal_nan=True)
    return bool(one == other)


def clean_cells(groups: Sequence[str] = ("1", "2", "3"), *, n: int = 240) -> AnnData:
    """Log-normalised simulated cells of few genes, with their groups in ``obs["group"]``."""
    return _clean_cells(tuple(groups), n).copy()


@cache
def _clean_cells(groups: tuple[str, ...], n: int) -> AnnData:
    adata = tme.datasets.simulated(n, rng=3)
    signatures = tme.sig.load("core").values()
    wanted = {gene for signature in signatures for gene in (*signature.genes, *signature.down)}
    pairs = [pair for pair in tme.sig.interactions() if pair.axis]
    wanted |= {gene for pair in pairs for gene in (*pair.ligand_genes, *pair.receptor_genes)}
    adata = adata[:, adata.var_names.isin(wanted)].copy()
    names = np.array(groups, dtype=object)
    adata = _with_genes_of_the_database(adata)
    codes = adata.obs["cell_type"].cat.codes.to_numpy() % len(names)
    adata.obs["group"] = pd.Categorical(names[codes], categories=list(names))
    tme.pp.prepare(adata, embed=False)
    made_tissue.place(adata)
    adata.obsm["X_umap"] = np.random.default_rng(0).normal(size=(adata.n_obs, 2)).astype("f4")
    return adata


def _with_genes_of_the_database(adata: AnnData) -> AnnData:
    """The same with the genes of the made-up database of CellPhoneDB."""
    names = [symbol(protein) for protein in range(N_PROTEINS - 1)]
    counts = np.random.default_rng(1).poisson(1.0, (adata.n_obs, len(names))).astype(np.float32)
    more = AnnData(sp.csr_matrix(counts), obs=adata.obs[[]], var=pd.DataFrame(index=names))
    return anndata.concat([adata, more], axis="var", merge="first", uns_merge="first")
