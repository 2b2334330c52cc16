"""The cellphonedb package itself, in a process of its own.

It can hang, or die in a way that no `except` sees: there, that is an error here.
Groups and cells go by numbers, so that no name is read as something else in a
text file; the numbers sort as the names do.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from tmeatlas._errors import CoverageError, DependencyError, TMEError
from tmeatlas._numbers import PEERS_SEEDS
from tmeatlas.cellphonedb import _package_runner as package_runner
from tmeatlas.cellphonedb._cellsign import active_groups
from tmeatlas.cellphonedb._degs import checked_degs
from tmeatlas.cellphonedb._methods import DEGs, Statistical
from tmeatlas.cellphonedb._problem import Problem
from tmeatlas.cellphonedb._stored import Stored
from tmeatlas.cellphonedb._unwide import from_wide
from tmeatlas.interactions import CellPhoneDBTables, read_microenvironments

DECIMALS = 3
"""The package rounds its means to this; what it returns knows no more."""
TIME_LIMIT = 24 * 3600.0
"""Seconds after which the package is taken to hang."""
LAST_LINES = 8
WITHOUT = "Leave `backend` out: the default gives the same numbers."


def solve_with_package(problem: Problem) -> Stored:
    """Run the package and bring what it returns into long tables.

    Raises
    ------
    DependencyError
        The package cannot be imported.
    TMEError
        It failed, died or did not end; with its last lines.
    CoverageError
        It found no interaction.
    """
    with tempfile.TemporaryDirectory(prefix="tmeatlas_cellphonedb_") as name:
        folder = Path(name)
        _write_inputs(problem, folder)
        _run(folder)
        tables = pickle.loads((folder / package_runner.RESULT).read_bytes())
    if not tables:
        raise CoverageError("The cellphonedb package found no interaction in the data.")
    return from_wide(tables, problem.labels)


def _write_inputs(problem: Problem, folder: Path) -> None:
    options, position = problem.options, {name: i for i, name in enumerate(problem.labels)}
    method = options.method
    _write_database(problem.tables, folder / "database.zip")
    sp.save_npz(folder / "values.npz", problem.expression.tocsr())
    (folder / "genes.json").write_text(json.dumps([str(gene) for gene in problem.genes]))
    groups = [group_code(code) for code in problem.codes]
    cells = [f"c{i:010d}" for i in range(len(groups))]
    _write_table(folder / "meta.tsv", {"Cell": cells, "cell_type": groups})
    if options.microenvironments is not None:
        places = read_microenvironments(options.microenvironments, problem.labels)
        within = [(group, at) for at, groups in enumerate(places.values()) for group in groups]
        _write_table(
            folder / "microenvironments.tsv",
            {
                "cell_type": [group_code(position[group]) for group, _ in within],
                "microenvironment": [at for _, at in within],
            },
        )
    if isinstance(method, DEGs):
        degs = checked_degs(method.degs, problem.labels)
        clusters = [group_code(position[name]) for name in degs["cluster"]]
        _write_table(folder / "degs.tsv", {"cluster": clusters, "gene": degs["gene"]})
    if method.active_tfs is not None:
        active = active_groups(method.active_tfs, problem.labels)
        rows = [(group_code(g), tf) for tf, groups_of in active.items() for g in sorted(groups_of)]
        _write_table(
            folder / "active_tfs.tsv",
            {"cluster": [row[0] for row in rows], "TF": [row[1] for row in rows]},
        )
    (folder / package_runner.OPTIONS).write_text(json.dumps(_call_options(problem)))


def _call_options(problem: Problem) -> dict[str, Any]:
    options, method = problem.options, problem.options.method
    call: dict[str, Any] = {
        "counts_data": problem.mapped.identifier,
        "threshold": options.threshold,
        "result_precision": DECIMALS,
        "score_interactions": options.score_interactions,
        "threads": 1,
    }
    if isinstance(method, Statistical):
        # The seed of a shuffle by number means nothing to the package, but repeats there too.
        seed = method.shuffles.seed % PEERS_SEEDS
        call |= {"iterations": method.shuffles.n, "pvalue": method.pvalue, "debug_seed": seed}
    return {"method": method.name, "call": call}


def group_code(code: int | np.integer) -> str:
    """A group's name for the package: sorts as the groups do, and cannot be read as a number."""
    return f"g{code:06d}"


def _write_table(path: Path, columns: Mapping[str, Any]) -> None:
    pd.DataFrame(columns).to_csv(path, sep="\t", index=False)


def _write_database(tables: CellPhoneDBTables, path: Path) -> None:
    files = {
        "gene_table": tables.genes,
        "protein_table": tables.proteins,
        "multidata_table": tables.multidata,
        "complex_table": tables.complexes,
        "complex_composition_table": tables.composition,
        "interaction_table": tables.interactions,
        "gene_synonym_to_gene_name": tables.synonyms,
        "receptor_to_transcription_factor": tables.transcription_factors,
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, table in files.items():
            if table is not None:
                archive.writestr(f"{name}.csv", table.to_csv(index=False))


def _run(folder: Path) -> None:
    # `-P`: the folder of the runner is no place to import from.
    command = [sys.executable, "-P", str(Path(package_runner.__file__)), str(folder)]
    environment = os.environ | {"NUMBA_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        said = error.stdout.decode(errors="replace") if isinstance(error.stdout, bytes) else ""
        raise TMEError(
            f"The cellphonedb package did not end within {TIME_LIMIT:,.0f} seconds. "
            f"{_last_lines(said)} {WITHOUT}"
        ) from error
    if done.returncode == package_runner.NOT_IMPORTABLE:
        raise DependencyError(
            f"The cellphonedb package cannot be imported. {_last_lines(done.stdout)} {WITHOUT} "
            "`python -m pip check` says what it lacks."
        )
    if done.returncode != 0 or not (folder / package_runner.RESULT).is_file():
        raise TMEError(
            f"The cellphonedb package failed (exit code {done.returncode}). "
            f"{_last_lines(done.stdout)} {WITHOUT}"
        )


def _last_lines(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()][-LAST_LINES:]
    return "It said:\n" + "\n".join(lines) + "\n" if lines else "It said nothing."
