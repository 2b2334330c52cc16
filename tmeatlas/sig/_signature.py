"""A gene signature and an ordered set of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from tmeatlas._errors import InputError, listing, unknown
from tmeatlas.publications import Publication, of_reference
from tmeatlas.sig._origin import check_origin, origin_text
from tmeatlas.sig._purposes import check_purpose
from tmeatlas.sig._unknown import about_compartment
from tmeatlas.sig._validity import check_id, check_lists, check_weights, gene_tuple


@dataclass(frozen=True, slots=True)
class Signature:
    """A published list of genes that together mark a programme.

    Parameters
    ----------
    id
        Lower-case words joined by "_"; names the score.
    genes
        Genes that are high when the programme runs, as HGNC symbols.
    down
        Genes that are low when it runs.
    weights
        Weight of each gene where the source gives weights; 1 otherwise.
    purpose
        ``"finds"`` if it finds the cells of a lineage, ``"state"`` if it tells
        a state within one, ``"process"`` if it measures a process, ``"quality"``
        if it judges how cells were handled: that is never part of a consensus.
    marks
        What exactly it finds, tells or measures, such as ``"caf_mycaf"``;
        the compartment by default. :func:`tmeatlas.tl.consensus` combines the
        signatures that mark the same.
    derived_in
        ``cancer``, a list of the types of cancer that it was derived in, by the
        ids of `signatures/cancers.yaml`, or ``["several"]``, ``["none"]`` (healthy
        tissue, cells in culture, other lists) or ``["not stated"]``; ``tissue``;
        and ``by``, where that is said.
    name, compartment, tier, grade, scored_in, organism, reference, license, source, verified, note
        What is known about the list; `signatures/README.md` explains each.
    """

    id: str
    genes: tuple[str, ...]
    down: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    name: str = ""
    compartment: str = ""
    purpose: str = ""
    marks: str = ""
    tier: str = ""
    grade: str = ""
    scored_in: tuple[str, ...] = ("any",)
    organism: str = "human"
    derived_in: Mapping[str, Any] = field(default_factory=dict)
    reference: Mapping[str, Any] = field(default_factory=dict)
    license: str = ""
    source: str = ""
    verified: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse lists that have no meaning."""
        check_id(self.id)
        for name in ("genes", "down"):
            # The class is frozen; a list is stored as a tuple, so that it stays as it was checked.
            object.__setattr__(self, name, gene_tuple(self.id, getattr(self, name), field=name))
        check_lists(self.id, self.genes, self.down)
        check_weights(self.id, self.weights, [*self.genes, *self.down])
        check_purpose(self.id, self.purpose, self.marks)
        check_origin(self.id, self.derived_in)

    @property
    def title(self) -> str:
        """The name for people, or the id where there is none."""
        return self.name or self.id

    @property
    def consensus(self) -> str:
        """Name of the consensus in which it counts: what it marks, or else its compartment."""
        return self.marks or self.compartment

    @property
    def origin(self) -> str:
        """Where it was derived, such as "breast cancer"; empty where nothing is on record."""
        return origin_text(self.derived_in)

    @property
    def citation(self) -> str:
        """`Authors (year), Journal`, as far as it is on record; empty where nothing is."""
        authors, year, journal = (
            str(self.reference.get(name, "")) for name in ("authors", "year", "journal")
        )
        of_year = f" ({year})" if year else ""
        if not authors:
            return f"{journal}{of_year}".strip()
        return ", ".join(filter(None, [f"{authors}{of_year}", journal]))

    @property
    def publication(self) -> Publication | None:
        """The publication with its title and ids as far as they are on record."""
        return of_reference(self.reference)

    @property
    def full_citation(self) -> str:
        """The citation with title and ids, and whether a file states it."""
        return self.publication.text if self.publication else ""

    def signed_weights(self) -> dict[str, float]:
        """Gene → weight: 1 or the given weight for up genes, the negative of it for down genes."""
        up = {gene: float(self.weights.get(gene, 1.0)) for gene in self.genes}
        down = {gene: -abs(float(self.weights.get(gene, 1.0))) for gene in self.down}
        return {**up, **down}


class SignatureSet(Mapping[str, Signature]):
    """Signatures by id, in order."""

    def __init__(self, signatures: Iterable[Signature]) -> None:
        self._signatures: dict[str, Signature] = {}
        for signature in signatures:
            if signature.id in self._signatures:
                raise InputError(f"Two signatures are called {signature.id!r}. Rename one.")
            self._signatures[signature.id] = signature

    def __getitem__(self, signature_id: str) -> Signature:
        if signature_id not in self._signatures:
            raise unknown("signature", signature_id, self._signatures)
        return self._signatures[signature_id]

    def __contains__(self, signature_id: object) -> bool:
        return signature_id in self._signatures

    def __iter__(self) -> Iterator[str]:
        return iter(self._signatures)

    def __len__(self) -> int:
        return len(self._signatures)

    def __repr__(self) -> str:
        return f"SignatureSet of {len(self)}: {listing(list(self))}"

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(escape=True)

    def select(self, *, compartment: str | None = None, tier: str | None = None) -> SignatureSet:
        """The signatures of one compartment, of one tier, or of both."""
        chosen = list(self.values())
        if compartment is not None:
            known = dict.fromkeys(s.compartment for s in chosen)
            if compartment not in known:
                raise unknown(
                    "compartment", compartment, known, remedy=about_compartment(str(compartment))
                )
            chosen = [s for s in chosen if s.compartment == compartment]
        if tier is not None:
            known = dict.fromkeys(s.tier for s in chosen)
            if tier not in known:
                where = "tier" if compartment is None else f"signature in {compartment!r} of tier"
                raise unknown(where, tier, known)
            chosen = [s for s in chosen if s.tier == tier]
        return SignatureSet(chosen)

    def to_frame(self) -> pd.DataFrame:
        """One row per signature: what it is, where it comes from, where it means something."""
        rows = [
            {
                "id": s.id,
                "name": s.title,
                "compartment": s.compartment,
                "purpose": s.purpose,
                "marks": s.consensus,
                "tier": s.tier,
                "grade": s.grade,
                "n_genes": len(s.genes) + len(s.down),
                "scored_in": ", ".join(s.scored_in),
                "cancer": ", ".join(s.derived_in.get("cancer", ())),
                "tissue": s.derived_in.get("tissue", ""),
                "citation": s.citation,
                "license": s.license,
            }
            for s in self.values()
        ]
        return pd.DataFrame(rows).set_index("id") if rows else pd.DataFrame()
