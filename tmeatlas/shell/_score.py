"""The command `score`."""

from __future__ import annotations

from typing import Annotated

import typer

from tmeatlas._method_names import DEFAULT_METHOD
from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import command
from tmeatlas.shell._choices import choose_signatures
from tmeatlas.shell._keeping import as_in_files
from tmeatlas.shell._options import (
    Input,
    Layer,
    Method,
    MinCoverage,
    Output,
    Overwrite,
    Seed,
    Signatures,
    UseRaw,
)


@command("tmeatlas score cells.h5ad -o scores.csv --signatures caf,treg_pan,mine.gmt")
def score(
    input: Input,
    output: Output,
    signatures: Signatures = ["core"],  # noqa: B006
    method: Method = DEFAULT_METHOD,
    min_coverage: MinCoverage = 0.5,
    cancer_type: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Type of cancer, such as breast, PDAC or other: says which lists were derived in "
            "others. By default what a column such as disease says, if it is one type.",
        ),
    ] = None,
    n_null: Annotated[
        int,
        typer.Option(
            metavar="NUMBER",
            help="Random signatures to compare each with, 19 or more; 0 for none. P-values are in "
            "the .h5ad.",
            min=0,
        ),
    ] = 0,
    layer: Layer = None,
    use_raw: UseRaw = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Score gene signatures in every cell.

    The table has one row per cell and one column per signature; .h5ad has the scores in
    obsm['tme_scores'], and how many genes of each were found in uns['tme_coverage'].
    """
    import tmeatlas as tme
    from tmeatlas._going_on import GoingOn
    from tmeatlas.methods import resolve
    from tmeatlas.results import Scores

    path = writing.check_result_path(output, input, signatures, overwrite=overwrite)
    chosen = choose_signatures(signatures)
    scorer = resolve(method)
    adata, _ = reading.read_cells(input)
    ready = reading.prepare(adata, layer=layer, use_raw=use_raw)
    as_in_files(ready.adata)
    with shell.step("Scoring signatures"):
        GoingOn(ready.adata, again=True).take(
            tme.tl.score,
            chosen,
            method=scorer,
            **ready.matrix,
            min_coverage=min_coverage,
            cancer_type=cancer_type,
            n_null=n_null,
            rng=seed,
        )
    writing.write_result(ready.adata, Scores.read(ready.adata).table.rename_axis("cell"), path)
