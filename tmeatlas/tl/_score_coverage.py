"""Which signatures the data can show, and what to say where they cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd
from anndata import AnnData

from tmeatlas._errors import CoverageError, listing
from tmeatlas._text import counted
from tmeatlas.genes import ENSEMBL_ID
from tmeatlas.sig import MatchedSignature

NAMED = 10
"""Signatures that a message spells out."""


def covered(
    adata: AnnData, matched: Sequence[MatchedSignature], genes: pd.Index, min_coverage: float
) -> list[MatchedSignature]:
    """Those of which enough genes are found; an error that says why where none is."""
    found = [m for m in matched if is_covered(m, min_coverage)]
    if not found:
        raise no_coverage(adata, matched, genes, min_coverage)
    return found


def is_covered(matched: MatchedSignature, min_coverage: float) -> bool:
    """Whether enough genes are found, and at least one on each side that it has."""
    each_side = (len(matched.up) > 0 or matched.n_up == 0) and (
        len(matched.down) > 0 or matched.n_down == 0
    )
    return each_side and matched.coverage >= min_coverage


def low_coverage(
    adata: AnnData,
    matched: Sequence[MatchedSignature],
    scored: Sequence[MatchedSignature],
    genes: pd.Index,
    min_coverage: float,
) -> str:
    """One message for all signatures that were not scored."""
    done = {m.id for m in scored}
    left_out = [m for m in matched if m.id not in done]
    return (
        f"{len(left_out)} of {counted(len(matched), 'signature')} are NaN because the data have "
        "too few of "
        f"their genes (min_coverage={min_coverage:g}): "
        + ", ".join(f"{m.id} ({m.n_found} of {m.n_genes})" for m in left_out)
        + ". tme.sig.coverage(adata) lists the missing genes."
        + _in_raw(adata, left_out, genes)
    )


def no_coverage(
    adata: AnnData, matched: Sequence[MatchedSignature], genes: pd.Index, min_coverage: float
) -> CoverageError:
    """The error for data in which no signature can be scored: what the names look like."""
    best = sorted(matched, key=lambda m: -m.coverage)[:NAMED]
    found = ", ".join(f"{m.id} ({m.n_found} of {m.n_genes})" for m in best)
    expected = sorted({gene for m in matched for gene in m.missing})[:3]
    looks, remedy = _describe(adata, matched, genes)
    return CoverageError(
        f"None of {counted(len(matched), 'signature')} has {min_coverage:.0%} of its genes in "
        "the data; "
        f"best: {found}. Expected gene names such as {listing(expected)}; the data begin with "
        f"{listing([str(gene) for gene in genes[:3]])}{looks}. {remedy}"
        f"{_in_raw(adata, matched, genes)}"
    )


def _in_raw(adata: AnnData, matched: Sequence[MatchedSignature], genes: pd.Index) -> str:
    """That `adata.raw` has missing genes, where it does and was not the one to be scored."""
    if adata.raw is None:
        return ""
    missing = {gene for m in matched for gene in m.missing}
    there = missing.intersection(adata.raw.var_names).difference(genes)
    if not there:
        return ""
    return (
        f" adata.raw has {len(there)} of the {counted(len(missing), 'missing gene')}: pass "
        "`use_raw=True` "
        "to score it."
    )


def _describe(
    adata: AnnData, matched: Sequence[MatchedSignature], genes: pd.Index
) -> tuple[str, str]:
    """What the gene names look like, and what to do about it."""
    column = _symbol_column(adata, matched)
    if column:
        return "", (
            f"adata.var[{column!r}] holds such names: adata.var_names = "
            f"adata.var[{column!r}].astype(str); adata.var_names_make_unique()."
        )
    names = [str(gene) for gene in genes[:2000]]
    if _mostly(names, re.compile(r"^\d+$")):
        return ", which look like row numbers", "Set adata.var_names to gene symbols."
    if _mostly(names, re.compile(r"^ENS(?!G\d)[A-Z]+\d+")):
        return ", which look like Ensembl ids of another species", _ORTHOLOGUES
    if _mostly(names, ENSEMBL_ID):
        return ", which look like Ensembl ids", "Set adata.var_names to gene symbols."
    if _mostly(names, re.compile(r"^[A-Z][a-z0-9-]*[a-z][a-z0-9-]*$")):
        return ", which look like mouse symbols", _ORTHOLOGUES
    if _mostly(names, re.compile(r"^[a-z0-9.-]*[a-z][a-z0-9.-]*$")):
        return ", in lower case", "Human symbols: adata.var_names = adata.var_names.str.upper()."
    return "", (
        "If the data hold only a part of the genes, score the full matrix, pass signatures of "
        "your own as {name: [genes]}, or lower `min_coverage`."
    )


_ORTHOLOGUES = (
    "The built-in signatures are human: set adata.var_names to the human orthologues, or pass "
    "signatures of that species as {name: [genes]}."
)


def _mostly(names: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return sum(bool(pattern.match(name)) for name in names) > 0.8 * len(names)


def _symbol_column(adata: AnnData, matched: Sequence[MatchedSignature]) -> str | None:
    """A column of `var` that holds the genes which `var_names` lack."""
    missing = {gene for m in matched for gene in m.missing}
    hits = {
        str(name): len(missing.intersection(column.astype(str)))
        for name, column in adata.var.items()
        if not pd.api.types.is_numeric_dtype(column)
    }
    best = max(hits, key=lambda name: hits[name], default=None)
    return best if best is not None and hits[best] >= 0.2 * len(missing) else None
