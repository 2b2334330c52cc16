"""How far each cell or spot shows the parts of the named niches: by its type, or by its genes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing
from tmeatlas.matrix import ExpressionMatrix, genes_shown, open_matrix
from tmeatlas.methods import DEFAULT_METHOD, resolve, score_cells
from tmeatlas.sig import MatchedSignature, as_signatures, load, match_signatures
from tmeatlas.spatial import Part, named_scores
from tmeatlas.tl._niches_inputs import Marks
from tmeatlas.tl._score_coverage import is_covered

MIN_COVERAGE = 0.5
STEP = "tl.niches"


@dataclass(frozen=True, eq=False)
class NamedLevels:
    """By named niche the levels of its parts in each cell or spot, or the parts that lack."""

    levels: Mapping[str, list[NDArray[np.float32]]]
    missing: Mapping[str, str]
    """Why a niche cannot be told; "" where it can."""
    read_from: Mapping[str, str]
    """By part, the lineages or the signature that it was read from."""
    matrix: str
    """The matrix that was read; "" where none was."""
    depth: NDArray[np.int64] | None
    """Genes detected in each row, where there are programmes that may follow it."""

    @property
    def facts(self) -> dict[str, Any]:
        """For the record of the run."""
        sources = [f"{part}: {source}" for part, source in self.read_from.items()]
        return {"matrix": self.matrix, "read_from": sources}


def read_named(
    adata: AnnData, marks: Marks, *, spots: bool, layer: str | None, use_raw: bool | None
) -> NamedLevels:
    """Types first, which are sure; then signatures and genes, where there is expression."""
    parts = {part.name: part for of in named_scores().values() for part in of}
    by_type = {} if spots else _by_type(marks, list(parts.values()))
    others = [part for name, part in parts.items() if name not in by_type]
    matrix, why = _matrix(adata, layer, use_raw)
    by_genes = {} if matrix is None else _by_genes(matrix, others)
    found = {**by_type, **by_genes}
    levels, missing = {}, {}
    for measure, of in named_scores().items():
        lacking = [part.name for part in of if part.needed and part.name not in found]
        missing[measure] = f"{listing(lacking)}: {why}" if lacking else ""
        levels[measure] = [found[part.name][0] for part in of if part.name in found]
    return NamedLevels(
        levels=levels,
        missing=missing,
        read_from={name: source for name, (_, source) in found.items()},
        matrix="" if matrix is None else matrix.name,
        depth=None if matrix is None or not marks.programmes else genes_shown(matrix),
    )


Level = tuple[NDArray[np.float32], str]


def _by_type(marks: Marks, parts: Sequence[Part]) -> dict[str, Level]:
    """Whether a cell is of the lineages of a part, where any cell is."""
    found: dict[str, Level] = {}
    for part in parts:
        if marks.lineages is None:
            continue
        names = [each for each in marks.lineages.ids if part.counts(each)]
        if names:
            counted = np.array([*(each in names for each in marks.lineages.ids), False])
            found[part.name] = (
                counted[marks.lineages.codes].astype(np.float32),
                f"cells: {', '.join(names)}",
            )
    return found


def _matrix(
    adata: AnnData, layer: str | None, use_raw: bool | None
) -> tuple[ExpressionMatrix | None, str]:
    """Expression that can be scored, and why a part is not read from genes."""
    if adata.n_vars == 0 and not use_raw:
        return None, "no type is named so, and the data have no genes"
    accepts = resolve(DEFAULT_METHOD).accepts
    try:
        matrix = open_matrix(adata, layer=layer, use_raw=use_raw, accepts=accepts, needed_by=STEP)
    except InputError:
        if layer is not None or use_raw:
            raise
        return None, "no type is named so, and no matrix has values that can be scored"
    return matrix, f"too few of the genes are in {matrix.name}"


def _by_genes(matrix: ExpressionMatrix, parts: Sequence[Part]) -> dict[str, Level]:
    """Scores of the first list of each part that the data cover."""
    lists = {part.name: _first_covered(part, matrix) for part in parts}
    chosen = {name: matched for name, matched in lists.items() if matched is not None}
    if not chosen:
        return {}
    scorer = resolve(DEFAULT_METHOD)
    values, _ = score_cells(scorer, matrix, list(chosen.values()), n_null=0, seed=None)
    columns = np.asarray(values, dtype=np.float32).T
    found = zip(chosen.items(), columns, strict=True)
    return {name: (column, m.id) for (name, m), column in found}


def _first_covered(part: Part, matrix: ExpressionMatrix) -> MatchedSignature | None:
    library = load("all")
    wanted = [library[name] for name in part.signatures]
    if part.genes:
        wanted += as_signatures({part.name: list(part.genes)}).values()
    matched = match_signatures(wanted, matrix.genes)
    return next((m for m in matched if is_covered(m, MIN_COVERAGE)), None)
