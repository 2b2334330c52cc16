"""Patients of two or more conditions, whose differences are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas._numbers import check_number
from tmeatlas.datasets._cohort_design import make_design
from tmeatlas.datasets._cohort_effects import read_effects
from tmeatlas.datasets._cohort_levels import draw_levels
from tmeatlas.datasets._cohort_sampling import (
    draw_cohort_cells,
    draw_cohort_counts,
    log_fold_changes,
)
from tmeatlas.datasets._cohort_truth import describe_cohort, true_levels
from tmeatlas.datasets._design import SOURCES
from tmeatlas.datasets._profiles import read_profiles, with_unseen
from tmeatlas.datasets._simulated import axis_genes, make_generator, true_axes
from tmeatlas.datasets._tissue import (
    check_tissue,
    in_tissue,
    lay_out,
    near_only,
    true_tissue_axes,
    with_smooth_activity,
)

MOST_PATIENT_EFFECT = 0.9
FEWEST_CELLS = 10


def simulated_cohort(
    n_patients: int | Mapping[str, int] = 8,
    *,
    conditions: Sequence[str] = ("control", "case"),
    paired: bool = False,
    patient_effect: float = 0.1,
    effects: Mapping[str, Mapping[str, Any]] | None = None,
    n_cells: int | tuple[int, int] = 150,
    spread: Mapping[str, float] | None = None,
    missing: Mapping[str, Sequence[str]] | None = None,
    batches: int = 1,
    tissue: str | None = None,
    near_axes: Sequence[str] = (),
    rng: int | np.random.Generator = 0,
) -> AnnData:
    r"""Simulate patients of two or more conditions, for tests between these.

    Cells are those of :func:`tmeatlas.datasets.simulated`: the same cell types,
    states, programmes, planted axes, depth and noise. What differs from it is who
    they come from. Without `effects` nothing differs between the conditions, but
    patients differ: in composition, in how far their cells run each programme, in
    the expression of every gene in every cell type, and in depth. With `effects`
    the second condition differs as told; further conditions are like the first.

    With intraclass correlation :math:`\rho` (`patient_effect`), the activity of a
    programme varies between samples of different patients with the variance
    :math:`\rho\,0.3^2`, and among the cells of a type and sample with
    :math:`(1-\rho)\,0.3^2`; half of the former is common to all cell types. The
    mean of each gene in each cell type is multiplied by a log-normal factor whose
    log has the variance :math:`0.25\,\rho / (1 - \rho)`, 0.25 being the typical
    variance of a gene among alike cells. Shares of populations follow a Dirichlet
    distribution (concentration 60). Three quarters of each variance are the
    patient's and shared by his samples in a paired design; a quarter is the
    sample's own. Each tumour has its own malignant expression.

    Parameters
    ----------
    n_patients
        Patients in each condition; a dict by condition for groups of unequal size.
    conditions
        Names of the conditions, the reference first.
    paired
        Every patient has a sample of every condition. Else each sample is of a
        patient of its own.
    patient_effect
        Intraclass correlation, from 0 (samples of all patients are alike but for
        composition, depth and tumour) to 0.9.
    effects
        What differs in the second condition, as a dict of dicts. A size is a
        number, or a dict of numbers by cell type (by side for axes).

        ``"programmes"``: ``{"interferon": 0.3}`` is added to the activity
        (``"interferon"``, ``"stress"``; 1 is full activity).
        ``"composition"``: ``{"Treg": 2.0}`` multiplies the share of a cell type or
        of a state (``"malignant_hypoxic"``) before shares are made to sum to 1.
        ``"genes"``: ``{"SPP1": {"TAM SPP1": 4.0}}`` multiplies the mean of a gene.
        ``"axes"``: ``{"tgfb": 4.0}`` multiplies the ligands of a planted axis in
        its sources and the receptors in its targets; ``{"tgfb": {"ligand": 4.0}}``
        one side.
    n_cells
        Cells of each sample, or the least and the most of them.
    spread
        Factor of the differences between patients, by condition:
        ``{"case": 3.0}`` for a condition that is less uniform. Since the levels of all
        genes add up to one, logs of most of them are then lower as well.
    missing
        Cell types that samples lack: ``{"sample01": ["Treg"]}``. Samples are
        numbered condition after condition.
    batches
        Number of batches; more than one add a column ``batch`` and a log-normal
        factor (0.2) for each gene. Patients of a condition take turns in them.
    tissue
        None: cells have no place. Else every sample is a section of tissue, in µm.

        ``"niches"``: six niches are planted, ``"tumour"``, ``"hypoxic core"``,
        ``"suppressive"`` (regulatory T cells, SPP1 macrophages, exhausted T cells),
        ``"infiltrate"``, ``"TLS"`` and ``"stroma"``, each with cell types of its own.
        ``"smooth"``: nothing is planted. Each population has a density that is
        smooth over the section (60 µm) and independent of those of the others.
        ``"spots"``: the niches under spots of 55 µm, 100 µm apart, each of which has
        the counts of some eight cells.

        Half of the variance of activity among the cells of a section is smooth
        over it, and independent of where cell types and niches are.
    near_axes
        Planted axes whose ligands only those sources have that lie within 30 µm of
        a target: ``["tgfb"]``.
    rng
        Seed, or a :class:`numpy.random.Generator`. Equal seeds give equal data.

    Returns
    -------
    AnnData
        With ``X``, ``obs_names``, ``var_names``, ``obs["cell_type"]``,
        ``obs["true_state"]``, the flags ``obs["true_..."]``, ``uns["truth"]``,
        ``uns["source"]`` and ``uns["tme_simulated"]`` as in
        :func:`tmeatlas.datasets.simulated`, and

        ``obs["sample"]``, ``obs["patient"]``, ``obs["condition"]`` : categorical
            ``obs["batch"]`` too where there are `batches`.
        ``obs["true_interferon"]``, ``obs["true_stress"]`` : float32
            Activity of the cell.
        ``uns["truth_effects"]`` : DataFrame
            What was planted: ``what`` (a key of `effects`), ``feature``, ``side``
            and ``gene`` (of axes and genes), ``group`` (cell type; empty where it
            is all cells), ``condition``, ``size``, ``unit``.
        ``uns["truth_levels"]`` : DataFrame
            What is true of each sample, however few cells were drawn: ``what``,
            ``feature``, ``group`` (cell type), ``sample``, ``value``. Programmes:
            mean activity. Composition: the share of each cell type. States: the
            share of each state within its cell type. Genes (those of planted axes
            and of `effects`): log2 of the mean counts per 10,000; of `near_axes`, of
            sources beside a target.

        and with a `tissue`

        ``obsm["spatial"]`` : array, cells × 2
            µm in the section of the sample; sections lie on top of each other.
        ``obs["true_niche"]`` : categorical
            Where the cell lives (not with ``tissue="smooth"``); of a spot, the niche
            of most of its cells.
        ``uns["truth"]["near_only"]`` : bool
            Whether the axis is one of `near_axes`.

        Rows of ``tissue="spots"`` are spots: ``obs`` has no cell types or states, but
        ``in_tissue``, ``array_row``, ``array_col`` and ``true_cells`` (how many), and
        means of the activity; ``obsm["true_shares"]`` has the share of each cell
        type, and ``uns["spatial"]`` each slide's scale factors.

    Raises
    ------
    InputError
        A number out of range; names of conditions that do not fit.
    MissingKeyError
        `effects`, `spread` or `missing` name something that is not there.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated_cohort(
    ...     3, effects={"composition": {"Treg": 3.0}, "axes": {"tgfb": 4.0}}, n_cells=60
    ... )
    >>> adata.obs.groupby("condition", observed=True)["patient"].nunique().tolist()
    [3, 3]
    >>> adata.uns["truth_effects"][["what", "feature", "group", "size"]].values.tolist()[0]
    ['composition', 'Treg', '', 3.0]
    """
    check_number("patient_effect", patient_effect, low=0, high=MOST_PATIENT_EFFECT)
    fewest, most = _check_cells(n_cells)
    design = make_design(
        n_patients, conditions, paired=paired, batches=batches, spread=spread, missing=missing
    )
    profiles, responses = read_profiles()
    planted = read_effects(effects, profiles.columns.tolist())
    near = check_tissue(tissue, near_axes, planted.log_niches)
    generator = make_generator(rng)
    fixed = profiles.columns.isin(axis_genes())
    levels = draw_levels(design, planted, patient_effect, profiles.columns, fixed, generator)
    sizes = generator.integers(fewest, most, size=len(design.condition), endpoint=True)
    cells = draw_cohort_cells(levels, sizes, list(profiles.index), generator)
    layout, log_effects = None, None
    if tissue is not None:
        of_sections = np.where(design.condition[:, None] == 1, planted.log_niches, 0.0)
        layout = lay_out(tissue, cells, of_sections, generator)
        cells = with_smooth_activity(cells, levels, layout.smooth, generator)
        log_effects = near_only(cells, layout, near, profiles.columns)
    counts = draw_cohort_counts(cells, levels, profiles, responses, fixed, generator, log_effects)
    if layout is None:
        adata = with_unseen(counts, describe_cohort(cells, design), profiles.columns)
    else:
        adata = in_tissue(counts, cells, layout, design, profiles.columns)
    seed = "a generator of the caller" if isinstance(rng, np.random.Generator) else f"seed {rng}"
    adata.uns[keys.SIMULATED] = f"simulated cohort, negative-binomial counts, {seed}"
    adata.uns[keys.TRUTH] = true_axes() if layout is None else true_tissue_axes(near)
    adata.uns[keys.TRUTH_EFFECTS] = planted.table(design.conditions[1])
    adata.uns[keys.TRUTH_LEVELS] = true_levels(
        levels,
        design.samples,
        profiles,
        log_fold_changes(responses, fixed),
        tracked=dict.fromkeys([*axis_genes(), *(gene for _, gene in planted.log_means)]),
    )
    adata.uns[keys.SOURCE] = dict(SOURCES)
    return adata


def _check_cells(n_cells: int | tuple[int, int]) -> tuple[int, int]:
    """The least and the most cells of a sample."""
    fewest, most = n_cells if isinstance(n_cells, tuple) and len(n_cells) == 2 else (n_cells,) * 2
    for number in (fewest, most):
        check_number("n_cells", number, low=FEWEST_CELLS, whole=True)
    if fewest > most:
        raise InputError(f"Expected `n_cells` as (least, most), found {n_cells!r}.")
    return int(fewest), int(most)
