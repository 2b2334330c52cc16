"""Nets of decoupler: one row per signature and gene, with source, target, weight and side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas._table_text import row_text
from tmeatlas.sig._signature import Signature, SignatureSet
from tmeatlas.sig._signed import from_weights

SET_COLUMNS = ("source", "set", "signature", "gs_name")
GENE_COLUMNS = ("target", "gene", "gene_symbol")
"""`gs_name` and `gene_symbol` in the tables of msigdbr."""
WEIGHT_COLUMNS = ("weight", "mor")
"""`mor`, the mode of regulation, in the nets of the first decoupler."""
SIDE_COLUMN = "side"
UP, DOWN = "up", "down"
EXPECTED = (
    "Expected one row per gene with the columns source, target and optionally weight (as in the "
    "nets of decoupler; set and gene will do), or one column of genes per signature"
)


class Layout(NamedTuple):
    """Which columns of a long table hold the signature, the gene, the weight and the side.

    None where there is no such column.
    """

    signature: int
    gene: int
    weight: int | None
    side: int | None


class Row(NamedTuple):
    """One gene of a signature, as a table has it."""

    where: str
    signature: object
    gene: object
    weight: object
    side: object
    """`up` or `down`; empty where the sign of the weight has to tell."""

    @classmethod
    def of(cls, cells: Sequence[object], layout: Layout, where: str) -> Row:
        """What the cells of a row say; the weight is 1 where there is no such column."""
        weight = 1.0 if layout.weight is None else cells[layout.weight]
        side = "" if layout.side is None else cells[layout.side]
        return cls(where, cells[layout.signature], cells[layout.gene], weight, side)


def from_net(net: pd.DataFrame) -> list[Signature]:
    """Signatures from a DataFrame with one row per gene, as decoupler has them."""
    header = [str(name) for name in net.columns]
    layout = find_layout(header, "The DataFrame")
    if layout is None:
        raise InputError(
            "Expected a DataFrame with the columns source, target and optionally weight, as the "
            f"nets of decoupler; found {listing(header)}."
        )
    columns = [net.iloc[:, position].tolist() for position in range(net.shape[1])]
    rows = list(zip(*columns, strict=True))
    refuse_unnamed_weights(header, rows, layout, "The DataFrame")
    return from_rows(
        Row.of(row, layout, f"Row {number} of the DataFrame") for number, row in enumerate(rows)
    )


def find_layout(header: Sequence[str], where: str) -> Layout | None:
    """The columns of a long table, or None where the header names signatures."""
    names = [name.strip().lower() for name in header]
    sets = [i for i, name in enumerate(names) if name in SET_COLUMNS]
    genes = [i for i, name in enumerate(names) if name in GENE_COLUMNS]
    weights = [i for i, name in enumerate(names) if name in WEIGHT_COLUMNS]
    if not sets and not genes and not weights:
        return None
    if len(sets) == 1 and len(genes) == 1 and len(weights) <= 1:
        side = names.index(SIDE_COLUMN) if SIDE_COLUMN in names else None
        return Layout(sets[0], genes[0], weights[0] if weights else None, side)
    raise InputError(f"{where}: {EXPECTED}; found the columns {listing(list(header))}.")


def to_net(signatures: SignatureSet) -> pd.DataFrame:
    """One row per signature and gene: source, target, weight (negative for down genes), side."""
    rows = [
        (signature.id, gene, weight, DOWN if gene in signature.down else UP)
        for signature in signatures.values()
        for gene, weight in signature.signed_weights().items()
    ]
    return pd.DataFrame(
        {
            "source": [row[0] for row in rows],
            "target": [row[1] for row in rows],
            "weight": np.array([row[2] for row in rows], dtype=np.float64),
            SIDE_COLUMN: [row[3] for row in rows],
        }
    )


def net_text(signatures: SignatureSet, *, delimiter: str) -> str:
    """What `read_table` reads, one row per gene."""
    net = to_net(signatures)
    lines = [row_text(net.columns, delimiter)]
    for source, target, weight, side in zip(*(net[name].tolist() for name in net), strict=True):
        lines.append(row_text([source, target, _shortest(weight), side], delimiter))
    return "".join(lines)


def _shortest(number: float) -> str:
    """`1` rather than `1.0`, and all digits where they are needed."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)


def refuse_unnamed_weights(
    header: Sequence[str], rows: Sequence[Sequence[object]], layout: Layout, where: str
) -> None:
    """Refuse a net without weights that has a column of what look like signs or weights."""
    if layout.weight is not None:
        return
    for column, name in enumerate(header):
        numbers = [as_number(row[column]) for row in rows]
        if any(number < 0 for number in numbers):
            raise InputError(
                f"{where} has no column `weight`, but negative numbers in {name!r}. Rename that "
                "column to `weight` if it tells how genes count, or leave it out."
            )


def from_rows(rows: Iterable[Row]) -> list[Signature]:
    """Signatures from the rows of a net; down genes by their side, or else by their weights."""
    weights_of: dict[str, dict[str, float]] = {}
    sides_of: dict[str, dict[str, str]] = {}
    for row in rows:
        for what, name in (("signature", row.signature), ("gene", row.gene)):
            if not isinstance(name, str) or not name.strip():
                raise InputError(f"{row.where}: expected the name of a {what}, found {name!r}.")
        if row.side not in ("", UP, DOWN):
            raise InputError(
                f"{row.where}: expected {UP!r} or {DOWN!r} in the column {SIDE_COLUMN!r}, found "
                f"{row.side!r}. Leave the column out to have the sign of the weight tell."
            )
        signature, gene = str(row.signature).strip(), str(row.gene).strip()
        weights = weights_of.setdefault(signature, {})
        if gene in weights:
            raise InputError(
                f"{row.where}: signature {signature!r} gives {gene!r} twice. Give each gene once, "
                "such as with net.drop_duplicates(['source', 'target'])."
            )
        weights[gene] = _number(row.weight, row.where)
        if row.side:
            sides_of.setdefault(signature, {})[gene] = str(row.side)
    return [
        _with_sides(name, weights, sides_of[name])
        if name in sides_of
        else from_weights(name, weights)
        for name, weights in weights_of.items()
    ]


def _with_sides(name: str, weights: dict[str, float], side: dict[str, str]) -> Signature:
    """A signature whose lists are given; down genes are written with a negative weight."""
    own = {gene: -w if side.get(gene) == DOWN else w for gene, w in weights.items()}
    return Signature(
        id=name,
        genes=tuple(gene for gene in weights if side.get(gene) != DOWN),
        down=tuple(gene for gene in weights if side.get(gene) == DOWN),
        weights={gene: weight for gene, weight in own.items() if weight != 1},
    )


def _number(value: object, where: str) -> float:
    number = as_number(value)
    if not math.isfinite(number):
        raise InputError(
            f"{where}: expected a finite number as the weight, found {value!r}. "
            "Write decimals with a point."
        )
    return number


def as_number(value: object) -> float:
    """`value` as a number, NaN where it is none."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan
