"""The columns that each kind declares are those that its verb writes and describes."""

from __future__ import annotations

import inspect

import made_up
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas.lr import MODIFIERS
from tmeatlas.results import (
    KINDS,
    Axes,
    CellPhoneDB,
    Column,
    Comparison,
    Composition,
    Consensus,
    Coverage,
    Crosstalk,
    Drivers,
    DrugTargets,
    Enrichment,
    Lineages,
    Niches,
    Phenotype,
    Quality,
    States,
)

TEXT = {"object", "str", "string"}
"""What text is called with pandas 2 and 3."""
BULK = {"signatures": ["caf_pan", "treg_pan"], "min_cells": 5}
TFS = made_up.active_tfs()
RUNS = {
    Crosstalk: [{"sample_key": None}, {"by_sample": True}, {"tissue": True}],
    Axes: [{"by_sample": True}, {}],  # after a crosstalk of samples in tissue, and of neither
    Drivers: [{}],
    DrugTargets: [{}],
    Composition: [{}],
    Phenotype: [{}],
    Quality: [{}],
    Niches: [{}],
    Comparison: [{}, {"what": "composition"}],
    Enrichment: [
        {"method": tme.enrichment.Prerank(n_perms=19)},
        {**BULK, "method": "ssgsea"},
        {**BULK, "method": "gsva", "sample_key": "sample"},
    ],
    CellPhoneDB: [
        {"method": tme.cellphonedb.Statistical(n_perms=20, active_tfs=TFS)},
        {"method": tme.cellphonedb.DEGs(degs=made_up.degs()), "score_interactions": True},
        {"method": "simple"},
    ],
}
each_kind = pytest.mark.parametrize("kind", RUNS, ids=lambda kind: kind.kind)


def test_no_kind_with_columns_is_left_out():
    assert {kind for kind in KINDS if kind.columns} == set(RUNS)


@pytest.fixture(scope="module")
def tables(full, verbs) -> dict[type, list[pd.DataFrame]]:
    """By kind, what the runs write."""
    found: dict[type, list[pd.DataFrame]] = {}
    for kind, runs in RUNS.items():
        for options in runs:
            adata = full(kind).copy()
            if kind is Axes:
                of = {"tissue": True} if options else {"sample_key": None}
                verbs(Crosstalk, adata, **of)
            verbs(kind, adata, **options)
            found.setdefault(kind, []).append(adata.uns[kind.default_key])
    return found


def check_types(table: pd.DataFrame, columns: tuple[Column, ...]) -> None:
    """Every column is declared, in its type; those that are always there are."""
    declared = {column.name: column.dtype for column in columns}
    written = {name: str(dtype) for name, dtype in table.dtypes.items()}
    assert set(written) <= set(declared)
    assert {column.name for column in columns if column.always} <= set(written)
    for name, dtype in written.items():
        assert dtype == declared[name] or {dtype, declared[name]} <= TEXT, name


@each_kind
def test_every_column_is_declared_and_each_declared_one_is_written(kind, tables):
    for table in tables[kind]:
        assert len(table)
        check_types(table, kind.columns)
    written = {name for table in tables[kind] for name in table}
    assert written == {column.name for column in kind.columns}


@each_kind
def test_what_is_always_there_is_in_every_run_and_else_in_some_only(kind, tables):
    everywhere = set.intersection(*(set(table) for table in tables[kind]))
    always = {column.name for column in kind.columns if column.always}
    assert everywhere == always


def test_coverage_and_agreement(tumour):
    plain, drawn = tumour.uns["tme_coverage"], tme.tl.score(tumour, "caf_pan", n_null=19, copy=True)
    check_types(plain, Coverage.columns)
    check_types(drawn.uns["tme_coverage"], Coverage.columns)
    assert set(drawn.uns["tme_coverage"]) == {column.name for column in Coverage.columns}
    for name, columns in (
        ("tme_agreement", Consensus.agreement_columns),
        ("tme_agreement_pairs", Consensus.pair_columns),
    ):
        check_types(tumour.uns[name], columns)
        assert list(tumour.uns[name]) == [column.name for column in columns]


