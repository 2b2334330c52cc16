"""Finding genes among the names of a data set."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import pandas as pd

from tmeatlas.genes._conventions import bare, is_mixed, symbol_of
from tmeatlas.genes._symbols import builtin_names, current_symbol, names_of, strip_version
from tmeatlas.genes._understand import UnderstoodNames

NUMBERS = (".1", ".2", ".3")
"""Behind repeated names, once punctuation is a dot: "CD3D-1" of anndata, "CD3D.1" of R."""
AS_DOTS = {code: "." for code in range(0x20, 0x7F) if not chr(code).isalnum()}


class GeneIndex:
    """Columns of a data set by gene name, as it is, or as others may have changed it.

    That is with other punctuation ("HLA.DRA"), a number behind it ("CD3D-1") or in
    another case; then by former symbol or Ensembl id. Genes of mouse (`Cd3d`) are never taken for
    those of man (`CD3D`): upper case alone makes no orthologue.

    Of a name that is there twice, the first column. `genes`, if given, are found
    all at once, by the table that pandas keeps with the names of a data set.
    """

    def __init__(self, names: Iterable[str] | UnderstoodNames, genes: Iterable[str] = ()) -> None:
        labels = names.labels if isinstance(names, UnderstoodNames) else None
        names = names.names if isinstance(names, UnderstoodNames) else names
        index = names if isinstance(names, pd.Index) else pd.Index(list(names), dtype=object)
        self.names = np.asarray(index, dtype=object)
        self._labels = None if labels is None or labels is index else labels
        self._index = index
        self._wanted = list(dict.fromkeys(genes)) if index.is_unique else []
        found = self._columns_of(self._wanted)
        self._found: dict[str, int | None] = {g: i for g, i in found.items() if i is not None}

    def _columns_of(self, names: list[str]) -> dict[str, int | None]:
        """Columns by the table that pandas keeps with the names."""
        if not names:
            return {}
        columns = self._index.get_indexer(pd.Index(names, dtype=self._index.dtype)).tolist()
        return {name: i if i >= 0 else None for name, i in zip(names, columns, strict=True)}

    @cached_property
    def _asked(self) -> dict[str, int | None]:
        """Columns of all names of the genes that are not there under their own.

        None are told where ids may have versions, or the user other names.
        """
        if self._labels is not None or "ENS" in self._joined:
            return {}
        missing = [gene for gene in self._wanted if self._found.get(gene) is None]
        symbols = [current_symbol(gene) for gene in missing]
        others = [name for symbol in symbols for name in names_of().get(symbol, ())]
        return self._columns_of(list(dict.fromkeys([*missing, *symbols, *others])))

    def _find_exact(self, name: str) -> int | None:
        return self._asked[name] if name in self._asked else self._column.get(name)

    @cached_property
    def _text(self) -> list[str]:
        return [str(name) for name in self.names]

    @cached_property
    def _joined(self) -> str:
        return "\n".join(self._text)

    @cached_property
    def _column(self) -> dict[str, int]:
        """Column of every name, and of every Ensembl id without its version."""
        names = self._text
        column = dict(zip(reversed(names), reversed(range(len(names))), strict=True))
        labels = [] if self._labels is None else [str(label) for label in self._labels]
        for i, name in enumerate(labels):
            column.setdefault(name, i)
        for i, name in enumerate(labels or names):
            if name.startswith("ENS"):
                column.setdefault(strip_version(name), i)
        return column

    @cached_property
    def _keys(self) -> list[str]:
        """What `letters_of` leaves of each name; all at once, as it takes time."""
        keys = letters_of(self._joined).split("\n")
        # A name may have several lines.
        return keys if len(keys) == len(self._text) else [letters_of(name) for name in self._text]

    @cached_property
    def _changed(self) -> dict[str, int]:
        """First column by what `letters_of` leaves of its name."""
        places = range(len(self._keys))
        return dict(zip(reversed(self._keys), reversed(places), strict=True))

    def find(self, gene: str) -> int | None:
        """Column of `gene`, or None."""
        if gene not in self._found:
            self._found[gene] = self._look_up(gene)
        return self._found[gene]

    def _look_up(self, gene: str) -> int | None:
        """Under its own name and then under its others, each as it is or as it was changed."""
        symbol = current_symbol(gene)
        own, others = (gene, symbol), names_of().get(symbol, ())
        found = (
            look(name)
            for names in (own, others)
            for look in (self._find_exact, self._find_changed)
            for name in names
        )
        column = next((column for column in found if column is not None), None)
        plain = strip_version(symbol_of(bare(gene)))
        return self.find(plain) if column is None and plain != gene else column

    def in_other_case(self, gene: str) -> str | None:
        """A name that differs from `gene` in case as genes of man and mouse do, or None."""
        column = self._changed.get(letters_of(gene))
        name = "" if column is None else self._text[column]
        return name if name and is_mixed(name) != is_mixed(gene) else None

    def _find_changed(self, gene: str) -> int | None:
        forms = forms_of(letters_of(gene))
        key = next((form for form in forms if form in self._changed), None)
        if key is None:
            numbered = (form + number for number in NUMBERS for form in forms)
            key = next((form for form in numbered if form in self._changed), None)
            if key is None or has_own_meaning(self._text[self._changed[key]], gene):
                return None
        elif self._keys.count(key) > 1:
            return None
        # "cd3d" is CD3D, but Cd3d is a gene of the mouse.
        column = self._changed[key]
        return None if is_mixed(gene) != is_mixed(self._text[column]) else column


def is_same_name(gene: str, name: str) -> bool:
    """Whether a name is that of the gene but for punctuation, case or a number behind it."""
    forms = forms_of(letters_of(gene))
    return letters_of(name) in (*forms, *(f + number for f in forms for number in NUMBERS))


def has_own_meaning(name: str, gene: str) -> bool:
    """Whether a name that looks like `gene` with a number behind is another gene: NKX2-1."""
    known = builtin_names()
    return name in known.symbols or (gene not in known.symbols and bool(known.find(name)))


def letters_of(text: str) -> str:
    """A name in upper case with "." for all that is no letter or digit, as R's make.names has."""
    return text.upper().translate(AS_DOTS)


def forms_of(key: str) -> tuple[str, ...]:
    """The key of a name, and with or without the X that R puts before a digit."""
    if key[:1].isdigit():
        return key, f"X{key}"
    return (key, key[1:]) if key[:1] == "X" and key[1:2].isdigit() else (key,)
