"""Niches: what surrounds each cell or spot of a tissue, and what lies beside what."""

from __future__ import annotations

from typing import Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._numbers import PEERS_SEEDS, read_seed
from tmeatlas.cells import read_tissue
from tmeatlas.results import Niches, versions
from tmeatlas.spatial import SUPPRESSIVE, TLS, Graph, Tissue, build_graph
from tmeatlas.tl._niches_clusters import Clustered, cluster
from tmeatlas.tl._niches_inputs import Marks, check_shifts, read_marks
from tmeatlas.tl._niches_measures import Measured, measure
from tmeatlas.tl._niches_named import read_named
from tmeatlas.tl._niches_tables import cell_columns, measure_table, share_rows


def niches(
    adata: AnnData,
    groupby: str | None = None,
    *,
    scores: str | bool | None = None,
    sample_key: str | None = None,
    n_neighbors: int | None = None,
    radius: float | None = None,
    n_niches: int | None = None,
    lineage_key: str | None = None,
    n_shifts: int = 999,
    layer: str | None = None,
    use_raw: bool | None = None,
    key_added: str = keys.NICHES,
    rng: int | np.random.Generator = 0,
    copy: bool = False,
) -> AnnData | None:
    """Find the niches of tissue over all samples, and what lies beside what in each.

    The surroundings of a cell or spot are the share of each type among its neighbours, and
    the mean of each programme over it and them. Cells with like surroundings, of all
    samples together, are a niche; how many niches there are is chosen by how well they come
    back in other samples or cells. A neighbour is of the same section, always.

    Each section then has one value of each measure: its share of each niche; how often a type
    lies beside another, and a programme beside a type or another programme, against what the
    section's own patterns give when one is moved across the other; where cells lie from the
    border of the tumour; how far immune cells are among the neighbours of tumour cells; and
    two named scores, the suppressive niche and lymphoid aggregates. These values, and never
    cells, are what :func:`tmeatlas.tl.compare` compares between patients.
    `docs/niches.md` has every measure and its limits.

    Rows that are spots, each of several cells, are told by `obs` or `uns["spatial"]`; all
    tables and figures call them so. What lies within one spot is not known, so a type beside
    another is then a region or programme beside another.

    Parameters
    ----------
    adata
        Cells or spots with their places in ``obsm["spatial"]``; genes are not needed.
    groupby
        Column of `obs` with the types of cells, or the regions of spots. By default, of cells,
        the lineages of :func:`tmeatlas.tl.annotate`, if it ran.
    scores
        Key of stored scores or of a consensus, whose columns are the programmes. By default the
        consensus of :func:`tmeatlas.tl.consensus`, if it ran; ``False`` for none.
    sample_key
        Column of `obs` with the section of each cell; without it all are of one section.
    n_neighbors
        How many nearest neighbours are looked at. By default the 10 nearest of a cell, and of
        a spot those that touch it.
    radius
        Take all within this distance instead, in units of ``obsm["spatial"]``.
    n_niches
        How many niches to find; by default their number is chosen.
    lineage_key
        Column of `obs` with the lineages of the cells, by which tumour and immune cells are
        told; by default those of :func:`tmeatlas.tl.annotate`, or those that `groupby` names.
    n_shifts
        How often the tissue is moved, for p-values of what lies beside what.
    layer
        Key of `adata.layers` to read, for parts of the named scores that no type tells. By
        default `X`, or `adata.raw` if `X` is scaled.
    use_raw
        ``True`` reads `adata.raw`; ``False`` never does.
    key_added
        Where to write.
    rng
        Seed of clusters and of movements, or a random generator from which one is drawn.
    copy
        Return a copy instead of changing `adata`.

    Returns
    -------
    ``None``, or the changed copy if ``copy=True``. Writes

    ``obs["tme_niche"]`` : categorical
        Niche of each cell or spot, by number (1 is the largest) and by what is most more than
        elsewhere around it. NaN where it has no neighbours. With another `key_added`,
        ``obs[f"{key_added}_niche"]``.
    ``obs["tme_niches_border"]``, ``obs["tme_niches_suppressive"]``, ``obs["tme_niches_tls"]`` : \
float32
        Distance to the border of the tumour, negative inside of it (NaN in sections without a
        tumour); the two named scores, from 0 to 1 (NaN where the data do not tell).
    ``obsm["tme_niches"]`` : DataFrame, cells × types and programmes, float32
        The surroundings. Names of types have "|" for "/", which files cannot hold.
    ``uns["tme_niches"]`` : DataFrame, one row per sample and measure
        ``sample``, ``measure``, ``feature`` and ``partner`` (what lies beside what; the niche;
        empty where there is none), ``value``, ``expected`` by chance, ``low`` and ``high`` (95 %
        interval; NaN where there is none), ``unit``, ``cells`` that it rests on, ``pval``
        against the moved tissue (never 0), ``padj`` (Benjamini-Hochberg within sample and measure),
        ``note`` (why it cannot be read), ``name``. The key is `key_added`.
    ``uns["tme_niches_profiles"]`` : DataFrame, one row per niche and feature
        ``niche``, ``feature``, ``of`` (type or programme), ``mean`` and ``overall``,
        ``contrast`` (of types log2 of their ratio, of programmes the difference in standard
        deviations), ``height`` (the latter of both), ``cells``, ``samples``.
    ``uns["tme_niches_stability"]`` : DataFrame, one row per number of niches that was tried
        ``k``, ``stability`` (mean adjusted Rand index between resamples), ``low``, ``chosen``.
    ``uns["tmeatlas"]["tme_niches"]`` : dict
        Options, versions, what neighbours are, whether rows are cells or spots.

    Raises
    ------
    MissingKeyError
        No such column, and no places in ``obsm["spatial"]``.
    InputError
        Neither types nor programmes, places that cannot be read, cells without a section, a
        column in `obs` that would be overwritten.
    DependencyError
        squidpy is not installed: ``pip install 'tmeatlas[spatial]'``.

    Examples
    --------
    >>> import numpy as np
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> adata.obsm["spatial"] = np.random.default_rng(0).uniform(size=(300, 2))
    >>> tme.tl.niches(adata, "cell_type", sample_key="sample", n_niches=3, n_shifts=99)
    >>> adata.obs["tme_niche"].nunique()
    3
    """
    adata = check_adata(adata)
    Niches.check_new(adata, key_added)
    check_shifts(n_shifts)
    seed = read_seed(rng, below=PEERS_SEEDS)
    if copy:
        check_in_memory(adata)
    tissue = read_tissue(adata, sample_key)
    marks = read_marks(adata, groupby, scores, lineage_key, spots=tissue.spots)
    graph = build_graph(tissue, n_neighbors=n_neighbors, radius=radius)
    named = read_named(adata, marks, spots=tissue.spots, layer=layer, use_raw=use_raw)
    found = cluster(tissue, graph, marks, n_niches=n_niches, seed=seed, index=adata.obs_names)
    measured = measure(tissue, graph, marks, named, n_shifts=int(n_shifts), seed=seed)
    numbers = (measured.border, measured.named[SUPPRESSIVE], measured.named[TLS])
    cells = cell_columns(found.codes, found.names, numbers, index=adata.obs_names, key=key_added)
    params: dict[str, Any] = {
        **{"groupby": groupby, "scores": scores, "sample_key": sample_key, "radius": radius},
        **{"n_neighbors": n_neighbors, "n_niches": n_niches, "lineage_key": lineage_key},
        **{"n_shifts": n_shifts, "layer": layer, "use_raw": use_raw, "seed": seed},
    }
    result = Niches(
        key=key_added,
        table=measure_table([share_rows(tissue, found.codes, found.names), *measured.rows], tissue),
        features=found.features,
        profiles=found.profiles,
        stability=found.stability,
        cells=cells,
        record=Niches.new_record(
            adata,
            groupby=marks.groupby,
            sample_key=sample_key,
            params=params,
            facts={
                **Niches.facts_written(cells, marks.types, marks.programmes, spots=tissue.spots),
                **_facts(tissue, graph, marks, found, measured),
                **named.facts,
            },
        ),
    )
    adata = adata.copy() if copy else adata
    result.write(adata)
    return adata if copy else None


def _facts(
    tissue: Tissue, graph: Graph, marks: Marks, found: Clustered, measured: Measured
) -> dict[str, Any]:
    """What was found out on the way, and by whom neighbours and niches were found."""
    return {
        **versions(("squidpy", "scikit-learn")),
        **{"neighbours": graph.told, "unit": tissue.unit, "halves": found.halves},
        **{"scores_key": marks.scores_key, "tumour": measured.tumour},
    }
