"""Signatures as the gene lists that an enrichment can use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import CoverageError, listing
from tmeatlas._text import counted
from tmeatlas.sig import SignatureSet, match_signatures


@dataclass(frozen=True, eq=False)
class GeneList:
    """One side of a signature."""

    signature: str
    direction: str
    """`up` or `down`: enrichment is defined for one list, so each side is tested alone."""
    columns: NDArray[np.intp]
    """Where its genes are among the genes that are used."""


@dataclass(frozen=True, eq=False)
class ListChoice:
    """Signatures, and which of their lists are worth a test."""

    signatures: SignatureSet
    min_genes: int
    min_coverage: float

    def lists(self, genes: pd.Index, used: NDArray[np.intp]) -> tuple[list[GeneList], list[str]]:
        """The lists that can be tested over the genes `used`, and what is left out and why.

        Raises
        ------
        CoverageError
            None can.
        """
        position = {int(column): i for i, column in enumerate(used)}
        lists, left_out = [], []
        for signature in match_signatures(self.signatures.values(), genes):
            if signature.coverage < self.min_coverage:
                found_of = f"{signature.n_found} of {counted(signature.n_genes, 'gene')}"
                left_out.append(f"{signature.id} ({found_of})")
                continue
            for direction, columns in (("up", signature.up), ("down", signature.down)):
                found = sorted({position[int(c)] for c in columns if int(c) in position})
                if self.min_genes <= len(found) < len(used):
                    lists.append(GeneList(signature.id, direction, np.array(found, dtype=np.intp)))
                elif (signature.n_up, signature.n_down)[direction == "down"]:
                    side = "" if signature.n_down == 0 else f", {direction}"
                    left_out.append(
                        f"{signature.id}{side} ({counted(len(found), 'gene')} expressed)"
                    )
        _check_any(lists, left_out, genes)
        return lists, left_out


def _check_any(lists: Sequence[GeneList], left_out: Sequence[str], genes: pd.Index) -> None:
    """Refuse to go on where no list can be tested."""
    if not lists:
        raise CoverageError(
            f"No signature has enough of its genes in the data: {listing(list(left_out))}. The "
            f"data begin with {listing([str(gene) for gene in genes[:3]])}; "
            "tme.sig.coverage(adata) lists what is missing."
        )
