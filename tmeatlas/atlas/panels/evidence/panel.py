"""What speaks for each axis between two groups: ligand, receptor and response."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tmeatlas.atlas.encode import Blocks
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.panels.evidence.rows import Evidence, read_evidence
from tmeatlas.atlas.tables import (
    MAX_OTHERS_PER_AXIS,
    column_lists,
    counted_rows,
    part_of,
    with_shared,
)
from tmeatlas.results import Axes, Crosstalk


class EvidencePanel(Panel[Evidence]):
    """The pieces of evidence for an axis, row by row."""

    id = "evidence"
    place = Place.CROSSTALK
    order = 30
    columns_wide = 4
    may_be_empty = True

    def build(self, source: Source) -> Evidence | None:
        """Rows of the axes; None without them, or without the crosstalk they belong to."""
        axes, network = source.result(Axes), source.payload("crosstalk")
        if axes is None or network is None:
            return None
        return read_evidence(axes, network, source.coverage)

    def pack(self, payload: Evidence, blocks: Blocks) -> dict[str, Any]:
        """Numbers as JSON; rows in a block."""
        return {
            "modifiers": payload.modifiers,
            "nTotal": payload.n_total,
            "nActive": payload.n_active,
            "nDetected": payload.n_detected,
            "block": blocks.add_json(packed_rows(payload)),
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Evidence for the axis"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        return (
            "All interactions of an axis together, among cells of like depth. Area: share of cells "
            "that show the ligand in the sender, the receptor in the receiver; size of the "
            "response. Ringed: specific for the group (p ≤ 0.05). Click a row to see its pairs."
        )

    def call(self, source: Source) -> tuple[str, str] | None:
        """The axes fill it, once there is crosstalk."""
        if not source.payload("crosstalk"):
            return None
        return "Evidence for each axis", Axes.call

    def terms(self, payload: Evidence) -> Sequence[tuple[str, str]]:
        """Its own words; those on verdicts are told with the crosstalk."""
        return [word for word in Axes.words if word not in Crosstalk.words]

    def notes(self, payload: Evidence) -> Iterator[str]:
        """Rows of the axes that are not listed."""
        if len(payload.rows) == payload.n_total:
            return
        n_active, n_detected = counted_rows(payload.rows)
        yield (
            f"Evidence: of {payload.n_total:,} rows, listed are "
            f"{part_of(n_active, payload.n_active)} active and "
            f"{part_of(n_detected, payload.n_detected)} detected ones and, per axis, at most "
            f"{MAX_OTHERS_PER_AXIS} of the others. tme.get.axes(adata) has all."
        )


def packed_rows(evidence: Evidence) -> dict[str, Any]:
    """Rows of the evidence, and those that are not listed."""
    what = ("fraction", "fraction_low", "fraction_high", "pval")
    sides = {
        "ligand_side": ["axis", "source", *(f"ligand_{name}" for name in what)],
        "receptor_side": ["target", *(f"receptor_{name}" for name in what)],
        "response_side": ["response", "response_effect", "response_pval"],
    }
    return {
        **with_shared(evidence.rows, sides),
        "unlisted": column_lists(evidence.unlisted),
        "names": evidence.names,
    }


PANEL = EvidencePanel()
