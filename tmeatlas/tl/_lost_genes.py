"""What is said of genes that the data lack: their names, and where they are instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

import pandas as pd
from anndata import AnnData

from tmeatlas._asker import option, remedy
from tmeatlas._errors import CoverageError, listing
from tmeatlas._log import note
from tmeatlas._text import counted
from tmeatlas.genes import ENSEMBL_ID, GeneIndex, is_date, is_same_name, understand
from tmeatlas.interactions import Interactions
from tmeatlas.lr import MatchedInteractions, match_interactions
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.sig import MatchedSignature

EXPECTED_INTERACTIONS = 0.05
"""Share that data with all genes may lack: 4 % of the built-in ones in real tumours."""


TABLES = "Give the interactions by the genes of the species of the data."


def where_they_are(
    adata: AnnData, matrix: ExpressionMatrix, missing: Collection[str], *, translate: str = ""
) -> str:
    """Where the `missing` genes are, or why they are not there; empty where nobody can tell.

    `translate` says how to bring genes of another species to that of the data, where
    these are no lists.
    """
    return " ".join(_hints(adata, matrix, list(dict.fromkeys(missing)), translate))


def two_species(matrix: ExpressionMatrix) -> str:
    """That the data hold genes of another species, where they do."""
    others = matrix.names.others
    if not others:
        return ""
    return f"{matrix.name} holds genes of two species: the human ones are used, not {others}."


def note_changed(matched: Sequence[MatchedSignature]) -> None:
    """Say in the line of the verb how many genes were found under names that somebody changed."""
    pairs = (text.split(" as ", 1) for m in matched for text in m.renamed)
    changed = dict.fromkeys((gene, name) for gene, name in pairs if is_same_name(gene, name))
    if changed:
        gene, name = next(iter(changed))
        note(f"{counted(len(changed), 'gene')} found under changed names, such as {gene} as {name}")


def repeats(matrix: ExpressionMatrix, columns: Collection[int]) -> str:
    """Which of the genes that are used are there twice, so that the first was taken."""
    used = {str(matrix.genes[column]) for column in columns} if matrix.names.repeated else set()
    twice = [name for name in matrix.names.repeated if name in used]
    if not twice:
        return ""
    return (
        f"{matrix.name} has several columns of {listing(twice, limit=20)}: the first is used, "
        "nothing is added up."
    )


def find_interactions(
    adata: AnnData, matrix: ExpressionMatrix, interactions: Interactions
) -> MatchedInteractions:
    """The interactions on the genes of the matrix; the error for none says where genes are."""
    try:
        return match_interactions(interactions, matrix.names)
    except CoverageError as error:
        where = where_they_are(adata, matrix, interactions.genes, translate=TABLES)
        raise CoverageError(f"{error} {where}".strip()) from None


def lost_interactions(
    adata: AnnData,
    matrix: ExpressionMatrix,
    interactions: Interactions,
    matched: MatchedInteractions,
) -> str:
    """What is said of interactions that lack genes, more of them than in data with all genes.

    Empty where all is well. Of a user's own table all genes are named, few as they may be.
    """
    lack, n, named = matched.n_untestable, len(interactions), interactions.is_own
    said = []
    if lack and (named or lack > EXPECTED_INTERACTIONS * n):
        genes = matched.missing_genes
        which = listing(genes, limit=60 if named else 8)
        said.append(
            f"{lack:,} of {counted(n, 'interaction')} ({lack / n:.0%}) cannot be tested, because "
            f"the data lack {counted(len(genes), 'gene')}: {which}."
        )
        said.append(where_they_are(adata, matrix, genes, translate=TABLES))
    said += [repeats(matrix, matched.columns.tolist()), two_species(matrix)]
    return " ".join(filter(None, said))


def _hints(
    adata: AnnData, matrix: ExpressionMatrix, missing: list[str], translate: str
) -> Iterator[str]:
    index = GeneIndex(matrix.names)
    if adata.raw is not None and not matrix.name.startswith("raw"):
        raw = GeneIndex(understand(adata.raw.var_names, adata.raw.var))
        there = [gene for gene in missing if raw.find(gene) is not None]
        if there:
            found = _some_of(len(there), missing)
            yield f"raw has {found}: {option('use_raw', True)} reads it."
    yield from _in_var(adata, matrix, missing)
    other = {gene: index.in_other_case(gene) for gene in missing}
    pairs = [f"{name!r} for {gene!r}" for gene, name in other.items() if name is not None]
    if pairs:
        more = f" and {len(pairs) - 3} more" if len(pairs) > 3 else ""
        yield f"The data have {', '.join(pairs[:3])}{more}: the case of another species. " + remedy(
            python=translate
            or "tme.sig.convert(signatures, to='human', orthologues=...) translates lists of mouse "
            "genes, to='mouse' those of human ones.",
            shell=translate or "Give lists of the species of the data.",
        )
    yield from _dates(matrix, missing)
    labels = matrix.genes[:1000].map(str)
    if sum(bool(ENSEMBL_ID.match(label)) for label in labels) > len(labels) / 2:
        yield (
            "The data name genes by Ensembl ids, and only those of the built-in signatures are "
            "known by id"
            + remedy(python="; put all symbols into a column of adata.var.", shell=".")
        )


def _some_of(number: int, missing: Sequence[str]) -> str:
    return "it" if len(missing) == 1 else f"{number} of them"


def _in_var(adata: AnnData, matrix: ExpressionMatrix, missing: list[str]) -> Iterator[str]:
    """The column of `var` that has most of the genes."""
    wanted = set(missing)
    hits = {}
    for number, name in enumerate(adata.var.columns):
        column = adata.var.iloc[:, number]
        if str(name) != matrix.names.column and not pd.api.types.is_numeric_dtype(column):
            hits[str(name)] = len(wanted.intersection(column.astype(object).map(str)))
    best = max(hits, key=lambda name: hits[name], default="")
    if best and hits[best]:
        yield f"var[{best!r}] has {_some_of(hits[best], missing)}" + remedy(
            python=f": adata.var_names = adata.var[{best!r}].astype(str).", shell="."
        )


def _dates(matrix: ExpressionMatrix, missing: list[str]) -> Iterator[str]:
    """That a spreadsheet has made dates of genes of the data."""
    dates = [str(name) for name in matrix.genes if is_date(str(name))]
    stems = "|".join(sorted({_stem(date) for date in dates} - {""}))
    pattern = rf"(?:{stems})[A-Z]*\d+"
    if stems and any(re.fullmatch(pattern, gene.upper()) for gene in missing):
        yield (
            f"A spreadsheet made dates of the data's gene names ({listing(dates, limit=5)}), and "
            "which gene was meant cannot be told. Read the data again from their source."
        )


def _stem(date: str) -> str:
    """The letters that a gene has which became this date: "SEP" of "2-Sep"."""
    return "".join(filter(str.isalpha, date)).upper()
