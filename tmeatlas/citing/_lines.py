"""What to cite: this package, methods, databases, and the publications of the signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, metadata
from typing import TYPE_CHECKING

import pandas as pd

from tmeatlas._text import clean_long, counted
from tmeatlas.publications import (
    Citation,
    Publication,
    collection_of,
    known,
    named_in,
    of_text,
    with_title,
)
from tmeatlas.results import Coverage, versions

if TYPE_CHECKING:
    from tmeatlas.sig import Signature

SOFTWARE, METHOD, INTERACTIONS, CHAINS = "software", "method", "interactions", "chains"
ENRICHMENT, MARKERS, COLLECTION, SIGNATURES = "enrichment", "markers", "collection", "signatures"
BUILT_IN = "tme"
SCANPY, GSEAPY, SSGSEA = "Wolf2018", "Fang2022", "Barbie2009"
CELLPHONEDB, CELLPHONEDB_METHODS, LIANA = "Troule2025", "Efremova2020", "Dimitrov2024"
"""Keys of the publications of what we rest on."""


def of_software() -> list[Citation]:
    """What `CITATION.cff` says of tmeatlas, and the packages that the numbers come from."""
    found = {name: version for name, version in versions().items() if version}
    ours = found.pop("tmeatlas", "")
    beside = f"with {', '.join(f'{name} {found[name]}' for name in found)}"
    itself = Publication(
        authors="tmeatlas developers",
        title="tmeatlas",
        version=ours,
        url=_address(),
        note=f"software, {beside}",
        name="tmeatlas",
    )
    text = f"tmeatlas developers: {f'tmeatlas {ours}'.strip()} (software), {beside}"
    return [Citation(SOFTWARE, text, itself), of_key(SCANPY, SOFTWARE, "scanpy")]


def of_key(key: str, what: str, label: str) -> Citation:
    """A publication of ours by its key, behind what it stands for."""
    publication = known()[key]
    return Citation(what, f"{label}: {publication.text}", publication)


def of_method(text: str) -> Iterator[Citation]:
    """The publication behind the scores, as their method says it of itself."""
    said = clean_long(text)
    if said:
        publication = named_in(said)
        shown = with_title(said, publication) if publication else said
        yield Citation(METHOD, f"Signature scores: {shown}", publication or of_text(said))


def of_database(name: str) -> Iterator[Citation]:
    """Interactions, by the name on record, with their version where we know it."""
    if name == BUILT_IN:
        from tmeatlas.interactions import load_axes

        axes = load_axes()
        n_pairs = sum(len(axis.interactions) for axis in axes)
        name = (
            f"{n_pairs:,} on {counted(len(axes), 'axis', 'axes')} that come with "
            f"tmeatlas {versions()['tmeatlas']}, from CellPhoneDB v5.0.0 and, where it lacks a "
            "pair, from the public resources that list it (named in signatures/axes.yaml)"
        )
    yield Citation(INTERACTIONS, f"Interactions: {clean_long(name) or 'origin unknown'}")
    if "CellPhoneDB v5" in name or name.startswith("cellphonedb "):
        yield of_key(CELLPHONEDB, INTERACTIONS, "CellPhoneDB")
    elif name.startswith("liana "):
        yield of_key(LIANA, INTERACTIONS, "LIANA")


def of_chains(texts: Iterable[str]) -> Iterator[Citation]:
    """The sources of chains, as the file of the chains names them."""
    for text in dict.fromkeys(clean_long(each) for each in texts):
        if text:
            yield Citation(CHAINS, text, of_text(text))


def of_markers(table: pd.DataFrame) -> Iterator[Citation]:
    """The sources of the markers by which lineages of groups were told, if any were."""
    if "markers" not in set(table.get("how", pd.Series(dtype=object)).astype(str)):
        return
    from tmeatlas.lineages import marker_sources

    for source in marker_sources():
        publication = collection_of(source)
        text = publication.text if publication else source
        yield Citation(MARKERS, f"Markers of lineages: {text}", publication)


def of_signatures(coverage: Coverage, ids: Iterable[str]) -> list[Citation]:
    """Each publication once, what collected the lists, and lists of unknown origin."""
    from tmeatlas.sig import load

    built_in: Mapping[str, Signature] = load()
    found: dict[str, dict[str, Publication]] = {}
    collections: dict[str, Publication] = {}
    unknown = []
    for id in ids:
        short = clean_long(coverage.text(id, "citation"))
        # An id that is not there makes a lookup search for the names that are nearest.
        signature = built_in[id] if id in built_in else None  # noqa: SIM401
        if signature and signature.name != coverage.text(id, "name"):
            signature = None
        publication = signature.publication if signature else of_text(short) if short else None
        if publication is None:
            unknown.append(coverage.name(id))
            continue
        found.setdefault(short or publication.text, {})[publication.text] = publication
        collection = collection_of(signature.source) if signature else None
        if collection:
            collections[collection.name] = collection
    # A list that was read without the ids is by the same paper as one that was read with them.
    papers = {
        text: publication
        for short, fulls in found.items()
        for text, publication in fulls.items()
        if text != short or len(fulls) == 1
    }
    return [
        *(of_key(name, COLLECTION, "Lists collected by") for name in sorted(collections)),
        *(Citation(SIGNATURES, text, papers[text]) for text in sorted(papers)),
        *(Citation(SIGNATURES, f"{name}: origin unknown") for name in sorted(unknown)),
    ]


def _address() -> str:
    """Where the source of tmeatlas is, as its metadata say; empty before that is settled."""
    try:
        urls = metadata("tmeatlas").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    named = dict(url.split(", ", 1) for url in urls)
    address = named.get("Source", "")
    return "" if "/OWNER/" in address else address
