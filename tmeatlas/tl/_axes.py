"""Which axes are at work between which groups."""

from __future__ import annotations

from collections.abc import Sequence

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._errors import CoverageError, InputError, listing
from tmeatlas._guard import warn
from tmeatlas._values import MatrixKind
from tmeatlas.cells import read_groups
from tmeatlas.lr import DEPTH_STRATA, MIN_FOLD, AxisPool, pool_axes, run_axes
from tmeatlas.matrix import open_matrix
from tmeatlas.results import Axes, Crosstalk
from tmeatlas.tl._axes_inputs import interactions_of, read_responses, read_run
from tmeatlas.tl._crosstalk_ambient import read_ambient
from tmeatlas.tl._crosstalk_inputs import not_comparable, read_cells, read_samples
from tmeatlas.tl._crosstalk_meeting import who_meets
from tmeatlas.tl._lost_genes import find_interactions, lost_interactions


def axes(
    adata: AnnData,
    *,
    key: str = keys.CROSSTALK,
    scores_key: str = keys.SCORES,
    database: object = None,
    by_sample: bool = False,
    layer: str | None = None,
    use_raw: bool | None = None,
    key_added: str = keys.AXES,
    copy: bool = False,
) -> AnnData | None:
    r"""Put the interactions of each axis together, and test each axis between all groups.

    An axis answers to its core pairs: those that it is named after, and
    well-listed ligands of the receptor that it is named after. It is tested as
    the rows of :func:`tmeatlas.tl.crosstalk` are, side by side, by the best of its
    core pairs. With :math:`n_L` different ligands and :math:`n_R` receptors in
    them, so many chances has chance on either side:

    .. math:: p = \min_{pairs} \max(n_L\, p_{ligand}, n_R\, p_{receptor}),

    adjusted for the need of two sides (AdaFilter; Wang et al., 2022) over all
    axes and pairs of groups.

    An axis that stands out is active where the receiver answers as well: where a
    response signature that a second source confirms exceeds other cells of like
    depth by more than 0.2 standard deviations (Benjamini-Hochberg over axes and
    groups). Without such a signature it stays specific, response unknown.
    Where :func:`tmeatlas.tl.quality` called a side of the best core pair mostly
    ambient RNA, the next best that stands out without it carries the axis; where
    there is none, the axis is neither active nor specific without saying so.

    Options of the crosstalk (groups, samples, microenvironments, tissue, layer) are
    taken over from its record.

    Parameters
    ----------
    adata
        Cells × genes, after :func:`tmeatlas.tl.crosstalk`.
    key
        The `key_added` of the crosstalk.
    scores_key
        The `key_added` of :func:`tmeatlas.tl.score`, where the signatures of
        the responses are looked for; they are left out where they are not.
    database
        The interactions again, if the crosstalk was not run with the built-in
        axes: what `tl.crosstalk` takes, with an axis for each interaction.
    by_sample
        Also list the rows of every sample. Needs a crosstalk with `sample_key`.
    layer, use_raw
        The matrix to read; by default that of the crosstalk.
    key_added
        Where to write in `uns`.
    copy
        Return a changed copy instead of changing `adata`.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes:

    ``uns[key_added]`` : DataFrame
        One row per axis, source and target, those that stand out first, by
        falling ``score``. Categorical: ``axis``, ``source``, ``target``,
        ``top_interaction`` (the core pair with the lowest p-value),
        ``associated`` (other pairs of the axis whose both sides reach the
        p-value of what stands out; disputed and mostly ambient ones say so), ``response``
        (signatures), ``missing`` (which of "ligand", "receptor", "response" and
        "activation" lacks), ``ambient`` (which side of the top interaction is
        mostly ambient RNA, as in `tl.crosstalk`), ``missing_genes`` (of core
        pairs, those that the data lack), ``verdict``, ``sample``. float32:
        ``score``, from 0 to 1, as in `tl.crosstalk`; per side, ``ligand_`` and
        ``receptor_``: ``fraction`` of its top interaction (share of cells), its 95 % interval
        ``fraction_low`` and ``fraction_high`` (Wilson), ``specificity`` with
        ``specificity_low`` and ``specificity_high``, ``molecules`` (NaN without
        counts); ``source_cells_needed`` and
        ``target_cells_needed``; ``<role>_source``, ``<role>_target``: share of
        cells that show what activates the ligand, helps, catches (decoy), cleaves
        or blocks it, or binds it in cis, NaN where the axis has no such role;
        ``response_effect``: mean of the target minus that of other cells of like depth, in
        standard deviations, NaN without a scored signature; ``coverage``, the
        share of core pairs with all genes in the data. float64: ``pval``,
        ``padj``, ``ligand_pval`` and ``receptor_pval`` (of the top interaction,
        times :math:`n_L` and :math:`n_R`), ``response_pval``, ``response_padj``.
        int32: ``ligand_cells``, ``receptor_cells``, ``source_cells``,
        ``target_cells``, ``core_pairs``, ``core_pairs_measured``. bool:
        ``response_validated``.

        The verdict is "active", "specific" or "specific, response unknown" where
        ``padj`` is at most 0.05, and "specific, mostly ambient" where no pair
        stands out whose sides are not; else "not specific", "too few cells" or "not
        testable" as in `tl.crosstalk`, and "not testable: genes missing" where
        no core pair has all its genes in the data.

        Of a crosstalk with `tissue`, int32 ``contacts``: pairs of neighbours of the
        two groups. With samples: ``n_samples``, ``n_samples_seen``, ``n_samples_specific``
        and ``pval_pooled`` as in `tl.crosstalk`, and with `by_sample` the rows
        of each sample.
    ``uns["tme_axes_samples"]`` : DataFrame, one row per sample and group
        Only with samples: ``sample``, ``group``, ``cells``, and the axes that are specific
        in the sample: those it ``sends`` to other groups, ``receives`` from them, and
        those ``to_itself``. The key is `key_added`.
    ``uns["tmeatlas"][key_added]`` : dict
        Options, versions, and the axes of which the database has no core pair
        (``axes_without_core_pairs``: they are left out), that the data cannot show
        (``axes_not_testable``) or of which they hold less than half
        (``axes_half_covered``).

    Raises
    ------
    MissingKeyError
        No crosstalk under `key`.
    CoverageError
        No axis has a core pair with all its genes in the data.
    InputError
        A crosstalk of other cells or labels; a database without axes; `by_sample`
        without samples.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type")
    >>> tme.tl.axes(adata)
    >>> adata.uns["tme_axes"]["axis"].nunique() > 20
    True
    """
    check_adata(adata)
    Axes.check_key(adata, key_added)
    if copy:
        check_in_memory(adata)
    run = read_run(Crosstalk.read(adata, key))
    if by_sample and run.sample_key is None:
        raise InputError(
            f"{option('by_sample', True)} needs samples, and the crosstalk was run without: pass "
            f"{option('sample_key')} to that first."
        )
    interactions = interactions_of(run, database)
    groups = read_groups(adata, run.groupby, min_cells=run.min_cells)
    meet = who_meets(
        *(adata, groups, run.microenvironments, run.tissue),
        sample_key=run.sample_key,
        min_cells=run.min_cells,
    )
    samples, names = read_samples(adata, run.sample_key, groups)
    if layer is None and use_raw is None:
        layer, use_raw = run.layer, run.use_raw
    matrix = open_matrix(
        adata, layer=layer, use_raw=use_raw, accepts=(MatrixKind.LOGNORM,), needed_by="tl.axes"
    )
    matched = find_interactions(adata, matrix, interactions)
    pools = pool_axes(interactions, matched)
    _check_pools(pools, interactions.name)
    coreless = sorted({e.axis for e in interactions if e.axis} - {pool.id for pool in pools})
    ambient = read_ambient(adata, matrix, matched, groups)
    cells = read_cells(
        *(adata, matrix, matched, groups, samples),
        ambient=ambient.genes,
        may_be_raw=use_raw is not False,
    )
    tested = run_axes(
        cells,
        matched,
        pools,
        read_responses(adata, scores_key, groups.codes >= 0),
        sample_names=names,
        list_samples=by_sample,
        min_cells=run.min_cells,
        meeting=meet.meeting,
    )
    result = Axes(
        key=key_added,
        table=tested.table,
        in_samples=tested.in_samples,
        record=Axes.new_record(
            adata,
            groupby=run.groupby,
            sample_key=run.sample_key,
            params={
                **{"crosstalk": key, "scores": scores_key, "by_sample": by_sample},
                **{"layer": layer, "use_raw": use_raw},
            },
            facts={
                **{"matrix": matrix.name, "database": interactions.name},
                **_facts(pools, coreless),
                "groups_not_comparable": not_comparable(cells),
                "threshold": tested.threshold,
                "verdict_by_samples": tested.by_samples,
                **ambient.facts(tested.table),
                **meet.facts,
            },
        ),
    )
    adata = adata.copy() if copy else adata
    result.write(adata)
    lost = lost_interactions(adata, matrix, interactions, matched)
    _warn_of_missing_pairs(pools, coreless, interactions.name, lost)
    return adata if copy else None


