"""Scores made by hand, under the ids of built-in signatures."""

from __future__ import annotations

from anndata import AnnData

import tmeatlas as tme


def score_built_in(adata: AnnData, *ids: str) -> None:
    """Make the first signatures of the data built-in ones."""
    coverage = adata.uns["tme_coverage"]
    names = [*ids, *coverage.index[len(ids) :]]
    adata.obsm["tme_scores"].columns = names
    coverage = coverage.set_axis(names)
    for name in ids:
        signature = tme.sig.load(name)[name]
        coverage.loc[name, ["name", "citation"]] = signature.name, signature.citation
    adata.uns["tme_coverage"] = coverage
