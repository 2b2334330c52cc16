"""Genes as scanpy.tl.rank_genes_groups ranked them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas._errors import InputError, unknown
from tmeatlas.enrichment import Ranking
from tmeatlas.genes import understand


def read_ranking(adata: AnnData, rank_key: str, groupby: str, labels: Sequence[str]) -> Ranking:
    """The scores under `uns[rank_key]` of the groups in `labels`, over the genes all have."""
    stored = adata.uns.get(rank_key)
    if not _is_ranking(stored):
        candidates = [key for key, value in adata.uns.items() if _is_ranking(value)]
        raise unknown(
            "result of scanpy.tl.rank_genes_groups in adata.uns called",
            rank_key,
            candidates,
            remedy=f"Run sc.tl.rank_genes_groups(adata, {groupby!r}), or leave out `rank_key`.",
        )
    compared = str(stored["params"].get("groupby", ""))
    if compared != groupby:
        raise InputError(
            f"uns[{rank_key!r}] compares the groups of obs[{compared!r}], not of "
            f"obs[{groupby!r}]. Run sc.tl.rank_genes_groups(adata, {groupby!r})."
        )
    names, scores = stored["names"], stored["scores"]
    understood = understand(adata.var_names, adata.var)
    gene_of = dict(zip(understood.labels, understood.names, strict=True))
    groups = [label for label in labels if label in (names.dtype.names or ())]
    if not groups:
        raise InputError(f"uns[{rank_key!r}] ranks none of the groups of obs[{groupby!r}].")
    columns = {
        group: pd.Series(
            np.asarray(scores[group], dtype=np.float64),
            index=[gene_of.get(name, name) for name in names[group].astype(str).tolist()],
        )
        for group in groups
    }
    # Where scanpy was asked for the top genes only, the lists of the groups differ.
    table = pd.DataFrame(columns)
    if len(table) > len(names):
        raise InputError(
            f"uns[{rank_key!r}] ranks the top {len(names)} genes of each group only; GSEA needs "
            "the whole ranking. Call sc.tl.rank_genes_groups without `n_genes=`."
        )
    table = table[np.isfinite(table.to_numpy()).all(axis=1)]
    return Ranking(groups, pd.Index(table.index), table.to_numpy(dtype=np.float64).T)


def _is_ranking(value: Any) -> bool:
    return isinstance(value, Mapping) and {"names", "scores", "params"} <= set(value)
