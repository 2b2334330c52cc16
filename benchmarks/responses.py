"""Whether the response signatures of the axes rise under the ligands.

    python benchmarks/responses.py [folder of the data sets]

Two data sets: `nichenet_ligand_treatments`, log fold changes of five treatments (n = 1 each), and
`kang2018_pbmc_ifnb_2donors`, blood cells of two donors with and without interferon beta. Of each
list and treatment: the AUROC of its genes among all measured genes by log fold change (0.5: as any
gene; 1: all others rise less), and the rank of the treatment among the five. Of each list in
interferon beta: the AUROC of treated against untreated cells of one type and donor, by the score.
Lists that were tried as a response and not taken are shown the same way, and so are single genes
that a later study saw rise under IL-4: they tell whether the file has the sign that it says.
"""

from __future__ import annotations

import argparse
import os
import warnings
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
from accuracy_pairs import auroc

import tmeatlas as tme
from tmeatlas.interactions import load_axes

FOLDER = Path(os.environ.get("TMEATLAS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
OTHER_TGFB_LISTS = ("tgfb_hallmark", "caf_tgfb_mycaf", "tgfb_thorsson2018", "tgfb_karakas_tgfb1")
NOT_TAKEN = {"il4_il13": ("inflammation_reactome_il4_il13",)}
"""Lists by the axis whose response they could have been."""
RISE_UNDER_IL4 = ("CCL17", "CCL18", "CCL22", "TGM2", "ALOX15")
"""In human lung macrophages under IL-4 or IL-13: Ridley et al., Front Immunol 2025,
doi:10.3389/fimmu.2025.1654717."""
MIN_COVERAGE = 0.2
"""Kang's file holds 1,267 genes, so whole lists are not to be had."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    data = parser.parse_args().folder / "data"
    treatments = ad.read_h5ad(data / "nichenet_ligand_treatments.h5ad")
    responses = {axis.id: axis.response for axis in load_axes() if axis.response}
    show(under_treatments(treatments, responses))
    show(under_treatments(treatments, NOT_TAKEN))
    show(orientation(treatments))
    show(single_genes(treatments))
    cells = ad.read_h5ad(data / "kang2018_pbmc_ifnb_2donors.h5ad")
    show(under_interferon_beta(cells, responses))


def show(table: pd.DataFrame) -> None:
    """The table as Markdown."""
    rows = [list(table.columns), ["---"] * table.shape[1], *table.to_numpy(str).tolist()]
    print("\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n")


def under_treatments(treatments: ad.AnnData, responses: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """One row per axis and list: AUROC and rank of each treatment."""
    rows = []
    for axis, lists in responses.items():
        for name in lists:
            values = pd.Series(
                {
                    ligand: gene_auroc(change, treatments.var_names, name)
                    for ligand, change in changes(treatments)
                }
            )
            ranks = values.rank(ascending=False).astype(int)
            shown = {key: f"{values[key]:.2f} ({ranks[key]})" for key in values.index}
            rows.append({"axis": axis, "list": name} | shown)
    return pd.DataFrame(rows)


def orientation(treatments: ad.AnnData) -> pd.DataFrame:
    """What the signs of the file say: genes that fall, and other lists for TGF-β."""
    rows = []
    for ligand, change in changes(treatments):
        row = {"treatment": ligand, "genes that fall": f"{int((change < 0).sum()):,}"}
        for name in OTHER_TGFB_LISTS:
            row[name] = f"{gene_auroc(change, treatments.var_names, name):.2f}"
        rows.append(row)
    return pd.DataFrame(rows)


def single_genes(treatments: ad.AnnData) -> pd.DataFrame:
    """Log fold changes of genes that rise under IL-4 by another study."""
    rows = []
    for ligand, change in changes(treatments):
        values = pd.Series(change, index=treatments.var_names).reindex(RISE_UNDER_IL4)
        shown = values.map(lambda value: "" if np.isnan(value) else f"{value:.1f}")
        rows.append({"treatment": ligand} | shown.to_dict())
    return pd.DataFrame(rows)


def under_interferon_beta(cells: ad.AnnData, responses: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """One row per list: coverage, and AUROC of treated against untreated cells."""
    lists = list(dict.fromkeys(name for names in responses.values() for name in names))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tme.pp.prepare(cells, embed=False)
        tme.tl.score(cells, lists, min_coverage=MIN_COVERAGE)
    scores, rows = cells.obsm["tme_scores"], []
    axis_of = {name: axis for axis, names in responses.items() for name in names}
    coverage = tme.sig.coverage(cells, lists)
    for name in lists:
        measured = f"{coverage.loc[name, 'n_found']} of {coverage.loc[name, 'n_genes']}"
        row = {"axis": axis_of[name], "list": name, "genes": measured}
        for donor, members in cells.obs.groupby("patient", observed=True):
            found = [
                auroc(
                    scores.loc[these.index, name].to_numpy(np.float64),
                    (these["condition"] == "stim").to_numpy(),
                )
                for _, these in members.groupby("cell_type", observed=True)
                if these["condition"].nunique() == 2
            ]
            scored = np.isfinite(found).all()
            row[f"donor {donor}"] = f"{min(found):.2f} to {max(found):.2f}" if scored else ""
        rows.append(row)
    return pd.DataFrame(rows)


def changes(treatments: ad.AnnData) -> list[tuple[str, np.ndarray]]:
    """Each ligand with the log fold changes of all genes, NaN where not measured."""
    dense = treatments.to_df().to_numpy(np.float64)
    return list(zip(treatments.obs["from"].astype(str), dense, strict=True))


def gene_auroc(change: np.ndarray, genes: pd.Index, name: str) -> float:
    """Share of pairs of a gene of the list and another one in which that of the list rises more."""
    listed = genes.isin(tme.sig.load(name)[name].genes)
    measured = np.isfinite(change)
    return auroc(change[measured], listed[measured])


if __name__ == "__main__":
    main()
