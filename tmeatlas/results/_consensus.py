"""One score per compartment, and how far its signatures agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, MissingKeyError, StaleResultError, listing, unknown
from tmeatlas._text import counted
from tmeatlas.results._base import Column, Result
from tmeatlas.results._coverage import Coverage
from tmeatlas.results._obs_columns import check_obs_columns, obs_columns, replace_obs_columns
from tmeatlas.results._record import Record
from tmeatlas.results._scores import scored_among


@dataclass(frozen=True, eq=False, kw_only=True)
class Consensus(Result):
    """Cells × compartments, with the agreement of the signatures behind it."""

    kind = "consensus"
    title = "Consensus of signatures"
    noun = "consensus"
    call = "tme.tl.consensus(adata)"
    slot = "obsm"
    default_key = keys.CONSENSUS
    by_cell = True
    unit = "consensus; about 1 in an average cell, higher where the signatures agree on it"
    agreement_columns = (
        Column("compartment", "object", "compartment"),
        Column("signature", "object", "id of the signature"),
        Column("weight", "float64", "weight in the consensus"),
        Column("with_others", "float64", "mean Spearman correlation with the others"),
        Column("with_consensus", "float64", "Spearman correlation with the consensus"),
        Column("n_signatures", "int64", "signatures that were combined"),
        Column("agreement", "float64", "mean Spearman correlation of all pairs"),
    )
    pair_columns = (
        Column("compartment", "object", "compartment"),
        Column("signature", "object", "one signature"),
        Column("other", "object", "another, or the same"),
        Column("spearman", "float64", "Spearman correlation over the cells"),
    )

    table: pd.DataFrame
    """Cells × compartments, float32."""
    agreement: pd.DataFrame
    """One row per compartment and signature; empty after joining data, which loses it."""
    pairs: pd.DataFrame
    """One row per compartment and ordered pair of its signatures; empty likewise."""

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The consensus, its agreement and the pairs."""
        return [
            ("obsm", key),
            ("uns", keys.agreement(key)),
            ("uns", keys.agreement_pairs(key)),
        ]

    @classmethod
    def check_new(cls, adata: AnnData, compartments: Mapping[str, object], key_added: str) -> None:
        """Refuse to overwrite what another step wrote."""
        cls.check_key(adata, key_added)
        slashed = [name for name in compartments if "/" in name]
        if slashed:
            raise InputError(
                f"Expected names of compartments without '/', found {listing(slashed)}. Rename "
                "them in the signatures and run tme.tl.score again."
            )
        check_obs_columns(
            adata,
            key_added,
            [keys.obs_consensus(key_added, name) for name in compartments],
            verb="tl.consensus",
            remedy="Choose another `key_added`",
        )

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Consensus:
        agreement, pairs = (
            stored if isinstance(stored, pd.DataFrame) else pd.DataFrame()
            for stored in map(adata.uns.get, (keys.agreement(key), keys.agreement_pairs(key)))
        )
        return cls(
            record=record,
            key=key,
            table=cls._frame(adata.obsm[key], f"obsm[{key!r}]"),
            agreement=agreement,
            pairs=pairs,
        )

    def _store(self, adata: AnnData) -> None:
        replace_obs_columns(
            adata, self.key, self.table.rename(columns=lambda n: keys.obs_consensus(self.key, n))
        )
        adata.obsm[self.key] = self.table
        adata.uns[keys.agreement(self.key)] = self.agreement
        adata.uns[keys.agreement_pairs(self.key)] = self.pairs

    @staticmethod
    def columns_written(table: pd.DataFrame, key_added: str) -> dict[str, list[str]]:
        """The fact by which the next run knows which columns of `obs` it may replace."""
        return obs_columns(keys.obs_consensus(key_added, str(name)) for name in table)

    def summary(self) -> str:
        """How many compartments have a consensus."""
        n_combined = int(self.table.notna().any().sum())
        return f"consensus of {counted(n_combined, 'compartment')}"

    @property
    def scores_key(self) -> str:
        """The key of the scores that were combined."""
        return self.record.param("key") or keys.SCORES

    def coverage(self, adata: AnnData) -> Coverage:
        """Names and genes of the signatures."""
        return Coverage.read(adata, self.scores_key)

    def among(self, adata: AnnData) -> str:
        """Among how many cells it was found, where these are no longer the cells of `adata`."""
        return scored_among(self.record, adata)

    def check_agreement(self, adata: AnnData) -> None:
        """Refuse the agreement where it is that of other cells: it rests on all of them."""
        if "compartment" not in self.pairs:
            raise MissingKeyError(
                f"No agreement of signatures in adata.uns[{keys.agreement_pairs(self.key)!r}]. Run "
                f"{self.call_again(self.key)} again."
            )
        difference = self.record.cells.difference(adata)
        if difference:
            raise StaleResultError(
                f"The agreement in adata.uns[{keys.agreement_pairs(self.key)!r}] was found among "
                f"other cells: {difference}. Run {self.call_again(self.key)} again."
            )

    def pairs_of(self, compartment: str) -> tuple[list[str], np.ndarray]:
        """The signatures of a compartment, and their correlations."""
        names = self.pairs["compartment"].astype(str)
        known = list(dict.fromkeys(names))
        if compartment not in known:
            raise unknown(
                f"compartment in uns[{keys.agreement_pairs(self.key)!r}] called",
                compartment,
                known,
                remedy="tme.tl.consensus(adata) takes all compartments of the scored signatures.",
            )
        rows = self.pairs[names == compartment]
        ids = list(dict.fromkeys(rows["signature"].astype(str)))
        return ids, rows["spearman"].to_numpy(np.float64).reshape(len(ids), len(ids))
