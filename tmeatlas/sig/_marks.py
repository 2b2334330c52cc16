"""Genes with a sign behind them, as UCell writes them: "A" or "A+" is up, "A-" is down."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral

from tmeatlas._errors import InputError
from tmeatlas.sig._signature import Signature


def from_marked(name: str, genes: object) -> Signature:
    """One signature from a name and a list of genes, where a trailing "-" marks a down gene."""
    if isinstance(genes, Signature):
        return genes
    if isinstance(genes, str) or not isinstance(genes, Iterable):
        raise InputError(
            f"Expected a list of genes for signature {name!r}, found {type(genes).__name__}. "
            f"Write {{{name!r}: ['GENE1', 'GENE2']}}."
        )
    listed = list(dict.fromkeys(_as_text(name, gene) for gene in genes))
    down = tuple(gene[:-1] for gene in listed if gene.endswith("-") and len(gene) > 1)
    up = tuple(gene.removesuffix("+") for gene in listed if not gene.endswith("-") and gene)
    return Signature(id=name, genes=up, down=down)


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
