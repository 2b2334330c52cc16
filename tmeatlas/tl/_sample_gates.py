"""Which cells each sample was sorted for, by the lineages of the cells at hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, listing
from tmeatlas.cells import CellLineages, has_tissue, read_lineages
from tmeatlas.quality import Remark, gates_of

FEW = 3
"""Samples of a gate that are named."""
MOSTLY_KNOWN = 0.9
"""Share of the cells whose lineage labels must tell, for no others to be asked."""


def sample_gates(
    adata: AnnData, groupby: str | None, samples: pd.Categorical[str]
) -> dict[str, Remark]:
    """The gate of each sample that has one.

    Lineages are those that the labels of `groupby` name, or those that
    `tl.annotate` told where these labels name few. No lineage, no gate.
    """
    lineages = _best(adata, groupby)
    if lineages is None:
        return {}
    codes, n_ids = np.asarray(samples.codes, dtype=np.int64), len(lineages.ids)
    in_sample = codes >= 0
    of_cell = np.where(lineages.codes >= 0, lineages.codes, n_ids)  # the last column is unknown
    places = codes[in_sample] * (n_ids + 1) + of_cell[in_sample]
    shape = len(samples.categories), n_ids + 1
    table = np.bincount(places, minlength=shape[0] * shape[1]).reshape(shape).tolist()
    counts = [(dict(zip(lineages.ids, row[:-1], strict=True)), row[-1]) for row in table]
    gates = zip(samples.categories, gates_of(counts, in_tissue=has_tissue(adata)), strict=True)
    return {str(sample): gate for sample, gate in gates if gate is not None}


def in_words(gates: Mapping[str, Remark]) -> str:
    """`'s1', 's2': T cells only; 's3': no stroma`."""
    words = dict.fromkeys(gate.word for gate in gates.values())
    of_word = {word: [s for s, gate in gates.items() if gate.word == word] for word in words}
    return "; ".join(f"{listing(names, limit=FEW)}: {word}" for word, names in of_word.items())


def _best(adata: AnnData, groupby: str | None) -> CellLineages | None:
    """The first column that tells nearly all lineages, else the one that tells most."""
    found: list[tuple[float, int, CellLineages]] = []
    for key in dict.fromkeys((groupby, keys.LINEAGE)):
        if key is None or key not in adata.obs:
            continue
        try:
            lineages = read_lineages(adata, key)
        except InputError:  # labels that name no lineage
            continue
        known = float((lineages.codes >= 0).mean()) if adata.n_obs else 0.0
        if known >= MOSTLY_KNOWN:
            return lineages
        found.append((known, -len(found), lineages))
    return max(found)[2] if found else None
