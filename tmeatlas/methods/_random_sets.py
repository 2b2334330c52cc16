"""Random signatures: as many genes, expressed alike, drawn without replacement."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tmeatlas.sig import MatchedSignature

N_BINS = 25
MIN_BIN = 20
"""Fewest genes of a bin; data with few genes have fewer bins."""


def expression_bins(means: NDArray[np.float64], names: ArrayLike) -> list[NDArray[np.int32]]:
    """The genes of bins of equal size by mean expression, lowest first.

    Equal means, and the genes of a bin, are ordered by name: so that the order
    of the genes in the data does not matter.
    """
    n_bins = int(np.clip(len(means) // MIN_BIN, 1, N_BINS))
    place = np.argsort(np.argsort(np.asarray(names, dtype=object), kind="stable"))
    ascending = np.lexsort([place, means])
    return [
        part[np.argsort(place[part])].astype(np.int32) for part in np.array_split(ascending, n_bins)
    ]


def random_signatures(
    signature: MatchedSignature, bins: Sequence[NDArray[np.int32]], *, number: int, seed: int
) -> list[MatchedSignature]:
    """Signatures in which each gene is exchanged for one of its bin, weights and sides kept.

    The genes of the signature take part in the draw: were it random itself, it
    would be one of these as likely as any other, which makes the test exact.
    The draws depend on the seed, the id and the genes alone.
    """
    rng = np.random.Generator(np.random.Philox(key=[seed % 2**64, _stable_hash(signature.id)]))
    own = np.concatenate([signature.up, signature.down])
    drawn = np.empty((number, len(own)), dtype=np.int32)
    for members in bins:
        of_bin = np.flatnonzero(np.isin(own, members))
        if len(of_bin):
            drawn[:, of_bin] = _draw(members, len(of_bin), number, rng)
    n_up = len(signature.up)
    return [
        MatchedSignature(
            id=signature.id,
            up=genes[:n_up],
            down=genes[n_up:],
            up_weights=signature.up_weights,
            down_weights=signature.down_weights,
            n_up=signature.n_up,
            n_down=signature.n_down,
            missing=signature.missing,
            renamed=(),
        )
        for genes in drawn
    ]


def _draw(
    members: NDArray[np.int32], size: int, number: int, rng: np.random.Generator
) -> NDArray[np.int32]:
    """`number` times `size` different members: the first steps of a shuffle, for all at once."""
    decks = np.tile(members, (number, 1))
    every = np.arange(number)
    for step in range(size):
        other = rng.integers(step, len(members), size=number)
        decks[every, other], decks[:, step] = decks[:, step].copy(), decks[every, other]
    return decks[:, :size]


def _stable_hash(text: str) -> int:
    """The same number for the same text, in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
