"""The tables of enrichment results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._stats import benjamini_hochberg
from tmeatlas.enrichment._sets import GeneList

if TYPE_CHECKING:
    from tmeatlas.matrix import Bulks


def prerank_table(
    results: Sequence[pd.DataFrame],
    groups: Sequence[str],
    lists: Sequence[GeneList],
    names: Sequence[Sequence[str]],
) -> pd.DataFrame:
    """One row per group and list, the best first; `names` are the genes as ranked per group."""
    table = _described(lists, groups, "group")
    found = pd.concat(list(results), ignore_index=True)
    table = table.assign(es=found["es"], nes=found["nes"], pval=found["pval"])
    table["padj"] = benjamini_hochberg(table["pval"])
    table["n_genes"] = _sizes(lists, len(groups))
    table["lead_genes"] = [
        ",".join(names[row // len(lists)][i] for i in lead)
        for row, lead in enumerate(found["lead"])
    ]
    strength = -table["nes"].abs()
    order = np.lexsort((strength.to_numpy(), table["padj"].to_numpy()))
    return table.iloc[order].reset_index(drop=True)


def profile_table(found: pd.DataFrame, bulks: Bulks, lists: Sequence[GeneList]) -> pd.DataFrame:
    """One row per profile and list, in the order of the groups and samples."""
    table = _described(lists, bulks.groups, "group")
    samples = np.repeat(np.asarray(bulks.samples, dtype=object), len(lists))
    table.insert(1, "sample", _categorical(samples))
    table = pd.concat([table, found], axis=1)
    table["n_genes"] = _sizes(lists, len(bulks))
    table["n_cells"] = np.repeat(bulks.n_cells, len(lists)).astype(np.int32)
    return table


def _described(lists: Sequence[GeneList], groups: Sequence[str], name: str) -> pd.DataFrame:
    n = len(groups)
    return pd.DataFrame(
        {
            name: _categorical(np.repeat(np.asarray(groups, dtype=object), len(lists))),
            "signature": _categorical([entry.signature for entry in lists] * n),
            "direction": _categorical([entry.direction for entry in lists] * n),
        }
    )


def _categorical(values: Sequence[str] | NDArray[np.object_]) -> pd.Series:
    names = [str(value) for value in values]
    return pd.Series(pd.Categorical(names, categories=list(dict.fromkeys(names))))


def _sizes(lists: Sequence[GeneList], times: int) -> np.ndarray:
    return np.tile(np.array([len(entry.columns) for entry in lists], dtype=np.int32), times)
