"""The command `phenotype`."""

from __future__ import annotations

from typing import Annotated

import typer

from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import Input, SampleKey, Seed, app


@app.command()
def phenotype(
    input: Input,
    output: Annotated[
        str,
        typer.Option("--output", "-o", help="A table (.csv, .tsv) or everything (.h5ad)."),
    ],
    sample_key: SampleKey = None,
    groupby: Annotated[
        str | None,
        typer.Option(help="Column with cell types; by default lineages are told by markers."),
    ] = None,
    bulk: Annotated[
        bool, typer.Option("--bulk", help="Each row is a whole sample, as in bulk RNA-seq.")
    ] = False,
    seed: Seed = 0,
    overwrite: writing.Overwrite = False,
) -> None:
    """Measure each sample, and call it inflamed, desert or excluded-like. Not a diagnostic."""
    import tmeatlas as tme
    from tmeatlas._errors import InputError

    path = writing.check_result_path(output, reads=(input,), overwrite=overwrite)
    if bulk == (sample_key is not None):
        raise InputError(
            "Expected --sample-key with cells, or --bulk with samples as rows, and not both. Pass "
            "the column that says which sample a cell is from."
        )
    adata = reading.read_adata(input)
    with shell.step("Preparing"):
        tme.pp.prepare(adata, groupby=groupby, rng=seed, embed=not bulk and groupby is None)
    if not bulk:
        with shell.step("Telling the lineages"):
            tme.tl.annotate(adata, groupby, rng=seed)
    with shell.step("Measuring the phenotype of samples"):
        tme.tl.phenotype(adata, sample_key=sample_key)
    writing.write_result(adata, tme.get.phenotype(adata), path)
