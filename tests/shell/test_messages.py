"""What commands say of bad input: no Python, and no option that the command does not have."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas.shell import app, main

PYTHON = re.compile(
    r"\badata\b|\btme\.\w|\bsc\.\w|\bpd\.\w|\bscanpy\.\w|\bDataFrame\b|\bnp\.\w"
    r"|\w+=(?=$|[\s'\"`\[({,.)]|None|True|False|\d)"
)
"""Names and calls of Python; `--option=value` is none."""
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
NAMED_COMMAND = re.compile(r"`tmeatlas (\w+)([^`]*)`")


@pytest.mark.parametrize(
    "text",
    [
        "Run tme.tl.score(adata) first",
        "name it with `layer=`",
        "pass method='mean'",
        "Call sc.tl.rank_genes_groups",
        "use_raw=True",
        "labels={'a': 'b'}",
    ],
)
def test_python_is_seen(text):
    assert PYTHON.search(text)


def flags_of(command: str) -> set[str]:
    from typer.main import get_command

    known = get_command(app).commands[command].params
    return {flag for option in known for flag in (*option.opts, *option.secondary_opts)}


def simulated():
    adata = tme.datasets.simulated(300)
    adata.obs["number"] = np.linspace(0, 1, 300)
    adata.obs["one"] = "only"
    adata.obs["nothing"] = np.nan
    adata.obs["strange"] = np.tile(["#1", "#2"], 150)
    adata.obs["each"] = [f"e{i}" for i in range(300)]
    return adata


def as_it_is(adata):
    return adata


def with_negative_values(adata):
    adata.X = np.asarray(adata.X.toarray() - 1, dtype=np.float32)
    return adata


def with_few_negative_values(adata):
    adata.X = np.log1p(adata.X.toarray()).astype(np.float32)
    adata.X[:5, :5] = -0.01
    return adata


def with_nan(adata):
    adata.X = adata.X.astype(np.float32)
    adata.X.data[3] = np.nan
    return adata


def with_roots(adata):
    adata.X = adata.X.sqrt()
    return adata


def without_x(adata):
    adata.X = None
    return adata


def with_numbers_for_genes(adata):
    adata.var_names = [str(i) for i in range(adata.n_vars)]
    return adata


def with_genes_of_mice(adata):
    adata.var_names = [name.capitalize() for name in adata.var_names]
    return adata


def with_genes_in_lower_case(adata):
    adata.var_names = [name.lower() for name in adata.var_names]
    return adata


def with_few_genes(adata):
    adata.raw = adata
    return adata[:, :30].copy()


def with_symbols_in_a_column(adata):
    adata.var["feature"] = adata.var_names
    adata.var_names = [f"gene-{i}" for i in range(adata.n_vars)]
    return adata


def without_cells(adata):
    return adata[:0].copy()


def with_scores_of_other_cells(adata):
    tme.tl.score(adata, "caf_pan")
    adata.obsm["tme_consensus"] = pd.DataFrame({"a": np.ones(300)}, index=adata.obs_names)
    adata.uns["tmeatlas"] = "mine"
    return adata


def with_columns_of_ours(adata):
    adata.obs["tme_caf_pan"] = 1.0
    adata.obs["tme_lineage"] = "mine"
    return adata


CHANGES = [
    *(with_negative_values, with_few_negative_values, with_nan, with_roots, without_x),
    *(with_numbers_for_genes, with_genes_of_mice, with_genes_in_lower_case, with_few_genes),
    *(with_symbols_in_a_column, without_cells, with_scores_of_other_cells, with_columns_of_ours),
]
COMMANDS = {
    "score": ("-o", "out.csv", "--signatures", "caf_pan"),
    "crosstalk": ("-o", "out.csv", "--groupby", "cell_type"),
    "annotate": ("-o", "out.csv", "--groupby", "cell_type"),
    "phenotype": ("-o", "out.csv", "--groupby", "cell_type", "--sample-key", "sample"),
    "quality": ("-o", "out.csv", "--groupby", "cell_type", "--sample-key", "sample"),
    "compare": (
        *("-o", "out.csv", "--what", "composition", "--groupby", "cell_type"),
        *("--sample-key", "sample", "--condition-key", "condition"),
    ),
}
"""A command, and options with which it takes good input."""
BAD_OPTIONS = [
    ("score", "--layer", "count"),
    ("score", "--use-raw"),
    ("score", "--method", "u_cell"),
    ("score", "--method", "mlm", "--signatures", "all"),
    ("score", "--signatures", "caf_pam"),
    ("score", "--signatures", "CXCL12,CXCR4"),
    ("score", "--signatures", "nowhere.gmt"),
    ("score", "--n-null", "5"),
    ("score", "--n-null", "19", "--method", "mlm"),
    ("crosstalk", "--groupby", "donor"),
    ("crosstalk", "--groupby", "number"),
    ("crosstalk", "--groupby", "one"),
    ("crosstalk", "--groupby", "nothing"),
    ("crosstalk", "--groupby", "each"),
    ("crosstalk", "--groupby", "tme_state"),
    ("crosstalk", "--sample-key", "patient"),
    ("crosstalk", "--sample-key", "cell_type"),
    ("crosstalk", "--sample-key", "nothing"),
    ("crosstalk", "--by-sample"),
    ("crosstalk", "--min-cells", "200"),
    ("crosstalk", "--database", "tmee"),
    ("crosstalk", "--database", "nowhere.csv"),
    ("crosstalk", "--use-raw"),
    ("annotate", "--groupby", "celltype"),
    ("annotate", "--groupby", "nothing"),
    ("phenotype", "--sample-key", "donor"),
    ("phenotype", "--sample-key", "nothing"),
    ("phenotype", "--groupby", "strange"),
    ("phenotype", "--bulk"),
    ("quality", "--sample-key", "donor"),
    ("quality", "--sample-key", "nothing"),
    ("quality", "--groupby", "celltype"),
    ("quality", "--lineage-key", "strange"),
    ("quality", "--condition-key", "cell_type"),
    ("compare", "--what", "score"),
    ("compare", "--condition-key", "treatment"),
    ("compare", "--condition-key", "one"),
    ("compare", "--condition-key", "nothing"),
    ("compare", "--condition-key", "cell_type"),
    ("compare", "--condition-key", "sample"),
    ("compare", "--reference", "ctrl"),
    ("compare", "--covariate", "number"),
    ("compare", "--covariate", "condition"),
    ("compare", "--covariate", "each"),
    ("compare", "--method", "wilcoxon"),
    ("compare", "--method", "paired"),
    ("compare", "--paired-by", "sample"),
    ("compare", "--paired-by", "sample", "--method", "welch"),
    ("compare", "--patient-key", "donor"),
    ("compare", "--patient-key", "one"),
    ("compare", "--what", "phenotype", "--groupby", "strange"),
]


@pytest.fixture
def stderr(tmp_path, monkeypatch, capfd):
    """What a command says of a file; options given twice count as they were given last."""
    monkeypatch.chdir(tmp_path)

    def run(command, change, *more) -> str:
        change(simulated()).write_h5ad("cells.h5ad")
        given = [word for word in COMMANDS[command] if not ("--bulk" in more and "sample" in word)]
        with pytest.raises(SystemExit):
            main([command, "cells.h5ad", *given, *more])
        return capfd.readouterr().err

    return run


def check(said: str, command: str) -> None:
    assert not PYTHON.findall(said), said
    for other, options in NAMED_COMMAND.findall(said):
        assert set(FLAG.findall(options)) <= flags_of(other), said
    named = set(FLAG.findall(NAMED_COMMAND.sub("", said)))
    assert named <= flags_of(command) | {"--debug"}, said


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_bad_files(command, change, stderr):
    check(stderr(command, change), command)


@pytest.mark.parametrize("words", BAD_OPTIONS, ids=" ".join)
def test_bad_options(words, stderr):
    command, *more = words
    said = stderr(command, as_it_is, *more)
    assert "Error:" in said or "Warning:" in said or "Usage:" in said
    check(said, command)
