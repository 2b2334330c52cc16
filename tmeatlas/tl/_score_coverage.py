"""Which signatures the data can show, and what to say where they cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas._asker import option, remedy
from tmeatlas._errors import CoverageError, listing
from tmeatlas._text import counted
from tmeatlas.genes import ENSEMBL_ID, looks_like_mouse
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.sig import MatchedSignature, SignatureSet, load
from tmeatlas.tl._lost_genes import repeats, two_species, where_they_are

NAMED = 10
"""Signatures that a message spells out."""
NAMED_GENES = 60
"""Genes of the user's own lists that a message spells out."""
EXPECTED = 0.03
"""Share of the genes of built-in signatures that data with all genes may lack: up to 2 % of
those of real tumours are known by names that no table has."""
EXPECTED_OF_ONE = 0.25
"""The same of one signature: up to 21 %."""
EXPECTED_FEW = 10


def covered(
    adata: AnnData,
    matched: Sequence[MatchedSignature],
    matrix: ExpressionMatrix,
    min_coverage: float,
) -> list[MatchedSignature]:
    """Those of which enough genes are found; an error that says why where none is."""
    found = [m for m in matched if is_covered(m, min_coverage)]
    if not found:
        raise no_coverage(adata, matched, matrix, min_coverage)
    return found


def is_covered(matched: MatchedSignature, min_coverage: float) -> bool:
    """Whether enough genes are found, and at least one on each side that it has."""
    each_side = (len(matched.up) > 0 or matched.n_up == 0) and (
        len(matched.down) > 0 or matched.n_down == 0
    )
    return each_side and matched.coverage >= min_coverage


def lost_genes(
    adata: AnnData,
    chosen: SignatureSet,
    matched: Sequence[MatchedSignature],
    matrix: ExpressionMatrix,
    min_coverage: float | None = None,
) -> str:
    """One message for all genes that were not found, or not for sure; empty where all is well.

    With `min_coverage` also for the signatures that have no scores for want of genes.
    """
    least = 0.0 if min_coverage is None else min_coverage
    left_out = [] if min_coverage is None else [m for m in matched if not is_covered(m, least)]
    own, builtin = _own_and_builtin(chosen, matched)
    lost = [*left_out, *own, *(builtin if _lack_many(builtin) else ())]
    missing = [gene for m in lost for gene in m.missing]
    columns = np.unique(np.concatenate([np.concatenate([m.up, m.down]) for m in matched]))
    said = [
        _not_scored(left_out, matched, least),
        _not_found(own, builtin),
        where_they_are(adata, matrix, missing) if missing else "",
        repeats(matrix, columns.tolist()),
        two_species(matrix),
    ]
    return " ".join(filter(None, said))


def _own_and_builtin(
    chosen: SignatureSet, matched: Sequence[MatchedSignature]
) -> tuple[list[MatchedSignature], list[MatchedSignature]]:
    """The user's own lists that lack genes, and the signatures of the package."""
    library = load("all")
    is_ours = [m.id in library and library[m.id] == chosen[m.id] for m in matched]
    own = [m for m, ours in zip(matched, is_ours, strict=True) if not ours and m.missing]
    return own, [m for m, ours in zip(matched, is_ours, strict=True) if ours]


def _lack_many(builtin: Sequence[MatchedSignature]) -> bool:
    """Whether built-in signatures lack more genes than they do in data with all genes."""
    missing = sum(len(m.missing) for m in builtin)
    many = missing > EXPECTED_FEW and missing > EXPECTED * sum(m.n_genes for m in builtin)
    return many or any(_lacks_many(m) for m in builtin)


def _lacks_many(matched: MatchedSignature) -> bool:
    return len(matched.missing) > max(2, EXPECTED_OF_ONE * matched.n_genes)


