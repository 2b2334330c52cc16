"""The command `niches`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import command
from tmeatlas.shell._choices import choose_signatures
from tmeatlas.shell._options import (
    TISSUE,
    Input,
    Layer,
    LineageGroupBy,
    LineageKey,
    NNeighbors,
    Output,
    Overwrite,
    Radius,
    SampleKey,
    Seed,
    Signatures,
    UseRaw,
)

if TYPE_CHECKING:
    from anndata import AnnData

    from tmeatlas.sig import SignatureSet

Number = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        help="How many niches to find; chosen by their stability if not given.",
        min=2,
        rich_help_panel=TISSUE,
    ),
]
Shifts = Annotated[
    int,
    typer.Option(
        metavar="NUMBER",
        help="How often the tissue is moved for p-values.",
        min=39,
        rich_help_panel=TISSUE,
    ),
]


@command("tmeatlas niches sections.csv -o niches.csv --groupby cell_type --sample-key section")
def niches(
    input: Input,
    output: Output,
    groupby: LineageGroupBy = None,
    sample_key: SampleKey = None,
    lineage_key: LineageKey = None,
    n_neighbors: NNeighbors = None,
    radius: Radius = None,
    n_niches: Number = None,
    n_shifts: Shifts = 999,
    signatures: Signatures = ["core"],  # noqa: B006
    layer: Layer = None,
    use_raw: UseRaw = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Find the niches of tissue, and what lies beside what in each section.

    The table has one row per section and measure; .h5ad has the niche of each cell, too. Places
    of cells or spots are read from obsm["spatial"]; genes are not needed.
    """
    import tmeatlas as tme
    from tmeatlas.cells import read_tissue

    path = writing.check_result_path(output, input, signatures, overwrite=overwrite)
    chosen = choose_signatures(signatures)
    adata, described = reading.read_cells(input)
    sample_key = reading.choose_sample_key(adata, sample_key, described)
    read_tissue(adata, sample_key)  # before the work, as nothing can be done without
    matrix = reading.ANY
    if adata.n_vars:
        ready = reading.prepare(
            adata,
            layer=layer,
            use_raw=use_raw,
            groupby=groupby,
            embed="pca" if groupby is None and lineage_key is None else False,
            seed=seed,
        )
        adata, matrix = ready.adata, ready.matrix
        _tell_programmes(adata, groupby, lineage_key, chosen, matrix, seed=seed)
    with shell.step("Finding niches in the tissue"):
        tme.tl.niches(
            adata,
            groupby,
            sample_key=sample_key,
            n_neighbors=n_neighbors,
            radius=radius,
            n_niches=n_niches,
            lineage_key=lineage_key,
            n_shifts=n_shifts,
            rng=seed,
            **matrix,
        )
    writing.write_result(adata, tme.get.niches(adata), path)


def _tell_programmes(
    adata: AnnData,
    groupby: str | None,
    lineage_key: str | None,
    chosen: SignatureSet,
    matrix: reading.Matrix,
    *,
    seed: int,
) -> None:
    """Lineages where nobody named them, and the programmes around each cell or spot."""
    import tmeatlas as tme

    if groupby is None and lineage_key is None:
        with shell.step("Telling the lineages"):
            tme.tl.annotate(adata, rng=seed, **matrix)
    with shell.step("Scoring signatures"):
        tme.tl.score(adata, chosen, **matrix)
        tme.tl.consensus(adata)
