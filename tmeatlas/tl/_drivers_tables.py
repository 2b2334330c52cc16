"""The tables that `tl.drivers` writes beside the ranked groups."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tmeatlas.network import OVER_ALL, Effect, Follows, Row, adjust, load_known, verdict
from tmeatlas.results import Drivers, as_stored

Entry = tuple[str, str, Row]
"""Gene, lineage, and what was read."""


def gene_table(entries: Iterable[Entry]) -> pd.DataFrame:
    """One row per gene, lineage, programme and sample, those over all samples first."""
    names = {name: each.name for name, each in load_known().programmes.items()}
    table = pd.DataFrame(
        [
            {
                **{"gene": gene, "lineage": lineage, "programme": row.programme},
                **{"name": names[row.programme], "sample": row.sample},
                **_ends("", row.adjusted),
                **_ends("alone", row.alone),
                **{"pval": row.adjusted.pval, "cells": row.cells, "showing": row.showing},
                **{"n_samples": row.n_samples, "n_samples_follow": 0},
                **{"note": row.note, "verdict": ""},
            }
            for gene, lineage, row in entries
        ],
        columns=[column.name for column in Drivers.gene_columns],
    )
    if table.empty:
        return as_stored(table, Drivers.gene_columns)
    table["padj"] = adjust(table)
    unread = table["note"].ne("") & ~np.isfinite(table["value"]) & table["cells"].eq(0)
    told = [
        verdict(Effect(value, low, high), padj)
        for value, low, high, padj in table[["value", "low", "high", "padj"]].to_numpy(np.float64)
    ]
    table["verdict"] = np.where(unread, Follows.NOT_TESTABLE.value, [str(word) for word in told])
    table["n_samples_follow"] = _n_that_follow(table)
    return as_stored(table, Drivers.gene_columns)


def _n_that_follow(table: pd.DataFrame) -> pd.Series[int]:
    """In how many samples a gene follows, for the rows over all samples; 0 for the others."""
    route = ["gene", "lineage", "programme"]
    over_all = table["sample"].eq(OVER_ALL)
    follows = table[~over_all & table["verdict"].eq(Follows.YES.value)]
    counts = follows.groupby(route).size()
    found = pd.MultiIndex.from_frame(table[route])
    return pd.Series(counts.reindex(found, fill_value=0).to_numpy(), table.index) * over_all


def _ends(name: str, effect: Effect) -> dict[str, float]:
    """An effect and its interval, named after it."""
    before = f"{name}_" if name else ""
    return {name or "value": effect.value, f"{before}low": effect.low, f"{before}high": effect.high}
