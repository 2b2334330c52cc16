"""One score for all signatures that mark the same, out of their scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._errors import InputError, MissingKeyError, listing, unknown
from tmeatlas._guard import warn
from tmeatlas.methods import combine
from tmeatlas.results import Consensus, Scores
from tmeatlas.tl._consensus_tables import Members, agreement_table, pairs_table, read_members


def consensus(
    adata: AnnData,
    *,
    compartments: Sequence[str] | str | None = None,
    key: str = keys.SCORES,
    key_added: str = keys.CONSENSUS,
    copy: bool = False,
) -> AnnData | None:
    """Combine signatures that mark the same into one score per cell.

    A compartment has signatures for several purposes: some find the cells of a
    lineage, others tell states within it or measure a process. Only those are
    combined that mark the same (:class:`tmeatlas.sig.Signature`): CAF are one
    consensus, ``"caf"``, and myCAF and iCAF others, ``"caf_mycaf"`` and
    ``"caf_icaf"``.

    Published signatures of one thing differ, and some are weak. Their
    consensus rests on those that find the same cells, without any labels. Each
    signature's scores become ranks over the cells, with ties at their average,
    and these exponential scores, ``e = -log(1 - (rank - 1/2) / n)``, whose mean
    is 1. The consensus is their weighted mean, ``sum of weight × e``: about 1
    in an average cell, higher the further up the signatures agree to put it.

    For the weights, the consensus of the other signatures splits the cells into
    two groups, as far apart as possible (Otsu). A signature that tells the
    groups apart with the AUROC `a` has the power ``max(0, 2 a - 1)``. Its weight
    is its power where the others count alike, times that where they count by
    their weights; this is repeated until the weights, whose sum is 1, stay.
    Scores below 0 count as 0 here. One or two signatures have equal weights.

    The result depends on all cells of `adata`. For states, and for cells that
    are looked for within one lineage, such as Treg, score and combine the cells
    of that lineage: ``t_cells = adata[is_t_cell].copy()``. It is made for
    methods whose 0 means nothing or chance (``"ucell"``, ``"score_genes"``,
    ``"ulm"``, ``"zscore"``, ``"mean"``); signatures scored with ``"aucell"`` or
    ``"ssgsea"`` agree on the depth of the cells as well. Where most of the
    signatures find another cell type too, the consensus does so as well, and
    `agreement` does not show it. The consensus of one signature is that
    signature, of two their mean. Near copies of one list count as often as they
    are there.

    Parameters
    ----------
    adata
        Cells × genes, scored by :func:`tmeatlas.tl.score`.
    compartments
        Names of compartments, for all that their signatures mark, such as
        ``["caf", "tam"]``, or of a consensus alone, such as ``"caf_mycaf"``; by
        default all those of the signatures that were scored.
    key
        The `key_added` of the scores.
    key_added
        Where to write.
    copy
        Return a copy instead of changing `adata`.

    Returns
    -------
    ``None``, or the changed copy if ``copy=True``. Writes

    ``obsm["tme_consensus"]`` : DataFrame, cells × what is marked, float32
        The consensus; NaN for a cell without any score (one without any
        expression, with some methods), and where no signature is scored in all
        other cells. The key is `key_added`.
    ``obs["tme_consensus_<name>"]`` : float32
        The same columns, as ``<key_added>_<name>``. Those of an earlier run
        under the same `key_added` are removed.
    ``uns["tme_agreement"]`` : DataFrame, one row per consensus and signature
        ``consensus`` (its name), ``compartment`` and ``purpose`` of its
        signatures, ``signature``, ``weight`` (0 to 1), ``with_others`` (mean
        Spearman correlation with the other signatures), ``with_consensus``
        (Spearman correlation with the consensus), ``n_signatures`` and
        ``agreement`` (mean Spearman correlation of all pairs). NaN where there
        is nothing to compare. Low `agreement` says that the choice of the
        signature changes the answer.
    ``uns["tme_agreement_pairs"]`` : DataFrame
        ``consensus``, ``compartment``, ``signature``, ``other`` and
        ``spearman``, their rank correlation: one row per pair of signatures of
        a consensus that are scored in every cell, in either order.
        :func:`tmeatlas.pl.agreement` draws it.
    ``uns["tmeatlas"]["tme_consensus"]`` : dict
        Options of the run, columns written, versions.

    With another `key_added`, the agreement goes to ``uns["<key_added>_agreement"]``
    and ``uns["<key_added>_agreement_pairs"]``.

    Raises
    ------
    MissingKeyError
        Nothing scored under `key`, or no such compartment.
    InputError
        The signatures have no compartment and mark nothing, those that mark the
        same have different purposes, `compartments` is empty, a `key_added`
        that is reserved or holds something else, or a column in `obs` would be
        overwritten that another step wrote.

    Warns
    -----
    TMEWarning
        Names what has no signature to combine, once.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.tl.score(adata)
    >>> tme.tl.consensus(adata, compartments=["treg", "caf_mycaf"])
    >>> adata.obsm["tme_consensus"].columns.to_list()
    ['treg', 'treg_activated', 'caf_mycaf']
    """
    adata = check_adata(adata)
    if copy:
        check_in_memory(adata)
    found = Scores.read(adata, key)
    scores = found.table
    members = _members(found, compartments)
    Consensus.check_new(adata, members, key_added)
    values = scores.to_numpy()
    scored = np.isfinite(values).any(axis=1)
    whole = np.isfinite(values[scored]).all(axis=0) & scored.any()
    columns = dict(zip(scores.columns[whole], np.flatnonzero(whole), strict=True))
    usable = {name: [i for i in each.ids if i in columns] for name, each in members.items()}
    results = {
        name: combine(values[np.ix_(scored, [columns[i] for i in ids])].astype(np.float64))
        for name, ids in usable.items()
        if ids
    }
    left_out = [name for name in members if name not in results]
    if left_out:
        warn(
            f"No signature of {listing(left_out, limit=50)} is scored in all cells; the "
            f"consensus is NaN. uns[{keys.coverage(key)!r}] says why."
        )
    combined_scores = np.full((adata.n_obs, len(members)), np.nan, dtype=np.float32)
    for k, name in enumerate(members):
        if name in results:
            combined_scores[scored, k] = results[name].score
    frame = pd.DataFrame(combined_scores, index=adata.obs_names, columns=list(members))
    combined = Consensus(
        key=key_added,
        table=frame,
        agreement=agreement_table(members, usable, results),
        pairs=pairs_table(members, usable, results),
        record=Consensus.new_record(
            adata,
            params={"compartments": list(frame.columns), "key": key, "key_added": key_added},
            facts=Consensus.columns_written(frame, key_added),
        ),
    )
    adata = adata.copy() if copy else adata
    combined.write(adata)
    return adata if copy else None


def _members(scores: Scores, compartments: Sequence[str] | str | None) -> dict[str, Members]:
    """Signatures of each consensus that is asked for."""
    table = scores.coverage.table
    if not {"marks", "compartment", "purpose"} <= set(table):
        raise MissingKeyError(
            f"obsm[{scores.key!r}] has no table of its signatures in "
            f"uns[{keys.coverage(scores.key)!r}]. Run {Scores.call_again(scores.key)} again."
        )
    members = read_members(table)
    if not members and (table["purpose"] == "quality").any():
        raise InputError(
            "The scored signatures judge how cells were handled, which is never part of a "
            "consensus. Score others beside them."
        )
    if not members:
        raise InputError(
            "The scored signatures belong to no compartment and mark nothing. Say what they mark"
            + remedy(
                python=': tme.sig.Signature("mine", genes, purpose="finds", marks="caf").',
                shell=", in the field `marks` of a .yaml file.",
            )
        )
    if compartments is None:
        return members
    asked = [compartments] if isinstance(compartments, str) else list(dict.fromkeys(compartments))
    of_compartment: dict[str, list[str]] = {}
    for name, each in members.items():
        of_compartment.setdefault(each.compartment, []).append(name)
    known = list(dict.fromkeys([*filter(None, of_compartment), *members]))
    if not asked:
        raise InputError(
            f"Expected compartments to combine, found none. Leave out {option('compartments')} "
            "for all, or "
            f"name some of {listing(known, limit=50)}."
        )
    for name in asked:
        if name not in known:
            raise unknown("compartment among the scored signatures called", name, known)
    chosen = dict.fromkeys(each for name in asked for each in of_compartment.get(name, [name]))
    return {name: members[name] for name in chosen}
