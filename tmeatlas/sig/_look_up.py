"""What a gene of a signature becomes under other names."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from tmeatlas._errors import InputError, listing, unknown
from tmeatlas.genes import GeneNames, builtin_names, read_orthologues
from tmeatlas.sig._signature import SignatureSet

MOST_ORTHOLOGUES = 5


class Found(NamedTuple):
    """What a gene becomes: no name leaves it out. `candidates` are the names that were found."""

    names: tuple[str, ...]
    status: str
    candidates: tuple[str, ...] = ()


LookUp = Callable[[str], Found]


def choose_look_up(
    signatures: SignatureSet, to: str, orthologues: object, genes: pd.DataFrame | None
) -> LookUp:
    """The function that says what a gene becomes under `convert(to=...)`."""
    names = builtin_names() if genes is None else GeneNames(genes)
    if to not in ("current", "ensembl"):
        if orthologues is None:
            raise _orthologues_needed(to)
        # Our own names are human: they say nothing about the genes of the other organism.
        synonyms_of = None if to == "human" and genes is None else names
        return _orthologue_look_up(signatures, to, orthologues, synonyms_of)
    if orthologues is not None:
        raise InputError(
            f"Orthologues lead to another organism, found to={to!r}. Write to='mouse', or leave "
            "`orthologues` out."
        )
    foreign = [s.id for s in signatures.values() if s.organism != "human"]
    if foreign and genes is None:
        raise InputError(
            f"The built-in table of genes is human; these signatures are not: {listing(foreign)}. "
            "Pass a table of their organism as `genes`."
        )
    return _symbol_look_up(names) if to == "current" else _ensembl_look_up(names)


def _symbol_look_up(names: GeneNames) -> LookUp:
    def look_up(gene: str) -> Found:
        symbols = names.find(gene)
        if len(symbols) == 1:
            return Found(symbols, "renamed")
        return Found((gene,), "ambiguous" if symbols else "unknown", symbols)

    return look_up


def _ensembl_look_up(names: GeneNames) -> LookUp:
    def look_up(gene: str) -> Found:
        symbols = names.find(gene)
        if len(symbols) > 1:
            return Found((), "ambiguous", symbols)
        return _found(names.ensembl_ids.get(symbols[0], ()) if symbols else ())

    return look_up


def _orthologue_look_up(
    signatures: SignatureSet, to: str, orthologues: object, names: GeneNames | None
) -> LookUp:
    def synonyms(gene: str) -> tuple[str, ...]:
        """The gene, then its current symbol where there is one only."""
        symbols = names.find(gene) if names is not None else ()
        return (gene, *symbols) if len(symbols) == 1 else (gene,)

    wanted = [gene for s in signatures.values() for gene in (*s.genes, *s.down)]
    everything = list(dict.fromkeys(name for gene in wanted for name in synonyms(gene)))
    table = read_orthologues(orthologues, to=to, genes=everything)
    if not any(name in table for name in everything):
        raise InputError(
            f"No gene of the signatures has an orthologue in the table: it leads from names such "
            f"as {listing(list(table), limit=3)}, the signatures have {listing(wanted, limit=3)}. "
            "Is it the other way round?"
        )

    def look_up(gene: str) -> Found:
        found = next((table[name] for name in synonyms(gene) if name in table), ())
        if len(found) > MOST_ORTHOLOGUES:
            return Found((), "too many", found)
        return _found(found)

    return look_up


def _found(names: tuple[str, ...]) -> Found:
    return Found(names, "several" if len(names) > 1 else "renamed" if names else "unknown")


def _orthologues_needed(to: str) -> Exception:
    remedy = (
        "For another organism, pass `orthologues`: a DataFrame with the columns source and target, "
        "{gene: [orthologues]}, or 'liana' or 'decoupler'."
    )
    if to in ("human", "mouse"):
        return InputError(f"Conversion to {to!r} needs a table, found none. {remedy}")
    return unknown("conversion to", to, ["current", "ensembl", "human", "mouse"], remedy=remedy)
