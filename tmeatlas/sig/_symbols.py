"""Gene names: current symbols, former symbols and Ensembl ids of the genes we use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from tmeatlas.sig._folder import signature_folder

ENSEMBL_ID = re.compile(r"^ENS[A-Z]*G\d{6,}(\.\d+)?$")


@cache
def gene_table() -> pd.DataFrame:
    """`signatures/genes.tsv`: symbol, ensembl_ids and aliases (comma separated) of our genes."""
    path = signature_folder() / "genes.tsv"
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)


@cache
def _other_names() -> dict[str, str]:
    """Former symbol, alias or Ensembl id → current symbol, for names that mean one gene only."""
    table = gene_table()
    current = set(table["symbol"])
    found: dict[str, str] = {}
    ambiguous: set[str] = set()
    for symbol, ids, aliases in zip(
        table["symbol"], table["ensembl_ids"], table["aliases"], strict=True
    ):
        for name in filter(None, f"{ids},{aliases}".split(",")):
            if name in current or found.get(name, symbol) != symbol:
                ambiguous.add(name)
            found[name] = symbol
    return {name: symbol for name, symbol in found.items() if name not in ambiguous}


@cache
def _names_of() -> dict[str, tuple[str, ...]]:
    """Current symbol → its Ensembl ids and former names, in the order of the table."""
    known = _other_names()
    names: dict[str, list[str]] = {}
    for name, symbol in known.items():
        names.setdefault(symbol, []).append(name)
    return {symbol: tuple(found) for symbol, found in names.items()}


def strip_version(name: str) -> str:
    """An Ensembl id without its version; any other name as it is."""
    return name.split(".", 1)[0] if ENSEMBL_ID.match(name) else name


def current_symbol(name: str) -> str:
    """The current symbol behind a former symbol or Ensembl id of a gene we use; else `name`."""
    plain = strip_version(name)
    return _other_names().get(plain, plain if plain in _names_of() else name)


class GeneIndex:
    """Columns of a data set by gene name: exact first, then former symbol or Ensembl id."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = [str(name) for name in names]
        self._column = {name: i for i, name in reversed(list(enumerate(self.names)))}
        for i, name in reversed(list(enumerate(self.names))):
            self._column.setdefault(strip_version(name), i)

    def find(self, gene: str) -> int | None:
        """Column of `gene`, or None."""
        if gene in self._column:
            return self._column[gene]
        symbol = current_symbol(gene)
        for name in (symbol, *_names_of().get(symbol, ())):
            if name in self._column:
                return self._column[name]
        return None
