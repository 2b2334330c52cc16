"""YAML and JSON: entries with all that is known about a signature, or plain lists of genes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import yaml

from tmeatlas._errors import InputError, listing, unknown
from tmeatlas.sig._marks import from_marked
from tmeatlas.sig._signature import Signature, SignatureSet

FIELDS = {field.name: field for field in fields(Signature)}
NEEDED = ("id", "genes")
LIST_FIELDS = ("genes", "down", "scored_in")
MAPPING_FIELDS = ("weights", "reference")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The C parser where PyYAML was built with it, refusing keys that are given twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        _refuse_twice(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        return super().construct_mapping(node, deep=deep)


class _Dumper(yaml.SafeDumper):
    """Text with line ends and control characters in double quotes, where nothing is folded."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if text.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def read_yaml(text: str, path: Path) -> list[Signature]:
    """Entries in the format of `signatures/schema.json`, or a mapping of names to genes."""
    try:
        document = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"{path.name!r} cannot be read as YAML: {error}") from error
    return _from_document(document, path)


def read_json(text: str, path: Path) -> list[Signature]:
    """As in YAML, or the JSON files of MSigDB."""
    try:
        document = json.loads(text, object_pairs_hook=_object)
    except ValueError as error:
        raise InputError(f"{path.name!r} cannot be read as JSON: {error}") from error
    return _from_document(document, path)


def yaml_text(signatures: SignatureSet) -> str:
    """All fields that say something, as `read_yaml` reads them."""
    entries = [_to_entry(signature) for signature in signatures.values()]
    try:
        # Lists and mappings of plain values on one line, as the built-in files have them.
        return yaml.dump(
            entries,
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            width=100,
            default_flow_style=None,
        )
    except yaml.YAMLError as error:
        raise _not_plain(error) from error


def json_text(signatures: SignatureSet) -> str:
    """All fields that say something, as `read_json` reads them."""
    entries = [_to_entry(signature) for signature in signatures.values()]
    try:
        return json.dumps(entries, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    except (TypeError, ValueError) as error:
        raise _not_plain(error) from error


def _from_document(document: object, path: Path) -> list[Signature]:
    if document is None:
        return []
    if isinstance(document, list) and all(isinstance(entry, dict) for entry in document):
        return [_from_entry(entry, path) for entry in document]
    if isinstance(document, dict) and all(isinstance(v, list | dict) for v in document.values()):
        return [_from_named(str(name), value, path) for name, value in document.items()]
    raise InputError(
        f"{path.name!r}: expected a list of entries with `id` and `genes` "
        "(signatures/schema.json has the format), or a mapping of names to lists of genes."
    )


def _from_named(name: str, value: list[Any] | dict[str, Any], path: Path) -> Signature:
    """One name of a mapping: its genes, or what MSigDB says about it."""
    if isinstance(value, list):
        return from_marked(name, value)
    if "geneSymbols" not in value:
        raise InputError(
            f"{path.name!r}: expected a list of genes under {name!r}, or `geneSymbols` as in the "
            f"JSON files of MSigDB; found the fields {listing([str(key) for key in value])}."
        )
    pmid = value.get("pmid")
    return Signature(
        id=name,
        genes=value["geneSymbols"],
        reference={"pmid": str(pmid)} if pmid else {},
        source=f"MSigDB {value.get('systematicName', '')}".strip(),
    )


def _from_entry(entry: dict[str, Any], path: Path) -> Signature:
    given = {name: value for name, value in entry.items() if value is not None}
    for name in given:
        if name not in FIELDS:
            raise unknown(f"field in {path.name!r} called", str(name), FIELDS)
    for name in NEEDED:
        if name not in given:
            raise InputError(
                f"{path.name!r}: expected a list of entries with `id` and `genes`; "
                f"one has no `{name}`: {given!r:.200}"
            )
    return Signature(**{name: _checked(name, value, path) for name, value in given.items()})


def _checked(name: str, value: object, path: Path) -> Any:
    """The value of a field, if it is of the field's kind."""
    where = f"{path.name!r}, field `{name}`: expected"
    if name in LIST_FIELDS:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise InputError(
                f"{where} a list of names, such as [A, B]; found {value!r:.200}. Put in quotes "
                "what YAML takes for numbers or truth values (NO, ON)."
            )
        return tuple(value)
    if name in MAPPING_FIELDS:
        if not isinstance(value, Mapping):
            raise InputError(f"{where} a mapping, such as {{A: 1}}; found {value!r:.200}.")
    elif not isinstance(value, str):
        raise InputError(f"{where} text, found {value!r:.200}. Put it in quotes.")
    return value


def _to_entry(signature: Signature) -> dict[str, Any]:
    """The fields of `signature` that differ from the default, as plain lists and mappings."""
    entry: dict[str, Any] = {}
    for name, field in FIELDS.items():
        value = getattr(signature, name)
        if name not in NEEDED and value == _default(field):
            continue
        if isinstance(value, tuple):
            entry[name] = list(value)
        elif name == "weights":
            entry[name] = {str(gene): float(weight) for gene, weight in value.items()}
        else:
            entry[name] = dict(value) if isinstance(value, Mapping) else value
    return entry


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _refuse_twice(name for name, _ in pairs)
    return dict(pairs)


def _refuse_twice(names: Iterable[str]) -> None:
    """JSON and YAML would silently keep the last of two entries with one name."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(f"{twice[0]!r} is given twice in one mapping. Rename or remove one.")


def _not_plain(error: Exception) -> InputError:
    return InputError(
        f"Signatures can be written if their fields hold text, numbers and lists only: {error}."
    )
