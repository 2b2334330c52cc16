"""From tests of axes to their table: one row per axis, source and target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.lr._axis_pool import MODIFIERS, AxisPool
from tmeatlas.lr._axis_seen import Seen, molecules_of_genes, seen_of_axis
from tmeatlas.lr._axis_tests import AxisTest, AxisVerdicts
from tmeatlas.lr._cells import Cells
from tmeatlas.lr._interval import wilson_interval
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._needed import cells_needed
from tmeatlas.lr._responses import Response
from tmeatlas.lr._sides import SideTest
from tmeatlas.lr._table import ENDS, contrast
from tmeatlas.lr._verdict import ALPHA, OF_AXES, Verdict

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Axis:
    """All that is known of one axis, sources × targets."""

    pool: AxisPool
    test: AxisTest
    pval: Floats
    padj: Floats
    ruled_out: Bools
    seen: Seen


@dataclass(frozen=True, eq=False)
class AxesTable:
    """Makes the table of one set of cells: all of them, or those of a sample."""

    cells: Cells
    matched: MatchedInteractions
    pools: Sequence[AxisPool]
    """All axes, those without a core interaction in the data among them."""
    verdicts: AxisVerdicts
    response: Response
    meet: Bools
    settings: SideTest

    def make(self, sample: str = "", beside: Mapping[str, NDArray] | None = None) -> pd.DataFrame:
        """One row per axis, source and target; `beside` are further axes × sources × targets."""
        molecules = molecules_of_genes(self.cells, self.matched)
        parts, found = [], self.verdicts
        meet, beside = self.meet.ravel(), beside or {}
        for number, pool in enumerate(pool for pool in self.pools if len(pool.core)):
            axis = _Axis(
                pool=pool,
                test=found.tests[number],
                pval=found.pval[number],
                padj=found.padj[number],
                ruled_out=found.ruled_out[number],
                seen=seen_of_axis(self.cells, self.matched, pool, molecules),
            )
            columns = self._rows(axis, number)
            columns |= {name: values[number].ravel() for name, values in beside.items()}
            parts.append({name: values[meet] for name, values in columns.items()})
        lacking = [pool for pool in self.pools if not len(pool.core)]
        parts += [_untestable_rows(pool, parts[0]) for pool in lacking]
        columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return _put_in_order(columns, self.cells.labels, sample)

    def _rows(self, axis: _Axis, number: int) -> dict[str, NDArray]:
        """The rows of one axis; `number` is its place in the response."""
        test, sizes, threshold = axis.test, self.cells.sizes, self.verdicts.threshold
        source, target = (group.ravel() for group in np.indices((len(sizes), len(sizes))))
        group_of = {"ligand": source, "receptor": target}
        columns: dict[str, Any] = {"axis": np.full(len(source), axis.pool.id, dtype=object)}
        columns |= {"source": source, "target": target, "score": np.zeros(len(source))}
        verdict = _verdict(axis, self.response, number, target)
        pvals = {"ligand": test.ligand_pval.ravel(), "receptor": test.receptor_pval.ravel()}
        for side, group in group_of.items():
            columns |= _side(axis, side, group, sizes)
            columns[f"{side}_pval"] = pvals[side]
            fails = (verdict == Verdict.TOO_FEW) & (pvals[side] > threshold)
            columns[f"{ENDS[side]}_cells_needed"] = self._needed(axis, side, group, fails)
        columns |= {"pval": axis.pval.ravel(), "padj": axis.padj.ravel(), "score": _score(columns)}
        columns["top_interaction"] = np.array(test.parts.names, dtype=object)[test.top.ravel()]
        columns["associated"] = self._associated(axis, source, target)
        for role in MODIFIERS:
            for end, group in (("source", source), ("target", target)):
                columns[f"{role}_{end}"] = axis.seen.share(role, sizes)[group]
        columns |= _response(self.response, number, target)
        columns["missing"] = _missing(columns, threshold)
        return columns | {"verdict": verdict} | _coverage(axis.pool, len(source))

    def _needed(self, axis: _Axis, side: str, group: NDArray, fails: Bools) -> Floats:
        """The cells that the side of the top part would need, where it `fails`; else NaN."""
        needed, test = np.full(len(group), np.nan), axis.test
        group = group[fails]
        n, others = self.cells.sizes[group], test.at_top(test.sides.others, side).ravel()[fails]
        share = test.at_top(test.sides.others_share, side).ravel()[fails]
        needed[fails] = cells_needed(
            axis.seen.cells[side][group] / n,
            np.nan_to_num(share),
            group_part=n / np.maximum(n + others, 1),
            fold=self.settings.min_fold,
            threshold=self.verdicts.threshold / len(np.unique(getattr(test.parts, side))),
        )
        return needed

    def _associated(self, axis: _Axis, source: NDArray, target: NDArray) -> NDArray:
        """Other interactions whose both sides reach the p-value of what stands out."""
        names: list[list[str]] = [[] for _ in source]
        pval, ends = axis.test.sides.pval, axis.test.parts.associated
        for number, (ligand, receptor) in zip(axis.pool.associated, ends, strict=True):
            entry = self.matched.interactions[number]
            name = f"{entry.ligand_complex}^{entry.receptor_complex}"
            name += " (disputed)" if entry.disputed == "yes" else ""
            both = np.maximum(pval[ligand, source], pval[receptor, target])
            for at in np.flatnonzero(both <= self.verdicts.threshold):
                names[at].append(name)
        return np.array(["; ".join(found) for found in names], dtype=object)


def _untestable_rows(pool: AxisPool, like: dict[str, NDArray]) -> dict[str, NDArray]:
    """The rows of an axis that has no core interaction with all its genes in the data."""
    n = len(like["source"])
    empty = {"f": np.nan, "i": 0, "b": False, "O": ""}
    columns = {name: np.full(n, empty[v.dtype.kind], dtype=v.dtype) for name, v in like.items()}
    kept = ("source", "target", "source_cells", "target_cells")
    columns |= {name: like[name] for name in kept} | _coverage(pool, n)
    named = {"axis": pool.id, "verdict": Verdict.GENES_MISSING}
    columns |= {name: np.full(n, text, dtype=object) for name, text in named.items()}
    return columns | {"score": np.zeros(n)}


def _verdict(axis: _Axis, response: Response, number: int, target: NDArray) -> NDArray:
    """What each row says, as text."""
    padj = axis.padj.ravel()
    known = response.validated[number] and np.isfinite(response.padj[number]).any()
    up = response.padj[number, target] <= ALPHA
    stands = np.where(up, Verdict.ACTIVE, Verdict.SPECIFIC) if known else Verdict.RESPONSE_UNKNOWN
    words = np.where(axis.ruled_out.ravel(), Verdict.NOT_SPECIFIC, Verdict.TOO_FEW)
    words = np.where(padj <= ALPHA, stands, words)
    return np.where(np.isnan(padj), Verdict.NOT_TESTABLE, words).astype(object)


def _side(axis: _Axis, side: str, group: NDArray, sizes: NDArray) -> dict[str, NDArray]:
    """What is told of all ligands of the axis in the source, or of all receptors in the target."""
    seen, test = axis.seen.cells[side][group], axis.test
    low, high = wilson_interval(seen, sizes[group])
    return {
        f"{side}_cells": seen,
        f"{side}_molecules": axis.seen.molecules[side][group],
        f"{side}_fraction": seen / sizes[group],
        f"{side}_fraction_low": low,
        f"{side}_fraction_high": high,
        f"{side}_specificity": test.at_top(test.sides.specificity, side).ravel(),
        f"{side}_specificity_low": test.at_top(test.sides.low, side).ravel(),
        f"{side}_specificity_high": test.at_top(test.sides.high, side).ravel(),
        f"{ENDS[side]}_cells": sizes[group],
    }


def _score(columns: Mapping[str, Any]) -> Floats:
    """The geometric mean over both sides of how specific and how broad they are at least."""
    score = np.ones(1)
    for side in ENDS:
        low = np.asarray(columns[f"{side}_specificity_low"])
        score = score * contrast(low) * np.asarray(columns[f"{side}_fraction_low"])
    return np.sqrt(score)


def _response(response: Response, number: int, target: NDArray) -> dict[str, NDArray]:
    """How the target answers."""
    columns = {
        "response": np.full(len(target), response.names[number], dtype=object),
        "response_validated": np.full(len(target), response.validated[number]),
    }
    for what in ("effect", "pval", "padj"):
        columns[f"response_{what}"] = getattr(response, what)[number, target]
    return columns


def _missing(columns: Mapping[str, Any], threshold: float) -> NDArray:
    """What speaks against the axis: a side not specific, no response, no activator."""
    lacks = {
        "ligand": np.asarray(columns["ligand_pval"]) > threshold,
        "receptor": np.asarray(columns["receptor_pval"]) > threshold,
        "response": np.asarray(columns["response_padj"]) > ALPHA,
        "activation": (np.asarray(columns["activation_source"]) == 0)
        & (np.asarray(columns["activation_target"]) == 0),
    }
    code = sum(lack.astype(np.int64) << i for i, lack in enumerate(lacks.values()))
    names = [
        "; ".join(n for i, n in enumerate(lacks) if v >> i & 1) for v in range(2 ** len(lacks))
    ]
    return np.array(names, dtype=object)[code]


def _coverage(pool: AxisPool, n: int) -> dict[str, NDArray]:
    """How much of the axis is in the data."""
    return {
        "coverage": np.full(n, pool.coverage),
        "core_pairs": np.full(n, pool.n_core),
        "core_pairs_measured": np.full(n, len(pool.core)),
        "missing_genes": np.full(n, "; ".join(pool.missing_genes), dtype=object),
    }


def _put_in_order(columns: dict[str, NDArray], labels: Sequence[str], sample: str) -> pd.DataFrame:
    """The rows of all axes in the types that are stored, the best first."""
    ids = list(dict.fromkeys(columns["axis"]))
    axis = pd.Categorical(columns["axis"], categories=ids)
    missing = columns["verdict"] == Verdict.GENES_MISSING
    part = np.where(columns["padj"] <= ALPHA, 0, np.where(missing, 2, 1))
    by = (columns["target"], columns["source"], axis.codes, -columns["score"], part)
    order = np.lexsort(by)
    table: dict[str, Any] = {name: values[order] for name, values in columns.items()}
    table["axis"] = axis[order]
    for name in ("source", "target"):
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
