"""How much signatures have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas.genes import current_symbol
from tmeatlas.sig._load import as_signatures
from tmeatlas.sig._signature import Signature

FEWEST_FOR_CORRELATION = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two signatures share; made by `tme.sig.compare`.

    Parameters
    ----------
    first, second
        The ids.
    shared, only_first, only_second
        Genes by their current symbols.
    jaccard
        Shared genes among all genes of both, 0 to 1.
    overlap_coefficient
        Shared genes among those of the smaller signature, 0 to 1.
    same_direction
        Among the shared genes, the share that is up in both or down in both;
        NaN where none is shared.
    weight_correlation
        Pearson correlation of the signed weights of the shared genes; NaN
        unless both signatures have weights, at least three genes are shared
        and the weights vary.
    """

    first: str
    second: str
    shared: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    jaccard: float
    overlap_coefficient: float
    same_direction: float
    weight_correlation: float


def compare(first: object, second: object) -> Comparison:
    """Compare two signatures gene by gene.

    Genes are compared by current symbol, so that a former symbol or an Ensembl
    id in one list meets the current symbol in the other.

    Parameters
    ----------
    first, second
        The id of a built-in signature, a Signature, ``{name: [genes]}`` or a
        file; one signature each.

    Returns
    -------
    Comparison
        The shared genes and those of one signature only; Jaccard index,
        overlap coefficient, agreement in direction, correlation of weights.

    Raises
    ------
    InputError
        One of the two is not exactly one signature.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> result = tme.sig.compare("hypoxia_buffa", "hypoxia_buffa15")
    >>> len(result.shared), result.overlap_coefficient
    (15, 1.0)
    >>> tme.sig.compare({"mine": ["CCN5", "DCN"]}, {"old": ["WISP2", "DCN-"]}).same_direction
    0.5
    """
    one = _single(first, argument="first")
    other = _single(second, argument="second")
    one_weights, other_weights = _current_weights(one), _current_weights(other)
    shared = tuple(gene for gene in one_weights if gene in other_weights)
    pairs = np.array([(one_weights[gene], other_weights[gene]) for gene in shared]).reshape(-1, 2)
    agree = np.signbit(pairs[:, 0]) == np.signbit(pairs[:, 1])
    return Comparison(
        first=one.id,
        second=other.id,
        shared=shared,
        only_first=tuple(gene for gene in one_weights if gene not in other_weights),
        only_second=tuple(gene for gene in other_weights if gene not in one_weights),
        jaccard=len(shared) / len(one_weights.keys() | other_weights.keys()),
        overlap_coefficient=len(shared) / min(len(one_weights), len(other_weights)),
        same_direction=float(agree.mean()) if shared else math.nan,
        weight_correlation=(
            _correlation(pairs) if _is_weighted(one) and _is_weighted(other) else math.nan
        ),
    )


def overlap(signatures: object = "core") -> pd.DataFrame:
    """Jaccard index of every pair of signatures.

    Parameters
    ----------
    signatures
        A set name, a file, a SignatureSet or ``{name: [genes]}``.

    Returns
    -------
    DataFrame
        Signatures × signatures, float64: genes that two share (by current
        symbol, up and down alike) among all genes of both; 1 on the diagonal.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> jaccard = tme.sig.overlap({"a": ["DCN", "LUM"], "b": ["LUM", "PDPN"]})
    >>> round(float(jaccard.loc["a", "b"]), 3)
    0.333
    """
    chosen = as_signatures(signatures)
    genes = [_current_weights(signature).keys() for signature in chosen.values()]
    column = {gene: i for i, gene in enumerate(dict.fromkeys(g for names in genes for g in names))}
    member = np.zeros((len(chosen), len(column)))
    for row, names in enumerate(genes):
        member[row, [column[gene] for gene in names]] = 1
    shared = member @ member.T
    sizes = np.diag(shared)
    ids = pd.Index(list(chosen), name="signature")
    return pd.DataFrame(
        shared / (sizes[:, None] + sizes[None, :] - shared), index=ids, columns=ids.rename(None)
    )


def _single(given: object, *, argument: str) -> Signature:
    chosen = as_signatures(given)
    if len(chosen) != 1:
        raise InputError(
            f"Expected one signature as `{argument}`, found {len(chosen)}: "
            f"{listing(list(chosen))}. Choose one by its id; tme.sig.overlap compares all."
        )
    return next(iter(chosen.values()))


def _current_weights(signature: Signature) -> dict[str, float]:
    """Current symbol → signed weight; of two names of one gene, the first counts."""
    weights: dict[str, float] = {}
    for gene, weight in signature.signed_weights().items():
        weights.setdefault(current_symbol(gene), weight)
    return weights


def _is_weighted(signature: Signature) -> bool:
    return any(abs(weight) != 1 for weight in signature.weights.values())


def _correlation(pairs: np.ndarray) -> float:
    if len(pairs) < FEWEST_FOR_CORRELATION or (np.ptp(pairs, axis=0) == 0).any():
        return math.nan
    return float(np.corrcoef(pairs.T)[0, 1])
