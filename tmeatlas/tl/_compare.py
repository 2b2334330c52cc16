"""What differs between conditions, with patients as replicates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._errors import unknown
from tmeatlas._labels import as_label
from tmeatlas._numbers import check_number
from tmeatlas.cohort import compare as compare_table
from tmeatlas.cohort import read_design
from tmeatlas.results import Comparison
from tmeatlas.tl._compare_confounded import noted, read_made
from tmeatlas.tl._compare_inputs import Wanted, What, labels_compared, read_rows
from tmeatlas.tl._compare_report import made_result, tell_limits
from tmeatlas.tl._compare_what import WHAT


def compare(
    adata: AnnData,
    what: str,
    *,
    condition_key: str,
    sample_key: str | None,
    reference: str,
    groupby: str | None = None,
    patient_key: str | None = None,
    paired_by: str | None = None,
    covariates: Sequence[str] = (),
    method: str | None = None,
    min_cells: int = 10,
    key: str | None = None,
    layer: str | None = None,
    use_raw: bool | None = None,
    key_added: str | None = None,
    copy: bool = False,
) -> AnnData | None:
    r"""Test what differs between conditions, with patients as replicates.

    Cells of one patient are not independent: tested as replicates, more than half of all
    features differ between any two groups of patients. So each sample has one value of each
    feature, samples of one patient within a condition are averaged (each sample alike,
    whatever its number of cells), and what is tested are these values.

    ================== ===================================================================
    `what`             value of a sample
    ================== ===================================================================
    ``scores``         mean of each signature (:func:`tmeatlas.tl.score`) in each group
    ``consensus``      mean of each consensus (:func:`tmeatlas.tl.consensus`) in each group
    ``states``         log-ratio of each state within its lineage
                       (:func:`tmeatlas.tl.call_states`), and the mean balance of M1 and M2
    ``composition``    centred log-ratio of each group (:func:`tmeatlas.tl.composition`)
    ``phenotype``      each measure (:func:`tmeatlas.tl.phenotype`)
    ``niches``         centred log-ratio of each niche in a section, and its other measures
                       (:func:`tmeatlas.tl.niches`) but those of pairs
    ``colocalisation`` how types and programmes lie beside each other, by the same
    ``crosstalk``      log2 level of each ligand and receptor of :func:`tmeatlas.tl.crosstalk`
                       in each group
    ``axes``           the same of the core pairs of :func:`tmeatlas.tl.axes`
    ``genes``          log2 counts per million of the cells of each group, added up
    ================== ===================================================================

    Where conditions differ in depth, platform or sorting of their samples too, `note` of
    their rows and a warning say so: by :func:`tmeatlas.tl.quality` where it was run, else by
    the lineages and counts that are read here. Sorted samples have no shares of all cells;
    those are left out, but where all samples were sorted alike (`docs/quality.md`).

    Log-ratios rather than shares, because all other shares fall when one group grows. A group
    without cells has a count of zero in ``composition``, and no value in the others.

    Of ``crosstalk`` and ``axes`` the *sides* are tested: a gene or complex in a group, once,
    whatever number of interactions it takes part in. Its level is log2 of the counts per
    10,000 of all cells of the group in a sample, half a molecule added; that of a complex is
    its least subunit's. Where there are no counts, it is the mean of log-normalised values,
    which finds less. The rows say which of their sides changed.

    The test is Welch's t-test, with `paired_by` the paired t-test, with `covariates` a linear
    model; of ``genes`` the same tests of log2 counts per million. With more than two
    conditions each is compared with the reference, and all together by Welch's ANOVA,
    Hotelling's :math:`T^2` where paired, or an F-test of the linear model.

    Parameters
    ----------
    adata
        Cells × genes; or samples × genes, with ``sample_key=None``.
    what
        What is compared: see above.
    condition_key
        The `obs` column with the conditions. Samples without one are left out.
    sample_key
        The `obs` column with the samples (biopsies); None where each row is a sample.
    reference
        The condition that the others are compared with.
    groupby
        The `obs` column with the groups of cells, each compared by itself. By default all
        cells of a sample together; for ``states`` and ``composition`` what they were run with.
    patient_key
        The `obs` column with the patients, where some have several samples. A patient in two
        conditions needs `paired_by`.
    paired_by
        The `obs` column that says which samples belong together, such as the patient before
        and after treatment: differences within pairs are tested. Pairs that lack one of both
        are left out and named.
    covariates
        Columns of `obs` that describe samples (numbers or categories), such as age or batch.
        Where the conditions cannot be told from them, they are refused.
    method
        ``"welch"``, ``"paired"``, ``"linear"``, ``"moderated"``, ``"permutation"`` or, of genes,
        ``"pydeseq2"`` (``pip install 'tmeatlas[de]'``); by default see above.
        ``"moderated"``: the spread of a feature is drawn to that of the others in its group
        (limma; Smyth, 2004): finds more where the spread is alike in all conditions, and too
        much where it is not, as ``"pydeseq2"`` does; needs 20 features.
        ``"permutation"``: patients exchanged between conditions (all ways up to 20,000, else
        9,999 drawn with a fixed seed), or signs within pairs; `note` has the smallest p that
        could be reached.
    min_cells
        A group with fewer cells in a sample has no value there; the measures of a phenotype
        have their own least numbers of cells.
    key
        The `key_added` of the scores, consensus, states, composition, phenotype or niches.
    layer
        Of ``genes``, ``crosstalk`` and ``axes``: the layer to read; by default ``"counts"``
        where there is one, or `X`, another layer or `adata.raw` that holds counts.
    use_raw
        Of the same: ``True`` reads `adata.raw`; ``False`` never does.
    key_added
        Where to write in `uns`; by default ``"tme_compare_<what>"``.
    copy
        Return a changed copy instead of changing `adata`.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes

    ``uns[key_added]`` : DataFrame
        One row per feature, group and condition, by rising p-value. Categorical: ``what``,
        ``feature``, ``group`` (empty where there is none), ``condition``, ``reference``,
        ``unit``, ``test``, ``note``. float64: ``effect`` (condition minus reference) with its
        95 % interval ``low`` and ``high``, ``statistic``, ``df``, ``pval`` (never 0),
        ``padj`` (Benjamini-Hochberg over all rows), ``mean`` and ``mean_reference`` (of
        patients), ``overall_pval`` and ``overall_padj`` (NaN with two conditions). int32: ``n``
        and ``n_reference`` patients, ``cells`` and ``cells_reference``.
    ``uns[f"{key_added}_samples"]`` : DataFrame
        One row per feature, group and patient: ``replicate``, ``condition``, ``pair``,
        ``value``, ``cells``. Of more than 5,000 features, those with the lowest p-values.
    ``uns[f"{key_added}_rows"]`` : DataFrame
        Of ``crosstalk`` one row per interaction between two groups and condition, of ``axes``
        the first of these of each axis, those with the lowest p-value of a side first.
        Categorical: ``source``, ``target``, ``ligand_complex``, ``receptor_complex``, ``axis``,
        ``condition``, ``reference``, ``changed`` ("ligand", "receptor", "both" or empty: the
        sides whose ``padj`` is at most 0.05). float64: ``ligand_effect``, ``ligand_pval``,
        ``ligand_padj``, ``receptor_effect``, ``receptor_pval``, ``receptor_padj`` (NaN where too
        few patients have the group), and ``product``, the change of the sum of both logs, with
        its 95 % interval ``product_low`` and ``product_high``: a description, not a test.
        int32: ``n_both`` and ``n_both_reference``, patients that have both groups.
    ``uns[f"{key_added}_left_out"]`` : DataFrame
        ``feature``, ``group`` and ``reason`` of what was not tested; an empty feature stands
        for all of its group.
    ``uns["tmeatlas"][key_added]`` : dict
        Options, versions, how many patients each condition has, and who was left out.

    Raises
    ------
    MissingKeyError
        No such column, result, test or condition.
    InputError
        Fewer than two patients in a condition; a sample in two conditions; a patient in two
        without `paired_by`; nobody to be paired; covariates that are confounded or that
        describe cells; nothing left to be tested.
    DependencyError
        ``method="pydeseq2"`` without the package.

    Warns
    -----
    TMEWarning
        Two or three patients in a condition; pairs that were left out; a test that cannot find
        anything.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(1200)
    >>> tme.tl.score(adata)
    >>> tme.tl.compare(
    ...     adata,
    ...     "scores",
    ...     condition_key="condition",
    ...     sample_key="sample",
    ...     reference="excluded",
    ...     groupby="cell_type",
    ... )
    >>> bool((adata.uns["tme_compare_scores"]["n"] <= 4).all())
    True
    """
    check_adata(adata)
    asked = _known(what)
    asked.check_options(what, groupby=groupby, key=key, layer=layer, use_raw=use_raw)
    key_added = keys.compare(what) if key_added is None else key_added
    Comparison.check_key(adata, key_added)
    check_number("min_cells", min_cells, low=1, whole=True)
    if copy:
        check_in_memory(adata)
    who: dict[str, Any] = {
        "condition_key": condition_key,
        "sample_key": sample_key,
        "patient_key": patient_key,
        "paired_by": paired_by,
        "covariates": covariates,
    }
    reference = as_label(reference)
    design = read_design(read_rows(adata, **who), reference=reference, **who)
    few = 1 if sample_key is None else int(min_cells)
    wanted = Wanted(design.samples, sample_key, groupby, key, layer, few, use_raw)
    table = asked.read(adata, wanted)
    compared = compare_table(table, design, method=method)
    labels = labels_compared(adata, asked, wanted)
    made = read_made(adata, wanted, labels[0], table.depths)
    compared = noted(compared, design, made, condition_key, shares=what == "composition")
    params = {
        "what": what,
        **who,
        "reference": reference,
        "groupby": groupby,
        "method": method,
        "min_cells": few,
        "key": key,
        "layer": layer,
        "use_raw": use_raw,
    }
    rows = asked.rows and asked.rows(adata, wanted, design, compared, table)
    result = made_result(adata, key_added, compared, rows, params, labels)
    adata = adata.copy() if copy else adata
    tell_limits(compared, key_added)
    result.write(adata)
    return adata if copy else None


def _known(what: str) -> What:
    if what not in WHAT:
        raise unknown(
            "comparison of", str(what), list(WHAT), remedy=f"Pass one of these as {option('what')}."
        )
    return WHAT[what]
