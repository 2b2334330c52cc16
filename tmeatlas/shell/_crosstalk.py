"""The command `crosstalk`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmeatlas._errors import TMEWarning
from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import GroupBy, Input, MinCells, SampleKey, app

if TYPE_CHECKING:
    from anndata import AnnData

    from tmeatlas.interactions import Interactions

GONE = {
    "--n-perms": "p-values are exact, nothing is permuted",
    "--seed": "p-values are exact, nothing is drawn at random",
}
"""Options that scripts may still pass, and why they have no effect."""

Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        help="A table (.csv, .tsv; that of the axes is written beside it) or everything (.h5ad).",
    ),
]
Database = Annotated[
    str,
    typer.Option(
        help="Interactions to test: tme (the built-in axes), cellphonedb, the name of a resource "
        "of LIANA, or a file of your own."
    ),
]


@app.command()
def crosstalk(
    input: Input,
    output: Output,
    groupby: GroupBy = None,
    sample_key: SampleKey = None,
    by_sample: Annotated[
        bool, typer.Option("--by-sample", help="Also list the rows of every sample.")
    ] = False,
    database: Database = "tme",
    layer: Annotated[
        str | None, typer.Option(help="Layer to read instead of the main matrix.")
    ] = None,
    min_cells: MinCells = 10,
    n_perms: Annotated[int | None, typer.Option(hidden=True)] = None,
    seed: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Find which cell types talk to which, over which ligands, receptors and axes.

    Whether a receiver answers is told where the file has scores (tmeatlas score).
    """
    import tmeatlas as tme
    from tmeatlas._files import check_output

    for option, given in (("--n-perms", n_perms), ("--seed", seed)):
        if given is not None:
            warnings.warn(f"{option} has no effect: {GONE[option]}", TMEWarning, stacklevel=1)
    path = check_output(writing.check_result_path(output))
    beside = check_output(axes_path(path))
    interactions = tme.sig.interactions(database)
    adata = reading.read_adata(input)
    group_column = reading.choose_groupby(adata, groupby)
    if layer is None:
        with shell.step("Preparing"):
            tme.pp.prepare(adata, groupby=group_column, embed=False)
    with shell.step("Finding crosstalk"):
        tme.tl.crosstalk(
            adata,
            group_column,
            database=interactions,
            sample_key=sample_key,
            by_sample=by_sample,
            min_cells=min_cells,
            layer=layer,
        )
    with shell.step("Putting the axes together"):
        has_axes = _put_axes_together(adata, interactions, by_sample=by_sample)
    writing.write_result(adata, tme.get.crosstalk(adata, sample=None).set_index("source"), path)
    if has_axes and path.suffix.lower() != ".h5ad":
        writing.write_result(adata, tme.get.axes(adata, sample=None).set_index("axis"), beside)


def _put_axes_together(adata: AnnData, tested: Interactions, *, by_sample: bool) -> bool:
    """Whether there are axes now; a warning says why not."""
    from tmeatlas._analyse_steps import LeftOutError, put_axes_together

    try:
        put_axes_together(adata, tested, by_sample=by_sample)
    except LeftOutError as error:
        warnings.warn(f"Left out: the axes. {error}", TMEWarning, stacklevel=1)
        return False
    return True


def axes_path(path: Path) -> Path:
    """Where the table of axes goes: `talk.csv` has `talk_axes.csv` beside it."""
    return path.with_stem(f"{path.stem}_axes")
