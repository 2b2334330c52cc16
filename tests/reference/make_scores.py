"""Freeze what the peers compute, so that parity is tested where they are not installed.

    python tests/reference/make_scores.py

Made-up counts of 40 cells × 400 genes (log-normal abundances, Poisson counts)
and six signatures, with missing and down genes, are scored with pyucell and
scanpy.tl.score_genes. Everything goes to `scores.npz`: the counts, the
signatures (as JSON text), the results, and the versions of the peers.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyucell
import scanpy as sc
import scipy.sparse as sp
from anndata import AnnData

OUTPUT = Path(__file__).with_name("scores.npz")
UCELL_RUNS = {
    "default": {},
    "max_rank": {"max_rank": 60},
    "w_neg": {"w_neg": 0.4},
}
SCORE_GENES_RUNS = {
    "default": {},
    "fewer": {"ctrl_size": 7, "n_bins": 10},
    "own_out": {"ctrl_as_ref": False},
    "seed": {"random_state": 3, "ctrl_size": 9},
    "pool": {"gene_pool": [f"G{i}" for i in range(0, 400, 2)], "ctrl_size": 5, "n_bins": 12},
}


def made_up_counts() -> np.ndarray:
    rng = np.random.default_rng(2024)
    abundance = rng.lognormal(-1.5, 1.5, size=400)
    depth = rng.lognormal(0.0, 0.4, size=(40, 1))
    return rng.poisson(abundance * depth).astype(np.uint16)


def made_up_signatures() -> dict[str, list[str]]:
    rng = np.random.default_rng(7)
    genes = [f"G{i}" for i in range(0, 400, 2)]
    signatures = {f"s{n}": list(rng.choice(genes, n, replace=False)) for n in (1, 4, 12, 50)}
    signatures["missing"] = [*rng.choice(genes, 8, replace=False), "NOT_THERE", "NOR_THIS"]
    chosen = rng.choice(genes, 15, replace=False)
    signatures["signed"] = [*chosen[:10], *(f"{gene}-" for gene in chosen[10:])]
    return {name: [str(gene) for gene in listed] for name, listed in signatures.items()}


def main() -> None:
    counts, signatures = made_up_counts(), made_up_signatures()
    adata = AnnData(sp.csr_matrix(counts, dtype=np.float32))
    adata.var_names = [f"G{i}" for i in range(400)]
    results = {}
    for run, options in UCELL_RUNS.items():
        pyucell.compute_ucell_scores(adata, signatures, n_jobs=1, **options)
        results[f"ucell/{run}"] = adata.obs[[f"{name}_UCell" for name in signatures]].to_numpy()

    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)
    unsigned = [name for name in signatures if name != "signed"]
    for run, options in SCORE_GENES_RUNS.items():
        for name in unsigned:
            sc.tl.score_genes(adata, signatures[name], score_name=name, **options)
        results[f"score_genes/{run}"] = adata.obs[unsigned].to_numpy()

    facts = {
        "signatures": signatures,
        "ucell": UCELL_RUNS,
        "score_genes": SCORE_GENES_RUNS,
        "versions": {package: version(package) for package in ("pyucell", "scanpy", "numpy")},
    }
    np.savez_compressed(OUTPUT, counts=counts, facts=json.dumps(facts), **results)
    print(f"wrote {OUTPUT} with {facts['versions']}")


if __name__ == "__main__":
    main()
