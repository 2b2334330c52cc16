"""Compute the mean profiles of `tmeatlas.datasets.simulated` from published tumours.

    python tests/reference/make_profiles.py FOLDER

FOLDER holds `wu2021_tnbc_CID4465.h5ad` (Wu et al., Nat Genet 2021, GSE176078),
`kim2020_luad_T34.h5ad` (Kim et al., Nat Commun 2020, GSE131907) and
`puram2017_hnscc_ref180.h5ad` (Puram et al., Cell 2017, GSE103322). The table is
written to `tmeatlas/datasets/profiles.tsv.gz`: genes × states, in counts per
10,000, three significant digits. It holds means of groups of cells, never a cell.

How a profile comes about:

1. The mean of an anchor group, from one study, less the ambient RNA in it (the
   simulation adds its own).
2. Times the fold changes between groups of the same study, so that differences
   between studies do not enter; a fold change is pulled towards 1 by two
   standard errors, so that the noise of small groups does not enter either.
3. Programmes that the studies are too shallow or too small to give (hypoxia,
   exhaustion ...) are planted: most genes of published signatures are raised.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Sequence
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import yaml
from profile_recipes import PROGRAMMES, RECIPES, RESPONSES, Fold, Recipe

import tmeatlas as tme
from tmeatlas.datasets._profiles import UNSEEN

REPOSITORY = Path(__file__).resolve().parents[2]
TABLE = REPOSITORY / "tmeatlas" / "datasets" / "profiles.tsv.gz"
N_GENES = 7_500
AMBIENT = {"wu": ("all", 0.02), "kim": ("Epithelial_tumour", 0.1)}
"""Study → cells whose RNA floats about, and the quantile that tells its share in a group."""
AMBIENT_GENES = 300
SILENCED = 0.1
PSEUDOCOUNT = 0.5
ANSWERING = 0.85
"""Part of the genes of a programme that answer to it."""
SMALLEST = 0.01
RESPONSE = "response_"
"""Begins the columns that hold fold changes instead of means."""


class Study:
    """Expression per cell in counts per 10,000, with groups of cells by name."""

    def __init__(self, name: str, adata: ad.AnnData, linear: np.ndarray) -> None:
        self.name = name
        approved = adata.var["hgnc_approved"].astype(str).to_numpy()
        symbols = np.where(approved == "", adata.var_names.to_numpy(), approved)
        self.depth = linear.sum(axis=1, keepdims=True, dtype=float)
        table = pd.DataFrame((1e4 * linear / self.depth).T, index=symbols)
        table = table.groupby(level=0, sort=True).sum()
        self.approved = pd.Index(approved[approved != ""]).unique()
        self.genes = table.index
        self.cells = table.to_numpy().T
        labels = [adata.obs[name].astype(str) for name in adata.obs if "type" in name]
        self.groups = {
            name: (column == name).to_numpy() for column in labels for name in column.unique()
        }
        self.groups["all"] = np.ones(len(self.cells), dtype=bool)

    def level(self, gene: str) -> np.ndarray:
        return self.cells[:, self.genes.get_loc(gene)]

    def mean(self, group: str) -> pd.Series:
        """Mean of a group, less the ambient RNA in it.

        The ambient share is what is left of the genes that the group expresses
        least, among those that make up the ambient RNA.
        """
        source, quantile = AMBIENT[self.name]
        mean = self.cells[self.groups[group]].mean(axis=0)
        inside = self.groups[source]
        ambient = np.average(self.cells[inside], axis=0, weights=self.depth[inside].ravel())
        loudest = np.argsort(-ambient, kind="stable")[:AMBIENT_GENES]
        share = np.quantile(mean[loudest] / ambient[loudest], quantile)
        own = np.maximum(mean - share * ambient, 0)
        return pd.Series(1e4 * own / own.sum(), index=self.genes)

    def log_fold(self, fold: Fold) -> pd.Series:
        """Log fold change between two groups, pulled towards 0 by two standard errors."""
        groups = [self.cells[self.groups[name]] for name in (fold.cells, fold.reference)]
        level = [cells.mean(axis=0) + PSEUDOCOUNT for cells in groups]
        noise = [cells.var(axis=0, ddof=1) / len(cells) for cells in groups]
        error = np.sqrt(noise[0] / level[0] ** 2 + noise[1] / level[1] ** 2)
        change = np.log(level[0] / level[1])
        return pd.Series(
            np.sign(change) * np.maximum(np.abs(change) - 2 * error, 0), index=self.genes
        )


def read_studies(folder: Path) -> dict[str, Study]:
    """The three studies, with the groups that the recipes name."""
    wu = ad.read_h5ad(folder / "wu2021_tnbc_CID4465.h5ad")
    kim = ad.read_h5ad(folder / "kim2020_luad_T34.h5ad")
    puram = ad.read_h5ad(folder / "puram2017_hnscc_ref180.h5ad")
    studies = {
        "wu": Study("wu", wu, wu.X.toarray()),
        "kim": Study("kim", kim, kim.layers["counts"].toarray()),
        "puram": Study("puram", puram, np.exp2(puram.X.toarray()) - 1),  # from log2(TPM/10 + 1)
    }
    for name in ("wu", "puram"):
        groups = studies[name].groups
        groups["T_all"] = groups["T_CD4"] | groups["T_CD8"] | groups["Treg"]
    groups = studies["kim"].groups
    spp1 = studies["kim"].level("SPP1") > 0
    groups["Myeloid SPP1+"] = groups["Myeloid"] & spp1
    groups["Myeloid SPP1-"] = groups["Myeloid"] & ~spp1
    # The study's B cells include plasma cells, which are full of MZB1 transcripts.
    groups["B naive or memory"] = groups["B"] & (studies["kim"].level("MZB1") == 0)
    return studies


def programme_genes(name: str) -> list[str]:
    signatures = tme.sig.load("all")
    other = {"tam_spp1": "tam_c1q", "tam_c1q": "tam_spp1"}.get(name)
    shared = set(signatures[other].genes) if other else set()  # no contrast between the two
    return sorted({gene for key in PROGRAMMES[name] for gene in signatures[key].genes} - shared)


def fold_changes(programme: str, median: float) -> dict[str, float]:
    """Most genes of a programme answer to it, by factors around `median`.

    The draws are the same in every state, as a gene answers a programme by its nature.
    """
    genes = programme_genes(programme)
    rng = np.random.default_rng(0)
    factors = np.exp(rng.normal(np.log(median), 0.4, len(genes)))
    answers = rng.random(len(genes)) < ANSWERING
    return {gene: factors[i] for i, gene in enumerate(genes) if answers[i]}


def apply_programmes(profile: pd.Series, recipe: Recipe) -> pd.Series:
    """Lower the genes of silenced programmes, raise those of planted ones."""
    profile = profile.copy()
    for name in recipe.silenced:
        profile[profile.index.isin(programme_genes(name))] *= SILENCED
    for name, median in recipe.planted.items():
        for gene, factor in fold_changes(name, median).items():
            if gene in profile.index:
                profile[gene] = (profile[gene] + PSEUDOCOUNT) * factor
    return profile


def make_profile(recipe: Recipe, studies: dict[str, Study], genes: pd.Index) -> pd.Series:
    profile = studies[recipe.study].mean(recipe.anchor).reindex(genes, fill_value=0.0)
    if recipe.folds:
        changes = pd.DataFrame([studies[fold.study].log_fold(fold) for fold in recipe.folds])
        change = changes.mean().reindex(genes, fill_value=0.0)
        # The pseudocount went into the fold change, so it comes in here as well.
        profile = ((profile + PSEUDOCOUNT) * np.exp(change) - PSEUDOCOUNT).clip(lower=0)
    profile = apply_programmes(profile, recipe)
    return 1e4 * profile / profile.sum()


def choose_genes(profiles: pd.DataFrame, wanted: set[str], background: pd.Index) -> pd.Index:
    """All genes of signatures and axes, and the most expressed of the `background`."""
    is_wanted = profiles.index.isin(wanted)
    others = profiles[~is_wanted & profiles.index.isin(background)].max(axis=1)
    others = others.sort_values(ascending=False, kind="stable")
    chosen = others.index[: max(0, N_GENES - int(is_wanted.sum()))]
    return profiles.index[is_wanted | profiles.index.isin(chosen)]


def signature_and_axis_genes() -> set[str]:
    in_signatures = {gene for s in tme.sig.load("all").values() for gene in (*s.genes, *s.down)}
    axes = yaml.safe_load((REPOSITORY / "signatures" / "axes.yaml").read_text(encoding="utf-8"))
    interactions = [interaction for axis in axes for interaction in axis["interactions"]]
    sides = ("ligand_genes", "receptor_genes")
    return in_signatures | {gene for row in interactions for side in sides for gene in row[side]}


def write_table(profiles: pd.DataFrame, path: Path) -> None:
    """Three significant digits; the same bytes every time."""
    shown = profiles.map(lambda value: f"{value:.3g}" if value >= SMALLEST else "0")
    text = shown.to_csv(sep="\t", index_label="gene", lineterminator="\n")
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder with the three studies")
    studies = read_studies(parser.parse_args(arguments).folder)
    genes = studies["wu"].genes.union(studies["kim"].genes).difference(UNSEEN)
    profiles = pd.DataFrame(
        {name: make_profile(recipe, studies, genes) for name, recipe in RECIPES.items()}
    )
    background = studies["wu"].approved.intersection(studies["kim"].approved)
    chosen = choose_genes(profiles, signature_and_axis_genes(), background)
    for name, median in RESPONSES.items():
        changes = pd.Series(fold_changes(name, median))
        profiles[f"{RESPONSE}{name}"] = changes.reindex(genes, fill_value=1.0)
    write_table(profiles.loc[chosen], TABLE)


if __name__ == "__main__":
    main()
