"""What makes a list of genes a signature: checks of ids, genes and weights."""

from __future__ import annotations

import math
import reprlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real

from tmeatlas._errors import InputError, listing

LONGEST_KEY = 200
"""Bytes of a name that still fits a file of a zarr store, with what results put around it."""
MOST_SHOWN = 80
UNNAMED = "unnamed"


def brief(value: object) -> str:
    """The start of what `repr` shows, of nested or long values too."""
    return reprlib.repr(value)


def check_id(signature_id: object) -> None:
    """Refuse ids that no file and no column of AnnData could hold."""
    if not isinstance(signature_id, str):
        raise InputError(
            f"Expected text as the id of a signature, found {type(signature_id).__name__} "
            f"({signature_id!r}). Put it in quotes."
        )
    if not _is_plain(signature_id):
        raise InputError(
            "Signature ids cannot be empty, begin or end with a blank, or hold tabs and line ends: "
            f"{signature_id!r}. Use lower-case words joined by '_'."
        )
    key = readable_key(signature_id)
    if key != signature_id:
        # AnnData files use "/" as the separator of groups, ".", ".." and "_index" for themselves;
        # of a zarr store, names are those of files, which cannot be longer.
        raise InputError(
            f"Signature ids cannot contain '/', begin with '.', be '_index' or be longer than "
            f"{LONGEST_KEY} bytes: {shortened(signature_id)}. Use another, such as "
            f"{shortened(key)}."
        )


def readable_key(name: str) -> str:
    """`name`, or the nearest name that files and columns of AnnData can hold."""
    seen = "".join(sign if sign.isprintable() else " " for sign in name.replace("/", "_"))
    key = seen if seen == name else " ".join(seen.split())
    key = key.strip()
    if key.startswith("."):
        key = f"_{key[1:]}"
    if key == "_index":
        key = "index"
    return key.encode()[:LONGEST_KEY].decode(errors="ignore").strip() or UNNAMED


def numbered(key: str, number: int) -> str:
    """A key with a number behind it, no longer than keys may be."""
    ending = f"_{number}"
    return readable_key(key.encode()[: LONGEST_KEY - len(ending)].decode(errors="ignore") + ending)


def shortened(name: object) -> str:
    """The quoted start of a name that may be of any length."""
    text = str(name)
    return repr(text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…")


def gene_tuple(signature_id: str, genes: object, *, field: str) -> tuple[str, ...]:
    """`genes` as a tuple of names, if it is a list of names."""
    if isinstance(genes, str) or not isinstance(genes, Iterable):
        raise InputError(
            f"Signature {signature_id!r}: expected a list of genes as `{field}`, "
            f"found {genes!r}. Write {field}=['GENE1', 'GENE2']."
        )
    names = tuple(genes)
    for name in names:
        if not isinstance(name, str):
            raise InputError(
                f"Signature {signature_id!r}: expected gene names as text, found {name!r} "
                f"({type(name).__name__}). Put it in quotes; YAML reads NO and ON as truth values."
            )
        if not _is_plain(name):
            raise InputError(
                f"Signature {signature_id!r}: gene names cannot be empty, begin or end with a "
                f"blank, or hold tabs and line ends: {name!r}. Give one gene per entry."
            )
    return names


def check_lists(signature_id: str, up: Sequence[str], down: Sequence[str]) -> None:
    """Refuse empty lists, and genes that are listed more than once."""
    if not up and not down:
        raise InputError(
            f"Signature {signature_id!r} has no genes. List at least one, or leave it out."
        )
    twice = sorted(gene for gene, count in Counter([*up, *down]).items() if count > 1)
    if twice:
        raise InputError(
            f"Signature {signature_id!r} gives genes twice, or both up and down: {listing(twice)}. "
            "Give each gene once."
        )


def check_weights(signature_id: str, weights: object, genes: Sequence[str]) -> None:
    """Refuse weights that are no finite numbers, or belong to no gene of the signature."""
    if not isinstance(weights, Mapping):
        raise InputError(
            f"Signature {signature_id!r}: expected weights as {{gene: number}}, found {weights!r}."
        )
    known = set(genes)
    strangers = [str(gene) for gene in weights if gene not in known]
    if strangers:
        raise InputError(
            f"Signature {signature_id!r} has weights for genes that it does not list: "
            f"{listing(strangers)}. Add them to `genes` or `down`."
        )
    for gene, weight in weights.items():
        if not isinstance(weight, Real) or not math.isfinite(weight):
            raise InputError(
                f"Signature {signature_id!r}: expected a finite number as the weight of {gene!r}, "
                f"found {weight!r}."
            )


def _is_plain(name: str) -> bool:
    return bool(name) and name == name.strip() and name.isprintable()
