"""Copy-number profiles along the genome, by infercnvpy."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError, listing
from tmeatlas.genes import GeneIndex
from tmeatlas.matrix import ExpressionMatrix

COLUMNS = ("chromosome", "start", "end")
NAMES = ("symbol", "gene", "gene_name", "ensembl_id")
"""Columns with which a table of positions may name its genes; else its index does."""
SEX = ("chrX", "chrY", "chrM", "chrMT")
FEWEST_GENES = 1000
DETECTED = 0.01
"""Share of the cells that must have a gene."""
LIMIT = 1.0
"""Where log fold changes are cut: regions change little, in all their genes."""
WINDOW = 100


@dataclass(frozen=True, eq=False)
class Halves:
    """Log expression of the genes with a position, in the order of the genome, and two halves."""

    expression: sp.csr_matrix
    positions: pd.DataFrame
    """``chromosome``, ``start`` and ``end`` of each gene."""

    def profiles(
        self, cells: NDArray[np.intp], reference: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Profiles of `cells` from every other gene each, against the means of reference groups."""
        odd = np.arange(len(self.positions)) % 2 == 1
        found = [self._profile(cells, reference, half) for half in (~odd, odd)]
        # The halves of a chromosome may differ by a gene, and so by a window.
        kept = [np.minimum(*counts) for counts in zip(*(f[0] for f in found), strict=True)]
        return tuple(_first_windows(*each, kept) for each in found)  # type: ignore[return-value]

    def _profile(
        self, cells: NDArray[np.intp], reference: NDArray[np.float64], half: NDArray[np.bool_]
    ) -> tuple[list[int], NDArray[np.float64]]:
        """Windows of each chromosome, and the profile, from half of the genes."""
        import infercnvpy

        some = AnnData(self.expression[cells][:, half], var=self.positions[half])
        with redirect_stderr(io.StringIO()):  # it draws a progress bar
            starts, profile, _ = infercnvpy.tl.infercnv(
                some,
                reference=reference[:, half],
                lfc_clip=LIMIT,
                window_size=WINDOW,
                dynamic_threshold=None,
                exclude_chromosomes=None,
                n_jobs=1,
                inplace=False,
            )
        ends = [*list(starts.values())[1:], profile.shape[1]]
        counts = [int(end - start) for start, end in zip(starts.values(), ends, strict=True)]
        return counts, np.asarray(profile.todense(), dtype=np.float64)


def _first_windows(
    counts: list[int], profile: NDArray[np.float64], kept: list[int]
) -> NDArray[np.float64]:
    starts = np.cumsum([0, *counts[:-1]])
    ranges = [np.arange(start, start + n) for start, n in zip(starts, kept, strict=True)]
    return profile[:, np.concatenate(ranges)]


def read_halves(matrix: ExpressionMatrix, positions: pd.DataFrame) -> Halves | None:
    """Expression by position in the genome; None where too few genes have one."""
    places = _placed(matrix, positions)
    expression = matrix.columns(places["column"].to_numpy()).tocsr()
    seen = np.asarray((expression > 0).mean(axis=0)).ravel() >= DETECTED
    if seen.sum() < FEWEST_GENES:
        return None
    table = places.loc[seen, list(COLUMNS)]
    table.index = pd.Index([f"gene {number}" for number in range(len(table))])
    return Halves(expression[:, seen], table)


def _placed(matrix: ExpressionMatrix, positions: pd.DataFrame) -> pd.DataFrame:
    """Column of each gene with a position on an autosome, in the order of the genome."""
    named = next((name for name in NAMES if name in positions), None)
    names = [str(name) for name in (positions.index if named is None else positions[named])]
    index = GeneIndex(matrix.genes, names)
    columns = [index.find(name) for name in names]
    table = pd.DataFrame(
        {
            "chromosome": _chromosomes(positions["chromosome"]),
            "start": pd.to_numeric(positions["start"], errors="coerce").to_numpy(),
            "end": pd.to_numeric(positions["end"], errors="coerce").to_numpy(),
            "column": pd.array(columns, dtype="Int64"),
        }
    ).dropna()
    table = table[~table["chromosome"].isin(SEX)].drop_duplicates("column")
    return table.astype({"column": np.intp}).sort_values(["chromosome", "start", "column"])


def _chromosomes(column: pd.Series) -> NDArray[np.object_]:
    """Names of chromosomes as `chr1`; None for scaffolds and what is empty."""
    text = column.astype("string").str.strip().str.removesuffix(".0")
    plain = text.str.replace(r"(?i)^chr", "", regex=True).str.upper()
    known = plain.where(plain.str.fullmatch(r"\d{1,2}|X|Y|MT?"))
    return ("chr" + known).astype(object).where(known.notna(), None).to_numpy(dtype=object)


def read_positions(adata: AnnData, positions: pd.DataFrame | None) -> pd.DataFrame | None:
    """The table that was passed, or the columns of `var`; None where there is neither."""
    if positions is None:
        return adata.var if set(COLUMNS) <= set(adata.var) else None
    if not isinstance(positions, pd.DataFrame):
        raise InputError(
            "Expected a DataFrame of genes with the columns 'chromosome', 'start' and 'end' as "
            f"{option('positions')}, found {type(positions).__name__}. Read a file with "
            "pandas.read_csv "
            "first."
        )
    lacking = [name for name in COLUMNS if name not in positions]
    if lacking:
        raise InputError(
            f"The table passed as {option('positions')} lacks the columns {listing(lacking)}; "
            "found "
            f"{listing([str(name) for name in positions])}. Rename them: "
            f"positions.rename(columns={{'chrom': {lacking[0]!r}}})."
        )
    return positions
