"""What an interaction does, in our words and in those of other databases."""

from __future__ import annotations

import re

from tmeatlas._errors import listing, unknown
from tmeatlas._guard import warn

ROLES = (
    "signalling",
    "adhesion",
    "activation",
    "coreceptor",
    "decoy",
    "antagonist",
    "cleavage",
    "cis",
)
NON_PROTEIN = "non protein signalling"
WORDS = {
    **{role: role for role in ROLES},
    **dict.fromkeys(("secreted signalling", "secreted", NON_PROTEIN), "signalling"),
    **dict.fromkeys(("cell cell contact", "contact", "ligand receptor"), "signalling"),
    **dict.fromkeys(("paracrine", "autocrine", "juxtacrine", "endocrine"), "signalling"),
    **dict.fromkeys(("ecm receptor", "ecm", "extracellular matrix"), "adhesion"),
    **dict.fromkeys(("cell adhesion", "adhesion adhesion"), "adhesion"),
    "co receptor": "coreceptor",
    "decoy receptor": "decoy",
}
"""Our roles by the words for them, the classes of CellChat among them."""


def read_roles(words: list[str]) -> list[str]:
    """The role that each word stands for.

    Raises
    ------
    MissingKeyError
        A word that stands for none.
    """
    for word in dict.fromkeys(words):
        if word and _plain(word) not in WORDS:
            raise unknown(
                "role of interactions called",
                word,
                ROLES,
                remedy="Write one of these in the column `role`, or leave it empty: then the "
                "interaction is tested as signalling is.",
            )
    return [WORDS[_plain(word)] if word else "" for word in words]


def read_classes(words: list[str]) -> list[str]:
    """The role of each of CellChat's classes; all are "" where no word is a class.

    Warns
    -----
    TMEWarning
        Some are classes, and others are not.
    """
    strange = [word for word in dict.fromkeys(words) if word and _plain(word) not in WORDS]
    roles = [WORDS.get(_plain(word), "") for word in words]
    if strange and any(roles):
        warn(
            f"The column `annotation` of the interaction table has classes that stand for no role: "
            f"{listing(strange)}. Their interactions are tested as signalling is. For another "
            f"role, add a column `role` with one of: {', '.join(ROLES)}."
        )
    return roles


def is_non_protein(word: str) -> bool:
    """Whether a class of CellChat says that the ligand is no protein."""
    return _plain(word) == NON_PROTEIN


def _plain(word: str) -> str:
    """Lower-case words of letters alone, spelt as we do."""
    return re.sub(r"[^a-z]+", " ", word.lower()).strip().replace("signaling", "signalling")
