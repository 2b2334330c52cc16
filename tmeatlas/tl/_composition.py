"""What each sample is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._errors import InputError, listing
from tmeatlas._guard import warn
from tmeatlas._log import note
from tmeatlas.cells import Groups, category_candidates, read_categories, read_groups
from tmeatlas.cohort import PSEUDOCOUNT, Part, composition_table, count_cells
from tmeatlas.lineages import is_within, map_labels, tree
from tmeatlas.quality import Remark
from tmeatlas.results import Composition
from tmeatlas.tl._sample_gates import in_words, sample_gates


def composition(
    adata: AnnData,
    groupby: str,
    *,
    sample_key: str,
    parent_key: str | None = None,
    key_added: str = keys.COMPOSITION,
    copy: bool = False,
) -> AnnData | None:
    r"""Cells, shares and centred log-ratios of every group in every sample.

    Shares are of all cells of a sample that have a group, and again within
    lineages, such as CD8 T cells among T cells. Each has a 95 % interval
    (Wilson), which says how well the cells at hand tell the share; it says
    nothing about how patients differ. A group without cells in a sample has a
    share of 0 and keeps its row.

    The shares of a sample add up to 1, so when one group grows the others
    fall. To compare samples there is the centred log-ratio of the counts
    :math:`n_g` of the :math:`G` groups,

    .. math:: clr_g = \ln(n_g + \tfrac12) - \frac{1}{G} \sum_h \ln(n_h + \tfrac12) .

    Samples that were sorted, such as for T cells, are told by the lineages of their
    cells (`docs/quality.md` has the limits). Their shares of all cells are those of
    the gate: `note` says so, and :func:`tmeatlas.tl.compare` leaves them out.

    Parameters
    ----------
    adata
        Cells × genes; only `obs` is read.
    groupby
        The `obs` column with the groups. Cells without a group are left out.
    sample_key
        The `obs` column with the samples. Cells without a sample are left out.
    parent_key
        The `obs` column with the parent of each cell, within which shares are
        given too. By default these are the lineages that the names of at least
        two groups fall into, other than all groups.
    key_added
        Where to write in `uns`.
    copy
        Return a changed copy instead of changing `adata`.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes

    ``uns["tme_composition"]`` : DataFrame (the key is `key_added`)
        One row per parent, sample and group: ``sample``, ``group`` and
        ``parent`` (empty for all cells) as categories; ``cells``, cells of the
        group, and ``total``, cells of the sample, or of its parent, int32;
        ``share``, ``share_low``, ``share_high`` and ``clr`` float64, NaN in a
        sample without a cell of the parent; ``note`` as category, what a share
        of all cells means where the sample was sorted (empty elsewhere).
    ``uns["tmeatlas"]["tme_composition"]`` : dict
        Options, versions, the pseudocount, cells left out.

    Raises
    ------
    MissingKeyError
        No such `obs` column.
    InputError
        Fewer than two groups, no cell with both a group and a sample, a
        `key_added` that holds something else.

    Warns
    -----
    TMEWarning
        A sample has no cell with a group; labels that say that there is none.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.tl.composition(adata, "cell_type", sample_key="sample")
    >>> table = adata.uns["tme_composition"]
    >>> table["parent"].cat.categories[:2].tolist()
    ['', 'Stromal cells']
    >>> whole = table[table["parent"] == ""]
    >>> bool((whole.groupby("sample", observed=True)["share"].sum().round(9) == 1).all())
    True
    """
    check_adata(adata)
    Composition.check_key(adata, key_added)
    if copy:
        check_in_memory(adata)
    groups = read_groups(adata, groupby)
    samples = read_categories(adata, sample_key, argument="sample_key")
    names = [str(name) for name in samples.categories]
    gates = sample_gates(adata, groupby, samples)
    counts = count_cells(samples.codes, groups.codes, (len(names), len(groups.labels)))
    if not counts.any():
        raise InputError(
            f"No cell has both a group in obs[{groupby!r}] and a sample in obs[{sample_key!r}]. "
            f"Pass another {option('sample_key')}; candidates: "
            f"{listing(category_candidates(adata))}."
        )
    if parent_key is None:
        parents = _by_name(groups.labels, counts)
    else:
        parents = _by_column(adata, parent_key, groups, samples)
    whole = Part("", range(len(groups.labels)), counts)
    table = composition_table([whole, *parents], names, groups.labels)
    table["note"] = _notes(table, gates)
    empty = [name for name, n in zip(names, counts.sum(axis=1), strict=True) if n == 0]
    if empty:
        warn(
            f"No cell of the samples {listing(empty)} has a group in obs[{groupby!r}]: their "
            "shares are NaN."
        )
    if gates:
        note(f"shares of all cells are those of a gate, not of a tumour, in {in_words(gates)}")
    result = Composition(
        key=key_added,
        table=table,
        record=Composition.new_record(
            adata,
            groupby=groupby,
            sample_key=sample_key,
            params={"groupby": groupby, "sample_key": sample_key, "parent_key": parent_key},
            facts={
                "pseudocount": PSEUDOCOUNT,
                "cells_without_group": int((groups.codes < 0).sum()),
                "cells_without_sample": int((samples.codes < 0).sum()),
                "samples_without_cells": empty,
                "sorted_samples": list(gates),
            },
        ),
    )
    adata = adata.copy() if copy else adata
    result.write(adata)
    return adata if copy else None


def _notes(table: pd.DataFrame, gates: Mapping[str, Remark]) -> pd.Categorical[str]:
    """What a share of all cells means in a sorted sample; within lineages nothing is said."""
    of_gate = {name: Composition.note_on(gate.word, gate.reason) for name, gate in gates.items()}
    places = zip(table["sample"], table["parent"], strict=True)
    return pd.Categorical(
        [of_gate.get(sample, "") if parent == "" else "" for sample, parent in places]
    )


def _by_name(labels: Sequence[str], counts: np.ndarray) -> list[Part]:
    """The lineages that at least two groups, and not all of them, are within by their names.

    Where two lineages hold the same groups, the lower one stands for both.
    """
    lineages = map_labels(labels)
    holds: dict[tuple[int, ...], str] = {}
    for ancestor in tree():
        inside = (
            place for place, label in enumerate(labels) if is_within(lineages[label], ancestor)
        )
        holds[tuple(inside)] = ancestor  # the tree has parents before their children
    return [
        Part(tree()[ancestor].name, inside, counts[:, list(inside)])
        for inside, ancestor in holds.items()
        if 2 <= len(inside) < len(labels)
    ]


def _by_column(
    adata: AnnData, parent_key: str, groups: Groups, samples: pd.Categorical[str]
) -> list[Part]:
    """The parents in a column of `obs` that have cells of at least two groups."""
    parents = read_categories(adata, parent_key, argument="parent_key")
    shape = (len(samples.categories), len(groups.labels))
    found = []
    for code, name in enumerate(parents.categories):
        inside = np.where(parents.codes == code, groups.codes, -1)
        counts = count_cells(samples.codes, inside, shape)
        there = np.flatnonzero(counts.any(axis=0))
        if there.size >= 2:
            found.append(Part(str(name), there.tolist(), counts[:, there]))
    return found
