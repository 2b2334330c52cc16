"""What the names of the genes of a data set mean, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tmeatlas._numbers import evenly_spaced
from tmeatlas.genes._conventions import (
    AROUND,
    ID,
    Convention,
    are_known,
    convention_of,
    n_known,
    of_another_species,
)
from tmeatlas.genes._symbols import builtin_names, strip_version

SAMPLE = 500
"""Names that are looked at to tell how all are written, evenly spaced."""


@dataclass(frozen=True, eq=False)
class UnderstoodNames:
    """The names of the genes of a matrix, as they are looked for.

    `names` are unique: of a name that is there twice one column has it, and the
    others are called "<name>-1" and so on, as anndata's ``var_names_make_unique`` does.
    """

    names: pd.Index
    labels: pd.Index
    """As the user has them: `var_names`."""
    column: str = ""
    """The column of `var` that they come from; empty for `var_names`."""
    convention: str = ""
    """What was taken off or changed, in words; empty where nothing was."""
    repeated: tuple[str, ...] = ()
    """Names of several columns, of which the first is used."""
    others: str = ""
    """Which names are those of another species, in words, where there are two."""

    @property
    def words(self) -> str:
        """What is said of names that are not simply those of `var_names`; else empty."""
        source = f"gene names from var[{self.column!r}]" if self.column else "gene names"
        return " ".join(filter(None, [source, self.convention])) if self.is_changed else ""

    @property
    def is_changed(self) -> bool:
        """Whether the names are not simply those of `var_names`."""
        return bool(self.column or self.convention)


def understand(names: pd.Index, var: Any = None) -> UnderstoodNames:
    """What `names` mean: symbols from a column of `var`, without prefixes, each once.

    Parameters
    ----------
    names
        `var_names` of the matrix that is read.
    var
        Its `var`: where `names` are ids or numbers, the column with the symbols
        is taken, which is told by what stands in it.
    """
    if var is not None and not isinstance(var, pd.DataFrame):
        var = var.to_memory()
    places = evenly_spaced(len(names), SAMPLE)
    sample = [str(name) for name in names[places]]
    convention = convention_of(sample)
    column = _symbol_column(sample, convention, var, places)
    if column is None and convention == Convention() and _all_bare(names) and names.is_unique:
        return UnderstoodNames(_plain(names), names, others=of_another_species(sample, ()))
    labels = [str(name) for name in names]
    read = [convention.read(label) for label in labels]
    words = [convention.words]
    begin = convention.others
    if column is not None:
        words.append(column.convention.words)
        begin = begin or column.convention.others
        given = [column.convention.read(text) for text in _texts(var.iloc[:, column.number])]
        mixed = are_known([convention.read(name) for name in sample])
        read = [
            symbol if _is_better(symbol, name, mixed=mixed) else name
            for name, symbol in zip(read, given, strict=True)
        ]
    if column is None and convention == Convention() and read != labels:
        words.append("without spaces and quotes around them")
    unique, repeated = _once(read, labels)
    return UnderstoodNames(
        pd.Index(unique, dtype=object),
        names,
        column="" if column is None else str(var.columns[column.number]),
        convention=", ".join(filter(None, dict.fromkeys(words))),
        repeated=repeated,
        others=of_another_species([unique[at] for at in places], begin),
    )


def _is_better(symbol: str, name: str, *, mixed: bool) -> bool:
    """Whether a symbol of the column says more than the name, where some names are symbols."""
    if not symbol or ID.fullmatch(symbol):
        return False
    return not mixed or bool(ID.fullmatch(name))


def _plain(names: pd.Index) -> pd.Index:
    """As they are, for data with plain names; categories and the like as text."""
    if names.dtype == object or pd.api.types.is_string_dtype(names.dtype):
        return names
    return pd.Index([str(name) for name in names], dtype=object)


def _all_bare(names: pd.Index) -> bool:
    """Whether no name can have anything around it, a hyphen that is none, or an id."""
    text = "\n".join(map(str, names))
    marks = [mark for mark in AROUND if mark != "\n"]
    return text.isascii() and not any(mark in text for mark in [*marks, "_ENSG"])


@dataclass(frozen=True)
class _Column:
    number: int
    convention: Convention
    n_symbols: int
    n_known: int


def _symbol_column(
    sample: Sequence[str], convention: Convention, var: Any, places: Any
) -> _Column | None:
    """The column of `var` with symbols, where names are ids or unknown."""
    read = [convention.read(name) for name in sample]
    n_ids = sum(bool(ID.fullmatch(name)) for name in read)
    if var is None or len(read) == 0 or (20 * n_ids < len(read) and are_known(read)):
        return None
    found = []
    for number in range(var.shape[1]):
        column = var.iloc[:, number]
        if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            continue
        texts = _texts(column.iloc[places])
        way = convention_of([text for text in texts if text])
        symbols = [text for text in map(way.read, texts) if text and not ID.fullmatch(text)]
        if are_known(symbols) and 20 * len(symbols) >= len(texts):
            found.append(_Column(number, way, len(symbols), n_known(symbols)))
    most = max((column.n_known for column in found), default=0)
    # A column that translates but the genes that somebody knew has fewer symbols in all.
    near = [column for column in found if column.n_known >= 0.8 * most]
    best = max(near, key=lambda column: (column.n_symbols, column.n_known), default=None)
    return best if best is not None and best.n_known > n_known(read) else None


def _texts(column: pd.Series) -> list[str]:
    """A column as text, empty where it is missing."""
    values = column.astype(object)
    return [str(v) if known else "" for v, known in zip(values, values.notna(), strict=True)]


def _once(read: Sequence[str], labels: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Each name once; and those of which it is not known whose column they are."""
    places: dict[str, list[int]] = {}
    for at, name in enumerate(read):
        places.setdefault(name, []).append(at)
    if len(places) == len(read):
        return list(read), ()
    names, taken, repeated = list(read), set(places), []
    for name, found in places.items():
        if len(found) == 1:
            continue
        chosen = _chosen(name, found, labels)
        if len(chosen) > 1:
            repeated.append(name)
        number = 0
        for at in found:
            if at == chosen[0]:
                continue
            number += 1
            while f"{name}-{number}" in taken:
                number += 1
            names[at] = f"{name}-{number}"
            taken.add(names[at])
    return names, tuple(repeated)


def _chosen(name: str, found: Sequence[int], labels: Sequence[str]) -> list[int]:
    """Of the columns that claim a name, those that have the best right to it."""
    ids = builtin_names().ensembl_ids.get(name, ())
    for right in (
        [at for at in found if strip_version(labels[at]) in ids],
        [at for at in found if labels[at] == name],
    ):
        if right:
            return right
    return list(found)
