"""The tables that go with scores: coverage, p-values and weights of the genes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.methods import NullTest
from tmeatlas.results import Coverage
from tmeatlas.sig import (
    MatchedSignature,
    Signature,
    SignatureSet,
    coverage_frame,
    of_another_cancer,
)


def coverage_table(
    signatures: SignatureSet,
    matched: Sequence[MatchedSignature],
    scores: pd.DataFrame,
    null: NullTest | None,
    cancer: str,
) -> Coverage:
    """Coverage, and what a reader of the scores wants to know about each signature.

    `cancer` is the type that the cells are of; "" where nothing says it.
    """
    frame = coverage_frame(matched)
    scored = scores.notna().any()
    about = {
        "scored": scored.to_numpy(),
        "compartment": [signature.compartment for signature in signatures.values()],
        "purpose": [signature.purpose for signature in signatures.values()],
        "marks": [signature.consensus for signature in signatures.values()],
        "name": [signature.title for signature in signatures.values()],
        "tier": [signature.tier for signature in signatures.values()],
        "citation": [signature.citation for signature in signatures.values()],
        "genes": [_gene_list(signature) for signature in signatures.values()],
        "scored_in": [", ".join(signature.scored_in) for signature in signatures.values()],
        "derived_in": [signature.origin for signature in signatures.values()],
        "other_cancer": [
            bool(cancer) and of_another_cancer(signature.derived_in, cancer)
            for signature in signatures.values()
        ],
    }
    frame = pd.concat([frame, pd.DataFrame(about, index=frame.index)], axis=1)
    if null is None:
        return Coverage(frame)
    against_random = {
        "null_pval": null.spread_pvalue,
        "null_padj": null.spread_padj,
        "null_cells": null.share_above,
    }
    ids = pd.Index(null.ids, name="signature")
    return Coverage(frame.join(pd.DataFrame(against_random, index=ids)))


def score_table(
    values: NDArray[np.floating[Any]],
    cells: pd.Index,
    scored: Sequence[MatchedSignature],
    ids: list[str],
) -> pd.DataFrame:
    """Cells × signatures in the order of `ids`; NaN for those that were not scored."""
    table = pd.DataFrame(values, index=cells, columns=[signature.id for signature in scored])
    return table.reindex(columns=ids).astype(np.float32)


def pvalue_table(null: NullTest, scores: pd.DataFrame) -> pd.DataFrame:
    """Cells × signatures; NaN for those that were not scored."""
    pvalues = pd.DataFrame(null.pvalues, index=scores.index, columns=list(null.ids))
    return pvalues.reindex(columns=scores.columns).astype(np.float32)


def weight_table(
    matched: Sequence[MatchedSignature],
    scores: pd.DataFrame,
    var_names: pd.Index,
    labels: pd.Index,
) -> pd.DataFrame | None:
    """Genes × signatures: the weight of each gene that a score used.

    None where the matrix that was read has genes, by their `labels`, that `adata` lacks.
    """
    places = np.arange(len(var_names))
    if not labels.equals(var_names):
        if not var_names.is_unique or not labels.isin(var_names).all():
            return None
        places = var_names.get_indexer(labels)
    weights = np.zeros((len(var_names), len(matched)), dtype=np.float32)
    scored = scores.notna().any().to_numpy()
    for k, signature in enumerate(matched):
        if scored[k]:
            weights[places[signature.up], k] = signature.up_weights
            weights[places[signature.down], k] = -signature.down_weights
    return pd.DataFrame(weights, index=var_names, columns=scores.columns)


def _gene_list(signature: Signature) -> str:
    return ", ".join([*signature.genes, *(f"{gene}-" for gene in signature.down)])
