"""Which cells a sample was sorted for, from how many there are of each lineage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tmeatlas._stats import wilson_interval
from tmeatlas._text import clean, counted, in_sentence
from tmeatlas.lineages import is_within, lineage_of, tree
from tmeatlas.quality._measured import Judged, Measured
from tmeatlas.quality._remarks import (
    CALL,
    IMMUNE_CELLS_ONLY,
    NO_EPITHELIUM,
    NO_IMMUNE_CELLS,
    NO_STROMA,
    ONE_LINEAGE_ONLY,
    SHARES,
    T_CELLS_ONLY,
    TREG_CD8,
    Remark,
    forbidding,
)

IMMUNE, STROMA, EPITHELIUM = "immune cells", "stromal cells", "malignant or epithelial cells"
PARTS = {
    IMMUNE: ("immune",),
    STROMA: ("stromal",),
    EPITHELIUM: ("malignant", "epithelial", "melanocyte", "glia"),
}
"""What every tumour has; cells that were sorted, and blood, lack one of them."""
SHOWN = (
    ("immune_share", "Immune cells", PARTS[IMMUNE]),
    ("stroma_share", "Stromal cells", PARTS[STROMA]),
    ("epithelium_share", "Malignant or epithelial cells", PARTS[EPITHELIUM]),
    ("t_cell_share", "T cells", ("t_cell",)),
)
"""Id, name and lineages of the shares that are measured."""
MISSING = {IMMUNE: NO_IMMUNE_CELLS, STROMA: NO_STROMA, EPITHELIUM: NO_EPITHELIUM}
LACKING = {word: (part,) for part, word in MISSING.items()} | {
    IMMUNE_CELLS_ONLY: (STROMA, EPITHELIUM)
}
"""Parts that are missing where a gate says so."""

# The limits are conventions. A gate lets strays through, and a whole tumour may have few cells of
# a part; between the two nothing is said.
LEAST_PART_CELLS = 3
LEAST_PART_SHARE = 0.005
"""A part of a tumour with fewer cells than that is strays of a gate."""
MOST_MISSED = 0.05
"""A part is missing, not missed by chance, where its interval ends below: from 73 cells on."""
ENOUGH_CELLS = 150
"""From here on a sample tells every gate by itself."""
PURE = 0.9
"""One lineage is all there is where its interval begins above, from 35 cells on; of one that is not
immune, which may be most of a whole tumour, if both other parts are missing, too."""
PURE_PART = 0.97
"""The same for all immune cells, which may be most of a whole tumour."""
MOST_UNKNOWN = 0.1
"""More cells without a known lineage may be all that a sample seems to lack."""


def gate_of(counts: Mapping[str, int], *, unknown: int = 0) -> Remark | None:
    """Which cells a sample was sorted for; None where it may be a whole tumour.

    `counts` are cells by id of lineage, `unknown` those without one. With few
    cells nothing is said: a limit is passed by a 95 % interval (Wilson).
    """
    total = sum(counts.values())
    if not total or unknown > MOST_UNKNOWN * (total + unknown):
        return None
    missing = [
        part for part, inside in PARTS.items() if _is_missing(_within(counts, inside), total)
    ]
    for lineage, n in _first_level(counts).items():
        immune = is_within(lineage, "immune")
        if _low(n, total) > PURE and (immune or len(missing) >= 2):
            return _only(lineage, n, total)
    n = _within(counts, PARTS[IMMUNE])
    if _low(n, total) > PURE_PART:
        return _remark(IMMUNE_CELLS_ONLY, _are(n, total, IMMUNE))
    if not missing:
        return None
    lacking = [_of(_within(counts, PARTS[part]), total, part) for part in missing]
    if missing == [STROMA, EPITHELIUM]:
        return _remark(IMMUNE_CELLS_ONLY, " and ".join(lacking))
    return _remark(MISSING[missing[0]], " and ".join(lacking))


def gates_of(
    samples: Sequence[tuple[Mapping[str, int], int]],
    arms: Sequence[str] = (),
    *,
    in_tissue: bool = False,
) -> list[Remark | None]:
    """The gate of each sample, of its cells by lineage and those without one.

    Cells of a section (`in_tissue`) passed no gate: a part that lacks is not there. Where
    nothing but immune cells or one lineage is, they were chosen all the same.

    A sample that is too small to tell has the gate of all samples together, or else of
    those of its condition (`arms`, by sample; "" is none), if that is what its own cells are.
    """
    gates = [gate_of(counts, unknown=unknown) for counts, unknown in samples]
    if in_tissue:
        return [None if gate and gate.word in MISSING.values() else gate for gate in gates]
    common = _together(samples)
    if common is not None:
        return _as_others(gates, samples, common, "all samples")
    for arm in sorted({*arms} - {""}):
        here = [k for k, each in enumerate(arms) if each == arm]
        alike = [samples[k] for k in here]
        common = _together(alike)
        if common is not None:
            found = _as_others(
                [gates[k] for k in here], alike, common, f"all samples of {clean(arm)}"
            )
            for k, gate in zip(here, found, strict=True):
                gates[k] = gate
    return gates


def _together(samples: Sequence[tuple[Mapping[str, int], int]]) -> Remark | None:
    """The gate of several samples as if they were one."""
    counts: Counter[str] = Counter()
    for each, _ in samples:
        counts.update(each)
    return gate_of(counts, unknown=sum(unknown for _, unknown in samples))


def _as_others(
    gates: Sequence[Remark | None],
    samples: Sequence[tuple[Mapping[str, int], int]],
    common: Remark,
    whose: str,
) -> list[Remark | None]:
    """The gates, and that which samples have in common where one has none of its own."""
    return [
        gate or _as_all(counts, unknown, common, whose)
        for gate, (counts, unknown) in zip(gates, samples, strict=True)
    ]


def _as_all(counts: Mapping[str, int], unknown: int, common: Remark, whose: str) -> Remark | None:
    """The gate of other samples, for one that has too few cells to tell but is not otherwise."""
    n = sum(counts.values())
    if not n or n >= ENOUGH_CELLS:
        return None
    lacking = LACKING.get(common.word)
    if lacking is None:
        more = {lineage: cells * ENOUGH_CELLS for lineage, cells in counts.items()}
        own = gate_of(more, unknown=unknown * ENOUGH_CELLS)
        fits = own is not None and own.word == common.word
    else:
        fits = not any(_within(counts, PARTS[part]) for part in lacking)
    reason = f"as in {whose} together: {common.reason}; {counted(n, 'cell')} here"
    return replace(common, reason=reason) if fits else None


def why_not_whole(
    counts: Mapping[str, int], gate: Remark | None, *, in_tissue: bool = False
) -> str:
    """Why shares of all cells of a sample tell nothing of a tumour; "" where they do.

    More careful than a gate: where a part is missing, few cells do not tell whether
    they were sorted, and they do not show a whole tumour either. Those of a section
    (`in_tissue`) were not.
    """
    if gate is not None:
        return f"{gate.word}: {gate.reason}; sorted cells or blood, not a whole tumour"
    total = sum(counts.values())
    for part, inside in () if in_tissue else PARTS.items():
        n = _within(counts, inside)
        if n < LEAST_PART_CELLS or n < LEAST_PART_SHARE * total:
            return f"{_of(n, total, part)}: sorted cells, blood or too few cells"
    return ""


def judge_gate(counts: Mapping[str, int], gate: Remark | None, *, unknown: int = 0) -> Judged:
    """Shares of the parts of a tumour among the cells of a sample, and the gate."""
    total = sum(counts.values())
    note = "" if total else "no cell has a known lineage"
    measured = [_share("known_lineage", "Cells of known lineage", total, total + unknown, "")]
    for measure, name, inside in SHOWN:
        measured.append(_share(measure, name, _within(counts, inside), total, note))
    return Judged(tuple(measured), () if gate is None else (gate,))


def _share(measure: str, name: str, n: int, size: int, note: str) -> Measured:
    low, high = (float(x) for x in wilson_interval(n, size))
    value = n / size if size else float("nan")
    return Measured(measure, name, value, low, high, cells=size, note=note)


def _within(counts: Mapping[str, int], ancestors: Iterable[str]) -> int:
    tops = tuple(ancestors)
    return sum(int(n) for each, n in counts.items() if any(is_within(each, top) for top in tops))


def _first_level(counts: Mapping[str, int]) -> dict[str, int]:
    """Cells of each lineage of the first level; malignant and epithelial cells are one."""
    found: dict[str, int] = {}
    for each, n in counts.items():
        first = lineage_of(each)
        if first in PARTS[EPITHELIUM]:
            first = "malignant"
        if first != "any" and tree()[first].level == 1:
            found[first] = found.get(first, 0) + int(n)
    return found


def _low(n: int, total: int) -> float:
    return float(wilson_interval(n, total)[0])


def _is_missing(n: int, total: int) -> bool:
    return n < LEAST_PART_SHARE * total and float(wilson_interval(n, total)[1]) < MOST_MISSED


def _of(n: int, total: int, name: str) -> str:
    """`no stromal cells among 1,500 cells`."""
    if not n:
        return f"no {name} among {counted(total, 'cell')}"
    return f"{n:,} {name} among {counted(total, 'cell')} ({n / total:.1%})"


def _are(n: int, total: int, name: str) -> str:
    """`980 of 1,000 cells are T cells (98.0%)`."""
    return f"{n:,} of {counted(total, 'cell')} are {name} ({n / total:.1%})"


def _only(lineage: str, n: int, total: int) -> Remark:
    """The remark on a sample of one lineage."""
    name = EPITHELIUM if lineage == "malignant" else in_sentence(tree()[lineage].name)
    reason = _are(n, total, name)
    if lineage != "t_cell":
        return _remark(ONE_LINEAGE_ONLY, reason)
    # A gate on T cells may also have been one on CD4, CD8 or CD25.
    return Remark(T_CELLS_ONLY, reason, forbidding(SHARES, CALL, TREG_CD8))


def _remark(word: str, reason: str) -> Remark:
    return Remark(word, reason, forbidding(SHARES, CALL))
