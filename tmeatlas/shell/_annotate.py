"""The command `annotate`."""

from __future__ import annotations

from typing import Annotated

import typer

from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import command
from tmeatlas.shell._choices import read_genes_table, read_pairs
from tmeatlas.shell._options import (
    READING,
    Input,
    Label,
    Layer,
    LineageGroupBy,
    Output,
    Overwrite,
    Seed,
    UseRaw,
)


@command("tmeatlas annotate filtered_feature_bc_matrix.h5 -o cells.h5ad")
def annotate(
    input: Input,
    output: Output,
    groupby: LineageGroupBy = None,
    label: Label = None,
    positions: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Table of genes with the columns chromosome, start and end, by which malignant "
            "cells are told; by default those columns of var.",
            rich_help_panel=READING,
        ),
    ] = None,
    layer: Layer = None,
    use_raw: UseRaw = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Tell the lineage of each cell: by the names of its labels, or else by marker genes.

    The table has one row per cell; .h5ad has the lineages in obs['tme_lineage'], which the other
    commands take as --groupby tme_lineage.
    """
    import tmeatlas as tme
    from tmeatlas.results import Lineages

    path = writing.check_result_path(output, input, positions, overwrite=overwrite)
    labels = read_pairs(label, "--label") or None
    table = None if positions is None else read_genes_table(positions, "--positions")
    adata, _ = reading.read_cells(input)
    ready = reading.prepare(
        adata, layer=layer, use_raw=use_raw, groupby=groupby, embed="pca", seed=seed
    )
    with shell.step("Telling the lineages"):
        tme.tl.annotate(
            ready.adata, groupby, labels=labels, positions=table, rng=seed, **ready.matrix
        )
    writing.write_result(ready.adata, Lineages.read(ready.adata).cells.rename_axis("cell"), path)
