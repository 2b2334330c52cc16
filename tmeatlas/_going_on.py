"""Steps of the whole way, each taken only where its result is not there as it would be made.

A result is kept where the same call, with the same versions, on the same values, cells and earlier
results, has made just what is there. Whatever cannot be told is made anew.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from tmeatlas import _keys as keys
from tmeatlas._asked_for import as_text
from tmeatlas._errors import TMEError, in_one_line
from tmeatlas._log import logger
from tmeatlas._steps_read import CELLS, DATA, GENES, LABELS, MATRICES, NAMES, READS, REST, WAY

if TYPE_CHECKING:
    from anndata import AnnData

    from tmeatlas.results import MadeOf

WHERE = ("adata", "copy", "key_added")
"""Arguments that say where, and not what."""
UNKNOWN = "what it was made of is not on record"


@dataclass
class GoingOn:
    """A run of steps on the same cells, which nothing else changes meanwhile."""

    adata: AnnData
    again: bool
    """Whether everything is made anew."""
    is_whole: bool = False
    """Whether all steps of the whole way are taken, so that what they leave out is not to stay."""
    _sums: dict[str, str] = field(default_factory=dict)
    """Over parts of the data and results, as far as they were asked for; "" where not told."""
    _taken: set[str] = field(default_factory=set)
    """Results that were made or kept in this run."""

    def take(self, verb: Callable[..., Any], *args: Any, **options: Any) -> None:
        """Call `verb` with these options, unless what it would make is there."""
        from tmeatlas.results import Record

        bound = inspect.signature(verb).bind(self.adata, *args, **options)
        bound.apply_defaults()
        given = {name: v for name, v in bound.arguments.items() if name not in WHERE}
        key = _key(verb, bound.arguments)
        if self.is_whole and key != keys.PREPARE:
            self._forget(WAY[: WAY.index(key)] if key in WAY else WAY)
        asked = {name: as_text(value) for name, value in given.items()}
        may_stay = not self.again and Record.find(self.adata, key) is not None
        changes_data = key == keys.PREPARE
        read = self._read(key, given) if may_stay or not changes_data else {}
        if not (may_stay and self._keeps(key, asked, read)):
            if changes_data:
                self._make_way(asked, read)
            verb(self.adata, *args, **options)
            self._sums.pop(key, None)
            if changes_data:
                self._sums.clear()
                read = self._read(key, given)
            self._sign(key, asked, read)
        self._taken.add(key)

    def end(self) -> None:
        """Of the whole way: nothing stays that an earlier run made and this one left out."""
        from tmeatlas.results import records

        compared = [key for key, _ in records(self.adata) if key.startswith(keys.COMPARE)]
        self._forget((*WAY, *compared))

    def _forget(self, names: Iterable[str]) -> None:
        """Take away what an earlier run made and signed, and this one neither made nor kept.

        Later steps would read them. What users made or changed stays.
        """
        from tmeatlas.results import MadeOf, forget

        for name in names:
            made = None if name in self._taken else MadeOf.find(self.adata, name)
            if made is not None and made.gave == self._sum(name):
                forget(self.adata, name)
                self._sums.pop(name)
                logger.info(
                    "taken away: %s of an earlier run, as this one leaves the step out", name
                )

    def _make_way(self, asked: Mapping[str, str], read: Mapping[str, str]) -> None:
        """Before cells are prepared again: for embeddings that another matrix would give.

        Where all is made anew it is not told whether it would; those that are there stay.
        """
        from tmeatlas.results import MadeOf, computed_embeddings

        before = MadeOf.find(self.adata, keys.PREPARE)
        now = MadeOf.now("", asked=asked, read=read)
        if before is None or (not self.again and _roots(before) == _roots(now)):
            return
        is_as_it_was = not self.again and before.gave == self._sum(keys.PREPARE)
        drop = computed_embeddings(self.adata) if is_as_it_was else []
        for name in drop:
            del self.adata.obsm[name]
        stay = [name for name in (keys.PCA, keys.UMAP) if name in self.adata.obsm]
        for names, what in ((drop, "made again, of these values"), (stay, "stays as it is")):
            for name in names:
                logger.info("obsm[%r]: %s", name, what)

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
        except Exception as error:  # of damaged results, whatever is wrong with them
            why = f"it cannot be read: {_in_a_line(error)}"
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
        name = next((n for n, text in asked.items() if "" in (text, before.asked.get(n))), "")
        if name:
            return f"of {name} cannot be told whether it is what it was"
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
        if gave and "" not in read.values():  # an option that cannot be told is signed as such
            MadeOf.now(gave, asked=asked, read=read).write(self.adata, key)


def columns_of_lineages_told(adata: AnnData) -> set[str]:
    """Columns of `obs` that steps wrote, unless the earlier run took its groups from one of them.

    Going on, lineages are no labels of users, by which other results would be made.
    """
    from tmeatlas.results import MadeOf, columns_of_others

    told = MadeOf.find(adata, keys.LINEAGE)
    ours = columns_of_others(adata, "")
    if told is None or told.asked.get("groupby") in {as_text(name) for name in ours}:
        return set()
    return ours


def _roots(made: MadeOf) -> dict[str, str]:
    """What components and maps hang on: values, genes, and all options but the labels."""
    parts = {**made.asked, **made.made_with, **{n: made.read.get(n, "") for n in (MATRICES, GENES)}}
    return {name: text for name, text in parts.items() if name != "groupby"}


def _in_a_line(error: Exception) -> str:
    said = in_one_line(error)
    text = said if isinstance(error, TMEError) else f"{type(error).__name__}: {said}"
    return text


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


def _first_other(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """The first name of which the two do not say the same; empty where they agree."""
    names = (*now, *before)
    return next((name for name in names if before.get(name) != now.get(name)), "")
