"""The table of the signatures of a page: how much of each is in the data, and where it is from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tmeatlas._text import clean, clean_long
from tmeatlas.results import Coverage
from tmeatlas.sig import compartment_name

COLUMNS = (
    *("compartment", "name", "tier", "citation", "n_genes", "n_found", "missing"),
    *("derived_in", "other_cancer"),
)


@dataclass(frozen=True)
class SignatureRow:
    """One line of the table of signatures."""

    id: str
    name: str
    compartment: str
    tier: str
    citation: str
    n_found: str
    n_genes: str
    missing: str
    derived_in: str
    other_cancer: bool
    """Whether it was derived in other cancers than that of the cells, if that is known."""
    shown: bool


def signature_rows(
    ids: Iterable[str], coverage: Coverage, shown: Iterable[str]
) -> list[SignatureRow]:
    """One row per signature, in the order of `ids` and then of the coverage table."""
    in_page = set(shown)
    known = dict.fromkeys([*ids, *(str(name) for name in coverage.table.index)])
    rows = []
    for name in known:
        texts = {column: clean_long(coverage.text(name, column)) for column in COLUMNS}
        rows.append(
            SignatureRow(
                id=clean(name),
                name=clean(texts["name"] or name),
                compartment=compartment_name(texts["compartment"]),
                tier=texts["tier"],
                citation=texts["citation"],
                n_found=texts["n_found"],
                n_genes=texts["n_genes"],
                missing=texts["missing"],
                derived_in=texts["derived_in"],
                other_cancer=texts["other_cancer"] == "True",
                shown=name in in_page,
            )
        )
    return rows
