"""The strongest programmes of groups inside their lineage, and the states of cells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tmeatlas._rows import SPOT
from tmeatlas._text import counted, percent
from tmeatlas.cells import high_threshold
from tmeatlas.findings._finding import About, Candidate, Confidence, Finding
from tmeatlas.findings._lineages_of_groups import family
from tmeatlas.findings._material import Material
from tmeatlas.findings._programmes import Programme
from tmeatlas.findings._separation import Separation, separate
from tmeatlas.findings._words import label, of, of_group, place
from tmeatlas.lr import ALPHA

FEWEST_CELLS = 20
LEAST_AUC = 0.65
LEAST_DIFFERENCE = 0.15
"""Between the shares of high cells. All three are conventions: smaller differences are of no use
to a reader, whatever their p."""
ENOUGH_SAMPLES = 3
MOST_SAMPLES_AGAINST = 0.25
"""Of the samples that can show it, those in which a clear programme may not be higher."""
OF_ALL_CELLS = 0.5
"""Factor where a group is compared with all other cells, and not within its lineage."""
MOST_CELLS = 5_000
"""Cells of a group, and of those that it is compared with, that are ranked; of more, evenly spaced
ones."""
AMONG_ALL = ("hypoxia", "glycolysis", "proliferation", "ifn")
"""General programmes that no kind of cell is known by: a group without others of its lineage is
compared by them with all other cells."""
FUNCTIONS = (*AMONG_ALL, "oxphos", "apm_class1")
"""General programmes that groups of one lineage are compared by."""
OF_REGIONS = (*FUNCTIONS, "ecm", "angiogenesis", "tls", "checkpoint")
"""The same for regions of spots, which are compared with all other spots."""
NAMED_SO = 0.2
"""Factor where the label of a group has the programme's name: its user knows."""
OTHER_WORDS = {"proliferation": ("cycl", "prolif")}
HEADS = ("tam", "caf", "dc", "endothelium")
"""First words of programmes that say no more than the kind of cell."""
STEM = 6


def programmes_of_groups(material: Material) -> Iterator[Candidate]:
    """The programmes that a group runs more than the other groups of its lineage."""
    groups = material.groups
    if groups is None:
        return
    codes = np.asarray(groups.codes)
    samples = _sample_codes(material, len(codes))
    sizes = np.bincount(codes[codes >= 0], minlength=len(groups.categories))
    found = []
    n_tests = 0
    rows_of = [_evenly(np.flatnonzero(codes == code)) for code in range(len(sizes))]
    for programme in material.programmes:
        values = programme.values
        for code, others in _comparisons(material, programme, sizes):
            n_tests += 1
            result = _separated(values, rows_of, code, others, samples)
            if result is not None:
                found.append((programme, code, others, result))
    for programme, code, others, result in found:
        if _stands(result, n_tests):
            yield from _told(material, programme, codes, code, others, result)


def _sample_codes(material: Material, n: int) -> NDArray[np.integer]:
    return np.zeros(n, np.int64) if material.samples is None else np.asarray(material.samples.codes)


def _comparisons(
    material: Material, programme: Programme, sizes: NDArray[np.integer]
) -> Iterator[tuple[int, list[int]]]:
    """Each group that can show a programme, with the groups that it is compared with."""
    lineages = material.lineage_of_group
    names = [str(name) for name in material.groups.categories]  # type: ignore[union-attr]
    of = [lineages.get(name, "") for name in names]
    if material.row == SPOT:
        yield from _regions(material, programme, sizes)
        return
    if programme.is_general and programme.id not in FUNCTIONS:
        return
    readable = [
        code
        for code, lineage in enumerate(of)
        if lineage and sizes[code] and programme.readable_in(lineage)
    ]
    for code in readable:
        if sizes[code] < FEWEST_CELLS:
            continue
        alike = [o for o in readable if o != code and family(of[o]) == family(of[code])]
        if not alike and programme.id in AMONG_ALL:
            alike = [o for o in range(len(names)) if o != code and sizes[o]]
        if alike and sizes[alike].sum() >= FEWEST_CELLS:
            yield code, alike


