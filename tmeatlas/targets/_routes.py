"""The evidence for one drug target on one axis: between which groups, and in how many samples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tmeatlas._text import counted
from tmeatlas.interactions import ASSOCIATED, load_axes
from tmeatlas.lr import STANDING, Verdict
from tmeatlas.targets._expression import Expression
from tmeatlas.targets._support import EXPRESSED, FEWEST_SAMPLES, Role

AGAINST = (
    Verdict.NOT_SPECIFIC.value,
    Verdict.AMBIENT.value,
    Verdict.NOT_TESTABLE.value,
    Verdict.GENES_MISSING.value,
)
"""Verdicts of an axis over all samples that no count of single samples overrules."""
BY_PAIR = "counted of the pair by itself"
"""In the note of a row whose samples are those of one core pair, not of the axis."""
ROUTE = ["source", "target"]
READ = ["axis", *ROUTE, "verdict", "score"]
SAMPLES = ["n_samples", "n_samples_specific"]
"""Columns that are read of both tables; the latter are there where samples are known."""


@dataclass(frozen=True)
class Evidence:
    """What the data show for a drug target on an axis, in a programme or in cells."""

    role: Role = Role.NONE
    verdict: str = ""
    """Of the axis on the best route, or of the programme; empty where there is none."""
    source: str = ""
    target: str = ""
    interaction: str = ""
    """The core pair with the drug target that carries the best route."""
    senders: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    """Over all routes that are supported or, where none is, seen; the best first."""
    group: str = ""
    """The group that has the drug target there."""
    showing: tuple[int, int] | None = None
    """Cells that show the drug target and all, where they are no group of the axes."""
    n_samples: int = 0
    n_specific: int = 0
    n_routes: int = 0
    in_all: bool = False
    """Whether it stands where all cells are put together."""
    padj: float = np.nan
    notes: tuple[str, ...] = field(default=())


class AxisRows:
    """The rows of crosstalk and axes over all samples, by axis."""

    def __init__(self, axes: pd.DataFrame, crosstalk: pd.DataFrame) -> None:
        core = (crosstalk["core"] != ASSOCIATED) & (crosstalk["verdict"] != Verdict.NONE.value)
        self._axes = _by_axis(axes, [*READ, "padj", "top_interaction"])
        self._pairs = _by_axis(crosstalk[core], [*READ, "ligand_complex", "receptor_complex"])

    def evidence(self, axis: str, gene: str, expression: Expression) -> Evidence:
        """What the axis shows where the gene takes part in it."""
        if axis not in self._axes:
            return Evidence(notes=(f"the crosstalk does not know the axis {axis}",))
        pairs = _pairs_with(self._pairs.get(axis), gene)
        role = _role(pairs if len(pairs) else _builtin_pairs(axis, gene))
        routes = _judged_routes(self._axes[axis], pairs, gene, role, expression)
        return _told(routes, role)


def _by_axis(table: pd.DataFrame, columns: list[str]) -> dict[str, pd.DataFrame]:
    """The rows of each axis, with strings in place of categories."""
    there = table[[name for name in [*columns, *SAMPLES] if name in table]]
    plain = there.astype(dict.fromkeys(there.select_dtypes("category").columns, object))
    return {str(axis): rows for axis, rows in _counted(plain).groupby("axis", sort=False)}


def _counted(table: pd.DataFrame) -> pd.DataFrame:
    """With the counts of samples: without samples, all cells are one that is not counted."""
    stands = table["verdict"].isin([verdict.value for verdict in STANDING])
    if "n_samples" in table:
        return table.assign(
            stands=stands, n=table["n_samples"], n_specific=table["n_samples_specific"]
        )
    return table.assign(stands=stands, n=0, n_specific=0)


def _pairs_with(pairs: pd.DataFrame | None, gene: str) -> pd.DataFrame:
    """The core pairs of an axis that have the gene on a side."""
    if pairs is None:
        return pd.DataFrame(columns=["as_ligand", "as_receptor"], dtype=bool)
    sides = {
        name: pairs[column].isin(
            [names for names in pairs[column].unique() if gene in str(names).split("_")]
        )
        for name, column in (("as_ligand", "ligand_complex"), ("as_receptor", "receptor_complex"))
    }
    return pairs.assign(**sides)[sides["as_ligand"] | sides["as_receptor"]]


def _role(pairs: pd.DataFrame) -> Role:
    ligand, receptor = bool(pairs["as_ligand"].any()), bool(pairs["as_receptor"].any())
    if ligand and receptor:
        return Role.BOTH
    return Role.LIGAND if ligand else Role.RECEPTOR if receptor else Role.ACCESSORY


def _builtin_pairs(axis: str, gene: str) -> pd.DataFrame:
    """The same of a built-in axis, where the data lack the gene."""
    core = [pair for known in load_axes() if known.id == axis for pair in known.core]
    sides = {
        "as_ligand": [gene in pair.ligand_genes for pair in core],
        "as_receptor": [gene in pair.receptor_genes for pair in core],
    }
    return pd.DataFrame(sides)


def _judged_routes(
    rows: pd.DataFrame, pairs: pd.DataFrame, gene: str, role: Role, expression: Expression
) -> pd.DataFrame:
    """The routes of the axis, each with the samples in which it is specific by this gene.

    The axis may be carried by pairs without it. So its samples count where its best pair over all
    samples has it and the axis stands in any, else those of a core pair that has it and stands by
    itself. Of a gene in no core pair, those of the axis count where the receiver expresses it.
    """
    if role is Role.ACCESSORY:
        shares = np.array([expression.at(gene, group)[0] for group in rows["target"]])
        own = shares >= EXPRESSED
    else:
        own = rows["top_interaction"].map(lambda pair: gene in _genes_of(pair)).to_numpy(bool)
    n_axis, axis_stands = np.where(own, rows["n_specific"], 0), own & rows["stands"].to_numpy(bool)
    best = rows[ROUTE].merge(_best_pairs(pairs), on=ROUTE, how="left")
    n_pair = np.nan_to_num(best["n_pair"].to_numpy(np.float64)).astype(np.int64)
    pair_stands = best["pair_stands"].eq(True).to_numpy(bool)
    by_pair = ~(axis_stands | (n_axis > 0)) & (pair_stands | (n_pair > 0))
    counts = ~rows["verdict"].isin(AGAINST).to_numpy()
    names = np.where(own, rows["top_interaction"], "")
    return rows.assign(
        n_specific=np.where(counts, np.where(by_pair, n_pair, n_axis), 0).astype(np.int64),
        in_all=counts & np.where(by_pair, pair_stands, axis_stands),
        interaction=np.where(by_pair, best["pair"].astype(object), names),
        by_pair=by_pair,
        n_of_axis=rows["n_specific"],
    )


def _best_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """By route, the pair with the drug target that is specific in most samples."""
    columns = [*ROUTE, "n_pair", "pair_stands", "pair"]
    if "verdict" not in pairs or not len(pairs):
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(ROUTE, object))
    real = pairs[pairs["verdict"] != Verdict.AMBIENT.value]
    named = real.assign(
        n_pair=real["n_specific"],
        pair_stands=real["stands"],
        pair=real["ligand_complex"] + "^" + real["receptor_complex"],
    )
    order = ["n_pair", "pair_stands", "score"]
    ordered = named.sort_values(order, ascending=False, kind="stable")
    return ordered.drop_duplicates(ROUTE)[columns]


def _genes_of(pair: str) -> set[str]:
    return {gene for side in str(pair).split("^") for gene in side.split("_")}


def _told(routes: pd.DataFrame, role: Role) -> Evidence:
    """The best route, and all senders and receivers."""
    routes = routes.assign(
        supported=routes["n_specific"] >= FEWEST_SAMPLES,
        seen=(routes["n_specific"] > 0) | routes["in_all"],
    )
    # Of those, as the rows of the axis are ordered elsewhere: one route is the best of an axis.
    order = ["supported", "seen", "stands", "score"]
    ordered = routes.sort_values(order, ascending=False, kind="stable")
    best = ordered.iloc[0]
    supported, seen = ordered[ordered["supported"]], ordered[ordered["seen"]]
    listed = supported if len(supported) else seen
    shown = len(listed) > 0
    return Evidence(
        role=role,
        verdict=str(best["verdict"]),
        source=str(best["source"]) if shown else "",
        target=str(best["target"]) if shown else "",
        interaction=str(best["interaction"]) if shown else "",
        senders=_names(listed["source"]),
        receivers=_names(listed["target"]),
        group="" if not shown else str(best["source" if role is Role.LIGAND else "target"]),
        n_samples=int(best["n"]),
        n_specific=int(best["n_specific"]),
        n_routes=len(listed),
        in_all=bool(best["in_all"]),
        padj=float(best["padj"]),
        notes=(_by_pair(best),) if shown and best["by_pair"] else (),
    )


def _by_pair(route: pd.Series) -> str:
    """What the axis says where the pair was counted by itself."""
    of = f", specific in {route['n_of_axis']} of {counted(int(route['n']), 'sample')}"
    return f"{BY_PAIR}; the axis here: {route['verdict']}{of if route['n'] else ''}"


def _names(column: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(name) for name in column))
