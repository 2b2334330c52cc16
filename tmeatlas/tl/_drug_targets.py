"""Which drugs aim at what is specific or active in these data."""

from __future__ import annotations

import os

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._log import note
from tmeatlas._values import MatrixKind
from tmeatlas.cells import CellLineages, rows_are_spots
from tmeatlas.matrix import ExpressionMatrix, open_matrix
from tmeatlas.results import Axes, Consensus, Crosstalk, DrugTargets, States
from tmeatlas.targets import (
    EXPRESSED,
    FEWEST_SAMPLES,
    NO_APPROVAL,
    RESEARCH_ONLY,
    Data,
    DrugTable,
    as_drug_table,
    expression_rows,
    judge,
)
from tmeatlas.tl._axes_inputs import CrosstalkRun, read_run
from tmeatlas.tl._drug_targets_inputs import (
    MALIGNANT,
    lineages_of,
    read_data,
    read_partition,
)
from tmeatlas.tl._drug_targets_tables import conflicting_table, drug_table


def drug_targets(
    adata: AnnData,
    *,
    table: pd.DataFrame | str | os.PathLike[str] | None = None,
    axes_key: str = keys.AXES,
    consensus_key: str = keys.CONSENSUS,
    state_key: str = keys.STATE,
    lineage_key: str | None = None,
    layer: str | None = None,
    use_raw: bool | None = None,
    key_added: str = keys.DRUG_TARGETS,
    copy: bool = False,
) -> AnnData | None:
    r"""List the drugs that aim at axes, programmes and cells found in these data, with evidence.

    Research context, never advice. Each row is one drug (or class, strategy, pathway),
    the gene that it acts on (its *drug target*) and what that belongs to: an axis, a
    programme, or cells of a lineage or in a state. Actions and statuses are those of
    the sources, a status always as of its date; "approval not recorded" says that the
    table used does not hold it, not that the drug has none. Drugs whose sources contradict
    each other are listed apart (`docs/drug_targets.md`).

    An axis may be specific by pairs that the drug does not touch. So its samples count only where
    its best core pair, over all samples, has the drug target, or those in which a core pair with
    it is specific by itself; and never where :func:`tmeatlas.tl.axes` rules the axis out over all
    samples, or calls it mostly ambient RNA. Of a drug target in no core pair (a
    coreceptor, or what carries the signal on), the samples of the axis count where 10 % of
    the receiver or more express it. A programme counts in a sample where its consensus
    is more than 0.2 standard deviations above that of other cells of like depth in a
    group that expresses the drug target; cells of a lineage or in a state count with as
    many cells as the crosstalk asks of a group.

    - *supported*: in two samples or more;
    - *seen in one sample*, or only where the cells of all samples are put together;
    - *expressed, not specific*: at least 10 % of the cells of some type show it;
    - *not seen*: fewer do, which in shallow data is no sign of absence;
    - *not measured*: the data lack the gene, or the sources name none.

    How specific a drug target is over the groups of cells is told by τ (Yanai et al., 2005),

    .. math:: \tau = \frac{1}{n - 1} \sum_{g=1}^{n} \left(1 - \frac{x_g}{\max x}\right),

    with :math:`x_g` its mean in group :math:`g` on the linear scale, over samples that weigh
    alike: 0 where all groups are alike, 1 where a single one has it.

    Parameters
    ----------
    adata
        Cells × genes, after :func:`tmeatlas.tl.crosstalk` and :func:`tmeatlas.tl.axes`, whose
        groups, samples and matrix are taken over; programmes need
        :func:`tmeatlas.tl.consensus`, states :func:`tmeatlas.tl.call_states`.
    table
        Drugs of your own: a DataFrame, or the path of a CSV or TSV file, with ``drug``,
        ``drug_target`` (gene symbol), ``action`` (blocks, activates, depletes the cell,
        reprogrammes the cell, degrades the product, not stated) and, if you like,
        ``status`` with ``status_date``, ``kind``, ``axes`` (ids joined by ";"; by
        default those whose core pairs have the gene), ``programme``, ``state``,
        ``lineage``, ``status_source``, ``interventions``, ``note``.
        :func:`tmeatlas.sig.drug_targets` gives the built-in table to start from.
    axes_key, consensus_key, state_key
        The `key_added` of the axes, the consensus and the states.
    lineage_key
        Column of `obs` whose labels name lineages, by which malignant cells are told from
        normal ones. By default ``"tme_lineage"`` where it is there, else the groups.
    layer, use_raw
        The matrix to read; by default that of the crosstalk.
    key_added
        Where to write in `uns`.
    copy
        Return a changed copy instead of changing `adata`.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes

    ``uns["tme_drug_targets"]`` : DataFrame, one row per drug, drug target and what it belongs to
        The best supported first. ``drug``, ``drug_target``, ``kind``, ``action``, ``role`` (of
        the drug target on the axis), ``direction`` (such as "blocker of the ligand"), ``level``
        (axis, programme, state, lineage), ``feature`` (its id), ``name``; ``support``,
        ``verdict`` (of the axis on its best route); ``source`` and ``target`` of this route
        and its ``interaction``; ``senders`` and ``receivers`` of all supported routes (else
        of those that are seen; of programmes the groups); ``n_samples``,
        ``n_samples_specific``, ``routes``, ``padj``; ``group`` in which the drug target was
        looked at, the ``share`` of its cells that show it with ``share_low`` and
        ``share_high`` (Wilson), ``specificity`` (τ); ``normal_groups`` of
        these data that have it as well, with shares, and ``n_normal_groups``; ``status``,
        ``status_date``, ``status_source``, ``intervention``, ``note``, ``use``.
    ``uns["tme_drug_targets_expression"]`` : DataFrame, one row per drug target and group
        ``normal``, ``cells``, ``share`` with its interval, ``mean``, ``specificity``.
    ``uns["tme_drug_targets_conflicting"]`` : DataFrame, one row per drug that is left out
        ``drug``, ``drug_target``, ``conflict``, ``use``.
    ``uns["tmeatlas"]["tme_drug_targets"]`` : dict
        The table and its sources, thresholds, versions.

    Raises
    ------
    MissingKeyError
        No axes or crosstalk, a table without these columns.
    InputError
        A status without its date, an action of another name, axes of other cells.
    CoverageError
        None of the drug targets is in the data.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type")
    >>> tme.tl.axes(adata)
    >>> tme.tl.drug_targets(adata)
    >>> tme.get.drug_targets(adata)["support"].iloc[0]  # no samples were told apart
    'seen in one sample'
    """
    adata = check_adata(adata)
    DrugTargets.check_key(adata, key_added)
    if copy:
        check_in_memory(adata)
    drugs = as_drug_table(table)
    axes = Axes.read(adata, axes_key)
    crosstalk = Crosstalk.read(adata, axes.record.param("crosstalk"))
    run = read_run(crosstalk)
    matrix = _open(adata, run, layer, use_raw)
    part = read_partition(adata, axes, run.min_cells)
    spots = rows_are_spots(adata)  # regions are no lineages, and spots mix cells
    lineages = None if spots else lineages_of(adata, axes.groupby, lineage_key)
    data = read_data(
        *(adata, matrix, drugs, part, lineages),
        axes=axes,
        crosstalk=crosstalk,
        consensus=Consensus.find(adata, consensus_key),
        states=States.find(adata, state_key),
    )
    result = DrugTargets(
        key=key_added,
        table=drug_table(judge(drugs, data)),
        expression=expression_rows(data.expression, data.normal),
        conflicting=conflicting_table(drugs),
        record=DrugTargets.new_record(
            adata,
            groupby=axes.groupby,
            sample_key=axes.sample_key or None,
            params={
                **{"axes": axes_key, "consensus": consensus_key, "states": state_key},
                **{"lineage_key": lineage_key, "layer": layer, "use_raw": use_raw},
                "key_added": key_added,
            },
            facts={
                **{"matrix": matrix.name, "min_cells": run.min_cells, "spots": axes.caveat},
                "rows": "spots" if spots else "cells",
                **_facts(drugs, data, lineages),
            },
        ),
    )
    adata = adata.copy() if copy else adata
    if not spots and not result.record.facts["malignant_cells_known"]:
        note("no cell is called malignant, so epithelial cells are not counted as normal")
    note(RESEARCH_ONLY)
    result.write(adata)
    return adata if copy else None


