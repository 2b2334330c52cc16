"""Freeze what the peers compute, so that parity is tested where they are not installed.

    python tests/reference/make_scores.py

Made-up counts of 40 cells × 400 genes (log-normal abundances, Poisson counts)
and six signatures, with missing and down genes, are scored with pyucell,
scanpy.tl.score_genes, decoupler (2.3 or later), ctxcore and gseapy. Everything
goes to `scores.npz`: the counts, the signatures (as JSON text), the results,
and the versions of the peers.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import decoupler as dc
import gseapy
import numpy as np
import pandas as pd
import pyucell
import scanpy as sc
import scipy.sparse as sp
from anndata import AnnData
from ctxcore.recovery import aucs

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
    "seed": {"rng": 3, "ctrl_size": 9},
    "pool": {"gene_pool": [f"G{i}" for i in range(0, 400, 2)], "ctrl_size": 5, "n_bins": 12},
}
AUCELL_RUNS = {
    "decoupler": {"parity": "decoupler", "cut": 0.05},
    "decoupler_cut": {"parity": "decoupler", "cut": 130},
    "ctxcore": {"parity": "ctxcore", "cut": 0.05},
    "ctxcore_seed": {"parity": "ctxcore", "cut": 0.3, "rng": 3},
}
SSGSEA_RUNS = {
    "default": {},
    "alpha": {"alpha": 1.0},
    "flat": {"alpha": 0.0},
    "normalised": {"normalise": True},
}
LINEAR_RUNS = {
    "ulm": ("ulm", {}),
    "ulm_weighted": ("ulm", {}),
    "ulm_all_genes": ("ulm", {"drop_empty": False}),
    "mlm": ("mlm", {}),
    "mlm_weighted": ("mlm", {}),
    "zscore": ("zscore", {}),
    "ksea": ("zscore", {"centred": True}),
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


def made_up_weights(signatures: dict[str, list[str]]) -> dict[str, float]:
    rng = np.random.default_rng(11)
    genes = sorted({gene.strip("-") for listed in signatures.values() for gene in listed})
    return dict(zip(genes, rng.uniform(0.2, 3.0, len(genes)).round(3).tolist(), strict=True))


def net_of(signatures: dict[str, list[str]], weights: dict[str, float]) -> pd.DataFrame:
    rows = []
    for name, listed in signatures.items():
        for gene in listed:
            sign, symbol = (-1.0 if gene.endswith("-") else 1.0), gene.strip("-")
            rows.append((name, symbol, sign * weights.get(symbol, 1.0)))
    return pd.DataFrame(rows, columns=["source", "target", "weight"])


def aucell(adata: AnnData, signatures: dict, *, parity: str, cut: float, **options) -> np.ndarray:
    if parity == "decoupler":
        n_seen = int((adata.X.getnnz(axis=0) > 0).sum())
        n_up = cut if cut >= 2 else cut * n_seen
        dc.mt.aucell(adata, net_of(signatures, {}), tmin=1, n_up=n_up)
        return adata.obsm["score_aucell"][list(signatures)].to_numpy()
    # pySCENIC's rankings: shuffled columns, first come first ranked.
    seed = options.get("rng", 0)
    shuffled = adata.to_df().sample(frac=1.0, replace=False, axis=1, random_state=seed)
    ranks = shuffled.rank(axis=1, ascending=False, method="first").astype(np.uint32) - 1
    columns = []
    for genes in signatures.values():
        found = ranks.loc[:, ranks.columns.isin(genes)]
        columns.append(aucs(found, adata.n_vars, np.ones(found.shape[1]), cut))
    return np.column_stack(columns)


def ssgsea(adata: AnnData, signatures: dict, *, alpha=0.25, normalise=False) -> np.ndarray:
    result = gseapy.ssgsea(
        data=adata.to_df().T,
        gene_sets=signatures,
        weight=alpha,
        min_size=1,
        max_size=1000,
        outdir=None,
        no_plot=True,
    ).res2d
    column = "NES" if normalise else "ES"
    table = result.pivot_table(index="Name", columns="Term", values=column, aggfunc="first")
    return table.loc[list(adata.obs_names), list(signatures)].to_numpy(dtype=float)


def linear(adata: AnnData, net: pd.DataFrame, names: list[str], method: str, **options):
    given = {"empty": options.get("drop_empty", True)}
    if method == "zscore":
        given["flavor"] = "KSEA" if options.get("centred", False) else "RoKAI"
    getattr(dc.mt, method)(adata, net, tmin=1, **given)
    return adata.obsm[f"score_{method}"][names].to_numpy()


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
        theirs = {"random_state" if name == "rng" else name: v for name, v in options.items()}
        for name in unsigned:
            sc.tl.score_genes(adata, signatures[name], score_name=name, **theirs)
        results[f"score_genes/{run}"] = adata.obs[unsigned].to_numpy()

    chosen = {name: signatures[name] for name in unsigned}
    for run, options in AUCELL_RUNS.items():
        results[f"aucell/{run}"] = aucell(adata.copy(), chosen, **options)
    for run, options in SSGSEA_RUNS.items():
        results[f"ssgsea/{run}"] = ssgsea(adata, chosen, **options)
    weights = made_up_weights(signatures)
    for run, (method, options) in LINEAR_RUNS.items():
        net = net_of(signatures, weights if run.endswith("weighted") else {})
        results[f"linear/{run}"] = linear(adata.copy(), net, list(signatures), method, **options)

    peers = ("pyucell", "scanpy", "decoupler", "ctxcore", "gseapy", "numpy")
    facts = {
        "signatures": signatures,
        "unsigned": unsigned,
        "weights": weights,
        "ucell": UCELL_RUNS,
        "score_genes": SCORE_GENES_RUNS,
        "aucell": AUCELL_RUNS,
        "ssgsea": SSGSEA_RUNS,
        "linear": LINEAR_RUNS,
        "versions": {package: version(package) for package in peers},
    }
    np.savez_compressed(OUTPUT, counts=counts, facts=json.dumps(facts), **results)
    print(f"wrote {OUTPUT} with {facts['versions']}")


if __name__ == "__main__":
    main()
