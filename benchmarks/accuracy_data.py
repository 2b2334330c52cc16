"""The labelled data of `accuracy.py`: their files, and which cells are what signatures mark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

DC_KINDS = ("dc_cdc1", "dc_cdc2", "dc_pdc", "dc_lamp3")
UNDECIDED = (
    *("caf_icaf", "caf_mycaf", "t_cd8_resident", "proliferation", "ifn_t_inflamed"),
    *DC_KINDS,
)
"""What is shown and decides nothing: the labels were made with such lists, or are near to what they
mark and not the same."""


@dataclass(frozen=True)
class Cells:
    """Cells to find, by their labels: against all others, or within a lineage."""

    labels: tuple[str, ...]
    within: tuple[str, ...] = ()
    """The lineage that they are looked for in; all cells if empty."""
    aside: tuple[str, ...] = ()
    """Labels that count neither as found nor as wrong."""
    column: str = "cell_type"
    by: str = ""
    """Column of blocks, such as cell lines, in each of which the comparison is made."""

    def of(self, obs: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Which cells are to be found, and which are looked at."""
        cell_types = obs[self.column].astype(str)
        wanted = cell_types.isin(self.labels).to_numpy()
        seen = ~cell_types.isin(self.aside).to_numpy()
        if self.within:
            seen &= cell_types.isin(self.within).to_numpy()
        return wanted, seen | wanted


@dataclass(frozen=True)
class Data:
    """A labelled data set."""

    file: str
    study: str
    """First author: signatures of the same name may rest on the same cells."""
    kind: str
    """What X holds: "counts", "log" or "linear"."""
    truth: dict[str, Cells]
    """What signatures mark (their field `marks`) → the cells that have it."""
    decides: bool = True
    """Not so where rows are mixtures of cells, or too few."""


T_WU = ("T_CD4", "T_CD8", "T_cycling", "Treg")
T_PURAM = ("T_CD4", "T_CD8", "Treg")
ICAF, MYCAF = "CAFs MSC iCAF-like", "CAFs myCAF-like"
T_KANG = ("CD4 T cells", "CD8 T cells")
TRM = ("8.3a-Trm", "8.3b-Trm", "8.3c-Trm")
CD8_WU = (*TRM, "8.1-Teff", "8.2-Tem", "8.4-Chrom", "8.5-Mitosis", "8.6-KLRB1")
STIMULATED = Cells(("stim",), column="condition")
INFLAMED = Cells(("inflamed",), within=("inflamed", "desert"), column="immune_phenotype")


def region(name: str, unclear: str) -> Cells:
    """Spots of a region, against all others that have one."""
    return Cells((name,), aside=(unclear,), column="region")


DATA = {
    "wu2021": Data(
        "wu2021_tnbc_CID4465.h5ad",
        "Wu",
        "counts",
        {
            "caf": Cells(("CAF",)),
            "pericyte": Cells(("Pericyte_PVL",)),
            "endothelium": Cells(("Endothelial",)),
            "tam": Cells(("Macrophage_TAM", "Monocyte"), aside=("Myeloid_cycling",)),
            "treg": Cells(("Treg",), within=T_WU),
            "b": Cells(("B",), aside=("Plasma",)),
            "plasma": Cells(("Plasma",), aside=("B",)),
            "nk": Cells(("NK",)),
            **dict.fromkeys(("dc", *DC_KINDS), Cells(("DC", "pDC"))),
            "t_cell": Cells(T_WU),
            "t_cd8": Cells(("T_CD8",), within=("T_CD4", "T_CD8", "Treg")),
            "cytotoxicity": Cells(("T_CD8", "NK"), within=("T_CD4", "T_CD8", "Treg", "NK")),
            "proliferation": Cells(
                ("Cancer Cycling", "Cycling_Myeloid", "Cycling T-cells", "Cycling PVL"),
                column="celltype_minor",
            ),
            "caf_icaf": Cells((ICAF,), within=(ICAF, MYCAF), column="celltype_minor"),
            "caf_mycaf": Cells((MYCAF,), within=(ICAF, MYCAF), column="celltype_minor"),
        },
    ),
    "puram2017": Data(
        "puram2017_hnscc_ref180.h5ad",
        "Puram",
        "log",
        {
            "caf": Cells(("CAF",)),
            "endothelium": Cells(("Endothelial",)),
            "tam": Cells(("Macrophage_TAM",)),
            "treg": Cells(("Treg",), within=T_PURAM),
            "b": Cells(("B",)),
            **dict.fromkeys(("dc", *DC_KINDS), Cells(("DC",))),
            "mast": Cells(("Mast",)),
            "t_cell": Cells(T_PURAM),
            "t_cd8": Cells(("T_CD8",), within=T_PURAM),
            "cytotoxicity": Cells(("T_CD8",), within=T_PURAM),
        },
    ),
    "kim2020": Data(
        "kim2020_luad_T34.h5ad",
        "Kim",
        "log",
        {"tam": Cells(("Myeloid",)), "b": Cells(("B",)), "t_cell": Cells(("T",))},
    ),
    "wu2020": Data(
        "wu2020_pancancer_tcells_200.h5ad",
        "Wu",
        "counts",
        {
            "treg": Cells(("Treg",)),
            "t_cd8": Cells(("T_CD8",), within=("T_CD8", "T_CD4", "Treg")),
            "cytotoxicity": Cells(("T_CD8",), within=("T_CD8", "T_CD4", "Treg")),
            "t_cd8_resident": Cells(TRM, within=CD8_WU, column="cluster_original"),
        },
    ),
    "tirosh2016": Data(
        "tirosh2016_oligodendroglioma_184.h5ad",
        "Tirosh",
        "linear",
        {"tam": Cells(("Microglia_Macrophage",))},
    ),
    "kang2018": Data(
        "kang2018_pbmc_ifnb_2donors.h5ad",
        "Kang",
        "counts",
        {
            "tam": Cells(("CD14+ Monocytes", "FCGR3A+ Monocytes")),
            "t_cell": Cells(T_KANG),
            "t_cd8": Cells(("CD8 T cells",), within=T_KANG),
            "ifn": STIMULATED,
            "ifn_t_inflamed": STIMULATED,
        },
    ),
    "guo2019": Data(
        "guo2019_prostate_hypoxia_bulk8.h5ad",
        "Guo",
        "counts",
        {"hypoxia": Cells(("hypoxia",), column="condition", by="cell_line")},
        decides=False,
    ),
    "andersson2021": Data(
        "andersson2021_her2_ST_dev.h5ad",
        "Andersson",
        "counts",
        {
            **dict.fromkeys(("caf", "ecm", "stroma"), region("connective tissue", "undetermined")),
            **dict.fromkeys(
                ("b", "t_cell", "immune", "tls", "tls_lymphocytes", "ifn_t_inflamed"),
                region("immune infiltrate", "undetermined"),
            ),
        },
        decides=False,
    ),
    "moncada2020": Data(
        "moncada2020_pdacA_ST.h5ad",
        "Moncada",
        "counts",
        dict.fromkeys(("caf", "ecm", "stroma"), region("Stroma", "unannotated")),
        decides=False,
    ),
    "mariathasan2018": Data(
        "mariathasan2018_imvigor210_bulk_dev.h5ad",
        "Mariathasan",
        "log",
        dict.fromkeys(("ifn_t_inflamed", "t_cell", "immune", "tls", "tls_lymphocytes"), INFLAMED),
        decides=False,
    ),
}
WITH_COUNTS = ("wu2021", "kim2020", "wu2020")