def test_levels(tumour):
    levels = tumour.uns["tme_crosstalk_levels"]
    check_types(levels, Crosstalk.level_columns)
    assert list(levels) == [column.name for column in Crosstalk.level_columns]
    assert len(levels)


@pytest.mark.parametrize(
    ("key", "columns"),
    [
        ("tme_compare_samples", Comparison.sample_columns),
        ("tme_compare_left_out", Comparison.left_out_columns),
        ("tme_compare_rows", Comparison.row_columns),
        ("tme_lineage_groups", Lineages.group_columns),
        ("tme_state_calls", States.call_columns),
        ("tme_phenotype_calls", Phenotype.call_columns),
        ("tme_axes_samples", Axes.sample_columns),
        ("tme_niches_profiles", Niches.profile_columns),
        ("tme_niches_stability", Niches.stability_columns),
        ("tme_drivers_loops", Drivers.loop_columns),
        ("tme_drivers_genes", Drivers.gene_columns),
        ("tme_drug_targets_expression", DrugTargets.expression_columns),
        ("tme_drug_targets_conflicting", DrugTargets.conflicting_columns),
    ],
)
def test_tables_beside(tumour, key, columns):
    table = tumour.uns[key]
    check_types(table, columns)
    assert list(table) == [column.name for column in columns]
    assert len(table)


def test_scores_and_consensus_are_float32(tumour):
    for key in ("tme_scores", "tme_consensus"):
        assert set(tumour.obsm[key].dtypes.astype(str)) == {"float32"}


def named_as(name: str) -> set[str]:
    """How a docstring may name a column: in full, by its ending, or with its role left open."""
    side, _, ending = name.partition("_")
    names = {name}
    if side in ("ligand", "receptor"):
        names |= {ending, f"_{ending}"}
    role = name.removesuffix("_source").removesuffix("_target")
    if role in MODIFIERS:
        names.add(name.replace(role, "<role>"))
    return names


@pytest.mark.parametrize(
    ("verb", "columns"),
    [
        (tme.tl.crosstalk, (*Crosstalk.columns, *Crosstalk.level_columns)),
        (tme.tl.axes, (*Axes.columns, *Axes.sample_columns)),
        (
            tme.tl.drug_targets,
            (
                *(*DrugTargets.columns, *DrugTargets.expression_columns),
                *DrugTargets.conflicting_columns,
            ),
        ),
        (tme.tl.drivers, (*Drivers.columns, *Drivers.loop_columns, *Drivers.gene_columns)),
        (tme.tl.cellphonedb, CellPhoneDB.columns),
        (tme.tl.enrich, Enrichment.columns),
        (
            tme.tl.quality,
            (*Quality.columns, *Quality.remark_columns, *Quality.ambient_columns),
        ),
        (
            tme.tl.niches,
            (*Niches.columns, *Niches.profile_columns, *Niches.stability_columns),
        ),
        (tme.tl.score, Coverage.columns),
        (tme.tl.consensus, (*Consensus.agreement_columns, *Consensus.pair_columns)),
    ],
    ids=lambda of: getattr(of, "__name__", ""),
)
def test_every_column_stands_in_the_docstring(verb, columns):
    text = inspect.getdoc(verb)
    returns = text[text.index("Returns\n---") : text.index("Raises\n---")]
    unnamed = [
        column.name
        for column in columns
        if not any(f"``{name}``" in returns for name in named_as(column.name))
    ]
    assert unnamed == []


@pytest.mark.parametrize(
    "columns",
    [
        *(kind.columns for kind in RUNS),
        *(Crosstalk.level_columns, Coverage.columns, Consensus.agreement_columns),
    ],
    ids=[*(kind.kind for kind in RUNS), "levels", "coverage", "agreement"],
)
def test_every_column_has_one_name_and_a_meaning(columns):
    names = [column.name for column in columns]
    assert len(set(names)) == len(names)
    assert all(column.meaning for column in columns)
