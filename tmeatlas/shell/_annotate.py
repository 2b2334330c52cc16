"""The command `annotate`."""

from __future__ import annotations

from typing import Annotated

import typer

from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import Input, Seed, app


@app.command()
def annotate(
    input: Input,
    output: Annotated[
        str, typer.Option("--output", "-o", help="A table (.csv, .tsv) or everything (.h5ad).")
    ],
    groupby: Annotated[
        str | None,
        typer.Option(help="Column with cell types or clusters, to be read as lineages."),
    ] = None,
    seed: Seed = 0,
    overwrite: writing.Overwrite = False,
) -> None:
    """Tell the lineage of each cell: by the names of its labels, or else by marker genes."""
    import tmeatlas as tme
    from tmeatlas.results import Lineages

    path = writing.check_result_path(output, reads=(input,), overwrite=overwrite)
    adata = reading.read_adata(input)
    with shell.step("Preparing"):
        tme.pp.prepare(adata, groupby=groupby, rng=seed)
    with shell.step("Telling the lineages"):
        tme.tl.annotate(adata, groupby, rng=seed)
    writing.write_result(adata, Lineages.read(adata).cells, path)
