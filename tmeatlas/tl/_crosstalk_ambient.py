"""Which genes of the interactions are mostly ambient RNA, as `tl.quality` found it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas.cells import Groups
from tmeatlas.lr import MatchedInteractions, Verdict
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.results import Quality


@dataclass(frozen=True, eq=False)
class Ambient:
    """Where ambient RNA explains most of a gene."""

    genes: NDArray[np.bool_] | None
    """Genes of the interactions × groups; None where it was not judged."""
    judged_by: str = ""
    """Key of the quality that says so."""
    not_judged: str = ""
    """Why not, or for which groups not."""

    def facts(self, table: pd.DataFrame) -> dict[str, object]:
        """What the record says of it, and how many rows of all samples rest on it."""
        rests = (table["verdict"] == Verdict.AMBIENT.value) & (table["sample"] == "")
        return {
            "ambient_judged_by": self.judged_by,
            "ambient_not_judged": self.not_judged,
            "n_rows_ambient": int(rests.sum()),
        }


def read_ambient(
    adata: AnnData, matrix: ExpressionMatrix, matched: MatchedInteractions, groups: Groups
) -> Ambient:
    """From the quality of these cells in these groups, where there is one.

    Genes and groups that it says nothing of are not called ambient.
    """
    quality = Quality.current(adata, groups.key)
    if quality is None:
        return Ambient(None, not_judged=f"no quality of these cells by obs[{groups.key!r}]")
    known = quality.shares.notna().any(axis=0).rename(str)
    if not known.any():
        return Ambient(None, not_judged=f"uns[{quality.key!r}] does not judge it")
    silent = [label for label in groups.labels if not known.get(label, False)]
    ambient = quality.mostly_ambient.rename(columns=str)
    genes = ambient[~ambient.index.duplicated()].reindex(
        index=matrix.labels[matched.columns], columns=groups.labels, fill_value=False
    )
    return Ambient(
        genes.to_numpy(np.bool_),
        judged_by=quality.key,
        not_judged=f"groups {', '.join(silent)}" if silent else "",
    )
