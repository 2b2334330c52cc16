"""Tables: the nets of decoupler (source, target, weight), and one column per signature."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas.sig._marks import from_marked
from tmeatlas.sig._signature import Signature, SignatureSet

SET_COLUMNS = ("source", "set", "signature")
GENE_COLUMNS = ("target", "gene")
WEIGHT_COLUMN = "weight"
EXPECTED = (
    "Expected one row per gene with the columns source, target and optionally weight (as in the "
    "nets of decoupler; set and gene will do), or one column of genes per signature"
)


class Layout(NamedTuple):
    """Which columns of a long table hold the signature, the gene and the weight (or None)."""

    signature: int
    gene: int
    weight: int | None


def read_table(text: str, path: Path) -> list[Signature]:
    """A .csv or .tsv file; its header tells which of the two layouts it has."""
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text, path), strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise InputError(
            f"{path.name!r} cannot be read as {path.suffix}, line {reader.line_num}: {error}"
        ) from error
    rows = [(number, row) for number, row in rows if any(row)]
    if not rows:
        return []
    (_, header), *body = rows
    _refuse_long_rows(header, body, path)
    padded = [(number, row + [""] * (len(header) - len(row))) for number, row in body]
    layout = find_layout(header, repr(path.name))
    if layout is None:
        return _from_columns(header, [row for _, row in padded], path)
    return _from_triples(
        (f"{path.name!r} line {number}", *_pick(row, layout)) for number, row in padded
    )


def from_net(net: pd.DataFrame) -> list[Signature]:
    """Signatures from a DataFrame with one row per gene, as decoupler has them."""
    layout = find_layout([str(name) for name in net.columns], "The DataFrame")
    if layout is None:
        raise InputError(
            "Expected a DataFrame with the columns source, target and optionally weight, as the "
            f"nets of decoupler; found {listing([str(name) for name in net.columns])}."
        )
    columns = [net.iloc[:, position].tolist() for position in range(net.shape[1])]
    return _from_triples(
        (f"Row {number} of the DataFrame", *_pick(row, layout))
        for number, row in enumerate(zip(*columns, strict=True))
    )


def find_layout(header: Sequence[str], where: str) -> Layout | None:
    """The columns of a long table, or None where the header names signatures."""
    names = [name.strip().lower() for name in header]
    sets = [i for i, name in enumerate(names) if name in SET_COLUMNS]
    genes = [i for i, name in enumerate(names) if name in GENE_COLUMNS]
    weights = [i for i, name in enumerate(names) if name == WEIGHT_COLUMN]
    if not sets and not genes and not weights:
        return None
    if len(sets) == 1 and len(genes) == 1 and len(weights) <= 1:
        return Layout(sets[0], genes[0], weights[0] if weights else None)
    raise InputError(f"{where}: {EXPECTED}; found the columns {listing(list(header))}.")


def to_net(signatures: SignatureSet) -> pd.DataFrame:
    """One row per signature and gene: source, target, weight (negative for down genes)."""
    rows = [
        (signature.id, gene, weight)
        for signature in signatures.values()
        for gene, weight in signature.signed_weights().items()
    ]
    return pd.DataFrame(
        {
            "source": [row[0] for row in rows],
            "target": [row[1] for row in rows],
            "weight": np.array([row[2] for row in rows], dtype=np.float64),
        }
    )


def net_text(signatures: SignatureSet, *, delimiter: str) -> str:
    """What `read_table` reads, one row per gene."""
    net = to_net(signatures)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(net.columns)
    for source, target, weight in zip(*(net[name].tolist() for name in net), strict=True):
        writer.writerow([source, target, _shortest(weight)])
    return out.getvalue()


def _pick(row: Sequence[object], layout: Layout) -> tuple[object, object, object]:
    """Signature, gene and weight of one row; the weight is 1 where there is no such column."""
    weight = 1.0 if layout.weight is None else row[layout.weight]
    return row[layout.signature], row[layout.gene], weight


def _from_triples(triples: Iterable[tuple[str, object, object, object]]) -> list[Signature]:
    """Signatures from (place, signature, gene, weight); a negative weight is a down gene."""
    weights_of: dict[str, dict[str, float]] = {}
    for where, signature, gene, weight in triples:
        for what, name in (("signature", signature), ("gene", gene)):
            if not isinstance(name, str) or not name.strip():
                raise InputError(f"{where}: expected the name of a {what}, found {name!r}.")
        weights = weights_of.setdefault(str(signature).strip(), {})
        name = str(gene).strip()
        if name in weights:
            raise InputError(
                f"{where}: signature {signature!r} gives {gene!r} twice. Give each gene once, "
                "such as with net.drop_duplicates(['source', 'target'])."
            )
        weights[name] = _number(weight, where)
    return [_from_weights(name, weights) for name, weights in weights_of.items()]


def _from_weights(name: str, weights: dict[str, float]) -> Signature:
    """The sign of a weight chooses the list; what it says beyond that is kept as a weight."""
    is_down = {gene: math.copysign(1, weight) < 0 for gene, weight in weights.items()}
    return Signature(
        id=name,
        genes=tuple(gene for gene in weights if not is_down[gene]),
        down=tuple(gene for gene in weights if is_down[gene]),
        weights={gene: abs(weight) for gene, weight in weights.items() if abs(weight) != 1},
    )


def _from_columns(header: list[str], rows: list[list[str]], path: Path) -> list[Signature]:
    """One signature per column, called as its header; columns may end at different rows."""
    signatures = []
    for column, name in enumerate(header):
        genes = [row[column] for row in rows if row[column]]
        if not name and not genes:
            continue
        if not name or name in genes or all(_is_number(gene) for gene in genes):
            problem = "no header" if not name or name in genes else "no gene names"
            raise InputError(
                f"{path.name!r}: {EXPECTED}; column {column + 1} ({name!r}) has {problem}. "
                "Write the first row as the header, and no row numbers."
            )
        twice = sorted(gene for gene, count in Counter(genes).items() if count > 1)
        if twice:
            raise InputError(
                f"{path.name!r}: signature {name!r} gives genes twice: {listing(twice)}. "
                f"Give each gene once. {EXPECTED}."
            )
        signatures.append(from_marked(name, genes))
    return signatures


def _delimiter(text: str, path: Path) -> str:
    """Comma or tab by the ending; semicolon where a spreadsheet has written it instead."""
    header = text.lstrip("\n").split("\n", 1)[0]
    usual = "\t" if path.suffix.lower() == ".tsv" else ","
    if usual in header:
        return usual
    return next((other for other in ("\t", ";") if other in header), usual)


def _refuse_long_rows(header: list[str], body: list[tuple[int, list[str]]], path: Path) -> None:
    for number, row in body:
        if any(row[len(header) :]):
            raise InputError(
                f"{path.name!r} line {number}: expected {len(header)} columns as in the header "
                f"({listing(header)}), found {len(row)}."
            )


def _shortest(number: float) -> str:
    """`1` rather than `1.0`, and all digits where they are needed."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)


def _number(value: object, where: str) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError(
            f"{where}: expected a finite number as the weight, found {value!r}. "
            "Write decimals with a point."
        )
    return number


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
