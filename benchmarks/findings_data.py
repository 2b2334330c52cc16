"""What a cohort is to `findings.py` and `cohorts.py`: cells, and columns that name things."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, field

import numpy as np
from anndata import AnnData

import tmeatlas as tme


@dataclass(frozen=True)
class Cohort:
    """A file of cells (or of whole samples), and its columns of `obs`; empty: there is none."""

    name: str
    path: str
    groups: str = ""
    samples: str = ""
    conditions: str = ""
    reference: str = ""
    patients: str = ""
    paired: str = ""
    cells: str = ""
    """A table with what is known of each cell, where the file does not say it."""
    about: str = ""
    """What statements of one cancer or of spots have to name to be looked up."""
    labels: dict[str, str] = field(default_factory=dict)
    """Columns that findings name → what they are called here."""


AT_HAND = (
    Cohort("wu2021", "wu2021_tnbc_CID4465.h5ad", "cell_type", "sample"),
    Cohort("kim2020", "kim2020_luad_T34.h5ad", "cell_type", "sample"),
    Cohort("puram2017", "puram2017_hnscc_ref180.h5ad", "cell_type"),
    Cohort("tirosh2016", "tirosh2016_oligodendroglioma_184.h5ad", "cell_type", "sample"),
    Cohort("moncada2020", "moncada2020_pdacA_ST.h5ad", "region", "sample"),
    Cohort("andersson2021", "andersson2021_her2_ST_dev.h5ad", "region", "sample"),
    Cohort(
        "kang2018",
        "kang2018_pbmc_ifnb_2donors.h5ad",
        groups="cell_type",
        samples="sample",
        conditions="condition",
        reference="ctrl",
        paired="patient",
    ),
    Cohort("guo2019", "guo2019_prostate_hypoxia_bulk8.h5ad"),
    Cohort(
        "mariathasan2018",
        "mariathasan2018_imvigor210_bulk_dev.h5ad",
        conditions="response",
        reference="NR",
    ),
)


@dataclass(frozen=True)
class Analysed:
    """A cohort after the default call."""

    cohort: Cohort
    adata: AnnData | None
    """None where the call failed."""
    failed: str
    left_out: tuple[str, ...]
    """What `tme.analyse` warned of."""
    seconds: float


def analysed(cohort: Cohort, adata: AnnData) -> Analysed:
    """The default call on a cohort; what it leaves out and why it fails is kept."""
    start = time.perf_counter()
    failed = ""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", tme.TMEWarning)
        try:
            rename(adata, cohort)
            _call(cohort, adata)
        except tme.TMEError as error:
            failed = str(error)
    said = (str(each.message) for each in caught if issubclass(each.category, tme.TMEWarning))
    return Analysed(
        cohort,
        None if failed else adata,
        failed,
        tuple(dict.fromkeys(said)),
        time.perf_counter() - start,
    )


def rename(adata: AnnData, cohort: Cohort) -> None:
    """Columns under the names by which findings look for them, beside those of the file."""
    for ours, theirs in cohort.labels.items():
        if theirs not in adata.obs:
            raise tme.TMEError(
                f"Expected a column {theirs!r} in obs, as `labels` of {cohort.name} says, found "
                f"{', '.join(map(str, adata.obs.columns))}."
            )
        adata.obs[ours] = adata.obs[theirs]


def _call(cohort: Cohort, adata: AnnData) -> None:
    tme.analyse(
        adata,
        cohort.groups or None,
        sample_key=cohort.samples or None,
        condition_key=cohort.conditions or None,
        reference=cohort.reference or None,
        patient_key=cohort.patients or None,
        paired_by=cohort.paired or None,
    )


def of_samples(adata: AnnData, measure: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Of a measure of `tl.phenotype`: its values, and a row of `obs` of each sample."""
    table = adata.uns.get("tme_phenotype")
    if table is None:
        return None
    of_measure = table[table["measure"].astype(str) == measure].set_index("sample")["value"]
    key = adata.uns["tmeatlas"]["tme_phenotype"]["params"]["sample_key"]
    names = adata.obs[key].astype(str).to_numpy() if key else adata.obs_names.to_numpy(str)
    samples, first = np.unique(names, return_index=True)
    of_measure.index = of_measure.index.astype(str)
    return of_measure.reindex(samples).to_numpy(np.float64), first
