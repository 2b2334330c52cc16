"""How well states are called on labelled cells, and how often where there are none.

    python benchmarks/states.py [folder with data/]      # all tables, about two minutes

The choices (lists, scale, `min_margin`) were made on wu2021 and the simulated tumour; the other
data were read afterwards. Atlases that pool public studies may hold patients of these data: what
the states reach without the lists of such atlases stands beside it.
"""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import anndata as ad
import numpy as np
import pandas as pd
from accuracy_pairs import auroc

import tmeatlas as tme
from tmeatlas.states import LineageStates, load_states

FOLDER = Path(os.environ.get("TMEATLAS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
POOLED = ("gavish2023", "zheng2021", "barkley2022", "chu2023")
"""In the records of lists from atlases that pool public studies."""
NOT_CALLED = ("unassigned", "not called")
T_CELLS = ("T_CD4", "T_CD8", "T_cycling", "T_other", "Treg", "T")
SHUFFLES = 10
WU2021, KANG2018 = "wu2021_tnbc_CID4465", "kang2018_pbmc_ifnb_2donors"


@dataclass(frozen=True)
class Known:
    """Cells of which the authors say what state they are in."""

    data: str
    lineage: str
    state: str
    id: str
    within: tuple[str, ...]
    """Labels in `cell_type` of the lineage."""
    column: str
    labels: tuple[str, ...]
    """Labels in `column` of the cells in the state."""


KNOWN = (
    Known(WU2021, "Fibroblasts", "myCAF-like", "caf_mycaf", ("CAF",), "celltype_minor",
          ("CAFs myCAF-like",)),
    Known(WU2021, "Fibroblasts", "iCAF-like", "caf_icaf", ("CAF",), "celltype_minor",
          ("CAFs MSC iCAF-like",)),
    Known(WU2021, "Endothelial cells", "Arterial", "endothelium_arterial", ("Endothelial",),
          "celltype_minor", ("Endothelial CXCL12",)),
    Known(WU2021, "Endothelial cells", "Venous", "endothelium_venous", ("Endothelial",),
          "celltype_minor", ("Endothelial ACKR1",)),
    Known(WU2021, "Endothelial cells", "Lymphatic", "endothelium_lymphatic", ("Endothelial",),
          "celltype_minor", ("Endothelial Lymphatic LYVE1",)),
    Known(WU2021, "Malignant cells", "Cycling", "malignant_cycling", ("Malignant",),
          "celltype_minor", ("Cancer Cycling",)),
    *(
        Known(data, "T cells", "Activated Treg", "t_treg_activated", T_CELLS, "cell_type",
              ("Treg",))
        for data in (WU2021, "puram2017_hnscc_ref180", "wu2020_pancancer_tcells_200")
    ),
)  # fmt: skip
LOW_COVERAGE = {"wu2020_pancancer_tcells_200": 0.3, KANG2018: 0.2}
"""Files that hold a part of the genes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    data = parser.parse_args().folder / "data"
    show("Known states", known_states(data))
    show("myCAF-like or iCAF-like", caf_states(data))
    show("Interferon beta", interferon(data))
    show("Simulated tumour", simulated_states())
    show("Calls where there is nothing to call", false_calls(data))


def show(title: str, table: pd.DataFrame) -> None:
    """The table as Markdown."""
    rows = [list(table.columns), ["---"] * table.shape[1], *table.to_numpy(str).tolist()]
    print(f"{title}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n", flush=True)


def called(adata: ad.AnnData, lineage_key: str, name: str = "", **options: object) -> ad.AnnData:
    """A copy with its states."""
    options = {"min_coverage": LOW_COVERAGE.get(name, 0.5), **options}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tme.TMEWarning)
        return tme.tl.call_states(adata, lineage_key=lineage_key, copy=True, **options)


@contextmanager
def without_pooled() -> Iterator[None]:
    """States read from the lists that are of no pooled atlas, where there are any."""
    library = tme.sig.load("all")

    def own(lists: tuple[str, ...]) -> tuple[str, ...]:
        kept = tuple(i for i in lists if not any(name in library[i].source for name in POOLED))
        return kept or lists

    def reduced(known: LineageStates) -> LineageStates:
        states = tuple(replace(state, signatures=own(state.signatures)) for state in known.states)
        return replace(known, states=states)

    states = tuple(reduced(known) for known in load_states())
    with mock.patch("tmeatlas.tl._call_states_inputs.load_states", return_value=states):
        yield


def known_states(data: Path) -> pd.DataFrame:
    """One row per state: how well its score ranks the cells, and how well the calls find them."""
    rows = []
    for name in dict.fromkeys(known.data for known in KNOWN):
        adata = ad.read_h5ad(data / f"{name}.h5ad")
        in_t = adata.obs["cell_type"].isin(T_CELLS)
        # T cells are told apart by their states here, not by the labels that are to be found.
        adata.obs["lineage"] = adata.obs["cell_type"].astype(str).mask(in_t, "T cells")
        every = called(adata, "lineage", name)
        with without_pooled():
            fewer = called(adata, "lineage", name)
        for known in (known for known in KNOWN if known.data == name):
            rows.append(_found(known, every) | {"without pooled": _in_short(known, fewer)})
    return pd.DataFrame(rows)


def _found(known: Known, adata: ad.AnnData) -> dict[str, str]:
    within = adata.obs["cell_type"].isin(known.within).to_numpy()
    true = adata.obs[known.column].isin(known.labels).to_numpy()[within]
    states = adata.obs["tme_state"].astype(str).to_numpy()[within]
    scores = adata.obsm["tme_state_scores"][known.id].to_numpy(np.float64)[within]
    hit = states == known.state
    return {
        "data": known.data.partition("_")[0],
        "lineage": known.lineage,
        "state": known.state,
        "cells": f"{true.sum()} of {len(true)}",
        "AUROC": f"{auroc(scores, true):.2f}",
        "called": str(hit.sum()),
        "right": f"{(hit & true).sum() / max(hit.sum(), 1):.2f}",
        "found": f"{(hit & true).sum() / true.sum():.2f}",
        "lineage called": f"{np.mean(~np.isin(states, NOT_CALLED)):.2f}",
    }


def _in_short(known: Known, adata: ad.AnnData) -> str:
    found = _found(known, adata)
    return f"{found['AUROC']}, {found['right']}, {found['found']}"


def caf_states(data: Path) -> pd.DataFrame:
    """One row per margin: CAF called one of the two, and the balanced accuracy among them."""
    adata = ad.read_h5ad(data / f"{WU2021}.h5ad")
    caf = (adata.obs["cell_type"] == "CAF").to_numpy()
    inflammatory = adata.obs["celltype_minor"].astype(str).str.contains("iCAF").to_numpy()[caf]
    rows = []
    for margin in (0.0, 0.25, 0.5, 1.0):
        states = called(adata, "cell_type", min_margin=margin).obs["tme_state"].astype(str)
        of_caf = states.to_numpy()[caf]
        either = np.isin(of_caf, ["myCAF-like", "iCAF-like"])
        right = of_caf[either] == np.where(inflammatory[either], "iCAF-like", "myCAF-like")
        rows.append(
            {
                "min_margin": f"{margin:g}",
                "called": f"{either.mean():.2f}",
                "balanced accuracy": f"{_balanced(right, inflammatory[either]):.3f}",
                "called another state": f"{np.mean(~either & (of_caf != NOT_CALLED[0])):.2f}",
            }
        )
    scores = called(adata, "cell_type").obsm["tme_state_scores"][caf]
    apart = (scores["caf_icaf"] - scores["caf_mycaf"]).to_numpy()
    forced = _balanced((apart > 0) == inflammatory, inflammatory)
    return pd.DataFrame(
        [*rows, {"min_margin": "none: the higher of the two scores", "called": "1.00",
                 "balanced accuracy": f"{forced:.3f}", "called another state": ""}]
    )  # fmt: skip


def _balanced(right: np.ndarray, label: np.ndarray) -> float:
    return float(np.mean([right[label].mean(), right[~label].mean()]))


def interferon(data: Path) -> pd.DataFrame:
    """One row per cell type: treated and untreated cells together, and untreated ones alone."""
    adata = ad.read_h5ad(data / f"{KANG2018}.h5ad")
    treated = (adata.obs["condition"] == "stim").to_numpy()
    both = called(adata, "cell_type", KANG2018)
    alone = called(adata[~treated].copy(), "cell_type", KANG2018)
    score = both.obsm["tme_state_scores"].filter(like="_ifn").max(axis=1).to_numpy(np.float64)
    rows = []
    for cell_type in adata.obs["cell_type"].cat.categories:
        of_type = (adata.obs["cell_type"] == cell_type).to_numpy()
        responds = (both.obs["tme_state"] == "Interferon response").to_numpy()
        untreated = alone.obs.loc[alone.obs["cell_type"] == cell_type, "tme_state"].astype(str)
        rows.append(
            {
                "cell type": cell_type,
                "cells": f"{of_type.sum()}",
                "AUROC": f"{auroc(score[of_type], treated[of_type]):.3f}",
                "treated called": f"{responds[of_type & treated].mean():.2f}",
                "untreated called": f"{responds[of_type & ~treated].mean():.3f}",
                "untreated, alone": f"{(untreated == 'Interferon response').mean():.3f}",
            }
        )
    return pd.DataFrame(rows)


def simulated_states() -> pd.DataFrame:
    """One row per true state: how many of its cells get its name, and how many get another."""
    adata = called(tme.datasets.simulated(6000), "cell_type")
    names = {
        "mycaf": "myCAF-like", "icaf": "iCAF-like", "tam_spp1": "SPP1",
        "tam_c1q": "C1Q, lipid-associated", "cd8_exhausted": "Terminally exhausted",
        "cd8_effector": "Cytotoxic", "treg": "Activated Treg", "malignant_hypoxic": "Hypoxic",
        "malignant_cycling": "Cycling",
    }  # fmt: skip
    true, states = (adata.obs[key].astype(str) for key in ("true_state", "tme_state"))
    rows = []
    for name, state in names.items():
        hit, of_state = states == state, true == name
        rows.append(
            {
                "true state": name,
                "cells": str(of_state.sum()),
                "called": f"{state}: {(hit & of_state).sum() / of_state.sum():.2f}",
                "right": f"{(hit & of_state).sum() / max(hit.sum(), 1):.2f}",
            }
        )
    return pd.DataFrame(rows)


def false_calls(data: Path) -> pd.DataFrame:
    """One row per case in which no cell, or next to none, is in a state: the share called."""
    rows = []
    for name in (WU2021, "kim2020_luad_T34", "puram2017_hnscc_ref180"):
        adata = ad.read_h5ad(data / f"{name}.h5ad")
        shares = [_shuffled(adata, seed) for seed in range(SHUFFLES)]
        case = f"{name.partition('_')[0]}, genes shuffled, {SHUFFLES} times"
        rows.append((case, "any", f"{np.mean(shares):.3f} (most {np.max(shares):.3f})"))
    blood = ad.read_h5ad(data / f"{KANG2018}.h5ad")
    blood = blood[(blood.obs["condition"] == "ctrl").to_numpy()].copy()
    for cell_type in ("B cells", "CD4 T cells", "CD14+ Monocytes"):
        cells = blood[(blood.obs["cell_type"] == cell_type).to_numpy()].copy()
        for lineage in ("Fibroblasts", "Endothelial cells", "Malignant cells"):
            cells.obs["lineage"] = lineage
            states = called(cells, "lineage", KANG2018).obs["tme_state"].astype(str)
            states = states[~states.isin(NOT_CALLED)].value_counts() / len(states)
            told = ", ".join(f"{state} {share:.3f}" for state, share in states.items())
            rows.append((f"{cell_type} of blood, labelled {lineage}", "any", told or "0.000"))
    lumped = ad.read_h5ad(data / f"{WU2021}.h5ad")
    mural = (lumped.obs["cell_type"] == "Pericyte_PVL").to_numpy()
    lumped.obs["lineage"] = lumped.obs["cell_type"].astype(str).mask(mural, "CAF")
    states = called(lumped, "lineage").obs["tme_state"].astype(str).to_numpy()[mural]
    for state in ("myCAF-like", "iCAF-like"):
        share = f"{np.mean(states == state):.3f}"
        rows.append(("wu2021, mural cells labelled CAF", state, share))
    return pd.DataFrame(rows, columns=["case", "state", "share of the cells"])


def _shuffled(adata: ad.AnnData, seed: int) -> float:
    """Share of the cells with states that are called once genes have each other's names."""
    shuffled = adata.copy()
    shuffled.var_names = np.random.default_rng(seed).permutation(np.asarray(adata.var_names))
    states = called(shuffled, "cell_type").obs["tme_state"].astype(str)
    return float((~states.isin(NOT_CALLED)).sum() / (states != NOT_CALLED[1]).sum())


if __name__ == "__main__":
    main()
