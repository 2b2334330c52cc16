"""Which signatures that are said to mark the same disagree."""

from __future__ import annotations

from collections.abc import Iterator

from tmeatlas._text import counted
from tmeatlas.findings._finding import About, Candidate, Confidence, Finding
from tmeatlas.findings._material import Material
from tmeatlas.findings._words import place
from tmeatlas.lineages import is_within
from tmeatlas.results import Consensus, Scores
from tmeatlas.sig import mark_name

LITTLE = 0.2
"""Mean rank correlation below which signatures are said to disagree (a convention)."""
ANY = "any"


def signatures_that_disagree(material: Material) -> Iterator[Candidate]:
    """The consensus whose signatures agree least, of those whose cells are in the data."""
    consensus, scores = material.get(Consensus), material.get(Scores)
    if consensus is None or scores is None or "consensus" not in consensus.agreement:
        return
    rows = consensus.agreement.drop_duplicates("consensus")
    rows = rows[(rows["n_signatures"] > 1) & (rows["agreement"] < LITTLE)]
    rows = rows[[_are_there(material, scores, str(name)) for name in rows["signature"]]]
    if rows.empty:
        return
    least = rows.sort_values("agreement", kind="stable").iloc[0]
    name, n = str(least["consensus"]), int(least["n_signatures"])
    yield Candidate(
        Finding(
            rule="signatures_that_disagree",
            about=About.AGREEMENT,
            headline=f"Signatures disagree: {mark_name(name)}",
            text=f"The {counted(n, 'signature')} of {mark_name(name)} correlate by "
            f"{least['agreement']:.2f} on average over all cells: read each alone.",
            confidence=Confidence.NOTE,
            n=n,
            unit="signatures",
            result=consensus.key,
            rows=place(consensus=name),
            view={"tab": "methods", "card": "agreement", "consensus": mark_name(name)},
        ),
        strength=0.5,
    )


def _are_there(material: Material, scores: Scores, signature: str) -> bool:
    """Whether the data have cells of the lineages in which a signature can be read."""
    places = [p.strip() for p in scores.coverage.text(signature, "scored_in").split(",")]
    lineages = set(material.lineage_of_group.values())
    return any(p != ANY and is_within(each, p) for p in places for each in lineages)
