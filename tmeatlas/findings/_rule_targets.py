"""Drug targets that the data support, as research context."""

from __future__ import annotations

from collections.abc import Iterator

from tmeatlas._text import clean
from tmeatlas.findings._finding import About, Candidate, Confidence, Finding
from tmeatlas.findings._material import Material
from tmeatlas.findings._words import joined, place
from tmeatlas.results import DrugTargets
from tmeatlas.targets import FEWEST_SAMPLES

MOST_NAMED = 3


def supported_targets(material: Material) -> Iterator[Candidate]:
    """How many drug targets are supported in several samples, and the first of them."""
    found = material.get(DrugTargets)
    if found is None or not material.labels_hold:
        return
    genes = found.supported
    if not genes:
        return
    named = [clean(name) for name in genes[:MOST_NAMED]]
    beyond = len(genes) - len(named)
    others = [*named, f"{beyond} more"] if beyond else named
    belong = "it belongs" if len(genes) == 1 else "they belong"
    yield Candidate(
        Finding(
            rule="supported_targets",
            about=About.INTERVENTION,
            headline=f"Drug targets with support: {joined(named)}",
            text=f"{joined(others)}: what {belong} to is specific in {FEWEST_SAMPLES} samples "
            "or more; research context, no advice.",
            confidence=Confidence.NOTE,
            n=len(genes),
            unit="drug targets",
            result=found.key,
            rows=place(drug_target=named[0]),
            view={"tab": "interventions", "card": "drug_targets", "row": named[0]},
        ),
        strength=0.5,
    )
