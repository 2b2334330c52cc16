"""What every group shows of every gene of the data, in few bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas._text import clean
from tmeatlas.atlas.encode import Blocks, byte_planes, quantise_u16, short_number
from tmeatlas.genes import other_names
from tmeatlas.matrix import GroupSums

FINE, MIDDLE, COARSE = 255, 63, 15
"""Steps of a mean, from 0 to the highest of the gene, and of the root of a share. Fewer where
there are very many numbers: no dot shows the difference, and the page is half as large."""
MOST_FINE, MOST_MIDDLE = 250_000, 1_500_000
"""Numbers above 0 up to which the steps are so fine: 20,000 genes in 17 groups that show most of
them are beyond the first, 30,000 in 50 groups beyond the second."""


@dataclass(frozen=True, eq=False)
class GeneMeans:
    """Mean and share of every gene in every group of a page (groups × genes)."""

    names: list[str]
    """Of the genes that some cell shows, in alphabetical order; then of all others."""
    n_seen: int
    """How many of `names` some cell shows: only these have columns below."""
    mean: NDArray[np.float64]
    share: NDArray[np.float64]
    """Share of the cells that show the gene."""
    unit: str
    aliases: list[list[str]]
    """By what other names each of `names` may be looked for."""

    @property
    def steps(self) -> int:
        """In how many steps the page holds each number."""
        shown = np.count_nonzero(self.mean)
        return FINE if shown <= MOST_FINE else MIDDLE if shown <= MOST_MIDDLE else COARSE


def make_gene_means(
    sums: GroupSums, genes: Iterable[str], shown_as: Mapping[int, str], unit: str
) -> GeneMeans:
    """Means and shares by gene; `shown_as` has names of columns that the page calls otherwise."""
    names = np.array([clean(shown_as.get(i, gene)) for i, gene in enumerate(map(str, genes))])
    is_seen = sums.n_seen.any(axis=0)
    order = np.lexsort((names, ~is_seen))
    n_seen = int(is_seen.sum())
    seen = order[:n_seen]
    ordered = names[order].tolist()
    return GeneMeans(
        names=ordered,
        n_seen=n_seen,
        mean=sums.means[:, seen],
        share=sums.shares[:, seen],
        unit=unit,
        aliases=_aliases(ordered),
    )


def _aliases(names: Sequence[str]) -> list[list[str]]:
    """Former and other symbols of each gene that mean one gene only and are no name of the data."""
    taken = set(names)
    return [[other for other in other_names(name) if other not in taken] for name in names]


def pack_gene_means(means: GeneMeans | None, blocks: Blocks) -> dict[str, Any] | None:
    """Names, means and shares as blocks, and what turns their steps into numbers.

    A mean is kept in steps of the highest mean of its gene, which is itself kept in 65,536 steps
    of its logarithm. A share is kept by its root, as the radius of its dot goes; what some cell
    shows is never 0.
    """
    if means is None:
        return None
    highest = means.mean.max(axis=0, initial=0.0)
    logarithms = quantise_u16(np.log(np.where(highest > 0, highest, 1.0)))
    steps, seen = means.steps, means.share > 0
    mean = np.rint(means.mean / np.where(highest > 0, highest, 1.0) * steps)
    share = np.rint(np.sqrt(means.share) * steps)
    return {
        "n": len(means.names),
        "nSeen": means.n_seen,
        "steps": steps,
        "unit": means.unit,
        "names": blocks.add_json("\n".join(means.names)),
        "aliases": blocks.add_json("\n".join(map(",".join, means.aliases))),
        "mean": blocks.add(_bytes(np.maximum(mean, seen)), noisy=True),
        "share": blocks.add(_bytes(np.maximum(share, seen)), noisy=True),
        "high": blocks.add(byte_planes(logarithms.codes, 2)),
        "highRange": [short_number(logarithms.low), short_number(logarithms.high)],
    }


def _bytes(steps: NDArray[np.float64]) -> bytes:
    return steps.astype(np.uint8).tobytes()
