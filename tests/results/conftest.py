"""Data with every kind of result, written by the verbs."""

from __future__ import annotations

import warnings

import made_tissue
import made_up
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import TMEWarning
from tmeatlas.results import (
    Axes,
    CellPhoneDB,
    Comparison,
    Composition,
    Consensus,
    Crosstalk,
    Drivers,
    DrugTargets,
    Enrichment,
    Lineages,
    Niches,
    Phenotype,
    Quality,
    Scores,
    States,
)


@pytest.fixture(scope="session")
def verbs(tmp_path_factory):
    """By kind, the call that makes it; quick, as nobody looks at p-values here."""
    database = made_up.write_database(tmp_path_factory.mktemp("made_up") / "database.zip")
    few = tme.cellphonedb.Statistical(n_perms=20)
    prerank = tme.enrichment.Prerank(n_perms=19)
    calls = {
        Scores: (tme.tl.score, {}),
        Consensus: (tme.tl.consensus, {}),
        Lineages: (tme.tl.annotate, {"groupby": "cell_type"}),
        States: (tme.tl.call_states, {"lineage_key": "cell_type", "n_null": 19}),
        Quality: (tme.tl.quality, {"groupby": "cell_type", "sample_key": "sample"}),
        Crosstalk: (
            tme.tl.crosstalk,
            {"groupby": "cell_type", "sample_key": "sample", "min_cells": 3},
        ),
        Axes: (tme.tl.axes, {}),
        Drivers: (tme.tl.drivers, {}),
        DrugTargets: (tme.tl.drug_targets, {}),
        Composition: (tme.tl.composition, {"groupby": "cell_type", "sample_key": "sample"}),
        Phenotype: (tme.tl.phenotype, {"groupby": "cell_type", "sample_key": "sample"}),
        Niches: (
            tme.tl.niches,
            {"groupby": "cell_type", "sample_key": "sample", "n_shifts": 39},
        ),
        Comparison: (
            tme.tl.compare,
            {
                **{"what": "crosstalk", "condition_key": "condition", "sample_key": "sample"},
                **{"reference": "excluded", "min_cells": 3, "key_added": "tme_compare"},
            },
        ),
        CellPhoneDB: (
            tme.tl.cellphonedb,
            {"groupby": "group", "database": database, "method": few},
        ),
        Enrichment: (
            tme.tl.enrich,
            {"groupby": "cell_type", "signatures": ["caf_pan"], "method": prerank},
        ),
    }

    def call(kind, adata: AnnData, **options):
        verb, usual = calls[kind]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TMEWarning)
            return verb(adata, **usual | options)

    return call


@pytest.fixture(scope="session")
def full(verbs):
    """By kind, cells with a result of this kind and all others that their genes allow."""
    tumour, made = made_tissue.place(tme.datasets.simulated(300)), made_up.cells()
    tme.pp.prepare(tumour, embed=False)
    for kind in (
        *(Scores, Consensus, Lineages, States, Quality, Crosstalk, Axes, Drivers, DrugTargets),
        *(Composition, Phenotype, Niches, Comparison, Enrichment),
    ):
        verbs(kind, tumour)
    verbs(CellPhoneDB, made)
    return lambda kind: made if kind is CellPhoneDB else tumour


@pytest.fixture
def kept(full):
    """A copy of these cells."""
    return lambda kind: full(kind).copy()


@pytest.fixture(scope="session")
def tumour(full) -> AnnData:
    """300 simulated cells with every result but CellPhoneDB's; not to be changed."""
    return full(Scores)
