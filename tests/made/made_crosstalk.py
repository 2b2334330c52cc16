"""Cells and interactions for crosstalk made by hand, and what every table of it has to keep."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

from tmeatlas.results import BetweenGroups

STANDING = {"active", "specific", "specific, response unknown"}


def noise(
    n_cells: int = 240, n_genes: int = 40, n_groups: int = 4, *, density: float = 0.5, seed: int = 0
) -> AnnData:
    """Cells in groups of equal size whose expression has nothing to do with them."""
    rng = np.random.default_rng(seed)
    values = rng.lognormal(0, 0.5, (n_cells, n_genes)) * (rng.random((n_cells, n_genes)) < density)
    # Cells of every group are in every sample.
    return cells_with(
        values,
        group=[f"g{i % n_groups}" for i in range(n_cells)],
        sample=np.repeat(["left", "right"], n_cells // 2),
    )


def cells_with(values: np.ndarray, genes: Sequence[str] | None = None, **columns) -> AnnData:
    """Log-normalised values with columns of labels."""
    names = [f"G{i}" for i in range(values.shape[1])] if genes is None else list(genes)
    obs = {name: pd.Categorical(labels) for name, labels in columns.items()}
    return AnnData(
        sp.csr_matrix(values, dtype=np.float32),
        obs=pd.DataFrame(obs, index=[f"cell{i}" for i in range(len(values))]),
        var=pd.DataFrame(index=names),
    )


def raised(adata: AnnData, where: dict[str, str], by: float = 2.0) -> AnnData:
    """The same, but each gene of `where` is higher in all cells of its group."""
    values = adata.X.toarray()
    for gene, group in where.items():
        values[adata.obs["group"] == group, adata.var_names.get_loc(gene)] += by
    adata = adata.copy()
    adata.X = sp.csr_matrix(values)
    return adata


def pairs_of_genes(n_genes: int = 40) -> pd.DataFrame:
    """Every gene in one pair, some with a complex on the right."""
    pairs = [(f"G{i}", f"G{i + 1}") for i in range(0, n_genes - 4, 2)]
    pairs.append((f"G{n_genes - 4}", f"G{n_genes - 3}_G{n_genes - 2}"))
    return pd.DataFrame(pairs, columns=["ligand", "receptor"])


def check_verdicts(table: pd.DataFrame, kind: type[BetweenGroups]) -> None:
    """Columns and types are those declared; verdict and adjusted p-value say the same."""
    types = {name: str(dtype) for name, dtype in table.dtypes.items()}
    declared = {column.name: column for column in kind.columns}
    assert set(types) <= set(declared)
    assert {name for name, column in declared.items() if column.always} <= set(types)
    assert {name: declared[name].dtype for name in types} == types
    verdict = table["verdict"].astype(str)
    ambient = verdict == "specific, mostly ambient"
    assert ((table["padj"] <= 0.05) == (verdict.isin(STANDING) | ambient)).all()
    assert (table.loc[ambient, "ambient"] != "").all()
    assert (table.loc[verdict.isin(STANDING), "ambient"] == "").all()
    untold = verdict.isin(["", "not testable", "not testable: genes missing"])
    assert (table["padj"].isna() == untold).all()
    assert table.loc[verdict == "", "pval"].notna().all()
    assert table.loc[verdict.str.startswith("not testable"), "pval"].isna().all()
    for name in ("pval", "ligand_pval", "receptor_pval"):
        found = table[name].dropna()
        assert ((found > 0) & (found <= 1)).all()
    assert (table["padj"].dropna() >= table.loc[table["padj"].notna(), "pval"]).all()
    assert table["score"].between(0, 1).all()
    needed = table[["source_cells_needed", "target_cells_needed"]]
    assert needed[verdict != "too few cells"].isna().all(axis=None)
    for group in ("source", "target"):  # never as many as there are
        lacks = needed[f"{group}_cells_needed"].notna()
        more = needed[f"{group}_cells_needed"] > table[f"{group}_cells"]
        assert (more | ~lacks).all()
