"""The evidence for programmes, and for cells of a lineage or in a state: in how many samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._text import counted
from tmeatlas.lr import ALPHA, Cells, ResponseScores, SideTest, assess_responses
from tmeatlas.targets._expression import Expression
from tmeatlas.targets._routes import Evidence
from tmeatlas.targets._support import EXPRESSED, FEWEST_SAMPLES, Role

STANDS_OUT, NOT_OUT = "stands out", "does not stand out"
"""What is said of a programme: as of the response of a receiver, its score is more than 0.2
standard deviations above that of other cells of like depth, or not."""


@dataclass(frozen=True, eq=False)
class Programme:
    """In which groups a programme stands out."""

    labels: tuple[str, ...]
    in_all: NDArray[np.bool_]
    """Of each group, over the cells of all samples."""
    padj: NDArray[np.float64]
    effect: NDArray[np.float64]
    n_samples: NDArray[np.int64]
    """Samples in which the group was tested."""
    n_specific: NDArray[np.int64]
    """Of them, those in which the programme stands out in it."""

    def evidence(self, gene: str, expression: Expression) -> Evidence:
        """For a drug target of the programme: groups count that express it."""
        shares = np.array([expression.at(gene, label)[0] for label in self.labels])
        has = shares >= EXPRESSED if gene else np.ones(len(self.labels), dtype=np.bool_)
        n = np.where(has, self.n_specific, 0)
        in_all = has & self.in_all
        order = np.lexsort([-np.nan_to_num(self.effect, nan=-np.inf), ~in_all, -n])
        best = int(order[0])
        shown = n[best] > 0 or bool(in_all[best])
        groups = order[n[order] >= FEWEST_SAMPLES] if n[best] >= FEWEST_SAMPLES else order[:1]
        return Evidence(
            role=Role.PROGRAMME,
            verdict=STANDS_OUT if self.in_all[best] or self.n_specific[best] > 0 else NOT_OUT,
            group=self.labels[best] if shown else "",
            receivers=tuple(self.labels[group] for group in groups) if shown else (),
            n_samples=int(self.n_samples[best]),
            n_specific=int(n[best]),
            n_routes=len(groups) if shown else 0,
            in_all=bool(in_all[best]),
            padj=float(self.padj[best]),
        )


def find_programmes(
    cells: Cells, scores: pd.DataFrame, *, n_samples: int, min_cells: int
) -> dict[str, Programme]:
    """Where each column of `scores`, all finite, stands out: over all cells and in each sample."""
    names = [str(name) for name in scores.columns]
    if not names:
        return {}
    own = {name: [name] for name in names}
    responses = ResponseScores(scores, own, own)
    overall = assess_responses(cells, responses, names, SideTest())
    shape = (len(names), len(cells.labels))
    tested, specific = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for sample in range(n_samples):
        of = cells.in_sample(sample, min_cells=min_cells)
        if len(of.groups) < 2:
            continue
        found = assess_responses(of.cells, responses.of_cells(of.kept), names, SideTest())
        tested[:, of.groups] += np.isfinite(found.padj)
        specific[:, of.groups] += found.padj <= ALPHA
    return {
        name: Programme(
            tuple(cells.labels),
            overall.padj[i] <= ALPHA,
            overall.padj[i],
            overall.effect[i],
            tested[i],
            specific[i],
        )
        for i, name in enumerate(names)
    }


@dataclass(frozen=True, eq=False)
class CellsOfKind:
    """The cells of a lineage or in a state."""

    which: NDArray[np.bool_]
    samples: NDArray[np.int32] | None
    n_samples: int
    min_cells: int

    def evidence(self, shows: NDArray[np.bool_] | None) -> Evidence:
        """In how many samples there are `min_cells` of them; `shows` says who shows the gene.

        Where the gene counts, at least `EXPRESSED` of them have to show it.
        """
        n_cells = int(self.which.sum())
        verdict = counted(n_cells, "cell")
        showing = None if shows is None else (int((self.which & shows).sum()), n_cells)
        if self.samples is None:
            there = self._enough(self.which, shows)
            return Evidence(role=Role.CELLS, verdict=verdict, in_all=there, showing=showing)
        n = sum(
            self._enough(self.which & (self.samples == sample), shows)
            for sample in range(self.n_samples)
        )
        return Evidence(
            role=Role.CELLS,
            verdict=verdict,
            n_samples=self.n_samples,
            n_specific=n,
            in_all=n == 0 and self._enough(self.which, shows),
            showing=showing,
        )

    def _enough(self, which: NDArray[np.bool_], shows: NDArray[np.bool_] | None) -> bool:
        n = int(which.sum())
        if n < self.min_cells:
            return False
        return shows is None or int((which & shows).sum()) >= EXPRESSED * n


def kinds_of_cells(
    which: Mapping[tuple[str, str], NDArray[np.bool_]],
    samples: NDArray[np.int32] | None,
    names: Sequence[str],
    *,
    min_cells: int,
) -> dict[tuple[str, str], CellsOfKind]:
    """Cells by level ("lineage" or "state") and id."""
    return {
        level: CellsOfKind(mask, samples, len(names), min_cells) for level, mask in which.items()
    }
