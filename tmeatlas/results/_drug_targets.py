"""Which drugs aim at what is specific or active in these data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import counted
from tmeatlas.results._base import Column, Result, Word
from tmeatlas.results._record import Record, table_in
from tmeatlas.targets import (
    EXPRESSED,
    FEWEST_SAMPLES,
    NO_APPROVAL,
    RESEARCH_ONLY,
    Support,
    status_words,
)


@dataclass(frozen=True, eq=False, kw_only=True)
class DrugTargets(Result):
    """One row per drug, drug target and axis, programme or kind of cells, the best first."""

    kind = "drug_targets"
    title = "Drug targets"
    noun = "drug targets"
    call = "tme.tl.drug_targets(adata)"
    command = "`tmeatlas drug-targets`"
    default_key = keys.DRUG_TARGETS
    columns = (
        Column("drug", "category", "drug, class, strategy or pathway"),
        Column("drug_target", "category", "gene that it acts on; empty where none is named"),
        Column("kind", "category", "drug, class, strategy or pathway"),
        Column("action", "category", "what the sources say that it does to the drug target"),
        Column("role", "category", "what the drug target is there: ligand, receptor ..."),
        Column("direction", "category", "action and role in words, such as blocker of the ligand"),
        Column("level", "category", "axis, programme, state or lineage; empty where none is named"),
        Column("feature", "category", "its id"),
        Column("name", "category", "its name for people"),
        Column("support", "category", "what the data say, in one word"),
        Column("verdict", "category", "of the axis on its best route, or of the programme"),
        Column("source", "category", "sending group of the best route; empty where none is seen"),
        Column("target", "category", "receiving group of the best route"),
        Column("interaction", "category", "core pair that carries the best route"),
        Column("senders", "category", "sending groups of all supported (else seen) routes"),
        Column("receivers", "category", "receiving groups of them; of programmes, groups"),
        Column("n_samples", "int32", "samples that could show it; 0: not known", "samples"),
        Column("n_samples_specific", "int32", "of these, samples in which it is specific"),
        Column("routes", "int32", "supported routes or, where none is, seen ones", "routes"),
        Column("padj", "float64", "adjusted p-value over all samples; NaN without a test"),
        Column(
            "group",
            "category",
            "group that has the drug target; empty: all cells of the lineage or state",
        ),
        Column("share", "float32", "share of its cells that show the drug target", "share"),
        Column("share_low", "float32", "95 % interval of the share, lower limit", "share"),
        Column("share_high", "float32", "95 % interval of the share, upper limit", "share"),
        Column("specificity", "float32", "τ of the drug target over all groups, 0 to 1"),
        Column("normal_groups", "category", "groups of normal cells of the data that also have it"),
        Column("n_normal_groups", "int32", "their number", "groups"),
        Column("status", "category", "status as the source states it"),
        Column("status_date", "category", "as of when; empty only where no status is stated"),
        Column("status_source", "category", "who states it"),
        Column("intervention", "category", "as the reviews name it"),
        Column("note", "category", "what limits the row; empty where nothing does"),
        Column("use", "category", "that it is research context and no advice"),
    )
    expression_columns = (
        Column("drug_target", "category", "gene"),
        Column("group", "category", "group of cells"),
        Column("normal", "bool", "whether its cells are known not to be malignant"),
        Column("cells", "int32", "cells of the group", "cells"),
        Column("share", "float32", "share of them that show the gene", "share"),
        Column("share_low", "float32", "95 % interval from the cells, lower limit", "share"),
        Column("share_high", "float32", "95 % interval from the cells, upper limit", "share"),
        Column("mean", "float32", "mean on the linear scale; samples weigh alike"),
        Column("specificity", "float32", "τ of the gene over all groups, 0 to 1"),
    )
    conflicting_columns = (
        Column("drug", "category", "drug that is left out"),
        Column("drug_target", "category", "gene that a source gives for it"),
        Column("conflict", "category", "what the sources contradict, or do not confirm"),
        Column("use", "category", "that it is research context and no advice"),
    )
    words = (
        Word(
            "Drug target",
            f"The gene that a drug acts on, as its source states it. {RESEARCH_ONLY} A status is "
            f"as of its date; {NO_APPROVAL}",
        ),
        Word(
            "Supported",
            f"In at least {FEWEST_SAMPLES} samples: an axis is specific by a core pair that has "
            "the drug target, or a programme stands out in a group that expresses it, or there "
            "are enough of the cells that it acts on.",
        ),
        Word(
            "Seen in one sample",
            "The same in one sample only, or only where the cells of all samples are put "
            "together: other patients may not show it.",
        ),
        Word(
            "Expressed, not specific",
            f"At least {EXPRESSED:.0%} of the cells of some type show the drug target, but what it "
            "belongs to is specific in no sample. Not seen: fewer show it, which in shallow data "
            "is no sign of absence. Not measured: the data lack the gene, or none is named.",
        ),
        Word(
            "Specificity of a drug target",
            "τ over the groups of cells: the sum of 1 minus the mean in each over the highest "
            "mean, divided by their number less one. 0 is alike in all, 1 is in a single one.",
        ),
        Word(
            "Normal cells",
            "Groups of these data that are known not to be malignant. They come from the tumour; "
            "other organs may have the drug target as well.",
        ),
    )

    table: pd.DataFrame
    expression: pd.DataFrame
    """One row per drug target and group; empty after joining data, which loses it."""
    conflicting: pd.DataFrame
    """The drugs that are left out, because their sources contradict each other."""

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The table, drug targets by group, and the drugs that are left out."""
        return [("uns", key), *(("uns", name) for name in keys.drug_targets_tables(key))]

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        expression, conflicting = keys.drug_targets_tables(key)
        return cls(
            record=record,
            key=key,
            table=cls._frame(adata.uns[key], f"uns[{key!r}]"),
            expression=table_in(adata, expression),
            conflicting=table_in(adata, conflicting),
        )

    def _store(self, adata: AnnData) -> None:
        adata.uns[self.key] = self.table
        tables = self.expression, self.conflicting
        for name, table in zip(keys.drug_targets_tables(self.key), tables, strict=True):
            adata.uns[name] = table

    def with_support(self, *support: Support) -> pd.DataFrame:
        """The rows of which the data say one of these words."""
        return self.table[self.table["support"].astype(str).isin([str(word) for word in support])]

    @property
    def supported(self) -> list[str]:
        """The drug targets that are supported by any row, the best first; only genes."""
        genes = self.with_support(Support.SUPPORTED)["drug_target"].astype(str)
        return [gene for gene in genes.unique() if gene]

    def by_target(self) -> pd.DataFrame:
        """One row per drug target and what it belongs to, with all its drugs, the best first.

        `label` is the drug target or, where none is named, the drug; `drugs` are the names,
        `told` has each with its direction, status and date on a line.
        """
        rows = self.table.astype(dict.fromkeys(self._texts(), object))
        rows["label"] = rows["drug_target"].where(rows["drug_target"] != "", rows["drug"])
        rows["told"] = rows["drug"] + ": " + rows["direction"] + ", " + dated(rows)
        where = ["label", "level", "feature"]
        listed = rows.groupby(where, sort=False).agg(
            drugs=("drug", "; ".join), told=("told", "\n".join)
        )
        best = rows.drop(columns="told").drop_duplicates(where).set_index(where)
        return best.join(listed).reset_index()

    @classmethod
    def _texts(cls) -> list[str]:
        return [column.name for column in cls.columns if column.dtype == "category"]

    @property
    def use(self) -> str:
        """What every table, export and figure of it says."""
        return RESEARCH_ONLY

    @property
    def rows(self) -> str:
        """What the rows of the data are: "cells" or "spots"."""
        return str(self.record.facts.get("rows", "cells"))

    @property
    def caveat(self) -> str:
        """What is to be said of spots, which mix cells; empty of cells."""
        return str(self.record.facts.get("spots", ""))

    @property
    def sources(self) -> list[str]:
        """Where actions and statuses were read, with their releases."""
        return [str(each) for each in np.atleast_1d(self.record.facts.get("sources", []))]

    def summary(self) -> str:
        """How many drugs are supported, and how many seen in one sample."""
        supported = set(self.with_support(Support.SUPPORTED)["drug"].astype(str))
        once = set(self.with_support(Support.ONE_SAMPLE)["drug"].astype(str)) - supported
        return (
            f"{counted(len(supported), 'drug or strategy', 'drugs and strategies')} supported and "
            f"{len(once):,} more seen in one sample, of {self.table['drug'].nunique():,}"
        )


def dated(rows: pd.DataFrame) -> pd.Series[str]:
    """The status of each row, never without its date."""
    status, date = rows["status"].astype(str).map(status_words), rows["status_date"].astype(str)
    return status.where(date == "", status + " (" + date + ")")
