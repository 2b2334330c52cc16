"""Where `tl.cellphonedb` keeps its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._log import logger
from tmeatlas.results import record, versions

if TYPE_CHECKING:
    from tmeatlas.cellphonedb import Problem, Stored


def write_result(
    adata: AnnData,
    key_added: str,
    problem: Problem,
    stored: Stored,
    *,
    params: Mapping[str, Any],
    matrix_name: str,
) -> None:
    """Write the tables, and on record how they came about."""
    options, method = problem.options, problem.options.method
    shuffles = getattr(method, "shuffles", None)
    all_params = {
        **params,
        "method": method.name,
        "n_perms": None if shuffles is None else shuffles.n,
        "threshold": options.threshold,
        "pvalue": getattr(method, "pvalue", np.nan),
        "score_interactions": options.score_interactions,
        "with_microenvironments": options.microenvironments is not None,
        "with_active_tfs": method.active_tfs is not None,
        "seed": None if shuffles is None or shuffles.as_package else shuffles.seed,
        "debug_seed": shuffles.seed if shuffles is not None and shuffles.as_package else None,
    }
    facts = {
        "cellphonedb": versions(("cellphonedb",))["cellphonedb"],
        "database": problem.tables.name,
        "gene_identifier": problem.mapped.identifier,
        "matrix": matrix_name,
        "n_cells": len(problem.codes),
        "n_groups": len(problem.labels),
        "n_interactions": len(stored.interactions),
        "n_pairs": len(stored.pairs),
    }
    beside = (stored.interactions, stored.genes, stored.subunits, stored.pairs)
    adata.uns[key_added] = stored.rows
    for name, table in zip(keys.cellphonedb_tables(key_added), beside, strict=True):
        adata.uns[name] = table
    record(adata, key_added, all_params, facts)
    logger.info(
        "CellPhoneDB (%s): %d interactions between %d pairs of groups, %d rows: uns[%r]",
        method.name,
        len(stored.interactions),
        len(stored.pairs),
        len(stored.rows),
        key_added,
    )
