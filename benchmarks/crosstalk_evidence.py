"""What the tests of crosstalk and axes are worth: the tables of ``docs/crosstalk.md``.

    python benchmarks/crosstalk_evidence.py TABLE [options]

Tables, each by itself, on two cores:

- ``tails``: p-values against draws, with and without the least effect; rounded values
- ``shuffled``: labels without meaning: are sides uniform, does a row or an axis stand out?
- ``false``: half of the genes shuffled: the share of false rows and axes
- ``depth``: groups that differ by their depth alone
- ``pair``: a lone pair in groups of all sizes
- ``planted``: planted axes as the data get shallower
- ``needed``: are the cells that are said to be needed enough?
- ``samples``: planted rows over patients
- ``cells``: verdicts with fewer and with more cells, in another order, on other threads
- ``constants``: the settings that the test could have had
- ``ambient``: rows that are said to be mostly ambient, where the added molecules are known
- ``liana``: beside LIANA's ranks (where liana is installed)

The labelled tumours are read from the folder ``data`` of the environment variable
TMEATLAS_SHARED. Cells are groups of five or more. Everything is drawn with seeds, so a
table comes out the same again.
"""

from __future__ import annotations

import argparse
import warnings
from importlib import import_module

import tmeatlas as tme

TABLES = {
    "tails": ("evidence_tails", "main"),
    "shuffled": ("evidence_errors", "print_shuffled"),
    "false": ("evidence_errors", "print_false"),
    "depth": ("evidence_errors", "print_depth"),
    "pair": ("evidence_power", "print_pair"),
    "planted": ("evidence_power", "print_planted"),
    "needed": ("evidence_power", "print_needed"),
    "samples": ("evidence_power", "print_samples"),
    "cells": ("evidence_stability", "print_cells"),
    "constants": ("evidence_stability", "print_constants"),
    "ambient": ("evidence_ambient", "print_ambient"),
    "liana": ("evidence_liana", "main"),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", choices=TABLES)
    parser.add_argument("--draws", type=int, default=200_000, help="per gene and group, of `tails`")
    parser.add_argument("--genes", type=int, default=15, help="per group, of `tails`")
    parser.add_argument("--repeats", type=int, default=20, help="of what is drawn at random")
    parser.add_argument("--cells", type=int, default=100_000, help="of the large tumours")
    given = parser.parse_args()
    warnings.simplefilter("ignore", tme._errors.TMEWarning)
    module, function = TABLES[given.table]
    getattr(import_module(module), function)(given)


if __name__ == "__main__":
    main()