def _open(
    adata: AnnData, run: CrosstalkRun, layer: str | None, use_raw: bool | None
) -> ExpressionMatrix:
    """The matrix that was asked for, else that of the crosstalk."""
    if layer is None and use_raw is None:
        layer, use_raw = run.layer, run.use_raw
    return open_matrix(
        adata,
        layer=layer,
        use_raw=use_raw,
        accepts=(MatrixKind.LOGNORM,),
        needed_by="tl.drug_targets",
    )


def _facts(table: DrugTable, data: Data, lineages: CellLineages | None) -> dict[str, object]:
    """What was held against the data, and by which conventions."""
    wanted = dict.fromkeys(entry.programme for entry in table if entry.programme)
    return {
        "drugs": table.name,
        "n_drugs": len({entry.drug for entry in table}),
        "n_drug_targets": len(table.genes),
        "missing_genes": [gene for gene in table.genes if not data.expression.has(gene)],
        "programmes_not_scored": [name for name in wanted if name not in data.programmes],
        "lineages": lineages.key if lineages else "",
        "malignant_cells_known": lineages is not None and bool(lineages.within(MALIGNANT).any()),
        "expressed": EXPRESSED,
        "fewest_samples": FEWEST_SAMPLES,
        "sources": [f"{source.name} ({source.release})" for source in table.sources],
        "status": NO_APPROVAL,
        "use": RESEARCH_ONLY,
    }
