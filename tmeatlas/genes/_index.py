"""Finding genes among the names of a data set."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

import numpy as np
import pandas as pd

from tmeatlas.genes._conventions import is_mixed
from tmeatlas.genes._symbols import builtin_names, current_symbol, names_of, strip_version
from tmeatlas.genes._understand import UnderstoodNames

NUMBERED = re.compile(r"(?P<name>.+?)[-._]+\d{1,2}")
"""As anndata, R and others tell repeated names apart: "CD3D-1", "CD3D.1", "CD3D_1"."""
NO_LETTER = re.compile(r"[^A-Za-z0-9]+")


class GeneIndex:
    """Columns of a data set by gene name: exact first, then former symbol or Ensembl id.

    Then as the user has it, and at last as R or a spreadsheet may have changed it:
    with other punctuation ("HLA.DRA"), a number behind it ("CD3D-1") or in another
    case, where just one column can be meant. Genes of mouse (`Cd3d`) are never taken
    for those of man (`CD3D`): upper case alone makes no orthologue.

    Of a name that is there twice, the first column. `genes`, if given, are found
    all at once, by the table that pandas keeps with the names of a data set.
    """

    def __init__(self, names: Iterable[str] | UnderstoodNames, genes: Iterable[str] = ()) -> None:
        labels = names.labels if isinstance(names, UnderstoodNames) else None
        names = names.names if isinstance(names, UnderstoodNames) else names
        index = names if isinstance(names, pd.Index) else pd.Index(list(names), dtype=object)
        self.names = np.asarray(index, dtype=object)
        self._labels = None if labels is None or labels is index else labels
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
        labels = [] if self._labels is None else [str(label) for label in self._labels]
        for i, name in enumerate(labels):
            column.setdefault(name, i)
        for i, name in enumerate(labels or names):
            if name.startswith("ENS"):
                column.setdefault(strip_version(name), i)
        return column

    @cached_property
    def _changed(self) -> dict[str, int | None]:
        """Column by the letters and digits of its name, None where several have the same."""
        plain: dict[str, int | None] = {}
        numbered: dict[str, int | None] = {}
        known = builtin_names()
        for i, name in enumerate(map(str, self.names)):
            key = letters_of(name)
            plain[key] = None if key in plain else i
            match = NUMBERED.fullmatch(name)
            if match and not known.find(name):
                key = letters_of(match["name"])
                numbered[key] = min(i, numbered.get(key, i) or 0)
        return {**numbered, **plain}

    def find(self, gene: str) -> int | None:
        """Column of `gene`, or None."""
        if gene in self._found:
            return self._found[gene]
        symbol = current_symbol(gene)
        names = (gene, symbol, *names_of().get(symbol, ()))
        for name in names:
            if name in self._column:
                return self._column[name]
        found = (self._find_changed(name) for name in dict.fromkeys((gene, symbol)))
        return next((column for column in found if column is not None), None)

    def _find_changed(self, gene: str) -> int | None:
        column = self._changed.get(letters_of(gene))
        if column is None or may_be_mouse(gene, str(self.names[column])):
            return None
        return column


def letters_of(name: str) -> str:
    """The letters and digits of a name in upper case, "." for what stands between them.

    R's ``make.names`` puts an X before a digit, and "." for all punctuation.
    """
    key = name.strip().upper() if name.isalnum() else NO_LETTER.sub(".", name.strip()).upper()
    return key[1:] if key[:1] == "X" and key[1:2].isdigit() else key


def may_be_mouse(gene: str, name: str) -> bool:
    """Whether two names may be those of a gene in two species: they differ in case, one mixes it.

    "cd3d" is "CD3D", but "Cd3d" is the name of a gene of the mouse.
    """
    return is_mixed(gene) != is_mixed(name)
