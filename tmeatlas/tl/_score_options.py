"""What a score is asked for: signatures, numbers, and the type of cancer that the cells are of."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from anndata import AnnData

from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError
from tmeatlas._log import note
from tmeatlas._numbers import check_number
from tmeatlas._text import counted
from tmeatlas.sig import (
    SignatureSet,
    cancer_name,
    of_another_cancer,
    one_cancer,
    read_cancer,
    types_of,
)

FEWEST_NULL = 19
"""Random signatures that can give a p-value of 0.05."""
OF_CANCERS = ("cancer_type", "cancer", "tumor_type", "tumour_type", "disease", "diagnosis")
"""Columns that say the type of cancer; `disease` is that of CELLxGENE."""
OF_ORGANS = ("tissue",)
"""Read where none of the above is there: an organ may hold a metastasis, or be healthy."""
MOST_TYPES = 4


class CancerType(NamedTuple):
    """The type of cancer that the cells are of."""

    id: str
    """"" where nothing says it."""
    said_by: str

    def facts(self) -> dict[str, str]:
        """What the record of a run says of it."""
        return {"cancer": self.id, "cancer_said_by": self.said_by}


def check_options(min_coverage: float, n_null: int) -> None:
    """Refuse numbers that mean nothing."""
    check_number("min_coverage", min_coverage, low=0, high=1)
    fewer = f"It is 0, or {FEWEST_NULL} and more: fewer cannot give a p-value of 0.05."
    check_number("n_null", n_null, low=0, whole=True, remedy=fewer)
    if n_null:
        check_number("n_null", n_null, low=FEWEST_NULL, whole=True, remedy=fewer)


def some(signatures: SignatureSet) -> SignatureSet:
    """The signatures, if there are any."""
    if signatures:
        return signatures
    raise InputError(
        "There are no signatures to score. "
        + remedy(
            python="Pass 'core', the ids of some (tme.sig.load() has them), or lists of your own "
            "as {name: [genes]}.",
            shell="Pass core, or ids (`tmeatlas signatures` lists them), or a file of your own.",
        )
    )


def read_cancer_type(adata: AnnData, given: str | None) -> CancerType:
    """The type that was given, or that a column of `obs` says of all cells with a tumour."""
    if given is not None:
        return CancerType(read_cancer(given), option("cancer_type"))
    columns = {_plain(str(name)): name for name in adata.obs.columns}
    named = [columns[name] for name in OF_CANCERS if name in columns]
    for name in named or [columns[name] for name in OF_ORGANS if name in columns]:
        found = one_cancer(adata.obs[name].dropna().unique())
        if found:
            return CancerType(found, f"obs[{str(name)!r}]")
    return CancerType("", "")


def note_other_cancers(signatures: SignatureSet, cancer: CancerType, coverage_key: str) -> None:
    """Say, once, how many of the lists were derived in other cancers than that of the cells."""
    others = [s for s in signatures.values() if of_another_cancer(s.derived_in, cancer.id)]
    if not cancer.id or not others:
        return
    counts = Counter(kind for signature in others for kind in types_of(signature.derived_in))
    named = [f"{cancer_name(kind)} {n}" for kind, n in counts.most_common(MOST_TYPES)]
    more = len(counts) - len(named)
    types = ", ".join([*named, *([f"{more} more"] if more > 0 else [])])
    were = "was" if len(others) == 1 else "were"
    note(
        f"{len(others)} of {counted(len(signatures), 'signature')} {were} derived in other "
        f"cancers than {cancer_name(cancer.id)}, the type by {cancer.said_by}: {types}; "
        f"uns[{coverage_key!r}]['other_cancer'] says which"
    )


def _plain(column: str) -> str:
    return re.sub(r"[\W_]+", "_", column.casefold())
