"""The result as it is kept: long tables that every AnnData file format holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.cellphonedb._cellsign import Activity
from tmeatlas.cellphonedb._entities import Entities
from tmeatlas.cellphonedb._genes import ProteinMap
from tmeatlas.cellphonedb._layout import interaction_table, subunit_table
from tmeatlas.cellphonedb._means import Pairs, PartnerStatistics
from tmeatlas.interactions import CellPhoneDBTables


@dataclass(frozen=True, eq=False)
class Values:
    """What was computed per interaction and pair of groups; None where not asked for."""

    means: NDArray[np.float32]
    pval: NDArray[np.float64] | None = None
    relevant: NDArray[np.bool_] | None = None
    score: NDArray[np.float64] | None = None
    activity: Activity | None = None


@dataclass(frozen=True, eq=False)
class Stored:
    """The five tables of a result."""

    rows: pd.DataFrame
    """One row per interaction, source and target with a mean (or score) above 0."""
    interactions: pd.DataFrame
    """One row per interaction that the data can show, in the database's order."""
    genes: pd.DataFrame
    """One row per partner and group: mean and percent."""
    subunits: pd.DataFrame
    """One row per interaction, side and gene of it."""
    pairs: pd.DataFrame
    """One row per pair of groups that was compared, in CellPhoneDB's order."""


def store(
    tables: CellPhoneDBTables,
    mapped: ProteinMap,
    entities: Entities,
    statistics: PartnerStatistics,
    labels: Sequence[str],
    pairs: Pairs,
    values: Values,
) -> Stored:
    """Lay out a result in long tables."""
    interactions = interaction_table(tables, mapped, entities.interactions)
    names = interactions["id_cp_interaction"].to_list()
    return Stored(
        rows=long_rows(names, labels, pairs, values),
        interactions=interactions,
        genes=partner_rows(entities.ids, labels, statistics),
        subunits=subunit_table(tables, mapped, entities),
        pairs=pair_table(labels, pairs),
    )


def pair_table(labels: Sequence[str], pairs: Pairs) -> pd.DataFrame:
    """Source and target of each pair."""
    return pd.DataFrame(
        {"source": _category(pairs[:, 0], labels), "target": _category(pairs[:, 1], labels)}
    )


def long_rows(
    interactions: Sequence[str], labels: Sequence[str], pairs: Pairs, values: Values
) -> pd.DataFrame:
    """The rows with something to say: all others have a mean and a score of 0 and p = 1."""
    kept = values.means > 0
    if values.pval is not None:
        kept |= values.pval < 1
    if values.relevant is not None:
        kept |= values.relevant
    if values.score is not None:
        kept |= values.score > 0
    if values.activity is not None:
        kept |= values.activity.factor != ""
    interaction, pair = np.nonzero(kept)
    columns = {
        "interaction": _category(interaction, interactions),
        "source": _category(pairs[pair, 0], labels),
        "target": _category(pairs[pair, 1], labels),
        "mean": values.means[kept],
    }
    for name in ("pval", "relevant", "score"):
        array = getattr(values, name)
        if array is not None:
            columns[name] = array[kept]
    if values.activity is not None:
        columns["active_tf"] = pd.Categorical(values.activity.factor[kept])
        columns["active_in"] = pd.Categorical(values.activity.where[kept])
    return pd.DataFrame(columns)


def partner_rows(
    ids: NDArray[np.int64], labels: Sequence[str], statistics: PartnerStatistics
) -> pd.DataFrame:
    """One row per partner and group."""
    n_partners, n_groups = statistics.means.shape
    return pd.DataFrame(
        {
            "partner": np.repeat(ids, n_groups),
            "group": _category(np.tile(np.arange(n_groups), n_partners), labels),
            "mean": statistics.means.ravel(),
            "percent": statistics.percents.ravel(),
        }
    )


def _category(codes: NDArray[np.integer], names: Sequence[str]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(names), dtype=object))
