"""The command `crosstalk`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tmeatlas._guard import warn
from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import command
from tmeatlas.shell._options import (
    DESIGN,
    TISSUE,
    Database,
    GroupBy,
    Input,
    Layer,
    MinCells,
    NNeighbors,
    Output,
    Overwrite,
    Radius,
    SampleKey,
    UseRaw,
)

if TYPE_CHECKING:
    from anndata import AnnData

    from tmeatlas.interactions import Interactions

GONE = {
    "--n-perms": "p-values are exact, nothing is permuted",
    "--seed": "p-values are exact, nothing is drawn at random",
}
"""Options that scripts may still pass, and why they have no effect."""

Together = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Table (.csv, .tsv) of cell types and the microenvironments they are in; only those "
        "that share one are tested.",
    ),
]
Touching = Annotated[
    bool,
    typer.Option(
        "--tissue",
        help="Test only groups that lie beside each other in the tissue.",
        rich_help_panel=TISSUE,
    ),
]


@command("tmeatlas crosstalk cells.h5ad -o talk.csv --groupby cell_type --sample-key patient")
def crosstalk(
    input: Input,
    output: Output,
    groupby: GroupBy = None,
    sample_key: SampleKey = None,
    by_sample: Annotated[
        bool,
        typer.Option(
            "--by-sample", help="Also list the rows of every sample.", rich_help_panel=DESIGN
        ),
    ] = False,
    database: Database = "tme",
    microenvironments: Together = None,
    tissue: Touching = False,
    n_neighbors: NNeighbors = None,
    radius: Radius = None,
    min_cells: MinCells = 10,
    min_fraction: Annotated[
        float,
        typer.Option(
            metavar="0-1", help="Smallest share of a group's cells that show a gene.", min=0, max=1
        ),
    ] = 0.0,
    layer: Layer = None,
    use_raw: UseRaw = None,
    overwrite: Overwrite = False,
    n_perms: Annotated[int | None, typer.Option(hidden=True)] = None,
    seed: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Find which cell types talk to which, over which ligands, receptors and axes.

    Of -o talk.csv, the table of the axes is talk_axes.csv beside it; .h5ad has both. Whether a
    receiver answers is told where the file has scores: pass what 'tmeatlas score' wrote as .h5ad.
    What is mostly ambient RNA is told after 'tmeatlas quality' by the same groups, likewise.
    """
    import tmeatlas as tme

    _say_what_is_gone({"--n-perms": n_perms, "--seed": seed})
    read = (input, database, microenvironments)
    path, *beside = writing.check_result_paths(output, ["axes"], *read, overwrite=overwrite)
    interactions = tme.sig.interactions(database)
    adata, described = reading.read_cells(input)
    sample_key = reading.choose_sample_key(adata, sample_key, described)
    group_column = reading.choose_groupby(adata, groupby, but={sample_key, *described})
    ready = reading.prepare(adata, layer=layer, use_raw=use_raw, groupby=group_column)
    adata = ready.adata
    with shell.step("Finding crosstalk"):
        tme.tl.crosstalk(
            adata,
            group_column,
            database=interactions,
            sample_key=sample_key,
            by_sample=by_sample,
            microenvironments=microenvironments,
            tissue=tissue,
            n_neighbors=n_neighbors,
            radius=radius,
            min_cells=min_cells,
            min_fraction=min_fraction,
            **ready.matrix,
        )
    has_axes = _put_axes_together(adata, interactions, by_sample=by_sample)
    tables = {path: tme.get.crosstalk(adata, sample=None).set_index("source")}
    if has_axes:
        tables |= {each: tme.get.axes(adata, sample=None).set_index("axis") for each in beside}
    writing.write_results(adata, tables)


def _say_what_is_gone(given: dict[str, int | None]) -> None:
    """Options that older scripts still pass are taken, and said to do nothing."""
    for option, value in given.items():
        if value is not None:
            warn(f"{option} has no effect: {GONE[option]}")


def _put_axes_together(adata: AnnData, tested: Interactions, *, by_sample: bool) -> bool:
    """Whether there are axes now; a warning says why not."""
    from tmeatlas._analyse_left_out import LeftOutError
    from tmeatlas._analyse_steps import put_axes_together

    try:
        with shell.step("Putting the axes together"):
            put_axes_together(adata, tested, by_sample=by_sample)
    except LeftOutError as error:
        warn(f"Left out: the axes. {error}")
        return False
    return True
