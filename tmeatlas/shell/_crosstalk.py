"""The command `crosstalk`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmeatlas._errors import TMEWarning
from tmeatlas._outputs import check_different
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
    overwrite: writing.Overwrite = False,
    n_perms: Annotated[int | None, typer.Option(hidden=True)] = None,
    seed: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Find which cell types talk to which, over which ligands, receptors and axes.

    Whether a receiver answers is told where the file has scores (tmeatlas score).
    """
    import tmeatlas as tme

    for option, given in (("--n-perms", n_perms), ("--seed", seed)):
        if given is not None:
            warnings.warn(f"{option} has no effect: {GONE[option]}", TMEWarning, stacklevel=1)
    path, beside = _check_outputs(output, (input, database), overwrite=overwrite)
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
    tables = {path: tme.get.crosstalk(adata, sample=None).set_index("source")}
    if has_axes and beside is not None:
        tables[beside] = tme.get.axes(adata, sample=None).set_index("axis")
    writing.write_results(adata, tables)


def _check_outputs(
    output: str, reads: tuple[str, ...], *, overwrite: bool
) -> tuple[Path, Path | None]:
    """Where the interactions go, and where the axes do; None where one file holds both."""
    path = writing.check_result_path(output, reads=reads, overwrite=overwrite)
    if path.suffix.lower() == ".h5ad":
        return path, None
    beside = writing.check_result_path(str(axes_path(path)), reads=reads, overwrite=overwrite)
    check_different(path, beside)
    return path, beside


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
