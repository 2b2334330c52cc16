"""The command `cite`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from tmeatlas._outputs import check_output
from tmeatlas._table_text import SEPARATORS, table_parts
from tmeatlas._whole_file import whole_file
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import command
from tmeatlas.shell._console import stdout
from tmeatlas.shell._options import Input

BIBTEX = ".bib"

Bibliography = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="What to write: BibTeX (.bib), or a table with it (.csv, .tsv).",
    ),
]


@command("tmeatlas cite analysed.h5ad -o atlas.bib")
def cite(input: Input, output: Bibliography) -> None:
    """Write what to cite for the results in a file: software, methods, databases, signatures.

    INPUT is what another command or the library wrote, with its results. The lines are printed as
    well.
    """
    import tmeatlas as tme

    reads = writing.files_read(input, ())
    path = check_output(output, endings=(BIBTEX, *SEPARATORS), reads=reads)
    adata, _ = reading.read_cells(input)
    table = tme.get.citations(adata)
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        if path.suffix.lower() == BIBTEX:
            file.write("\n".join(filter(None, table["bibtex"])))
        else:
            file.writelines(table_parts(table, SEPARATORS[path.suffix.lower()], index=False))
    for line in table["citation"]:
        stdout.print(escape(line))
    writing.told_written(path)
