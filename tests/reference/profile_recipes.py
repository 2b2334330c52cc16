"""How each mean profile of the simulated tumour comes about; read by `make_profiles.py`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fold:
    """Expression in `cells` over expression in `reference`, both from one study."""

    study: str
    cells: str
    reference: str


@dataclass(frozen=True)
class Recipe:
    """One profile: the anchor, the fold changes, the programmes planted or taken out."""

    study: str
    anchor: str
    folds: tuple[Fold, ...] = ()
    planted: tuple[str, ...] = ()
    silenced: tuple[str, ...] = ()


PROGRAMMES = {
    "hypoxia": ("hypoxia_buffa", "hypoxia_gavish2023"),
    "cycling": ("proliferation_g1s", "proliferation_g2m"),
    "exhaustion": ("exhaustion_core", "exhaustion_terminal"),
    "treg": ("treg_tumour",),
    "cytotoxicity": ("cytotoxicity_davoli7",),
    "nk": ("nk_pan", "nk_danaher2017"),
    "t_cell": ("lineage_t_cell", "t_state_danaher2017_tcells", "lineage_t_cd8"),
    "cd8": ("lineage_t_cd8",),
    "dc": ("dc_pan", "dc_cdc2"),
    "monocyte": ("tam_gavish2023_mp2_monocyte_secreted",),
}
"""Programme → the signatures whose genes it raises where planted, lowers where silenced."""

RECIPES = {
    "malignant": Recipe("wu", "Malignant", silenced=("cycling",)),
    "malignant_cycling": Recipe("wu", "Malignant", planted=("cycling",)),
    "malignant_hypoxic": Recipe("wu", "Malignant", planted=("hypoxia",), silenced=("cycling",)),
    "mycaf": Recipe("wu", "CAF", (Fold("wu", "CAFs myCAF-like", "CAF"),)),
    "icaf": Recipe("wu", "CAF", (Fold("wu", "CAFs MSC iCAF-like", "CAF"),)),
    "pericyte": Recipe("wu", "Pericyte_PVL", (Fold("wu", "PVL Differentiated", "Pericyte_PVL"),)),
    "pericyte_immature": Recipe(
        "wu", "Pericyte_PVL", (Fold("wu", "PVL Immature", "Pericyte_PVL"),)
    ),
    "endothelial_venous": Recipe(
        "wu", "Endothelial", (Fold("wu", "Endothelial ACKR1", "Endothelial"),)
    ),
    "endothelial_arterial": Recipe(
        "wu", "Endothelial", (Fold("wu", "Endothelial CXCL12", "Endothelial"),)
    ),
    "endothelial_tip": Recipe("wu", "Endothelial", (Fold("wu", "Endothelial RGS5", "Endothelial"),)),
    "tam_spp1": Recipe("wu", "Macrophage_TAM", (Fold("kim", "Myeloid SPP1+", "Myeloid"),)),
    "tam_c1q": Recipe("wu", "Macrophage_TAM", (Fold("kim", "Myeloid SPP1-", "Myeloid SPP1+"),)),
    "monocyte": Recipe("wu", "Macrophage_TAM", (Fold("wu", "Monocyte", "Macrophage_TAM"),), ("monocyte",)),
    "dc": Recipe("wu", "Macrophage_TAM", (Fold("puram", "DC", "Macrophage_TAM"),), ("dc",)),
    "cd8_effector": Recipe(
        "kim", "T", (Fold("wu", "T_CD8", "T_all"),), planted=("cytotoxicity",)
    ),
    "cd8_exhausted": Recipe(
        "kim", "T", (Fold("puram", "T_CD8", "T_all"),), planted=("exhaustion",)
    ),
    "cd4": Recipe(
        "kim",
        "T",
        (Fold("puram", "T_CD4", "T_all"), Fold("wu", "T_CD4", "T_all")),
        silenced=("cd8",),
    ),
    "treg": Recipe(
        "kim", "T", (Fold("puram", "Treg", "T_all"), Fold("wu", "Treg", "T_all")), ("treg",), ("cd8",)
    ),
    "nk": Recipe(
        "kim", "T", (Fold("wu", "NK", "T_all"),), ("nk", "cytotoxicity"), silenced=("t_cell",)
    ),
    "b": Recipe("kim", "B naive or memory"),
    "plasma": Recipe("wu", "Plasma"),
}
