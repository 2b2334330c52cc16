"""Genes with a sign behind them, as UCell writes them: "A" or "A+" is up, "A-" is down."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from numbers import Integral, Real

from tmeatlas._errors import InputError
from tmeatlas.sig._signature import Signature
from tmeatlas.sig._signed import from_weights


def from_marked(name: str, genes: object) -> Signature:
    """One signature from a name and a list of genes, where a trailing "-" marks a down gene."""
    if isinstance(genes, Signature):
        return replace(genes, id=name)
    if isinstance(genes, Mapping):
        return _from_weights(name, genes)
    if isinstance(genes, Set):
        # A set has no order of its own that would be the same in the next process.
        genes = sorted(genes, key=str)
    if isinstance(genes, str) or not isinstance(genes, Iterable):
        raise InputError(
            f"Expected a list of genes for signature {name!r}, found {type(genes).__name__}. "
            f"Write {{{name!r}: ['GENE1', 'GENE2']}}."
        )
    listed = [_as_text(name, gene) for gene in genes]
    down = tuple(gene[:-1] for gene in listed if gene.endswith("-") and len(gene) > 1)
    up = tuple(gene.removesuffix("+") for gene in listed if not gene.endswith("-") and gene)
    return Signature(id=name, genes=up, down=down)


def _from_weights(name: str, weights: Mapping[object, object]) -> Signature:
    """One signature from genes and their weights, as users write them."""
    numbers = {}
    for gene, weight in weights.items():
        if (
            isinstance(weight, bool)
            or not isinstance(weight, Real)
            or not math.isfinite(weight)
            or weight == 0
        ):
            raise InputError(
                f"Signature {name!r}: expected a finite weight other than 0 for {gene!r}, found "
                f"{weight!r}. Leave the gene out if it does not count."
            )
        text = _as_text(name, gene)
        if text in numbers:
            raise InputError(
                f"Signature {name!r} gives {text!r} twice, apart from blanks. Give each gene once."
            )
        numbers[text] = float(weight)
    return from_weights(name, numbers)


def _as_text(name: str, gene: object) -> str:
    """A gene name, or a number such as those of Entrez; a gap in a column is neither."""
    if isinstance(gene, bool) or not isinstance(gene, str | Integral):
        raise InputError(
            f"Signature {name!r}: expected gene names as text, found {gene!r}. "
            "Leave gaps out, and put names in quotes."
        )
    return str(gene).strip()


def marked(signature: Signature) -> list[str]:
    """The genes of `signature` in the form that `from_marked` reads."""
    # A "+" is needed only where the name of a gene itself ends in a sign.
    up = [f"{gene}+" if gene.endswith(("+", "-")) else gene for gene in signature.genes]
    return [*up, *(f"{gene}-" for gene in signature.down)]
