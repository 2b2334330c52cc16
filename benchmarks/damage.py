"""What is still called after real data's damage was done to labelled tumours.

    python benchmarks/damage.py FOLDER                          # all tumours, all tables
    python benchmarks/damage.py FOLDER --data wu2021 --only ambient
    python benchmarks/damage.py FOLDER --tables halves
    python benchmarks/damage.py FOLDER --database cellphonedb-v5.0.0.zip --tsv tables

FOLDER holds the labelled data (`accuracy_data.py` names the files); two tumours are simulated.
Tables:

- ``rows``: rows called, new and lost after each damage, ours and those of LIANA and CellPhoneDB
- ``scores``: AUROC of the consensus scores
- ``numbers``: what becomes of every number of a sample
- ``told``: what `tl.quality` remarks, its shares of ambient RNA and of doublets (means over the
  samples), and which cells it calls doublets
- ``halves``: rows specific in one half of the cells, or of the patients, in the other half

What is printed is short; ``--tsv`` writes all columns, and every number of every sample.

LIANA runs where it is installed, CellPhoneDB where its release is named. Everything is drawn with
seeds, so a table comes out the same again.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import pandas as pd
from damage_called import CALLERS, Callers, call_all
from damage_data import TUMOURS, NotPossibleError, damaged, damages_of
from damage_halves import print_halves
from damage_tables import (
    changed_aurocs,
    changed_numbers,
    changed_rows,
    markdown,
    side_by_side,
    summaries,
)

import tmeatlas as tme

OF_DAMAGES = ("rows", "scores", "numbers", "told")
HALVES = "halves"
UNDAMAGED = "as it is"
EVERY_NUMBER = "every number"


def main() -> None:
    given = read_arguments()
    warnings.simplefilter("ignore", tme._errors.TMEWarning)
    chosen = [name for name in OF_DAMAGES if name in given.tables]
    if chosen:
        full = of_tumours(given)
        for name in chosen:
            for heading, table in summaries(name, full[name]).items():
                print(f"\n## {heading}\n\n{markdown(table)}", flush=True)
        if given.tsv:
            given.tsv.mkdir(parents=True, exist_ok=True)
            for name, table in full.items():
                table.to_csv(given.tsv / f"{name}.tsv", sep="\t", index=False)
    if HALVES in given.tables:
        print_halves(given)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", nargs="+", choices=TUMOURS, default=list(TUMOURS))
    every = (*OF_DAMAGES, HALVES)
    parser.add_argument("--tables", nargs="+", choices=every, default=every)
    parser.add_argument("--by", nargs="+", choices=CALLERS, default=CALLERS, help="who calls rows")
    parser.add_argument("--only", nargs="+", default=[""], help="damages that have such a word")
    parser.add_argument("--database", type=Path, help="the zip of a CellPhoneDB release")
    parser.add_argument("--seed", type=int, default=0, help="of the damages")
    parser.add_argument("--repeats", type=int, default=5, help="divisions into halves")
    parser.add_argument("--tsv", type=Path, help="folder for the full tables")
    return parser.parse_args()


def of_tumours(given: argparse.Namespace) -> dict[str, pd.DataFrame]:
    """The tables of all tumours, below each other; those of `OF_DAMAGES`, and every number."""
    each = {name: of_tumour(name, given) for name in given.data}
    return {
        table: pd.concat({name: of[table] for name, of in each.items()}, names=["tumour", ""])
        .reset_index("tumour")
        .reset_index(drop=True)
        for table in (*OF_DAMAGES, EVERY_NUMBER)
    }


def of_tumour(name: str, given: argparse.Namespace) -> dict[str, pd.DataFrame]:
    """The tables of one tumour, a row or more for each damage."""
    tumour, callers = TUMOURS[name], Callers(given.by, given.database)
    cells = tumour.cells(given.folder)
    before = call_all(cells, tumour, callers)
    rows: dict[str, list[dict[str, object]]] = {table: [] for table in OF_DAMAGES}
    rows["told"].append({"damage": UNDAMAGED} | before.quality)
    numbers = [pd.DataFrame()]
    for damage in damages_of(tumour, given.seed):
        if not any(word in damage.name for word in given.only):
            continue
        first = {"damage": damage.name}
        try:
            after = call_all(damaged(damage, cells), tumour, callers)
        except NotPossibleError as why:
            rows["told"].append(first | {"remarked": f"not possible: {why}"})
            continue
        for who in after.rows:
            change = changed_rows(before.rows[who], after.rows[who], damage.same)
            rows["rows"].append(first | {"by": who} | change)
        if not callers.have_ours:
            continue
        both = side_by_side(before, after, damage.same)
        rows["scores"].append(first | changed_aurocs(before, after))
        rows["numbers"].append(first | changed_numbers(both, before.calls, after.calls))
        rows["told"].append(first | after.quality)
        numbers.append(both.reset_index().assign(damage=damage.name))
    tables = {table: pd.DataFrame(of) for table, of in rows.items()}
    return tables | {EVERY_NUMBER: pd.concat(numbers, ignore_index=True)}


if __name__ == "__main__":
    main()
