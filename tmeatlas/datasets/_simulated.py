"""A tumour whose truth is known."""

from __future__ import annotations

import numbers

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas.datasets._design import AXES, CONDITIONS, POPULATIONS, SAMPLES, SOURCES, TRUTHS
from tmeatlas.datasets._profiles import read_profiles, with_unseen
from tmeatlas.datasets._sampling import ACTIVITY, Cells, draw_cells, draw_counts, draw_means

MIN_CELLS = 100


def simulated(n_cells: int = 3000, *, rng: int | np.random.Generator = 0) -> AnnData:
    r"""Simulate a carcinoma with known cell types, programmes and crosstalk.

    Eight patients with one sample each, four with an inflamed and four with an
    excluded tumour microenvironment. Excluded tumours have more myofibroblastic
    CAFs, SPP1 macrophages, regulatory T cells and hypoxic malignant cells, inflamed
    ones more CD8, CD4, B and dendritic cells and a stronger interferon response in
    all cells; the samples of a condition vary around its composition. Malignant
    cells differ from patient to patient.

    The mean :math:`\mu_{cg}` of gene `g` in cell `c` is the cell's depth times a
    geometric mixture of mean profiles (so that monocytes lead over to macrophages,
    effector to exhausted T cells ...), times a mild effect of the sample, plus 2
    to 5 % ambient RNA; every cell also runs a stress and an interferon response to
    some degree. Counts are negative binomial,

    .. math:: x_{cg} \sim \mathrm{Poisson}(\mu_{cg}\,\gamma), \quad
              \gamma \sim \mathrm{Gamma}(1/\phi_g, \phi_g), \quad
              \operatorname{Var} x_{cg} = \mu_{cg} + \phi_g \mu_{cg}^2,

    with a dispersion :math:`\phi_g` around 0.25. The profiles are rounded means of
    groups of cells of three published tumours (``uns["source"]``); no cell of
    theirs is part of the data. Hypoxia, exhaustion and other programmes were
    planted by raising most genes of published signatures, and the interactions in
    ``uns["truth"]`` by raising their genes in source and target and lowering them
    everywhere else.

    Parameters
    ----------
    n_cells
        Number of cells, at least 100. The rarest cell types make up 2 % of the
        cells; below some 1,000 cells, a few may be missing from a sample.
    rng
        Seed, or a :class:`numpy.random.Generator` to draw from. Equal seeds give
        equal data.

    Returns
    -------
    AnnData
        With

        ``X`` : CSR matrix, float32
            Raw counts, integers.
        ``obs_names``, ``var_names`` : str
            Sample and number of the cell (``"sample1_0001"``); HGNC gene symbols. The last
            three genes, which hardly a cell of the tumours shows, have no counts.
        ``obs["sample"]`` : categorical
            Sample, which is also the patient.
        ``obs["condition"]`` : categorical
            ``"inflamed"`` or ``"excluded"``; the same in all cells of a sample.
        ``obs["cell_type"]`` : categorical
            The true cell type.
        ``obs["true_state"]`` : categorical
            Finer than the cell type: malignant cells are ``"malignant"``,
            ``"malignant_cycling"`` or ``"malignant_hypoxic"``.
        ``obs["true_caf"]``, ``obs["true_tam"]``, ``obs["true_treg"]`` : bool
            Whether the cell is a cancer-associated fibroblast, a tumour-associated
            macrophage, a regulatory T cell.
        ``obs["true_exhausted"]``, ``obs["true_hypoxic"]`` : bool
            Whether the cell is an exhausted CD8 T cell, a malignant cell in hypoxia.
        ``obs["true_interferon"]`` : float32
            How far the cell runs the interferon response, from 0; 1 multiplies its
            genes by about three.
        ``uns["truth"]`` : DataFrame
            The planted interactions: ``axis``, ``source``, ``target`` (cell types),
            ``ligand_complex``, ``receptor_complex`` (subunits joined by "_").
        ``uns["truth_composition"]`` : DataFrame
            ``condition``, ``cell_type`` and ``share``, the expected share of the
            cells of a sample.
        ``uns["source"]`` : dict of str
            The studies behind the mean profiles.
        ``uns["tme_simulated"]`` : str
            Says that the data are simulated, and from which seed.

    Raises
    ------
    InputError
        `n_cells` is not an integer of at least 100, or `rng` neither a seed nor a
        generator.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(500)
    >>> adata.n_obs, int(adata.obs["sample"].nunique())
    (500, 8)
    """
    n_cells = check_n_cells(n_cells)
    generator = make_generator(rng)
    profiles, responses = read_profiles()
    cells = draw_cells(n_cells, list(profiles.index), generator)
    cell_type = np.array([kind.cell_type for kind in POPULATIONS.values()])[cells.population]
    malignant = cell_type == "Malignant"
    fixed = profiles.columns.isin(axis_genes())
    means = draw_means(profiles, responses, cells, fixed, generator)
    counts = draw_counts(cells, means, malignant, generator)
    adata = with_unseen(counts, describe_cells(cells), profiles.columns)
    seed = "a generator of the caller" if isinstance(rng, np.random.Generator) else f"seed {rng}"
    adata.uns[keys.SIMULATED] = f"simulated tumour, negative-binomial counts, {seed}"
    adata.uns[keys.TRUTH] = true_axes()
    adata.uns[keys.TRUTH_COMPOSITION] = true_composition()
    adata.uns[keys.SOURCE] = dict(SOURCES)
    return adata


