"""Who talks to whom: ligands and receptors between groups of cells."""

from __future__ import annotations

import json
import os

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._errors import InputError
from tmeatlas._numbers import check_number
from tmeatlas._values import MatrixKind
from tmeatlas.cells import read_groups
from tmeatlas.interactions import (
    Interactions,
    Microenvironments,
    as_interactions,
    read_microenvironments,
)
from tmeatlas.lr import run_crosstalk
from tmeatlas.matrix import open_matrix
from tmeatlas.results import Crosstalk
from tmeatlas.tl._crosstalk_ambient import read_ambient
from tmeatlas.tl._crosstalk_inputs import not_comparable, read_cells, read_samples
from tmeatlas.tl._crosstalk_levels import sample_levels
from tmeatlas.tl._crosstalk_meeting import InTissue, who_meets
from tmeatlas.tl._crosstalk_report import facts, warn_of_gaps
from tmeatlas.tl._lost_genes import find_interactions, lost_interactions
from tmeatlas.tl._whole_samples import refuse_whole_samples


def crosstalk(
    adata: AnnData,
    groupby: str,
    *,
    database: Interactions | pd.DataFrame | str | os.PathLike[str] = "tme",
    sample_key: str | None = None,
    by_sample: bool = False,
    microenvironments: Microenvironments | None = None,
    tissue: bool = False,
    n_neighbors: int | None = None,
    radius: float | None = None,
    min_cells: int = 10,
    min_fraction: float = 0.0,
    layer: str | None = None,
    use_raw: bool | None = None,
    key_added: str = keys.CROSSTALK,
    copy: bool = False,
) -> AnnData | None:
    r"""Test ligand-receptor interactions between all pairs of groups.

    Reads log-normalised expression. Each ligand in each source group, and each
    receptor in each target group, is tested by itself against other cells of
    like depth: fifths of the cells (of each sample) by the number of genes that
    they show. A row needs both sides,
    :math:`p = \max(p_{ligand}, p_{receptor})`, so nothing is carried by one of
    them. Nothing is drawn at random: the same data give the same result.

    A side has to exceed the others by more than a tenth; that is part of the
    test, so that many cells do not make every difference specific. Under its
    null hypothesis the cells of a group are drawn from those of each stratum,
    cells that show more being drawn more often, until the group is expected to
    have just 1.1 times the level of the others. Where fewer than 5 cells
    are expected to show a gene in the group, the cells that show it are
    counted: the tail is exact (hypergeometric; Fisher's noncentral one for a
    factor above 1). Elsewhere the tail of the mean is that of a double
    saddlepoint (Skovgaard, 1987). A complex is as strong as its weakest
    subunit, and its p-value the lowest that a subunit gives: that all subunits
    reach the level of the weakest is no likelier than that one does.

    A group with :math:`p \leq 10^{-4}` is set aside and the others are tested
    among themselves, again and again while half of the groups remain, so that a
    strong source does not hide the next one. Specific hence means: standing out
    from at least half of the groups.

    P-values are adjusted for the need of two sides (AdaFilter; Wang et al.,
    2022) over all pairs of groups of all interactions that signal or adhere and
    that any cell shows, whether or not the table lists them. Decoys, cleavage,
    antagonists and coreceptors carry a p-value, but no verdict: `role` says why.

    Where :func:`tmeatlas.tl.quality` was run before by the same groups, rows say
    which side is mostly ambient RNA. Their numbers stay, but they are listed
    apart and are not called specific without saying so.

    A small p-value says that the pair of groups stands out from other cells,
    not that the cells touch; with `tissue` only groups that do are tested. With three
    samples or more the verdict comes from the samples: a row has to be specific in
    at least half of those that have both groups, and in two at least (the partial
    conjunction of their p-values, by Fisher's method). With fewer, cells are the
    replicates, and other patients may not show it.

    All cores that the process may use work on it, or as many as the environment
    variable ``NUMBA_NUM_THREADS`` says. An interaction in cis (such as PD-L1
    with CD80) goes from each group to itself only.

    Parameters
    ----------
    adata
        Cells × genes, log-normalised.
    groupby
        The `obs` column with the groups. Cells without a group are left out.
    database
        What :func:`tmeatlas.sig.interactions` takes: ``"tme"``, the built-in
        axes; ``"cellphonedb"``, or the path of a CellPhoneDB release; the name
        of a resource of LIANA, such as ``"consensus"``; a DataFrame with the
        columns ``ligand`` and ``receptor``, or the path of such a table.
    sample_key
        The `obs` column with the samples (patients or biopsies): cells are then
        compared within each sample, and with three samples or more the verdict
        comes from them.
    by_sample
        Also list the rows of every sample. Needs `sample_key`.
    microenvironments
        Which groups can meet: ``{"niche": ["T cell", "macrophage"]}``, a
        DataFrame with the columns ``cell_type`` and ``microenvironment``, or
        the path of such a table. Groups that share none are not tested together.
    tissue
        Test only groups that touch in the tissue: of either, `min_cells` cells have a
        neighbour of the other, in the same sample. Needs ``obsm["spatial"]``, and
        squidpy. A group always reaches itself. Each section of the tissue is a sample:
        `sample_key` names them, and a pair counts in those in which it touches.
    n_neighbors, radius
        Who is a neighbour, as for :func:`tmeatlas.tl.niches`: so many of the nearest
        cells, or all within a distance in the units of the coordinates; by default
        the 10 nearest cells, and of spots those that touch.
    min_cells
        Groups with fewer cells are left out, with a warning; and in each sample,
        where samples are tested.
    min_fraction
        Rows where the ligand or the receptor is seen in a smaller share of its
        group are not listed, but still count as tests when p-values are
        adjusted. By default nothing is dropped: read the cell counts and the
        verdict instead.
    layer
        Key of `adata.layers`; by default `X`, or `adata.raw` where `X` is scaled. Molecules
        are those of ``layers["counts"]``, or of another layer or raw that holds counts.
    use_raw
        ``True`` reads `adata.raw`, which has all genes where `adata` was cut down to the
        variable ones; ``False`` never does.
    key_added
        Where to write in `uns`.
    copy
        Return a changed copy instead of changing `adata`.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes

    ``uns[key_added]`` : DataFrame
        One row per interaction, source and target of which both sides are
        seen: first those that are specific, by falling ``score``, then the
        others, then those that are specific but mostly ambient RNA, then those
        whose role carries no verdict. Categorical:
        ``source``, ``target``, ``ligand_complex``, ``receptor_complex``
        (subunits joined by "_"), ``axis``, ``interaction``, ``role``, ``core``
        ("core" pairs are those that an axis answers to, others are
        "associated"), ``disputed`` ("yes", "few", or empty), ``verdict``,
        ``ambient`` ("ligand" in the source, "receptor" in the target, or
        "both": ambient RNA explains half of its molecules there or more, of a
        complex those of a subunit; empty where not, or not judged),
        ``sample`` (empty: all cells). float32: ``score``, from 0 to 1: the
        geometric mean over both sides of :math:`(s - 1) / (s + 3) \cdot f`, with
        :math:`s` the lower limit of the specificity and :math:`f` that of the
        share of cells; ``mean`` of both means; and of the ligand in the source
        and the receptor in the target (``ligand_mean``, ``receptor_mean`` and
        so on): ``_mean``; ``_fraction``, the share of cells above 0, with its
        95 % interval (Wilson), ``_fraction_low`` and ``_fraction_high``;
        ``_specificity``, the mean over that of other cells of like depth that
        do not stand out (Mantel-Haenszel; 1 is alike), with the lower end of
        its 90 % interval, ``_specificity_low``, and the upper end without all
        groups that may stand out, ``_specificity_high``; ``_molecules``
        counted, NaN without counts; ``source_cells_needed`` and
        ``target_cells_needed``: where there are too few cells, with how many of
        that group the side would pass in 80 of 100 cases, NaN where it is not
        what lacks (both are where samples lack, and all cells together would
        do), and infinite where no excess was seen that more cells could show.
        float32: ``coverage``, the share of the interactions of its axis that have
        all genes in the data. int32: ``n_resources``, the independent lists that hold the
        interaction; ``_cells`` above 0; ``source_cells`` and ``target_cells``,
        the sizes of the groups. Of a complex, the cells of its least seen
        subunit, and the molecules of that with the fewest. float64:
        ``ligand_pval``, ``receptor_pval``, ``pval``, ``padj``.

        The verdict is "specific" where ``padj`` is at most 0.05, or "specific,
        mostly ambient" where a side is as well; else "not
        specific" where that is ruled out (the upper end of a side's specificity
        is below 1.1, of all cells or in so many samples that too few are left);
        else "too few cells"; "not testable" where a group has no
        cells of like depth to be compared with; and empty for roles that carry
        no signal.

        With `sample_key`, int32: ``n_samples`` in which both groups can be
        tested (with `tissue`: and touch), ``n_samples_seen`` of them that show both sides,
        ``n_samples_specific`` by the p-values of each; float64: ``pval_pooled``,
        of all cells together. With `by_sample` the rows of each sample follow,
        with its name in ``sample``, p-values adjusted within it, and 0 or NaN
        in these columns.

        With `tissue`, int32: ``contacts``, the neighbours in the target that the cells of the
        source have; ``source_cells_near`` and ``target_cells_near``, the cells of either that
        have one of the other. float32: ``ligand_mean_near`` and ``ligand_mean_away``, the mean
        of the ligand in cells of the source beside a target, and in the others.
    ``uns[f"{key_added}_levels"]`` : DataFrame
        With `sample_key`: one row per sample, group that it has cells of, and
        ligand or receptor.
        Categorical ``sample``, ``group``, ``partner``; float32 ``mean`` and
        ``fraction``; int32 ``cells``, the size of the group in the sample.
    ``uns["tmeatlas"][key_added]`` : dict
        Options and versions, and what the table cannot show: the number of
        tests (``n_rows_tested``), the p-value that a side had to reach
        (``threshold``), whether the verdicts rest on samples
        (``verdict_by_samples``), the number of rows with a ligand or receptor
        that no cell of the group shows (``n_rows_not_seen``), the number of
        interactions with genes that the data lack
        (``n_interactions_untestable``) and these genes (``missing_genes``), the
        share of the interactions that can be tested (``coverage``), the
        groups left out, those without cells of like depth to be compared
        with (``groups_not_comparable``), the key of the quality that says what
        is ambient RNA (``ambient_judged_by``) or why nothing does
        (``ambient_not_judged``), and the number of rows that are specific but
        mostly ambient (``n_rows_ambient``).

    Raises
    ------
    MissingKeyError
        No such `obs` column, layer, database or group.
    CoverageError
        No interaction has all its genes in the data.
    InputError
        Fewer than two groups; values that are not log-normalised; a sample
        layout in which nothing can be compared; an option out of range; a
        `key_added` that holds something else.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type")
    >>> bool((adata.uns["tme_crosstalk"]["pval"] > 0).all())
    True
    """
    check_adata(adata)
    _check_options(min_cells, min_fraction, by_sample=by_sample, sample_key=sample_key)
    Crosstalk.check_key(adata, key_added)
    if copy:
        check_in_memory(adata)
    interactions = as_interactions(database)
    groups = read_groups(adata, groupby, min_cells=min_cells)
    places = None
    if microenvironments is not None:
        places = read_microenvironments(microenvironments, [*groups.labels, *groups.too_small])
    where = InTissue(tissue, n_neighbors, radius)
    where.check()
    meet = who_meets(*(adata, groups, places, where), sample_key=sample_key, min_cells=min_cells)
    samples, names = read_samples(adata, sample_key, groups)
    matrix = open_matrix(
        adata,
        layer=layer,
        use_raw=use_raw,
        accepts=(MatrixKind.LOGNORM,),
        needed_by="tl.crosstalk",
    )
    refuse_whole_samples(matrix, "tl.crosstalk")
    matched = find_interactions(adata, matrix, interactions)
    ambient = read_ambient(adata, matrix, matched, groups)
    cells = read_cells(
        *(adata, matrix, matched, groups, samples),
        ambient=ambient.genes,
        may_be_raw=use_raw is not False,
    )
    tested = run_crosstalk(
        cells,
        matched,
        sample_names=names,
        list_samples=by_sample,
        min_cells=min_cells,
        min_fraction=min_fraction,
        meeting=meet.meeting,
    )
    params = {
        "groupby": groupby,
        "database": interactions.name,
        "sample_key": sample_key,
        "by_sample": by_sample,
        "microenvironments": "" if places is None else json.dumps(places),
        **where.params,
        "min_cells": min_cells,
        "min_fraction": min_fraction,
        "layer": layer,
        "use_raw": use_raw,
    }
    not_compared = not_comparable(cells)
    result = Crosstalk(
        key=key_added,
        table=tested.table,
        levels=None if samples is None else sample_levels(cells, matched, samples, names),
        record=Crosstalk.new_record(
            adata,
            groupby=groupby,
            sample_key=sample_key,
            params=params,
            facts=facts(matrix, groups, interactions, tested, not_compared)
            | ambient.facts(tested.table)
            | meet.facts,
        ),
    )
    adata = adata.copy() if copy else adata
    result.write(adata)
    lost = lost_interactions(adata, matrix, interactions, matched)
    warn_of_gaps(groups, tested, not_compared, lost)
    return adata if copy else None


def _check_options(
    min_cells: int, min_fraction: float, *, by_sample: bool, sample_key: str | None
) -> None:
    if by_sample and sample_key is None:
        raise InputError(
            f"{option('by_sample', True)} needs to know the samples: pass "
            f"{option('sample_key')}, the obs column "
            "with the patients or biopsies."
        )
    check_number("min_cells", min_cells, low=1, whole=True)
    remedy = "It is a share, not per cent."
    check_number("min_fraction", min_fraction, low=0, high=1, remedy=remedy)
