"""What the numbers of a page mean: a short name, then the meaning of the values."""

from __future__ import annotations

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas.results import recorded

OF_GENES = "log-normalised expression"
OF_CONSENSUS = "consensus; about 1 in an average cell, higher where the signatures agree on it"
OF_METHODS = {
    "ucell_detected": "score; 0 = chance, 1 = one standard deviation of chance above it",
    "ucell": "UCell score; 0 = its genes are not among the highest, 1 = they are the very highest",
    "aucell": "AUC; 0 = its genes are not among the highest, 1 = they are the very highest",
    "score_genes": "score; mean log expression above that of genes expressed alike, 0 = no more",
    "ssgsea": "enrichment score; higher where its genes rank higher in the cell",
    "zscore": "z-score; 0 = its genes show nothing, compared with all genes of the cell",
    "ulm": "t value; 0 = its genes are expressed like the other genes of the cell",
    "mlm": "t value; 0 = its genes show no more than the other signatures explain",
    "mean": "mean log expression; of its genes",
}


def method_of(adata: AnnData) -> str:
    """The scoring method on record; empty where there is none."""
    return str(recorded(adata, keys.SCORES).get("method", ""))


def unit_of_scores(adata: AnnData) -> str:
    """What a score means, by the method that gave it; empty for a method that is not built in."""
    return OF_METHODS.get(method_of(adata), "")