def check_n_cells(n_cells: object) -> int:
    """`n_cells` as an int, if it is one and large enough for eight samples."""
    if isinstance(n_cells, bool) or not isinstance(n_cells, numbers.Integral):
        raise InputError(
            f"Expected `n_cells` to be an integer, found {n_cells!r}. "
            "Write for example simulated(3000)."
        )
    if n_cells < MIN_CELLS:
        raise InputError(
            f"Expected `n_cells` of at least {MIN_CELLS}, so that the {len(SAMPLES)} samples have "
            f"cells, found {n_cells}. For fewer cells, subset: simulated({MIN_CELLS})[:50]."
        )
    return int(n_cells)


def make_generator(rng: object) -> np.random.Generator:
    """The generator that a seed or a generator stands for."""
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, bool) or not isinstance(rng, numbers.Integral) or rng < 0:
        raise InputError(
            f"Expected `rng` to be a seed (0, 1, 2, ...) or a numpy.random.Generator, "
            f"found {rng!r}. Write for example simulated(rng=1)."
        )
    return np.random.default_rng(int(rng))


def axis_genes() -> list[str]:
    """Genes of the planted interactions."""
    return [gene for axis in AXES for gene in (*axis.ligands, *axis.receptors)]


def describe_cells(cells: Cells) -> pd.DataFrame:
    """The `obs` of the cells."""
    names = list(SAMPLES)
    kinds = list(POPULATIONS.values())
    condition_codes = np.array([CONDITIONS.index(SAMPLES[name]) for name in names])
    cell_types = list(dict.fromkeys(kind.cell_type for kind in kinds))
    type_codes = np.array([cell_types.index(kind.cell_type) for kind in kinds])
    number = np.arange(len(cells.sample)) - np.searchsorted(cells.sample, cells.sample) + 1
    obs = pd.DataFrame(
        {
            "sample": pd.Categorical.from_codes(cells.sample, pd.Index(names)),
            "condition": pd.Categorical.from_codes(
                condition_codes[cells.sample], pd.Index(CONDITIONS)
            ),
            "cell_type": pd.Categorical.from_codes(
                type_codes[cells.population], pd.Index(cell_types)
            ),
            "true_state": pd.Categorical.from_codes(cells.population, pd.Index(POPULATIONS)),
        },
        index=[f"{names[code]}_{n:04d}" for code, n in zip(cells.sample, number, strict=True)],
    )
    for truth in TRUTHS:
        obs[f"true_{truth}"] = np.array([truth in kind.truths for kind in kinds])[cells.population]
    interferon = cells.activity[:, list(ACTIVITY).index("interferon")]
    obs["true_interferon"] = interferon.astype(np.float32)
    return obs


def true_axes() -> pd.DataFrame:
    """The planted interactions, one row per source and target."""
    rows = [
        {
            "axis": axis.axis,
            "source": source,
            "target": target,
            "ligand_complex": "_".join(axis.ligands),
            "receptor_complex": "_".join(axis.receptors),
        }
        for axis in AXES
        for source in axis.sources
        for target in axis.targets
    ]
    return pd.DataFrame(rows)


def true_composition() -> pd.DataFrame:
    """Expected share of each cell type in the samples of each condition."""
    rows = [
        {"condition": condition, "cell_type": kind.cell_type, "share": share}
        for kind in POPULATIONS.values()
        for condition, share in zip(CONDITIONS, kind.shares, strict=True)
    ]
    shares = pd.DataFrame(rows).groupby(["condition", "cell_type"], sort=False)["share"].sum()
    return shares.reset_index()
