"""Pairs of a data set and something that signatures mark, scored: what `accuracy.py` judges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scanpy as sc
import scipy.sparse as sp
from accuracy_data import DATA, UNDECIDED, Cells, Data
from scipy.stats import rankdata

import tmeatlas as tme
from tmeatlas.sig import Signature, SignatureSet

FEWEST_SIGNATURES = 3
"""Pairs with fewer signatures say little of a median; they are left out of the means."""


def candidates(data: Data) -> dict[str, list[Signature]]:
    """The signatures that mark what the data set has labels for."""
    everything = tme.sig.load("all").values()
    return {marks: [s for s in everything if s.marks == marks] for marks in data.truth}


def is_own_study(signature: Signature, data: Data) -> bool:
    """Whether a signature may have been derived from the very cells it is judged on."""
    return str(signature.reference.get("authors", "")).startswith(f"{data.study} ")


def read(path: Path, data: Data, thin: float | None) -> ad.AnnData:
    """Log values in CSR; with `thin`, of a random share of the molecules."""
    adata = ad.read_h5ad(path)
    if thin is not None:
        adata.X = thinned(adata.X if data.kind == "counts" else adata.layers["counts"], thin)
    if thin is not None or data.kind == "counts":
        adata.X = sp.csr_matrix(adata.X).astype(np.float32)
        sc.pp.normalize_total(adata, target_sum=1e4)
        sc.pp.log1p(adata)
    elif data.kind == "linear":
        adata.X = np.log2(1 + sp.csr_matrix(adata.X).toarray())
    adata.X = sp.csr_matrix(adata.X).astype(np.float32)
    return adata


def thinned(counts: sp.csr_matrix, share: float) -> sp.csr_matrix:
    counts = sp.csr_matrix(counts).astype(np.int64)
    counts.data = np.random.default_rng(0).binomial(counts.data, share)
    counts.eliminate_zeros()
    return counts


def auroc(scores: np.ndarray, wanted: np.ndarray) -> float:
    """The share of pairs of a wanted and another cell in which the wanted one is higher."""
    ranks = rankdata(scores)
    n = int(wanted.sum())
    return float((ranks[wanted].sum() - n * (n + 1) / 2) / (n * (len(wanted) - n)))


@dataclass(frozen=True, eq=False)
class Pair:
    """A data set and something that signatures mark, with the scores of these."""

    data: str
    marks: str
    cells: Cells
    adata: ad.AnnData
    """Scored cells."""
    signatures: SignatureSet
    """Those that were scored, without those of the data set's own study."""
    own: SignatureSet
    """Those of the data set's own study that were scored."""

    def auroc(self, scores: pd.Series) -> float:
        """How well scores find the cells, in the mean over the blocks."""
        wanted, seen = self.cells.of(self.adata.obs)
        blocks = self.adata.obs[self.cells.by].astype(str) if self.cells.by else None
        if blocks is None:
            return auroc(scores[seen].to_numpy(), wanted[seen])
        each = [seen & (blocks == name).to_numpy() for name in blocks.unique()]
        return float(np.mean([auroc(scores[part].to_numpy(), wanted[part]) for part in each]))

    def of(self, name: str) -> pd.Series:
        """The scores of one signature."""
        return self.adata.obsm["tme_scores"][name]

    def consensus(self, ids: list[str]) -> pd.Series:
        """The consensus of some signatures; over all cells, or those of the lineage alone."""
        _, seen = self.cells.of(self.adata.obs)
        inside = seen if self.cells.within else np.ones(self.adata.n_obs, bool)
        obs = self.adata.obs[inside]
        table = ad.AnnData(np.zeros((len(obs), 1), np.float32), obs=obs)
        table.obsm["tme_scores"] = self.adata.obsm["tme_scores"].loc[inside, ids]
        about = {"marks": self.marks, "compartment": self.marks, "purpose": ""}
        table.uns["tme_coverage"] = pd.DataFrame(about, index=ids)
        tme.tl.consensus(table)
        return table.obsm["tme_consensus"][self.marks].reindex(self.adata.obs_names)

    @property
    def core(self) -> list[str]:
        """Those of the signatures that are core."""
        return [name for name, signature in self.signatures.items() if signature.tier == "core"]

    @property
    def is_counted(self) -> bool:
        """Whether it counts in the means: cells of a lineage, and enough signatures."""
        purposes = {signature.purpose for signature in self.signatures.values()}
        return self.decides and purposes == {"finds"} and len(self.signatures) >= FEWEST_SIGNATURES

    @property
    def decides(self) -> bool:
        """Whether it has a say in what is core."""
        return DATA[self.data].decides and self.marks not in UNDECIDED


def pairs_of(name: str, adata: ad.AnnData, scorer: object) -> Iterator[Pair]:
    """The pairs of a data set, scored."""
    data = DATA[name]
    compared = candidates(data)
    everything = SignatureSet({s.id: s for found in compared.values() for s in found}.values())
    tme.tl.score(adata, everything, method=scorer, obs=False)
    scores = adata.obsm["tme_scores"]
    for marks, cells in data.truth.items():
        scored = [s for s in compared[marks] if scores[s.id].notna().all()]
        own = [s for s in scored if is_own_study(s, data)]
        others = [s for s in scored if s not in own]
        yield Pair(name, marks, cells, adata, SignatureSet(others), SignatureSet(own))
