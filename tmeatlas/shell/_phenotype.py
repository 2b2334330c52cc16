"""The command `phenotype`."""

from __future__ import annotations

from typing import Annotated

import typer

from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import command
from tmeatlas.shell._choices import read_numbers
from tmeatlas.shell._options import (
    Bulk,
    Input,
    Layer,
    LineageGroupBy,
    Output,
    Overwrite,
    SampleKey,
    Seed,
    UseRaw,
)


@command("tmeatlas phenotype samples.csv -o phenotypes.csv")
def phenotype(
    input: Input,
    output: Output,
    sample_key: SampleKey = None,
    groupby: LineageGroupBy = None,
    bulk: Bulk = False,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=NUMBER",
            help="Another threshold of the call, such as t_cells=0.1; may be given many times.",
        ),
    ] = None,
    layer: Layer = None,
    use_raw: UseRaw = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Measure each sample, and call it inflamed, desert or excluded-like. Not a diagnostic.

    The table has one row per sample, its measures with 95 % intervals, and the call.
    """
    import tmeatlas as tme

    path = writing.check_result_path(output, input, overwrite=overwrite)
    thresholds = read_numbers(threshold, "--threshold") or None
    reading.check_bulk(input, bulk=bulk, sample_key=sample_key)
    adata, described = reading.read_cells(input)
    sample_key = None if bulk else reading.choose_sample_key(sample_key, described)
    ready = reading.prepare(
        adata,
        layer=layer,
        use_raw=use_raw,
        groupby=groupby,
        embed="pca" if not bulk and groupby is None else False,
        seed=seed,
    )
    if not bulk:
        with shell.step("Telling the lineages"):
            tme.tl.annotate(ready.adata, groupby, rng=seed, **ready.matrix)
    with shell.step("Measuring the phenotype of samples"):
        tme.tl.phenotype(ready.adata, sample_key=sample_key, thresholds=thresholds, **ready.matrix)
    writing.write_result(ready.adata, tme.get.phenotype(ready.adata), path)