def _not_scored(
    left_out: Sequence[MatchedSignature], matched: Sequence[MatchedSignature], min_coverage: float
) -> str:
    if not left_out:
        return ""
    return (
        f"{len(left_out)} of {counted(len(matched), 'signature')} "
        f"{'is' if len(left_out) == 1 else 'are'} NaN because the data have too few of their "
        f"genes ({option('min_coverage', min_coverage)}): "
        + ", ".join(f"{m.id} ({m.n_found} of {m.n_genes})" for m in left_out)
        + "."
        + remedy(python=" tme.sig.coverage(adata) lists the missing genes.")
    )


def _not_found(own: Sequence[MatchedSignature], builtin: Sequence[MatchedSignature]) -> str:
    """The genes of own lists by name, and how many of the built-in signatures."""
    said = []
    genes = list(dict.fromkeys(gene for m in own for gene in m.missing))
    if genes:
        lists = listing([m.id for m in own], limit=NAMED)
        said.append(
            f"{counted(len(genes), 'gene')} of {lists} {'is' if len(genes) == 1 else 'are'} not in "
            f"the data: {listing(genes, limit=NAMED_GENES)}."
        )
    if _lack_many(builtin):
        n_missing = len({gene for m in builtin for gene in m.missing})
        worst = sorted(builtin, key=lambda m: m.coverage)[:3]
        said.append(
            f"The data lack {counted(n_missing, 'gene')} of the built-in signatures, more than "
            "data with all genes do; most of "
            + ", ".join(f"{m.id} ({len(m.missing)} of {m.n_genes})" for m in worst)
            + "."
        )
    return " ".join(said)


def no_coverage(
    adata: AnnData,
    matched: Sequence[MatchedSignature],
    matrix: ExpressionMatrix,
    min_coverage: float,
) -> CoverageError:
    """The error for data in which no signature can be scored: what the names look like."""
    best = sorted(matched, key=lambda m: -m.coverage)[:NAMED]
    found = ", ".join(f"{m.id} ({m.n_found} of {m.n_genes})" for m in best)
    missing = sorted({gene for m in matched for gene in m.missing})
    named = listing(missing[: 3 if len(missing) > NAMED_GENES else None], limit=NAMED_GENES)
    where = where_they_are(adata, matrix, missing)
    looks, what_to_do = _describe(matrix.labels)
    return CoverageError(
        f"None of {counted(len(matched), 'signature')} has {min_coverage:.0%} of its genes in "
        f"{matrix.name}; best: {found}. Expected gene names such as {named}; the "
        f"data begin with {listing([str(gene) for gene in matrix.labels[:3]])}{looks}. "
        f"{what_to_do if looks or not where else ''}{' ' if looks and where else ''}{where}"
    )


def _describe(labels: pd.Index) -> tuple[str, str]:
    """What the gene names look like, and what to do about it."""
    names = [str(gene) for gene in labels[:2000]]
    symbols = "Set adata.var_names to gene symbols, or put these into a column of adata.var."
    if _mostly(names, re.compile(r"^\d+$")):
        return ", which look like numbers of rows or of Entrez", symbols
    if _mostly(names, re.compile(r"^ENS(?!G\d)[A-Z]+\d+")):
        return ", which look like Ensembl ids of another species", _orthologues()
    if _mostly(names, ENSEMBL_ID):
        return ", which look like Ensembl ids", symbols
    if looks_like_mouse(names):
        return ", which look like mouse symbols", _orthologues()
    if not any(map(str.isupper, "".join(names))):
        return ", in lower case", "Human symbols: adata.var_names = adata.var_names.str.upper()."
    return "", (
        "If the data hold only a part of the genes, score the full matrix, "
        + remedy(python="pass signatures of your own as {name: [genes]}, ")
        + f"or lower {option('min_coverage')}."
    )


def _orthologues() -> str:
    return "The built-in signatures are human: " + remedy(
        python="set adata.var_names to the human orthologues, or score "
        "tme.sig.convert('core', to='mouse', orthologues=...)[0], or signatures of that species.",
        shell="name the genes by their human orthologues, or give signatures of that species.",
    )


def _mostly(names: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return sum(bool(pattern.match(name)) for name in names) > 0.8 * len(names)
