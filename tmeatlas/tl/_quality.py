"""What kind of sample each one is: sorted, ambient, doublet-rich, shallow or confounded."""

from __future__ import annotations

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._numbers import PEERS_SEEDS, read_seed
from tmeatlas.matrix import open_matrix
from tmeatlas.methods import DEFAULT_METHOD, resolve
from tmeatlas.results import Quality
from tmeatlas.tl._quality_evidence import read_evidence
from tmeatlas.tl._quality_foreign import read_foreign
from tmeatlas.tl._quality_inputs import read_judged
from tmeatlas.tl._quality_judging import judge_conditions, judge_samples
from tmeatlas.tl._quality_tables import ambient_table, measure_table, remark_table
from tmeatlas.tl._quality_told import tell
from tmeatlas.tl._whole_samples import refuse_whole_samples

STEP = "tl.quality"


def quality(
    adata: AnnData,
    *,
    groupby: str | None = None,
    sample_key: str | None = None,
    condition_key: str | None = None,
    lineage_key: str | None = None,
    layer: str | None = None,
    use_raw: bool | None = None,
    key_added: str = keys.QUALITY,
    rng: int | np.random.Generator = 0,
    copy: bool = False,
) -> AnnData | None:
    """Tell what kind of sample each one is, and what that forbids.

    Each sample is measured, and a remark is made where something is wrong or
    special about it, with the numbers behind it and what then means nothing. A
    sample without a remark is as tumours usually are. Nothing is filtered; cells
    that look like doublets are marked, and ``adata[~adata.obs["tme_quality_doublet"]]``
    leaves them out. `docs/quality.md` has every measure, its limit and where that is
    from.

    Parameters
    ----------
    adata
        Cells × genes.
    groupby
        Column of `obs` with the groups, such as cell types, whose depth and ambient RNA
        are told; by default the lineages of :func:`tmeatlas.tl.annotate`, if it ran.
    sample_key
        Column of `obs` with the sample of each cell. Without it all cells are one sample.
    condition_key
        Column of `obs` with the condition of each sample: what goes with it, such as
        depth, is told.
    lineage_key
        Column of `obs` with the lineages of the cells; by default those of
        :func:`tmeatlas.tl.annotate`, or else those that the names of the groups say. Where
        none are known, which cells were sorted and what is ambient are not judged.
    layer
        Key of `adata.layers` to read. By default `X`, or `adata.raw` if `X` is scaled.
        Depth, ambient RNA and doublets are read from counts: those,
        ``layers["counts"]``, or another layer or raw that holds counts. Where there are
        none they are not judged.
    use_raw
        ``True`` reads `adata.raw`; ``False`` never does.
    key_added
        Where to write.
    rng
        Seed of the simulated doublets and of the random signatures, or a random generator
        from which one is drawn.
    copy
        Return a copy instead of changing `adata`.

    Returns
    -------
    ``None``, or the changed copy if ``copy=True``. Writes

    ``uns["tme_quality"]`` : DataFrame, one row per sample and measure
        ``sample`` ("all cells" without `sample_key`), ``measure`` (id), ``value``,
        ``low``, ``high`` (95 % interval; NaN where there is none), ``unit``, ``cells``
        that it rests on, ``group`` (empty: all of the sample), ``note`` (why it cannot be
        read), ``name`` of the measure. The key is `key_added`.
    ``uns["tme_quality_remarks"]`` : DataFrame, one row per sample and remark
        ``sample`` (empty where the remark is on conditions), ``remark``, ``reason``,
        ``forbids``. A clean sample has none.
    ``uns["tme_quality_ambient"]`` : DataFrame, one row per sample and ambient gene
        ``sample``, ``gene``, ``pool``, its share of the ambient molecules, and the
        ``lineage`` whose marker it is.
    ``varm["tme_quality_ambient"]`` : DataFrame, genes × groups, float32
        Share of a gene's molecules in a group that ambient RNA explains; NaN where there
        are none. A gene is called ambient in a group from 0.5 on. Names of groups have "|"
        for "/", which files cannot hold. Not written where ambient RNA is not judged.
    ``obs["tme_quality_doublet"]``, ``obs["tme_quality_doublet_score"]`` : bool, float32
        Whether a cell looks like a doublet, and scrublet's score; NaN where it gives none.
    ``uns["tmeatlas"]["tme_quality"]`` : dict
        Options, versions, the matrices that were read.

    Raises
    ------
    MissingKeyError
        No such column or layer.
    InputError
        A sample in several conditions, conditions without samples, values of the wrong
        kind, rows that are whole samples, columns of `obs` that are not ours to replace.

    Warns
    -----
    TMEWarning
        Samples of which something means nothing.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(1500)
    >>> tme.tl.quality(adata, groupby="cell_type", sample_key="sample")
    >>> "known_lineage" in set(adata.uns["tme_quality"]["measure"])
    True
    """
    adata = check_adata(adata)
    Quality.check_new(adata, key_added)
    seed = read_seed(rng, below=PEERS_SEEDS)
    if copy:
        check_in_memory(adata)
    cells = read_judged(adata, groupby, sample_key, condition_key, lineage_key)
    scorer = resolve(DEFAULT_METHOD)
    matrix = open_matrix(
        adata, layer=layer, use_raw=use_raw, accepts=scorer.accepts, needed_by=STEP
    )
    refuse_whole_samples(matrix, STEP)
    evidence = read_evidence(
        adata, cells, matrix, scorer=scorer, seed=seed, may_be_raw=use_raw is not False
    )
    foreign = read_foreign(cells, evidence, seed=seed)
    found = judge_samples(cells, evidence, foreign)
    doublets = foreign.columns(adata.obs_names, key_added)
    shares = foreign.shares(adata, cells, evidence.matrix)
    result = Quality(
        key=key_added,
        table=measure_table(cells.samples, found.judged),
        remarks=remark_table(
            cells.samples, found.judged, judge_conditions(cells, condition_key, found)
        ),
        ambient=ambient_table(cells.samples, foreign.genes(cells, evidence.matrix)),
        shares=shares,
        cells=doublets,
        record=Quality.new_record(
            adata,
            groupby=cells.groupby,
            sample_key=sample_key,
            params={
                **{"groupby": groupby, "sample_key": sample_key, "condition_key": condition_key},
                **{"lineage_key": lineage_key, "layer": layer, "use_raw": use_raw, "seed": seed},
            },
            facts={
                "matrix": matrix.name,
                "counts": "" if evidence.no_counts else evidence.matrix.name,
                **Quality.groups_written(shares),
                **Quality.columns_written(doublets),
            },
        ),
    )
    adata = adata.copy() if copy else adata
    tell(result)
    result.write(adata)
    return adata if copy else None
