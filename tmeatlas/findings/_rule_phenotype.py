"""What kind of tumour each sample shows, as far as it can be called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas._text import counted, display_name, percent
from tmeatlas.findings._finding import About, Candidate, Confidence, Finding
from tmeatlas.findings._material import Material
from tmeatlas.findings._words import capital, joined, label, place
from tmeatlas.phenotypes import ratio_text
from tmeatlas.quality import CALL, Remark
from tmeatlas.results import NO_CALL, UNCLEAR, Phenotype, Quality

T_CELLS, FIBROBLASTS = "t_cell_share", "fibroblasts_to_cd8"
"""The measures that calls of cells rest on."""
MOST_NAMED = 4
"""Samples of a call that are named."""
BUT = "; but "
"""Before what a call lacks, in its reason."""


def calls_of_samples(material: Material) -> Iterator[Candidate]:
    """How many samples are called what; of one sample its call and the reason."""
    phenotype = material.get(Phenotype)
    if phenotype is None or phenotype.calls.empty or not material.labels_hold:
        return
    calls = phenotype.calls.astype({"sample": str, "call": str, "reason": str})
    if _is_forbidden(material) and (calls["call"] == NO_CALL).all():
        return
    counts = calls["call"].value_counts()
    called = counts.drop([NO_CALL, UNCLEAR], errors="ignore")
    n = len(calls)
    if n == 1:
        headline, text = _one(calls.iloc[:1].to_dict("records")[0], phenotype)
    else:
        headline = (
            f"{joined([f'{count:,} {call}' for call, count in called.items()])} of "
            f"{counted(n, 'sample')}"
            if len(called)
            else f"No call for {counted(n, 'sample')}"
        )
        named = capital("; ".join(_named(calls, called, counts)))
        text = f"{named}{_shared_reason(calls)}; no diagnosis."
    yield Candidate(
        Finding(
            rule="calls_of_samples",
            about=About.PHENOTYPE,
            headline=headline,
            text=text,
            confidence=Confidence.FAIR if len(called) else Confidence.NOT_READABLE,
            n=n if n > 1 else int(calls["cells"].iloc[0]),
            unit="samples" if n > 1 else material.rows,
            result=phenotype.key,
            rows=place(call=called.index[0] if len(called) else counts.index[0]),
            view={"tab": "samples", "card": "phenotype", "row": _first(calls, called)},
        ),
        strength=0.4 + 0.6 * int(called.sum()) / n,
    )


def _first(calls: pd.DataFrame, called: pd.Series[int]) -> str:
    """The first sample with a call; the first of all where none has one."""
    with_call = calls[calls["call"].isin(called.index[:1])]
    return display_name((with_call if len(with_call) else calls)["sample"].iloc[0])


def _is_forbidden(material: Material) -> bool:
    """Whether the remarks on the samples say already that there is no call."""
    quality = material.get(Quality)
    if quality is None:
        return False
    rows = quality.remarks[["remark", "reason", "forbids"]].astype(str).itertuples(index=False)
    return any(Remark(*row).against(CALL) for row in rows)


def _one(call: Mapping[Any, Any], phenotype: Phenotype) -> tuple[str, str]:
    """Headline and text of a single sample: the two measures that calls rest on, or the reason."""
    headline = f"{label(call['sample'])}: {call['call']}"
    of_sample = phenotype.table[phenotype.table["sample"].astype(str) == call["sample"]]
    values = dict(zip(of_sample["measure"].astype(str), of_sample["value"], strict=True))
    share, ratio = (float(values.get(name, np.nan)) for name in (T_CELLS, FIBROBLASTS))
    if not np.isfinite([share, ratio]).all():
        return headline, f"{capital(str(call['reason']))}; no diagnosis."
    more, fewer = ("fibroblasts", "CD8 T cells") if ratio > 0 else ("CD8 T cells", "fibroblasts")
    counts = of_sample.loc[of_sample["measure"].astype(str) == FIBROBLASTS, "note"].iloc[0]
    told = f"T cells are {percent(share)} of {counted(int(call['cells']), 'cell')}"
    return (
        headline,
        f"{told}, {more} outnumber {fewer} {ratio_text(abs(ratio))} to 1{_in_brackets(counts)}; "
        "no diagnosis.",
    )


def _in_brackets(text: object) -> str:
    return f" ({text})" if str(text) else ""


def _named(calls: pd.DataFrame, called: pd.Series[int], counts: pd.Series[int]) -> Iterator[str]:
    """Each call with its samples, and how many are not called."""
    for call in called.index:
        samples = [label(sample) for sample in calls.loc[calls["call"] == call, "sample"]]
        if len(samples) > MOST_NAMED:
            samples = [*samples[: MOST_NAMED - 1], f"{len(samples) - MOST_NAMED + 1:,} more"]
        yield f"{call}: {joined(samples)}"
    for call in counts.index.difference(called.index, sort=False):
        yield f"{counts[call]:,} {call}"


def _shared_reason(calls: pd.DataFrame) -> str:
    """What all unclear samples lack, where that is one thing."""
    unclear = calls[calls["call"].isin([UNCLEAR, NO_CALL])]["reason"]
    lacks = {text.partition(BUT)[2] for text in unclear}
    return f": {lacks.pop()}" if len(lacks) == 1 and lacks != {""} else ""
