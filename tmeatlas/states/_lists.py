"""The lists of a state as one, in which a gene counts by how many of them name it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from tmeatlas.sig import MatchedSignature

FEWEST_GENES = 3
"""A list of fewer genes tells one gene, not a programme."""


def joined_lists(name: str, lists: Sequence[MatchedSignature]) -> MatchedSignature:
    """One list out of several: each weighs 1, shared among its genes."""
    weights: Counter[int] = Counter()
    for one in lists:
        weights.update(dict.fromkeys(one.up.tolist(), 1.0 / len(one.up)))
    return _weighted(name, weights)


def without_shared(lists: Mapping[str, MatchedSignature]) -> dict[str, MatchedSignature]:
    """Each list without the genes that another one has as well, as these tell neither from both.

    A list that would keep fewer than half of its genes, or fewer than three, keeps them all.
    """
    times = Counter(gene for one in lists.values() for gene in one.up.tolist())
    found = {}
    for name, one in lists.items():
        own = {
            gene: weight
            for gene, weight in zip(one.up.tolist(), one.up_weights, strict=True)
            if times[gene] == 1
        }
        enough = len(own) >= max(FEWEST_GENES, len(one.up) / 2)
        found[name] = _weighted(name, own) if enough else one
    return found


def _weighted(name: str, weights: Mapping[int, float]) -> MatchedSignature:
    of_genes = np.array(list(weights.values()), dtype=np.float64)
    nothing = np.empty(0)
    return MatchedSignature(
        id=name,
        up=np.array(list(weights), dtype=np.int32),
        down=nothing.astype(np.int32),
        up_weights=of_genes / of_genes.mean(),
        down_weights=nothing,
        n_up=len(weights),
        n_down=0,
        missing=(),
        renamed=(),
    )
