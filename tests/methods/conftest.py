"""Made-up tumours and signatures for the tests of scoring methods."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import scanpy as sc
import scipy.sparse as sp
from anndata import AnnData

from tmeatlas.matrix import ExpressionMatrix, open_matrix
from tmeatlas.sig._load import as_signatures
from tmeatlas.sig._match import match_signatures


@pytest.fixture
def frozen(repository):
    """Counts, signatures and peers' results, as `tests/reference/make_scores.py` wrote them."""
    with np.load(repository / "tests" / "reference" / "scores.npz") as file:
        arrays = {name: file[name] for name in file.files}
    return {"facts": json.loads(str(arrays.pop("facts"))), **arrays}


@pytest.fixture
def frozen_counts(frozen) -> AnnData:
    counts = sp.csr_matrix(frozen["counts"], dtype=np.float32)
    return AnnData(counts, var=pd.DataFrame(index=[f"G{i}" for i in range(counts.shape[1])]))


@pytest.fixture
def frozen_lognorm(frozen_counts) -> AnnData:
    return lognormalised(frozen_counts)


@pytest.fixture
def score():
    """Score an AnnData or a bare array with a method; gives cells × signatures."""

    def run(method, data, signatures):
        if isinstance(data, AnnData):
            matrix = open_matrix(data)
        else:
            matrix = ExpressionMatrix(data, pd.Index([f"G{i}" for i in range(data.shape[1])]), "X")
        matched = match_signatures(as_signatures(signatures).values(), matrix.genes)
        return method.score(matrix, matched)

    return run


@pytest.fixture(params=["wu2021", "kim2020", "puram2017", "pbmc68k"])
def tumour(request) -> tuple[AnnData, AnnData]:
    """A real data set twice: as it is (counts or log values), and log-normalised."""
    if request.param == "pbmc68k":
        adata = sc.datasets.pbmc68k_reduced().raw.to_adata()
        return adata, adata
    folder = request.getfixturevalue("shared_data") / "data"
    name = {
        "wu2021": "wu2021_tnbc_CID4465.h5ad",
        "kim2020": "kim2020_luad_T34.h5ad",
        "puram2017": "puram2017_hnscc_ref180.h5ad",
    }[request.param]
    adata = sc.read_h5ad(folder / name)
    return adata, lognormalised(adata) if request.param == "wu2021" else adata


@pytest.fixture
def drawn_signatures():
    """Signatures of 3 to 200 genes drawn from those that are seen; a few genes are missing."""

    def draw(adata: AnnData, *, signed: bool) -> dict[str, list[str]]:
        rng = np.random.default_rng(1)
        seen = adata.var_names[np.asarray((adata.X > 0).sum(axis=0)).ravel() > 0]
        seen = seen[~seen.str.endswith(("-", "+"))]
        drawn = {f"s{n}": list(rng.choice(seen, n, replace=False)) for n in (3, 10, 60, 200)}
        drawn["missing"] = [*rng.choice(seen, 10, replace=False), "NOT_THERE", "NOR_THIS"]
        if signed:
            genes = rng.choice(seen, 40, replace=False)
            drawn["signed"] = [*genes[:25], *(f"{gene}-" for gene in genes[25:])]
        return drawn

    return draw


@pytest.fixture
def as_net():
    """Signatures as decoupler takes them; genes that end in "-" weigh -1."""

    def net(signatures: dict[str, list[str]]) -> pd.DataFrame:
        rows = [
            (name, gene.removesuffix("-"), -1.0 if gene.endswith("-") else 1.0)
            for name, genes in signatures.items()
            for gene in genes
        ]
        return pd.DataFrame(rows, columns=["source", "target", "weight"])

    return net


def lognormalised(adata: AnnData) -> AnnData:
    adata = adata.copy()
    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)
    return adata
