"""Every verb says one line: what was read, found and written."""

from __future__ import annotations

import inspect
import logging
import warnings

import made_tissue
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas._log import HINT

VERBS = {
    f"{part}.{name}": getattr(getattr(tme, part), name)
    for part in ("pp", "tl")
    for name in getattr(tme, part).__all__
}
INTERACTIONS = pd.DataFrame(
    {"ligand": ["CXCL12"], "receptor": ["CXCR4"], "axis": ["one"], "role": ["signalling"]}
)
LINES = {
    "pp.prepare": ({"embed": False}, "X looks like raw counts: kept in layers['counts']"),
    "pp.harmonise": ({}, "var['tme_symbol']: 7,503 gene names, none of which needed translating"),
    "tl.annotate": ({"groupby": "cell_type"}, "obs['tme_lineage'] (read X"),
    "tl.score": ({"signatures": ["caf_pan", "treg_pan"]}, "obsm['tme_scores']"),
    "tl.consensus": ({}, "obsm['tme_consensus']"),
    "tl.call_states": ({}, "obs['tme_state'] (read X"),
    "tl.quality": ({"groupby": "cell_type", "sample_key": "sample"}, "on 8 samples: uns["),
    "tl.crosstalk": ({"groupby": "cell_type", "database": INTERACTIONS}, "uns['tme_crosstalk']"),
    "tl.axes": ({"database": INTERACTIONS}, "uns['tme_axes'] (read X"),
    "tl.drivers": ({}, "uns['tme_drivers'] (read X; Expression only"),
    "tl.drug_targets": ({}, "uns['tme_drug_targets'] (read X; Research context, never advice"),
    "tl.composition": ({"groupby": "cell_type", "sample_key": "sample"}, "16 groups in 8 samples"),
    "tl.phenotype": ({"sample_key": "sample", "groupby": "cell_type"}, "for 8 samples: uns["),
    "tl.niches": (
        {"groupby": "cell_type", "sample_key": "sample", "n_niches": 3, "n_shifts": 39},
        "3 niches in 8 sections: uns['tme_niches']",
    ),
    "tl.compare": (
        {
            **{"what": "scores", "groupby": "cell_type", "condition_key": "condition"},
            **{"sample_key": "sample", "reference": "excluded", "min_cells": 1},
        },
        "tested in scores: uns['tme_compare_scores']",
    ),
    "tl.enrich": (
        {"groupby": "cell_type", "method": tme.enrichment.Prerank(n_perms=19)},
        "uns['tme_enrich']",
    ),
    "tl.cellphonedb": (
        {"groupby": "cell_type", "method": tme.cellphonedb.Statistical(n_perms=20)},
        "uns['tme_cellphonedb'] (read X",
    ),
}
"""In an order in which each has what it needs, with options and part of the line."""


def test_no_verb_is_left_out():
    assert set(LINES) == set(VERBS)
    assert all(inspect.isfunction(verb) for verb in VERBS.values())


class Collector(logging.Handler):
    """Keeps what is said, by the verb that runs."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, list[logging.LogRecord]] = {}
        self.verb = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.said.setdefault(self.verb, []).append(record)


@pytest.fixture(scope="module")
def collector():
    """What each verb says, but for CellPhoneDB, from hints on."""
    logger = logging.getLogger("tmeatlas")
    collector, level = Collector(), logger.level
    logger.addHandler(collector)
    logger.setLevel(HINT)
    adata = made_tissue.place(tme.datasets.simulated(300))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for collector.verb, (options, _) in LINES.items():
            if collector.verb != "tl.cellphonedb":
                VERBS[collector.verb](adata, **options)
    yield collector, adata
    logger.removeHandler(collector)
    logger.setLevel(level)


@pytest.mark.parametrize("name", LINES)
def test_each_verb_says_one_line(name, collector, request):
    collector, adata = collector
    options, expected = LINES[name]
    if name == "tl.cellphonedb":  # by default its database is downloaded
        folder = request.getfixturevalue("shared_data") / "crosstalk"
        collector.verb = name
        VERBS[name](adata, **options, database=folder / "cellphonedb-v5.0.0.zip")
    (record,) = collector.said[name]
    assert record.levelno == logging.INFO
    assert expected in record.getMessage()
    assert "\n" not in record.getMessage()


@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
def test_so_does_each_step_of_the_whole_way(caplog):
    caplog.set_level(logging.INFO, logger="tmeatlas")
    tme.analyse(tme.datasets.simulated(300), "cell_type", sample_key="sample")
    written = [record.getMessage() for record in caplog.records]
    keys = ("layers['counts']", "tme_lineage", "tme_quality", "tme_scores", "tme_consensus")
    keys = (*keys, "tme_state", "tme_crosstalk", "tme_axes", "tme_drivers", "tme_drug_targets")
    keys = (*keys, "tme_composition", "tme_phenotype")
    assert [key in line for key, line in zip(keys, written, strict=True)] == [True] * len(keys)
