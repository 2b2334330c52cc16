"""YAML and JSON: entries with all that is known about a signature, or plain lists of genes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from tmeatlas._errors import InputError, listing, unknown
from tmeatlas.sig._documents import load_json, load_yaml, pairs_of
from tmeatlas.sig._marks import from_marked
from tmeatlas.sig._repairs import Repairs
from tmeatlas.sig._signature import Signature
from tmeatlas.sig._validity import brief, shortened

FIELDS = {field.name: field for field in fields(Signature)}
NEEDED = ("id", "genes")
LIST_FIELDS = ("genes", "down", "scored_in")
GENE_FIELDS = ("genes", "down")
MAPPING_FIELDS = ("weights", "reference", "derived_in")
EXPECTED = (
    "expected a list of entries with `id` and `genes` (signatures/schema.json has the format), or "
    "a mapping of names to lists of genes"
)


def read_yaml(text: str, path: Path) -> list[Signature]:
    """Entries in the format of `signatures/schema.json`, or a mapping of names to genes."""
    return _from_document(load_yaml(text, path.name), path)


def read_json(text: str, path: Path) -> list[Signature]:
    """As in YAML, or the JSON files of MSigDB."""
    return _from_document(load_json(text, path.name), path)


def _from_document(document: object, path: Path) -> list[Signature]:
    if document is None:
        return []
    repairs = Repairs(repr(path.name))
    if isinstance(document, dict) and document.keys() >= set(NEEDED):
        document = [document]
    if isinstance(document, list):
        add_entries(repairs, document)
        return repairs.finish()
    if isinstance(document, dict):
        add_named(repairs, pairs_of(document))
        return repairs.finish()
    raise InputError(f"{path.name!r}: {EXPECTED}.")


def add_entries(repairs: Repairs, entries: Iterable[object]) -> None:
    """The signatures of entries with `id` and `genes`."""
    for number, entry in enumerate(entries, start=1):
        place = f"entry {number}"
        if not isinstance(entry, dict):
            repairs.leave_out(place, InputError(EXPECTED), place=place)
        elif entry.get("id") is None:
            problem = f"{EXPECTED}; one has no `id`: {brief(entry)}"
            repairs.leave_out(place, InputError(problem), place=place)
        else:
            repairs.add(entry["id"], partial(_from_entry, repairs, entry), place=place)


def add_named(repairs: Repairs, pairs: Iterable[tuple[object, object]]) -> None:
    """The signatures of names with their genes, or with what MSigDB says about them."""
    for name, value in pairs:
        repairs.add(name, partial(_from_named, repairs, value))


def _from_named(repairs: Repairs, value: object, name: str) -> Signature:
    """One name of a mapping: its genes, an entry, or what MSigDB says about it."""
    if isinstance(value, list):
        return from_marked(name, repairs.genes(name, value))
    if not isinstance(value, dict):
        raise InputError(f"found {brief(value)} under {shortened(name)}; {EXPECTED}")
    if "genes" in value:
        return _from_entry(repairs, value, name)
    if not isinstance(value.get("geneSymbols"), list):
        raise InputError(
            f"expected a list of genes under {name!r}, or `geneSymbols` as in the JSON files of "
            f"MSigDB; found the fields {listing([str(key)[:80] for key in value])}."
        )
    pmid = value.get("pmid")
    return Signature(
        id=name,
        genes=_names(repairs.genes(name, value["geneSymbols"])),
        reference={"pmid": str(pmid)} if pmid else {},
        source=f"MSigDB {value.get('systematicName', '')}".strip(),
    )


def _from_entry(repairs: Repairs, entry: dict[str, Any], key: str) -> Signature:
    twice = [name for name, n in Counter(name for name, _ in pairs_of(entry)).items() if n > 1]
    if twice:
        raise InputError(f"{twice[0]!r} is given twice in one mapping. Rename or remove one.")
    given = {name: value for name, value in entry.items() if value is not None} | {"id": key}
    for name in given:
        if name not in FIELDS:
            raise unknown(f"field in {repairs.where} called", str(name), FIELDS)
    if "genes" not in given:
        raise InputError(f"{EXPECTED}; one has no `genes`: {brief(entry)}")
    for name in GENE_FIELDS:
        if isinstance(given.get(name), list):
            given[name] = repairs.genes(key, given[name])
    return Signature(**{name: _checked(name, value) for name, value in given.items()})


def _names(genes: list[object]) -> tuple[str, ...]:
    return tuple(_checked("genes", genes))


def _checked(name: str, value: object) -> Any:
    """The value of a field, if it is of the field's kind."""
    where = f"field `{name}`: expected"
    if name in LIST_FIELDS:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise InputError(
                f"{where} a list of names, such as [A, B]; found {brief(value)}. Put in quotes "
                "what YAML takes for numbers or truth values (NO, ON)."
            )
        return tuple(value)
    if name in MAPPING_FIELDS:
        if not isinstance(value, Mapping):
            raise InputError(f"{where} a mapping, such as {{A: 1}}; found {brief(value)}.")
    elif not isinstance(value, str):
        raise InputError(f"{where} text, found {brief(value)}. Put it in quotes.")
    return value
