"""What differs between conditions, with patients as replicates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._errors import InputError, listing
from tmeatlas._text import counted
from tmeatlas.cohort import ALPHA
from tmeatlas.results._base import Column, Result, Word
from tmeatlas.results._cells import Fingerprint
from tmeatlas.results._record import Record, records, table_in

COLUMNS_READ, LABELS_READ = "columns_read", "labels_read"


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison(Result):
    """One row per feature, group and condition, and the values of the replicates behind."""

    kind = "comparison"
    title = "Comparison of conditions"
    noun = "comparison"
    call = "tme.tl.compare(adata, what, condition_key=..., sample_key=..., reference=...)"
    command = "`tmeatlas compare`"
    default_key = keys.COMPARE
    columns = (
        Column("what", "category", "what was compared"),
        Column("feature", "category", "signature, state, group, measure, ligand or receptor"),
        Column("group", "category", "group of cells; empty where there is none"),
        Column("condition", "category", "condition"),
        Column("reference", "category", "condition that it is compared with"),
        Column("effect", "float64", "condition minus reference", "as `unit` says"),
        Column("low", "float64", "95 % interval of the effect, lower limit"),
        Column("high", "float64", "95 % interval of the effect, upper limit"),
        Column("unit", "category", "unit of effect and means"),
        Column("statistic", "float64", "test statistic; NaN where the test has none"),
        Column("df", "float64", "degrees of freedom; NaN where the test has none"),
        Column("pval", "float64", "p-value, two-sided"),
        Column("padj", "float64", "Benjamini-Hochberg over all rows"),
        Column("n", "int32", "replicates of the condition", "patients"),
        Column("n_reference", "int32", "replicates of the reference", "patients"),
        Column("mean", "float64", "mean of the replicates of the condition"),
        Column("mean_reference", "float64", "mean of the replicates of the reference"),
        Column("cells", "int32", "cells behind the condition", "cells"),
        Column("cells_reference", "int32", "cells behind the reference", "cells"),
        Column("test", "category", "test"),
        Column("overall_pval", "float64", "over all conditions; NaN with two of them"),
        Column("overall_padj", "float64", "Benjamini-Hochberg over all features and groups"),
        Column("note", "category", "what limits the row; empty where nothing does"),
    )
    sample_columns = (
        Column("feature", "category", "as in the table"),
        Column("group", "category", "as in the table"),
        Column("replicate", "category", "patient, or sample where patients are not known"),
        Column("condition", "category", "condition"),
        Column("pair", "category", "what pairs it with a replicate of another condition"),
        Column("value", "float64", "mean over the samples of the replicate"),
        Column("cells", "int32", "cells behind it", "cells"),
    )
    left_out_columns = (
        Column("feature", "category", "as in the table; empty: all"),
        Column("group", "category", "as in the table; empty: all"),
        Column("reason", "category", "why it was not tested"),
    )
    row_columns = (
        Column("source", "category", "sending group"),
        Column("target", "category", "receiving group"),
        Column("ligand_complex", "category", 'ligand, subunits joined by "_"'),
        Column("receptor_complex", "category", 'receptor, subunits joined by "_"'),
        Column("axis", "category", "axis that the interaction belongs to"),
        Column("condition", "category", "condition"),
        Column("reference", "category", "condition that it is compared with"),
        Column("changed", "category", "ligand, receptor, both or empty: sides with padj <= 0.05"),
        Column("ligand_effect", "float64", "of the ligand in the source", "log2"),
        Column("ligand_pval", "float64", "of the ligand side"),
        Column("ligand_padj", "float64", "of the ligand side, over all sides"),
        Column("receptor_effect", "float64", "of the receptor in the target", "log2"),
        Column("receptor_pval", "float64", "of the receptor side"),
        Column("receptor_padj", "float64", "of the receptor side, over all sides"),
        Column("product", "float64", "sum of both effects: a description", "log2"),
        Column("product_low", "float64", "its 95 % interval, lower limit", "log2"),
        Column("product_high", "float64", "its 95 % interval, upper limit", "log2"),
        Column("n_both", "int32", "replicates with cells of both groups", "patients"),
        Column("n_both_reference", "int32", "the same of the reference", "patients"),
    )
    words = (
        Word(
            "Difference between conditions",
            "Condition minus reference, with its 95 % interval. Each patient counts once, however "
            "many cells it has: cells of one patient are not independent.",
        ),
        Word(
            "Changed side",
            "Ligand in the source, or receptor in the target, with an adjusted p of at most 0.05. "
            "Each is tested once, whatever number of interactions it takes part in.",
        ),
    )

    table: pd.DataFrame
    samples: pd.DataFrame
    """One row per feature, group and replicate: what figures draw."""
    left_out: pd.DataFrame
    """What was not tested, and why."""
    rows: pd.DataFrame | None = None
    """Of crosstalk and axes: one row per interaction, source, target and condition."""

    @classmethod
    def read(cls, adata: AnnData, key: str | None = None) -> Self:
        """The comparison under `key`; without one the only one that there is."""
        if key is None:
            stored = cls.stored(adata)
            if len(stored) > 1:
                raise InputError(
                    f"There are several comparisons: {listing(stored)}. Name one with "
                    f"{option('key')}."
                )
            key = stored[0] if stored else cls.default_key
        return super().read(adata, key)

    @classmethod
    def stored(cls, adata: AnnData) -> list[str]:
        """The keys of all comparisons, in the order of what they build on; then your own keys."""
        found = [
            key
            for key, record in records(adata)
            if record.kind == cls.kind and key in getattr(adata, cls.slot)
        ]
        usual = {keys.compare(what) for what in keys.COMPARED}
        return sorted(found, key=lambda key: key not in usual)

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The table, the values behind, what was left out, and the rows of crosstalk."""
        return [("uns", key), *(("uns", name) for name in keys.compare_tables(key))]

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        samples, left_out, rows = keys.compare_tables(key)
        return cls(
            record=record,
            key=key,
            table=cls._frame(adata.uns[key], f"uns[{key!r}]"),
            samples=table_in(adata, samples),
            left_out=table_in(adata, left_out),
            rows=table_in(adata, rows) if rows in adata.uns else None,
        )

    def _store(self, adata: AnnData) -> None:
        names = keys.compare_tables(self.key)
        adata.uns[self.key] = self.table
        for name, table in zip(names, (self.samples, self.left_out, self.rows), strict=True):
            adata.uns.pop(name, None)
            if table is not None:
                adata.uns[name] = table

    @staticmethod
    def columns_read(adata: AnnData, columns: Iterable[str | None]) -> dict[str, list[str]]:
        """The facts by which it shows that conditions or patients are no longer as they were."""
        names = list(dict.fromkeys(name for name in columns if name))
        labels = [Fingerprint.of(adata, name).labels for name in names]
        return {COLUMNS_READ: names, LABELS_READ: labels}

    @classmethod
    def _difference(cls, adata: AnnData, record: Record) -> str:
        found = super()._difference(adata, record)
        names, labels = (record.facts.get(fact, ()) for fact in (COLUMNS_READ, LABELS_READ))
        for name, before in zip(names, labels, strict=True):
            then = replace(record.cells, groupby=str(name), labels=str(before))
            found = found or then.difference(adata)
        return found

    @property
    def what(self) -> str:
        """What was compared: scores, composition, ..."""
        return self.record.param("what")

    @property
    def reference(self) -> str:
        """The condition that all others are compared with."""
        return self.record.param("reference")

    @property
    def conditions(self) -> list[str]:
        """The conditions that are compared with the reference, in the order of the data."""
        there = list(self.table["condition"].astype(object).unique())
        order = [str(name) for name in self.record.facts.get("conditions", there)]
        return sorted(there, key=order.index)

    @property
    def replicate(self) -> str:
        """What counts once: a patient or, where these are not known, a sample."""
        known = self.record.param("patient_key") or self.record.param("paired_by")
        return "patient" if known else "sample"

    def ranked(self, condition: str | None = None) -> pd.DataFrame:
        """The rows by their evidence: by p-value, of equal ones the largest effect first.

        Those that could not be tested come last. `condition` keeps its rows alone.
        """
        rows = self.table
        if condition is not None:
            rows = rows[rows["condition"].astype(object) == condition]
        size = -rows["effect"].abs()
        return rows.iloc[np.lexsort([size.to_numpy(), rows["pval"].to_numpy(np.float64)])]

    @property
    def standing(self) -> pd.DataFrame:
        """The rows with an adjusted p-value of at most 0.05."""
        return self.table[self.table["padj"] <= ALPHA]

    def summary(self) -> str:
        """How many differences stand, of how many that were tested."""
        tested = int(self.table["pval"].notna().sum())
        return f"{counted(len(self.standing), 'difference')} of {tested:,} tested in {self.what}"
