"""Gene set enrichment of groups and samples, computed by gseapy."""

from __future__ import annotations

from collections.abc import Sequence

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._errors import InputError, listing
from tmeatlas._guard import warn
from tmeatlas._numbers import check_number
from tmeatlas._text import counted
from tmeatlas.cells import read_groups
from tmeatlas.enrichment import EnrichMethod, ListChoice, Prerank, Profiles, resolve
from tmeatlas.matrix import add_up, open_matrix, read_bulks
from tmeatlas.results import Enrichment, versions
from tmeatlas.sig import as_signatures, match_signatures
from tmeatlas.tl._enrich_inputs import read_ranking
from tmeatlas.tl._score_coverage import lost_genes

NAMED = 20
"""Groups, profiles or lists that a warning spells out."""


def enrich(
    adata: AnnData,
    groupby: str,
    *,
    signatures: object = "core",
    method: EnrichMethod | str = "prerank",
    sample_key: str | None = None,
    min_cells: int = 10,
    min_genes: int = 2,
    min_coverage: float = 0.5,
    layer: str | None = None,
    use_raw: bool | None = None,
    key_added: str = keys.ENRICH,
    copy: bool = False,
) -> AnnData | None:
    """Test signatures in ranked genes of each group, or score them in pseudobulk, by gseapy.

    ``"prerank"`` asks in which groups a signature stands out, among genes ranked
    by how much more the group expresses them than the other cells, or as
    :func:`scanpy.tl.rank_genes_groups` ranked them. ``"ssgsea"`` and ``"gsva"``
    score pseudobulk profiles: of each group, or of each group in each sample
    with `sample_key`, to be compared between samples. The formulas and the
    options of each are those of :class:`tmeatlas.enrichment.Prerank`,
    :class:`tmeatlas.enrichment.BulkSSGSEA` and
    :class:`tmeatlas.enrichment.BulkGSVA`.

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
        ``"prerank"``, ``"ssgsea"``, ``"gsva"``, or a method with options from
        :mod:`tmeatlas.enrichment`, such as ``Prerank(n_perms=100)``.
    sample_key
        The `obs` column with the samples: groups are compared within samples, or
        scored in each.
    min_cells
        Groups (or groups in a sample) of fewer cells are left out, with a
        warning. With ``"prerank"``, samples are not held to it.
    min_genes
        Lists of which fewer genes are expressed are left out, with a warning.
    min_coverage
        Smallest share of a signature's genes that the data must have.
    layer
        Key of `adata.layers`; by default `X`, or `adata.raw` where `X` is scaled.
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
    >>> prerank = tme.enrichment.Prerank(n_perms=100)
    >>> tme.tl.enrich(adata, "cell_type", signatures=["caf_pan"], method=prerank)
    >>> table = adata.uns["tme_enrich"]
    >>> str(table.loc[table["es"].idxmax(), "group"])
    'CAF myCAF'
    """
    check_adata(adata)
    chosen_method = resolve(method)
    rank_key = chosen_method.rank_key if isinstance(chosen_method, Prerank) else None
    _check_options(min_cells, min_genes, min_coverage)
    if rank_key is not None and (sample_key or layer or use_raw is not None):
        raise InputError(
            "`rank_key` takes the genes as scanpy ranked them, so it goes without `sample_key`, "
            "`layer` and `use_raw`. Leave out one or the other."
        )
    Enrichment.check_key(adata, key_added)
    if copy:
        check_in_memory(adata)
    groups = read_groups(adata, groupby, min_cells=min_cells)
    choice = ListChoice(as_signatures(signatures), min_genes, min_coverage)
    few_cells: list[str] = []
    lost = ""
    source: dict[str, object] = {}
    if isinstance(chosen_method, Prerank) and rank_key is not None:
        ranking = read_ranking(adata, rank_key, groupby, groups.labels)
        found = chosen_method.run_ranked(ranking, choice)
    else:
        least = min_cells if chosen_method.scores_profiles else 1
        bulks = read_bulks(adata, groupby, sample_key, min_cells=least, only=groups.labels)
        if sample_key is not None:
            few_cells = [
                f"{g} in {s} ({counted(n, 'cell')})" for (g, s), n in bulks.too_small.items()
            ]
        matrix = open_matrix(
            adata,
            layer=layer,
            use_raw=use_raw,
            accepts=tuple(chosen_method.accepts),
            needed_by=f"tl.enrich, method={chosen_method.name!r}",
        )
        source = {"matrix": matrix.name, "values": matrix.kind.value}
        sums = add_up(matrix, bulks) * matrix.factor
        profiles = Profiles(sums, matrix.kind, matrix.genes, bulks)
        found = chosen_method.run(profiles, choice)
        matched = match_signatures(choice.signatures.values(), matrix.names)
        lost = lost_genes(adata, choice.signatures, matched, matrix)
    too_small = [f"{name} ({counted(n, 'cell')})" for name, n in groups.too_small.items()]
    if lost:
        warn(lost)
    _warn_of_gaps(too_small, few_cells, found.left_out, min_cells)
    params = {
        **{"groupby": groupby, "sample_key": sample_key},
        **{"layer": layer, "use_raw": use_raw},
        **{"method": chosen_method.name, **chosen_method.params()},
        **{"min_cells": min_cells, "min_genes": min_genes, "min_coverage": min_coverage},
    }
    facts = {
        **versions(("gseapy",)),
        **source,
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
    return adata if copy else None


def _check_options(min_cells: int, min_genes: int, min_coverage: float) -> None:
    check_number("min_cells", min_cells, low=1, whole=True)
    check_number("min_genes", min_genes, low=1, whole=True)
    check_number("min_coverage", min_coverage, low=0, high=1)


def _warn_of_gaps(
    groups: Sequence[str], profiles: Sequence[str], lists: Sequence[str], min_cells: int
) -> None:
    """One warning for each kind of thing that was left out."""
    lower = f"Lower `min_cells={min_cells}`"
    for what, names, remedy in (
        ("Groups too small for enrichment", groups, f"{lower}, or merge them."),
        ("Profiles of a group in a sample with too few cells", profiles, f"{lower}."),
        ("Signatures with too few genes", lists, "tme.sig.coverage(adata) lists them."),
    ):
        if names:
            warn(f"{what} were left out ({len(names)}): {listing(names, limit=NAMED)}. {remedy}")
