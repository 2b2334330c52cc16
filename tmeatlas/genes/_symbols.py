"""Gene names: current symbols, former symbols and Ensembl ids of the genes we use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property

import numpy as np
import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas._folder import signature_folder

SYMBOL_COLUMN = "symbol"
ID_COLUMNS = ("ensembl_ids", "ensembl_gene_id")
NAME_COLUMNS = ("aliases", "prev_symbol", "alias_symbol")
SEPARATOR = re.compile(r"[,|]")
ENSEMBL_ID = re.compile(r"^ENS[A-Z]*G\d{6,}(\.\d+)?$")


@cache
def gene_table() -> pd.DataFrame:
    """`signatures/genes.tsv`: symbol, ensembl_ids and aliases (comma separated) of our genes."""
    path = signature_folder() / "genes.tsv"
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)


class GeneNames:
    """What the names in a table of genes mean: current, former and other symbols, Ensembl ids.

    `meanings` has every name that is no current symbol, with the symbols of all
    genes that are or were called so; `ensembl_ids` the ids of every symbol.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        others = [name for name in (*ID_COLUMNS, *NAME_COLUMNS) if name in table]
        if SYMBOL_COLUMN not in table or not others:
            raise InputError(
                f"Expected a table of genes with the column {SYMBOL_COLUMN!r} and at least one of "
                f"{listing([*ID_COLUMNS, *NAME_COLUMNS])} (as in HGNC's complete set); found "
                f"{listing([str(name) for name in table.columns])}."
            )
        symbols = _text(table[SYMBOL_COLUMN])
        self.symbols = frozenset(symbols)
        self.ensembl_ids: dict[str, tuple[str, ...]] = {}
        meanings: dict[str, dict[str, None]] = {}
        cells = zip(*(_text(table[name]) for name in others), strict=True)
        for symbol, row in zip(symbols, cells, strict=True):
            if not symbol:
                continue
            for column, cell in zip(others, row, strict=True):
                parts = (strip_version(part.strip()) for part in SEPARATOR.split(cell))
                names = [name for name in parts if name]
                if column in ID_COLUMNS:
                    known = self.ensembl_ids.get(symbol, ())
                    self.ensembl_ids[symbol] = tuple(dict.fromkeys([*known, *names]))
                for name in names:
                    if name not in self.symbols:
                        meanings.setdefault(name, {})[symbol] = None
        self.meanings = {name: tuple(found) for name, found in meanings.items()}

    def find(self, name: str) -> tuple[str, ...]:
        """The symbols that `name` can mean; a name that is a current symbol means itself."""
        if name in self.symbols:
            return (name,)
        return self.meanings.get(strip_version(name), ())


def _text(column: pd.Series) -> list[str]:
    return [cell if isinstance(cell, str) else "" for cell in column.tolist()]


@cache
def builtin_names() -> GeneNames:
    """The names of the genes we use."""
    return GeneNames(gene_table())


@cache
def _other_names() -> dict[str, str]:
    """Former symbol, alias or Ensembl id → current symbol, for names that mean one gene only."""
    meanings = builtin_names().meanings
    return {name: symbols[0] for name, symbols in meanings.items() if len(symbols) == 1}


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
    """Columns of a data set by gene name: exact first, then former symbol or Ensembl id.

    Of a name that is there twice, the first column. `genes`, if given, are found
    all at once, by the table that pandas keeps with the names of a data set.
    """

    def __init__(self, names: Iterable[str], genes: Iterable[str] = ()) -> None:
        index = names if isinstance(names, pd.Index) else pd.Index(list(names), dtype=object)
        self.names = np.asarray(index, dtype=object)
        self._found: dict[str, int] = {}
        if index.is_unique:
            wanted = list(dict.fromkeys(genes))
            columns = index.get_indexer(pd.Index(wanted, dtype=index.dtype)).tolist()
            self._found = {gene: i for gene, i in zip(wanted, columns, strict=True) if i >= 0}

    @cached_property
    def _column(self) -> dict[str, int]:
        """Column of every name, and of every Ensembl id without its version."""
        names = [str(name) for name in self.names]
        column = {name: i for i, name in reversed(list(enumerate(names)))}
        for i, name in enumerate(names):
            if name.startswith("ENS"):
                column.setdefault(strip_version(name), i)
        return column

    def find(self, gene: str) -> int | None:
        """Column of `gene`, or None."""
        if gene in self._found:
            return self._found[gene]
        symbol = current_symbol(gene)
        for name in (gene, symbol, *_names_of().get(symbol, ())):
            if name in self._column:
                return self._column[name]
        return None
