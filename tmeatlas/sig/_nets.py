"""Long tables, such as nets of decoupler: one row per signature and gene."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from tmeatlas._errors import InputError
from tmeatlas._table_text import row_text
from tmeatlas.sig._layout import (
    EFFECT_COLUMNS,
    SIDE_COLUMN,
    Layout,
    Table,
    as_number,
    genes_of,
    plain,
)
from tmeatlas.sig._repairs import TWICE, Repairs, is_gap, plain_gene
from tmeatlas.sig._signature import Signature, SignatureSet
from tmeatlas.sig._signed import from_weights
from tmeatlas.sig._validity import brief, shortened

UP, DOWN = "up", "down"
LARGEST_P = 0.05
"""Of genes that a table of markers is read for."""


class Row(NamedTuple):
    """One gene of a signature, as a table has it."""

    place: str
    gene: str
    weight: object
    side: object
    """`up` or `down`; empty where the sign of the weight has to tell."""


def add_rows(repairs: Repairs, table: Table, layout: Layout) -> None:
    """The signatures of a long table; down genes by their side, or else by their weights."""
    _refuse_unnamed_weights(table, layout)
    rows_of: dict[object, list[Row]] = {}
    for place, cells in _markers(repairs, table, layout):
        name = table.stem if layout.signature is None else cells[layout.signature]
        gene = plain_gene(cells[layout.gene])
        problem = ("signature", name) if is_gap(name) else ("gene", gene)
        if is_gap(name) or is_gap(gene) or not isinstance(gene, str):
            error = InputError(f"expected the name of a {problem[0]}, found {brief(problem[1])}")
            repairs.leave_out(place, error, place=place)
            continue
        weight = 1.0 if layout.weight is None else cells[layout.weight]
        side = "" if layout.side is None else cells[layout.side]
        genes = [gene] if layout.weight is not None else genes_of(gene)
        listed = rows_of.setdefault(name, [])
        listed.extend(Row(place, one, weight, side) for one in genes)
    for name, rows in rows_of.items():
        repairs.add(name, partial(_signature, repairs, rows))


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


def _refuse_unnamed_weights(table: Table, layout: Layout) -> None:
    """Refuse a net without weights that has a column of what look like signs or weights."""
    if layout.weight is not None:
        return
    for column, name in enumerate(table.header):
        if plain(name) in EFFECT_COLUMNS:
            continue
        if any(as_number(cell) < 0 for cell in table.column(column)):
            raise InputError(
                f"{table.where} has no column `weight`, but negative numbers in {name!r}. Rename "
                "that column to `weight` if it tells how genes count, or leave it out."
            )


def _markers(repairs: Repairs, table: Table, layout: Layout) -> Iterator[tuple[str, list[object]]]:
    """The rows; of markers with statistics, those of genes that are higher in their cells."""
    if layout.effect is None:
        yield from table.rows
        return
    left_out = 0
    for place, cells in table.rows:
        is_low = not as_number(cells[layout.effect]) > 0
        is_chance = layout.p is not None and as_number(cells[layout.p]) >= LARGEST_P
        if is_low or is_chance:
            left_out += 1
        else:
            yield place, cells
    if not left_out:
        return
    rule = f"with {table.header[layout.effect]!r} of 0 or less"
    if layout.p is not None:
        rule += f" or {table.header[layout.p]!r} of {LARGEST_P} or more"
    if left_out == len(table.rows):
        error = InputError(f"no row is left of {left_out:,}: all are {rule}")
        repairs.leave_out("all rows", error)
    else:
        rows = f"{left_out:,} of {len(table.rows):,}"
        repairs.note(f"of markers, rows {rule} were left out", rows)


def _signature(repairs: Repairs, rows: list[Row], key: str) -> Signature:
    found: dict[str, Row] = {}
    again: dict[str, None] = {}
    for row in rows:
        if not is_gap(row.side) and row.side not in (UP, DOWN):
            raise InputError(
                f"{row.place}: expected {UP!r} or {DOWN!r} in the column {SIDE_COLUMN!r}, found "
                f"{row.side!r}. Leave the column out to have the sign of the weight tell"
            )
        known = found.setdefault(row.gene, row)
        if known is not row:
            again[row.gene] = None
            if (known.weight, known.side) != (row.weight, row.side):
                raise InputError(
                    f"{row.place}: signature {key!r} gives {row.gene!r} twice, with other weights. "
                    "Give each gene once"
                )
    if again:
        names = list(again)
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        repairs.note(TWICE, f"{', '.join(map(shortened, names[:3]))}{more} in {shortened(key)}")
    weights = {gene: _number(row.weight, row.place) for gene, row in found.items()}
    sides = {gene: str(row.side) for gene, row in found.items() if not is_gap(row.side)}
    return _with_sides(key, weights, sides) if sides else from_weights(key, weights)


def _with_sides(name: str, weights: dict[str, float], side: dict[str, str]) -> Signature:
    """A signature whose lists are given; down genes are written with a negative weight."""
    own = {gene: -w if side.get(gene) == DOWN else w for gene, w in weights.items()}
    return Signature(
        id=name,
        genes=tuple(gene for gene in weights if side.get(gene) != DOWN),
        down=tuple(gene for gene in weights if side.get(gene) == DOWN),
        weights={gene: weight for gene, weight in own.items() if weight != 1},
    )


def _number(value: object, place: str) -> float:
    number = as_number(value)
    if not math.isfinite(number):
        raise InputError(
            f"{place}: expected a finite number as the weight, found {value!r}. "
            "Write decimals with a point."
        )
    return number
