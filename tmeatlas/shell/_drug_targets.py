"""The command `drug-targets`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from tmeatlas._errors import CoverageError, InputError
from tmeatlas._guard import warn
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

if TYPE_CHECKING:
    from anndata import AnnData

Rows = Literal["drugs", "expression", "conflicting"]
TABLES: dict[Rows, str] = {
    "drugs": "drug",
    "expression": "drug_target",
    "conflicting": "drug",
}
"""The tables, each with its first column; all but the first get files of their own beside it."""


@command("tmeatlas drug-targets cells.h5ad -o drugs.csv --groupby cell_type --sample-key patient")
def drug_targets(
    input: Input,
    output: Output,
    groupby: GroupBy = None,
    sample_key: SampleKey = None,
    table: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Drugs of your own (.csv, .tsv) with the columns drug, drug_target, action and, "
            "if you like, status with status_date; by default those of tmeatlas.",
        ),
    ] = None,
    lineage_key: LineageKey = None,
    min_cells: MinCells = 10,
    layer: Layer = None,
    use_raw: UseRaw = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """List drugs that aim at what is specific in your cells. Research context, never advice.

    Of -o drugs.csv, drugs_expression.csv beside it has the drug targets by cell type, and
    drugs_conflicting.csv drugs that are left out as their sources conflict; .h5ad has all.
    """
    import tmeatlas as tme

    _, *beside = TABLES
    paths = writing.check_result_paths(output, beside, input, table, overwrite=overwrite)
    drugs = tme.sig.drug_targets(table)
    adata, described = reading.read_cells(input)
    sample_key = reading.choose_sample_key(adata, sample_key, described)
    group_column = reading.choose_groupby(adata, groupby, but={sample_key, *described})
    ready = reading.prepare(adata, layer=layer, use_raw=use_raw, groupby=group_column, embed=False)
    adata = ready.adata
    if lineage_key is None:
        with shell.step("Telling the lineages"):
            tme.tl.annotate(adata, group_column, rng=seed, **ready.matrix)
    _find_programmes_and_states(adata, lineage_key, seed, ready.matrix)
    with shell.step("Finding crosstalk"):
        tme.tl.crosstalk(
            adata, group_column, sample_key=sample_key, min_cells=min_cells, **ready.matrix
        )
    with shell.step("Putting the axes together"):
        tme.tl.axes(adata)
    with shell.step("Holding drugs against the axes"):
        own = None if table is None else drugs
        tme.tl.drug_targets(adata, table=own, lineage_key=lineage_key, **ready.matrix)
    tables = {
        path: tme.get.drug_targets(adata, rows=rows).set_index(index)
        for path, (rows, index) in zip(paths, TABLES.items(), strict=False)
    }
    writing.write_results(adata, tables)


def _find_programmes_and_states(
    adata: AnnData, lineage_key: str | None, seed: int, matrix: reading.Matrix
) -> None:
    """What some drugs aim at beside axes; left out, and said, where the data do not show it."""
    import tmeatlas as tme

    def programmes() -> None:
        tme.tl.score(adata, **matrix)
        tme.tl.consensus(adata)

    def states() -> None:
        own: dict[str, Any] = {} if lineage_key is None else {"lineage_key": lineage_key}
        tme.tl.call_states(adata, rng=seed, **own, **matrix)

    steps: dict[str, Callable[[], None]] = {
        "Scoring programmes": programmes,
        "Calling states within lineages": states,
    }
    for label, run in steps.items():
        try:
            with shell.step(label):
                run()
        except (InputError, CoverageError) as error:
            warn(f"Left out: {label.lower()}. {error}")
