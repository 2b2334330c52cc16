"""From tests of axes to their table: one row per axis, source and target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.lr._axis_modifiers import modifier_shares
from tmeatlas.lr._axis_pool import MODIFIERS, AxisPool
from tmeatlas.lr._axis_tests import AxisVerdicts
from tmeatlas.lr._responses import Response
from tmeatlas.lr._run import Analysis
from tmeatlas.lr._table import ENDS, ambient_at, needed_at, places, score_at, sides_at
from tmeatlas.lr._verdict import ALPHA, AMBIENT_SIDES, OF_AXES, Verdict

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Columns = dict[str, NDArray]


@dataclass(frozen=True, eq=False)
class AxesTable:
    """Makes the table of one set of cells: all of them, or those of a sample."""

    analysis: Analysis
    pools: Sequence[AxisPool]
    """All axes, those without a core interaction in the data among them."""
    verdicts: AxisVerdicts
    response: Response
    meet: Bools

    @cached_property
    def testable(self) -> list[AxisPool]:
        """The axes that were tested, in the order of the verdicts and responses."""
        return [pool for pool in self.pools if len(pool.core)]

    @cached_property
    def at(self) -> tuple[NDArray, NDArray, NDArray]:
        """Axis, source and target of each row, of the groups that may meet."""
        kept = np.broadcast_to(self.meet, self.verdicts.pval.shape)
        axis, source, target = np.nonzero(kept)
        return axis, source, target

    def make(self, sample: str = "", beside: Mapping[str, NDArray] | None = None) -> pd.DataFrame:
        """One row per axis, source and target; `beside` are further axes × sources × targets."""
        axis, source, target = self.at
        found = self.verdicts
        top = np.stack([test.top for test in found.tests])[self.at]
        of_sides = places(self.analysis, top, source, target)
        names = self._names_of_pairs()
        columns: Columns = {
            "axis": np.array([pool.id for pool in self.testable], dtype=object)[axis],
            "source": source,
            "target": target,
            "score": score_at(self.analysis, of_sides),
            "pval": found.pval[self.at],
            "padj": found.padj[self.at],
            "top_interaction": names[top],
            "associated": self._associated(names),
        }
        columns |= sides_at(self.analysis, of_sides)
        for side in ENDS:
            del columns[f"{side}_mean"]
            of_tests = np.stack([getattr(test, f"{side}_pval") for test in found.tests])
            columns[f"{side}_pval"] = of_tests[self.at]
        columns |= self._modifiers() | self._response() | self._coverage(self.testable, axis)
        columns["missing"] = _missing(columns, found.threshold)
        ambient = ambient_at(self.analysis, of_sides)
        columns["ambient"] = np.array(AMBIENT_SIDES, dtype=object)[ambient]
        columns["verdict"] = self._verdict(ambient > 0)
        columns |= self._needed(of_sides, columns["verdict"])
        columns |= {name: values[self.at] for name, values in (beside or {}).items()}
        lacking = [pool for pool in self.pools if not len(pool.core)]
        parts = [columns, *([self._untestable(lacking, columns)] if lacking else [])]
        whole = {name: np.concatenate([part[name] for part in parts]) for name in columns}
        return _put_in_order(whole, self.analysis.cells.labels, sample)

    def _names_of_pairs(self) -> NDArray:
        """Of each interaction, ligand and receptor joined by "^"."""
        entries = self.analysis.matched.interactions
        return np.array([f"{e.ligand_complex}^{e.receptor_complex}" for e in entries], dtype=object)

    def _verdict(self, ambient: Bools) -> NDArray:
        """What each row says, as text; `ambient` tells which rest on ambient RNA."""
        axis, _, target = self.at
        padj, ruled_out = self.verdicts.padj[self.at], self.verdicts.ruled_out[self.at]
        known = self.response.validated & np.isfinite(self.response.padj).any(axis=1)
        up = self.response.padj[axis, target] <= ALPHA
        answered = np.where(up, Verdict.ACTIVE, Verdict.SPECIFIC)
        stands = np.where(known[axis], answered, Verdict.RESPONSE_UNKNOWN)
        words = np.where(ruled_out, Verdict.NOT_SPECIFIC, Verdict.TOO_FEW)
        words = np.where(padj <= ALPHA, np.where(ambient, Verdict.AMBIENT, stands), words)
        return np.where(np.isnan(padj), Verdict.NOT_TESTABLE, words).astype(object)

    def _needed(self, of_sides: dict[str, NDArray], verdict: NDArray) -> Columns:
        """The cells that the sides of the top interaction would need."""
        axis, tests, pval = self.at[0], self.verdicts.tests, self.analysis.sides.pval.ravel()
        chances = {
            "ligand": np.array([test.n_ligands for test in tests])[axis],
            "receptor": np.array([test.n_receptors for test in tests])[axis],
        }
        reach = {side: self.verdicts.threshold / n for side, n in chances.items()}
        pvals = {side: pval[place] for side, place in of_sides.items()}
        return needed_at(self.analysis, of_sides, pvals, verdict == Verdict.TOO_FEW, reach)

    def _associated(self, names: NDArray) -> NDArray:
        """Other interactions whose both sides reach the p-value of what stands out."""
        matched, pval = self.analysis.matched, self.analysis.sides.pval
        ambient = self.analysis.ambient
        listed = np.full(self.verdicts.pval.shape, "", dtype=object)
        for of_axis, pool in zip(listed, self.testable, strict=True):
            for number in pool.associated:
                disputed = " (disputed)" if matched.interactions[number].disputed == "yes" else ""
                ligand, receptor = matched.ligand[number], matched.receptor[number]
                both = np.maximum.outer(pval[ligand], pval[receptor])
                either = np.logical_or.outer(ambient[ligand], ambient[receptor])
                for place in zip(*np.nonzero(both <= self.verdicts.threshold), strict=True):
                    before = f"{of_axis[place]}; " if of_axis[place] else ""
                    told = f"{disputed}{' (mostly ambient)' if either[place] else ''}"
                    of_axis[place] = f"{before}{names[number]}{told}"
        return listed[self.at]

    def _modifiers(self) -> Columns:
        """The shares of cells that show what modifies each axis, in both groups."""
        cells, matched = self.analysis.cells, self.analysis.matched
        shares = [modifier_shares(cells, matched, pool) for pool in self.testable]
        axis, *groups = self.at
        columns = {}
        for role in MODIFIERS:
            of_role = np.stack([share[role] for share in shares])
            for end, group in zip(ENDS.values(), groups, strict=True):
                columns[f"{role}_{end}"] = of_role[axis, group]
        return columns

    def _response(self) -> Columns:
        """How the target answers."""
        axis, _, target = self.at
        of_groups = {name: getattr(self.response, name) for name in ("effect", "pval", "padj")}
        return {
            "response": np.array(self.response.names, dtype=object)[axis],
            "response_validated": self.response.validated[axis],
            **{f"response_{name}": values[axis, target] for name, values in of_groups.items()},
        }

    def _coverage(self, pools: Sequence[AxisPool], axis: NDArray) -> Columns:
        """How much of each axis is in the data."""
        missing = ["; ".join(pool.missing_genes) for pool in pools]
        return {
            "coverage": np.array([pool.coverage for pool in pools])[axis],
            "core_pairs": np.array([pool.n_core for pool in pools])[axis],
            "core_pairs_measured": np.array([len(pool.core) for pool in pools])[axis],
            "missing_genes": np.array(missing, dtype=object)[axis],
        }

    def _untestable(self, pools: Sequence[AxisPool], like: Columns) -> Columns:
        """The rows of axes that have no core interaction with all its genes in the data."""
        source, target = np.nonzero(self.meet)
        axis = np.repeat(np.arange(len(pools)), len(source))
        empty = {"f": np.nan, "i": 0, "b": False, "O": ""}
        columns = {
            name: np.full(len(axis), empty[values.dtype.kind], dtype=values.dtype)
            for name, values in like.items()
        }
        groups = {"source": np.tile(source, len(pools)), "target": np.tile(target, len(pools))}
        columns["axis"] = np.array([pool.id for pool in pools], dtype=object)[axis]
        columns["verdict"] = np.full(len(axis), Verdict.GENES_MISSING, dtype=object)
        columns["score"] = np.zeros(len(axis), dtype=like["score"].dtype)
        sizes = self.analysis.statistics.sizes
        columns |= groups | {f"{end}_cells": sizes[group] for end, group in groups.items()}
        return columns | self._coverage(pools, axis)


def _missing(columns: Columns, threshold: float) -> NDArray:
    """What speaks against the axis: a side not specific, no response, no activator."""
    lacks = {
        "ligand": columns["ligand_pval"] > threshold,
        "receptor": columns["receptor_pval"] > threshold,
        "response": columns["response_padj"] > ALPHA,
        "activation": (columns["activation_source"] == 0) & (columns["activation_target"] == 0),
    }
    code = sum(lack.astype(np.int64) << i for i, lack in enumerate(lacks.values()))
    names = [
        "; ".join(n for i, n in enumerate(lacks) if v >> i & 1) for v in range(2 ** len(lacks))
    ]
    return np.array(names, dtype=object)[code]


def _put_in_order(columns: Columns, labels: Sequence[str], sample: str) -> pd.DataFrame:
    """The rows of all axes in the types that are stored, the best first."""
    axis = pd.Categorical(columns["axis"], categories=list(dict.fromkeys(columns["axis"])))
    verdict = columns["verdict"]
    late = [verdict == Verdict.AMBIENT, verdict == Verdict.GENES_MISSING]
    part = np.select([*late, columns["padj"] <= ALPHA], [2, 3, 0], 1)
    by = (columns["target"], columns["source"], axis.codes, -columns["score"], part)
    order = np.lexsort(by)
    table: dict[str, Any] = {name: values[order] for name, values in columns.items()}
    table["axis"] = axis[order]
    for name in ENDS.values():
        table[name] = pd.Categorical.from_codes(table[name], pd.Index(labels))
    table["verdict"] = pd.Categorical(
        table["verdict"].astype(str), categories=[word.value for word in OF_AXES]
    )
    table["sample"] = pd.Categorical.from_codes(np.zeros(len(order), np.int8), pd.Index([sample]))
    return pd.DataFrame({name: _as_stored(name, column) for name, column in table.items()})


def _as_stored(name: str, column: Any) -> Any:
    """A column in the type in which it is kept."""
    if isinstance(column, pd.Categorical):
        return column
    kind = column.dtype.kind
    if kind == "O":
        return pd.Categorical(column.astype(str))
    if kind == "i":
        return column.astype(np.int32)
    if kind == "f" and not name.endswith(("pval", "padj", "pval_pooled")):
        return column.astype(np.float32)
    return column
