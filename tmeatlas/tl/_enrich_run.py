"""From expression and signatures to a table of enrichment, without AnnData."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas._progress import track
from tmeatlas._values import MatrixKind
from tmeatlas.matrix import Bulks, ExpressionMatrix, add_up
from tmeatlas.sig import SignatureSet, match_signatures
from tmeatlas.tl._enrich_ranking import mean_differences, without_ties
from tmeatlas.tl._enrich_scanpy import GivenRanking
from tmeatlas.tl._enrich_sets import GeneList, check_any, gene_lists
from tmeatlas.tl._enrich_table import prerank_table, profile_table


@dataclass(frozen=True)
class Options:
    """How lists are chosen and tested."""

    n_perms: int
    seed: int
    min_genes: int
    min_coverage: float


@dataclass(frozen=True, eq=False)
class Enrichment:
    """What gseapy found, and what it was given."""

    table: pd.DataFrame
    ranking: dict[str, Any] | None
    left_out: list[str]
    facts: dict[str, Any]


def run(
    matrix: ExpressionMatrix,
    bulks: Bulks,
    signatures: SignatureSet,
    method: str,
    options: Options,
) -> Enrichment:
    """Add up the cells, choose the genes and lists that can be used, and hand them to gseapy."""
    if method != "prerank" and len(bulks) < 2:
        raise InputError(
            f"Expected two or more profiles for method={method!r}, found {len(bulks)}. Lower "
            "`min_cells=`, or choose another column with `groupby=`."
        )
    sums = add_up(matrix, bulks)
    values = sums if method == "prerank" else _log_profiles(sums, matrix, bulks)
    used = _usable_genes(values, matrix.genes, varying=method == "gsva")
    lists, left_out = _lists(signatures, matrix.genes, used, options)
    values, genes = values[:, used], [str(gene) for gene in matrix.genes[used]]
    if method == "prerank":
        groups = list(dict.fromkeys(bulks.groups))
        metric = mean_differences(values, bulks)
        table, ranking = _prerank(metric, groups, lists, genes, options)
    else:
        table, ranking = _score_profiles(values, bulks, lists, method), None
    facts = {"matrix": matrix.name, "values": matrix.kind.value, "n_genes_used": len(used)}
    facts["n_profiles"] = len(bulks)
    return Enrichment(table, ranking, left_out, facts)


def run_given(given: GivenRanking, signatures: SignatureSet, options: Options) -> Enrichment:
    """Hand genes that somebody else ranked to gseapy."""
    used = np.argsort(given.genes.astype(str).to_numpy(dtype=object), kind="stable")
    lists, left_out = _lists(signatures, given.genes, used, options)
    genes = [str(gene) for gene in given.genes[used]]
    table, ranking = _prerank(given.metric[:, used], given.groups, lists, genes, options)
    return Enrichment(table, ranking, left_out, {"n_genes_used": len(used)})


def _lists(
    signatures: SignatureSet, genes: pd.Index, used: NDArray[np.intp], options: Options
) -> tuple[list[GeneList], list[str]]:
    lists, left_out = gene_lists(
        match_signatures(signatures.values(), genes),
        used,
        min_coverage=options.min_coverage,
        min_genes=options.min_genes,
    )
    check_any(lists, left_out, genes)
    return lists, left_out


def _log_profiles(
    sums: NDArray[np.float64], matrix: ExpressionMatrix, bulks: Bulks
) -> NDArray[np.float64]:
    """Profiles on a logarithmic scale, whatever kind of values was added up."""
    if matrix.kind is MatrixKind.COUNTS:
        totals = sums.sum(axis=1, keepdims=True)
        return np.asarray(np.log1p(1e6 * sums / np.maximum(totals, 1.0)))
    means = sums / bulks.n_cells[:, None]
    return np.asarray(np.log1p(means) if matrix.kind is MatrixKind.LINEAR else means)


def _usable_genes(
    values: NDArray[np.float64], genes: pd.Index, *, varying: bool
) -> NDArray[np.intp]:
    """Expressed genes, ordered by name, so that their order in the data cannot matter."""
    usable = values.any(axis=0)
    if varying:  # a kernel estimate of a constant has no width
        usable &= np.ptp(values, axis=0) > 0
    columns = np.flatnonzero(usable)
    return columns[np.argsort(genes[columns].astype(str).to_numpy(dtype=object), kind="stable")]


def _prerank(
    metric: NDArray[np.float64],
    groups: Sequence[str],
    lists: Sequence[GeneList],
    genes: Sequence[str],
    options: Options,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    from tmeatlas.tl._enrich_gseapy import prerank

    stored = np.empty(metric.shape, dtype=np.float32)
    results, names = [], []
    for i in track(range(len(groups)), total=len(groups), label="Enrichment"):
        order, falling = without_ties(metric[i])
        stored[i, order] = falling
        names.append([genes[column] for column in order])
        results.append(prerank(order, falling, lists, n_perms=options.n_perms, seed=options.seed))
    described = pd.DataFrame(
        {
            "signature": [entry.signature for entry in lists],
            "direction": [entry.direction for entry in lists],
            "genes": [",".join(genes[column] for column in entry.columns) for entry in lists],
        }
    )
    ranking = {
        "genes": np.asarray(genes, dtype=object),
        "groups": np.asarray(groups, dtype=object),
        "metric": stored,
        "lists": described,
    }
    return prerank_table(results, groups, lists, names), ranking


def _score_profiles(
    profiles: NDArray[np.float64], bulks: Bulks, lists: Sequence[GeneList], method: str
) -> pd.DataFrame:
    from tmeatlas.tl import _enrich_gseapy as by_gseapy

    score = by_gseapy.ssgsea if method == "ssgsea" else by_gseapy.gsva
    return profile_table(score(profiles, lists), bulks, lists)
