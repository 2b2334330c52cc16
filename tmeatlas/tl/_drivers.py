"""What drives the network between groups of cells."""

from __future__ import annotations

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._errors import InputError
from tmeatlas._guard import warn
from tmeatlas._log import note
from tmeatlas.cells import CellLineages, read_lineages, rows_are_spots
from tmeatlas.matrix import open_matrix
from tmeatlas.methods import DEFAULT_METHOD, resolve
from tmeatlas.results import WHAT_IT_SHOWS, Axes, Drivers
from tmeatlas.tl._crosstalk_meeting import SPOTS
from tmeatlas.tl._drivers_reading import genes_and_loops, nothing_read, ranked_groups

INTERVALS = (
    "axes: t over samples; genes: least squares with HC3 errors within a sample, "
    "random effects (Hartung-Knapp) over three samples or more"
)


def drivers(
    adata: AnnData,
    *,
    lineage_key: str | None = None,
    layer: str | None = None,
    use_raw: bool | None = None,
    key: str = keys.AXES,
    key_added: str = keys.DRIVERS,
    copy: bool = False,
) -> AnnData | None:
    r"""Rank the groups by the axes between them, and look for chains that reviews describe.

    Three tables, of what expression shows and no more:

    - which groups send and receive most: how many axes are specific from each to others, and
      from others to it, and how many that are in its samples, with an interval where at least
      three have the group. Groups with more or deeper cells show more, so how many axes are
      neither shown nor ruled out stands beside it;
    - loops: chains that studies and reviews describe (VEGF from macrophages to endothelium,
      CXCL12 from fibroblasts to T cells, hypoxia with VEGF-A), where all their links hold;
    - which programmes PD-L1 (*CD274*) goes with, within malignant and within myeloid cells:
      the response to IFN-γ, hypoxia, the ligands and receptors of EGF / ERBB, or none;
      likewise whether *VEGFA* goes with hypoxia.

    A gene follows a programme where cells that show it score higher, by at least 0.2 standard
    deviations, than cells of the same sample, group and like depth that do not, at like levels
    of the other programmes and of what dissociation raises. The gene is left out of the lists,
    and doublets, where :func:`tmeatlas.tl.quality` called them, of the cells. With three
    samples or more that have ten such cells, samples are the replicates.

    Of spots, each of which is several cells, regions are ranked, and nothing says which cells
    of a spot show a gene. That two things go together says nothing of what brings about what;
    proteins and distances are not seen. Of EGF the genes of its axis are read, as no list of its
    response is in the library: they do not say that the receptor signals (`docs/drivers.md`).

    Parameters
    ----------
    adata
        Cells × genes, after :func:`tmeatlas.tl.axes`.
    lineage_key
        Column of `obs` with labels that name lineages; by default ``"tme_lineage"``, which
        :func:`tmeatlas.tl.annotate` writes, else the groups of the axes.
    layer, use_raw
        The matrix to read, as for :func:`tmeatlas.tl.score`.
    key
        The `key_added` of the axes.
    key_added
        Where to write in `uns`.
    copy
        Return a changed copy instead of changing `adata`.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes

    ``uns["tme_drivers"]`` : DataFrame, one row per group, the first by axes first
        ``rank``; ``group``; ``cells``; ``sends`` and ``receives``: axes that are specific to
        and from other groups, each with ``sends_unclear`` and ``receives_unclear`` (neither shown
        nor ruled out), ``sends_axes`` and ``receives_axes`` (the first five by evidence) and
        ``sends_mean``, ``sends_low``, ``sends_high``, ``receives_mean``, ``receives_low``,
        ``receives_high`` (number in the samples, each by its own cells, with its 95 % interval;
        NaN with fewer than three); ``to_itself``; ``partners``; ``n_samples``. The key is
        `key_added`.
    ``uns["tme_drivers_loops"]`` : DataFrame, one row per loop, path through the groups and link
        ``loop``, ``name``, ``path``, ``link``, ``by`` (axis or programme), ``carried_by``,
        ``source``, ``target``, ``verdict``, ``value`` with its ``unit``, ``padj``,
        ``n_samples``, ``n_samples_specific``, ``holds``, ``found`` (whether all links of the
        path hold), ``says`` and ``cite`` (the source). Of a loop without such a path, that
        which is nearest to it.
    ``uns["tme_drivers_genes"]`` : DataFrame, one row per gene, lineage, programme and sample
        ``gene``, ``lineage``, ``programme``, ``name``, ``sample`` (empty: over all), ``value``
        with ``low`` and ``high`` (standard deviations, 95 % interval), ``alone`` with
        ``alone_low`` and ``alone_high`` (without the other programmes held alike), ``pval``,
        ``padj`` (Benjamini-Hochberg within the sample), ``cells``, ``showing``, ``n_samples``,
        ``n_samples_follow``, ``verdict`` ("follows", "opposite", "does not follow", "unclear":
        neither shown nor ruled out, "not testable"), ``note``.
    ``uns["tmeatlas"]["tme_drivers"]`` : dict
        Options, matrix, and why loops and genes could not be read, if so.

    Raises
    ------
    MissingKeyError
        No axes under `key`, no such column.
    InputError
        Axes of other cells or labels; `lineage_key` whose labels name no lineage.

    Warns
    -----
    TMEWarning
        The groups name no lineage, so that loops and genes are left out.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(1500)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type", sample_key="sample", min_cells=5)
    >>> tme.tl.axes(adata)
    >>> tme.tl.drivers(adata)
    >>> sorted(adata.uns["tme_drivers"].columns)[:3]
    ['cells', 'group', 'n_samples']
    """
    check_adata(adata)
    Drivers.check_key(adata, key_added)
    if copy:
        check_in_memory(adata)
    axes = Axes.read(adata, key)
    scorer = resolve(DEFAULT_METHOD)
    matrix = open_matrix(
        adata, layer=layer, use_raw=use_raw, accepts=scorer.accepts, needed_by="tl.drivers"
    )
    lineages, why = _lineages(adata, axes.groupby, lineage_key)
    if lineages is None:
        genes, loops = nothing_read()
    else:
        genes, loops = genes_and_loops(
            adata, axes, matrix, lineages, may_be_raw=use_raw is not False
        )
    result = Drivers(
        key=key_added,
        table=ranked_groups(adata, axes),
        loops=loops,
        genes=genes,
        record=Drivers.new_record(
            adata,
            groupby=axes.groupby,
            sample_key=axes.sample_key or None,
            params={
                **{"axes": key, "lineage_key": lineage_key, "layer": layer, "use_raw": use_raw},
                "key_added": key_added,
            },
            facts={
                **{"matrix": matrix.name, "method": scorer.name, "intervals": INTERVALS},
                **{"shows": WHAT_IT_SHOWS, "not_read": why},
                "spots": SPOTS if rows_are_spots(adata) else "",
                "lineages": "" if lineages is None else lineages.key,
            },
        ),
    )
    adata = adata.copy() if copy else adata
    note(result.shows)
    result.write(adata)
    if why:
        warn(f"Loops, and what genes follow, are left out: {why}")
    return adata if copy else None


def _lineages(
    adata: AnnData, groupby: str, lineage_key: str | None
) -> tuple[CellLineages | None, str]:
    """The lineages of the cells; or none, and why, where nobody named a column."""
    if lineage_key is not None:
        return read_lineages(adata, lineage_key), ""
    column = keys.LINEAGE if keys.LINEAGE in adata.obs else groupby
    try:
        return read_lineages(adata, column), ""
    except InputError:
        return None, (
            f"the labels in obs[{column!r}] name no lineage. Name a column that does with "
            f"{option('lineage_key')}."
        )
