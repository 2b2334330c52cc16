"""What is said of a crosstalk result: one line of log, and warnings where it has gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tmeatlas._asker import option
from tmeatlas._errors import listing
from tmeatlas._guard import warn
from tmeatlas.cells import Groups

if TYPE_CHECKING:
    from tmeatlas.interactions import Interactions
    from tmeatlas.lr import Tested
    from tmeatlas.matrix import ExpressionMatrix

# The caller of the public function, seen from `warn_of_gaps`.


def _too_small(groups: Groups) -> list[str]:
    """The groups that were left out, with their sizes."""
    return [f"{name} ({n} cells)" for name, n in groups.too_small.items()]


def facts(
    matrix: ExpressionMatrix,
    groups: Groups,
    interactions: Interactions,
    tested: Tested,
    not_compared: Sequence[str],
) -> dict[str, object]:
    """What the table cannot show."""
    rows, matched = tested.rows, tested.overall.matched
    return {
        "matrix": matrix.name,
        "n_cells": int(groups.sizes.sum()),
        "n_groups": len(groups.labels),
        "groups_left_out": _too_small(groups),
        "n_interactions": len(interactions),
        "n_interactions_untestable": matched.n_untestable,
        "missing_genes": matched.missing_genes,
        "coverage": 1 - matched.n_untestable / len(interactions),
        "n_interactions_not_detected": rows.n_not_detected,
        "groups_not_comparable": list(not_compared),
        "n_rows_tested": tested.n_tests,
        "n_rows_not_seen": rows.n_not_seen,
        "n_rows_below_min_fraction": rows.n_below_fraction,
        "threshold": tested.threshold,
        "min_fold": tested.overall.settings.min_fold,
        "verdict_by_samples": tested.by_samples,
        **_sample_facts(groups, tested.groups_of),
    }


def _sample_facts(groups: Groups, groups_of: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """The groups that were too small in a sample, or missing, where samples were tested."""
    missing = {
        sample: [label for label in groups.labels if label not in present]
        for sample, present in groups_of.items()
    }
    listed = [f"{sample}: {', '.join(labels)}" for sample, labels in missing.items() if labels]
    return {"groups_missing_in_samples": listed} if groups_of else {}


def _in_one_sample(groups: Groups, tested: Tested) -> list[str]:
    """Where verdicts rest on samples, the groups that no two of them have."""
    if not tested.by_samples:
        return []
    present = [label for sample in tested.samples for label in tested.groups_of[sample.name]]
    return [label for label in groups.labels if present.count(label) < 2]


def warn_of_gaps(groups: Groups, tested: Tested, not_compared: Sequence[str], lost: str) -> None:
    """Warn where the result is not all that was asked for; `lost` tells of genes not found."""
    if lost:
        warn(lost)
    if groups.too_small:
        warn(
            f"Groups too small for crosstalk were left out: {listing(_too_small(groups))}. "
            f"Lower {option('min_cells')}, or merge them with related groups."
        )
    if not_compared:
        warn(
            "Groups without cells of other groups of like depth (and of the same sample) cannot "
            f"be compared: {listing(list(not_compared), limit=50)}. Their rows are not testable. "
            "Merge them with related groups, or merge samples of one patient in "
            f"{option('sample_key')}."
        )
    if tested.groups_of and not tested.samples:
        warn(
            "No sample has two groups with enough cells, so none was tested by itself: the "
            f"verdicts rest on all cells together. Lower {option('min_cells')}, or merge related "
            "groups."
        )
    alone = _in_one_sample(groups, tested)
    if alone:
        warn(
            "Verdicts rest on the samples, and a row needs two that have both groups. Groups with "
            f"enough cells in fewer: {listing(alone)}. None of their rows can be specific. Lower "
            f"{option('min_cells')}, merge them with related groups, or leave "
            f"{option('sample_key')} out."
        )
    rows = tested.rows
    if len(rows) == 0:
        warn(
            "No row is listed: no pair of groups shows both sides of an interaction"
            + (f" often enough; lower {option('min_fraction')}." if rows.n_below_fraction else ".")
        )
