"""What lineages are told from: expression and labels, or labels alone where there are no genes."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from anndata import AnnData

from tmeatlas._asker import option
from tmeatlas._errors import listing
from tmeatlas._log import note
from tmeatlas._values import MatrixKind
from tmeatlas.lineages import check_markers, match_markers, tree
from tmeatlas.matrix import open_matrix
from tmeatlas.tl._annotate_cells import COARSE, FINE, alike, coordinates, per_10k
from tmeatlas.tl._annotate_labels import MARKERS, Labelled
from tmeatlas.tl._annotate_malignant import call_malignant
from tmeatlas.tl._annotate_parts import read_parts
from tmeatlas.tl._annotate_told import Told, by_labels_alone, tell_lineages, with_malignant
from tmeatlas.tl._whole_samples import refuse_whole_samples

STEP = "tl.annotate"


@dataclass(frozen=True, eq=False)
class Annotated:
    """Lineages of cells and groups, and what is recorded of them."""

    told: Told
    facts: dict[str, object]
    malignant_note: str = ""
    """What stands in the way of telling malignant cells by copy numbers."""


def read_expression(
    adata: AnnData,
    labelled: Labelled | None,
    *,
    layer: str | None,
    use_raw: bool | None,
    positions: pd.DataFrame | None,
    seed: int,
) -> Annotated:
    """From markers, copy numbers, and labels where there are some."""
    matrix = open_matrix(
        adata, layer=layer, use_raw=use_raw, accepts=(MatrixKind.LOGNORM,), needed_by=STEP
    )
    refuse_whole_samples(matrix, STEP)
    markers = match_markers(matrix.genes)
    if labelled is None or labelled.needs_markers:
        check_markers(markers, matrix.n_vars, read=matrix.name)
    points, source = coordinates(adata, matrix, seed)
    values = per_10k(matrix, matrix.columns(markers.columns))
    around = alike(points, (COARSE, FINE), seed=seed)
    told = tell_lineages(values, markers, around, labelled)
    told = read_parts(values, markers, around, told)
    malignant = call_malignant(adata, told.finest.tolist(), matrix=matrix, positions=positions)
    facts = {
        **{"matrix": matrix.name, "alike_by": source},
        "n_markers": len(markers.columns),
        "too_few_markers": [tree()[each].name for each in markers.unreadable],
        "malignant_by": malignant.note or f"copy numbers above {malignant.threshold:.3g}",
    }
    return Annotated(with_malignant(told, malignant.ids), facts, malignant.note)


def read_labels_alone(labelled: Labelled) -> Annotated:
    """From what the labels say, of cells without genes."""
    told = zip(labelled.labels, labelled.how, strict=True)
    silent = [label for label, how in told if how == MARKERS]
    if silent:
        note(
            f"labels that say no lineage, of cells without genes: {listing(silent)}; say it with "
            f"{option('labels')}"
        )
    return Annotated(by_labels_alone(labelled), {"matrix": "", "malignant_by": "labels"})
