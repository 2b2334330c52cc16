"""What the quality of the samples says, for the page: remarks, and what they forbid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tmeatlas._asker import remedy
from tmeatlas._text import clean_long, counted
from tmeatlas.atlas.panel import Source
from tmeatlas.quality import SHARES, Remark
from tmeatlas.results import Composition, Quality

MAX_REMARKS = 500
CONDITIONS = "conditions"
"""In place of a sample: the remark is on conditions."""


@dataclass(frozen=True)
class RemarkRow:
    """One line of the table of remarks."""

    sample: str
    remark: str
    reason: str
    forbids: str


def remark_rows(quality: Quality | None) -> list[RemarkRow]:
    """The remarks on each sample, in the order in which they are kept."""
    if quality is None:
        return []
    rows = quality.remarks[[*RemarkRow.__dataclass_fields__]].astype(str).head(MAX_REMARKS)
    texts = (map(clean_long, row) for row in rows.itertuples(index=False))
    return [RemarkRow(sample or CONDITIONS, *others) for sample, *others in texts]


def remark_notes(quality: Quality | None) -> Iterator[str]:
    """How many samples have no remark, and for which remarks there is no room."""
    if quality is None:
        return
    samples = quality.table["sample"].astype(str).unique()
    clean = len(set(samples) - set(quality.remarks["sample"].astype(str)))
    if clean:
        yield f"Quality: nothing speaks against {clean:,} of {counted(len(samples), 'sample')}."
    if len(quality.remarks) > MAX_REMARKS:
        yield (
            f"Quality: the first {MAX_REMARKS:,} of {counted(len(quality.remarks), 'remark')} are "
            "shown."
            + remedy(
                python=" tme.get.quality(adata, rows='remarks') has all.",
                shell=" `tmeatlas quality` writes all.",
            )
        )


def not_whole(source: Source) -> dict[str, str]:
    """By sample of the page, why its shares of all cells tell nothing of a tumour."""
    sample = source.cells.sample
    if sample is None:
        return {}
    why: dict[str, str] = {}
    quality, composition = source.result(Quality), source.result(Composition)
    if quality is not None and quality.sample_key == sample.key:
        rows = quality.remarks.astype(str)
        told = [
            Remark(*row)
            for row in zip(rows["remark"], rows["reason"], rows["forbids"], strict=True)
        ]
        why |= {
            name: f"{each.word} ({each.reason})"
            for name, each in zip(rows["sample"], told, strict=True)
            if each.against(SHARES)
        }
    if composition is not None and composition.sample_key == sample.key:
        why |= composition.notes
    return {name: clean_long(text) for name, text in why.items()}
