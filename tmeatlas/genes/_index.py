"""Finding genes among the names of a data set."""

from __future__ import annotations

import re
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
BEFORE_DIGIT = re.compile(r"^X(?=\d)", re.MULTILINE)


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
        self._found: dict[str, int | None] = {}
        if index.is_unique:
            wanted = list(dict.fromkeys(genes))
            columns = index.get_indexer(pd.Index(wanted, dtype=index.dtype)).tolist()
            self._found = {gene: i for gene, i in zip(wanted, columns, strict=True) if i >= 0}

    @cached_property
    def _column(self) -> dict[str, int]:
        """Column of every name, and of every Ensembl id without its version."""
        names = [str(name) for name in self.names]
        column = {name: i for i, name in reversed(list(enumerate(names)))}
        labels = [] if self._labels is None else [str(label) for label in self._labels]
        for i, name in enumerate(labels):
            column.setdefault(name, i)
        for i, name in enumerate(labels or names):
            if name.startswith("ENS"):
                column.setdefault(strip_version(name), i)
        return column

    @cached_property
    def _changed(self) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
        """First and last column by `letters_of` a name; first by those before a number."""
        keys = letters_of("\n".join(map(str, self.names))).split("\n")
        if len(keys) != len(self.names):  # a name of several lines
            keys = [letters_of(str(name)) for name in self.names]
        places = range(len(keys))
        first = dict(zip(reversed(keys), reversed(places), strict=True))
        last = dict(zip(keys, places, strict=True))
        ends = [i for i in reversed(places) if keys[i][-2:] in NUMBERS]
        return first, last, {keys[i][:-2]: i for i in ends}

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
            for look in (self._column.get, self._find_changed)
            for name in names
        )
        column = next((column for column in found if column is not None), None)
        plain = strip_version(symbol_of(bare(gene)))
        return self.find(plain) if column is None and plain != gene else column

    def in_other_case(self, gene: str) -> str | None:
        """A name that differs from `gene` in case as genes of man and mouse do, or None."""
        name = str(self.names[self._changed[0].get(letters_of(gene), 0)])
        is_same = letters_of(name) == letters_of(gene)
        return name if is_same and is_mixed(name) != is_mixed(gene) else None

    def _find_changed(self, gene: str) -> int | None:
        key = letters_of(gene)
        first, last, numbered = self._changed
        column = first.get(key)
        if column is None:
            column = numbered.get(key)
            if column is None or has_own_meaning(str(self.names[column]), gene):
                return None
        elif column != last[key]:
            return None
        # "cd3d" is CD3D, but Cd3d is a gene of the mouse.
        return None if is_mixed(gene) != is_mixed(str(self.names[column])) else column


def is_same_name(gene: str, name: str) -> bool:
    """Whether a name is that of the gene but for punctuation, case or a number behind it."""
    key, of_name = letters_of(gene), letters_of(name)
    return of_name in (key, *(key + number for number in NUMBERS))


def has_own_meaning(name: str, gene: str) -> bool:
    """Whether a name that looks like `gene` with a number behind is another gene: NKX2-1."""
    known = builtin_names()
    return name in known.symbols or (gene not in known.symbols and bool(known.find(name)))


def letters_of(text: str) -> str:
    """Names, one a line, in upper case with "." for all that is no letter or digit.

    So does R's ``make.names``, which also puts an X before a digit.
    """
    return BEFORE_DIGIT.sub("", text.upper().translate(AS_DOTS))
