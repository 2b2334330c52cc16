"""Gene lists in ranked genes of groups, or in pseudobulk profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import MissingKeyError
from tmeatlas._text import counted
from tmeatlas.results._base import Column, Result
from tmeatlas.results._record import Record


@dataclass(frozen=True, eq=False, kw_only=True)
class Enrichment(Result):
    """One row per group (and sample) and gene list."""

    kind = "enrichment"
    title = "Enrichment"
    noun = "enrichment"
    call = "tme.tl.enrich(adata, groupby)"
    default_key = keys.ENRICH
    columns = (
        Column("group", "category", "group of cells"),
        Column("signature", "category", "signature"),
        Column("direction", "category", "up or down genes"),
        Column("es", "float64", "enrichment score"),
        Column("n_genes", "int32", "genes of the list that were used", "genes"),
        Column("nes", "float64", "normalised enrichment score", "", False),
        Column("pval", "float64", "p-value", "", False),
        Column("padj", "float64", "Benjamini-Hochberg over all rows", "", False),
        Column("lead_genes", "object", "genes before the peak", "", False),
        Column("sample", "category", "sample; empty without", "", False),
        Column("n_cells", "int32", "cells in the profile", "cells", False),
    )

    table: pd.DataFrame
    ranking: Mapping[str, Any] | None = None
    """The ranked genes and the lists behind a preranked enrichment."""

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The table and the ranking."""
        return [("uns", key), ("uns", keys.ranking(key))]

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        ranking = adata.uns.get(keys.ranking(key))
        return cls(
            record=record,
            key=key,
            table=cls._frame(adata.uns[key], f"adata.uns[{key!r}]"),
            ranking=ranking if isinstance(ranking, Mapping) else None,
        )

    def _store(self, adata: AnnData) -> None:
        adata.uns[self.key] = self.table
        adata.uns.pop(keys.ranking(self.key), None)
        if self.ranking is not None:
            adata.uns[keys.ranking(self.key)] = self.ranking

    def ranked(self) -> tuple[pd.DataFrame, Mapping[str, Any]]:
        """The table and the ranking of a preranked enrichment."""
        if self.ranking is None:
            raise MissingKeyError(
                f"No preranked enrichment in adata.uns[{self.key!r}]. Run "
                'tme.tl.enrich(adata, groupby, method="prerank") first.'
            )
        return self.table, self.ranking

    def summary(self) -> str:
        """How many rows, by which method."""
        return f"{counted(len(self.table), 'row')} of {self.record.param('method')} by gseapy"
