"""Freeze what the cellphonedb package computes, so that parity is tested without it.

    python tests/reference/make_cellphonedb.py

The database and the data are those of `tests/made/made_up.py`; nothing of
CellPhoneDB's own data is kept. The package runs with one thread. All tables go
to `cellphonedb.zip` as CSV, with the versions it was made with. Needs
scikit-learn before 1.9 and pandas before 3, with which the package can score.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

os.environ["NUMBA_NUM_THREADS"] = "1"

import pandas as pd
from cellphonedb.src.core.methods import (
    cpdb_analysis_method,
    cpdb_degs_analysis_method,
    cpdb_statistical_analysis_method,
)

HERE = Path(__file__).parent
OUTPUT = HERE / "cellphonedb.zip"
METHODS = {
    "simple": cpdb_analysis_method,
    "statistical": cpdb_statistical_analysis_method,
    "degs": cpdb_degs_analysis_method,
}
FILES = {
    "degs": "degs_file_path",
    "microenvironments": "microenvs_file_path",
    "active_tfs": "active_tfs_file_path",
}
PACKAGES = ("cellphonedb", "numpy", "pandas", "numpy-groupies", "numba", "scikit-learn")
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date of all files in the zip, so that the same tables make the same file."""


def made_up():
    """The module with the data, which is no package to import from."""
    path = HERE.parent / "made" / "made_up.py"
    spec = importlib.util.spec_from_file_location("made_up", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def call(identifier: str, options: dict, data, folder: Path) -> dict[str, pd.DataFrame]:
    """Run the package with our options, by its own names for them."""
    options = dict(options)
    adata = data.cells(identifier)
    adata.obs["group"].rename("cell_type").rename_axis("Cell").to_csv(folder / "meta.tsv", sep="\t")
    arguments = {}
    for name, argument in FILES.items():
        if name in options:
            path = folder / f"{name}.tsv"
            options.pop(name).to_csv(path, sep="\t", index=False)
            arguments[argument] = str(path)
    if "n_perms" in options:
        arguments["iterations"] = options.pop("n_perms")
    result = METHODS[options.pop("method", "statistical")].call(
        cpdb_file_path=str(data.write_database(folder / "database.zip")),
        meta_file_path=str(folder / "meta.tsv"),
        counts_file_path=adata,
        counts_data=identifier,
        output_path=str(folder),
        threads=1,
        **arguments,
        **options,
    )
    return {name: table for name, table in result.items() if isinstance(table, pd.DataFrame)}


def main() -> None:
    """Run everything and write the zip."""
    data = made_up()
    with zipfile.ZipFile(OUTPUT, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, text: str) -> None:
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), text, zipfile.ZIP_DEFLATED)

        for run, (identifier, options) in data.runs().items():
            with tempfile.TemporaryDirectory() as folder:
                for name, table in call(identifier, options, data, Path(folder)).items():
                    add(f"{run}/{name}.csv", table.to_csv())
        versions = {name: version(name) for name in PACKAGES} | {"python": sys.version.split()[0]}
        add("versions.json", json.dumps(versions, indent=1))


if __name__ == "__main__":
    main()
