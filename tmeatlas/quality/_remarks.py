"""What may be said of a sample, and what then means nothing: closed sets of words."""

from __future__ import annotations

from dataclasses import dataclass

T_CELLS_ONLY = "T cells only"
ONE_LINEAGE_ONLY = "one lineage only"
IMMUNE_CELLS_ONLY = "immune cells only"
NO_IMMUNE_CELLS = "no immune cells"
NO_STROMA = "no stroma"
NO_EPITHELIUM = "no epithelium"
NUCLEI = "nuclei"
FULL_LENGTH = "full-length reads"
SPOTS = "spots"
SHALLOW = "shallow"
AMBIENT = "ambient RNA"
DOUBLETS = "doublets"
STRESS = "dissociation stress"
GROUP_DEPTHS = "groups differ in depth"
DEPTH_OF_CONDITION = "depth goes with condition"
PLATFORM_OF_CONDITION = "platform goes with condition"
SORTING_OF_CONDITION = "sorting goes with condition"

GATES = (
    T_CELLS_ONLY,
    ONE_LINEAGE_ONLY,
    IMMUNE_CELLS_ONLY,
    NO_IMMUNE_CELLS,
    NO_STROMA,
    NO_EPITHELIUM,
)
"""Which cells a sample was sorted for, or lost."""
CONFOUNDED = (DEPTH_OF_CONDITION, PLATFORM_OF_CONDITION, SORTING_OF_CONDITION)
"""What differs between conditions beside the condition."""
REMARKS = (
    *GATES,
    *(NUCLEI, FULL_LENGTH, SPOTS, SHALLOW, AMBIENT, DOUBLETS, STRESS, GROUP_DEPTHS),
    *CONFOUNDED,
)
"""All remarks, in the order in which they are told."""

SHARES = "shares of all cells"
CALL = "inflamed or desert"
TREG_CD8 = "Treg to CD8 T cells"
SINGLE_CELLS = "anything of single cells"
MOLECULES = "counts of molecules"
SINGLE_GENES = "single genes of single cells"
AMBIENT_PAIRS = "interactions of ambient genes"
STRESS_GENES = "stress and immediate early genes"
GROUP_DETECTION = "genes shown in one group more than in another"
CONDITIONS = "differences between these conditions"
FORBIDDEN = (
    *(SHARES, CALL, TREG_CD8, SINGLE_CELLS, MOLECULES, SINGLE_GENES),
    *(AMBIENT_PAIRS, STRESS_GENES, GROUP_DETECTION, CONDITIONS),
)
"""All that a remark may forbid."""
JOIN = "; "


@dataclass(frozen=True)
class Remark:
    """One thing that is wrong with a sample, or special in it."""

    word: str
    """One of `REMARKS`."""
    reason: str
    """The numbers behind the word."""
    forbids: str = ""
    """What of `FORBIDDEN` then means nothing, joined by "; "; "" where nothing is forbidden."""

    def against(self, what: str) -> bool:
        """Whether `what`, one of `FORBIDDEN`, means nothing then."""
        return what in self.forbidden

    @property
    def forbidden(self) -> list[str]:
        """What means nothing then, each for itself."""
        return self.forbids.split(JOIN) if self.forbids else []


def forbidding(*what: str) -> str:
    """Several of `FORBIDDEN` as a remark holds them."""
    return JOIN.join(what)
