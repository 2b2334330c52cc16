"""Steps of the whole way, each taken only where its result is not there as it would be made.

A result is kept where the same call, with the same versions, on the same values, cells and earlier
results, has made just what is there. Whatever cannot be told is made anew.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from tmeatlas import _keys as keys
from tmeatlas._digest import Digest
from tmeatlas._errors import TMEError, in_one_line
from tmeatlas._log import logger
from tmeatlas._text import counted

if TYPE_CHECKING:
    from anndata import AnnData

MATRICES, GENES, CELLS, REST, LABELS = "matrices", "genes", "cells", "rest", "labels"
DATA = (MATRICES, GENES, CELLS, REST)
NAMES = {
    MATRICES: "values",
    GENES: "genes",
    CELLS: "cells or columns of obs",
    REST: "what else is there of the cells",
    LABELS: "labels",
}
"""Parts of the data that steps read, and what they are called."""
WAY = (
    *(keys.LINEAGE, keys.QUALITY, keys.SCORES, keys.CONSENSUS, keys.STATE, keys.NICHES),
    *(keys.CROSSTALK, keys.AXES, keys.DRIVERS, keys.DRUG_TARGETS, keys.COMPOSITION),
    keys.PHENOTYPE,
)
"""The results of the steps, in the order in which they are made; after them, comparisons."""
ABOUT_CELLS = (*DATA, keys.LINEAGE, keys.QUALITY)
READS = {
    keys.PREPARE: DATA,
    keys.LINEAGE: DATA,
    keys.QUALITY: (*DATA, keys.LINEAGE),
    keys.SCORES: (MATRICES, GENES, CELLS),
    keys.CONSENSUS: (CELLS, keys.SCORES),
    keys.STATE: ABOUT_CELLS,
    keys.CROSSTALK: ABOUT_CELLS,
    keys.COMPOSITION: ABOUT_CELLS,
}
"""What a step can look at; any other at all that is made before it."""
WHERE = ("adata", "copy", "key_added")
"""Arguments that say where, and not what."""
UNKNOWN = "what it was made of is not on record"


@dataclass
class GoingOn:
    """A run of steps on the same cells, which nothing else changes meanwhile."""

    adata: AnnData
    again: bool
    """Whether everything is made anew."""
    _sums: dict[str, str] = field(default_factory=dict)
    """Over parts of the data and results, as far as they were asked for; "" where not told."""

    def take(self, verb: Callable[..., Any], *args: Any, **options: Any) -> None:
        """Call `verb` with these options, unless what it would make is there."""
        from tmeatlas.results import Record

        bound = inspect.signature(verb).bind(self.adata, *args, **options)
        bound.apply_defaults()
        given = {name: v for name, v in bound.arguments.items() if name not in WHERE}
        key = _key(verb, bound.arguments)
        asked = {name: _text(value) for name, value in given.items()}
        may_stay = not self.again and Record.find(self.adata, key) is not None
        changes_data = key == keys.PREPARE
        read = self._read(key, given) if may_stay or not changes_data else {}
        if may_stay and self._keeps(key, asked, read):
            return
        verb(self.adata, *args, **options)
        self._sums.pop(key, None)
        if changes_data:
            self._sums.clear()
            read = self._read(key, given)
        self._sign(key, asked, read)

    def _keeps(self, key: str, asked: Mapping[str, str], read: Mapping[str, str]) -> bool:
        """Whether the result stays; one line says so, or why it is replaced."""
        from tmeatlas.results import KINDS, Record

        record = Record.find(self.adata, key)
        kind = next((kind for kind in KINDS if record and kind.kind == record.kind), None)
        what, found = key, ""
        if key == keys.PREPARE:
            what, found = "X, its components and the map of cells", "prepared"
        try:
            if kind is not None:
                result = kind.read(self.adata, key)
                what, found = result.written(), result.summary()
            why = self._why_not(key, asked, read)
        except TMEError as error:
            why = f"it cannot be read: {in_one_line(error)}"
        if why and key == keys.PREPARE:  # which adds what is missing, and replaces nothing
            return False
        line = f"made again: {what}, as {why}" if why else f"kept, found in {what}: {found}"
        logger.info("%s", line)
        return not why

    def _why_not(self, key: str, asked: Mapping[str, str], read: Mapping[str, str]) -> str:
        """Why a result would not be made as it is; empty where it would."""
        from tmeatlas.results import MadeOf

        before = MadeOf.find(self.adata, key)
        now = MadeOf.now("", asked=asked, read=read)
        if before is None or "" in read.values():
            return UNKNOWN
        name = _first_other(before.made_with, now.made_with)
        if name:
            return f"{name} was {before.made_with.get(name) or 'not there'} then"
        name = _first_other(before.asked, asked)
        if name:
            was, would_be = before.asked.get(name, "not known"), asked.get(name, "")
            return f"{name} was {was} then and is {would_be} now"
        name = _first_other(before.read, read)
        if name:
            return f"{NAMES.get(name, name)} changed since"
        return "" if before.gave == self._sum(key) else "it was changed since"

    def _read(self, key: str, given: Mapping[str, Any]) -> dict[str, str]:
        """Sums over what the step reads."""
        from tmeatlas.results import Record, digest_of_columns

        way = WAY[: WAY.index(key)] if key in WAY else WAY
        names = READS.get(key, (*DATA, *way))
        found = {name: self._sum(name) for name in names if name in DATA}
        results = [name for name in names if name not in DATA]
        found |= {n: self._sum(n) for n in results if Record.find(self.adata, n) is not None}
        columns = {v for v in given.values() if isinstance(v, str) and v in self.adata.obs}
        found[LABELS] = _told(partial(digest_of_columns, self.adata, sorted(columns)))
        return found

    def _sum(self, name: str) -> str:
        """Over a part of the data or a result."""
        from tmeatlas import results
        from tmeatlas.matrix import digest_of_matrices

        if name not in self._sums:
            of_data = {
                MATRICES: digest_of_matrices,
                GENES: results.digest_of_genes,
                CELLS: results.digest_of_cells,
                REST: results.digest_of_the_rest,
            }
            of_result = partial(results.digest_of_result, key=name)
            self._sums[name] = _told(partial(of_data.get(name, of_result), self.adata))
        return self._sums[name]

    def _sign(self, key: str, asked: Mapping[str, str], read: Mapping[str, str]) -> None:
        """Put on record what the result was made of, if all of it can be told."""
        from tmeatlas.results import MadeOf, Record

        gave = "" if Record.find(self.adata, key) is None else self._sum(key)
        if gave and "" not in read.values():
            MadeOf.now(gave, asked=asked, read=read).write(self.adata, key)


def columns_of_lineages_told(adata: AnnData) -> set[str]:
    """Columns of `obs` that steps wrote, where they were taken without groups that users gave.

    Going on, lineages are no labels of users, by which other results would be made.
    """
    from tmeatlas.results import MadeOf, columns_of_others

    told = MadeOf.find(adata, keys.LINEAGE)
    if told is None or told.asked.get("groupby") != _text(None):
        return set()
    return columns_of_others(adata, "")


def _told(count: Callable[[], str]) -> str:
    try:
        return count()
    except Exception:  # of damaged data as well: what is wrong with them, the step says itself
        return ""


def _key(verb: Callable[..., Any], given: Mapping[str, Any]) -> str:
    """Under which the verb puts its result on record."""
    if verb.__name__ == "prepare":
        return keys.PREPARE
    return str(given["key_added"] or keys.compare(str(given.get("what"))))


def _text(value: object) -> str:
    """An option as text, the same where it asks for the same."""
    from tmeatlas.interactions import Interactions
    from tmeatlas.sig import SignatureSet

    if isinstance(value, SignatureSet):
        return f"{counted(len(value), 'signature')} ({_short([repr(s) for s in value.values()])})"
    if isinstance(value, Interactions):
        parts = [*map(repr, value.entries), repr(value.ensembl_ids)]
        return f"{value.name} ({_short(parts)})"
    return repr(value)


def _short(texts: list[str]) -> str:
    return Digest().add(texts).text()[:16]


def _first_other(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """The first name of which the two do not say the same; empty where they agree."""
    names = (*now, *before)
    return next((name for name in names if before.get(name) != now.get(name)), "")
