"""What the tests of sides say of the rows between groups: which side of each has changed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.cohort._compare import Compared
from tmeatlas.cohort._design import Design
from tmeatlas.cohort._estimates import Floats
from tmeatlas.cohort._methods import METHODS, choose
from tmeatlas.cohort._replicates import average, differences
from tmeatlas.cohort._table import SampleTable

ALPHA = 0.05
"""An adjusted p up to this stands."""
ROUTE = ["source", "target", "ligand_complex", "receptor_complex", "axis"]
SIDES = {"ligand": "source", "receptor": "target"}
FOUND = ("effect", "pval", "padj")


def changed_rows(
    routes: pd.DataFrame, table: SampleTable, compared: Compared, design: Design
) -> pd.DataFrame:
    """One row per route and condition, those with the lowest p-value of a side first.

    `routes` have ``source``, ``target``, ``ligand_complex``, ``receptor_complex`` and ``axis``;
    those with a side that is not in `table` are left out. Only sides are tested: a product pays
    for the noise of the side that did not change. Its interval describes.
    """
    placed = _place(routes, table)
    parts = [
        _in_condition(placed, table, compared, design, i) for i in range(1, len(design.conditions))
    ]
    rows = pd.concat(parts, ignore_index=True)
    both = np.sort(rows[["ligand_pval", "receptor_pval"]].fillna(1.0), axis=1)
    order = pd.DataFrame(both, columns=["best", "other"])
    order = order.sort_values(["best", "other"], kind="stable")
    return rows.loc[order.index].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class _Placed:
    """Routes, and the columns of their sides in the table of levels."""

    routes: pd.DataFrame
    side: dict[str, NDArray[np.intp]]


def _place(routes: pd.DataFrame, table: SampleTable) -> _Placed:
    known = pd.MultiIndex.from_frame(table.features[["feature", "group"]].astype(object))
    side = {
        name: known.get_indexer(
            pd.MultiIndex.from_frame(routes[[f"{name}_complex", group]].astype(object))
        )
        for name, group in SIDES.items()
    }
    both = (side["ligand"] >= 0) & (side["receptor"] >= 0)
    return _Placed(
        routes.loc[both, ROUTE].reset_index(drop=True),
        {name: at[both] for name, at in side.items()},
    )


def _in_condition(
    placed: _Placed, table: SampleTable, compared: Compared, design: Design, condition: int
) -> pd.DataFrame:
    """All routes of one condition against the reference."""
    tested = compared.table[
        compared.table["condition"].astype(object) == design.conditions[condition]
    ]
    known = pd.MultiIndex.from_frame(table.features[["feature", "group"]].astype(object))
    number = known.get_indexer(
        pd.MultiIndex.from_frame(tested[["feature", "group"]].astype(object))
    )
    columns: dict[str, Floats] = {}
    stands = {}
    for name, at in placed.side.items():
        for what in FOUND:
            of_sides = np.full(len(known), np.nan)
            of_sides[number] = tested[what].to_numpy(np.float64)
            columns[f"{name}_{what}"] = of_sides[at]
        stands[name] = columns[f"{name}_padj"] <= ALPHA
    words = np.array(["", "ligand", "receptor", "both"], dtype=object)
    changed = words[stands["ligand"] + 2 * stands["receptor"].astype(np.int64)]
    return placed.routes.assign(
        condition=design.conditions[condition],
        reference=design.reference,
        changed=changed,
        **(columns | _products(placed, table, design, condition)),
    )


def _products(
    placed: _Placed, table: SampleTable, design: Design, condition: int
) -> dict[str, NDArray]:
    """The sum of both log levels between conditions, and how many patients have both groups."""
    ligand, receptor = (placed.side[name] for name in SIDES)
    levels = table.values  # noqa: PD011
    sums = replace(table.columns_of(ligand), values=levels[:, ligand] + levels[:, receptor])
    values = average(sums, design).means
    found = METHODS[choose(None, design)](values, design, sums.features).contrasts[condition - 1]
    if design.paired:
        n = np.isfinite(differences(values, design, condition)).sum(axis=0)
        both, both_reference = n, n
    else:
        both, both_reference = (
            np.isfinite(values[design.units(i)]).sum(axis=0) for i in (condition, 0)
        )
    return {
        "product": found.effect,
        "product_low": found.low,
        "product_high": found.high,
        "n_both": both.astype(np.int32),
        "n_both_reference": both_reference.astype(np.int32),
    }
