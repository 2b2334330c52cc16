"""Crosstalk sample by sample, and what the samples say together."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import union_categoricals

from tmeatlas._errors import InputError
from tmeatlas._progress import track
from tmeatlas._stats import benjamini_hochberg, fisher_combined
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._null import Null
from tmeatlas.lr._run import Cells, cells_of, run_crosstalk
from tmeatlas.lr._verdict import Verdict

FEWEST_GROUPS = 2
"""With fewer in a sample, there is nothing to shuffle."""
IDENTITY = ["interaction", "axis", "role", "ligand_complex", "receptor_complex", "source", "target"]


@dataclass(frozen=True, eq=False)
class SampleResults:
    """The tables of the samples, one after the other, and which groups each sample has."""

    table: pd.DataFrame
    groups_of: dict[str, list[str]]
    """Sample → groups with enough cells in it; it is tested where there are two."""


def by_sample(
    cells: Cells,
    matched: MatchedInteractions,
    null: Null,
    samples: Sequence[str],
    *,
    min_cells: int,
) -> SampleResults:
    """Test every sample by itself; `null.blocks` has the number of each cell's sample."""
    tables, groups_of = [], {}
    numbered = track(enumerate(samples), total=len(samples), label="crosstalk sample by sample")
    for number, sample in numbered:
        chosen = np.flatnonzero(null.blocks == number)
        own = cells_of(cells, chosen, min_cells=min_cells)
        groups_of[sample] = list(own.labels)
        if len(own.labels) < FEWEST_GROUPS:
            continue
        tested = run_crosstalk(
            own,
            matched,
            Null(n_perms=null.n_perms, seed=_own_seed(null.seed, sample), kind=null.kind),
            fixed=np.zeros(len(own.labels), dtype=np.bool_),
            min_fraction=0.0,
            sample=sample,
        )
        tables.append(tested.table)
    if not tables:
        raise InputError(
            f"No sample has two groups of {min_cells} or more cells, so none can be tested by "
            "itself. Lower `min_cells=`, merge groups, or leave out `by_sample=`."
        )
    return SampleResults(table=_stacked(tables), groups_of=groups_of)


def add_samples(
    table: pd.DataFrame, results: SampleResults, *, n_tests: int, min_fraction: float
) -> pd.DataFrame:
    """The rows over all samples with what the samples say of each, then the rows of the samples.

    A sample in which the pair of groups is there, but not both the ligand and
    the receptor, counts as a test with p = 1. `n_tests` rows were tested over
    all samples, those that are not listed among them. Of the rows of the
    samples, those below `min_fraction` count, but are not listed.
    """
    n_rows = len(table)
    stacked = _stacked([table, results.table])
    codes = pd.DataFrame({name: stacked[name].cat.codes for name in IDENTITY})
    number = codes.groupby(IDENTITY, sort=False).ngroup().to_numpy()
    of_row, of_sample = number[:n_rows], number[n_rows:]

    def total(values: NDArray) -> NDArray[np.float64]:
        """The sum over the samples, for each row over all of them."""
        sums = np.bincount(of_sample, values, minlength=int(number.max(initial=0)) + 1)
        return np.asarray(sums[of_row], dtype=np.float64)

    n_samples = _n_samples(table, results)
    pval = fisher_combined(total(np.log(results.table["pval"].to_numpy())), n_samples)
    pval[table["pval"].isna() | (n_samples == 0)] = np.nan
    combined = {
        "n_samples": n_samples,
        "n_samples_seen": total(np.ones(len(results.table))),
        "n_samples_active": total((results.table["verdict"] == Verdict.ACTIVE).to_numpy()),
    }
    for name, values in combined.items():
        stacked[name] = np.concatenate([values, np.zeros(len(results.table))]).astype(np.int32)
    for name, values in {
        "pval_samples": pval,
        "padj_samples": benjamini_hochberg(pval, n_tests=n_tests),
    }.items():
        stacked[name] = np.concatenate([values, np.full(len(results.table), np.nan)])
    fractions = stacked[["ligand_fraction", "receptor_fraction"]].to_numpy().min(axis=1)
    listed = (fractions >= np.float32(min_fraction)) | (np.arange(len(stacked)) < n_rows)
    return stacked if listed.all() else stacked[listed].reset_index(drop=True)


def _n_samples(table: pd.DataFrame, results: SampleResults) -> NDArray[np.int64]:
    """In how many of the samples that were tested both groups of each row have enough cells."""
    groups = list(table["source"].cat.categories)
    has = np.zeros((len(results.groups_of), len(groups)), dtype=np.int64)
    tested = [names for names in results.groups_of.values() if len(names) >= FEWEST_GROUPS]
    for row, names in enumerate(tested):
        has[row, [groups.index(name) for name in names]] = 1
    both = has.T @ has
    result: NDArray[np.int64] = both[table["source"].cat.codes, table["target"].cat.codes]
    return result


def _stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables with the same columns under each other; names are categories of all."""
    columns = {}
    for name, column in tables[0].items():
        parts = [table[name] for table in tables]
        is_name = isinstance(column.dtype, pd.CategoricalDtype)
        columns[name] = union_categoricals(parts) if is_name else np.concatenate(parts)
    return pd.DataFrame(columns)


def _own_seed(seed: int, sample: str) -> int:
    """A seed for the sample that rests on its name, not on which other samples there are."""
    sequence = np.random.SeedSequence([seed, zlib.crc32(sample.encode())])
    return int(sequence.generate_state(1, np.uint64)[0] >> np.uint64(1))
