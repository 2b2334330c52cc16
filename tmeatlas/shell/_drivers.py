"""The command `drivers`."""

from __future__ import annotations

from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import command
from tmeatlas.shell._options import (
    GroupBy,
    Input,
    Layer,
    LineageKey,
    MinCells,
    Output,
    Overwrite,
    SampleKey,
    Seed,
    UseRaw,
)

TABLES = {"groups": "group", "loops": "loop", "genes": "gene"}
"""The tables, each with its first column; all but the first get files of their own beside it."""


@command("tmeatlas drivers cells.h5ad -o drivers.csv --groupby cell_type --sample-key patient")
def drivers(
    input: Input,
    output: Output,
    groupby: GroupBy = None,
    sample_key: SampleKey = None,
    lineage_key: LineageKey = None,
    min_cells: MinCells = 10,
    layer: Layer = None,
    use_raw: UseRaw = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Rank cell types by the axes between them; look for chains that reviews describe.

    Of -o drivers.csv, the chains are drivers_loops.csv beside it, and which programmes PD-L1 and
    VEGF-A follow drivers_genes.csv; .h5ad has all. What expression shows, and no more.
    """
    import tmeatlas as tme

    _, *beside = TABLES
    paths = writing.check_result_paths(output, beside, input, overwrite=overwrite)
    adata, described = reading.read_cells(input)
    sample_key = reading.choose_sample_key(adata, sample_key, described)
    group_column = reading.choose_groupby(adata, groupby, but={sample_key, *described})
    ready = reading.prepare(adata, layer=layer, use_raw=use_raw, groupby=group_column, embed=False)
    adata = ready.adata
    if lineage_key is None:
        with shell.step("Telling the lineages"):
            tme.tl.annotate(adata, group_column, rng=seed, **ready.matrix)
    with shell.step("Finding crosstalk"):
        tme.tl.crosstalk(
            adata, group_column, sample_key=sample_key, min_cells=min_cells, **ready.matrix
        )
    with shell.step("Putting the axes together"):
        tme.tl.axes(adata)
    with shell.step("Ranking the groups, looking for loops"):
        tme.tl.drivers(adata, lineage_key=lineage_key, **ready.matrix)
    tables = {
        path: tme.get.drivers(adata, what).set_index(index)
        for path, (what, index) in zip(paths, TABLES.items(), strict=False)
    }
    writing.write_results(adata, tables)
