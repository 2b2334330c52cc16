"""Whether the first eight sentences say what is planted, and nothing where labels mean nothing.

    python benchmarks/findings_planted.py planted [--seeds 0 1 2] [--patients 8] [--cells 300]
    python benchmarks/findings_planted.py shuffled [--seeds 0 1 2] [--patients 8] [--cells 300]

All of it on ``tme.datasets.simulated_cohort``. What counts as said was written down before the
rules of the findings were: `FACTS`. A sentence is read by the rows of the result that it names, not
by its words. Seeds below 100 are for choosing, those from 100 on for confirming.

- ``planted``: the share of `FACTS` among the first eight sentences
- ``shuffled``: nothing planted, cell types shuffled within the samples: claims of biology, which
  are sentences about programmes, crosstalk, conditions or space that are "clear" or "fair"
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData

import tmeatlas as tme

MOST = 8
ALPHA = 0.05
WITH_INTERFERON = ("Malignant", "CAF myCAF", "T CD4")
EFFECTS = {
    "programmes": {"interferon": dict.fromkeys(WITH_INTERFERON, 0.45)},
    "composition": {"Treg": 5.0, "malignant_hypoxic": 6.0},
    "axes": {"cxcl12": 4.0},
}
CASE, REFERENCE = "case", "control"
PLANTED_PROGRAMMES = {
    "hypoxia": ("Malignant", "Malignant cells"),
    "Hypoxic": ("Malignant", "Malignant cells"),
    "proliferation": ("Malignant", "Malignant cells"),
    "Cycling": ("Malignant", "Malignant cells"),
    "exhaustion": ("T CD8 exhausted",),
    "exhaustion_terminal": ("T CD8 exhausted",),
    "Terminally exhausted": ("T cells",),
    "tam_spp1": ("TAM SPP1",),
    "SPP1": ("Monocytes and macrophages",),
    "tam_lipid": ("TAM C1Q",),
    "C1Q, lipid-associated": ("Monocytes and macrophages",),
    "caf_mycaf": ("CAF myCAF",),
    "myCAF-like": ("Fibroblasts",),
    "caf_icaf": ("CAF iCAF",),
    "iCAF-like": ("Fibroblasts",),
    "treg_activated": ("Treg",),
    "Activated Treg": ("T cells",),
}
"""Programmes and states that the cells of the simulation run, and the groups that run them."""
LINEAGES_WITH_INTERFERON = ("Malignant cells", "Fibroblasts", "T cells")


def rows_of(finding: Any) -> dict[str, str]:
    """The rows that a sentence names."""
    pairs = (each.partition("=") for each in finding.rows.split("; "))
    return {name: value for name, _, value in pairs}


def compared(adata: AnnData, finding: Any) -> pd.Series | None:
    """The row of the comparison that a sentence names, where it stands; else None."""
    wanted = rows_of(finding)
    if finding.about != "condition" or "feature" not in wanted:
        return None
    table = adata.uns[finding.result].astype({"feature": str, "group": str, "condition": str})
    here = (table["feature"] == wanted["feature"]) & (table["group"] == wanted.get("group", ""))
    row = table[here].iloc[0]
    return row if row["padj"] <= ALPHA else None


def raised(*features: str, groups: tuple[str, ...] = ()) -> Callable[[AnnData, Any], bool]:
    """A sentence on the conditions that says that one of `features` is higher in the case."""

    def says(adata: AnnData, finding: Any) -> bool:
        row = compared(adata, finding)
        if row is None or row["effect"] <= 0 or row["condition"] != CASE:
            return False
        named = any(row["feature"] == f or row["feature"].startswith(f"{f}_") for f in features)
        return named and (not groups or row["group"] in groups)

    return says


def planted_route(adata: AnnData, finding: Any) -> bool:
    """A sentence on crosstalk that names a planted axis, its sender and its receiver."""
    if finding.about != "crosstalk" or finding.confidence not in ("clear", "fair"):
        return False
    wanted, truth = rows_of(finding), adata.uns["truth"].astype(str)
    here = truth["axis"] == wanted.get("axis")
    here &= truth["source"] == wanted.get("source")
    return bool((here & (truth["target"] == wanted.get("target"))).any())


def planted_programme(adata: AnnData, finding: Any) -> bool:
    """A sentence on programmes that names one where it is run."""
    if finding.about != "programme" or finding.confidence not in ("clear", "fair"):
        return False
    wanted = rows_of(finding)
    name = wanted.get("programme", wanted.get("state", ""))
    return wanted.get("group", wanted.get("lineage", "")) in PLANTED_PROGRAMMES.get(name, ())


FACTS: dict[str, Callable[[AnnData, Any], bool]] = {
    "Treg are more in cases": raised("Treg", "treg"),
    "interferon is higher in cases": raised(
        *("ifn", "ifng", "ifna", "Interferon response"),
        groups=(*WITH_INTERFERON, *LINEAGES_WITH_INTERFERON, ""),
    ),
    "hypoxic tumour cells are more in cases": raised(
        "hypoxia", "Hypoxic", "hypoxic", groups=("Malignant", "Malignant cells", "")
    ),
    "CXCL12 is higher in cases": lambda adata, f: (
        raised("CXCL12", groups=("CAF iCAF",))(adata, f)
        or raised("CXCR4", groups=("T CD4", "Treg"))(adata, f)
    ),
    "an axis from its sender to its receiver": planted_route,
    "a programme in the cells that run it": planted_programme,
}
"""What is planted, and whether a sentence says it."""


def cohort(seed: int, patients: int, cells: int, effects: Any) -> AnnData:
    """A cohort as counts."""
    return tme.datasets.simulated_cohort(
        patients, effects=effects, n_cells=cells, patient_effect=0.3, rng=seed
    )


def told(adata: AnnData) -> pd.DataFrame:
    """The first sentences after the whole way."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tme.analyse(
            adata,
            "cell_type",
            sample_key="sample",
            condition_key="condition",
            patient_key="patient",
            reference=REFERENCE,
        )
        return tme.get.findings(adata, most=MOST)


