"""The tumours of `damage.py`, and what is done to each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from accuracy_data import DATA, Cells
from damages import (
    NotCountsError,
    add_ambient,
    add_doublets,
    double_patient,
    few_cells,
    merge_groups,
    molecules,
    sort_cd45,
    split_group,
    swap_labels,
    thin,
)

import tmeatlas as tme

GROUPS = "cell_type"
LABELLED = "labelled"
"""What the group of each cell was before the damage."""
LINEAGE = "lineage"
PER_MOLECULE = 1e4


@dataclass(frozen=True)
class Tumour:
    """A labelled data set, and the groups that are damaged in it."""

    merged: tuple[str, str]
    split: str
    thinned: str
    immune: tuple[str, ...]
    truth: Mapping[str, Cells]
    """What signatures mark, and the cells that have it."""
    sample_key: str = "sample"
    patients: str = ""
    """Column of the patients, where there is more than one."""
    file: str = ""
    made: Callable[[], ad.AnnData] | None = None

    def cells(self, folder: Path) -> ad.AnnData:
        """The cells: counts in ``X`` where there are any, and their lineage."""
        adata = self.made() if self.made else ad.read_h5ad(folder / self.file)
        if "counts" in adata.layers:
            adata.X = adata.layers.pop("counts")
        adata.X = sp.csr_matrix(adata.X, dtype=np.float32)
        known = log_normalised(adata)
        tme.tl.annotate(known, GROUPS)
        adata.obs[LINEAGE] = known.obs["tme_lineage"].astype(str)
        adata.obs[LABELLED] = adata.obs[GROUPS].astype(str)
        return adata


@dataclass(frozen=True)
class Damage:
    """Something done to the cells."""

    name: str
    done: Callable[[ad.AnnData], ad.AnnData]
    same: Mapping[str, str] = field(default_factory=dict)
    """Groups before or after that are read as another one, so that rows can be matched."""


T_SIMULATED = ("T CD4", "T CD8 effector", "T CD8 exhausted", "Treg")
CD8_SIMULATED = T_SIMULATED[1:3]
SIMULATED = Tumour(
    merged=CD8_SIMULATED,
    split="Malignant",
    thinned="Malignant",
    immune=(*T_SIMULATED, *("NK", "B", "Plasma", "DC", "Monocyte", "TAM C1Q", "TAM SPP1")),
    truth={
        "caf": Cells(("CAF iCAF", "CAF myCAF")),
        "pericyte": Cells(("Pericyte",)),
        "endothelium": Cells(("Endothelial",)),
        "tam": Cells(("TAM C1Q", "TAM SPP1", "Monocyte")),
        "treg": Cells(("Treg",), within=T_SIMULATED),
        "b": Cells(("B",), aside=("Plasma",)),
        "plasma": Cells(("Plasma",), aside=("B",)),
        "nk": Cells(("NK",)),
        "dc": Cells(("DC",)),
        "t_cell": Cells(T_SIMULATED),
        "t_cd8": Cells(CD8_SIMULATED, within=T_SIMULATED),
    },
    made=partial(tme.datasets.simulated, 3000),
    sample_key="",
)
COHORT = Tumour(
    merged=SIMULATED.merged,
    split=SIMULATED.split,
    thinned=SIMULATED.thinned,
    immune=SIMULATED.immune,
    truth=SIMULATED.truth,
    patients="patient",
    made=partial(tme.datasets.simulated_cohort, 4, n_cells=400),
)


def _decided(name: str) -> dict[str, Cells]:
    """What lineages are looked for in a data set of `accuracy_data.py`."""
    return {marks: cells for marks, cells in DATA[name].truth.items() if marks in SIMULATED.truth}


TUMOURS = {
    "wu2021": Tumour(
        merged=("T_CD4", "T_CD8"),
        split="CAF",
        thinned="Endothelial",
        immune=(
            *("T_CD4", "T_CD8", "T_cycling", "Treg", "NK", "B", "Plasma", "DC", "pDC"),
            *("Macrophage_TAM", "Monocyte", "Myeloid_cycling"),
        ),
        truth=_decided("wu2021"),
        file=DATA["wu2021"].file,
    ),
    "kim2020": Tumour(
        merged=("T", "B"),
        split="Myeloid",
        thinned="Myeloid",
        immune=("T", "B", "Myeloid"),
        truth=_decided("kim2020"),
        file=DATA["kim2020"].file,
    ),
    "puram2017": Tumour(
        merged=("T_CD4", "T_CD8"),
        split="CAF",
        thinned="CAF",
        immune=("T_CD4", "T_CD8", "Treg", "B", "DC", "Macrophage_TAM", "Mast"),
        truth=_decided("puram2017"),
        sample_key="",
        file=DATA["puram2017"].file,
    ),
    "simulated": SIMULATED,
    "cohort": COHORT,
}


def damages_of(tumour: Tumour, rng: int = 0) -> Iterator[Damage]:
    """All damages, as the tables list them; which of them are possible shows when they are done."""
    sample = tumour.sample_key or None
    yield Damage("nothing but noise: 10 % of the molecules lost", _drawn(thin, rng, share=0.9))
    for share in (0.05, 0.1, 0.2):
        ambient = _drawn(add_ambient, rng, share=share, sample_key=sample)
        yield Damage(f"ambient RNA, {100 * share:.0f} %", ambient)
    even = _drawn(add_ambient, rng, share=0.1, sample_key=sample, even=True)
    yield Damage("ambient RNA, 10 %, as much in each cell", even)
    for share in (0.05, 0.1):
        doublets = _drawn(add_doublets, rng, share=share, lineage_key=LINEAGE, sample_key=sample)
        yield Damage(f"doublets, {100 * share:.0f} %", doublets)
    yield Damage("doublets, 10 %, those found left out", partial(_left_out, doublets, sample))
    for share in (0.05, 0.1):
        yield Damage(
            f"labels swapped, {100 * share:.0f} %", _drawn(swap_labels, rng, share, GROUPS)
        )
    one, other = tumour.merged
    merged = partial(merge_groups, groups=tumour.merged, groupby=GROUPS)
    yield Damage("two groups merged", merged, {other: one})
    split = _drawn(split_group, rng, tumour.split, GROUPS)
    yield Damage("a group split at random", split, {f"{tumour.split} 2": tumour.split})
    half = _drawn(thin, rng, 0.5, group=tumour.thinned, groupby=GROUPS)
    yield Damage("half of the molecules of a group lost", half)
    yield Damage("one patient twice", partial(_first_patient_twice, key=tumour.patients))
    yield Damage("CD45 sort", _drawn(sort_cd45, rng, tumour.immune, GROUPS))
    leaky = _drawn(sort_cd45, rng, tumour.immune, GROUPS, purity=0.98)
    yield Damage("CD45 sort, 98 % pure", leaky)
    yield Damage("10 cells of each group", _drawn(few_cells, rng, groupby=GROUPS))


def _drawn(damage: Callable[..., ad.AnnData], rng: int, *given: object, **named: object):
    return lambda adata: damage(adata, *given, rng=rng, **named)


def _left_out(
    damage: Callable[[ad.AnnData], ad.AnnData], sample_key: str | None, adata: ad.AnnData
) -> ad.AnnData:
    """What is left after a damage of the cells that `tl.quality` does not call doublets."""
    after = damage(adata)
    ready = log_normalised(after)
    tme.tl.quality(ready, groupby=GROUPS, sample_key=sample_key)
    return after[~ready.obs["tme_quality_doublet"].to_numpy(bool)].copy()


def _first_patient_twice(adata: ad.AnnData, key: str) -> ad.AnnData:
    if not key:
        raise NotPossibleError("one patient only")
    return double_patient(adata, sorted(adata.obs[key].astype(str).unique())[0], key)


class NotPossibleError(Exception):
    """The data have not what a damage needs."""


def damaged(damage: Damage, adata: ad.AnnData) -> ad.AnnData:
    """The cells after it."""
    try:
        return damage.done(adata)
    except NotCountsError as error:
        raise NotPossibleError("no counts") from error


def has_counts(adata: ad.AnnData) -> bool:
    """Whether X counts molecules."""
    try:
        molecules(adata)
    except NotCountsError:
        return False
    return True


def log_normalised(adata: ad.AnnData) -> ad.AnnData:
    """Counts as log per 10,000 with the counts as a layer; other values as they are."""
    ready = ad.AnnData(
        adata.X.copy(), obs=adata.obs.copy(), var=pd.DataFrame(index=adata.var_names)
    )
    if has_counts(adata):
        ready.layers["counts"] = adata.X.copy()
        totals = np.maximum(np.asarray(adata.X.sum(axis=1)).ravel(), 1.0)
        ready.X = sp.csr_matrix(sp.diags(PER_MOLECULE / totals) @ adata.X, dtype=np.float32)
        ready.X.data = np.log1p(ready.X.data)
    return ready
