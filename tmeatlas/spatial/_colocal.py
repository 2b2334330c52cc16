"""What lies beside what in each section, against the section laid over itself at other places."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._stats import benjamini_hochberg
from tmeatlas.spatial._beside_programmes import (
    programmes_near_types,
    programmes_together,
    read_programmes,
)
from tmeatlas.spatial._beside_types import beside, count, types_beside
from tmeatlas.spatial._graph import Graph
from tmeatlas.spatial._measures import (
    CO_LOCALISATION,
    MEASURED,
    PROGRAMME_NEAR_TYPE,
    PROGRAMMES_TOGETHER,
    measured_rows,
)
from tmeatlas.spatial._section import LEAST_ROWS, Section, read_section
from tmeatlas.spatial._tissue import Tissue
from tmeatlas.spatial._types import Types

LEAST_SECTION = 100
"""Rows of a section below which nothing is tested: there is little room to shift it. A
convention."""


def co_locate(
    tissue: Tissue,
    graph: Graph,
    types: Types | None = None,
    programmes: pd.DataFrame | None = None,
    *,
    depth: NDArray[np.number] | None = None,
    n_shifts: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Which types and programmes lie beside each other, one value for each section.

    The null lays each section over itself, shifted without turning: one side of a pair
    stays, and the marks of the other come to lie on it from elsewhere, with all the
    smoothness that they have. Of neighbours of a type only those of other types are
    counted, so that "B beside A" is not decided by how much A lies beside A.

    Parameters
    ----------
    tissue, graph
        Where the rows lie, and which are neighbours.
    types
        Type of each row. Those with fewer than 20 rows in a section are not read there.
    programmes
        Rows × programmes, as scores. A programme that is NaN in a row says nothing there.
    depth
        Genes detected in each row. What of a programme goes with it in a section is taken out,
        as depth runs in patches too. `None` where there are no genes.
    n_shifts
        How often each section is shifted; the least p-value is 2 / (`n_shifts` + 1).
    seed
        Of the shifts.

    Returns
    -------
    One row per section and pair, with the columns of :data:`MEASURED`: ordered pairs of
    types ("co-localisation"), of a type and a programme ("programme near type"), and
    unordered ones of programmes ("programmes together"). `padj` is by Benjamini and
    Hochberg within section and measure.
    """
    found = []
    for number, rows in enumerate(tissue.members()):
        if len(rows) <= LEAST_ROWS:
            continue
        section = read_section(
            tissue.coordinates[rows],
            graph.edges[rows][:, rows],
            None if types is None else Types(types.codes[rows], types.names),
            None if programmes is None else programmes.iloc[rows],
            None if depth is None else depth[rows],
            n_shifts=n_shifts,
            seed=(seed, number),
        )
        found.append(_table(section).assign(sample=tissue.sections[number]))
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(MEASURED))
    by = table.groupby(["sample", "measure"], sort=False)["pval"]
    table["padj"] = by.transform(lambda pvalues: benjamini_hochberg(pvalues.to_numpy()))
    return table


def _table(section: Section) -> pd.DataFrame:
    """The measures of one section."""
    neighbours = beside(section)
    counts = count(section, neighbours)
    tables = [measured_rows(CO_LOCALISATION, types_beside(section, neighbours, *counts))]
    if section.programmes:
        read = read_programmes(section, neighbours, *counts)
        near = programmes_near_types(section, read)
        tables.append(measured_rows(PROGRAMME_NEAR_TYPE, near))
        tables.append(measured_rows(PROGRAMMES_TOGETHER, programmes_together(section, read)))
    table = pd.concat([each for each in tables if len(each)] or tables, ignore_index=True)
    if len(section.codes) < LEAST_SECTION:
        table["pval"] = np.nan
        table["note"] = f"not tested: fewer than {LEAST_SECTION} rows in the section"
    return table
