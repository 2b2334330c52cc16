"""Gene set enrichment of groups and samples, computed by gseapy."""

from __future__ import annotations

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._log import logger
from tmeatlas.cells import read_groups
from tmeatlas.matrix import open_matrix, read_bulks
from tmeatlas.results import Enrichment, versions
from tmeatlas.sig import as_signatures
from tmeatlas.tl._enrich_checks import (
    ACCEPTS,
    check_options,
    check_ranking,
    small_groups,
    small_profiles,
    warn_of_gaps,
)
from tmeatlas.tl._enrich_run import Options, run, run_given
from tmeatlas.tl._enrich_scanpy import read_ranking


def enrich(
    adata: AnnData,
    groupby: str,
    *,
    signatures: object = "core",
    method: str = "prerank",
    sample_key: str | None = None,
    rank_key: str | None = None,
    n_perms: int = 1000,
    seed: int = 0,
    min_cells: int = 10,
    min_genes: int = 2,
    min_coverage: float = 0.5,
    layer: str | None = None,
    key_added: str = keys.ENRICH,
    copy: bool = False,
) -> AnnData | None:
    r"""Test signatures in ranked genes of each group, or score them in pseudobulk, by gseapy.

    ``"prerank"`` asks in which groups a signature stands out. For each group,
    genes are ranked by the difference of mean log-normalised expression between
    its cells and the cells of the other groups,
    :math:`d_g = \bar x_{g} - \bar x_{\mathrm{rest}}`; with `sample_key`, within
    each sample, averaged with the weights
    :math:`n_g n_\mathrm{rest} / (n_g + n_\mathrm{rest})`, so that differences
    between patients do not count. gseapy walks down the ranking (weight 1) and
    draws `n_perms` random gene lists of the same size. The p-value is
    :math:`(r + 1) / (m + 1)`, where :math:`r` of the :math:`m` permutations
    whose score has the same sign score at least as far from 0; it is never 0.
    P-values are adjusted by Benjamini and Hochberg over all rows (gseapy's own
    FDR, which is per group and can be 0, is not used). Genes are drawn at
    random although they vary together, and cells are the replicates: a small p
    says that the list stands out in these cells, not that other patients would
    show it. A group takes some seconds.

    ``"ssgsea"`` and ``"gsva"`` score pseudobulk profiles: of each group, or of
    each group in each sample with `sample_key`, to be compared between samples.
    Counts are summed and shown as log1p of counts per million, log-normalised
    values are averaged. GSVA (Gaussian kernel) compares each profile with the
    others, so its scores change with the set of profiles, and it wants ten or
    more of them.

    The genes of a list are one set: weights are not used, and the down genes of
    a signed signature are a list of their own (``direction`` is "down"), which
    a running programme has at the bottom of the ranking. Genes that no cell
    expresses are left out.

    Parameters
    ----------
    adata
        Cells × genes, log-normalised; for ssGSEA and GSVA also counts or linear.
    groupby
        The `obs` column with the groups. Cells without a group are left out.
    signatures
        ``"core"``, ``"all"``, an id or a list of ids, a file (.gmt, .grp, .yaml,
        .json, .csv, .tsv), a SignatureSet, a net of decoupler or
        ``{name: [genes]}``.
    method
        ``"prerank"``, ``"ssgsea"`` or ``"gsva"``.
    sample_key
        The `obs` column with the samples; see above.
    rank_key
        Key of `adata.uns` in which :func:`scanpy.tl.rank_genes_groups` wrote its
        result for `groupby`: its scores rank the genes in place of the difference
        of means. For ``"prerank"``.
    n_perms
        Number of random lists, for ``"prerank"``; at least 19. The lowest p is
        about ``2 / n_perms``, as about half of the permutations have either
        sign: too few, and nothing survives the correction.
    seed
        Seed of the random lists, a whole number from 0. The same seed gives the
        same result.
    min_cells
        Groups (or groups in a sample) of fewer cells are left out, with a
        warning. With ``"prerank"``, samples are not held to it.
    min_genes
        Lists of which fewer genes are expressed are left out, with a warning.
    min_coverage
        Smallest share of a signature's genes that the data must have.
    layer
        Key of `adata.layers`; by default `X`, or `adata.raw` where `X` is scaled.
    key_added
        Where to write in `uns`.
    copy
        Return a changed copy instead of changing `adata`.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes

    ``uns["tme_enrich"]`` : DataFrame (the key is `key_added`)
        Always: ``group``, ``signature``, ``direction`` ("up" or "down") as
        categories; ``es`` float64, the enrichment score; ``n_genes`` int32,
        genes of the list that were used.

        ``"prerank"``: one row per group and list, sorted by ``padj``, then by
        falling ``|nes|``; ``nes`` float64, ``es`` over the mean of the
        permutations of the same sign; ``pval``, ``padj`` float64;
        ``lead_genes`` str, the genes before the peak, comma separated.

        ``"ssgsea"``, ``"gsva"``: one row per group, ``sample`` (category, empty
        without `sample_key`) and list; ``n_cells`` int32, cells in the profile;
        for ssGSEA ``nes`` float64, ``es`` over the range of all of them.
    ``uns["tme_enrich_ranking"]`` : dict, for ``"prerank"``
        ``genes`` and ``groups``, arrays of str; ``metric``, float32 groups ×
        genes, what the genes of each group were ranked by; ``lists``, DataFrame
        with the ``signature``, ``direction`` and ``genes`` (comma separated) of
        each list. :func:`tmeatlas.pl.enrich` draws it.
    ``uns["tmeatlas"]["tme_enrich"]`` : dict
        Options, versions, what was left out.

    Raises
    ------
    MissingKeyError
        No such `obs` column, layer, method or signature.
    CoverageError
        No signature has enough genes in the data.
    InputError
        Fewer than two groups, values of the wrong kind, an option out of range,
        a `key_added` that is reserved or holds something else.

    Warns
    -----
    TMEWarning
        Groups, groups in a sample or lists were left out.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.enrich(adata, "cell_type", signatures=["caf_pan"], n_perms=100)
    >>> table = adata.uns["tme_enrich"]
    >>> str(table.loc[table["es"].idxmax(), "group"])
    'CAF myCAF'
    """
    check_adata(adata)
    check_options(
        method,
        n_perms=n_perms,
        seed=seed,
        min_cells=min_cells,
        min_genes=min_genes,
        min_coverage=min_coverage,
    )
    check_ranking(rank_key, method, sample_key, layer)
    Enrichment.check_key(adata, key_added)
    if copy:
        check_in_memory(adata)
    groups = read_groups(adata, groupby, min_cells=min_cells)
    chosen = as_signatures(signatures)
    options = Options(n_perms, seed, min_genes, min_coverage)
    few_cells: list[str] = []
    if rank_key is not None:
        given = read_ranking(adata, rank_key, groupby, groups.labels)
        found = run_given(given, chosen, options)
    else:
        least = 1 if method == "prerank" else min_cells
        bulks = read_bulks(adata, groupby, sample_key, min_cells=least, only=groups.labels)
        few_cells = small_profiles(bulks.too_small) if sample_key is not None else []
        asks = f"tl.enrich, method={method!r}"
        matrix = open_matrix(adata, layer=layer, accepts=ACCEPTS[method], needed_by=asks)
        found = run(matrix, bulks, chosen, method, options)
    too_small = small_groups(groups.too_small)
    warn_of_gaps(too_small, few_cells, found.left_out, min_cells)
    params = {
        "groupby": groupby,
        "method": method,
        "sample_key": sample_key,
        "rank_key": rank_key,
        "n_perms": n_perms,
        "seed": seed,
        "min_cells": min_cells,
        "min_genes": min_genes,
        "min_coverage": min_coverage,
        "layer": layer,
    }
    facts = {
        **versions(("gseapy",)),
        **found.facts,
        "groups_left_out": too_small,
        "profiles_left_out": few_cells,
        "signatures_left_out": found.left_out,
    }
    result = Enrichment(
        key=key_added,
        table=found.table,
        ranking=found.ranking,
        record=Enrichment.new_record(
            adata, groupby=groupby, sample_key=sample_key, params=params, facts=facts
        ),
    )
    adata = adata.copy() if copy else adata
    result.write(adata)
    logger.info("%s: uns[%r]", result.summary(), key_added)
    return adata if copy else None
