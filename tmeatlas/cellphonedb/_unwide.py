"""From the tables of the package back to the long ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.cellphonedb._cellsign import BOTH, SOURCE, TARGET, Activity
from tmeatlas.cellphonedb._layout import SUBUNIT_COLUMNS
from tmeatlas.cellphonedb._means import PartnerStatistics
from tmeatlas.cellphonedb._stored import (
    Stored,
    Values,
    long_rows,
    pair_table,
    partner_rows,
)

SEPARATOR = "|"


def from_wide(tables: Mapping[str, pd.DataFrame], labels: Sequence[str]) -> Stored:
    """Long tables out of what the package returned for groups named by their number."""
    means = tables["means_result"] if "means_result" in tables else tables["means"]
    columns = [name for name in means.columns if SEPARATOR in name]
    pairs = np.array([[int(code[1:]) for code in name.split(SEPARATOR)] for name in columns])
    described = means.drop(columns=columns).rename_axis("id_interaction").reset_index()
    names = described["id_cp_interaction"].to_list()
    ids, statistics = _partners(tables["deconvoluted"], tables["deconvoluted_percents"])

    def wide(name: str, fill: float) -> NDArray[np.float64] | None:
        if name not in tables:
            return None
        table = tables[name].set_index("id_cp_interaction")
        # What the package leaves out is `fill` throughout; text columns cannot hold that.
        table = table[[column for column in columns if column in table]]
        return table.reindex(index=names, columns=columns, fill_value=fill).to_numpy(np.float64)

    relevant = wide("relevant_interactions", 0.0)
    values = Values(
        means=means[columns].to_numpy(np.float32),
        pval=wide("pvalues", 1.0),
        relevant=None if relevant is None else relevant != 0,
        score=wide("interaction_scores", 0.0),
        activity=_activity(tables, names, columns, pairs),
    )
    return Stored(
        rows=long_rows(names, labels, pairs, values),
        interactions=_without_nan(described),
        genes=partner_rows(ids, labels, statistics),
        subunits=_subunits(tables["deconvoluted"]),
        pairs=pair_table(labels, pairs),
    )


def _partners(
    means: pd.DataFrame, percents: pd.DataFrame
) -> tuple[NDArray[np.int64], PartnerStatistics]:
    """Each partner once; the groups are the columns after those that describe the gene."""
    groups = [name for name in means.columns if name not in SUBUNIT_COLUMNS]
    means = means.loc[~means.index.duplicated(), groups].sort_index()
    percents = percents.loc[~percents.index.duplicated(), groups].sort_index()
    statistics = PartnerStatistics(
        means=means.to_numpy(np.float32), percents=percents.to_numpy(np.float64)
    )
    return means.index.to_numpy(np.int64), statistics


def _subunits(deconvoluted: pd.DataFrame) -> pd.DataFrame:
    table = deconvoluted.rename_axis("partner").reset_index()
    table = _without_nan(table[list(SUBUNIT_COLUMNS)])
    return table.drop_duplicates(ignore_index=True)


def _activity(
    tables: Mapping[str, pd.DataFrame],
    names: Sequence[str],
    columns: Sequence[str],
    pairs: NDArray[np.int64],
) -> Activity | None:
    """Which factor is active where; None if the package was not asked."""
    if "CellSign_active_interactions" not in tables:
        return None
    factor = np.full((len(names), len(columns)), "", dtype=object)
    where = np.full_like(factor, "")
    rows = tables.get("CellSign_active_interactions_deconvoluted", pd.DataFrame())
    row_of, column_of = pd.Index(names), pd.Index(columns)
    for _, found in rows.iterrows():
        at = (
            row_of.get_loc(found["id_cp_interaction"]),
            column_of.get_loc(found["celltype_pairs"]),
        )
        source, target = pairs[at[1]]
        group = int(found["active_celltype"][1:])
        factor[at] = found["active_TF"]
        if source == target or where[at]:
            where[at] = BOTH
        else:
            where[at] = SOURCE if group == source else TARGET
    return Activity(factor=factor, where=where)


def _without_nan(table: pd.DataFrame) -> pd.DataFrame:
    """Plain strings, empty where there is nothing."""
    text = table.select_dtypes(exclude=[np.number, bool]).columns
    return table.assign(**{name: table[name].astype(object).fillna("") for name in text})
