"""What the commands write: tables and whole AnnDatas, and the line that says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from tmeatlas._errors import InputError
from tmeatlas._files import whole_file
from tmeatlas._text import FORMULA_SIGNS
from tmeatlas.shell._console import stdout

if TYPE_CHECKING:
    import pandas as pd
    from anndata import AnnData


def write_result(adata: AnnData, table: pd.DataFrame, path: Path) -> None:
    """Write the whole AnnData (.h5ad) or the table of a result (.csv, .tsv)."""
    ending = path.suffix.lower()
    with whole_file(path) as temporary:
        if ending == ".h5ad":
            adata.write_h5ad(temporary)
        else:
            separator = "," if ending == ".csv" else "\t"
            safe = _safe_for_spreadsheets(table)
            safe.to_csv(temporary, sep=separator, lineterminator="\n")
    stdout.print(f"Wrote {escape(str(path))}")


def _safe_for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would run as a formula, behind an apostrophe; numbers stay."""
    import numpy as np
    import pandas as pd

    def safe(value: object) -> object:
        runs = isinstance(value, str) and value.startswith(FORMULA_SIGNS)
        return f"'{value}" if runs else value

    guarded = table.copy()
    for name in guarded.columns:
        if not pd.api.types.is_numeric_dtype(guarded[name].dtype):
            guarded[name] = np.array([safe(value) for value in guarded[name]], dtype=object)
    guarded.index = pd.Index([safe(value) for value in guarded.index], name=table.index.name)
    return guarded


def check_result_path(path: str) -> Path:
    """An output path whose ending says what to write there."""
    if Path(path).suffix.lower() not in (".h5ad", ".csv", ".tsv"):
        raise InputError(f"Expected an output ending in .h5ad, .csv or .tsv, found {path!r}.")
    return Path(path)


def wrote_page(path: object) -> None:
    """Say which page was written, and how large it is."""
    page = Path(str(path))
    size = page.stat().st_size / 1e6
    stdout.print(f"Wrote {escape(str(page))} ({size:.1f} MB): open it in any browser.")
