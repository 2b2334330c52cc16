"""The command `quality`."""

from __future__ import annotations

from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import command
from tmeatlas.shell._options import (
    ConditionKey,
    Input,
    Layer,
    LineageGroupBy,
    LineageKey,
    Output,
    Overwrite,
    SampleKey,
    Seed,
    UseRaw,
)


@command("tmeatlas quality samples.csv -o quality.csv")
def quality(
    input: Input,
    output: Output,
    sample_key: SampleKey = None,
    groupby: LineageGroupBy = None,
    lineage_key: LineageKey = None,
    condition_key: ConditionKey = None,
    layer: Layer = None,
    use_raw: UseRaw = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Tell what kind of sample each is (sorted, ambient, shallow ...), and what that forbids.

    The table has one row per sample, with its remarks and measures; .h5ad marks doublets, too.
    Nothing is filtered.
    """
    import tmeatlas as tme

    path = writing.check_result_path(output, input, overwrite=overwrite)
    adata, described = reading.read_cells(input)
    sample_key = reading.choose_sample_key(adata, sample_key, described)
    ready = reading.prepare(
        adata,
        layer=layer,
        use_raw=use_raw,
        groupby=groupby,
        embed="pca" if groupby is None and lineage_key is None else False,
        seed=seed,
    )
    if lineage_key is None:
        with shell.step("Telling the lineages"):
            tme.tl.annotate(ready.adata, groupby, rng=seed, **ready.matrix)
    with shell.step("Judging the quality of samples"):
        tme.tl.quality(
            ready.adata,
            groupby=groupby,
            sample_key=sample_key,
            condition_key=condition_key,
            lineage_key=lineage_key,
            rng=seed,
            **ready.matrix,
        )
    writing.write_result(ready.adata, tme.get.quality(ready.adata), path)
