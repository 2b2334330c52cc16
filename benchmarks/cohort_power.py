"""What comparisons between conditions find of what is planted: tables of ``docs/cohort.md``.

    python benchmarks/cohort_power.py TABLE [--repeats N]

- ``power``: planted effects found, beside the ideal: the same test on what is true of each sample
- ``null``: nothing planted, the sides of crosstalk and axes from cells: share of p of at most 0.05
- ``first``: one axis planted: how often it comes first
- ``levels``: levels of ligands and receptors in a sample, four ways

All of it on ``tme.datasets.simulated_cohort``, with seeds, so a table comes out the same again.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import scanpy as sc
import scipy.sparse as sp
from anndata import AnnData
from scipy import stats

import tmeatlas as tme
from tmeatlas.cohort import log_levels
from tmeatlas.datasets._design import AXES

ALPHA = 0.05
SIGNATURES = ("ifna_hallmark", "ifng_hallmark", "ifn_rooney2015_typei", "ifn_thorsson2018_module3")
SIGNATURE = SIGNATURES[0]
PROGRAMME, WITH_PROGRAMME = "interferon", ("Malignant", "CAF myCAF", "T CD4")
RAISED_TYPE, RAISED_STATE = "Treg", "malignant_hypoxic"
EFFECTS = {
    "programmes": {PROGRAMME: dict.fromkeys(WITH_PROGRAMME, 0.45)},
    "composition": {RAISED_TYPE: 5.0, RAISED_STATE: 6.0},
    "axes": {axis.axis: 2.5 for axis in AXES},
}
PLANTED_GENES = [gene for axis in AXES for gene in (*axis.ligands, *axis.receptors)]


@dataclass(frozen=True)
class Cohort:
    """A design by name, and the options of `simulated_cohort`."""

    name: str
    n_patients: Any
    options: dict[str, Any] = field(default_factory=dict)

    def draw(self, seed: int, effects: Any = None, **options: Any) -> AnnData:
        """A cohort of this design, counts beside log-normalised values."""
        given = {"patient_effect": 0.3, **self.options, **options}
        adata = tme.datasets.simulated_cohort(self.n_patients, effects=effects, rng=seed, **given)
        adata.layers["counts"] = adata.X.copy()
        sc.pp.normalize_total(adata, target_sum=1e4)
        sc.pp.log1p(adata)
        return adata


EIGHT, FOUR = Cohort("8 v 8", 8), Cohort("4 v 4", 4)
PAIRED = Cohort("8 pairs", 8, {"paired": True})
UNEQUAL = Cohort("3 v 8", {"control": 8, "case": 3})


def compare(adata: AnnData, what: str, **options: Any) -> pd.DataFrame:
    """The table of a comparison of the two conditions; patients in both are paired."""
    twice = adata.obs.groupby("patient", observed=True)["condition"].nunique().max() > 1
    tme.tl.compare(
        adata,
        what,
        condition_key="condition",
        sample_key="sample",
        reference="control",
        paired_by="patient" if twice else None,
        **options,
    )
    table = adata.uns[f"tme_compare_{what}"]
    return table.astype({"feature": str, "group": str})


class Truth:
    """The test of what is true of each sample: none on cells can be expected to find more."""

    def __init__(self, adata: AnnData) -> None:
        self.levels = adata.uns["truth_levels"].astype({"feature": str, "group": str})
        of = adata.obs.drop_duplicates("sample").set_index("sample").sort_index()
        self.case = of["condition"].to_numpy() == of["condition"].cat.categories[1]
        self.paired = bool(of["patient"].duplicated().any())

    def values(self, what: str, feature: str, group: str = "") -> np.ndarray:
        """What is true of each sample."""
        at = self.levels
        own = at[(at["what"] == what) & (at["feature"] == feature) & (at["group"] == group)]
        return own.sort_values("sample")["value"].to_numpy()

    def log_ratios(self, what: str, group: str = "") -> pd.DataFrame:
        """Centred log-ratios of the true shares: samples × types, or × states of a type."""
        at = self.levels[(self.levels["what"] == what) & (self.levels["group"] == group)]
        logs = np.log(
            at.pivot_table(index="sample", columns="feature", values="value", observed=True)
        )
        return logs.sub(logs.mean(axis=1), axis=0)

    def side(self, name: str, group: str) -> np.ndarray:
        """The log level of a gene, or of the least subunit of a complex."""
        return np.min([self.values("genes", gene, group) for gene in name.split("_")], axis=0)

    def pval(self, values: np.ndarray) -> float:
        """Welch's test, or the paired one: samples of a condition come in the order of patients."""
        case, control = values[self.case], values[~self.case]
        if self.paired:
            return float(stats.ttest_1samp(case - control, 0).pvalue)
        return float(stats.ttest_ind(case, control, equal_var=False).pvalue)


def found(table: pd.DataFrame, feature: str, group: str) -> float:
    """The p-value of a row; 1 where it could not be tested."""
    own = table[(table["feature"] == feature) & (table["group"] == group)]
    return float(own["pval"].iloc[0]) if len(own) else 1.0


