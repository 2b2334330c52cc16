"""The commands `demo` and `atlas`: the whole way to the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tmeatlas._method_names import DEFAULT_METHOD
from tmeatlas._progress import report_steps
from tmeatlas._text import counted
from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import command
from tmeatlas.shell._choices import choose_signatures
from tmeatlas.shell._keeping import Keeping, check_keep_path, check_keeps_all
from tmeatlas.shell._options import (
    Again,
    ConditionKey,
    Database,
    GroupBy,
    Input,
    Keep,
    Layer,
    Method,
    MinCells,
    PairedBy,
    PatientKey,
    Reference,
    SampleKey,
    Seed,
    Signatures,
    UseRaw,
)

if TYPE_CHECKING:
    from anndata import AnnData


@command("tmeatlas demo")
def demo(
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The HTML page to write.")
    ] = "tme_demo.html",
    cells: Annotated[
        int, typer.Option(metavar="NUMBER", help="How many cells to simulate.", min=200)
    ] = 3000,
    seed: Seed = 0,
) -> None:
    """Make an atlas of a simulated tumour: see what you would get, without any data."""
    import tmeatlas as tme

    path = writing.check_page_path(output)
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
    writing.told_findings(atlas.findings)
    writing.wrote_page(path)


@command("tmeatlas atlas cells.h5ad -o atlas.html --groupby cell_type --sample-key patient")
def atlas(
    input: Input,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The HTML page to write.")
    ] = "atlas.html",
    groupby: GroupBy = None,
    sample_key: SampleKey = None,
    condition_key: ConditionKey = None,
    reference: Reference = None,
    patient_key: PatientKey = None,
    paired_by: PairedBy = None,
    min_cells: MinCells = 10,
    basis: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Which embedding to draw, such as X_umap or spatial; several, the first to show "
            "first, by the option many times.",
        ),
    ] = None,
    gene: Annotated[
        list[str] | None,
        typer.Option(metavar="GENE", help="A gene to colour by; may be given many times."),
    ] = None,
    obs_key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="A further column of obs to colour by; may be given many times. By default those "
            "that look useful.",
        ),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Title of the page; by default the name of INPUT."),
    ] = None,
    plotlyjs: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A smaller plotly.js for the page, such as plotly-basic.min.js.",
        ),
    ] = None,
    signatures: Signatures = ["core"],  # noqa: B006
    method: Method = DEFAULT_METHOD,
    database: Database = "tme",
    layer: Layer = None,
    use_raw: UseRaw = None,
    seed: Seed = 0,
    again: Again = False,
    keep: Keep = None,
) -> None:
    """Score, find the crosstalk and write the interactive atlas: the whole way in one command.

    Without a column of cell types the groups are the lineages that marker genes tell. Results
    that INPUT has already, as from 'tmeatlas score' or --keep, are not made again.
    """
    import tmeatlas as tme
    from tmeatlas import _keys as keys
    from tmeatlas._going_on import columns_of_lineages_told
    from tmeatlas.atlas import read_library
    from tmeatlas.cells import check_obs_key
    from tmeatlas.methods import resolve

    path = writing.check_page_path(output, input, plotlyjs, signatures, database)
    keep_path = check_keep_path(keep, input, plotlyjs, signatures, database)
    chosen, interactions = choose_signatures(signatures), tme.sig.interactions(database)
    resolve(method)
    if plotlyjs is not None:
        read_library(plotlyjs)
    adata, described = reading.read_cells(input)
    sample_key = reading.choose_sample_key(adata, sample_key, described)
    if condition_key is not None:
        check_obs_key(adata, condition_key, argument="condition_key")
    if groupby is None:
        not_groups = {condition_key, sample_key, patient_key, paired_by, *described}
        not_groups |= columns_of_lineages_told(adata)
        groupby = reading.find_groupby(adata, but=not_groups)
    for key in obs_key or ():
        check_obs_key(adata, key, argument="obs_keys")
    _check_basis(adata, basis)
    check_keeps_all(adata, keep_path, input, use_raw)
    if layer is not None or use_raw:
        ready = reading.prepare(adata, layer=layer, use_raw=use_raw, into_x=True, groupby=groupby)
        adata = ready.adata
    keeping = Keeping(adata, keep_path, of_table=described)
    with report_steps(keeping.step):
        tme.analyse(
            adata,
            groupby,
            sample_key=sample_key,
            condition_key=condition_key,
            reference=reference,
            patient_key=patient_key,
            paired_by=paired_by,
            signatures=chosen,
            method=method,
            database=interactions,
            min_cells=min_cells,
            rng=seed,
            again=again,
        )
    keeping.write()
    with shell.step("Building the page"):
        page = tme.pl.atlas(
            adata,
            groupby=keys.LINEAGE if groupby is None else groupby,
            sample_key=sample_key,
            condition_key=condition_key,
            basis=basis,
            genes=gene or (),
            obs_keys=obs_key,
            title=title,
            plotlyjs=plotlyjs,
        )
        page.write_html(path)
    writing.told_findings(page.findings)
    writing.wrote_page(path)
    keeping.end()


def _check_basis(adata: AnnData, basis: Sequence[str] | None) -> None:
    """Refuse an unknown embedding before any work; some are still to be computed."""
    from tmeatlas.cells import choose_basis

    for name in basis or ():
        if name.removeprefix("X_") not in ("umap", "pca"):
            choose_basis(adata, name)
