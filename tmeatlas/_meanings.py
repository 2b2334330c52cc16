"""What columns of `obs` mean by their names, so that `donor` is near `patient`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from tmeatlas._errors import likeness

SAME = {
    "patient": "patient donor individual subject participant person case pt mouse animal",
    "sample": "sample specimen biopsy library lib batch origident ident channel lane run gsm gem "
    "aliquot replicate slide section fov",
    "cell type": "celltype type annotation annotated annot cluster leiden "
    "louvain label lineage identity ident population compartment subtype phenograph",
    "condition": "condition treatment treated therapy drug response responder status group "
    "disease diagnosis timepoint time visit arm outcome state stage phenotype cohort perturbation "
    "stimulation genotype infection",
}
"""Words of column names that stand for the same kind of thing."""
WORDS = {meaning: frozenset(words.split()) for meaning, words in SAME.items()}
CLOSE = {"patient": "sample", "sample": "patient"}
"""What helps where nothing of a meaning is there."""
ASKED = {
    **{"sample_key": "sample", "condition_key": "condition"},
    **{"patient_key": "patient", "paired_by": "patient"},
    **dict.fromkeys(("groupby", "labels", "lineage_key", "parent_key"), "cell type"),
}
"""What is asked for by an option."""
TYPO = 0.8
"""Names that are so much alike are taken for a slip of the pen."""
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def meanings_of(name: str) -> list[str]:
    """What a column of this name is about; the meaning with more of its words comes first."""
    words = [word.lower() for word in WORD.findall(name)]
    words.append("".join(words))
    found = {
        meaning: sum(not known.isdisjoint(_singular(word)) for word in words)
        for meaning, known in WORDS.items()
    }
    return sorted((m for m, n in found.items() if n), key=lambda m: -found[m])


def _singular(word: str) -> tuple[str, ...]:
    """A word, and what it may be one of: `batches`, `labels`."""
    return word, word.removesuffix("s"), word.removesuffix("es")


def nearest_columns(
    name: str, columns: Iterable[str], *, argument: str = "", sensible: Collection[str] = ()
) -> list[str]:
    """All `columns`: those like `name`, or of its meaning, or what `argument` asks for, first.

    Among equals those that are `sensible` by what they hold come first; others keep their order.
    """
    own = meanings_of(name)
    meant = own[:1] or [ASKED[key] for key in [argument] if key in ASKED]
    close = [CLOSE[meaning] for meaning in meant if meaning in CLOSE]
    given = list(columns)
    alike = {column: likeness(name, column) for column in given}

    def rank(column: str) -> tuple[int, bool, float]:
        about, unfit = meanings_of(column), column not in sensible
        if alike[column] >= TYPO:
            return 0, False, -alike[column]
        if meant and about[:1] == meant:
            return 1, unfit, -alike[column]
        if set(meant) & set(about) or set(close) & set(about):
            return 2, unfit, -alike[column]
        return (3, unfit, 0.0) if meant else (3, unfit, -alike[column])

    return sorted(given, key=rank)