def planted_sides(adata: AnnData) -> list[tuple[str, str]]:
    """The ligands and receptors of the planted axes, where they were planted."""
    truth = adata.uns["truth"]
    ends = (("ligand_complex", "source"), ("receptor_complex", "target"))
    return sorted({side for name, of in ends for side in zip(truth[name], truth[of], strict=True)})


def power_once(cohort: Cohort, seed: int, n_cells: int, *, genes: str) -> Iterator[dict[str, Any]]:
    """P-values of all that was planted: those found, and the ideal ones."""
    adata = cohort.draw(seed, EFFECTS, n_cells=n_cells)
    truth = Truth(adata)
    tme.tl.score(adata, list(SIGNATURES))
    tme.tl.consensus(adata)
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    tme.tl.call_states(adata, lineage_key="cell_type")
    tme.tl.phenotype(adata, sample_key="sample", groupby="cell_type")
    tme.tl.crosstalk(adata, "cell_type")
    tme.tl.axes(adata)
    for what in ("scores", "consensus"):
        table = compare(adata, what, groupby="cell_type")
        feature = SIGNATURE if what == "scores" else str(table["feature"].iloc[0])
        for group in WITH_PROGRAMME:
            ideal = truth.pval(truth.values("programmes", PROGRAMME, group))
            yield {"what": what, "ideal": ideal, "found": found(table, feature, group)}
    ideal = truth.pval(truth.log_ratios("composition")[RAISED_TYPE].to_numpy())
    found_there = found(compare(adata, "composition"), RAISED_TYPE, "")
    yield {"what": "composition", "ideal": ideal, "found": found_there}
    yield from of_states_and_phenotype(adata, truth)
    for what in ("crosstalk", "axes"):
        table = compare(adata, what)
        for name, group in planted_sides(adata):
            ideal = truth.pval(truth.side(name, group))
            yield {"what": what, "ideal": ideal, "found": found(table, name, group)}
    types = ["CAF myCAF", "Malignant"]
    part = adata[adata.obs["cell_type"].isin(types)].copy()
    table = compare(part, "genes", groupby="cell_type", method=genes)
    for name, group in planted_sides(adata):
        for gene in name.split("_") if group in types else ():
            ideal = truth.pval(truth.values("genes", gene, group))
            yield {"what": f"genes ({genes})", "ideal": ideal, "found": found(table, gene, group)}


def of_states_and_phenotype(adata: AnnData, truth: Truth) -> Iterator[dict[str, Any]]:
    """A state, and three measures of a sample, that the planted effects change."""
    states = compare(adata, "states")
    hypoxic = states[(states["feature"] == "Hypoxic") & (states["group"].str.startswith("Malig"))]
    ratio = truth.log_ratios("states", "Malignant")[RAISED_STATE].to_numpy()
    yield {
        "what": "states",
        "ideal": truth.pval(ratio),
        "found": float(hypoxic["pval"].min()) if len(hypoxic) else 1.0,
    }
    table = compare(adata, "phenotype").set_index("feature")["pval"]
    cd8 = sum(truth.values("composition", of) for of in ("T CD8 effector", "T CD8 exhausted"))
    ideal = {
        "hypoxic_share": truth.values("states", RAISED_STATE, "Malignant"),
        "treg_to_cd8": np.log2(truth.values("composition", RAISED_TYPE) / cd8),
        "ifng_tumour": truth.values("programmes", PROGRAMME, "Malignant"),
    }
    for measure, values in ideal.items():
        pval = float(table.get(measure, 1.0))
        yield {"what": "phenotype", "ideal": truth.pval(values), "found": pval}


def print_power(repeats: int) -> None:
    """Share of what was planted that has p of at most 0.05; what drops out counts as missed."""
    for cohort, n_cells in ((EIGHT, 400), (PAIRED, 400), (FOUR, 400), (EIGHT, 200), (EIGHT, 800)):
        genes = "paired" if cohort is PAIRED else "welch"
        rows = [
            row for seed in range(repeats) for row in power_once(cohort, seed, n_cells, genes=genes)
        ]
        table = pd.DataFrame(rows).groupby("what", sort=False)
        shares = table[["ideal", "found"]].agg(lambda p: (p <= ALPHA).mean())
        shares = shares.assign(ratio=shares["found"] / shares["ideal"], n=table.size())
        print(
            f"\n{cohort.name}, {n_cells} cells a sample\n{shares.round(3).to_string()}", flush=True
        )


def null_once(cohort: Cohort, seed: int, n_cells: int) -> dict[str, float]:
    """Share of p-values of at most 0.05 among all sides of a cohort in which nothing differs."""
    adata = cohort.draw(seed, n_cells=n_cells)
    tme.tl.crosstalk(adata, "cell_type")
    tme.tl.axes(adata)
    tables = {what: compare(adata, what) for what in ("crosstalk", "axes")}
    shares = {what: float((table["pval"] <= ALPHA).mean()) for what, table in tables.items()}
    return shares | {f"{what} sides": len(table) for what, table in tables.items()}


