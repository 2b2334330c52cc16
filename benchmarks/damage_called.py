"""What is called from labelled cells: by this package, and by LIANA and CellPhoneDB beside it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
from accuracy_pairs import auroc
from damage_data import GROUPS, LABELLED, Tumour, log_normalised
from damages import DOUBLET

import tmeatlas as tme
from tmeatlas.lr import STANDING, Verdict

ROW = ["interaction", "source", "target"]
FEWEST_CELLS = 5
PERMUTATIONS = 100
CALLED = 0.05
"""Up to which p-values of CellPhoneDB, and ranks of specificity of LIANA, are read as calls."""
EVERYTHING = "all cells"
OURS = "tmeatlas"
CALLERS = (OURS, "LIANA", "CellPhoneDB")


@dataclass(frozen=True)
class Called:
    """All that is called from the cells of one tumour."""

    rows: dict[str, pd.DataFrame]
    """By who calls: `ROW`, ``called``; of ours also ``verdict``, ``pval`` and ``said``, which is
    not empty where the row itself says what is wrong with it."""
    aurocs: pd.Series = field(default_factory=partial(pd.Series, dtype=float))
    """By what is marked, how well the consensus finds the cells."""
    numbers: pd.DataFrame = field(default_factory=pd.DataFrame)
    """By sample, verb and name: value, low, high."""
    calls: pd.Series = field(default_factory=partial(pd.Series, dtype=str))
    """By sample, the call of its phenotype."""
    quality: dict[str, object] = field(default_factory=dict)
    """What `tl.quality` remarks, with the number of samples, and what it measures."""


@dataclass(frozen=True)
class Callers:
    """Who calls rows, as far as they are installed and their database is there."""

    names: Collection[str]
    database: Path | None

    @property
    def have_ours(self) -> bool:
        """Whether this package is among them."""
        return OURS in self.names

    def rows(self, ready: ad.AnnData) -> dict[str, pd.DataFrame]:
        """What each calls, by its name."""
        found = {}
        if self.have_ours:
            found |= {OURS: crosstalk(ready), f"{OURS}, axes": axes(ready)}
        if "LIANA" in self.names and find_spec("liana") is not None:
            found["LIANA"] = liana(ready)
        if "CellPhoneDB" in self.names and self.database is not None:
            found["CellPhoneDB"] = cellphonedb(ready, self.database)
        return found


def call_all(adata: ad.AnnData, tumour: Tumour, callers: Callers) -> Called:
    """Everything from cells as `damage_data` gives them, damaged or not."""
    ready = log_normalised(adata)
    if not tumour.sample_key:
        ready.obs["sample"] = EVERYTHING
    if not callers.have_ours:
        return Called(callers.rows(ready))
    numbers, calls = _of_samples(ready)
    quality = _quality(ready)
    rows = callers.rows(ready)
    return Called(rows, _found(ready, tumour), numbers.set_index(NUMBER), calls, quality)


def crosstalk(ready: ad.AnnData) -> pd.DataFrame:
    """Our rows that have a verdict."""
    tme.tl.crosstalk(ready, GROUPS, sample_key="sample", min_cells=FEWEST_CELLS)
    return _judged(ready.uns["tme_crosstalk"], "interaction")


def axes(ready: ad.AnnData) -> pd.DataFrame:
    """Our axes, of the crosstalk that is there."""
    tme.tl.axes(ready)
    return _judged(ready.uns["tme_axes"], "axis")


def _judged(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    table = table[table["verdict"].astype(str) != ""]
    rows = table[["source", "target", "verdict"]].astype(str)
    rows["interaction"] = table[unit].astype(str)
    rows["pval"] = table["pval"]
    rows["called"] = rows["verdict"].isin([*STANDING, Verdict.AMBIENT])
    rows["said"] = table["ambient"].astype(str)
    return rows.reset_index(drop=True)


def liana(ready: ad.AnnData) -> pd.DataFrame:
    """LIANA's aggregate on our interactions: rows of a specificity rank of `CALLED` or less."""
    import liana

    liana.mt.rank_aggregate(
        ready,
        groupby=GROUPS,
        resource=_our_pairs(),
        expr_prop=0.1,
        min_cells=FEWEST_CELLS,
        use_raw=False,
        n_perms=PERMUTATIONS,
        seed=1,
        verbose=False,
    )
    table = ready.uns["liana_res"]
    rows = table[["source", "target"]].astype(str)
    rows["interaction"] = [
        f"{one}-{other}"
        for one, other in zip(table["ligand_complex"], table["receptor_complex"], strict=True)
    ]
    rows["pval"] = table["specificity_rank"]
    return _up_to_limit(rows)


