"""Everything that results rest on, as lines to cite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from anndata import AnnData

from tmeatlas._errors import MissingKeyError, StaleResultError
from tmeatlas.citing._lines import (
    CELLPHONEDB_METHODS,
    COLLECTION,
    ENRICHMENT,
    GSEAPY,
    METHOD,
    SIGNATURES,
    SSGSEA,
    of_chains,
    of_database,
    of_key,
    of_markers,
    of_method,
    of_signatures,
    of_software,
)
from tmeatlas.publications import Citation
from tmeatlas.results import (
    CellPhoneDB,
    Crosstalk,
    Drivers,
    Enrichment,
    Lineages,
    Result,
    Scores,
    records,
)


def citations(results: Iterable[Result]) -> list[Citation]:
    """tmeatlas, then methods and databases, then the publications of signatures; each once."""
    found = [*of_software()]
    for result in results:
        found += OF_RESULT.get(result.kind, _nothing)(result)
    once = dict.fromkeys(found)
    last = (COLLECTION, SIGNATURES)
    return sorted(once, key=lambda each: last.index(each.what) + 1 if each.what in last else 0)


def stored_results(adata: AnnData) -> Iterator[Result]:
    """Every stored result that rests on something to cite, and belongs to these cells."""
    cited = (Scores, Lineages, Crosstalk, Drivers, CellPhoneDB, Enrichment)
    kinds: dict[str, type[Result]] = {kind.kind: kind for kind in cited}
    kept = [(record.kind, key) for key, record in records(adata) if record.kind in kinds]
    for name, key in sorted(kept, key=lambda each: list(kinds).index(each[0])):
        try:
            yield kinds[name].read(adata, key)
        except (StaleResultError, MissingKeyError):
            continue


def _of_scores(scores: Scores) -> Iterator[Citation]:
    yield from of_method(scores.citation)
    yield from of_signatures(scores.coverage, scores.scored)


def _of_drivers(drivers: Drivers) -> Iterable[Citation]:
    return of_chains(drivers.loops["cite"].astype(str)) if len(drivers.loops) else ()


def _of_cellphonedb(result: CellPhoneDB) -> Iterator[Citation]:
    yield of_key(CELLPHONEDB_METHODS, METHOD, "CellPhoneDB's methods")
    yield from of_database(result.record.param("database"))


def _of_enrichment(result: Enrichment) -> Iterator[Citation]:
    yield of_key(GSEAPY, ENRICHMENT, "Enrichment by gseapy")
    if result.record.param("method") == "ssgsea":
        yield of_key(SSGSEA, ENRICHMENT, "single-sample GSEA")


def _nothing(_: Result) -> Iterable[Citation]:
    return ()


OF_RESULT: Mapping[str, Callable[[Any], Iterable[Citation]]] = {
    Scores.kind: _of_scores,
    Lineages.kind: lambda result: of_markers(result.groups),
    Crosstalk.kind: lambda result: of_database(result.database),
    Drivers.kind: _of_drivers,
    CellPhoneDB.kind: _of_cellphonedb,
    Enrichment.kind: _of_enrichment,
}
"""By the kind of the result."""