HALF = 0.5
"""An axis with a lower share of its core pairs in the data is marked."""


def _facts(pools: Sequence[AxisPool], coreless: Sequence[str]) -> dict[str, object]:
    """How the axes were tested, and what the data show of them."""
    return {
        "depth_strata": DEPTH_STRATA,
        "min_fold": MIN_FOLD,
        "axes_without_core_pairs": coreless,
        "axes_not_testable": [pool.id for pool in pools if not len(pool.core)],
        "coverage": sum(len(p.core) for p in pools) / sum(p.n_core for p in pools),
        "axes_half_covered": [p.id for p in pools if 0 < p.coverage < HALF],
    }


def _check_pools(pools: Sequence[AxisPool], database: str) -> None:
    """Refuse data in which no axis can be judged."""
    if not pools:
        raise InputError(
            f"No axis of {database!r} has a core interaction: with role 'signalling' or 'adhesion' "
            "(or none), and not 'associated' in `core`."
        )
    if not any(len(pool.core) for pool in pools):
        genes = [gene for pool in pools for gene in pool.missing_genes]
        raise CoverageError(
            "No axis has a core pair with all its genes in the data; missing are "
            f"{listing(list(dict.fromkeys(genes)))}."
            + remedy(python=" What there is of other interactions: tme.get.crosstalk(adata).")
        )


def _warn_of_missing_pairs(
    pools: Sequence[AxisPool], coreless: Sequence[str], database: str, lost: str
) -> None:
    """Say which axes cannot be judged, or only by a part of their core pairs."""
    lacking = [f"{p.id} (without {_first(p.missing_genes)})" for p in pools if not len(p.core)]
    half = [f"{p.id} ({len(p.core)} of {p.n_core})" for p in pools if 0 < p.coverage < HALF]
    told = {
        f"Axes of which {database!r} has no core pair are left out": coreless,
        "Axes not testable for want of genes": lacking,
        "Less than half of the core pairs are in the data": half,
    }
    words = [f"{what}: {listing(axes)}." for what, axes in told.items() if axes]
    words += [lost] if lost else []
    if words:
        warn(" ".join(words))


def _first(genes: Sequence[str], limit: int = 4) -> str:
    more = f" and {len(genes) - limit} more" if len(genes) > limit else ""
    return ", ".join(genes[:limit]) + more
