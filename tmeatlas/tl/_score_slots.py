"""Where scores are kept in an AnnData."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_key_added
from tmeatlas._errors import InputError, listing
from tmeatlas.methods import NullTest
from tmeatlas.results import record
from tmeatlas.sig import MatchedSignature, Signature, SignatureSet, coverage_frame
from tmeatlas.tl._score_null import null_frame

FEW = 3
"""Columns that a call spells out."""
METHOD_OPTIONS = "method_options"
"""Option on record by which scores are known from other results."""
OBS_COLUMNS = "obs_columns"
"""Fact on record: the columns of `obs` that a run wrote, and that the next may replace."""


@dataclass(frozen=True, eq=False)
class ScoreResult:
    """Everything that `tl.score` found out, before anything is written."""

    scores: pd.DataFrame
    signatures: SignatureSet
    matched: list[MatchedSignature]
    scored: list[str]
    null: NullTest | None
    """Of the signatures that were `scored`, in their order."""
    matrix_genes: pd.Index
    params: Mapping[str, Any]
    facts: Mapping[str, Any]


def check_slots(
    adata: AnnData, signatures: SignatureSet, *, key_added: str, obs: bool, pvalues: bool
) -> None:
    """Refuse to overwrite what an earlier run under `key_added` did not write."""
    if not signatures:
        raise InputError(
            "There are no signatures to score. Pass 'core', the ids of some (tme.sig.load() has "
            "them), or lists of your own as {name: [genes]}."
        )
    _refuse_names_of_indices(adata, signatures, obs=obs)
    pval_key = keys.scores_pval(key_added)
    beside = [("uns", keys.coverage(key_added)), ("varm", keys.signatures(key_added))]
    if pvalues:
        beside.append(("obsm", pval_key))
    check_key_added(
        adata,
        key_added,
        slot="obsm",
        default=keys.SCORES,
        option=METHOD_OPTIONS,
        beside=beside,
    )
    if pvalues and pval_key in adata.obsm and not _has_pvalues(adata, key_added):
        raise InputError(
            f"obsm[{pval_key!r}] exists, and there is no record that tl.score wrote it. Choose "
            f"another `key_added`, or remove it first: del adata.obsm[{pval_key!r}]."
        )
    if not obs:
        return
    own = set(_recorded_columns(adata, key_added))
    columns = [keys.obs_score(name) for name in signatures]
    taken = [name for name in columns if name in adata.obs and name not in own]
    if taken:
        raise InputError(
            f"adata.obs already has {listing(taken)}, which tl.score did not write under "
            f"key_added={key_added!r}. Pass `obs=False` to leave `obs` as it is, or remove the "
            f"columns first: {_drop(taken)}. Joined data have the columns without the record of "
            "the run."
        )


def _drop(columns: list[str]) -> str:
    """The call that removes columns of scores from `obs`."""
    if len(columns) <= FEW:
        return f"adata.obs = adata.obs.drop(columns={columns})"
    prefix = f"^{keys.OBS_PREFIX}"
    return (
        f"adata.obs = adata.obs.drop(columns=adata.obs.filter(regex={prefix!r}).columns), which "
        f"takes all that begin with {keys.OBS_PREFIX!r}"
    )


def _refuse_names_of_indices(adata: AnnData, signatures: SignatureSet, *, obs: bool) -> None:
    """Refuse tables with a column called as their index, which no AnnData file can hold."""
    columns = [*signatures, *(keys.obs_score(name) for name in signatures if obs)]
    for slot in ("obs_names", "var_names"):
        name = getattr(adata, slot).name
        if name in columns:
            raise InputError(
                f"adata.{slot} are called {name!r}, as a column with scores would be, and files "
                f"of AnnData cannot hold both. Take the name off: adata.{slot}.name = None."
            )


def store(adata: AnnData, result: ScoreResult, *, key_added: str, obs: bool) -> None:
    """Write the result into its slots, replacing that of an earlier run under `key_added`."""
    coverage_key, weights_key = keys.coverage(key_added), keys.signatures(key_added)
    new_obs = adata.obs.drop(columns=_recorded_columns(adata, key_added), errors="ignore")
    columns: list[str] = []
    if obs:
        named = result.scores.rename(columns=keys.obs_score)
        columns = list(named.columns)
        new_obs = pd.concat([new_obs, named], axis=1)
    coverage = _coverage(result)
    pvalues = _pvalues(result)

    adata.obs = new_obs
    adata.obsm[key_added] = result.scores
    if pvalues is not None:
        adata.obsm[keys.scores_pval(key_added)] = pvalues
    elif _has_pvalues(adata, key_added):
        adata.obsm.pop(keys.scores_pval(key_added), None)
    adata.uns[coverage_key] = coverage
    if result.matrix_genes.equals(adata.var_names):
        adata.varm[weights_key] = _weights(result, adata.var_names)
    elif weights_key in adata.varm:
        del adata.varm[weights_key]
    record(
        adata,
        key_added,
        {**result.params, "obs": obs, "key_added": key_added},
        {**result.facts, OBS_COLUMNS: columns},
    )


def _has_pvalues(adata: AnnData, key_added: str) -> bool:
    """Whether the last run under `key_added` wrote p-values."""
    entry = adata.uns.get(keys.META, {}).get(key_added, {})
    return int(entry.get("params", {}).get("n_null", 0)) > 0


def _recorded_columns(adata: AnnData, key_added: str) -> list[str]:
    """The `obs` columns that the last run under `key_added` wrote."""
    entry = adata.uns.get(keys.META, {}).get(key_added, {})
    columns: Iterable[Any] = entry.get("provenance", {}).get(OBS_COLUMNS, [])
    return [str(name) for name in columns]


def _coverage(result: ScoreResult) -> pd.DataFrame:
    """Coverage, and what a reader of the scores wants to know about each signature."""
    signatures = list(result.signatures.values())
    frame = coverage_frame(result.matched)
    about = {
        "scored": result.scores.notna().any().to_numpy(),
        "compartment": [signature.compartment for signature in signatures],
        "name": [signature.title for signature in signatures],
        "tier": [signature.tier for signature in signatures],
        "citation": [signature.citation for signature in signatures],
        "genes": [_gene_list(signature) for signature in signatures],
        "scored_in": [", ".join(signature.scored_in) for signature in signatures],
    }
    frame = pd.concat([frame, pd.DataFrame(about, index=frame.index)], axis=1)
    if result.null is None:
        return frame
    return frame.join(null_frame(result.null, result.scored))


def _pvalues(result: ScoreResult) -> pd.DataFrame | None:
    """Cells × signatures; NaN for those that were not scored."""
    if result.null is None:
        return None
    pvalues = pd.DataFrame(result.null.pvalues, index=result.scores.index, columns=result.scored)
    return pvalues.reindex(columns=result.scores.columns).astype(np.float32)


def _gene_list(signature: Signature) -> str:
    return ", ".join([*signature.genes, *(f"{gene}-" for gene in signature.down)])


def _weights(result: ScoreResult, genes: pd.Index) -> pd.DataFrame:
    """Genes × signatures: the weight of each gene that a score used."""
    weights = np.zeros((len(genes), len(result.matched)), dtype=np.float32)
    scored = result.scores.notna().any().to_numpy()
    for k, matched in enumerate(result.matched):
        if scored[k]:
            weights[matched.up, k] = matched.up_weights
            weights[matched.down, k] = -matched.down_weights
    return pd.DataFrame(weights, index=genes, columns=result.scores.columns)
