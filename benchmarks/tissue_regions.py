"""What programmes and niches say of the regions that pathologists drew, patient by patient.

    python benchmarks/tissue_regions.py [folder with data/]      # all tables, about five minutes

HER2-positive breast tumours (Andersson et al., 2021, one section of each of three patients), and
one section of a pancreatic tumour (Moncada et al., 2020) on which nothing was chosen. All rows are
spots of many cells. An AUROC of spots says little where whole regions differ in depth, which moves
all lists at once: beside each stands what lists of random genes of the same expression reach.
"""

from __future__ import annotations

import argparse
import os
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scanpy as sc
import scipy.sparse as sp
from accuracy_pairs import auroc
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

import tmeatlas as tme
from tmeatlas.cells import read_tissue
from tmeatlas.spatial import Graph, Tissue, build_graph, find_niches, mean_around, surroundings

FOLDER = Path(os.environ.get("TMEATLAS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
DATA = {"breast": "andersson2021_her2_ST_dev", "pancreas": "moncada2020_pdacA_ST"}
UNKNOWN = ("undetermined", "unannotated")
FEWEST_SPOTS = 10
"""Of a region, and outside of it, for an AUROC."""
N_RANDOM = 39
"""Random lists of each list: one that is above all of them is one in forty by chance."""
NEAR = 50
"""Ranks of mean expression within which a random gene is like the gene that it stands for."""
COVERAGE = 0.3
WAYS = ("spot", "mean around", "pooled counts")
KNOWN = (
    ("plasma_pan", "immune infiltrate"),
    ("b_pan", "immune infiltrate"),
    ("plasma_pan", "breast glands"),
    ("plasma_pan", "connective tissue"),
    ("proliferation_g2m", "invasive cancer"),
    ("proliferation_g2m", "cancer in situ"),
    ("proliferation_g2m", "Cancer"),
    ("caf_ecm_mycaf", "connective tissue"),
    ("caf_icaf", "connective tissue"),
)
"""Lists that an earlier look found to fail, and what explains it."""
SHOWN = 6
"""Lists of a region that are printed."""
NUMBERS = (None, 3, 4, 6, 8)
"""Of niches; None: chosen."""


@dataclass(frozen=True, eq=False)
class Section:
    """The spots of one data set, what lies beside what, and the counts."""

    name: str
    adata: ad.AnnData
    tissue: Tissue
    graph: Graph
    region: NDArray[np.str_]

    def of(self, code: int) -> NDArray[np.bool_]:
        """The spots of one section that the pathologist named."""
        return (self.tissue.section == code) & ~np.isin(self.region, UNKNOWN)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    data = parser.parse_args().folder / "data"
    warnings.simplefilter("ignore", tme.TMEWarning)
    read = [read_section(name, data / f"{file}.h5ad") for name, file in DATA.items()]
    found = pd.concat([aurocs(section) for section in read], ignore_index=True)
    show("What stands out in a region", standing_out(found))
    show("Lists that seemed to fail", known(found))
    show("Depth", pd.concat([depths(section) for section in read]))
    show("Molecules of 10,000", pd.concat([molecules(section) for section in read[:1]]))
    show("Niches and regions", pd.concat([niches(section) for section in read]))


def show(title: str, table: pd.DataFrame) -> None:
    """The table as Markdown."""
    rows = [list(table.columns), ["---"] * table.shape[1], *table.to_numpy(str).tolist()]
    print(f"{title}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n", flush=True)


def read_section(name: str, path: Path) -> Section:
    adata = ad.read_h5ad(path)
    tissue = read_tissue(adata, "sample")
    return Section(name, adata, tissue, build_graph(tissue), adata.obs["region"].to_numpy(str))


def pooled(section: Section) -> ad.AnnData:
    """The counts of each spot and of those around it, as one."""
    around = section.graph.edges + sp.eye_array(section.adata.n_obs, format="csr", dtype=np.float32)
    return ad.AnnData(
        sp.csr_matrix(around @ section.adata.X.astype(np.float32)),
        obs=section.adata.obs,
        var=section.adata.var,
    )


def normalised(adata: ad.AnnData) -> ad.AnnData:
    adata = adata.copy()
    adata.X = adata.X.astype(np.float32)
    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)
    return adata


def with_random(adata: ad.AnnData, lists: dict[str, list[str]]) -> dict[str, list[str]]:
    """Each list, and beside it lists of as many genes of like mean expression."""
    order = np.argsort(np.asarray(adata.X.mean(axis=0)).ravel(), kind="stable")
    rank = np.empty(len(order), dtype=int)
    rank[order] = np.arange(len(order))
    rng = np.random.default_rng(0)
    found = dict(lists)
    for name, genes in lists.items():
        at = rank[adata.var_names.get_indexer(genes)]
        for draw in range(N_RANDOM):
            near = np.clip(at + rng.integers(-NEAR, NEAR + 1, len(at)), 0, len(order) - 1)
            found[f"{name}|{draw}"] = list(adata.var_names[order[np.unique(near)]])
    return found


def scored(adata: ad.AnnData, lists: dict[str, list[str]]) -> pd.DataFrame:
    tme.tl.score(adata, lists, obs=False, min_coverage=0, key_added="lists")
    return adata.obsm["lists"].astype(np.float32)


def aurocs(section: Section) -> pd.DataFrame:
    """One row per way to score, list, region and patient: AUROC, and those of random lists."""
    library = tme.sig.load("core")
    measured = {i: [g for g in library[i].genes if g in section.adata.var_names] for i in library}
    lists = {
        i: genes
        for i, genes in measured.items()
        if len(genes) >= max(3, COVERAGE * len(library[i].genes))
    }
    spots, together = normalised(section.adata), normalised(pooled(section))
    scores = {"spot": scored(spots, with_random(spots, lists))}
    around = mean_around(section.graph.edges, scores["spot"].to_numpy())
    scores["mean around"] = pd.DataFrame(around, columns=scores["spot"].columns)
    scores["pooled counts"] = scored(together, with_random(together, lists))
    return pd.DataFrame(
        [
            {"data": section.name, "way": way, "list": i, "region": region, "patient": patient}
            | _against_random(values, i, rows, section.region == region)
            for code, patient in enumerate(section.tissue.sections)
            for region in np.unique(section.region[section.of(code)])
            if _enough(section, code, region)
            for rows in (section.of(code),)
            for way, values in scores.items()
            for i in lists
        ]
    )


def _enough(section: Section, code: int, region: str) -> bool:
    inside = section.region[section.of(code)] == region
    return min(inside.sum(), (~inside).sum()) >= FEWEST_SPOTS


def _against_random(
    values: pd.DataFrame, name: str, rows: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> dict[str, float]:
    columns = [name, *(f"{name}|{draw}" for draw in range(N_RANDOM))]
    of_rows, is_in = values.loc[:, columns].to_numpy()[rows], inside[rows]
    own, *random = (auroc(column, is_in) for column in of_rows.T)
    by_draw = {f"draw {draw}": value for draw, value in enumerate(random)}
    return {"auroc": own, "random": float(np.mean(random)), "highest": max(random)} | by_draw


def standing_out(found: pd.DataFrame) -> pd.DataFrame:
    """The lists that are above all random lists, by the mean of all who have the region."""
    draws = [f"draw {draw}" for draw in range(N_RANDOM)]
    rows = []
    for (data, region), here in found.groupby(["data", "region"], sort=False):
        for way in WAYS:
            of_way = here[here["way"] == way]
            mean = of_way.groupby("list")[["auroc", "random", *draws]].mean()
            out = (mean["auroc"] > mean[draws].max(axis=1)) & (mean["auroc"] > 0.5)
            alone = of_way["auroc"] > of_way["highest"].clip(lower=0.5)
            everywhere = alone.groupby(of_way["list"]).all()
            excess = (mean["auroc"] - mean["random"])[out].sort_values(ascending=False)
            rows.append(
                {
                    **{"data": data, "region": region, "patients": of_way["patient"].nunique()},
                    **{"scores of": way, "above chance by the mean": int(out.sum())},
                    "in every patient": int(everywhere.sum()),
                    "highest (AUROC by patient; * in every patient)": "; ".join(
                        f"{name}{' *' if everywhere[name] else ''} "
                        + _by_patient(of_way[of_way["list"] == name], "auroc")
                        for name in excess.index[:SHOWN]
                    ),
                }
            )
    return pd.DataFrame(rows)


def known(found: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, region in KNOWN:
        here = found[(found["list"] == name) & (found["region"] == region)]
        row = {"list": name, "region": region, "patients": " ".join(here["patient"].unique())}
        for way in WAYS:
            of_way = here[here["way"] == way]
            row[way] = (
                f"{_by_patient(of_way, 'auroc')} (random {_by_patient(of_way, 'random')}, "
                f"highest {_by_patient(of_way, 'highest')})"
            )
        rows.append(row)
    return pd.DataFrame(rows)


def _by_patient(rows: pd.DataFrame, column: str) -> str:
    return " ".join(f"{value:.2f}" for value in rows[column])


def depths(section: Section) -> pd.DataFrame:
    """AUROC of the number of molecules by region: what a score that follows depth would reach."""
    depth = np.asarray(section.adata.X.sum(axis=1)).ravel()
    rows = []
    for region in np.unique(section.region[~np.isin(section.region, UNKNOWN)]):
        row = {"data": section.name, "region": region}
        codes = range(len(section.tissue.sections))
        for_patient = []
        for code in (code for code in codes if _enough(section, code, region)):
            rows_of, inside = section.of(code), section.region == region
            value = auroc(depth[rows_of], inside[rows_of])
            spots = np.count_nonzero(rows_of & inside)
            for_patient.append(f"{section.tissue.sections[code]} {value:.2f} ({spots} spots)")
        rows.append(row | {"AUROC of depth": "; ".join(for_patient)})
    return pd.DataFrame(rows)


def molecules(section: Section) -> pd.DataFrame:
    """Where plasma cells lie by their own molecules, and where B cells do."""
    library = tme.sig.load("all")
    plasma, b = library["plasma_pan"].genes, library["b_pan"].genes
    parts = {
        "immunoglobulins of plasma_pan": [g for g in plasma if g.startswith("IG")],
        "other genes of plasma_pan": [g for g in plasma if not g.startswith("IG")],
        "b_pan without immunoglobulins": [g for g in b if not g.startswith("IG")],
    }
    counts, names = section.adata.X, section.adata.var_names
    depth = np.asarray(counts.sum(axis=1)).ravel()
    rows = []
    for code, patient in enumerate(section.tissue.sections):
        for region in np.unique(section.region[section.of(code)]):
            spots = section.of(code) & (section.region == region)
            row = {"patient": patient, "region": region, "spots": int(spots.sum())}
            for part, genes in parts.items():
                of_part = counts[spots][:, names.isin(genes)].sum()
                row[part] = f"{of_part / depth[spots].sum() * 1e4:.1f}"
            rows.append(row)
    return pd.DataFrame(rows)


def niches(section: Section) -> pd.DataFrame:
    """How alike niches by programmes and regions divide each section."""
    together = replace(section.tissue, section=np.zeros_like(section.tissue.section))
    rows = []
    for way, adata in (("spot", section.adata), ("pooled counts", pooled(section))):
        adata = normalised(adata)
        tme.tl.score(adata, obs=False, min_coverage=COVERAGE)
        tme.tl.consensus(adata)
        scores = adata.obsm["tme_consensus"]
        scores = scores.loc[:, scores.notna().all()].to_numpy(np.float32)
        around = surroundings(section.graph, np.full(len(scores), -1), 0, scores)
        rows += [
            {"data": section.name, "scores of": way, "standardised": "within sections"}
            | _alike(section, section.tissue, around, n_niches)
            for n_niches in NUMBERS
        ]
        if len(section.tissue.sections) > 1:
            rows += [
                {"data": section.name, "scores of": way, "standardised": "over all"}
                | _alike(section, together, around, n_niches)
                for n_niches in NUMBERS[:2]
            ]
    return pd.DataFrame(rows)


def _alike(
    section: Section, tissue: Tissue, around: NDArray[np.float32], n_niches: int | None
) -> dict[str, object]:
    found = find_niches(tissue, section.graph, around, n_types=0, n_niches=n_niches)
    alike = [
        adjusted_rand_score(section.region[rows], found.codes[rows])
        for rows in map(section.of, range(len(section.tissue.sections)))
    ]
    k = int(found.tried.loc[found.tried["chosen"], "k"].iloc[0])
    of_section = adjusted_rand_score(section.tissue.section, found.codes)
    return {
        "niches": f"{k} (chosen)" if n_niches is None else k,
        "stability": f"{found.stability:.2f}",
        "with regions, by patient": " ".join(f"{value:.2f}" for value in alike),
        "with sections": f"{of_section:.2f}",
    }


if __name__ == "__main__":
    main()
