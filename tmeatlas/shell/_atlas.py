"""The commands `demo` and `atlas`: the whole way to the page."""

from __future__ import annotations

from typing import Annotated

import typer

from tmeatlas._text import counted
from tmeatlas.methods import DEFAULT_METHOD
from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import (
    ConditionKey,
    GroupBy,
    Input,
    Method,
    MinCells,
    PairedBy,
    PatientKey,
    Reference,
    SampleKey,
    Seed,
    Signatures,
    app,
)


@app.command()
def demo(
    output: Annotated[
        str, typer.Option("--output", "-o", help="The HTML page to write.")
    ] = "tme_demo.html",
    cells: Annotated[int, typer.Option(help="How many cells to simulate.", min=200)] = 3000,
    seed: Seed = 0,
) -> None:
    """Make an atlas of a simulated tumour: see what you would get, without any data."""
    import tmeatlas as tme
    from tmeatlas._files import check_output

    path = check_output(output)
    with shell.step(f"Simulating a tumour of {counted(cells, 'cell')}"):
        adata = tme.datasets.simulated(cells, rng=seed)
    with shell.telling_steps():
        tme.analyse(adata, "cell_type", sample_key="sample", condition_key="condition", rng=seed)
    with shell.step("Building the page"):
        atlas = tme.pl.atlas(
            adata,
            groupby="cell_type",
            sample_key="sample",
            condition_key="condition",
            title="A simulated tumour",
        )
        atlas.write_html(path)
    writing.wrote_page(path)


@app.command()
def atlas(
    input: Input,
    output: Annotated[
        str, typer.Option("--output", "-o", help="The HTML page to write.")
    ] = "atlas.html",
    groupby: GroupBy = None,
    sample_key: SampleKey = None,
    condition_key: ConditionKey = None,
    reference: Reference = None,
    patient_key: PatientKey = None,
    paired_by: PairedBy = None,
    basis: Annotated[
        str | None, typer.Option(help="Which embedding to draw, such as X_umap or spatial.")
    ] = None,
    gene: Annotated[
        list[str] | None, typer.Option(help="A gene to colour by; may be given many times.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the page.")] = None,
    plotlyjs: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A smaller plotly.js for the page, such as plotly-basic.min.js.",
        ),
    ] = None,
    signatures: Signatures = "core",
    method: Method = DEFAULT_METHOD,
    min_cells: MinCells = 10,
    seed: Seed = 0,
) -> None:
    """Score, find the crosstalk and write the interactive atlas: the whole way in one command."""
    import tmeatlas as tme
    from tmeatlas._files import check_output
    from tmeatlas.atlas import read_library
    from tmeatlas.cells import check_obs_key, choose_basis

    path = check_output(output)
    reading.check_scoring(signatures, method)
    if plotlyjs is not None:
        read_library(plotlyjs)
    adata = reading.read_adata(input)
    group_column = reading.choose_groupby(adata, groupby)
    if basis is not None and basis.removeprefix("X_") not in ("umap", "pca"):
        choose_basis(adata, basis)
    for key, argument in ((sample_key, "sample_key"), (condition_key, "condition_key")):
        if key is not None:
            check_obs_key(adata, key, argument=argument)
    with shell.telling_steps():
        tme.analyse(
            adata,
            group_column,
            sample_key=sample_key,
            condition_key=condition_key,
            reference=reference,
            patient_key=patient_key,
            paired_by=paired_by,
            signatures=signatures,
            method=method,
            min_cells=min_cells,
            rng=seed,
        )
    with shell.step("Building the page"):
        page = tme.pl.atlas(
            adata,
            groupby=group_column,
            sample_key=sample_key,
            condition_key=condition_key,
            basis=basis,
            genes=gene or (),
            title=title,
            plotlyjs=plotlyjs,
        )
        page.write_html(path)
    writing.wrote_page(path)
