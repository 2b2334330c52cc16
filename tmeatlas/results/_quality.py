"""What kind of sample each one is, and what that forbids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas._text import counted
from tmeatlas.quality import MOSTLY_AMBIENT
from tmeatlas.results._base import Column, Result, Word
from tmeatlas.results._obs_columns import check_obs_columns, obs_columns, replace_obs_columns
from tmeatlas.results._record import Record, records, table_in

GROUPS_OF_SHARES = "groups"


@dataclass(frozen=True, eq=False, kw_only=True)
class Quality(Result):
    """Measures of each sample, remarks on what is special about it, its ambient RNA, doublets."""

    kind = "quality"
    title = "Quality of samples"
    noun = "quality"
    call = "tme.tl.quality(adata, groupby=...)"
    command = "`tmeatlas quality`"
    default_key = keys.QUALITY
    columns = (
        Column("sample", "category", "sample"),
        Column("measure", "category", "what was measured"),
        Column("value", "float64", "its value; NaN where it cannot be read"),
        Column("low", "float64", "95 % interval, lower limit; NaN where there is none"),
        Column("high", "float64", "95 % interval, upper limit; NaN where there is none"),
        Column("unit", "category", "unit of the value"),
        Column("cells", "int32", "cells that it rests on", "cells"),
        Column("group", "category", "group of cells that it is of; empty: all of the sample"),
        Column("note", "category", "why it cannot be read; empty where it can"),
        Column("name", "category", "name of the measure for people"),
    )
    remark_columns = (
        Column("sample", "category", "sample; empty where the remark is on conditions"),
        Column("remark", "category", "what is wrong or special, in a word of a fixed list"),
        Column("reason", "category", "the numbers behind it"),
        Column("forbids", "category", "what means nothing then; empty where nothing is forbidden"),
    )
    ambient_columns = (
        Column("sample", "category", "sample"),
        Column("gene", "category", "gene"),
        Column("pool", "float32", "share of the sample's ambient molecules", "share"),
        Column("lineage", "category", "lineage whose marker it is; empty: of none"),
    )
    words = (
        Word(
            "Remark",
            "What is special about a sample, such as that only T cells were sorted, and what then "
            "means nothing. A sample without a remark has nothing that speaks against it.",
        ),
        Word(
            "Ambient RNA",
            "Molecules of broken cells that end up in the droplets of others. A gene is ambient in "
            "a group of cells where the sample's pool of such molecules explains most of it.",
        ),
        Word(
            "Doublet",
            "Two cells read as one. Cells are marked and stay; removing them is a choice.",
        ),
    )

    table: pd.DataFrame
    remarks: pd.DataFrame
    """One row per sample and remark; a clean sample has none."""
    ambient: pd.DataFrame
    """One row per sample and gene of its ambient set."""
    shares: pd.DataFrame
    """Genes × groups, float32: how much of a gene's molecules in a group the ambient pool
    explains. Without columns where it was not judged."""
    cells: pd.DataFrame = field(default_factory=pd.DataFrame)
    """By cell, the columns of `obs`."""

    @classmethod
    def call_again(cls, key: str | None = None, groupby: str = "") -> str:
        """The call that makes this result, where groups are given by name."""
        call = super().call_again(key, groupby)
        return call.replace(f"{groupby!r}=...", f"groupby={groupby!r}")

    @classmethod
    def check_new(cls, adata: AnnData, key_added: str) -> None:
        """Refuse to overwrite what another step wrote."""
        cls.check_key(adata, key_added)
        remedy = f"Choose another {option('key_added')}"
        columns = keys.quality_columns(key_added)
        check_obs_columns(adata, key_added, columns, verb="tl.quality", remedy=remedy)

    @staticmethod
    def columns_written(cells: pd.DataFrame) -> dict[str, list[str]]:
        """The fact by which the next run knows which columns of `obs` it may replace."""
        return obs_columns(str(name) for name in cells)

    @staticmethod
    def groups_written(shares: pd.DataFrame) -> dict[str, list[str]]:
        """The fact by which the columns in `varm` have the names of their groups again."""
        return {GROUPS_OF_SHARES: [str(name) for name in shares]}

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The three tables, the shares of the genes, and the columns of `obs`."""
        tables = [("uns", name) for name in (key, *keys.quality_tables(key))]
        columns = [("obs", name) for name in keys.quality_columns(key)]
        return [*tables, ("varm", keys.quality_ambient(key)), *columns]

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        remarks, ambient = keys.quality_tables(key)
        shares = adata.varm.get(keys.quality_ambient(key))
        if not isinstance(shares, pd.DataFrame):
            shares = pd.DataFrame(index=adata.var_names)
        groups = list(record.facts.get(GROUPS_OF_SHARES, ()))
        return cls(
            record=record,
            key=key,
            table=cls._frame(adata.uns[key], f"uns[{key!r}]"),
            remarks=table_in(adata, remarks),
            ambient=table_in(adata, ambient),
            shares=shares.set_axis(groups, axis=1) if len(groups) == shares.shape[1] else shares,
            cells=adata.obs[[c for c in keys.quality_columns(key) if c in adata.obs]].copy(),
        )

    def _store(self, adata: AnnData) -> None:
        remarks, ambient = keys.quality_tables(self.key)
        adata.uns[self.key] = self.table
        adata.uns[remarks] = self.remarks
        adata.uns[ambient] = self.ambient
        shares = keys.quality_ambient(self.key)
        if self.shares.shape[1]:
            adata.varm[shares] = self.shares.set_axis(column_keys(self.shares.columns), axis=1)
        elif shares in adata.varm:
            del adata.varm[shares]
        replace_obs_columns(adata, self.key, self.cells)

    @classmethod
    def current(
        cls, adata: AnnData, groupby: str | None = None, *, sample_key: str | None = None
    ) -> Self | None:
        """The result of these cells, by these groups or samples; None where there is none.

        That under the default key comes first.
        """
        kept = [key for key, record in records(adata) if record.kind == cls.kind]
        for key in sorted(kept, key=lambda key: key != cls.default_key):
            try:
                found = cls.find(adata, key)
            except InputError:  # of other cells or labels
                continue
            if found is None or groupby not in (None, found.groupby):
                continue
            if sample_key in (None, found.sample_key):
                return found
        return None

    @property
    def mostly_ambient(self) -> pd.DataFrame:
        """Genes × groups: whether the ambient pool explains half or more of a gene there."""
        return self.shares >= MOSTLY_AMBIENT

    def remarks_on(self, sample: str) -> pd.DataFrame:
        """The remarks on one sample; those on conditions for ``""``."""
        return self.remarks[self.remarks["sample"].astype(str) == sample].astype(str)

    def wide(self) -> pd.DataFrame:
        """The values of whole samples as samples × measures, both in the order of the table."""
        rows = self.table.astype({"sample": str, "measure": str, "group": str})
        rows = rows[rows["group"] == ""]
        found = rows.pivot_table(index="sample", columns="measure", values="value", dropna=False)
        return found.loc[rows["sample"].unique(), rows["measure"].unique()]

    def summary(self) -> str:
        """How many remarks on how many samples."""
        n_samples = self.table["sample"].nunique()
        return f"{counted(len(self.remarks), 'remark')} on {counted(n_samples, 'sample')}"


def column_keys(groups: Iterable[object]) -> list[str]:
    """Groups as names of columns that a file can hold, each once.

    In AnnData files "/" parts groups of data sets, "." and ".." are places, and
    "_index" is taken: cells called "T" and "T/NK" could not be written.
    """
    found: list[str] = []
    for group in map(str, groups):
        key = group.replace("/", "|")
        key = f"_{key}" if key in ("", ".", "..", "_index") else key
        while key in found:
            key += "_"
        found.append(key)
    return found
