"""One score for all signatures that mark the same, and how far they agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._errors import InputError, MissingKeyError, StaleResultError, listing, unknown
from tmeatlas._text import counted
from tmeatlas.results._base import Column, Result
from tmeatlas.results._coverage import Coverage
from tmeatlas.results._obs_columns import check_obs_columns, obs_columns, replace_obs_columns
from tmeatlas.results._record import Record
from tmeatlas.results._scores import scored_among


@dataclass(frozen=True, eq=False, kw_only=True)
class Consensus(Result):
    """Cells × what signatures mark, with the agreement of the signatures behind it."""

    kind = "consensus"
    title = "Consensus of signatures"
    noun = "consensus"
    call = "tme.tl.consensus(adata)"
    slot = "obsm"
    default_key = keys.CONSENSUS
    by_cell = True
    unit = "consensus; about 1 in an average cell, higher where the signatures agree on it"
    agreement_columns = (
        Column("consensus", "object", "what the signatures mark: name of the consensus"),
        Column("compartment", "object", "compartment of most of them"),
        Column("purpose", "object", "finds, state or process; empty where not stated"),
        Column("signature", "object", "id of the signature"),
        Column("weight", "float64", "weight in the consensus"),
        Column("with_others", "float64", "mean Spearman correlation with the others"),
        Column("with_consensus", "float64", "Spearman correlation with the consensus"),
        Column("n_signatures", "int64", "signatures that were combined"),
        Column("agreement", "float64", "mean Spearman correlation of all pairs"),
    )
    pair_columns = (
        Column("consensus", "object", "what the signatures mark: name of the consensus"),
        Column("compartment", "object", "compartment of most of them"),
        Column("signature", "object", "one signature"),
        Column("other", "object", "another, or the same"),
        Column("spearman", "float64", "Spearman correlation over the cells"),
    )

    table: pd.DataFrame
    """Cells × names of the consensus, float32."""
    agreement: pd.DataFrame
    """One row per consensus and signature; empty after joining data, which loses it."""
    pairs: pd.DataFrame
    """One row per consensus and ordered pair of its signatures; empty likewise."""

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The consensus, its agreement and the pairs."""
        return [
            ("obsm", key),
            ("uns", keys.agreement(key)),
            ("uns", keys.agreement_pairs(key)),
        ]

    @classmethod
    def check_new(cls, adata: AnnData, names: Mapping[str, object], key_added: str) -> None:
        """Refuse to overwrite what another step wrote."""
        cls.check_key(adata, key_added)
        slashed = [name for name in names if "/" in name]
        if slashed:
            raise InputError(
                f"Expected signatures that mark something without '/' in its name, found "
                f"{listing(slashed)}. Rename it in the signatures and score again."
            )
        check_obs_columns(
            adata,
            key_added,
            [keys.obs_consensus(key_added, name) for name in names],
            verb="tl.consensus",
            remedy=f"Choose another {option('key_added')}",
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
        """How much was combined."""
        n_combined = int(self.table.notna().any().sum())
        return f"{counted(n_combined, 'consensus', 'consensuses')} of signatures"

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

    def compartment_of(self, name: str) -> str:
        """The compartment of a consensus; its own name where the agreement is lost."""
        rows = self.agreement_of(name)
        return str(rows["compartment"].iloc[0]) if len(rows) else name

    def is_of_one(self, name: str) -> bool:
        """Whether a single signature is behind it, so that it says nothing new."""
        rows = self.agreement_of(name)
        return len(rows) > 0 and int(rows["n_signatures"].iloc[0]) == 1

    def only_signature(self, name: str) -> str:
        """The id of the signature that is alone behind it; empty where there are several."""
        return str(self.agreement_of(name)["signature"].iloc[0]) if self.is_of_one(name) else ""

    def purpose_of(self, name: str) -> str:
        """Whether it finds cells, tells a state or follows a process; empty where not stated."""
        rows = self.agreement_of(name)
        return str(rows["purpose"].iloc[0]) if len(rows) and "purpose" in rows else ""

    def signatures_of(self, name: str) -> list[str]:
        """The signatures behind it; none where the agreement is lost."""
        rows = self.agreement_of(name)
        return [str(each) for each in rows["signature"]] if len(rows) else []

    def agreement_of(self, name: str) -> pd.DataFrame:
        """The rows of the agreement of one consensus, a signature each; empty where it is lost."""
        if "consensus" not in self.agreement:
            return self.agreement.iloc[:0]
        return self.agreement[self.agreement["consensus"].astype(str) == name]

    def check_agreement(self, adata: AnnData) -> None:
        """Refuse the agreement where it is that of other cells: it rests on all of them."""
        if "consensus" not in self.pairs:
            raise MissingKeyError(
                f"No agreement of signatures in uns[{keys.agreement_pairs(self.key)!r}]. Run "
                f"{self.call_again(self.key)} again."
            )
        difference = self.record.cells.difference(adata)
        if difference:
            raise StaleResultError(
                f"The agreement in uns[{keys.agreement_pairs(self.key)!r}] was found among "
                f"other cells: {difference}. Run {self.call_again(self.key)} again."
            )

    def pairs_of(self, name: str) -> tuple[list[str], np.ndarray]:
        """The signatures of a consensus, and their correlations."""
        names = self.pairs["consensus"].astype(str)
        known = list(dict.fromkeys(names))
        if name not in known:
            raise unknown(
                f"consensus in uns[{keys.agreement_pairs(self.key)!r}] called",
                name,
                known,
                remedy=f"{self.call_again(self.key)} combines all signatures that were scored.",
            )
        rows = self.pairs[names == name]
        ids = list(dict.fromkeys(rows["signature"].astype(str)))
        return ids, rows["spearman"].to_numpy(np.float64).reshape(len(ids), len(ids))
