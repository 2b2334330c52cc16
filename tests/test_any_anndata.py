"""Every public function on every kind of legal AnnData: the right result, or an error of ours."""

from __future__ import annotations

import itertools
import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest
from anndata import AnnData
from made_calls import called, clean_cells, functions, unlike
from made_oddities import EDGES, STORAGES, TABLES, Case
from thorough import some_of

from tmeatlas._errors import TMEError, TMEWarning

FIRST = ("pp.harmonise", "pp.prepare", "tl.score", "tl.crosstalk", "tl.annotate")
"""Others read what these give."""
NAMES = list(
    dict.fromkeys([*FIRST, *sorted(functions(), key=lambda name: name[:2] not in ("pp", "tl"))])
)
BASES = {
    "numbers": ("1", "2", "3"),
    "gaps": ("1", "2", "3"),
    "bool": ("False", "True"),
    "dates": ("2020-01-01", "2020-06-30", "2021-02-28"),
}
PAIRS = dict(
    zip(
        (f"{storage}; {table}" for storage, table in zip(STORAGES, itertools.cycle(TABLES))),
        zip(STORAGES.values(), itertools.cycle(TABLES.values())),
        strict=True,
    )
)
"""Each storage with one kind of table: a function that is wrong on one is wrong on the two."""
OFTEN = {"backed CSR", "read_lazy of zarr", "csc_matrix", "dask of CSR"}
"""Storages that are tried in every run."""
USUAL = [pair for pair in PAIRS if pair.partition(";")[0] in OFTEN]


class Outcome(NamedTuple):
    """What a function gave, or how it refused, and what it warned of."""

    given: dict[str, Any] | None
    refused: str
    warned: list[str]


def outcome(name: str, adata: AnnData) -> Outcome:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", TMEWarning)
        try:
            given, refused = called(name, adata, **options(name, adata)), ""
        except TMEError as refusal:
            given, refused = None, str(refusal)
    return Outcome(given, refused, [str(w.message) for w in caught])


def options(name: str, adata: AnnData) -> dict[str, Any]:
    """The group whose enrichment is drawn has another name in each set of groups."""
    return {"group": str(adata.uns["a group"])} if name == "pl.enrich" else {}


def cells(base: str) -> AnnData:
    adata = clean_cells(BASES[base])
    adata.uns["a group"] = BASES[base][1]
    if base == "gaps":
        adata.obs.loc[adata.obs_names[::9], "group"] = np.nan
    return adata


CLEAN: dict[tuple[object, ...], dict[str, Outcome]] = {}
"""What every function gives for clean cells, computed once."""


def of_clean_cells(base: str, clean: Any) -> dict[str, Outcome]:
    if (base, clean) not in CLEAN:
        adata = clean(cells(base))
        CLEAN[base, clean] = {name: outcome(name, adata) for name in NAMES}
    return CLEAN[base, clean]


@pytest.mark.parametrize(("storage", "table"), some_of(PAIRS, USUAL))
def test_every_function_gives_what_clean_cells_give(storage: Case, table: Case, tmp_path):
    right = of_clean_cells(table.base, storage.clean)
    adata = storage.change(table.change(cells(table.base), tmp_path), tmp_path)
    for name in NAMES:
        found = outcome(name, adata)
        if found.given is None:
            allowed = {*storage.refused, *table.refused}
            assert right[name].given is None or name in allowed, (name, found.refused)
            continue
        assert right[name].given is not None, (name, right[name].refused)
        assert unlike(found.given, right[name].given, texts=table.same_text) == [], name
        news = [text for text in found.warned if text not in right[name].warned]
        assert all(table.said and table.said in text for text in news), (name, news)
        assert len(news) <= 1, (name, news)


@pytest.mark.parametrize("change", EDGES.values(), ids=EDGES)
def test_no_function_ends_in_another_packages_error(change, tmp_path):
    """The guard stands aside in tests: an error that is not ours leaves as it is."""
    adata = change(cells("numbers"), tmp_path)
    found = {name: outcome(name, adata) for name in NAMES}
    assert all(each.given is not None or each.refused for each in found.values())


def test_clean_cells_are_read_without_a_warning_of_their_kind():
    found = of_clean_cells("numbers", STORAGES["csr_array"].clean)
    refused = {name: each.refused for name, each in found.items() if each.given is None}
    assert refused == {}
    warned = {name for name, each in found.items() if each.warned}
    # Groups that were dealt out by number mix lineages and have no name of one, and some samples
    # have one of them only.
    assert warned <= {"tl.annotate", "tl.crosstalk", "tl.drivers"}
