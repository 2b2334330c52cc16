"""Values of samples out of results that are stored in an AnnData."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._errors import InputError, listing
from tmeatlas.cells import read_lineages
from tmeatlas.cohort import LeftOut, SampleTable, centred_log_ratios, joined
from tmeatlas.lineages import tree
from tmeatlas.quality import GATES
from tmeatlas.results import UNCALLED, Composition, Consensus, Phenotype, Result, Scores, States
from tmeatlas.tl._compare_inputs import Wanted, groups_in_samples, in_samples, mean_table

UNASSIGNED, NOT_CALLED = UNCALLED
CLR = "log ratio (CLR)"
M1_M2 = "M1 minus M2"

AnyResult = TypeVar("AnyResult", bound=Result)


def read_scores(adata: AnnData, wanted: Wanted) -> SampleTable:
    """Mean of each signature in each group and sample."""
    scores = Scores.read(adata, wanted.key)
    unit = scores.unit.split(";")[0] or "score"
    return mean_table(scores.table[scores.scored], unit, groups_in_samples(adata, wanted), wanted)


def read_consensus(adata: AnnData, wanted: Wanted) -> SampleTable:
    """Mean of each consensus in each group and sample."""
    table = Consensus.read(adata, wanted.key).table
    scored = table.loc[:, table.notna().any()]
    return mean_table(scored, "consensus", groups_in_samples(adata, wanted), wanted)


def read_states(adata: AnnData, wanted: Wanted) -> SampleTable:
    """Centred log-ratios of the states within each lineage, and the balance of M1 and M2."""
    states = States.read(adata, wanted.key)
    lineage_key = wanted.groupby or states.record.param("lineage_key") or keys.LINEAGE
    read = read_lineages(adata, lineage_key, argument="groupby").first_level()
    names_of = tuple(tree()[lineage].name for lineage in read.ids)
    lineages = in_samples(adata, wanted, names_of, read.codes)
    n_samples, n_lineages = lineages.sizes.shape
    state = states.state.astype(str).to_numpy(str)
    called = (lineages.codes >= 0) & (state != NOT_CALLED)
    parts = []
    for number, lineage in enumerate(lineages.labels):
        mine = called & (lineages.codes % n_lineages == number)
        names = sorted(set(state[mine]))
        if set(names) <= {UNASSIGNED}:
            continue
        counts = np.zeros((n_samples, len(names)))
        position = {name: i for i, name in enumerate(names)}
        rows = lineages.codes[mine] // n_lineages
        np.add.at(counts, (rows, [position[name] for name in state[mine]]), 1.0)
        table = _log_ratios(counts, names, lineage, wanted)
        parts.append(table.columns_of([i for i, name in enumerate(names) if name != UNASSIGNED]))
    if not parts:
        raise InputError(
            f"No cell of the samples that are compared is in a state in obs[{states.key!r}]. Call "
            "states in data with more cells or genes."
        )
    _, balance = keys.state_columns(states.key)
    if balance in states.cells and states.cells[balance].notna().any():
        values = states.cells[[balance]].set_axis([M1_M2], axis=1)
        table = mean_table(values, "score", lineages, wanted)
        parts.append(table.columns_of(np.flatnonzero(np.isfinite(table.values).any(axis=0))))
    return joined(parts)


def read_composition(adata: AnnData, wanted: Wanted) -> SampleTable:
    """Centred log-ratios of groups among all cells of a sample, and within their lineages."""
    composition = as_asked(Composition.read(adata, wanted.key), wanted)
    table = composition.table.astype({"sample": str, "group": str, "parent": str})
    table = table[table["sample"].isin(wanted.samples)]
    gates = {sample: word for sample, word in composition.gates.items() if sample in wanted.samples}
    apart = set() if _alike(gates, wanted) else set(gates)
    of_gate = (table["parent"] == "") & table["sample"].isin(apart)
    mirrors = _mirror_images(table)
    mirrored = pd.MultiIndex.from_frame(table[["group", "parent"]]).isin(list(mirrors))
    table = table[~mirrored]
    found = wide_table(
        table.assign(unit=CLR),
        {"feature": "group", "group": "parent", "unit": "unit"},
        table["clr"].where((table["total"] >= wanted.min_cells) & ~of_gate),
        wanted,
    )
    left_out = [LeftOut(*each, f"the mirror image of {other!r}") for each, other in mirrors.items()]
    left_out += _sorted_apart({sample: word for sample, word in gates.items() if sample in apart})
    return replace(found, left_out=tuple(left_out))


def _alike(gates: Mapping[str, str], wanted: Wanted) -> bool:
    """Whether all samples were sorted for the same cells: shares within the gate compare."""
    return len(gates) == len(wanted.samples) and len(set(gates.values())) == 1


def _sorted_apart(gates: Mapping[str, str]) -> list[LeftOut]:
    """That sorted samples have no shares of all cells, gate by gate."""
    words = dict.fromkeys(gates.values())
    of_word = {word: [sample for sample in gates if gates[sample] == word] for word in words}
    return [
        LeftOut(f"samples {listing(samples)}", "", f"sorted, no shares of all cells: {word}")
        for word, samples in of_word.items()
    ]


def _mirror_images(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Second group and parent wherever a parent has two groups, and the first of these.

    Their log-ratios are each other's negative, so they are one test and not two.
    """
    groups = table.groupby("parent", sort=False)["group"].unique()
    pairs = {str(parent): names for parent, names in groups.items() if len(names) == 2}
    return {(str(second), parent): str(first) for parent, (first, second) in pairs.items()}


