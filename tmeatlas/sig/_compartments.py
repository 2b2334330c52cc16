"""Compartments of the tumour microenvironment, by the names that people know them by."""

from __future__ import annotations

from tmeatlas._text import title_of

COMPARTMENT_NAMES = {
    "b_plasma": "B and plasma cells",
    "caf": "CAF",
    "dc": "Dendritic cells",
    "ecm": "Extracellular matrix",
    "emt": "EMT",
    "ici": "Checkpoint blockade",
    "ifn": "Interferon",
    "mdsc": "MDSC and neutrophils",
    "nk": "NK cells",
    "stroma_immune": "Stroma and immune content",
    "t_state": "T-cell states",
    "tam": "TAM",
    "tgfb": "TGF-β",
    "tls": "Tertiary lymphoid structures",
}
"""Names of compartments that are more than their id with a capital letter."""
READING_ORDER = (
    *("caf", "pericyte", "endothelium", "angiogenesis", "ecm", "tgfb", "emt"),
    *("tam", "mdsc", "dc", "treg", "exhaustion", "cytotoxicity", "t_state", "immune_lineage"),
    *("nk", "b_plasma", "tls", "checkpoint", "antigen_presentation", "ifn", "inflammation"),
    *("hypoxia", "metabolism", "proliferation", "cancer_state", "ici", "stroma_immune", "quality"),
)
"""Stroma, myeloid cells, lymphocytes, immune function, tumour: how people look through them."""


def reading_rank(compartment: str) -> int:
    """Place of a compartment in the reading order; unknown ones come last."""
    known = compartment in READING_ORDER
    return READING_ORDER.index(compartment) if known else len(READING_ORDER)


def compartment_name(compartment: str) -> str:
    """The name of a compartment for people; empty where there is none."""
    return COMPARTMENT_NAMES.get(compartment) or (title_of(compartment) if compartment else "")
