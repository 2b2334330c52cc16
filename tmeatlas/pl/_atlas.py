"""The interactive atlas of a data set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from anndata import AnnData

from tmeatlas._log import say
from tmeatlas.results import Axes, Consensus, Crosstalk, Scores

if TYPE_CHECKING:
    from tmeatlas.atlas import Atlas


def atlas(
    adata: AnnData,
    *,
    groupby: str,
    sample_key: str | None = None,
    condition_key: str | None = None,
    basis: str | Sequence[str] | None = None,
    genes: Sequence[str] = (),
    obs_keys: Sequence[str] | None = None,
    layer: str | None = None,
    use_raw: bool | None = None,
    title: str | None = None,
    plotlyjs: str | os.PathLike[str] | None = None,
    scores_key: str | None = None,
    consensus_key: str | None = None,
    crosstalk_key: str | None = None,
    axes_key: str | None = None,
) -> Atlas:
    """Make an interactive page of what `adata` holds: map, scores, composition and crosstalk.

    The page is one HTML file that opens by double-click, needs no server and
    no network, and holds a million cells. All panels share one selection
    (lasso, box, legend, condition, a click on a dot or a bar) and one colour.
    A panel whose results are missing is left out, and "About this atlas" in
    the page says which call fills it.

    Coordinates are shown in 65,536 steps and scores in 255 steps between their
    lowest and highest value, genes in 32 steps from 0 to their highest. Where many
    cells have many scores (some 20,000 cells with those of the defaults), steps of scores are
    larger, up to one standard deviation of a signature and half of one of a consensus, so that
    the page stays below 6 MB at 100,000 cells and below 30 MB at a million; from 50,000 cells
    on, genes have 16 steps. A line of the log and "About this atlas" say which. Which cells are
    in the upper quarter is exact at any size, and means and shares per group are until cells are
    selected. Nothing is tested anew: p-values are those of
    :func:`tmeatlas.tl.crosstalk`.

    Parameters
    ----------
    adata
        Cells × genes with an embedding in `obsm`. Reads, where present, the
        results of :func:`tmeatlas.tl.score`, :func:`tmeatlas.tl.consensus`,
        :func:`tmeatlas.tl.crosstalk` and :func:`tmeatlas.tl.axes`; those of
        :func:`tmeatlas.tl.annotate`, :func:`tmeatlas.tl.call_states`,
        :func:`tmeatlas.tl.composition` and :func:`tmeatlas.tl.phenotype` under
        their default keys, all of :func:`tmeatlas.tl.compare`, and
        ``uns["<groupby>_colors"]``. Nothing is written.
    groupby
        The `obs` column with the groups, such as cell types. More than 200
        groups are shown as the 199 largest and "other".
    sample_key
        The `obs` column with the samples; composition is shown per sample, and
        distributions by condition as a dot per sample.
    condition_key
        The `obs` column with the conditions; cells can be filtered by it.
    basis
        The embedding to show first, a key of `obsm` with or without ``"X_"``.
        By default the position in the tissue, ``obsm["spatial"]``, where most cells have
        one; else UMAP, t-SNE, PCA, or any other with two or three columns. In the
        tissue, samples stand side by side on one scale, spots have the size that
        ``uns["spatial"]`` tells, and images that it has lie below them, as
        photographs of at most 1,200 pixels. The page can switch to all other embeddings of two
        or three columns (six at most) that place every drawn cell; a list
        names exactly those to offer, the first to show first. Cells without
        finite coordinates in the first are not drawn, and count only in the
        crosstalk; the page says how many they are.
    genes
        Genes to colour by, beside the markers of :func:`tmeatlas.sig.markers`, those
        that set the groups apart, and those of the listed interactions and of the
        core signatures, of which a page holds as many as 0.25 MB have room for
        (0.55 MB at 10,000 cells, up to 2.4 MB). Of all other genes it has the mean and
        the share of each group. Needs log-normalised expression.
    obs_keys
        Further columns of `obs` to colour and filter by: text becomes categories, and so do
        up to 12 different whole numbers, such as grades; other numbers become a scale, on
        which cells without one are grey. By default those that look useful, such as a finer
        cell type, counts per cell or the treatment: in the order of `obs` at most 8 with 2 to
        50 labels and 4 of numbers, and none that tmeatlas wrote, that is an id or a coordinate
        by its name, or that divides the cells as another does. ``[]`` leaves all out.
    layer
        Key of `adata.layers` with the values of the genes; by default `X`, or `adata.raw`
        where `X` is scaled.
    use_raw
        ``True`` takes them from `adata.raw`; ``False`` never does.
    title
        Title of the page, and the beginning of the names of files that it saves. By default
        the name of the file that :func:`tmeatlas.read` has read, or on which a backed `adata`
        rests.
    plotlyjs
        Path of a plotly.js bundle to put into the page instead of that of the
        installed plotly package, such as ``plotly-basic.min.js``, which makes
        the page 1.4 MB smaller and quicker to start. Composition and states need the
        trace type ``bar``; the map, the distributions, the chord and Sankey
        diagrams and all downloads of figures need ``scatter``; nothing else is
        used, so every bundle with these two draws the whole page (basic,
        cartesian, finance and the full one do).

    scores_key, consensus_key, crosstalk_key, axes_key
        The `key_added` of the results to show. By default those under the
        default keys, as far as they are there and of these cells; one that is
        named here must be both.

    Returns
    -------
    Atlas
        With ``.write_html(path)``, ``.to_html()``, ``.show()`` and
        ``.payload``, the data of the page; shows itself in notebooks.

    Raises
    ------
    MissingKeyError
        No such `obs` column, embedding or gene; names the nearest.
    StaleResultError
        A result that was named is of other cells or labels. Without a name, its
        panel is left out, and a note in the page says so.
    InputError
        No embedding, fewer than two groups, a result that is not what this
        version writes, or a `plotlyjs` that is missing, no plotly.js, older
        than its version 3, or without ``scatter`` or ``bar``.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.score(adata)
    >>> tme.pl.atlas(adata, groupby="cell_type", sample_key="sample")
    Atlas: 300 cells, 16 groups by cell type, 8 samples, ...
    """
    from tmeatlas.atlas import Atlas, build_payload, read_library

    named = {
        Scores.kind: scores_key,
        Consensus.kind: consensus_key,
        Crosstalk.kind: crosstalk_key,
        Axes.kind: axes_key,
    }
    library = None if plotlyjs is None else read_library(plotlyjs)
    payload = build_payload(
        adata,
        groupby=groupby,
        sample_key=sample_key,
        condition_key=condition_key,
        basis=basis,
        genes=genes,
        obs_keys=obs_keys,
        layer=layer,
        use_raw=use_raw,
        title=title,
        keys={kind: key for kind, key in named.items() if key is not None},
    )
    made = Atlas(payload, library=library)
    say(repr(made))
    if payload.precision.is_rounded:
        say(f"of {payload.n_cells:,} {payload.row}s, the page keeps {payload.precision.phrase}")
    return made
