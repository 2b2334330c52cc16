"""CellPhoneDB's wide tables, made from the long ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.cellphonedb._cellsign import BOTH, SOURCE, TARGET
from tmeatlas.cellphonedb._methods import Simple, Statistical
from tmeatlas.cellphonedb._stored import Stored

SEPARATOR = "|"
MISSING_AS_NAN = ("gene_a", "gene_b", "annotation_strategy", "directionality", "classification")
ACTIVE_COLUMNS = (
    "id_cp_interaction",
    "interacting_pair",
    "partner_a",
    "partner_b",
    "gene_a",
    "gene_b",
    "active_TF",
    "celltype_pairs",
    "active_celltype",
)


def tables_of(wide: WideTables, method: str) -> dict[str, pd.DataFrame]:
    """All tables that CellPhoneDB returns for this method, by its names and in its order."""
    genes = {
        "deconvoluted": wide.deconvoluted("mean"),
        "deconvoluted_percents": wide.deconvoluted("percent"),
    }
    if method == Simple.name:
        tables = {"means_result": wide.means(), **genes}
    else:
        tables = {**genes, "means": wide.means()}
        if method == Statistical.name:
            tables["pvalues"] = wide.pvalues()
        else:
            tables["relevant_interactions"] = wide.relevant_interactions()
        tables["significant_means"] = wide.significant_means()
        has_factors = "active_tf" in wide.stored.rows
        for name, make in (
            ("CellSign_active_interactions", wide.active_interactions),
            ("CellSign_active_interactions_deconvoluted", wide.active_deconvoluted),
        ):
            tables[name] = make() if has_factors else pd.DataFrame()
    if "score" in wide.stored.rows:
        tables["interaction_scores"] = wide.scores()
    return tables


class WideTables:
    """The tables of one result; each method makes one of them anew."""

    def __init__(self, stored: Stored, *, precision: int, pvalue: float) -> None:
        self.stored = stored
        self.precision = precision
        self.pvalue = pvalue
        pairs = stored.pairs
        sources, targets = pairs["source"].astype(object), pairs["target"].astype(object)
        self.columns = (sources + SEPARATOR + targets).to_list()
        self.shape = (len(stored.interactions), len(pairs))
        self.at = self._positions()

    def _positions(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Row and column in the wide tables of each long row."""
        rows, pairs = self.stored.rows, self.stored.pairs
        order = pd.Index(self.stored.interactions["id_cp_interaction"])
        interaction = order.get_indexer(rows["interaction"].cat.categories)
        groups = pd.Index(rows["source"].cat.categories)
        column = np.full((len(groups), len(groups)), -1, dtype=np.int64)
        sources, targets = (groups.get_indexer(pairs[side].astype(object)) for side in pairs)
        column[sources, targets] = np.arange(len(pairs))
        of_target = groups.get_indexer(rows["target"].cat.categories)
        return (
            interaction[rows["interaction"].cat.codes],
            column[rows["source"].cat.codes, of_target[rows["target"].cat.codes]],
        )

    def _spread(self, name: str, *, fill: float, dtype: type) -> NDArray[Any]:
        """A column of the long table as interactions × pairs; `fill` where there is no row."""
        wide: NDArray[Any] = np.full(self.shape, fill, dtype=dtype)
        wide[self.at] = self.stored.rows[name].to_numpy()
        return wide

    def _described(self) -> pd.DataFrame:
        """The columns that describe interactions, with the database's numbers as index."""
        table = self.stored.interactions.set_index("id_interaction").rename_axis(None)
        text = {name: _with_nan(table[name]) for name in MISSING_AS_NAN}
        names = table.select_dtypes(exclude=[np.number, bool]).columns.difference(list(text))
        return table.assign(**text, **{name: table[name].astype(object) for name in names})

    def _with(self, described: pd.DataFrame, values: NDArray[Any]) -> pd.DataFrame:
        wide = pd.DataFrame(values, index=described.index, columns=self.columns)
        return pd.concat([described, wide], axis=1)

    def means(self) -> pd.DataFrame:
        """Means of all interactions in all pairs."""
        means = self._spread("mean", fill=0.0, dtype=np.float32)
        return self._with(self._described(), means.round(self.precision))

    def pvalues(self) -> pd.DataFrame:
        """P-values, as they are."""
        return self._with(self._described(), self._spread("pval", fill=1.0, dtype=np.float64))

    def scores(self) -> pd.DataFrame:
        """Interaction scores."""
        return self._with(self._described(), self._spread("score", fill=0.0, dtype=np.float64))

    def _significant(self) -> NDArray[np.bool_]:
        """Interactions × pairs: what the method keeps."""
        if "relevant" in self.stored.rows:
            return self._spread("relevant", fill=False, dtype=np.bool_)
        kept: NDArray[np.bool_] = self._spread("pval", fill=1.0, dtype=np.float64) <= self.pvalue
        return kept

    def significant_means(self, *, ranked: bool = True) -> pd.DataFrame:
        """The means that the method keeps, NaN elsewhere, with the rank of the interaction.

        The rank is the share of pairs that are kept, rounded to three decimals, and
        the highest of them plus 1 where none is: rarest first, as CellPhoneDB does.
        """
        kept = self._significant()
        means = self._spread("mean", fill=0.0, dtype=np.float32)
        described = self._described()
        rank = pd.Series(kept.sum(axis=1) / kept.shape[1], index=described.index).round(3)
        if ranked:
            rank = rank.where(rank != 0, 1 + rank.max())
        means = np.where(kept, means, np.float32(np.nan)).round(self.precision)
        table = self._with(described.assign(rank=rank), means)
        # The order of equal ranks is CellPhoneDB's only with pandas' default way of sorting.
        return table.sort_values("rank") if ranked else table

    def relevant_interactions(self) -> pd.DataFrame:
        """1 where an interaction is relevant, without rows and columns that are 0 throughout."""
        kept = self._significant()
        rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
        described = self._described().iloc[rows]
        names = [self.columns[column] for column in columns]
        values = kept[rows][:, columns].astype(np.int64)
        wide = pd.DataFrame(values, index=described.index, columns=names)
        return pd.concat([described, wide], axis=1)

    def deconvoluted(self, what: str) -> pd.DataFrame:
        """Means or percents (`what`) of the partners of each interaction, one row per gene."""
        genes = self.stored.genes
        groups = list(genes["group"].cat.categories)
        values = genes[what].to_numpy().reshape(-1, len(groups)).round(self.precision)
        partners = pd.Index(genes["partner"].to_numpy()[:: len(groups)])
        subunits = self.stored.subunits.rename(columns={"partner": "multidata_id"})
        subunits = subunits.set_index("multidata_id")
        at = partners.get_indexer(subunits.index)
        text = subunits.select_dtypes(exclude=bool).columns
        subunits = subunits.assign(**{name: subunits[name].astype(object) for name in text})
        subunits["complex_name"] = _with_nan(subunits["complex_name"])
        table = pd.DataFrame(values[at], index=subunits.index, columns=groups)
        return pd.concat([subunits, table], axis=1).drop_duplicates()

    def active_interactions(self) -> pd.DataFrame:
        """1 where a transcription factor speaks for an interaction; rows with at least one."""
        active = self._active()
        if "relevant" in self.stored.rows:
            table = self.relevant_interactions()
            names = [name for name in table.columns if SEPARATOR in name]
            described = table.drop(columns=names)
        else:
            names = self.columns
            described = self.significant_means(ranked=False).drop(columns=names)
        wide = pd.DataFrame(active, index=self._described().index, columns=self.columns)
        wide = wide.loc[described.index, names].astype(np.int64)
        shown = wide.any(axis=1)
        return pd.concat([described[shown], wide[shown]], axis=1).reset_index(drop=True)

    def _active(self) -> NDArray[np.bool_]:
        active = np.zeros(self.shape, dtype=np.bool_)
        active[self.at] = (self.stored.rows["active_tf"] != "").to_numpy()
        return active

    def active_deconvoluted(self) -> pd.DataFrame:
        """One row per active interaction, pair of groups and group with the factor; text only."""
        rows = self.stored.rows
        chosen = np.flatnonzero((rows["active_tf"] != "").to_numpy())
        described = self._described()
        found = []
        for at in chosen[np.lexsort((self.at[0][chosen], self.at[1][chosen]))]:
            row = rows.iloc[at]
            about = described.iloc[self.at[0][at]][list(ACTIVE_COLUMNS[:6])].astype(str)
            for cell_type in _where(row):
                names = (row["active_tf"], self.columns[self.at[1][at]], cell_type)
                found.append((*about, *names))
        return pd.DataFrame(found, columns=list(ACTIVE_COLUMNS), dtype=object)


def _where(row: Mapping[str, str]) -> list[str]:
    """The groups of the pair in which the factor is active, each once."""
    sides = {SOURCE: ("source",), TARGET: ("target",), BOTH: ("source", "target")}
    return list(dict.fromkeys(row[side] for side in sides[row["active_in"]]))


def _with_nan(text: pd.Series) -> pd.Series:
    """Strings, with NaN for what is empty."""
    plain = text.astype(object)
    return plain.where(plain != "", np.nan)
