"""What drives the network between groups of cells, as far as expression shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import counted
from tmeatlas.network import CLOSED, OVER_ALL
from tmeatlas.results._base import Column, Result, Word
from tmeatlas.results._record import Record, table_in

WHAT_IT_SHOWS = (
    "Expression only: who could send and receive, and what goes together; no cause, and no "
    "target for treatment."
)


def _end_columns(name: str, words: str) -> tuple[Column, ...]:
    """What is told of the axes that a group sends, or receives."""
    mean = "mean number in the samples that have the group, each by its own cells"
    return (
        Column(name, "int32", words, "axes"),
        Column(f"{name}_unclear", "int32", "more, neither shown nor ruled out", "axes"),
        Column(f"{name}_axes", "category", "of these, the first five by evidence"),
        Column(f"{name}_mean", "float32", f"{mean}; NaN with fewer than three", "axes"),
        Column(f"{name}_low", "float32", "95 % interval over the samples, lower limit", "axes"),
        Column(f"{name}_high", "float32", "95 % interval over the samples, upper limit", "axes"),
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Drivers(Result):
    """Groups ranked by axes, chains that sources describe, and genes that follow programmes."""

    kind = "drivers"
    title = "Key drivers"
    noun = "drivers"
    call = "tme.tl.drivers(adata)"
    command = "`tmeatlas drivers`"
    default_key = keys.DRIVERS
    columns = (
        Column("rank", "int32", "place by axes sent and received, 1 is first"),
        Column("group", "category", "group of cells"),
        Column("cells", "int32", "its cells", "cells"),
        *_end_columns("sends", "axes that are specific from it to other groups"),
        *_end_columns("receives", "axes that are specific from other groups to it"),
        Column("to_itself", "int32", "axes that are specific from it to itself", "axes"),
        Column("partners", "int32", "other groups that it sends to or receives from", "groups"),
        Column("n_samples", "int32", "samples that have the group", "samples"),
    )
    loop_columns = (
        Column("loop", "category", "id of the chain"),
        Column("name", "category", "chain, for people"),
        Column("path", "int32", "number of the path through the groups"),
        Column("link", "int32", "number of the link within the path"),
        Column("by", "category", "axis, or programme, of the link"),
        Column("carried_by", "category", "best core pair of the axis, or gene"),
        Column("source", "category", "sending group, or programme"),
        Column("target", "category", "receiving group, or group in which the gene follows"),
        Column("verdict", "category", "what the data say of the link"),
        Column("value", "float32", "score of the axis, or standard deviations"),
        Column("unit", "category", "unit of the value: score or SD"),
        Column("padj", "float64", "adjusted p-value of the link"),
        Column("n_samples", "int32", "samples in which the link can be read", "samples"),
        Column("n_samples_specific", "int32", "of these, samples in which it holds", "samples"),
        Column("holds", "bool", "whether the link holds"),
        Column("found", "category", "whether all links of the path hold"),
        Column("says", "category", "what the source states"),
        Column("cite", "category", "the source"),
    )
    gene_columns = (
        Column("gene", "category", "gene"),
        Column("lineage", "category", "lineage within which it was read"),
        Column("programme", "category", "id of the programme"),
        Column("name", "category", "programme, for people"),
        Column("sample", "category", "sample; empty over all samples"),
        Column(
            "value", "float64", "programme in cells that show the gene less that in others", "SD"
        ),
        Column("low", "float64", "95 % interval, lower limit", "SD"),
        Column("high", "float64", "95 % interval, upper limit", "SD"),
        Column("alone", "float64", "the same without the other programmes held alike", "SD"),
        Column("alone_low", "float64", "95 % interval of that, lower limit", "SD"),
        Column("alone_high", "float64", "95 % interval of that, upper limit", "SD"),
        Column("pval", "float64", "p-value of the value; NaN where it cannot be read"),
        Column("padj", "float64", "Benjamini-Hochberg over the rows of the sample"),
        Column("cells", "int32", "cells of the lineage", "cells"),
        Column("showing", "int32", "of these, cells that show the gene", "cells"),
        Column("n_samples", "int32", "samples in which it can be read", "samples"),
        Column("n_samples_follow", "int32", "of these, samples in which it follows", "samples"),
        Column("verdict", "category", "what the row says"),
        Column("note", "category", "why it cannot be read, or on what it rests"),
    )
    words = (
        Word(
            "Sends, receives (drivers)",
            "The number of axes that are specific from a group to others, and from others to it; "
            "an axis counts once. Groups of many or deep cells show more: beside it stands how "
            "many are neither shown nor ruled out. " + WHAT_IT_SHOWS,
        ),
        Word(
            "Loop",
            "A chain that a study or review describes. It is told where all its links hold in "
            "these data; that cells touch, or that one link brings about the next, is not shown.",
        ),
        Word(
            "Follows",
            "Cells that show the gene have the programme higher than cells of the same sample, "
            "group and like depth that do not, by 0.2 standard deviations or more (adjusted "
            "p ≤ 0.05), at like levels of the other programmes and of what dissociation raises. "
            "The gene itself is left out of the programme.",
        ),
    )

    table: pd.DataFrame
    loops: pd.DataFrame
    genes: pd.DataFrame

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The ranked groups, the loops, and the genes."""
        return [("uns", name) for name in (key, *keys.drivers_tables(key))]

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        loops, genes = (table_in(adata, name) for name in keys.drivers_tables(key))
        table = cls._frame(adata.uns[key], f"uns[{key!r}]")
        return cls(record=record, key=key, table=table, loops=loops, genes=genes)

    def _store(self, adata: AnnData) -> None:
        loops, genes = keys.drivers_tables(self.key)
        adata.uns[self.key] = self.table
        adata.uns[loops] = self.loops
        adata.uns[genes] = self.genes

    @property
    def not_read(self) -> str:
        """Why loops and genes could not be read; empty where they were."""
        return str(self.record.facts.get("not_read", ""))

    @property
    def shows(self) -> str:
        """What has to be said wherever the result is shown."""
        caveat = str(self.record.facts.get("spots", ""))
        return f"{WHAT_IT_SHOWS} {caveat[0].upper()}{caveat[1:]}." if caveat else WHAT_IT_SHOWS

    def closed(self) -> list[str]:
        """Names of the loops of which all links hold."""
        if self.loops.empty:
            return []
        rows = self.loops[self.loops["found"].astype(str) == CLOSED]
        return list(dict.fromkeys(rows["name"].astype(str)))

    def over_all(self) -> pd.DataFrame:
        """What genes follow over all samples."""
        if self.genes.empty:
            return self.genes
        return self.genes[self.genes["sample"].astype(str) == OVER_ALL]

    def summary(self) -> str:
        """How many groups there are, and how many chains hold."""
        n_loops = self.loops["loop"].nunique() if len(self.loops) else 0
        return (
            f"{counted(len(self.table), 'group')} ranked, {len(self.closed())} of "
            f"{counted(n_loops, 'loop')} with all links"
        )
