"""The default call, and the known findings, on whole cohorts that you have.

    python benchmarks/cohorts.py FOLDER [--tsv FILE] [--save]

FOLDER holds the files and `cohorts.tsv`, a table with one row per cohort:

    cohort      its name
    path        an .h5ad, a .h5 or folder of 10x, or a table of samples, relative to FOLDER:
                whatever `tme.read` reads
    cells       a table (.csv, .tsv, .txt, also compressed) with what is known of each cell, such as
                its type: the first column holds the names of the cells as the file has them
    groups      the column of `obs` with cell types; empty: lineages are told by markers, or the
                rows are whole samples
    samples, conditions, reference, patients, paired
                as `sample_key`, `condition_key` ... of `tme.analyse`; may be empty or left out
    about       "spots", or the cancer that a finding is restricted to, such as "oligodendroglioma"
    labels      columns that findings speak of, and what they are called here, such as
                `celltype_minor=Fine type; region=Pathology`

Prints what was warned of, what was run and what each finding of `known_findings.yaml` says, as
Markdown. Exit status 1 where a cohort could not be read or analysed; the others are run all the
same.
"""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches
from pathlib import Path

import pandas as pd
from anndata import AnnData
from findings import counts, in_order, load_findings, show, verdicts
from findings_data import Analysed, Cohort, analysed

import tmeatlas as tme

TABLE = "cohorts.tsv"
NEEDED = ("cohort", "path")
OPTIONAL = (
    "cells",
    "groups",
    "samples",
    "conditions",
    "reference",
    "patients",
    "paired",
    "about",
    "labels",
)


class TableError(Exception):
    """The table of cohorts cannot be used."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tsv", type=Path, help="write the verdicts there as well")
    parser.add_argument(
        "--save", action="store_true", help="write the cells with all results, as COHORT_tme.h5ad"
    )
    options = parser.parse_args()
    try:
        cohorts = read_cohorts(options.folder)
    except TableError as error:
        print(error, file=sys.stderr)
        return 1
    rows, said = [], []
    for cohort in cohorts:
        run = run_one(cohort, options.folder)
        for warning in run.left_out:
            print(f"{cohort.name}: {warning}\n", flush=True)
        rows += verdicts([run], load_findings(), everywhere=True)
        said.append(summary(run))
        if options.save and run.adata is not None:
            run.adata.write_h5ad(options.folder / f"{cohort.name}_tme.h5ad")
    table = in_order(rows)
    show(pd.DataFrame(said))
    show(table.drop(columns="seen before"))
    show(counts(table).drop(columns="of them not seen before"))
    if options.tsv is not None:
        table.drop(columns="seen before").to_csv(options.tsv, sep="\t", index=False)
    return int(any(row["failed"] for row in said))


def read_cohorts(folder: Path) -> list[Cohort]:
    """The rows of the table; what cannot be meant is said before anything runs."""
    file = folder / TABLE
    if not file.is_file():
        raise TableError(
            f"Expected {file}, a table with tabs between its columns {', '.join(NEEDED)} and, "
            f"where there are such, {', '.join(OPTIONAL)}; found none."
        )
    table = pd.read_csv(file, sep="\t", dtype=str, keep_default_na=False)
    table.columns = table.columns.str.strip()
    _check_columns(list(table.columns), file)
    table = table.apply(lambda column: column.str.strip())
    for name in table["cohort"][table["cohort"].duplicated()]:
        raise TableError(f"{file} has two rows of the cohort {name!r}. Name each once.")
    cohorts = [_cohort(dict(row), file) for _, row in table.iterrows()]
    for cohort in cohorts:
        for path in filter(None, (cohort.path, cohort.cells)):
            if not (folder / path).exists():
                raise TableError(f"{file} names {path!r} for {cohort.name}; there is no such file.")
    return cohorts


def run_one(cohort: Cohort, folder: Path) -> Analysed:
    """Read a cohort and take the default call."""
    try:
        adata = tme.read(folder / cohort.path)
        if cohort.cells:
            add_cells(adata, folder / cohort.cells)
    except tme.TMEError as error:
        return Analysed(cohort, None, str(error), (), 0.0)
    return analysed(cohort, adata)


def add_cells(adata: AnnData, file: Path) -> None:
    """The columns of a table of cells, in `obs`; cells that it does not name have none."""
    separator = "," if ".csv" in file.suffixes else "\t"
    table = pd.read_csv(file, sep=separator, index_col=0, low_memory=False)
    table.index = table.index.astype(str)
    if table.index.has_duplicates:
        twice = table.index[table.index.duplicated()][0]
        raise tme.TMEError(f"{file.name} has two rows of the cell {twice!r}. Leave one of them.")
    known = adata.obs_names.isin(table.index)
    if not known.any():
        raise tme.TMEError(
            f"{file.name} names none of the {adata.n_obs:,} cells: it has {table.index[0]!r}, the "
            f"cells are called {adata.obs_names[0]!r}. Change the names in its first column."
        )
    if not known.all():
        print(f"{file.name} lacks {int((~known).sum()):,} of {adata.n_obs:,} cells.")
    for name, values in table.reindex(adata.obs_names).items():
        adata.obs[name] = values


def summary(run: Analysed) -> dict[str, object]:
    """What was run, for the table of cohorts."""
    adata = run.adata
    samples = "" if adata is None else _samples(run)
    return {
        "cohort": run.cohort.name,
        "rows": "" if adata is None else f"{adata.n_obs:,}",
        "genes": "" if adata is None else f"{adata.n_vars:,}",
        "samples": samples,
        "minutes": f"{run.seconds / 60:.1f}",
        "warnings": len(run.left_out),
        "failed": run.failed,
    }


def _samples(run: Analysed) -> str:
    """How many samples there are; empty where no column says so."""
    return str(run.adata.obs[run.cohort.samples].nunique()) if run.cohort.samples else ""


def _check_columns(columns: list[str], file: Path) -> None:
    known = (*NEEDED, *OPTIONAL)
    for column in columns:
        if column not in known:
            near = get_close_matches(column, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise TableError(f"{file} has a column {column!r}; known are {', '.join(known)}.{hint}")
    lacking = [column for column in NEEDED if column not in columns]
    if lacking:
        raise TableError(
            f"{file} lacks the column {lacking[0]!r}; found {', '.join(columns)}. Tabs stand "
            "between columns."
        )


def _cohort(row: dict[str, str], file: Path) -> Cohort:
    labels = {}
    for each in filter(None, (part.strip() for part in row.pop("labels", "").split(";"))):
        ours, equals, theirs = each.partition("=")
        if not equals or not ours.strip() or not theirs.strip():
            raise TableError(f"{file}: expected `name=column` in labels, found {each!r}.")
        labels[ours.strip()] = theirs.strip()
    if not row["cohort"] or not row["path"]:
        raise TableError(f"{file} has a row without a cohort or a path.")
    return Cohort(row.pop("cohort"), row.pop("path"), **row, labels=labels)


if __name__ == "__main__":
    sys.exit(main())
