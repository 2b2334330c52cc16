"""What CellPhoneDB's methods give, in five long tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import MissingKeyError
from tmeatlas._text import counted
from tmeatlas.cellphonedb import Stored
from tmeatlas.results._base import Column, Result
from tmeatlas.results._record import Record


@dataclass(frozen=True, eq=False, kw_only=True)
class CellPhoneDB(Result):
    """One row per interaction, source and target, and the tables of their partners."""

    kind = "cellphonedb"
    title = "CellPhoneDB"
    noun = "result of CellPhoneDB"
    call = "tme.tl.cellphonedb(adata, groupby)"
    default_key = keys.CELLPHONEDB
    columns = (
        Column("interaction", "category", "CellPhoneDB's id of the interaction"),
        Column("source", "category", "first group"),
        Column("target", "category", "second group"),
        Column("mean", "float32", "mean of both partners' means"),
        Column("pval", "float64", "share of shuffles with as high a mean", "", False),
        Column("relevant", "bool", "whether a partner is differentially expressed", "", False),
        Column("score", "float64", "CellPhoneDB's interaction score", "", False),
        Column("active_tf", "category", "active transcription factor", "", False),
        Column("active_in", "category", "source, target or both", "", False),
    )

    stored: Stored

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The rows, and the four tables beside them."""
        return [("uns", key), *(("uns", name) for name in keys.cellphonedb_tables(key))]

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        names = keys.cellphonedb_tables(key)
        for name in names:
            if name not in adata.uns:
                raise MissingKeyError(
                    f"No {cls.noun} in adata.uns[{name!r}]. Run {cls.call_again(key)} first."
                )
        rows = cls._frame(adata.uns[key], f"adata.uns[{key!r}]")
        return cls(record=record, key=key, stored=Stored(rows, *(adata.uns[n] for n in names)))

    def _store(self, adata: AnnData) -> None:
        stored = self.stored
        tables = (stored.rows, stored.interactions, stored.genes, stored.subunits, stored.pairs)
        for (_, name), table in zip(self.slots(self.key), tables, strict=True):
            adata.uns[name] = table

    def summary(self) -> str:
        """How many interactions between how many pairs of groups."""
        return (
            f"{counted(len(self.stored.interactions), 'interaction')} between "
            f"{counted(len(self.stored.pairs), 'pair')} of groups"
        )
