"""What all results share: how they are named, found, checked, written and told about."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Self

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import is_in_shell, option
from tmeatlas._checks import check_adata, writable
from tmeatlas._errors import InputError, MissingKeyError, StaleResultError, listing
from tmeatlas._log import say
from tmeatlas.results._cells import Fingerprint
from tmeatlas.results._record import Record, check_records


class Column(NamedTuple):
    """A column of a stored table."""

    name: str
    dtype: str
    """`category`, `float32`, `float64`, `int32` or `bool`."""
    meaning: str
    unit: str = ""
    always: bool = True
    """Whether every table of its kind has it."""


class Word(NamedTuple):
    """A word that figures, page and tables use of a result, and its meaning."""

    term: str
    meaning: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Result(ABC):
    """A result, the record of the run that gave it, and the key under which it is kept."""

    kind: ClassVar[str]
    """The name on record, by which results of one kind are told from all others."""
    title: ClassVar[str]
    """For people, as a heading."""
    noun: ClassVar[str]
    """Within a sentence: "No crosstalk in ..."."""
    call: ClassVar[str]
    """The call that makes it, as users write it."""
    command: ClassVar[str] = "`tmeatlas atlas`"
    """The command that makes it, for those in a shell."""
    slot: ClassVar[str] = "uns"
    default_key: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]] = ()
    words: ClassVar[tuple[Word, ...]] = ()
    by_cell: ClassVar[bool] = False
    """Whether each row is of one cell, so that it still holds on a part of the cells."""

    record: Record
    key: str

    @classmethod
    def read(cls, adata: AnnData, key: str | None = None) -> Self:
        """The result under `key` (or the default one), which must be there and of these cells."""
        check_adata(adata)
        key = cls.default_key if key is None else key
        record = cls._checked_record(adata, key)
        if not cls.by_cell:
            cls._check_cells(adata, key, record)
        return cls._load(adata, key, record)

    @classmethod
    def find(cls, adata: AnnData, key: str | None = None) -> Self | None:
        """Like :meth:`read`; None where nothing is stored under `key`."""
        stored = getattr(adata, cls.slot)
        return cls.read(adata, key) if (key or cls.default_key) in stored else None

    @classmethod
    @abstractmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        """Read the slots, after record and cells were checked."""

    @abstractmethod
    def summary(self) -> str:
        """What was found, in a few words with numbers."""

    @abstractmethod
    def _store(self, adata: AnnData) -> None:
        """Write the slots, replacing those of an earlier run under the same key."""

    def write(self, adata: AnnData) -> None:
        """Write the result under its key, with its record; the one line of its verb says so."""
        self._store(writable(adata))
        self.record.write(adata, self.key)
        say(self.summary(), written=self.written(), read=str(self.record.facts.get("matrix", "")))

    def written(self) -> str:
        """Where it is now, for people."""
        return f"{self.slot}[{self.key!r}]"

    @classmethod
    def new_record(
        cls,
        adata: AnnData,
        *,
        groupby: str | None = None,
        sample_key: str | None = None,
        params: Mapping[str, Any],
        facts: Mapping[str, Any],
    ) -> Record:
        """The record of a run on the cells of `adata` as they are now."""
        return Record(cls.kind, Fingerprint.of(adata, groupby, sample_key), params, facts)

    @property
    def groupby(self) -> str:
        """The column of `obs` with the groups; empty where the result has none."""
        return self.record.cells.groupby

    @property
    def sample_key(self) -> str:
        """The column of `obs` with the samples; empty without."""
        return self.record.cells.sample_key

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """Slot and name of everything that a result under `key` writes."""
        return [(cls.slot, key)]

    @classmethod
    def call_again(cls, key: str | None = None, groupby: str = "") -> str:
        """The call that makes this result, with the key and the groups in place."""
        if is_in_shell():
            return cls.command
        call = cls.call.replace("groupby", repr(groupby)) if groupby else cls.call
        if key is None or key == cls.default_key:
            return call
        return f"{call[:-1]}, key_added={key!r})"

    @classmethod
    def check_key(
        cls, adata: AnnData, key_added: str, beside: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Refuse a name that cannot be stored, or under which something else is kept.

        `beside` has what is written beyond the usual slots. The default name is ours.
        """
        if not isinstance(key_added, str):
            raise InputError(
                f"Expected text as {option('key_added')}, found {key_added!r}. Put it in quotes."
            )
        check_records(adata)
        if not key_added or "/" in key_added or key_added in keys.RESERVED:
            raise InputError(
                f"Expected a name without '/' as {option('key_added')}, other than "
                f"{listing(keys.RESERVED)}, found {key_added!r}. The default is "
                f"{cls.default_key!r}."
            )
        remedy = f"Choose another {option('key_added')}; the default is {cls.default_key!r}."
        found = Record.find(adata, key_added)
        if found is not None and found.kind not in (cls.kind, ""):
            raise InputError(f"{key_added!r} is the name of another kind of result. {remedy}")
        if key_added == cls.default_key or (found is not None and found.kind == cls.kind):
            return
        for place, name in (*cls.slots(key_added), *beside):
            if name in _default_names():
                raise InputError(
                    f"{place}[{name!r}], which {option('key_added', key_added)} would write, is "
                    "the name "
                    f"of another result of tmeatlas. {remedy}"
                )
            if name in getattr(adata, place):
                raise InputError(
                    f"{place}[{name!r}] holds something that is no result of ours and would be "
                    f"overwritten with {option('key_added', key_added)}. {remedy}"
                )

    @classmethod
    def _checked_record(cls, adata: AnnData, key: str) -> Record:
        """The record of a result of this kind under `key`."""
        place = f"{cls.slot}[{key!r}]"
        check_records(adata)
        if key not in getattr(adata, cls.slot):
            raise MissingKeyError(f"No {cls.noun} in {place}. Run {cls.call_again(key)} first.")
        found = Record.find(adata, key)
        if found is None and cls.by_cell:  # joined data keep obsm, but no record
            return Record(cls.kind, Fingerprint(n_cells=0, names=""))
        if found is None:
            raise InputError(
                f"There is no record of {cls.noun} in {place}: tmeatlas did not write it, or its "
                f"record in uns[{keys.META!r}] was lost. Run {cls.call_again(key)} again."
            )
        if not found.kind:
            raise InputError(
                f"{place} was written by an earlier version of tmeatlas, which did not keep what "
                f"it belongs to. Run {cls.call_again(key)} again."
            )
        if found.kind != cls.kind:
            raise InputError(
                f"Expected {cls.noun} in {place}, found {found.kind}. Name another "
                f"{option('key')}, or run "
                f"{cls.call_again(key)}."
            )
        return found

    @classmethod
    def _check_cells(cls, adata: AnnData, key: str, record: Record) -> None:
        """Refuse a result of other cells or labels than those that are in `adata` now."""
        difference = cls._difference(adata, record)
        if difference:
            again = cls.call_again(key, record.cells.groupby)
            raise StaleResultError(
                f"{cls.slot}[{key!r}] no longer belongs to these cells: {difference}. Run "
                f"{again} again."
            )

    @classmethod
    def _difference(cls, adata: AnnData, record: Record) -> str:
        """What of `adata` is no longer as it was when the result was made; empty if nothing."""
        return record.cells.difference(adata)

    @classmethod
    def _frame(cls, stored: Any, place: str) -> pd.DataFrame:
        """A stored table, with the columns that its kind always has."""
        if not isinstance(stored, pd.DataFrame):
            raise InputError(
                f"Expected a DataFrame of {cls.noun} in {place}, found {type(stored).__name__}. "
                f"{cls.call} makes it."
            )
        lacking = [c.name for c in cls.columns if c.always and c.name not in stored]
        if lacking:
            raise InputError(
                f"{place} is no table of {cls.noun}: it lacks {listing(lacking)}. {cls.call} "
                "makes it."
            )
        return stored


def _default_names() -> set[str]:
    """Names that one kind of result has by default, and that no other may have."""
    kinds, found = [Result], {keys.SIMULATED, keys.SCORES_PVAL}
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if not inspect.isabstract(kind) and hasattr(kind, "default_key"):
            found |= {name for _, name in kind.slots(kind.default_key)}
    return found
