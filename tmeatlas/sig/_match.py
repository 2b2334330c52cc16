"""Signatures against the genes of a data set: indices, weights and coverage, on bare arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.genes import GeneIndex, UnderstoodNames
from tmeatlas.sig._signature import Signature


@dataclass(frozen=True, eq=False)
class MatchedSignature:
    """One signature as columns of an expression matrix.

    `up` and `down` are the columns of the genes that were found, in the order
    of the signature; `up_weights` and `down_weights` their (positive, unless
    the source says otherwise) weights; `n_up` and `n_down` count all genes of
    the signature, found or not.
    """

    id: str
    up: NDArray[np.int32]
    down: NDArray[np.int32]
    up_weights: NDArray[np.float64]
    down_weights: NDArray[np.float64]
    n_up: int
    n_down: int
    missing: tuple[str, ...]
    renamed: tuple[str, ...]

    @property
    def n_genes(self) -> int:
        """Genes in the signature."""
        return self.n_up + self.n_down

    @property
    def n_found(self) -> int:
        """Genes of the signature that the data have."""
        return len(self.up) + len(self.down)

    @property
    def coverage(self) -> float:
        """Share of the signature's genes that the data have."""
        return self.n_found / self.n_genes

    @property
    def is_signed(self) -> bool:
        """Whether it has genes that are expected to be low."""
        return self.n_down > 0

    @property
    def is_weighted(self) -> bool:
        """Whether any weight differs from 1."""
        return bool((self.up_weights != 1).any() or (self.down_weights != 1).any())


def match_signature(signature: Signature, index: GeneIndex) -> MatchedSignature:
    """Look up the genes of `signature` by current symbol, then by former symbol or Ensembl id."""
    missing: list[str] = []
    renamed: list[str] = []

    def look_up(genes: tuple[str, ...]) -> dict[int, str]:
        columns: dict[int, str] = {}
        for gene in genes:
            column = index.find(gene)
            if column is None or column in columns:
                missing.append(gene)
                continue
            columns[column] = gene
            if index.names[column] != gene:
                renamed.append(f"{gene} as {index.names[column]}")
        return columns

    ups, downs = look_up(signature.genes), look_up(signature.down)
    for column in sorted(ups.keys() & downs.keys()):
        # Two names of one gene, once up and once down: it says nothing.
        missing += [ups.pop(column), downs.pop(column)]
    up, up_weights = _as_arrays(ups, signature)
    down, down_weights = _as_arrays(downs, signature)
    return MatchedSignature(
        id=signature.id,
        up=up,
        down=down,
        up_weights=up_weights,
        down_weights=np.abs(down_weights),
        n_up=len(signature.genes),
        n_down=len(signature.down),
        missing=tuple(missing),
        renamed=tuple(renamed),
    )


def _as_arrays(
    genes: dict[int, str], signature: Signature
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    weights = [float(signature.weights.get(gene, 1.0)) for gene in genes.values()]
    return np.array(list(genes), dtype=np.int32), np.array(weights, dtype=np.float64)


def match_signatures(
    signatures: Iterable[Signature], genes: Iterable[str] | UnderstoodNames
) -> list[MatchedSignature]:
    """Match every signature against the gene names of a data set."""
    chosen = list(signatures)
    wanted = (gene for signature in chosen for gene in (*signature.genes, *signature.down))
    index = GeneIndex(genes, wanted)
    return [match_signature(signature, index) for signature in chosen]


def coverage_frame(matched: Iterable[MatchedSignature]) -> pd.DataFrame:
    """One row per signature: genes, genes found, coverage, and which are missing or renamed."""
    rows = list(matched)
    return pd.DataFrame(
        {
            "n_genes": np.array([m.n_genes for m in rows], dtype=np.int64),
            "n_found": np.array([m.n_found for m in rows], dtype=np.int64),
            "coverage": np.array([m.coverage for m in rows], dtype=np.float64),
            "missing": [", ".join(m.missing) for m in rows],
            "renamed": [", ".join(m.renamed) for m in rows],
        },
        index=pd.Index([m.id for m in rows], name="signature"),
    )
