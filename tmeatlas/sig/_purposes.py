"""What signatures are for: which of them find the same cells or tell the same state."""

from __future__ import annotations

import re

from tmeatlas._errors import InputError, unknown
from tmeatlas._text import title_of
from tmeatlas.sig._compartments import COMPARTMENT_NAMES, READING_ORDER

PURPOSES = {
    "finds": "finds the cells of a lineage",
    "state": "tells a state within a lineage",
    "process": "measures a process",
    "quality": "judges how cells were handled",
}
"""What a signature may be for."""
WHOLE_NAMES = {
    **{"apm_class1": "Antigen presentation, class I", "apm_class2": "Antigen presentation, MHC-II"},
    **{"caf_apcaf": "apCAF", "caf_icaf": "iCAF", "caf_mycaf": "myCAF", "caf_s1": "CAF-S1"},
    **{"csf1_response": "CSF1 response", "fatty_acid": "Fatty-acid metabolism"},
    **{"dc_cdc1": "cDC1", "dc_cdc2": "cDC2", "dc_lamp3": "LAMP3+ DC", "dc_pdc": "pDC"},
    **{"emt_partial": "Partial EMT", "glycolysis": "Glycolysis", "oxphos": "Respiration"},
    **{"ifn": "Interferon response", "ifn_t_inflamed": "T-cell-inflamed profile"},
    **{
        "il4_il13": "IL-4 and IL-13 signalling",
        "il2_stat5": "IL2-STAT5",
        "il6_jak_stat3": "IL6-JAK-STAT3",
        "tnfa_nfkb": "TNF-NF-κB",
    },
    **{"immune": "Immune content", "stroma": "Stromal content", "mast": "Mast cells"},
    **{"mdsc": "MDSC", "mdsc_pmn": "PMN-MDSC", "mtorc1": "mTORC1", "p53": "p53"},
    **{"t_cd8": "CD8 T cells", "t_helper": "Helper T cells", "t_gamma_delta": "γδ T cells"},
    **{"tgfb_fibroblast": "TGF-β response of fibroblasts", "neutrophil_traps": "NET"},
    **{"b": "B cells", "t_cell": "T cells", "eosinophil": "Eosinophils"},
    **{"neutrophil": "Neutrophils", "plasma": "Plasma cells"},
}
HEADS = {
    **{name: title_of(name) for name in READING_ORDER},
    **COMPARTMENT_NAMES,
    **{"b": "B cells", "cancer": "Malignant cells", "ecm": "ECM", "ici": "Checkpoint blockade"},
    **{"dc": "DC", "neutrophil": "Neutrophils", "t": "T cells", "tls": "TLS"},
}
"""What the first word of an id stands for, where more words follow."""
WORDS = {
    **{"apc": "antigen-presenting cells", "cd56dim": "CD56dim", "gc": "germinal centre"},
    **{"endo1": "Endo1", "endo2": "Endo2", "endo5": "Endo5", "ifn": "interferon"},
    **{"mhc2": "MHC-II", "nfkb": "NF-κB", "nk": "NK", "notch": "Notch", "t": "T"},
    **{word: word.upper() for word in ("apoe", "areg", "capg", "cox", "crem", "dna", "gzmk")},
    **{word: word.upper() for word in ("i", "ii", "iii", "iv", "lox", "marco", "mmp", "myc")},
    **{word: word.upper() for word in ("tnf", "txnip", "vegf")},
    **{word: word.title() for word in ("tc17", "temra", "tfh", "th1", "th2", "th17")},
}


def mark_name(marks: str) -> str:
    """The name for people of what signatures mark; empty where there is none.

    `tam_spp1` is "TAM, SPP1"; names that are more than their words stand in tables.
    """
    known = WHOLE_NAMES.get(marks) or COMPARTMENT_NAMES.get(marks)
    head, _, rest = marks.partition("_")
    if known or not marks:
        return known or ""
    if not rest or head not in HEADS:
        return title_of(marks)
    return f"{HEADS[head]}, {' '.join(map(_word, rest.split('_')))}"


def check_purpose(signature_id: str, purpose: object, marks: object) -> None:
    """Refuse a purpose that there is not, and a state without a name."""
    if purpose not in ("", *PURPOSES):
        meanings = ", ".join(f"{name!r} if it {does}" for name, does in PURPOSES.items())
        raise unknown(
            f"purpose of signature {signature_id!r} called",
            str(purpose),
            PURPOSES,
            remedy=f"Write {meanings}.",
        )
    if purpose == "state" and not marks:
        raise InputError(
            f"Signature {signature_id!r} tells a state, but not which. Name it in `marks`, such as "
            "'caf_mycaf': signatures that mark the same are combined."
        )


def _word(word: str) -> str:
    return WORDS.get(word) or (word.upper() if re.search(r"\d", word) else word)
