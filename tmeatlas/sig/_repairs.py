"""Gene sets as they come in: a bad entry is repaired or left out, and one warning names all."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from tmeatlas._errors import InputError, TMEError
from tmeatlas._guard import warn
from tmeatlas._labels import NOT_NAMES
from tmeatlas.genes import is_date
from tmeatlas.sig._signature import Signature
from tmeatlas.sig._validity import numbered, readable_key, shortened

GAPS = NOT_NAMES | {"none"}
"""What R, pandas and spreadsheets write where there is no gene; no gene is called so."""
LONGEST_GAP = max(map(len, GAPS))
# Not tabs and line ends: what they part are two genes.
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
MOST_SIGNATURES = 100_000
MOST_GENES = 20_000_000
"""In one file or object: three times all that MSigDB has, and what memory still holds."""
TWICE = "gives genes more than once, and each counts once"
NAMED = 10
"""Entries of each kind that the warning spells out."""


class Repairs:
    """Collects the signatures of one file or object, and what had to be done to its entries.

    `where` names it at the beginning of a message, such as ``"'mine.gmt'"``.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self._signatures: dict[str, Signature] = {}
        self._n_genes = 0
        self._notes: dict[str, list[str]] = {}
        self._first: TMEError | None = None

    def note(self, done: str, entry: str) -> None:
        """Remember that this was `done`, and to what."""
        self._notes.setdefault(done, []).append(entry)

    def leave_out(self, entry: str, error: TMEError, *, place: str = "") -> None:
        """Remember that an entry cannot be read, and why."""
        at = f" {place}" if place else ""
        self._first = self._first or type(error)(f"{self.where}{at}: {error}")
        self.note("left out", f"{entry} ({_cut(str(error).rstrip('.'))})")

    def add(self, name: object, make: Callable[[str], Signature], *, place: str = "") -> None:
        """The signature that `make` gives for the key of `name`, unless it refuses.

        `place`, such as ``"line 3"``, tells where in a file the entry is.
        """
        key = self._key(name)
        entry = f"{place}, {shortened(key)}" if place else shortened(key)
        try:
            signature = make(key)
        except TMEError as error:
            self.leave_out(entry, error, place=place)
            return
        self._keep(signature, entry)
        self._n_genes += len(signature.genes) + len(signature.down)
        if len(self._signatures) > MOST_SIGNATURES or self._n_genes > MOST_GENES:
            raise InputError(
                f"{self.where} holds more than {MOST_SIGNATURES:,} signatures or {MOST_GENES:,} "
                "genes of them. Expected lists of genes: is it the right one? Else choose some."
            )

    def genes(self, name: str, given: Iterable[object]) -> list[object]:
        """A list of genes without its gaps, each gene at its first place."""
        found = [plain_gene(gene) for gene in given]
        genes = [gene for gene in found if not is_gap(gene)]
        if len(genes) < len(found):
            gaps = f"{len(found) - len(genes)} in {shortened(name)}"
            self.note("entries without a gene were left out", gaps)
        try:
            again = [str(gene) for gene, count in Counter(genes).items() if count > 1]
        except TypeError:  # What cannot be a gene either, such as a list, is refused later.
            return genes
        if again:
            more = f" and {len(again) - 3} more" if len(again) > 3 else ""
            names = ", ".join(map(shortened, again[:3]))
            self.note(TWICE, f"{names}{more} in {shortened(name)}")
        texts = (gene for gene in genes if isinstance(gene, str) and not gene.isalnum())
        dates = [gene for gene in texts if is_date(gene)]
        if dates:
            names = ", ".join(map(shortened, dates[:3]))
            self.note(
                "genes look like dates, as a spreadsheet makes of them", f"{names} in {name!r}"
            )
        return list(dict.fromkeys(genes))

    def finish(self) -> list[Signature]:
        """All signatures in order, after one warning of what was done.

        Raises
        ------
        TMEError
            Every entry had to be left out; says why the first.
        """
        if not self._signatures and self._first is not None:
            raise self._first
        if self._notes:
            parts = [f"{done}: {_some(entries)}" for done, entries in self._notes.items()]
            warn(f"{self.where}: {'; '.join(parts)}.")
        return list(self._signatures.values())

    def _key(self, name: object) -> str:
        text = _as_name(name)
        key = readable_key(text)
        if key != text.strip():
            self.note("names were changed", f"{shortened(text)} to {shortened(key)}")
        return key

    def _keep(self, signature: Signature, entry: str) -> None:
        key, number = signature.id, 1
        while key in self._signatures:
            if _same(self._signatures[key], signature):
                self.note("lists given twice count once", entry)
                return
            number += 1
            key = numbered(signature.id, number)
        if number > 1:
            self.note("of a name given twice, the later list is called", shortened(key))
            signature = replace(signature, id=key)
        self._signatures[key] = signature


def is_gap(gene: object) -> bool:
    """Whether a cell or an item of a list says that there is no gene."""
    if isinstance(gene, str):
        return len(gene) <= LONGEST_GAP and gene.lower() in GAPS
    if gene is None or type(gene).__name__ == "NAType" or type(gene).__name__ == "NaTType":
        return True
    return isinstance(gene, float) and math.isnan(gene)


def plain_gene(gene: object) -> object:
    """Text without blanks around it and signs that nobody sees; also of bytes, as HDF5 has it."""
    if isinstance(gene, bytes):
        gene = gene.decode("utf-8", errors="replace")
    if not isinstance(gene, str):
        return gene
    return str(gene).strip() if gene.isprintable() else UNSEEN.sub("", gene).strip()


def _as_name(name: object) -> str:
    """The name of a list as text; whole numbers without decimals, as clusters are called."""
    if isinstance(name, bytes):
        return name.decode("utf-8", errors="replace")
    if name is None or is_gap(name):
        return ""
    if isinstance(name, float) and name.is_integer():
        return str(int(name))
    return str(name)


def _same(one: Signature, other: Signature) -> bool:
    return one.signed_weights() == other.signed_weights() and one.down == other.down


def _cut(text: str, most: int = 200) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _some(entries: list[str]) -> str:
    more = f" and {len(entries) - NAMED} more" if len(entries) > NAMED else ""
    return f"{', '.join(entries[:NAMED])}{more}"