def planted(seed: int, patients: int, cells: int) -> dict[str, bool]:
    """Which facts are said in one cohort."""
    adata = cohort(seed, patients, cells, EFFECTS)
    sentences = list(told(adata).itertuples())
    show(sentences)
    return {fact: any(says(adata, each) for each in sentences) for fact, says in FACTS.items()}


def shuffled(seed: int, patients: int, cells: int) -> list[str]:
    """The claims of biology where labels mean nothing."""
    from tmeatlas.findings import CLAIMS

    adata = cohort(seed, patients, cells, None)
    draws = np.random.default_rng(seed)
    of_sample = adata.obs.groupby("sample", observed=True).indices
    labels = adata.obs["cell_type"].to_numpy(dtype=object)
    for rows in of_sample.values():
        labels[rows] = draws.permutation(labels[rows])
    adata.obs["cell_type"] = pd.Categorical(labels)
    sentences = list(told(adata).itertuples())
    show(sentences)
    return [
        f"{each.about}: {each.headline}"
        for each in sentences
        if each.about in {str(about) for about in CLAIMS} and each.confidence in ("clear", "fair")
    ]


def show(sentences: list[Any]) -> None:
    """Each sentence on a line."""
    for each in sentences:
        print(f"  {each.about} ({each.confidence}): {each.headline}. {each.text}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", choices=("planted", "shuffled"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--patients", type=int, default=8)
    parser.add_argument("--cells", type=int, default=300)
    given = parser.parse_args()
    if given.table == "planted":
        found = {}
        for seed in given.seeds:
            found[seed] = planted(seed, given.patients, given.cells)
            print(f"seed {seed}: {sum(found[seed].values())} of {len(FACTS)}", flush=True)
        table = pd.DataFrame(found).T
        print(table.mean().to_string())
        print(f"all: {table.to_numpy().mean():.2f}")
    else:
        n_claims = []
        for seed in given.seeds:
            claims = shuffled(seed, given.patients, given.cells)
            n_claims.append(len(claims))
            print(f"seed {seed}: {len(claims)} claims {claims}", flush=True)
        print(f"all: {sum(n_claims)} claims in {len(n_claims)} cohorts")


if __name__ == "__main__":
    main()
