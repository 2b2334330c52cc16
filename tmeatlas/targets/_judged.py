"""All drugs against the data: one row per drug, drug target and what it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._stats import wilson_interval
from tmeatlas.targets._expression import Expression
from tmeatlas.targets._programmes import CellsOfKind, Programme
from tmeatlas.targets._routes import AxisRows, Evidence
from tmeatlas.targets._support import Role, Support, direction, support_of
from tmeatlas.targets._table import ON_CELLS, RESEARCH_ONLY, DrugTable, DrugTarget

AXIS, PROGRAMME, STATE, LINEAGE = "axis", "programme", "state", "lineage"
LEVELS = (AXIS, PROGRAMME, STATE, LINEAGE, "")
"""What a drug target belongs to; "" where the table says nothing of it."""


@dataclass(frozen=True, eq=False)
class Data:
    """What is known of the data."""

    rows: AxisRows
    programmes: Mapping[str, Programme]
    kinds: Mapping[tuple[str, str], CellsOfKind]
    """Cells by level and id."""
    expression: Expression
    values: sp.csc_matrix
    """Cells × the genes of `expression`, log-normalised."""
    normal: Sequence[bool]
    """Of each group, whether its cells are known not to be malignant."""
    names: Mapping[tuple[str, str], str]
    """Of levels and ids, for people."""

    def shows(self, gene: str) -> NDArray[np.bool_] | None:
        """Which cells show a gene; None where the data lack it."""
        if not self.expression.has(gene):
            return None
        column = self.values[:, [self.expression.genes.index(gene)]]
        found: NDArray[np.bool_] = np.asarray(column.toarray()).ravel() > 0
        return found


def judge(table: DrugTable, data: Data) -> list[dict[str, Any]]:
    """The rows, the best supported first: axes before programmes and cells."""
    evidence = cache(partial(_evidence, data))
    tau = dict(zip(data.expression.genes, data.expression.specificity.tolist(), strict=True))
    rows = [
        _row(table, entry, level, feature, data)
        | {"specificity": tau.get(entry.drug_target, np.nan)}
        | _told(evidence(entry.drug_target, entry.action in ON_CELLS, level, feature), entry, data)
        for entry in table
        for level, feature in _belongs_to(entry)
    ]
    order = {word: place for place, word in enumerate(Support)}
    return sorted(
        rows,
        key=lambda row: (
            order[row["support"]],
            LEVELS.index(row["level"]),
            -row["n_samples_specific"],
            -np.nan_to_num(row["specificity"], nan=-1.0),
        ),
    )


def expression_rows(expression: Expression, normal: Sequence[bool]) -> pd.DataFrame:
    """One row per drug target and group of cells."""
    n_genes, n_groups = expression.share.shape
    gene, group = (of.ravel() for of in np.indices((n_genes, n_groups)))
    return pd.DataFrame(
        {
            "drug_target": pd.Categorical.from_codes(gene, pd.Index(expression.genes)),
            "group": pd.Categorical.from_codes(group, pd.Index(expression.labels)),
            "normal": np.asarray(normal, dtype=np.bool_)[group],
            "cells": expression.cells[group].astype(np.int32),
            **{
                name: getattr(expression, of).ravel().astype(np.float32)
                for name, of in (
                    *(("share", "share"), ("share_low", "low"), ("share_high", "high")),
                    ("mean", "mean"),
                )
            },
            "specificity": expression.specificity[gene].astype(np.float32),
        }
    )


def _belongs_to(entry: DrugTarget) -> Iterator[tuple[str, str]]:
    found = [
        *((AXIS, axis) for axis in entry.axes),
        *((level, getattr(entry, level)) for level in (PROGRAMME, STATE, LINEAGE)),
    ]
    there = [(level, feature) for level, feature in found if feature]
    yield from there or [("", "")]


def _evidence(data: Data, gene: str, on_cells: bool, level: str, feature: str) -> Evidence:
    """What the data show of a gene there; `on_cells` where something acts on whole cells."""
    if level == AXIS:
        return data.rows.evidence(feature, gene, data.expression)
    if level == PROGRAMME:
        if feature not in data.programmes:
            return Evidence(Role.PROGRAMME, notes=(f"the programme {feature} is not scored",))
        return data.programmes[feature].evidence(gene, data.expression)
    if level in (STATE, LINEAGE):
        if (level, feature) not in data.kinds:
            return Evidence(Role.CELLS, notes=(f"no {level} of single cells is known",))
        if gene and not on_cells and not data.expression.has(gene):
            return Evidence(Role.CELLS)
        return data.kinds[level, feature].evidence(None if on_cells else data.shows(gene))
    return Evidence(notes=("no axis, programme or kind of cells is named for it",))


def _row(
    table: DrugTable, entry: DrugTarget, level: str, feature: str, data: Data
) -> dict[str, Any]:
    """What the table says of an entry."""
    return {
        **{"drug": entry.drug, "drug_target": entry.drug_target},
        **{"kind": entry.kind, "action": entry.action, "level": level, "feature": feature},
        "name": data.names.get((level, feature), feature),
        **{"status": entry.status, "status_date": entry.status_date},
        **{"status_source": table.named(entry.status_source)},
        **{"intervention": " | ".join(entry.interventions), "use": RESEARCH_ONLY},
    }


def _told(found: Evidence, entry: DrugTarget, data: Data) -> dict[str, Any]:
    """What the data say of an entry, and the normal cells that have its gene."""
    gene, expression = entry.drug_target, data.expression
    has_gene = expression.has(gene)
    normal = expression.also_in(gene, data.normal, found.group)
    group = found.group or expression.highest(gene)
    share, low, high = expression.at(gene, group)
    if found.showing is not None:
        group = ""
        share = found.showing[0] / max(1, found.showing[1])
        low, high = (float(end) for end in wilson_interval(*found.showing))
    on_cells = entry.action in ON_CELLS
    counts = has_gene and not on_cells
    most = float(expression.most[expression.genes.index(gene)]) if counts else np.nan
    notes = [entry.note, *found.notes, "" if has_gene or not gene else f"the data lack {gene}"]
    return {
        **{"role": str(found.role), "direction": direction(entry.action, found.role)},
        "support": support_of(
            found.n_specific,
            in_all=found.in_all,
            measured=counts or (on_cells and found.verdict != ""),
            most_share=most,
        ),
        **{"verdict": found.verdict, "source": found.source, "target": found.target},
        "interaction": found.interaction,
        **{"senders": "; ".join(found.senders), "receivers": "; ".join(found.receivers)},
        **{"n_samples": found.n_samples, "n_samples_specific": found.n_specific},
        **{"routes": found.n_routes, "padj": found.padj},
        **{"group": group, "share": share, "share_low": low, "share_high": high},
        **{"normal_groups": "; ".join(normal), "n_normal_groups": len(normal)},
        "note": "; ".join(filter(None, notes)),
    }
