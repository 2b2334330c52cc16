"""What kind of tumour each sample shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import counted
from tmeatlas.phenotypes import NO_CALL, UNCLEAR
from tmeatlas.results._base import Column, Result, Word
from tmeatlas.results._record import Record, table_in

NOT_A_DIAGNOSTIC = "Not a diagnostic: for research only, no claim on response to any treatment."


@dataclass(frozen=True, eq=False, kw_only=True)
class Phenotype(Result):
    """Measures of each sample with their intervals, and its call."""

    kind = "phenotype"
    title = "Phenotype of samples"
    noun = "phenotype"
    call = "tme.tl.phenotype(adata, sample_key=...)"
    command = "`tmeatlas phenotype`"
    default_key = keys.PHENOTYPE
    columns = (
        Column("sample", "category", "sample"),
        Column("measure", "category", "what was measured"),
        Column("value", "float64", "its value; NaN where it cannot be read"),
        Column("low", "float64", "95 % interval from the cells, lower limit"),
        Column("high", "float64", "95 % interval from the cells, upper limit"),
        Column("cells", "int32", "cells that it rests on", "cells"),
        Column("unit", "category", "unit of the value"),
        Column("lineage", "category", "lineage in which it was read; empty: all cells"),
        Column("note", "category", "why it cannot be read, or the counts behind it; else empty"),
        Column("name", "category", "name of the measure for people"),
        Column("scale_low", "float64", "lower end of the fixed scale on which figures colour it"),
        Column("scale_high", "float64", "upper end of this scale"),
    )
    call_columns = (
        Column("sample", "category", "sample"),
        Column("call", "category", "inflamed, desert, excluded-like, unclear or no call"),
        Column(
            "margin",
            "float64",
            "distance to the nearest threshold, in halves of its interval (bulk: in mean rank); "
            "NaN without a call",
        ),
        Column("reason", "category", "what the call rests on, or why there is none"),
        Column("cells", "int32", "cells of the sample; 0 for bulk", "cells"),
        Column("use", "category", "that it is not a diagnostic"),
    )
    words = (
        Word(
            "Inflamed, desert, excluded-like",
            "T cells, more CD8 T cells than fibroblasts and these cytotoxic; hardly any T cells; T "
            "cells, but more fibroblasts than CD8 T cells. In bulk: T-cell-inflamed genes rank "
            "high; cytotoxic genes rank low; neither. Dissociated cells and bulk cannot show where "
            "cells lie, so exclusion is never seen, only likened. " + NOT_A_DIAGNOSTIC,
        ),
        Word(
            "CD274, at 1,000 molecules",
            "Deeper cells show a gene more often. To compare samples, each cell is taken down to "
            "1,000 molecules per cell (`thresholds` of the call may name another depth), and the "
            "share is what would still show the gene; shallower cells are left out. It is lower "
            "than the plain share of cells that show it, which stands beside it and in all other "
            "panels.",
        ),
        Word(
            "M1 score less M2 score",
            "Mean score of macrophages on a list of genes of the classical (M1) activation less "
            "that on one of the alternative (M2) activation.",
        ),
    )

    table: pd.DataFrame
    calls: pd.DataFrame
    """One row per sample."""

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The table of the measures, and that of the calls."""
        return [("uns", key), ("uns", keys.phenotype_calls(key))]

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        table = cls._frame(adata.uns[key], f"uns[{key!r}]")
        calls = table_in(adata, keys.phenotype_calls(key))
        return cls(record=record, key=key, table=table, calls=calls)

    def _store(self, adata: AnnData) -> None:
        adata.uns[self.key] = self.table
        adata.uns[keys.phenotype_calls(self.key)] = self.calls

    def wide(self, column: str = "value") -> pd.DataFrame:
        """One column of the table as samples × measures, both in the order of the table."""
        rows = self.table.astype({"sample": str, "measure": str})
        found = rows.pivot_table(index="sample", columns="measure", values=column, dropna=False)
        return found.loc[rows["sample"].unique(), rows["measure"].unique()]

    def measures(self) -> pd.DataFrame:
        """One row per measure, in the order of the table: name, unit, lineage and its scale."""
        columns = ["name", "unit", "lineage", "scale_low", "scale_high"]
        rows = self.table.astype({"measure": str, "name": str, "unit": str, "lineage": str})
        return rows.drop_duplicates("measure").set_index("measure")[columns]

    def summary(self) -> str:
        """How many samples have a call."""
        called = ~self.calls["call"].astype(str).isin([NO_CALL, UNCLEAR])
        return f"{counted(int(called.sum()), 'call')} for {counted(len(self.calls), 'sample')}"
