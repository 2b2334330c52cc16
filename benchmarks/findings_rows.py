"""Which rows of the crosstalk or the axes speak for a finding, and which against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from findings_groups import Group, LabelsMissingError, groups_of

import tmeatlas as tme
from tmeatlas.lr import STANDING

WORDS = frozenset(word.value for word in STANDING)
ANY = "any"


@dataclass(frozen=True)
class Seen:
    """What the rows say."""

    standing: bool
    against: bool
    ruled_out: bool
    detail: str


def look_at_rows(adata: AnnData, finding: Mapping[str, object]) -> Seen:
    """Rows between the groups of a finding, and between those that speak against it."""
    _, groups = groups_of(adata)
    table = _table(adata, finding)
    stands = table["verdict"].isin(WORDS).to_numpy()
    source, target = (finding.get(side, ANY) for side in ("from", "to"))
    _need(groups, source, target)
    wanted = _between(table, groups, source, target)
    against = np.zeros(len(table), dtype=bool)
    if "not_from" in finding:
        against |= _between(table, groups, finding["not_from"], target)
    if "not_to" in finding:
        against |= _between(table, groups, source, finding["not_to"])
    against &= ~wanted
    verdicts = table.loc[wanted, "verdict"]
    measured = _measured(adata, finding, table)
    silent = measured and not wanted.any()
    return Seen(
        standing=bool((wanted & stands).any()),
        against=bool((against & stands).any()),
        ruled_out=bool((verdicts == "not specific").any()) or silent,
        detail=_told(table, wanted, against, stands, measured),
    )


def _table(adata: AnnData, finding: Mapping[str, object]) -> pd.DataFrame:
    """The rows of an axis, or of ligands and receptors; empty where there are none."""
    if "axis" in finding:
        if "tme_axes" not in adata.uns:
            raise LabelsMissingError("axes were not computed")
        table = tme.get.axes(adata)
        return table[table["axis"] == finding["axis"]].reset_index(drop=True)
    if "tme_crosstalk" not in adata.uns:
        raise LabelsMissingError("crosstalk was not computed")
    table = tme.get.crosstalk(adata)
    kept = _holds(table["ligand_complex"], finding["ligand"])
    kept &= _holds(table["receptor_complex"], finding["receptor"])
    return table[kept & (table["verdict"] != "").to_numpy()].reset_index(drop=True)


def _holds(complexes: pd.Series, genes: object) -> np.ndarray:
    wanted = set(genes)
    return np.array([not wanted.isdisjoint(each.split("_")) for each in complexes], dtype=bool)


def _between(
    table: pd.DataFrame, groups: dict[str, Group], source: object, target: object
) -> np.ndarray:
    kept = np.ones(len(table), dtype=bool)
    for side, wanted in (("source", source), ("target", target)):
        if wanted != ANY:
            names = [name for name in groups if groups[name].within(wanted)]
            kept &= table[side].isin(names).to_numpy()
    return kept


def _need(groups: dict[str, Group], *sides: object) -> None:
    for wanted in sides:
        if wanted != ANY and not any(group.within(wanted) for group in groups.values()):
            raise LabelsMissingError(f"no group of {', '.join(wanted)}")


def _measured(adata: AnnData, finding: Mapping[str, object], table: pd.DataFrame) -> bool:
    """Whether the data hold a pair whole."""
    if "axis" in finding:
        return table.empty or (table["verdict"] != "not testable: genes missing").any()
    genes = set(adata.var.get("tme_symbol", adata.var_names).astype(str)) | set(adata.var_names)
    return all(not genes.isdisjoint(finding[side]) for side in ("ligand", "receptor"))


def _told(
    table: pd.DataFrame, wanted: np.ndarray, against: np.ndarray, stands: np.ndarray, measured: bool
) -> str:
    """What stands out, and if nothing does what is said of the rows."""
    parts = []
    for word, rows in (("", wanted & stands), ("against: ", against & stands)):
        pairs = (f"{row.source} → {row.target}" for row in table[rows].itertuples())
        names = list(dict.fromkeys(pairs))
        if names:
            parts.append(f"{word}{_some(names)}")
    if not (wanted & stands).any():
        counts = table.loc[wanted, "verdict"].value_counts()
        said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        parts.insert(0, said or ("no cell shows it" if measured else "genes missing"))
    return "; ".join(parts)


def _some(names: Iterable[str], most: int = 3) -> str:
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
