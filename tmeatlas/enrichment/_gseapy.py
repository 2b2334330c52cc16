"""gseapy on bare arrays: what it is given, and what is read from it.

Genes and profiles go by numbered names. gseapy changes the case of gene names
and merges some, which numbered names are safe from; nothing is written to disk
and nothing asked from the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._stats import permutation_pvalue
from tmeatlas._threads import n_threads
from tmeatlas.enrichment._sets import GeneList

QUIET = {"outdir": None, "verbose": False, "min_size": 1}


def prerank(
    order: NDArray[np.intp],
    falling: NDArray[np.float32],
    lists: Sequence[GeneList],
    *,
    n_perms: int,
    seed: int,
) -> pd.DataFrame:
    """One row per list: es, nes, pval, and the leading edge as positions in `order`."""
    import gseapy

    class Prerank(gseapy.Prerank):
        """Keeps the summaries with their permutations, which gseapy's table leaves out."""

        summaries: list[Any]

        def _set_cores(self) -> None:
            """Leave the number of threads as asked for; gseapy keeps one core idle.

            The result is the same for any number.
            """

        def to_df(self, gsea_summary: list[Any], **_: Any) -> None:
            self.summaries = gsea_summary

    ranking = pd.Series(falling.astype(np.float64), index=[_gene(i) for i in order])
    run = Prerank(
        ranking,
        _gene_sets(lists),
        max_size=len(order),
        permutation_num=n_perms,
        ascending=None,  # it is sorted
        threads=n_threads(),
        seed=seed,
        **QUIET,
    )
    run.run()
    by_list = {int(summary.term): summary for summary in run.summaries}
    rows = [_row(by_list[i]) for i in range(len(lists))]
    return pd.DataFrame(rows, columns=["es", "nes", "pval", "lead"])


def _row(summary: Any) -> tuple[float, float, float, list[int]]:
    """One list: p counts the permutations of the same sign, as GSEA defines it, and is never 0."""
    es = float(summary.es)
    null = np.asarray(summary.esnull)
    same_sign = null[null >= 0] if es >= 0 else -null[null < 0]
    exceeding = int((same_sign >= abs(es)).sum())
    pval = float(permutation_pvalue(exceeding, len(same_sign)))
    running, hits = np.asarray(summary.run_es), np.asarray(summary.hits)
    lead = hits[hits <= running.argmax()] if es >= 0 else hits[hits >= running.argmin()][::-1]
    return es, float(summary.nes), pval, lead.tolist()


def ssgsea(profiles: NDArray[np.float64], lists: Sequence[GeneList]) -> pd.DataFrame:
    """One row per profile and list, in this order: es, and nes (es over the range of all es)."""
    import gseapy

    result = gseapy.ssgsea(
        _table(profiles),
        _gene_sets(lists),
        max_size=profiles.shape[1],
        threads=n_threads(),
        **QUIET,
    )
    return _tidy(result.res2d, len(profiles), len(lists), {"ES": "es", "NES": "nes"})


def gsva(profiles: NDArray[np.float64], lists: Sequence[GeneList]) -> pd.DataFrame:
    """One row per profile and list, in this order: es."""
    import gseapy

    result = gseapy.gsva(
        _table(profiles),
        _gene_sets(lists),
        max_size=profiles.shape[1],
        threads=n_threads(),
        **QUIET,
    )
    return _tidy(result.res2d, len(profiles), len(lists), {"ES": "es"})


def _gene(column: int) -> str:
    return f"G{column}"


def _gene_sets(lists: Sequence[GeneList]) -> dict[str, list[str]]:
    return {str(i): [_gene(c) for c in entry.columns] for i, entry in enumerate(lists)}


def _table(profiles: NDArray[np.float64]) -> pd.DataFrame:
    genes = [_gene(i) for i in range(profiles.shape[1])]
    return pd.DataFrame(profiles.T, index=genes, columns=[f"P{i}" for i in range(len(profiles))])


def _tidy(
    result: pd.DataFrame, n_profiles: int, n_lists: int, names: dict[str, str]
) -> pd.DataFrame:
    profile = result["Name"].str.removeprefix("P").astype(int)
    place = profile * n_lists + result["Term"].astype(int)
    tidy = result[list(names)].astype(np.float64).rename(columns=names).set_index(place.to_numpy())
    return tidy.reindex(range(n_profiles * n_lists))
