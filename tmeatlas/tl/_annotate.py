"""The lineage of each cell, by labels or by markers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._errors import InputError, listing
from tmeatlas._guard import warn
from tmeatlas._log import note
from tmeatlas._numbers import PEERS_SEEDS, read_seed
from tmeatlas.matrix import has_genes
from tmeatlas.results import Lineages
from tmeatlas.tl._annotate_copy_numbers import read_positions
from tmeatlas.tl._annotate_labels import Labelled, read_labels
from tmeatlas.tl._annotate_read import read_expression, read_labels_alone
from tmeatlas.tl._annotate_tables import cell_columns, group_table


def annotate(
    adata: AnnData,
    groupby: str | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    layer: str | None = None,
    use_raw: bool | None = None,
    positions: pd.DataFrame | None = None,
    key_added: str = keys.LINEAGE,
    rng: int | np.random.Generator = 0,
    copy: bool = False,
) -> AnnData | None:
    r"""Tell the lineage of each cell, on two levels.

    With `groupby`, the lineage of a group is (1) what `labels` say, (2) what
    its name says (``"Macrophage_TAM"``, ``"CD8Tex"``, ids and names of the Cell
    Ontology), (3) else what published markers say. Without, markers say it for
    every cell.

    A marker counts in units of its level at the top of the data, averaged over
    the neighbours of a cell and over its clusters (two draws at each of two
    resolutions); the support of a list with the weights :math:`w_g` (the root
    of the number of sources of a gene, adding up to 1) is the mean of its genes
    less one standard error,

    .. math:: s = \sum_g w_g r_g - \sqrt{\frac{\sum_g w_g^2}{1 - \sum_g w_g^2}
              \sum_g w_g (r_g - \bar r)^2}, \quad r_g = \min(1, x_g / top_g) .

    The lineage with the highest support, in units of that at the top of the
    data, is taken. It is named where the support is at least 0.18, at least
    half of what is usual for cells of that lineage here, and no gene is high
    that the lineage must not show; else the cell is ``"unassigned"``.

    Parts of a lineage are told by which of their markers are detected around a
    cell at its depth. In other lineages these show what leaks and what every cell
    has; above that a marker is expected at 2 more transcripts in 10,000 in its part,
    until the cells of the part tell the rate themselves.

    Malignant cells are never told by markers, and appear as epithelial cells
    (or glia, melanocytes ...). With positions of the genes they are told by copy
    numbers, with infercnvpy (``pip install "tmeatlas[cnv]"``).

    Parameters
    ----------
    adata
        Cells × genes, log-normalised (:func:`tmeatlas.pp.prepare`), with all
        genes. A PCA in ``obsm["X_pca"]`` is used; without one, one is computed.
        Cells without genes, known by their labels only, need `groupby`; where a label
        says no lineage, they are unassigned.
    groupby
        The `obs` column with clusters or labels. By default cells are clustered
        here. Cells without a label are told by markers.
    labels
        Lineages, by readable name or id, of labels in `groupby` whose names say
        nothing or would be read wrongly; ``"unassigned"`` for those of none.
    layer
        Key of `adata.layers`; by default `X`, or `adata.raw` where `X` is scaled.
    use_raw
        ``True`` reads `adata.raw`, which has all genes where `adata` was cut down to the
        variable ones; ``False`` never does.
    positions
        Positions of genes: ``chromosome``, ``start``, ``end``, with genes as the
        index. By default the columns of that name in `adata.var`, if there.
    key_added
        Column of `obs` for the lineage; the others begin with it.
    rng
        Seed of PCA, neighbours and clusters, or a generator to draw one from.
    copy
        Return a changed copy instead of changing `adata`.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes

    ``obs["tme_lineage"]`` : category (the key is `key_added`)
        "T cells", "Fibroblasts" ..., or "unassigned".
    ``obs["tme_lineage_confidence"]`` : float32
        0 to 1: share of alike cells with the same lineage, times how far its
        evidence is ahead of the next lineage's. No probability. 1 where a label
        said it; of unassigned cells, that of the lineage that fits best.
    ``obs["tme_lineage_fine"]`` : category
        "CD8 T cells", "Plasma cells", "cDC1" ...; the lineage itself where no
        part of it can be told.
    ``obs["tme_lineage_fine_confidence"]`` : float32
        0 to 1: how far that part is ahead of the next, below 0.4 where none is
        told; NaN where the lineage has no parts.
    ``uns["tme_lineage_groups"]`` : DataFrame
        One row per group, or per cluster at the lower resolution: ``group``,
        ``lineage``, ``fine``, ``how`` ("given", "name", "markers"),
        ``by_markers``, ``cells``, ``confidence``, ``runner_up``,
        ``runner_up_share`` (share of its cells that fit that lineage better)
        and ``mixed``: a fifth of its cells or more fit another lineage, or all
        of them fit two, as doublets do.
    ``uns["tmeatlas"]["tme_lineage"]`` : dict
        Options, versions, lineages that the data have too few markers of.

    Raises
    ------
    MissingKeyError
        No such `obs` column, layer, label or lineage.
    CoverageError
        The data have markers of fewer than two lineages, and there are cells
        whose labels do not say their lineage.
    InputError
        Values that are not log-normalised, `labels` without `groupby`, columns
        in `obs` that are not ours to replace.

    Warns
    -----
    TMEWarning
        Groups of `groupby` that mix lineages; what is to be minded of malignant cells.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.annotate(adata)
    >>> bool((adata.obs["tme_lineage"] == "Fibroblasts").sum() > 50)
    True
    """
    adata = check_adata(adata)
    Lineages.check_new(adata, key_added)
    if copy:
        check_in_memory(adata)
    seed = read_seed(rng, below=PEERS_SEEDS)
    labelled = _read_groups(adata, groupby, labels)
    if labelled is not None and not has_genes(adata):
        read = read_labels_alone(labelled)
    else:
        read = read_expression(
            *(adata, labelled), layer=layer, use_raw=use_raw, positions=positions, seed=seed
        )
    cells = cell_columns(read.told, adata.obs_names, key_added)
    result = Lineages(
        key=key_added,
        cells=cells,
        groups=group_table(read.told),
        record=Lineages.new_record(
            adata,
            params={
                **{"groupby": groupby, "labels": dict(labels or {})},
                **{"layer": layer, "use_raw": use_raw},
                **{"seed": seed, "key_added": key_added},
            },
            facts={**read.facts, **Lineages.columns_written(cells)},
        ),
    )
    adata = adata.copy() if copy else adata
    _say_of_malignant(read.malignant_note, asked=read_positions(adata, positions) is not None)
    result.write(adata)
    if groupby is not None:
        _warn_of_mixed(result.groups)
    return adata if copy else None


def _read_groups(
    adata: AnnData, groupby: str | None, labels: Mapping[str, str] | None
) -> Labelled | None:
    if groupby is not None:
        return read_labels(adata, groupby, labels)
    if labels is None:
        return None
    raise InputError(
        f"{option('labels')} say what the labels of a column of adata.obs are; pass that column, "
        "too: "
        f"tme.tl.annotate(adata, 'leiden', labels={dict(labels)!r})."
    )


def _say_of_malignant(text: str, *, asked: bool) -> None:
    """What stands in the way of telling malignant cells, aloud only where there are positions."""
    if text and asked:
        warn(text)
    elif text:
        note(text)


def _warn_of_mixed(groups: pd.DataFrame) -> None:
    """Name the groups that mix lineages."""
    mixed = groups[groups["mixed"]]
    if mixed.empty:
        return
    words = [
        f"{row.group} ({row.lineage} and {row.runner_up})" for row in mixed.itertuples(index=False)
    ]
    warn(
        f"Groups that mix lineages, or hold doublets: {listing(words)}. Look at their confidence "
        "before you count on them."
    )
