"""What the commands write: tables, whole AnnDatas and pages, and the line that says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from tmeatlas._errors import InputError, TMEError
from tmeatlas._outputs import check_different, check_output
from tmeatlas._stores import STORE
from tmeatlas._table_text import SEPARATORS, table_parts
from tmeatlas._text import UNSEEN
from tmeatlas._whole_file import whole_file, whole_store
from tmeatlas.shell._console import stdout

if TYPE_CHECKING:
    import pandas as pd
    from anndata import AnnData

WHOLE = (".h5ad", STORE)
"""Endings of what holds the cells with all that was found."""
RESULTS = (*WHOLE, *SEPARATORS)
PAGES = (".html",)

Given = str | Sequence[str] | None
"""The value of an option that may name files to read."""


def check_result_path(path: str, cells: str, *others: Given, overwrite: bool = False) -> Path:
    """An output path whose ending says what to write there, and that can be written.

    It is neither the file of the cells nor one that another option names, unless `overwrite`.
    """
    return check_output(path, endings=RESULTS, reads=files_read(cells, others), overwrite=overwrite)


def check_result_paths(
    path: str, beside: Iterable[str], cells: str, *others: Given, overwrite: bool = False
) -> list[Path]:
    """The output path, and those of further tables beside it: talk.csv and talk_axes.csv.

    One .h5ad or .zarr holds all of them.
    """
    paths = [check_result_path(path, cells, *others, overwrite=overwrite)]
    if paths[0].suffix.lower() in WHOLE:
        return paths
    for name in beside:
        further = str(paths[0].with_stem(f"{paths[0].stem}_{name}"))
        paths.append(check_result_path(further, cells, *others, overwrite=overwrite))
        check_different(paths[0], paths[-1])
    return paths


def check_page_path(path: str, cells: str | None = None, *others: Given) -> Path:
    """An output path for a page: it ends in .html, and is nothing that the command reads."""
    return check_output(path, endings=PAGES, reads=files_read(cells, others))


def files_read(cells: str | None, others: Iterable[Given]) -> list[str | Path]:
    """All that may be a file to read, the cells first; what is none is never the output."""
    from tmeatlas.readers import files_of_table

    found: list[str | Path] = [] if cells is None else [cells, *files_of_table(cells)]
    for given in others:
        for text in [given] if isinstance(given, str) else given or ():
            found += [text, *(part.strip() for part in text.split(","))]
    return [each for each in found if each]


def write_result(adata: AnnData, table: pd.DataFrame, path: Path) -> None:
    """Write the whole AnnData (.h5ad, .zarr) or the table of a result (.csv, .tsv)."""
    write_results(adata, {path: table})


def write_results(adata: AnnData, tables: Mapping[Path, pd.DataFrame]) -> None:
    """Write each table, or the whole AnnData, to its path; all of them, or none."""
    with ExitStack() as files:
        for path, table in tables.items():
            ending = path.suffix.lower()
            whole = whole_store if ending == STORE else whole_file
            temporary = files.enter_context(whole(path))
            if ending in SEPARATORS:
                with temporary.open("w", encoding="utf-8", newline="") as file:
                    file.writelines(table_parts(table, SEPARATORS[ending]))
            else:
                _write_whole(adata, temporary, path)
    for path in tables:
        told_written(path)


def told_written(path: Path) -> None:
    """Say which file was written."""
    stdout.print(f"Wrote {_shown(path)}")


def write_whole(adata: AnnData, path: Path) -> None:
    """Write the whole AnnData, or nothing."""
    with whole_file(path) as temporary:
        _write_whole(adata, temporary, path)


def wrote_page(path: Path) -> None:
    """Say which page was written, and how large it is."""
    size = path.stat().st_size / 1e6
    stdout.print(f"Wrote {_shown(path)} ({size:.1f} MB): open it in any browser.")


def told_findings(findings: pd.DataFrame) -> None:
    """What was found, a line each, before the line on the page."""
    for row in findings.to_dict("records"):
        stdout.print(escape(f"{row['headline']} ({row['confidence']}). {row['text']}"))


def _write_whole(adata: AnnData, temporary: Path, path: Path) -> None:
    from tmeatlas._h5ad import write_h5ad
    from tmeatlas._zarr import write_zarr

    try:
        (write_zarr if path.suffix.lower() == STORE else write_h5ad)(adata, temporary)
    except (OSError, TMEError):
        raise
    except Exception as error:
        raise InputError(f"This AnnData cannot be written as {path.name!r}: {error}") from error


def _shown(path: Path) -> str:
    """A path as it is printed: names that hold what cannot be seen are quoted."""
    text = str(path)
    return escape(repr(text) if UNSEEN.search(text) or not _is_utf8(text) else text)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