@cache
def _our_pairs() -> pd.DataFrame:
    pairs = [(each.ligand_complex, each.receptor_complex) for each in tme.sig.interactions("tme")]
    return pd.DataFrame(pairs, columns=["ligand", "receptor"]).drop_duplicates()


def cellphonedb(ready: ad.AnnData, database: Path) -> pd.DataFrame:
    """CellPhoneDB's statistical method on its own release: p-values of `CALLED` or less."""
    tme.tl.cellphonedb(ready, GROUPS, database=database)
    rows = ready.uns["tme_cellphonedb"][[*ROW, "pval"]].copy()
    rows[ROW] = rows[ROW].astype(str)
    return _up_to_limit(rows)


def _up_to_limit(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(called=rows["pval"] <= CALLED, said="").reset_index(drop=True)


NUMBER = ["sample", "verb", "name"]


def _of_samples(ready: ad.AnnData) -> tuple[pd.DataFrame, pd.Series]:
    """Shares of groups, measures of the phenotype, and its calls, of every sample."""
    tme.tl.annotate(ready, GROUPS)
    tme.tl.composition(ready, GROUPS, sample_key="sample")
    tme.tl.phenotype(ready, sample_key="sample")
    shares = ready.uns["tme_composition"]
    shares = shares[shares["parent"].astype(str) == ""]
    measures = ready.uns["tme_phenotype"]
    tables = [
        _numbers(shares, "composition", "group", "share", "share_low", "share_high"),
        _numbers(measures, "phenotype", "measure", "value", "low", "high"),
    ]
    calls = ready.uns["tme_phenotype_calls"].astype({"sample": str, "call": str})
    return pd.concat(tables, ignore_index=True), calls.set_index("sample")["call"]


def _numbers(table: pd.DataFrame, verb: str, *columns: str) -> pd.DataFrame:
    found = table[list(columns)].set_axis(["name", "value", "low", "high"], axis=1)
    found["name"] = found["name"].astype(str)
    return found.assign(sample=table["sample"].astype(str), verb=verb)


def _found(ready: ad.AnnData, tumour: Tumour) -> pd.Series:
    """AUROC of the consensus of core signatures, for each lineage that has cells and others."""
    tme.tl.score(ready, method="ucell_detected", obs=False)
    tme.tl.consensus(ready)
    scores, found = ready.obsm["tme_consensus"], {}
    labels = ready.obs.assign(**{GROUPS: ready.obs[LABELLED]})
    for marks, cells in tumour.truth.items():
        wanted, seen = cells.of(labels)
        if marks in scores and wanted.any() and (seen & ~wanted).any():
            values = scores[marks].to_numpy()[seen]
            if np.isfinite(values).all():
                found[marks] = auroc(values, wanted[seen])
    return pd.Series(found, dtype=float)


def _quality(ready: ad.AnnData) -> dict[str, object]:
    """What `tl.quality` tells; it is stored, so that later verbs read it."""
    tme.tl.quality(ready, groupby=GROUPS, sample_key="sample")
    remarks = ready.uns["tme_quality_remarks"]["remark"].astype(str).value_counts(sort=False)
    table = ready.uns["tme_quality"].astype({"group": str, "measure": str})
    means = table[table["group"] == ""].groupby("measure", observed=True)["value"].mean()
    told: dict[str, object] = {
        "remarked": ", ".join(f"{word} ({n})" for word, n in remarks.items() if n) or "nothing"
    }
    told |= {name: means.get(name, np.nan) for name in ("ambient", "doublets")}
    if DOUBLET in ready.obs:
        called, made = (ready.obs[name].to_numpy(bool) for name in ("tme_quality_doublet", DOUBLET))
        told |= {
            "of the doublets made": called[made].mean(),
            "of other cells": called[~made].mean(),
        }
    return told
