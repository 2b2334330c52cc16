"""The labelled tumours of `accuracy.py`: their files, labels, and the signatures to compare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

PLASMA = ("plasma_pan", "b_luca_b_plasma")
CANDIDATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "caf": ("caf", ()),
    "pericyte": ("pericyte", ()),
    "endothelium": ("endothelium", ()),
    "tam": ("tam", ("lineage_bindea2013_macrophages",)),
    "treg": ("treg", ()),
    "b": ("b_plasma", ("lineage_bindea2013_b_cells",)),
    "plasma": ("", PLASMA),
    "nk": ("nk", ("lineage_bindea2013_nk_cells", "lineage_bindea2013_nk_cd56dim_cells")),
    "dc": ("dc", ("lineage_bindea2013_dc", "lineage_bindea2013_idc")),
    "mast": ("", ("lineage_mast", "lineage_bindea2013_mast_cells")),
    "t_cell": (
        "",
        (
            "lineage_t_cell",
            "lineage_bindea2013_t_cells",
            "t_state_tirosh2016_t",
            "t_state_danaher2017_tcells",
        ),
    ),
    "t_cd8": ("", ("lineage_t_cd8", "lineage_bindea2013_cd8_t_cells")),
    "cytotoxicity": ("cytotoxicity", ()),
    "proliferation": ("proliferation", ()),
    "icaf": (
        "",
        (
            "caf_icaf",
            "caf_elyada2019_icaf_top35",
            "caf_ifng_icaf",
            "caf_mhc2_cytokine",
            "caf_gavish2023_mp3_complement",
            "caf_kieffer2020_detox_icaf",
            "caf_kieffer2020_il_icaf",
            "caf_galbo2021_pan_icaf1",
            "caf_cords2023_icaf_top30",
            "caf_wu2020_icaf",
        ),
    ),
    "mycaf": (
        "",
        (
            "caf_mycaf",
            "caf_ecm_mycaf",
            "caf_tgfb_mycaf",
            "caf_lrrc15",
            "caf_kieffer2020_wound_mycaf",
            "caf_cords2023_mcaf_top30",
            "caf_gavish2023_mp1_caf1",
            "caf_gavish2023_mp8_myofibroblasts",
        ),
    ),
}
"""Compartment → all signatures of one file in `signatures/`, and single ones of others."""
STATES = ("cytotoxicity", "proliferation", "icaf", "mycaf")
"""Labels of states rest on such lists themselves, so these count in no mean."""


@dataclass(frozen=True)
class Cells:
    """Cells to find, by their labels: against all others, or within a lineage."""

    labels: tuple[str, ...]
    within: tuple[str, ...] = ()
    """The lineage that they are looked for in; all cells if empty."""
    aside: tuple[str, ...] = ()
    """Labels that count neither as found nor as wrong."""
    column: str = "cell_type"

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


T_WU = ("T_CD4", "T_CD8", "T_cycling", "Treg")
T_PURAM = ("T_CD4", "T_CD8", "Treg")
ICAF, MYCAF = "CAFs MSC iCAF-like", "CAFs myCAF-like"
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
            "dc": Cells(("DC", "pDC")),
            "t_cell": Cells(T_WU),
            "t_cd8": Cells(("T_CD8",), within=("T_CD4", "T_CD8", "Treg")),
            "cytotoxicity": Cells(("T_CD8", "NK"), within=("T_CD4", "T_CD8", "Treg", "NK")),
            "proliferation": Cells(
                ("Cancer Cycling", "Cycling_Myeloid", "Cycling T-cells", "Cycling PVL"),
                column="celltype_minor",
            ),
            "icaf": Cells((ICAF,), within=(ICAF, MYCAF), column="celltype_minor"),
            "mycaf": Cells((MYCAF,), within=(ICAF, MYCAF), column="celltype_minor"),
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
            "dc": Cells(("DC",)),
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
        },
    ),
    "tirosh2016": Data(
        "tirosh2016_oligodendroglioma_184.h5ad",
        "Tirosh",
        "linear",
        {"tam": Cells(("Microglia_Macrophage",))},
    ),
}
WITH_COUNTS = ("wu2021", "kim2020", "wu2020")