def read_phenotype(adata: AnnData, wanted: Wanted) -> SampleTable:
    """The measures of each sample."""
    phenotype = as_asked(Phenotype.read(adata, wanted.key), wanted)
    text = dict.fromkeys(("sample", "measure", "lineage", "unit"), str)
    table = phenotype.table.astype(text)
    table = table[table["sample"].isin(wanted.samples)]
    names = {"feature": "measure", "group": "lineage", "unit": "unit"}
    found = wide_table(table, names, table["value"], wanted)
    words = table["note"].astype(str).str.partition(":")[0]
    gated = words.isin(GATES)
    gates = dict(zip(table.loc[gated, "sample"], words[gated], strict=True))
    return replace(found, left_out=tuple(_sorted_apart(gates)))


def wide_table(
    rows: pd.DataFrame, names: Mapping[str, str], values: pd.Series, wanted: Wanted
) -> SampleTable:
    """One row per sample and feature as samples × features; `names` has the columns of `rows`."""
    named = pd.DataFrame({name: rows[column].astype(object) for name, column in names.items()})
    features = named.drop_duplicates(["feature", "group"]).reset_index(drop=True)
    place = ["feature", "group"]
    column = pd.MultiIndex.from_frame(features[place]).get_indexer(
        pd.MultiIndex.from_frame(named[place])
    )
    row = pd.Index(wanted.samples).get_indexer(pd.Index(rows["sample"]))
    found = np.full((len(wanted.samples), len(features)), np.nan)
    cells = np.zeros(found.shape, dtype=np.int64)
    found[row, column] = values.to_numpy(np.float64)
    cells[row, column] = rows["cells"].to_numpy(np.int64)
    return SampleTable(features=features, values=found, cells=cells, samples=wanted.samples)


def as_asked(result: AnyResult, wanted: Wanted) -> AnyResult:
    """A result of samples, if it is of the samples and groups that were asked for."""
    if result.sample_key != (wanted.sample_key or ""):
        own = f"Pass {option('sample_key', result.sample_key)}"
        if not result.sample_key:
            own = f"Leave out {option('sample_key')}"
        raise InputError(
            f"The {result.noun} under {result.key!r} is of the samples in "
            f"obs[{result.sample_key!r}], and {option('sample_key', wanted.sample_key)} was asked "
            f"for. {own}, or run {result.call_again(result.key)} again."
        )
    if wanted.groupby not in (None, result.groupby):
        raise InputError(
            f"The {result.noun} is of obs[{result.groupby!r}], and "
            f"{option('groupby', wanted.groupby)} was asked for. Leave out {option('groupby')}, "
            "or run "
            f"{result.call_again(result.key)} with these groups."
        )
    return result


def _log_ratios(
    counts: NDArray[np.float64], names: list[str], lineage: str, wanted: Wanted
) -> SampleTable:
    """Centred log-ratios where the lineage has enough cells in a sample."""
    enough = counts.sum(axis=1, keepdims=True) >= wanted.min_cells
    return SampleTable(
        features=pd.DataFrame({"feature": names, "group": lineage, "unit": CLR}),
        values=np.where(enough, centred_log_ratios(counts), np.nan),
        cells=counts.astype(np.int64),
        samples=wanted.samples,
    )
