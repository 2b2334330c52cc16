"""The command `crosstalk`."""

from __future__ import annotations

from typing import Annotated

import typer

from tmeatlas.shell import _console as shell
from tmeatlas.shell._app import GroupBy, Input, MinCells, NPerms, SampleKey, Seed, app


@app.command()
def crosstalk(
    input: Input,
    output: Annotated[
        str, typer.Option("--output", "-o", help="A table (.csv, .tsv) or everything (.h5ad).")
    ],
    groupby: GroupBy = None,
    sample_key: SampleKey = None,
    by_sample: Annotated[
        bool, typer.Option("--by-sample", help="Test every sample by itself as well.")
    ] = False,
    n_perms: NPerms = 10_000,
    min_cells: MinCells = 10,
    seed: Seed = 0,
) -> None:
    """Find which cell types talk to which, over which ligand and receptor."""
    import tmeatlas as tme
    from tmeatlas._files import check_output

    path = check_output(shell.check_result_path(output))
    adata = shell.read_adata(input)
    group_column = shell.choose_groupby(adata, groupby)
    with shell.step("Preparing"):
        tme.pp.prepare(adata, groupby=group_column, embed=False)
    with shell.step("Finding crosstalk"):
        tme.tl.crosstalk(
            adata,
            group_column,
            sample_key=sample_key,
            by_sample=by_sample,
            n_perms=n_perms,
            min_cells=min_cells,
            rng=seed,
        )
    shell.write_result(adata, tme.get.crosstalk(adata, sample=None).set_index("source"), path)
