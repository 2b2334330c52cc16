"""What kind of tumour each sample is: numbers with intervals, then a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._log import note
from tmeatlas.matrix import ExpressionMatrix, has_genes, open_matrix
from tmeatlas.methods import DEFAULT_METHOD, resolve
from tmeatlas.phenotypes import read_thresholds
from tmeatlas.results import NOT_A_DIAGNOSTIC, Phenotype
from tmeatlas.tl._phenotype_inputs import refuse_cells
from tmeatlas.tl._phenotype_read import of_cells, of_profiles

INTERVALS = (
    "shares: Wilson; log2 ratios: Woolf, 0.5 added to both counts; means: t over cells; profiles: "
    "none. From the cells of the sample alone, not between patients"
)


def phenotype(
    adata: AnnData,
    *,
    sample_key: str | None = None,
    groupby: str | None = None,
    thresholds: Mapping[str, float] | None = None,
    layer: str | None = None,
    use_raw: bool | None = None,
    key_added: str = keys.PHENOTYPE,
    copy: bool = False,
) -> AnnData | None:
    r"""Measure the microenvironment of each sample, and call it inflamed, desert or excluded-like.

    Numbers come first, each with a 95 % interval from the cells of its sample: shares of
    lineages, ratios (Treg to CD8, mural to endothelial cells), programmes in the lineage
    in which they mean something, the share of hypoxic cells, and CD274 at a common depth.
    `docs/phenotype.md` lists them. They say nothing of the spread between patients,
    which :func:`tmeatlas.tl.compare` tests.

    Then a call, where its intervals clear the thresholds:

    - *desert*: T cells are less than 5 % of the cells;
    - *excluded-like*: T cells are more, and there are more fibroblasts than CD8 T cells;
    - *inflamed*: T cells are more, fibroblasts are fewer than CD8 T cells, and these run
      the cytotoxic programme;
    - *unclear* otherwise; *no call* for samples with few cells, and for those that lack
      immune, stromal or malignant and epithelial cells, as sorted cells and blood do.
      Of these no shares of all cells are given either, and where a sample was sorted for T
      cells, no ratio of Tregs to CD8 T cells (`docs/quality.md` has the limits).

    Dissociated cells do not show where they lay: excluded-like says that stroma is many
    and CD8 T cells are few, not that they were kept out. Shares depend on how the
    tissue was dissociated. No pathologist's reading of single-cell samples was there to
    set these thresholds by; they are conventions.

    Without `sample_key`, rows are samples themselves: bulk, or pseudobulk of whole
    tumours. The genes of each list are then ranked, within the sample, among 308
    reference genes; a score is their mean rank, from 0 to 1, and does not depend on the other
    samples. A profile is a desert if its cytotoxic genes rank below 0.32, else
    inflamed if its T-cell-inflamed genes rank above 0.59, else excluded-like. The
    thresholds were set on one half of 84 urothelial cancers with a pathologist's
    phenotype and read on the other (`docs/phenotype.md`): deserts and inflamed tumours
    are told well, excluded ones are what is left.

    No claim on response to any treatment. Not a diagnostic. CD274 here is no CPS, and
    T cell shares are no Immunoscore: both are counts in tissue.

    Parameters
    ----------
    adata
        Cells × genes, or samples × genes.
    sample_key
        Column of `obs` with the sample of each cell. Without it, rows are samples.
    groupby
        Column of `obs` with labels of cells that name their lineages; by default
        ``"tme_lineage"``, which :func:`tmeatlas.tl.annotate` writes.
    thresholds
        Some of ``t_cells`` (0.05), ``fibroblasts_to_cd8`` (1), ``cytotoxic`` (1),
        ``least_cells`` (50), ``depth`` (1000), for profiles ``cytotoxic_rank`` (0.32),
        ``inflamed_rank`` (0.59), ``stroma_rank`` (0.4), ``unclear_rank`` (0.01).
    layer
        Key of `adata.layers` to read. By default `X`, or `adata.raw` if `X` is scaled. Single
        genes are read from counts: those, ``layers["counts"]``, or another layer or raw that
        holds counts.
    use_raw
        ``True`` reads `adata.raw`, which has all genes where `adata` was cut down to the
        variable ones; ``False`` never does.
    key_added
        Where to write.
    copy
        Return a copy instead of changing `adata`.

    Returns
    -------
    ``None``, or the changed copy if ``copy=True``. Writes

    ``uns["tme_phenotype"]`` : DataFrame, one row per sample and measure
        ``sample``, ``measure`` (id), ``value``, ``low``, ``high`` (95 % interval),
        ``cells`` behind it, ``unit``, ``lineage`` in which it was read (empty: all),
        ``note`` (why it cannot be read, or the counts behind it), ``name`` of the measure,
        ``scale_low`` and ``scale_high``, between which figures colour it. The key is `key_added`.
    ``uns["tme_phenotype_calls"]`` : DataFrame, one row per sample
        ``sample``, ``call``, ``margin`` (of cells: halves of the interval between the
        nearest value and its threshold, above 1 the call stands; of profiles: difference in
        mean rank), ``reason``, ``cells``, ``use`` (not a diagnostic).
    ``uns["tmeatlas"]["tme_phenotype"]`` : dict
        Thresholds, formulas of the intervals, cells that were left out, versions.

    Raises
    ------
    MissingKeyError
        No such column, layer or threshold.
    InputError
        Labels that name no lineage, `groupby` without `sample_key`, rows that look like cells
        without `sample_key`, spots of several cells with it, values that cannot be ranked.
    CoverageError
        Profiles without the genes among which theirs are ranked.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(3000)
    >>> tme.tl.phenotype(adata, sample_key="sample", groupby="cell_type")
    >>> table = tme.get.phenotype(adata)
    >>> table.loc[["sample1", "sample5"], "call"].to_list()
    ['inflamed', 'excluded-like']
    """
    adata = check_adata(adata)
    Phenotype.check_key(adata, key_added)
    limits = read_thresholds(thresholds)
    if copy:
        check_in_memory(adata)
    if sample_key is None:
        refuse_cells(adata, groupby)
    read = partial(
        open_matrix,
        adata,
        layer=layer,
        use_raw=use_raw,
        accepts=resolve(DEFAULT_METHOD).accepts,
        needed_by="tl.phenotype",
    )
    matrix: ExpressionMatrix | None
    if sample_key is None:
        matrix = read()
        table, calls, facts = of_profiles(adata, matrix, limits)
        labels = None
    else:
        matrix = read() if has_genes(adata) else None
        table, calls, facts, labels = of_cells(
            adata, matrix, groupby, sample_key, limits, may_be_raw=use_raw is not False
        )
    result = Phenotype(
        key=key_added,
        table=table,
        calls=calls,
        record=Phenotype.new_record(
            adata,
            groupby=labels,
            sample_key=sample_key,
            params={
                **{"groupby": groupby, "sample_key": sample_key, "layer": layer},
                **{"use_raw": use_raw, "key_added": key_added},
            },
            facts={
                **facts,
                **{f"threshold_{name}": value for name, value in asdict(limits).items()},
                **{"matrix": matrix.name if matrix else "", "intervals": INTERVALS},
                "use": NOT_A_DIAGNOSTIC,
            },
        ),
    )
    adata = adata.copy() if copy else adata
    note(NOT_A_DIAGNOSTIC)
    result.write(adata)
    return adata if copy else None
