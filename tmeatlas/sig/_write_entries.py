"""YAML and JSON of signatures: all fields that say something."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field
from typing import Any

import yaml

from tmeatlas._errors import InputError
from tmeatlas.sig._entries import FIELDS, NEEDED
from tmeatlas.sig._signature import Signature, SignatureSet


class _Dumper(yaml.SafeDumper):
    """Text with line ends and control characters in double quotes, where nothing is folded."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if text.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


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


def _not_plain(error: Exception) -> InputError:
    return InputError(
        f"Signatures can be written if their fields hold text, numbers and lists only: {error}."
    )
