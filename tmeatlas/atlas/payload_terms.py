"""The words of a page and what they mean: each where a panel of the page uses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tmeatlas.atlas.payload_features import Feature

CROSSTALK = (
    (
        "Active",
        "Ligand in the sender and receptor in the receiver are higher together than in cells drawn "
        "at random: adjusted p ≤ 0.05. That does not show that the cells touch, nor, as the cells "
        "are the replicates, that other patients would show it.",
    ),
    ("Detected", "Both sides are seen, but no higher than chance allows: adjusted p above 0.05."),
    (
        "Not detectable",
        "Fewer than 3 cells show the ligand or the receptor. In shallow data that is no sign of "
        "absence. Such rows count neither as active nor as detected.",
    ),
    ("Not testable", "Shuffling the labels moves neither group, so there is nothing to compare."),
    (
        "Score of an interaction",
        "The mean of the mean log expression of the ligand in the sender and of the receptor in "
        "the receiver; a complex is as strong as its weakest subunit.",
    ),
    (
        "Strength",
        "The sum of the scores of the active interactions between two groups; where none is "
        "active, of the detected ones.",
    ),
)
EVIDENCE = (
    (
        "Response",
        "How high the signature that an axis raises is in the receiver, against all other cells, "
        "in standard deviations.",
    ),
    (
        "p of the side",
        "Whether the ligands are specific to the sender, the receptors to the receiver, the "
        "response to the receiver, each for itself: labels are shuffled among cells of the same "
        "sample and of like depth. The adjusted p is that of the axis as a whole.",
    ),
)
SIGNATURES = (
    (
        "Upper quarter",
        "The cells whose score is above that of three quarters of all cells of the page. The area "
        "of a dot is the share of a group's cells that are among them.",
    ),
)
EXPLAINED = {"signature": "Score of a signature", "consensus": "Consensus", "gene": "Gene"}


def terms(
    features: Sequence[Feature], *, has_crosstalk: bool, has_evidence: bool
) -> list[tuple[str, str]]:
    """Each term and its meaning, in the order of the panels."""
    kinds = {feature.kind for feature in features}
    return [
        *_units(features),
        *(SIGNATURES if "signature" in kinds else ()),
        *(CROSSTALK if has_crosstalk else ()),
        *(EVIDENCE if has_evidence else ()),
    ]


def _units(features: Sequence[Feature]) -> Iterator[tuple[str, str]]:
    """What the numbers mean that cells are coloured by."""
    units = {feature.kind: feature.unit for feature in features if feature.unit}
    for kind, term in EXPLAINED.items():
        if kind in units:
            meaning = units[kind].partition("; ")[2] or units[kind]
            text = f"{meaning[:1].upper()}{meaning[1:]}."
            if kind == "signature":
                text += " Compare cells for one signature, not signatures with each other."
            yield term, text
