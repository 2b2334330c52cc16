"""What `tme.tl.phenotype` gets right, and whether its calls hold at half the depth.

    python benchmarks/phenotype.py [folder of the data sets] [--annotate]

Bulk: `mariathasan2018_imvigor210_bulk_dev`, 84 urothelial cancers with a pathologist's phenotype.
Sorted by name, every other patient is of the half on which lists and thresholds were chosen; the
other half confirms. Cells: simulated tumours, whose samples are inflamed or excluded, simulated
cohorts, and real cells, of which no phenotype is known.
"""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold

import tmeatlas as tme
from tmeatlas.phenotypes import reference_lists
from tmeatlas.phenotypes._profiles import ranks_among

FOLDER = Path(os.environ.get("TMEATLAS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
BULK = "mariathasan2018_imvigor210_bulk_dev"
REAL = (
    "wu2021_tnbc_CID4465",
    "kim2020_luad_T34",
    "puram2017_hnscc_ref180",
    "wu2020_pancancer_tcells_200",
    "kang2018_pbmc_ifnb_2donors",
)
DESERT_LISTS = (
    "cytotoxicity_davoli7",
    "cytotoxicity_cyt",
    "cytotoxicity_danaher2017_cytotoxic",
    "ifng_tis18",
    "lineage_t_cd8",
)
INFLAMED_LISTS = ("ifng_ayers6", "ifng_tis18")
PHENOTYPES = ("desert", "excluded", "inflamed")
AS_PATHOLOGISTS = {"excluded-like": "excluded"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument(
        "--annotate", action="store_true", help="also where the lineages are told anew (minutes)"
    )
    options = parser.parse_args()
    data = options.folder / "data"
    warnings.simplefilter("ignore")
    if options.annotate:
        show("Calls at half the depth, lineages told anew", half_depth_annotated(data))
    bulk = ad.read_h5ad(data / f"{BULK}.h5ad")
    show("Bulk: lists, chosen on one half", choice(bulk))
    show("Bulk: thresholds of the chosen lists set on random halves", random_halves(bulk))
    show("Bulk: the thresholds on each half", accuracy(bulk))
    show("Bulk: phenotype by call, the half that confirms", by_phenotype(bulk))
    show("Bulk: AUROC of each measure, both halves", single_measures(bulk))
    show("Simulated tumours: condition by call", simulated_calls(range(10)))
    show("Simulated tumours added up: condition by call", added_up_calls(range(3)))
    show("Calls at half the depth", half_depth(data))
    show("Real cells: calls", real_calls(data))
    show("Simulated tumours: hypoxic cells told", hypoxic(range(3)))


def show(title: str, table: pd.DataFrame) -> None:
    """The table as Markdown."""
    rows = [list(table.columns), ["---"] * table.shape[1], *table.to_numpy(str).tolist()]
    print(f"{title}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n", flush=True)


def halves(bulk: ad.AnnData) -> dict[str, ad.AnnData]:
    """Patients with a phenotype: those on whom all was chosen, and the others."""
    known = bulk[bulk.obs["immune_phenotype"].astype(str) != ""]
    known = known[known.obs_names.sort_values()].copy()
    return {"chosen on": known[::2].copy(), "confirmed on": known[1::2].copy()}


def list_ranks(bulk: ad.AnnData, name: str) -> np.ndarray:
    """Mean rank of the genes of a list in each patient, by which the lists were compared."""
    library, columns = tme.sig.load("all"), list(bulk.var_names)
    lists = [library[name] for name in reference_lists()]
    reference = {gene for each in lists for gene in (*each.genes, *each.down)}
    places = [columns.index(gene) for gene in library[name].genes if gene in columns]
    order = [columns.index(gene) for gene in sorted(reference)]
    return ranks_among(bulk.to_df().to_numpy(), np.array(places), np.array(order)).mean(axis=1)


def fit(desert: np.ndarray, inflamed: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """The two thresholds of the best balanced accuracy."""
    best, found = -1.0, (0.0, 0.0)
    for low in np.quantile(desert, np.linspace(0.1, 0.6, 21)):
        for high in np.quantile(inflamed, np.linspace(0.4, 0.95, 21)):
            accurate = right(truth, rule(desert, inflamed, low, high))
            if accurate > best + 1e-9:
                best, found = accurate, (float(low), float(high))
    return found


def rule(desert: np.ndarray, inflamed: np.ndarray, low: float, high: float) -> np.ndarray:
    hot = np.where(inflamed > high, "inflamed", "excluded")
    return np.where(desert < low, "desert", hot)


def right(truth: np.ndarray, called: np.ndarray) -> float:
    """Balanced accuracy; a patient who is not called counts as wrong."""
    shares = [np.mean(called[truth == name] == name) for name in PHENOTYPES if name in truth]
    return float(np.mean(shares))


def choice(bulk: ad.AnnData) -> pd.DataFrame:
    """Accuracy within the first half (five folds, six times) for every pair of lists."""
    parts = halves(bulk)
    first, second = parts.values()
    truth, other = (p.obs["immune_phenotype"].astype(str).to_numpy() for p in (first, second))
    rows = []
    for cold in DESERT_LISTS:
        for hot in INFLAMED_LISTS:
            desert, inflamed = list_ranks(first, cold), list_ranks(first, hot)
            seen = []
            folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=6, random_state=0)
            for train, test in folds.split(desert, truth):
                low, high = fit(desert[train], inflamed[train], truth[train])
                seen.append((truth[test], rule(desert[test], inflamed[test], low, high)))
            within = right(*(np.concatenate(part) for part in zip(*seen, strict=True)))
            low, high = fit(desert, inflamed, truth)
            called = rule(list_ranks(second, cold), list_ranks(second, hot), low, high)
            rows.append(
                {
                    **{"desert below": cold, "inflamed above": hot},
                    **{"within the first half": f"{within:.3f}"},
                    **{"thresholds": f"{low:.3f}, {high:.3f}"},
                    "other half": f"{right(other, called):.3f}",
                }
            )
    return pd.DataFrame(rows)


def random_halves(bulk: ad.AnnData, repeats: int = 20) -> pd.DataFrame:
    """Accuracy on the half on which no threshold was set; all patients played a part before."""
    both = ad.concat(halves(bulk).values())
    truth = both.obs["immune_phenotype"].astype(str).to_numpy()
    cold, hot = list_ranks(both, DESERT_LISTS[0]), list_ranks(both, INFLAMED_LISTS[0])
    rng, seen = np.random.default_rng(0), []
    for _ in range(repeats):
        order = rng.permutation(len(truth))
        fitted, rest = order[: len(order) // 2], order[len(order) // 2 :]
        low, high = fit(cold[fitted], hot[fitted], truth[fitted])
        seen.append((right(truth[rest], rule(cold[rest], hot[rest], low, high)), low, high))
    mean, spread = np.mean(seen, axis=0), np.std(seen, axis=0)
    names = ("three classes", "desert below", "inflamed above")
    values = [f"{m:.3f} ± {s:.3f}" for m, s in zip(mean, spread, strict=True)]
    return pd.DataFrame([dict(zip(names, values, strict=True)) | {"repeats": repeats}])


def called(adata: ad.AnnData, **options) -> pd.DataFrame:
    """One row a sample."""
    adata = adata.copy()
    tme.tl.phenotype(adata, **options)
    return tme.get.phenotype(adata)


def accuracy(bulk: ad.AnnData) -> pd.DataFrame:
    """AUROC of each class, and accuracy of the three with a bootstrap over patients."""
    rows = []
    for name, part in halves(bulk).items():
        truth = part.obs["immune_phenotype"].astype(str).to_numpy()
        for unclear in (0.0, 0.01):
            table = called(part, thresholds={"unclear_rank": unclear})
            calls = table["call"].replace(AS_PATHOLOGISTS).to_numpy()
            told = np.isin(calls, PHENOTYPES)
            low, high = bootstrap(truth[told], calls[told])
            value = balanced_accuracy_score(truth[told], calls[told])
            cold, hot = table["cytotoxic"].to_numpy(), table["t_inflamed"].to_numpy()
            rows.append(
                {
                    **{"half": name, "patients": len(part), "unclear below": unclear},
                    **{"called": int(told.sum())},
                    "desert": f"{roc_auc_score(truth == 'desert', -cold):.3f}",
                    "inflamed": f"{roc_auc_score(truth == 'inflamed', hot):.3f}",
                    "excluded": f"{roc_auc_score(truth == 'excluded', table['caf']):.3f}",
                    "three classes": f"{value:.3f} ({low:.2f}-{high:.2f})",
                }
            )
    return pd.DataFrame(rows)


def bootstrap(truth: np.ndarray, calls: np.ndarray, repeats: int = 2000) -> np.ndarray:
    rng = np.random.default_rng(0)
    picks = rng.integers(0, len(truth), (repeats, len(truth)))
    return np.quantile([right(truth[i], calls[i]) for i in picks], [0.025, 0.975])


def by_phenotype(bulk: ad.AnnData) -> pd.DataFrame:
    part = halves(bulk)["confirmed on"]
    truth = part.obs["immune_phenotype"].astype(str).to_numpy()
    return crossed("pathologist", truth, called(part)["call"].to_numpy())


def crossed(name: str, truth: np.ndarray, calls: np.ndarray) -> pd.DataFrame:
    table = pd.crosstab(pd.Series(truth, name=name), pd.Series(calls, name="call"))
    return table.reset_index()


def single_measures(bulk: ad.AnnData) -> pd.DataFrame:
    """AUROC of every measure for each class against the rest; below 0.5 it is lower there."""
    both = ad.concat(halves(bulk).values())
    truth = both.obs["immune_phenotype"].astype(str).to_numpy()
    table = called(both).select_dtypes("number").drop(columns=["margin", "cells"])
    rows = []
    for name in table.columns[table.notna().all()]:
        values = {p: f"{roc_auc_score(truth == p, table[name]):.3f}" for p in PHENOTYPES}
        rows.append({"measure": name} | values)
    return pd.DataFrame(rows)


def simulated_calls(seeds: Iterable[int]) -> pd.DataFrame:
    truth, calls = [], []
    for seed in seeds:
        adata = tme.datasets.simulated(3000, rng=seed)
        table = called(adata, sample_key="sample", groupby="cell_type")
        condition = adata.obs.groupby("sample", observed=True)["condition"].first()
        truth += condition[table.index].astype(str).tolist()
        calls += table["call"].tolist()
    return crossed("condition", np.array(truth), np.array(calls))


def added_up(adata: ad.AnnData) -> ad.AnnData:
    """One profile a sample: the sum of its cells."""
    names = adata.obs["sample"].cat.categories
    sums = [np.asarray(adata.X[(adata.obs["sample"] == n).to_numpy()].sum(axis=0)) for n in names]
    return ad.AnnData(
        np.vstack(sums).astype(np.float32), obs=pd.DataFrame(index=names), var=adata.var.copy()
    )


def added_up_calls(seeds: Iterable[int]) -> pd.DataFrame:
    truth, calls = [], []
    for seed in seeds:
        adata = tme.datasets.simulated(3000, rng=seed)
        condition = adata.obs.groupby("sample", observed=True)["condition"].first()
        table = called(added_up(adata))
        truth += condition[table.index].astype(str).tolist()
        calls += table["call"].tolist()
    return crossed("condition", np.array(truth), np.array(calls))


def thinned(adata: ad.AnnData, share: float, seed: int) -> ad.AnnData:
    """Each molecule is kept with the probability `share`."""
    thin = adata.copy()
    counts = sp.csr_matrix(thin.X)
    kept = np.random.default_rng(seed).binomial(counts.data.astype(int), share)
    thin.X = sp.csr_matrix((kept.astype(np.float32), counts.indices, counts.indptr), counts.shape)
    thin.X.eliminate_zeros()
    return thin


def deep_and_shallow(data: Path) -> Iterator[tuple[str, ad.AnnData, int]]:
    """Counts with several samples, or parts of one that serve as samples; and how many draws."""
    for seed in range(3):
        yield "simulated tumours", tme.datasets.simulated(3000, rng=seed), 2
    yield "simulated cohort", tme.datasets.simulated_cohort(8, n_cells=300), 3
    yield "wu2021, as it is", ad.read_h5ad(data / f"{REAL[0]}.h5ad"), 10
    parts = ad.read_h5ad(data / f"{REAL[0]}.h5ad")
    numbers = np.random.default_rng(0).integers(0, 4, parts.n_obs)
    parts.obs["sample"] = pd.Categorical(numbers.astype(str))
    yield "wu2021, in four", parts, 5


def half_depth(data: Path) -> pd.DataFrame:
    """Share of samples that keep their call, and the number called at all."""
    seen: dict[str, list[tuple[str, str]]] = {}
    for name, adata, draws in deep_and_shallow(data):
        options = {"sample_key": "sample", "groupby": "cell_type"}
        before = called(adata, **options)["call"]
        for seed in range(draws):
            after = called(thinned(adata, 0.5, seed), **options)["call"]
            seen.setdefault(name, []).extend(zip(before, after[before.index], strict=True))
    for seed in range(3):
        profiles = added_up(tme.datasets.simulated(3000, rng=seed))
        pairs = zip(
            called(profiles)["call"], called(thinned(profiles, 0.5, 0))["call"], strict=True
        )
        seen.setdefault("simulated tumours, added up", []).extend(pairs)
    rows = [
        {
            **{"cells": name, "samples x draws": len(pairs)},
            "kept": f"{np.mean([a == b for a, b in pairs]):.3f}",
            "calls before": ", ".join(sorted({a for a, _ in pairs})),
        }
        for name, pairs in seen.items()
    ]
    return pd.DataFrame(rows)


def half_depth_annotated(data: Path) -> pd.DataFrame:
    """The same where `tme.tl.annotate` tells the lineages, at full and at half depth."""
    cases = [("simulated tumours", tme.datasets.simulated(3000, rng=seed), 2) for seed in range(2)]
    cases.append(("wu2021, as it is", ad.read_h5ad(data / f"{REAL[0]}.h5ad"), 3))
    seen: dict[str, list[bool]] = {}
    for name, adata, draws in cases:
        before = annotated_calls(adata)
        for seed in range(draws):
            after = annotated_calls(thinned(adata, 0.5, seed))
            seen.setdefault(name, []).extend(after[before.index] == before)
    rows = [
        {"cells": name, "samples x draws": len(same), "kept": f"{np.mean(same):.3f}"}
        for name, same in seen.items()
    ]
    return pd.DataFrame(rows)


def annotated_calls(adata: ad.AnnData) -> pd.Series:
    adata = adata.copy()
    tme.pp.prepare(adata)
    tme.tl.annotate(adata)
    return called(adata, sample_key="sample")["call"]


def real_calls(data: Path) -> pd.DataFrame:
    rows = []
    for name in REAL:
        table = called(
            ad.read_h5ad(data / f"{name}.h5ad"), sample_key="sample", groupby="cell_type"
        )
        for (call, reason), part in table.groupby(["call", "reason"], sort=False):
            rows.append({"data": name, "samples": len(part), "call": call, "reason": reason})
    found = pd.DataFrame(rows)
    return found.groupby("data", sort=False).head(2)


def hypoxic(seeds: Iterable[int]) -> pd.DataFrame:
    """Share of hypoxic cells by sample against the truth, at full and half depth."""
    rows = []
    for share in (1.0, 0.5):
        measured, true = [], []
        for seed in seeds:
            adata = tme.datasets.simulated(3000, rng=seed)
            tumour = adata.obs[adata.obs["cell_type"] == "Malignant"]
            table = called(thinned(adata, share, 0), sample_key="sample", groupby="cell_type")
            share_of = tumour.groupby("sample", observed=True)["true_hypoxic"].mean()
            measured += table["hypoxic_share"].tolist()
            true += share_of[table.index].tolist()
        kept = np.isfinite(measured)
        pair = np.array([measured, true])[:, kept]
        rows.append(
            {
                **{"depth": share, "samples": int(kept.sum())},
                "correlation": f"{np.corrcoef(pair)[0, 1]:.3f}",
                "median difference": f"{np.median(np.abs(pair[0] - pair[1])):.3f}",
            }
        )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    main()
