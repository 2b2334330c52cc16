"""Orthologues as users hand them in, or as liana and decoupler fetch them from HCOP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from tmeatlas._downloads import fetch
from tmeatlas._errors import (
    DependencyError,
    DownloadError,
    InputError,
    in_one_line,
    listing,
    unknown,
)

PACKAGES = ("liana", "decoupler")
# Resources that must support a pair: what both packages ask for by default.
MIN_EVIDENCE = 3
# decoupler leaves out genes with more orthologues than this; we want to report them.
NO_LIMIT = 1_000_000
# HCOP writes "-" where a gene has no symbol.
NO_GENE = ("", "-")

PASS_A_TABLE = "Or pass a DataFrame with the columns source and target."

Orthologues = dict[str, tuple[str, ...]]


def read_orthologues(given: object, *, to: str, genes: Sequence[str]) -> Orthologues:
    """Gene → its orthologues in `to`, in the order of the table.

    Parameters
    ----------
    given
        A mapping of genes to one or several orthologues; a DataFrame; or the
        name of a package that fetches them.
    to
        The organism whose symbols are wanted.
    genes
        The genes that will be looked up.
    """
    if isinstance(given, str):
        if given not in PACKAGES:
            raise unknown(
                "source of orthologues",
                given,
                PACKAGES,
                remedy="Or pass a DataFrame, or {gene: [orthologues]}.",
            )
        return _from_liana(to) if given == "liana" else _from_decoupler(to, genes)
    if isinstance(given, pd.DataFrame):
        return _from_frame(given, to)
    if isinstance(given, Mapping):
        return _from_pairs(
            (gene, orthologue) for gene, found in given.items() for orthologue in _listed(found)
        )
    raise InputError(
        "Expected orthologues as a DataFrame, as {gene: [orthologues]}, or as 'liana' or "
        f"'decoupler'; found {type(given).__name__}."
    )


def _listed(found: object) -> list[object]:
    """One orthologue or several, as a list."""
    if isinstance(found, Iterable) and not isinstance(found, str):
        return list(found)
    return [found]


def _from_pairs(pairs: Iterable[tuple[object, object]]) -> Orthologues:
    found: dict[str, dict[str, None]] = {}
    for gene, orthologue in pairs:
        names = [str(name).strip() for name in (gene, orthologue) if isinstance(name, str)]
        if len(names) == 2 and not set(names) & set(NO_GENE):
            found.setdefault(names[0], {})[names[1]] = None
    return {gene: tuple(names) for gene, names in found.items()}


def _from_frame(table: pd.DataFrame, to: str) -> Orthologues:
    """Columns `source` and `target`, or one per organism: `human` or `human_symbol`."""
    names = [str(name) for name in table.columns]
    if {"source", "target"} <= set(names):
        source, target = "source", "target"
    else:
        targets = [name for name in names if name in (to, f"{to}_symbol")]
        sources = [
            name
            for name in names
            if name not in targets and (name.endswith("_symbol") or len(names) == 2)
        ]
        if len(targets) != 1 or len(sources) != 1:
            raise InputError(
                f"Expected orthologues in the columns 'source' and 'target', or in '{to}_symbol' "
                f"and one other column such as 'human_symbol'; found {listing(names)}. "
                "Rename the columns with table.rename(columns=...)."
            )
        source, target = sources[0], targets[0]
    return _from_pairs(zip(table[source].tolist(), table[target].tolist(), strict=True))


def _from_liana(to: str) -> Orthologues:
    """The human and mouse table of HCOP, read by liana."""
    if to not in ("human", "mouse"):
        raise _other_organism("liana", to, "human or mouse")
    try:
        from liana.resource import get_hcop_orthologs
    except ImportError as error:
        raise _not_installed("liana") from error
    # liana reads a file that is there, and downloads nothing.
    table = get_hcop_orthologs(
        filename=str(fetch("orthologues", instead=PASS_A_TABLE)),
        columns=["human_symbol", "mouse_symbol"],
        min_evidence=MIN_EVIDENCE,
    )
    return _from_frame(table, to)


def _from_decoupler(to: str, genes: Sequence[str]) -> Orthologues:
    """A net that holds every gene once, translated from human to mouse by decoupler."""
    if to != "mouse":
        raise _other_organism("decoupler", to, "mouse, from human")
    try:
        from decoupler.op import translate
    except ImportError as error:
        raise _not_installed("decoupler>=2") from error
    try:
        table = translate(
            pd.DataFrame({"source": genes, "target": genes}),
            columns="target",
            target_organism=to,
            min_evidence=MIN_EVIDENCE,
            one_to_many=NO_LIMIT,
        )
    except OSError as error:
        # decoupler takes no file, so that the table comes by its own download each time.
        raise DownloadError(
            f"decoupler could not download the orthologues of human and mouse (HCOP) "
            f"({in_one_line(error)}). {PASS_A_TABLE}"
        ) from error
    return _from_frame(table, to)


def _not_installed(package: str) -> DependencyError:
    return DependencyError(
        f"Orthologues from {package} need the package, which is not installed. Install it with: "
        f"python -m pip install '{package}'; or pass a DataFrame with source and target."
    )


def _other_organism(package: str, to: str, offered: str) -> InputError:
    return InputError(
        f"Orthologues from {package} are offered for to = {offered}; found to={to!r}. "
        "Pass a DataFrame with the columns source and target."
    )