def upper_limit(shares: pd.Series) -> float:
    """Of the mean over repeats, whose sides hang together: each repeat counts once."""
    return float(shares.mean() + 1.96 * shares.std() / np.sqrt(len(shares)))


def print_null(repeats: int) -> None:
    """Share of p-values of at most 0.05, with the upper limit of its 95 % interval."""
    for cohort in (Cohort("3 v 3", 3), FOUR, EIGHT, PAIRED, UNEQUAL):
        shares = pd.DataFrame([null_once(cohort, 1000 + seed, 250) for seed in range(repeats)])
        row: dict[str, Any] = {"design": cohort.name}
        for what in ("crosstalk", "axes"):
            row[f"{what}: sides"] = round(shares[f"{what} sides"].mean())
            row[f"{what}: share"] = shares[what].mean()
            row[f"{what}: upper"] = upper_limit(shares[what])
        print(pd.DataFrame([row]).round(4).to_string(), flush=True)


def print_first(repeats: int) -> None:
    """How often the planted axis is the first of the table; the axes take turns."""
    for factor in (4.0, 2.5):
        first = []
        for seed in range(repeats):
            axis = AXES[seed % len(AXES)].axis
            adata = EIGHT.draw(seed, {"axes": {axis: factor}}, n_cells=300)
            tme.tl.crosstalk(adata, "cell_type")
            tme.tl.axes(adata)
            compare(adata, "axes")
            first.append(adata.uns["tme_compare_axes_rows"]["axis"].iloc[0] == axis)
        print(f"times {factor:g}: first in {sum(first)} of {repeats}", flush=True)


def four_levels(adata: AnnData) -> dict[str, np.ndarray]:
    """Samples × types × planted genes: what a side could be measured by."""
    sample, group = (adata.obs[key].cat.codes.to_numpy(np.int64) for key in ("sample", "cell_type"))
    n_samples, n_types = sample.max() + 1, len(adata.obs["cell_type"].cat.categories)
    place = sample * n_types + group
    members = sp.csr_matrix(
        (np.ones(len(place)), (place, np.arange(len(place)))),
        shape=(n_samples * n_types, len(place)),
    )
    sizes = np.asarray(members.sum(axis=1)).reshape(n_samples, n_types)
    few = np.where(sizes >= 10, 1.0, np.nan)
    counts, logged = adata.layers["counts"], adata[:, PLANTED_GENES].X.toarray()
    depth = np.asarray(counts.sum(axis=1)).ravel()
    own = counts[:, adata.var_names.get_indexer(PLANTED_GENES)]
    shape = (n_samples, n_types, -1)
    sums = (members @ own).toarray().reshape(shape)
    totals = (members @ depth).reshape(n_samples, n_types) * few
    of_cells = [(members @ values).reshape(shape) for values in (logged, np.expm1(logged))]
    means = [part / (sizes * few)[:, :, None] for part in of_cells]
    return {
        "pseudobulk, half a molecule added": log_levels(sums, totals),
        "the same, at each sample's own depth": np.log2(1e4 * (sums + 0.5) / totals[:, :, None]),
        "mean of log-normalised values": means[0],
        "log2 of the mean of normalised values": np.log2(means[1] + 0.05),
    }


def print_levels(repeats: int) -> None:
    """Power and null of four levels, of sides that enough samples have."""
    rows = []
    for seed in range(repeats):
        adata = EIGHT.draw(
            seed, {"axes": {axis.axis: 1.8 for axis in AXES}}, n_cells=400, patient_effect=0.2
        )
        truth, levels = Truth(adata), four_levels(adata)
        effects = adata.uns["truth_effects"]
        planted = set(zip(effects["gene"], effects["group"], strict=True))
        for i, group in enumerate(adata.obs["cell_type"].cat.categories):
            for j, gene in enumerate(PLANTED_GENES):
                values = {name: level[:, i, j] for name, level in levels.items()}
                known = np.isfinite(next(iter(values.values())))
                if min(known[truth.case].sum(), known[~truth.case].sum()) < 4:
                    continue
                rows.append(
                    {"planted": (gene, group) in planted}
                    | {"ideal": truth.pval(truth.values("genes", gene, group))}
                    | {
                        name: stats.ttest_ind(
                            v[truth.case & known], v[~truth.case & known], equal_var=False
                        ).pvalue
                        for name, v in values.items()
                    }
                )
    table = pd.DataFrame(rows).groupby("planted").agg(lambda p: (p <= ALPHA).mean()).T
    print(table.round(3).to_string())


TABLES = {"power": print_power, "null": print_null, "first": print_first, "levels": print_levels}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", choices=TABLES)
    parser.add_argument("--repeats", type=int, default=20)
    given = parser.parse_args()
    warnings.simplefilter("ignore", tme._errors.TMEWarning)
    warnings.simplefilter("ignore", RuntimeWarning)
    TABLES[given.table](given.repeats)


if __name__ == "__main__":
    main()
