"""Gene names: current symbols, former symbols and Ensembl ids of the genes we use."""

from __future__ import annotations

import re
from functools import cache

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
def names_of() -> dict[str, tuple[str, ...]]:
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
    return _other_names().get(plain, plain if plain in names_of() else name)


def other_names(symbol: str) -> tuple[str, ...]:
    """Former and other symbols of a gene that we use, by any of its names; no Ensembl ids."""
    current = current_symbol(symbol)
    known = names_of().get(current, ())
    symbols = [name for name in (current, *known) if name != symbol]
    return tuple(name for name in symbols if not ENSEMBL_ID.match(name)) if known else ()
