"""Scores of pseudobulk profiles: of groups, or of groups in samples."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas._values import MatrixKind
from tmeatlas.enrichment._method import Enriched
from tmeatlas.enrichment._profiles import Profiles, usable_genes
from tmeatlas.enrichment._sets import GeneList, ListChoice
from tmeatlas.enrichment._table import profile_table


class _BulkMethod(ABC):
    """A method that scores lists in profiles."""

    name: ClassVar[str]
    accepts: ClassVar[frozenset[MatrixKind]] = frozenset(
        {MatrixKind.COUNTS, MatrixKind.FRACTIONAL, MatrixKind.LOGNORM, MatrixKind.LINEAR}
    )
    scores_profiles: ClassVar[bool] = True
    needs_variation: ClassVar[bool] = False
    """Whether genes that are the same in all profiles have to be left out."""

    @abstractmethod
    def _score(self, profiles: NDArray[np.float64], lists: Sequence[GeneList]) -> pd.DataFrame:
        """One row per profile and list, in this order."""

    def params(self) -> dict[str, object]:
        """What is kept on record of the options: there are none."""
        return {}

    def run(self, profiles: Profiles, choice: ListChoice) -> Enriched:
        """Score the lists in every profile."""
        if len(profiles) < 2:
            raise InputError(
                f"Expected two or more profiles for method={self.name!r}, found {len(profiles)}. "
                "Lower `min_cells=`, or choose another column with `groupby=`."
            )
        values = profiles.logged()
        used = usable_genes(values, profiles.genes, varying=self.needs_variation)
        lists, left_out = choice.lists(profiles.genes, used)
        table = profile_table(self._score(values[:, used], lists), profiles.bulks, lists)
        facts = {"n_genes_used": len(used), "n_profiles": len(profiles)}
        return Enriched(table, None, left_out, facts)


@dataclass(frozen=True)
class BulkSSGSEA(_BulkMethod):
    """Single-sample GSEA of pseudobulk profiles (Barbie et al., 2009), by `gseapy.ssgsea`.

    Scores each group, or each group in each sample with `sample_key`, to be
    compared between samples. Counts are summed and shown as log1p of counts per
    million, log-normalised values are averaged. The same of every cell by itself
    is :class:`tmeatlas.methods.SSGSEA`.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.enrichment.BulkSSGSEA()
    BulkSSGSEA()
    """

    name: ClassVar[str] = "ssgsea"

    def _score(self, profiles: NDArray[np.float64], lists: Sequence[GeneList]) -> pd.DataFrame:
        from tmeatlas.enrichment._gseapy import ssgsea

        return ssgsea(profiles, lists)


@dataclass(frozen=True)
class BulkGSVA(_BulkMethod):
    """GSVA of pseudobulk profiles (Hänzelmann et al., 2013), by `gseapy.gsva`.

    Profiles are those of :class:`BulkSSGSEA`. Each is compared with the others
    (Gaussian kernel), so scores change with the set of profiles, and ten or more
    of them are wanted.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.enrichment.BulkGSVA()
    BulkGSVA()
    """

    name: ClassVar[str] = "gsva"
    needs_variation: ClassVar[bool] = True  # a kernel estimate of a constant has no width

    def _score(self, profiles: NDArray[np.float64], lists: Sequence[GeneList]) -> pd.DataFrame:
        from tmeatlas.enrichment._gseapy import gsva

        return gsva(profiles, lists)
