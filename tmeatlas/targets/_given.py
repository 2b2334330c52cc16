"""Tables of drugs that users bring: a DataFrame or a CSV or TSV file of the same columns."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from tmeatlas._asker import option
from tmeatlas._errors import InputError, MissingKeyError, listing, nearest
from tmeatlas.interactions import Columns, load_axes, read_table_file
from tmeatlas.targets._table import (
    ACTIONS,
    KINDS,
    NOT_STATED,
    DrugTable,
    DrugTarget,
    load_drug_targets,
)

OWN_NAME = "a table of your own"
REMEDY = (
    "Pass a table, or the path to a CSV or TSV file, with the columns `drug`, `drug_target` (a "
    "gene symbol) and `action`, and if you like `status` with `status_date`."
)
SEPARATOR = re.compile(r"\s*[;|]\s*")
"""Between several axes, sources or interventions of one row."""

TEXTS = (
    *("drug", "kind", "action", "action_as_stated", "status", "status_date"),
    *("programme", "state", "lineage", "note"),
)
SEVERAL = {
    "action_source": ("action_source",),
    "status_source": ("status_source",),
    "oncology_basis": ("oncology_basis",),
    "axes": ("axes", "axis"),
    "interventions": ("interventions", "intervention"),
}
"""The columns in which a cell may name several, by other names that tables have for them."""


def as_drug_table(table: object = None) -> DrugTable:
    """What users give as a table of drugs; the built-in one for None."""
    if table is None:
        return load_drug_targets()
    if isinstance(table, DrugTable):
        return table
    if isinstance(table, pd.DataFrame):
        return _from_frame(table, OWN_NAME)
    if isinstance(table, str | os.PathLike):
        path = Path(os.path.expanduser(table))
        frame = read_table_file(path)
        with path.open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        return _from_frame(frame, f"{path.name} (SHA-256 {digest[:12]})")
    raise InputError(f"Expected a table of drugs, found {type(table).__name__}. {REMEDY}")


def _from_frame(frame: pd.DataFrame, name: str) -> DrugTable:
    columns = Columns(frame)
    _check_columns(columns)
    genes = columns.texts("drug_target", "target_gene")
    texts = {field: columns.texts(field) for field in TEXTS}
    several = {field: columns.texts(*names) for field, names in SEVERAL.items()}
    entries = []
    for at, gene in enumerate(genes):
        values: dict[str, Any] = {field: of[at] for field, of in texts.items()}
        values |= {field: _parts(of[at]) for field, of in several.items()}
        entries.append(DrugTarget(drug_target=gene, **values))
    entries = [
        replace(
            entry,
            kind=entry.kind or "drug",
            action=entry.action or NOT_STATED,
            status=entry.status or NOT_STATED,
            axes=entry.axes or _axes_of(entry.drug_target),
        )
        for entry in entries
        if entry.drug
    ]
    _check_entries(entries)
    return DrugTable(name, tuple(entries))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in SEPARATOR.split(text) if part))


def _axes_of(gene: str) -> tuple[str, ...]:
    """The built-in axes that have the gene in a core pair."""
    return tuple(
        axis.id
        for axis in load_axes()
        if any(gene in (*pair.ligand_genes, *pair.receptor_genes) for pair in axis.core)
    )


def _check_columns(columns: Columns) -> None:
    lacking = [name for name in ("drug", "action") if name not in columns]
    if "drug_target" not in columns and "target_gene" not in columns:
        lacking.insert(1, "drug_target")
    if lacking:
        raise MissingKeyError(
            f"The table of drugs lacks {listing(lacking)}; its columns are "
            f"{listing(columns.names)}. {REMEDY}"
        )


def _check_entries(entries: list[DrugTarget]) -> None:
    """Refuse a table without rows, other words, and a status without its date."""
    if not entries:
        raise InputError(f"The table of drugs has no row with a drug. {REMEDY}")
    for field, known in (("action", ACTIONS), ("kind", KINDS)):
        for entry in entries:
            word = getattr(entry, field)
            if word not in known:
                raise InputError(
                    f"Expected {listing(known)} in the column `{field}` of the table of drugs, "
                    f"found {word!r} for {entry.drug!r}. Nearest: {nearest(word, known)[0]!r}."
                )
    undated = [e.drug for e in entries if e.status != NOT_STATED and not e.status_date]
    if undated:
        raise InputError(
            "A status means something only with its date: expected `status_date` beside each "
            f"`status`, found none for {listing(list(dict.fromkeys(undated)))}. Fill it in, or "
            f"leave their status empty, in the table given as {option('table')}."
        )
