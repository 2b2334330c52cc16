"""Calls the cellphonedb package on the files of a folder; run as a script, by `package.py`."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path
from typing import Any

OPTIONS, RESULT = "options.json", "result.pickle"
NOT_IMPORTABLE = 3
"""Exit status where the package, or one that it needs, cannot be imported."""


def run(folder: Path) -> None:
    """Read the inputs, call the method, and keep the tables that it returns."""
    import pandas as pd
    import scipy.sparse as sp

    options = json.loads((folder / OPTIONS).read_text())
    meta = pd.read_csv(folder / "meta.tsv", sep="\t")
    genes = json.loads((folder / "genes.json").read_text())
    values = sp.load_npz(folder / "values.npz").T.toarray()
    counts = folder / "counts.pickle"  # the one format that holds any name of a gene
    pd.DataFrame(values, index=genes, columns=meta["Cell"].to_list()).to_pickle(counts)
    paths = {
        "microenvs_file_path": folder / "microenvironments.tsv",
        "degs_file_path": folder / "degs.tsv",
        "active_tfs_file_path": folder / "active_tfs.tsv",
    }
    result = _method(options["method"]).call(
        cpdb_file_path=str(folder / "database.zip"),
        meta_file_path=str(folder / "meta.tsv"),
        counts_file_path=str(counts),
        output_path=str(folder / "output"),
        output_suffix="result",
        **{name: str(path) for name, path in paths.items() if path.is_file()},
        **options["call"],
    )
    # Where there is nothing to tell, the package returns the class instead of an empty table.
    tables = {name: t for name, t in result.items() if isinstance(t, pd.DataFrame)}
    (folder / RESULT).write_bytes(pickle.dumps(tables))


def _method(name: str) -> Any:
    from cellphonedb.src.core.methods import (
        cpdb_analysis_method,
        cpdb_degs_analysis_method,
        cpdb_statistical_analysis_method,
    )

    return {
        "simple": cpdb_analysis_method,
        "statistical": cpdb_statistical_analysis_method,
        "degs": cpdb_degs_analysis_method,
    }[name]


if __name__ == "__main__":
    try:
        run(Path(sys.argv[1]))
    except ImportError as failed:
        sys.stderr.write(f"{type(failed).__name__}: {failed}\n")
        sys.exit(NOT_IMPORTABLE)
