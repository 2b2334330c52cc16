"""Preranked GSEA: in which groups the genes of a list stand at the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from tmeatlas._numbers import PEERS_SEEDS, check_number, read_seed
from tmeatlas._progress import track
from tmeatlas._values import MatrixKind
from tmeatlas.enrichment._method import Enriched
from tmeatlas.enrichment._profiles import Profiles, by_name, usable_genes
from tmeatlas.enrichment._ranking import Ranking, mean_differences, without_ties
from tmeatlas.enrichment._sets import GeneList, ListChoice
from tmeatlas.enrichment._table import prerank_table

FEWEST_PERMUTATIONS = 19
"""With fewer, no p-value can be as small as 0.05."""


@dataclass(frozen=True)
class Prerank:
    r"""Preranked GSEA of every group (Subramanian et al., 2005), by `gseapy.prerank`.

    For each group, genes are ranked by the difference of mean log-normalised
    expression between its cells and the cells of the other groups,
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

    Parameters
    ----------
    n_perms
        Number of random lists; at least 19. The lowest p is about
        ``2 / n_perms``, as about half of the permutations have either sign: too
        few, and nothing survives the correction.
    rank_key
        Key of `adata.uns` in which :func:`scanpy.tl.rank_genes_groups` wrote its
        result for `groupby`: its scores rank the genes in place of the difference
        of means.
    rng
        Seed of the random lists, or a random generator from which one is drawn
        at once. The same seed gives the same result.

    Raises
    ------
    InputError
        Too few permutations, or what is no seed.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.enrichment.Prerank(n_perms=100)
    Prerank(n_perms=100, rank_key=None, rng=0)
    """

    n_perms: int = 1000
    rank_key: str | None = None
    rng: int | np.random.Generator = 0

    name: ClassVar[str] = "prerank"
    accepts: ClassVar[frozenset[MatrixKind]] = frozenset({MatrixKind.LOGNORM})
    scores_profiles: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse options out of range; draw the seed, so that the object repeats its results."""
        check_number("n_perms", self.n_perms, low=FEWEST_PERMUTATIONS, whole=True)
        object.__setattr__(self, "rng", read_seed(self.rng, below=PEERS_SEEDS))

    @property
    def seed(self) -> int:
        """The seed of the random lists."""
        return read_seed(self.rng)

    def params(self) -> dict[str, object]:
        """What is kept on record of the options."""
        return {"n_perms": self.n_perms, "rank_key": self.rank_key, "seed": self.seed}

    def run(self, profiles: Profiles, choice: ListChoice) -> Enriched:
        """Rank the genes by how much higher a group has them, and test the lists."""
        used = usable_genes(profiles.sums, profiles.genes)
        lists, left_out = choice.lists(profiles.genes, used)
        groups = list(dict.fromkeys(profiles.bulks.groups))
        metric = mean_differences(profiles.sums[:, used], profiles.bulks)
        ranking = Ranking(groups, profiles.genes[used], metric)
        return self._test(ranking, lists, left_out, {"n_profiles": len(profiles)})

    def run_ranked(self, ranking: Ranking, choice: ListChoice) -> Enriched:
        """Test the lists among genes that somebody else ranked."""
        used = by_name(ranking.genes)
        lists, left_out = choice.lists(ranking.genes, used)
        return self._test(ranking.over(used), lists, left_out, {})

    def _test(
        self,
        ranking: Ranking,
        lists: Sequence[GeneList],
        left_out: list[str],
        facts: dict[str, Any],
    ) -> Enriched:
        from tmeatlas.enrichment._gseapy import prerank

        groups, genes = ranking.groups, [str(gene) for gene in ranking.genes]
        stored = np.empty(ranking.metric.shape, dtype=np.float32)
        results, names = [], []
        for i in track(range(len(groups)), total=len(groups), label="Enrichment"):
            order, falling = without_ties(ranking.metric[i])
            stored[i, order] = falling
            names.append([genes[column] for column in order])
            results.append(prerank(order, falling, lists, n_perms=self.n_perms, seed=self.seed))
        kept = {
            "genes": np.asarray(genes, dtype=object),
            "groups": np.asarray(groups, dtype=object),
            "metric": stored,
            "lists": _described(lists, genes),
        }
        table = prerank_table(results, groups, lists, names)
        return Enriched(table, kept, left_out, {**facts, "n_genes_used": len(genes)})


def _described(lists: Sequence[GeneList], genes: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "signature": [entry.signature for entry in lists],
            "direction": [entry.direction for entry in lists],
            "genes": [",".join(genes[column] for column in entry.columns) for entry in lists],
        }
    )