def _regions(
    material: Material, programme: Programme, sizes: NDArray[np.integer]
) -> Iterator[tuple[int, list[int]]]:
    """Each region of spots, with all others."""
    if programme.id not in OF_REGIONS:
        return
    for code in np.flatnonzero(sizes >= FEWEST_CELLS):
        others = [int(o) for o in np.flatnonzero(sizes) if o != code]
        if sizes[others].sum() >= FEWEST_CELLS:
            yield int(code), others


def _separated(
    values: NDArray[np.float64],
    rows_of: list[NDArray[np.intp]],
    code: int,
    others: list[int],
    samples: NDArray[np.integer],
) -> Separation | None:
    outside = _evenly(np.concatenate([rows_of[other] for other in others]))
    rows = np.concatenate([rows_of[code], outside])
    inside = np.arange(len(rows)) < len(rows_of[code])
    known = np.isfinite(values[rows])
    return separate(values[rows][known], inside[known], samples[rows][known])


def _evenly(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """The rows, or evenly spaced ones of many."""
    return rows[:: -(-len(rows) // MOST_CELLS)] if len(rows) else rows


def _stands(result: Separation, n_tests: int) -> bool:
    from scipy.stats import norm

    few_against = result.n_samples - result.n_higher <= MOST_SAMPLES_AGAINST * result.n_samples
    return result.auc >= LEAST_AUC and few_against and float(norm.sf(result.z)) * n_tests <= ALPHA


def _told(
    material: Material,
    programme: Programme,
    codes: NDArray[np.integer],
    code: int,
    others: list[int],
    result: Separation,
) -> Iterator[Candidate]:
    """The sentence, where the shares that the page shows differ as well."""
    values = programme.values
    inside, outside = codes == code, np.isin(codes, others)
    known, high = np.isfinite(values), values > high_threshold(values, codes)
    share, share_others = (float(high[w & known].mean()) for w in (inside, outside))
    if share - share_others < LEAST_DIFFERENCE:
        return
    group = str(material.groups.categories[code])  # type: ignore[union-attr]
    several = result.n_samples >= ENOUGH_SAMPLES
    more = f"; higher in {of(result.n_higher, result.n_samples, 'sample')}" if several else ""
    whom = _others_word(material, others, len(material.sizes))
    alike = len(others) < len(material.sizes) - 1
    factor = (1.0 if alike else OF_ALL_CELLS) * (NAMED_SO if _is_named(programme, group) else 1.0)
    yield Candidate(
        Finding(
            rule="programmes_of_groups",
            about=About.PROGRAMME,
            headline=f"{programme.name}: high in {label(group)}",
            text=f"{percent(share)} of {int(inside.sum()):,} {of_group(group, material.rows)} are "
            f"in the upper quarter of all, {percent(share_others)} of {whom}{more}.",
            confidence=_confidence(material, several),
            n=result.n_samples if several else int(inside.sum()),
            unit="samples" if several else material.rows,
            result=programme.key,
            rows=place(programme=programme.id, group=group),
            view={
                "tab": "cells",
                "card": "dots",
                "colour": programme.feature,
                "region": group,
                "row": programme.feature,
            },
        ),
        strength=min(1.0, share - share_others) * factor,
    )


def _confidence(material: Material, several: bool) -> Confidence:
    """Spots beside each other are not independent: of one section nothing is tested."""
    if material.row == SPOT:
        return Confidence.FAIR if several else Confidence.NOTE
    return Confidence.CLEAR if several else Confidence.FAIR


def _is_named(programme: Programme, group: str) -> bool:
    """Whether the label of a group has a word of the programme's name already."""
    words = [word for word in programme.id.split("_") if word not in HEADS and len(word) > 2]
    stems = [word[:STEM] for word in words] + list(OTHER_WORDS.get(programme.id, ()))
    return any(stem in group.lower() for stem in stems)


def _others_word(material: Material, others: list[int], n_groups: int) -> str:
    """The cells that a group is compared with."""
    names = [str(material.groups.categories[o]) for o in others]  # type: ignore[union-attr]
    if len(names) == 1:
        return label(names[0])
    if len(names) >= n_groups - 1:
        return f"all other {material.rows}"
    return f"the {counted(len(names), 'other group')} of its lineage"
