"""What is on record of a run of `tl.cellphonedb`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tmeatlas.results import versions

if TYPE_CHECKING:
    from tmeatlas.cellphonedb import Options, Problem, Stored


def options_on_record(options: Options) -> dict[str, Any]:
    """The options that hold for all methods and those of the one that was run."""
    method = options.method
    return {
        "method": method.name,
        **method.params(),
        "threshold": options.threshold,
        "score_interactions": options.score_interactions,
        "with_microenvironments": options.microenvironments is not None,
        "with_active_tfs": method.active_tfs is not None,
    }


def facts(problem: Problem, stored: Stored, matrix_name: str) -> dict[str, Any]:
    """What the tables cannot show."""
    return {
        "cellphonedb": versions(("cellphonedb",))["cellphonedb"],
        "database": problem.tables.name,
        "gene_identifier": problem.mapped.identifier,
        "matrix": matrix_name,
        "n_cells": len(problem.codes),
        "n_groups": len(problem.labels),
        "n_interactions": len(stored.interactions),
        "n_pairs": len(stored.pairs),
    }
