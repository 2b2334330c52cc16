"""The genes of a page: those that colour the map, and what the groups show of all others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import zip_longest

import numpy as np

from tmeatlas.atlas.cells import Cells
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.gene_means import GeneMeans, make_gene_means
from tmeatlas.atlas.genes import UNIT, gene_columns, gene_features, genes_named, shows_expression
from tmeatlas.atlas.group_markers import group_markers
from tmeatlas.atlas.maker import FeatureMaker
from tmeatlas.matrix import ExpressionMatrix, GroupSums, group_sums
from tmeatlas.results import Coverage
from tmeatlas.sig import markers

MARKERS_OF_GROUP = 5
"""Genes that set a group apart and have the values of their cells in the page."""


class PageGenes:
    """Read from the matrix in two passes, each in blocks: what groups show, then some genes.

    `asked` are the genes that the user names, `of_panels` those that panels name.
    """

    def __init__(
        self,
        cells: Cells,
        matrix: ExpressionMatrix | None,
        asked: Sequence[str],
        of_panels: Sequence[str],
        coverage: Coverage,
        maker: FeatureMaker,
    ) -> None:
        self.matrix = matrix
        self._cells = cells
        self._asked = asked
        self._of_panels = of_panels
        self._coverage = coverage
        self._maker = maker

    @cached_property
    def sums(self) -> GroupSums | None:
        """What the groups show of every gene; None without log-normalised expression."""
        if not shows_expression(self.matrix):
            return None
        groups = self._cells.groups
        codes = np.full(self.matrix.n_obs, -1, dtype=np.int32)
        codes[self._cells.rows] = groups.codes
        return group_sums(self.matrix, codes, len(groups.labels))

    @cached_property
    def of_groups(self) -> list[list[str]]:
        """Genes that set each group apart, the most telling first, by the names that are shown."""
        if self.sums is None or self.matrix is None:
            return []
        panel = gene_columns(self.matrix, markers()["gene"], self._asked)
        shown_as = {column: gene for gene, column in panel.items()}
        genes = self.matrix.genes
        found = group_markers(self.sums, MARKERS_OF_GROUP)
        if self._cells.groups.has_unlabelled:
            found[-1] = []  # cells without a label are no group
        return [[shown_as.get(i, str(genes[i])) for i in columns] for columns in found]

    @cached_property
    def named(self) -> list[str]:
        """Genes that the page names, in the order in which they get room."""
        in_rounds = (gene for genes in zip_longest(*self.of_groups) for gene in genes if gene)
        return genes_named(markers()["gene"], in_rounds, self._of_panels, self._coverage)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return gene_columns(self.matrix, self.named, self._asked)

    @cached_property
    def features(self) -> list[Feature]:
        """Genes with a value per cell, as far as there is room."""
        n_asked = sum(gene in self._columns for gene in set(self._asked))
        where = self._cells.rows, self._maker
        return list(gene_features(self.matrix, self._columns, n_asked, *where))

    @cached_property
    def means(self) -> GeneMeans | None:
        """What the groups show of every gene, as the page holds it."""
        if self.sums is None or self.matrix is None:
            return None
        shown_as = {column: gene for gene, column in self._columns.items()}
        return make_gene_means(self.sums, self.matrix.genes, shown_as, UNIT)
