"""The command `score`."""

from __future__ import annotations

from typing import Annotated

import typer

from tmeatlas.methods import DEFAULT_METHOD
from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import Input, Method, Signatures, app


@app.command()
def score(
    input: Input,
    output: Annotated[
        str, typer.Option("--output", "-o", help="A table (.csv, .tsv) or everything (.h5ad).")
    ],
    signatures: Signatures = "core",
    method: Method = DEFAULT_METHOD,
    layer: Annotated[
        str | None, typer.Option(help="Layer to score instead of the main matrix.")
    ] = None,
    min_coverage: Annotated[
        float, typer.Option(help="Smallest share of a signature's genes.", min=0, max=1)
    ] = 0.5,
    overwrite: writing.Overwrite = False,
) -> None:
    """Score gene signatures in every cell and write the scores."""
    import tmeatlas as tme
    from tmeatlas.results import Scores

    path = writing.check_result_path(output, reads=(input, signatures), overwrite=overwrite)
    reading.check_scoring(signatures, method)
    adata = reading.read_adata(input)
    if layer is None:
        with shell.step("Preparing"):
            tme.pp.prepare(adata, embed=False)
    with shell.step("Scoring signatures"):
        tme.tl.score(adata, signatures, method=method, layer=layer, min_coverage=min_coverage)
    writing.write_result(adata, Scores.read(adata).table, path)
