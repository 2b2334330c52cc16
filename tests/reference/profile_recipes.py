"""How each mean profile of the simulated tumour comes about; read by `make_profiles.py`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fold:
    """Expression in `cells` over expression in `reference`, both from one study."""

    study: str
    cells: str
    reference: str


@dataclass(frozen=True)
class Recipe:
    """One profile: the mean of a group, fold changes, and programmes."""

    study: str
    anchor: str
    folds: tuple[Fold, ...] = ()
    planted: dict[str, float] = field(default_factory=dict)
    """Programme → median factor by which its genes are raised."""
    silenced: tuple[str, ...] = ()
    """Programmes whose genes are lowered."""


PROGRAMMES = {
    "hypoxia": ("hypoxia_buffa", "hypoxia_gavish2023"),
    "cycling": ("proliferation_g1s", "proliferation_g2m"),
    "exhaustion": ("exhaustion_core", "exhaustion_terminal"),
    "treg": ("treg_tumour", "treg_pan"),
    "cytotoxicity": ("cytotoxicity_davoli7", "cytotoxicity_gavish2023_cd8"),
    "nk": ("nk_pan", "nk_danaher2017"),
    "t_cell": ("lineage_t_cell", "t_state_danaher2017_tcells", "lineage_t_cd8"),
    "cd8": ("lineage_t_cd8",),
    "dc": ("dc_pan", "dc_cdc2"),
    "monocyte": ("tam_gavish2023_mp2_monocyte_secreted",),
    "tam_spp1": ("tam_spp1",),
    "tam_c1q": ("tam_c1q",),
    "stress": ("t_state_chu2023_cd8_stress",),
    "interferon": ("ifna_hallmark",),
}
"""Programme → the signatures that its genes are taken from."""

RESPONSES = {"stress": 2.5, "interferon": 3.0}
"""Programme that any cell can run → median fold change of its genes at full activity."""

MYCAF, ICAF = "CAFs myCAF-like", "CAFs MSC iCAF-like"
T_CD4_FOLDS = (Fold("puram", "T_CD4", "T_all"), Fold("wu", "T_CD4", "T_all"))
TREG_FOLDS = (Fold("puram", "Treg", "T_all"), Fold("wu", "Treg", "T_all"))
CD8_FOLDS = (Fold("wu", "T_CD8", "T_all"),)
NK_FOLDS = (*CD8_FOLDS, Fold("wu", "NK", "T_all"))

RECIPES = {
    "malignant": Recipe("wu", "Malignant", silenced=("cycling",)),
    "malignant_cycling": Recipe("wu", "Malignant", planted={"cycling": 5}),
    "malignant_hypoxic": Recipe("wu", "Malignant", (), {"hypoxia": 5}, ("cycling",)),
    "mycaf": Recipe("wu", MYCAF),
    "icaf": Recipe("wu", MYCAF, (Fold("wu", ICAF, MYCAF),)),
    "pericyte": Recipe("wu", "PVL Differentiated"),
    "pericyte_immature": Recipe(
        "wu", "PVL Differentiated", (Fold("wu", "PVL Immature", "PVL Differentiated"),)
    ),
    "endothelial_venous": Recipe("wu", "Endothelial ACKR1"),
    "endothelial_arterial": Recipe(
        "wu", "Endothelial ACKR1", (Fold("wu", "Endothelial CXCL12", "Endothelial ACKR1"),)
    ),
    "endothelial_tip": Recipe(
        "wu", "Endothelial ACKR1", (Fold("wu", "Endothelial RGS5", "Endothelial ACKR1"),)
    ),
    "tam_spp1": Recipe(
        "wu", "Macrophage_TAM", (Fold("kim", "Myeloid SPP1+", "Myeloid"),), {"tam_spp1": 1.8}
    ),
    "tam_c1q": Recipe(
        "wu", "Macrophage_TAM", (Fold("kim", "Myeloid SPP1-", "Myeloid SPP1+"),), {"tam_c1q": 1.8}
    ),
    "monocyte": Recipe(
        "wu", "Macrophage_TAM", (Fold("wu", "Monocyte", "Macrophage_TAM"),), {"monocyte": 4}
    ),
    "dc": Recipe("wu", "Macrophage_TAM", (Fold("puram", "DC", "Macrophage_TAM"),), {"dc": 4}),
    "cd8_effector": Recipe("kim", "T", CD8_FOLDS, {"cytotoxicity": 3}),
    "cd8_exhausted": Recipe("kim", "T", (Fold("puram", "T_CD8", "T_all"),), {"exhaustion": 4}),
    "cd4": Recipe("kim", "T", T_CD4_FOLDS, silenced=("cd8",)),
    "treg": Recipe("kim", "T", TREG_FOLDS, {"treg": 4}, ("cd8",)),
    "nk": Recipe("kim", "T", NK_FOLDS, {"nk": 6, "cytotoxicity": 3}, ("t_cell",)),
    "b": Recipe("kim", "B naive or memory"),
    "plasma": Recipe("wu", "Plasma"),
}
"""Profile → how it is computed."""
