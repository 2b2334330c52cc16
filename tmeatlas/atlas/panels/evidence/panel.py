"""What speaks for each axis between two groups: ligand, receptor and response."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from tmeatlas.atlas.encode import Blocks
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.panels.crosstalk.network import OF_SAMPLES
from tmeatlas.atlas.panels.evidence.rows import OF_AXIS_SIDES, Evidence, read_evidence
from tmeatlas.atlas.panels.evidence.states import RESPONSE_TEXTS, RESPONSES
from tmeatlas.atlas.tables import (
    MAX_OTHERS_PER_AXIS,
    column_lists,
    counted_rows,
    part_of,
    with_shared,
)
from tmeatlas.atlas.verdicts import AXIS_TEXTS, WORDS, caveat_of, texts_of
from tmeatlas.lr import ENDS
from tmeatlas.results import Axes, Crosstalk, Verdict


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
            "nStanding": payload.n_standing,
            "nTooFew": payload.n_too_few,
            "responses": RESPONSES,
            "responseTexts": RESPONSE_TEXTS,
            "genesMissing": WORDS[Verdict.GENES_MISSING],
            "verdictTexts": texts_of(AXIS_TEXTS),
            "axes": [facts and asdict(facts) for facts in payload.axes],
            "block": blocks.add_json(packed_rows(payload)),
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Evidence for the axis"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        rows = source.cells.words
        return (
            f"Each axis by the best of its core pairs, among {rows} of like depth. Bars: share of "
            f"{rows} that show the ligand in the sender and the receptor in the receiver; colour: "
            f"how many times as high as in other {rows}, without groups that are high as well. "
            "Click a row to see its pairs." + caveat_of(source.result(Axes))
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
        n_standing, n_too_few = counted_rows(payload.rows)
        yield (
            f"Evidence: of {payload.n_total:,} rows, listed are "
            f"{part_of(n_standing, payload.n_standing)} specific or active, "
            f"{part_of(n_too_few, payload.n_too_few)} with too few cells and, per axis, at most "
            f"{MAX_OTHERS_PER_AXIS} of the others. tme.get.axes(adata) has all."
        )


def packed_rows(evidence: Evidence) -> dict[str, Any]:
    """Rows of the evidence, and those that are not listed."""
    rows = evidence.rows
    shared = {
        f"{side}_side": [
            *(group, f"{side}_state", f"{group}_cells_needed"),
            *(f"{side}_{what}" for what in OF_AXIS_SIDES),
        ]
        for side, group in ENDS.items()
    }
    shared["ligand_side"].insert(0, "axis")
    shared["response_side"] = ["response_state", "response_effect", "response_pval"]
    if samples := [name for name in OF_SAMPLES if name in rows]:
        shared["samples"] = samples
    return {
        **with_shared(rows, shared),
        "unlisted": column_lists(evidence.unlisted),
        "names": evidence.names,
    }


PANEL = EvidencePanel()
