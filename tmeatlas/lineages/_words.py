"""The words of a label, and what each says about a lineage."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from tmeatlas.lineages._tree import tree

Weight = Literal["names", "soft", "hints"]
LONGEST_LABEL = 300
LONGEST_PHRASE = 6

# A marker: a word with a number in it, or with two capitals.
MARKER = r"\b((?=[A-Za-z]*(?:\d|[A-Z][A-Za-z]*[A-Z]))[A-Za-z0-9]{3,})"
# A minus that means absence ("CD8- T cells", "CD4-CD8- T") and no hyphen ("CD8-T").
MINUS = re.compile(MARKER + r"[-−⁻](?=$|[\s,;/_)]|[A-Z][A-Z0-9]{2,}[a-z]?[-−⁻+])")
# "CD8Tex", "CD45neg": what is written together and read apart.
TOGETHER = re.compile(r"(?i)\b(cd\d+[ab]?)(t[a-z]*|neg|pos|low|lo|high|hi)(?![a-z])")
CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")
WORD = re.compile(r"[^\W_]+|/")

BEFORE = {"non", "not", "no", "without", "excluding"}
"""Words that deny what follows them."""
AFTER = {
    *("negative", "neg", "free", "depleted", "like", "derived", "associated", "adjacent"),
    *("infiltrating", "interacting", "supporting", "zone"),
}
"""Words after which a lineage is absent, likened to or beside the cells that are meant."""
NOT_ONE = {
    *("doublet", "multiplet", "hybrid", "ambient", "debris", "dying", "dead", "empty"),
    *("unknown", "unassigned", "unclassified", "undetermined", "undefined", "unidentified"),
    *("unannotated", "unlabelled", "unlabeled"),
}
"""Words of labels for what is no cell of one known lineage."""
HEALTHY = {"normal", "healthy", "benign", "adjacent"}
"""Words of cells that are not malignant, whatever tissue they are from."""
PLACES = {"of", "in", "from", "within"}
"""Words after which stands where the cells are, not what they are."""
LETTERS = {"t", "b"}
NUMBERED = {
    *("cluster", "group", "type", "subtype", "grade", "stage", "state", "module", "program"),
    *("patient", "donor", "sample", "batch", "population", "hepatitis", "vitamin", "hla"),
    *("lum", "luminal"),
}
"""Words after which a letter counts or grades, and is no T or B cell."""


@dataclass(frozen=True)
class Said:
    """What one phrase of a label says."""

    lineage: str
    weight: Weight


@cache
def _phrases() -> dict[tuple[str, ...], Said]:
    found = {}
    for lineage in tree().values():
        for weight in ("hints", "soft", "names"):
            for phrase in getattr(lineage, weight):
                found[tuple(phrase.split())] = Said(lineage.id, weight)
    return found


@cache
def _vocabulary() -> frozenset[str]:
    in_phrases = {word for phrase in _phrases() for word in phrase}
    return frozenset(in_phrases | BEFORE | AFTER | NOT_ONE | HEALTHY)


def words(label: str) -> list[str]:
    """The words of a label as the phrases spell them: lower case, singular, apart."""
    text = unicodedata.normalize("NFKC", label[:LONGEST_LABEL])
    text = TOGETHER.sub(r"\1 \2", MINUS.sub(r"\1 negative ", text))
    return [known for word in WORD.findall(text) for known in _spelled(word)]


def names_nothing(label: str) -> bool:
    """Whether a label says no more than that there is nothing to say, as "unannotated" does."""
    found = words(label)
    return not found or NOT_ONE.issuperset(found)


def _spelled(word: str) -> Iterator[str]:
    """One word of a label, taken apart where only its parts are known."""
    lower = word.lower()
    known = _known(lower)
    if known:
        yield known
    elif lower.startswith("non") and _known(lower[3:]):
        yield from ("non", _known(lower[3:]))
    elif lower.startswith("other") and _known(lower[5:]):
        yield _known(lower[5:])
    else:
        # A letter within a word ("IL1B", "3b") is no T or B cell.
        parts = [part.lower() for part in CAMEL.findall(word) if len(part) > 1]
        yield from (_known(part) or part for part in parts or [lower])


def _known(word: str) -> str:
    """`word` as the phrases spell it, "" where none holds it: singular, or without a number."""
    tries = [word, word.removesuffix("s")]
    bare = word.rstrip("0123456789")
    if len(bare) > 1:
        tries += [bare, bare.removesuffix("s")]
    if word.endswith("caf"):
        tries.append("caf")
    return next((each for each in tries if each in _vocabulary()), "")


def said(label: str) -> list[Said]:
    """What the phrases of a label say, denied ones left out; the longest phrase counts."""
    tokens = words(label)
    found: list[Said] = []
    here, denied, place = 0, False, False
    while here < len(tokens):
        length = _longest(tokens, here)
        if length == 0 or _counts(tokens, here, length):
            place = place or (tokens[here] in PLACES and any(s.weight == "names" for s in found))
            denied = tokens[here] in BEFORE or (denied and tokens[here] == "/")
            here += 1
            continue
        phrase = _phrases()[tuple(tokens[here : here + length])]
        here += length
        rest = tokens[here:]
        while rest[:1] == ["cell"]:
            rest = rest[1:]
        elsewhere = place and phrase.weight != "hints"
        if not (denied or elsewhere or (rest[:1] and rest[0] in AFTER)):
            found.append(phrase)
        denied = denied and rest[:1] == ["/"]
    return found


def _longest(tokens: list[str], here: int) -> int:
    """How many words the longest phrase from `here` on has; 0 where none begins."""
    lengths = range(min(LONGEST_PHRASE, len(tokens) - here), 0, -1)
    return next((n for n in lengths if tuple(tokens[here : here + n]) in _phrases()), 0)


def _counts(tokens: list[str], here: int, length: int) -> bool:
    """Whether the word is a letter that counts something ("group B")."""
    lone = length == 1 and tokens[here] in LETTERS
    return lone and here > 0 and tokens[here - 1] in NUMBERED
