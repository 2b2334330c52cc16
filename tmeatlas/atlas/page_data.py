"""A payload as what stands in the page: one JSON object and blocks of packed bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tmeatlas._text import clean, clean_long, slug
from tmeatlas.atlas.categories import FEW_CELLS, Category
from tmeatlas.atlas.encode import (
    MISSING,
    U8_STEPS,
    U16_STEPS,
    Blocks,
    byte_planes,
    short_number,
    short_numbers,
)
from tmeatlas.atlas.explained import meanings
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.finding_links import link_of
from tmeatlas.atlas.gene_means import pack_gene_means
from tmeatlas.atlas.lineage_words import lineage_words
from tmeatlas.atlas.maps import Map
from tmeatlas.atlas.panels import all_panels
from tmeatlas.atlas.payload import Payload
from tmeatlas.atlas.verdicts import CONSTANTS as VERDICT_CONSTANTS
from tmeatlas.cells import NAME_HEADING, SOURCE_WORDS, Places, order_checksum, place_heading

FORMAT_VERSION = 1
CONSTANTS = {
    "mapSteps": U16_STEPS,
    "lastStep": U8_STEPS,
    "missing": MISSING,
    "fewCells": FEW_CELLS,
    "sourceWords": SOURCE_WORDS,
    **VERDICT_CONSTANTS,
}
"""What the scripts of the page have to know of how it is packed, and words of the tables."""


def page_data(payload: Payload) -> tuple[dict[str, Any], Iterator[str]]:
    """The JSON object of the page and its packed blocks."""
    blocks = Blocks()
    meta = {
        "version": FORMAT_VERSION,
        "meanings": meanings(payload.sample.n_categories if payload.sample else None),
        "constants": {
            **CONSTANTS,
            "geneLevels": payload.precision.gene_levels,
            "row": payload.row,
            "rows": f"{payload.row}s",
        },
        "title": payload.title,
        "slug": slug(payload.title),
        "nCells": payload.n_cells,
        "simulated": payload.about.simulated,
        "findings": _findings(payload),
        "maps": [_map(entry, blocks) for entry in payload.maps],
        "categories": [_category(category, payload, blocks) for category in payload.categories],
        "bars": _bars(payload),
        "features": [
            _feature(feature, blocks) for feature in payload.features if feature.kind != "gene"
        ],
        "genes": _genes(
            [feature for feature in payload.features if feature.kind == "gene"], blocks
        ),
        "lineageWords": blocks.add_json(lineage_words(payload.groups, payload.features)),
        "geneMeans": pack_gene_means(payload.gene_means, blocks),
        "panels": {
            panel.id: panel.pack(payload.panels[panel.id], blocks)
            for panel in all_panels()
            if panel.id in payload.panels
        },
        "cellNames": _cell_names(payload, blocks),
    }
    return meta, blocks.texts()


def _findings(payload: Payload) -> list[dict[str, str]]:
    return [
        {
            "about": str(finding.about),
            "headline": clean(finding.headline),
            "text": clean(finding.text),
            "confidence": str(finding.confidence),
            "view": link_of(finding.view, payload),
        }
        for finding in payload.findings
    ]


def _map(entry: Map, blocks: Blocks) -> dict[str, Any]:
    return {
        "key": clean(entry.key),
        "name": entry.name,
        "xBlock": blocks.add(byte_planes(entry.x, 2)),
        "yBlock": blocks.add(byte_planes(entry.y, 2)),
        "xRange": short_numbers(entry.x_range),
        "yRange": short_numbers(entry.y_range),
        "aspect": short_numbers(entry.aspect),
        "isTissue": entry.is_tissue,
        "diameter": short_number(entry.diameter),
        "labels": np.rint(entry.labels_xy).astype(int).tolist(),
        "crowd": short_number(entry.crowd),
        "core": _whole(entry.core.box) if entry.core.box else None,
        "farOff": [{**vars(far), "at": round(far.at)} for far in entry.core.far_off],
        "regions": [_whole(region) for region in entry.regions],
        "sections": [
            {"name": section.name, "box": _whole(section.box)} for section in entry.sections
        ],
        "images": [
            {"block": blocks.add(data, noisy=True), "box": _whole(box)}
            for data, box in entry.images
        ],
    }


def _whole(numbers: Sequence[float]) -> list[int]:
    return [round(number) for number in numbers]


def _raw_labels(category: Category) -> dict[str, Any]:
    """The labels as files name them, where they are shown otherwise."""
    raw = [clean_long(label) for label in category.raw_labels]
    return {"rawLabels": raw} if raw != category.labels else {}


def _category(category: Category, payload: Payload, blocks: Blocks) -> dict[str, Any]:
    return {
        "id": category.id,
        "name": category.name,
        "phrase": category.phrase,
        "labels": category.labels,
        **_raw_labels(category),
        "colours": category.colours,
        "coloursCvd": category.colours_cvd,
        "own": category.own_colours,
        "families": [[family.name, codes, family.short] for family, codes in category.families],
        "main": category.is_main,
        "sizes": np.bincount(category.codes, minlength=len(category.labels)).tolist(),
        "block": blocks.add(category.codes.data, noisy=True),
    }


def _bars(payload: Payload) -> dict[str, Any] | None:
    """The bars of the composition: the samples, split where they span several conditions."""
    sample, condition = payload.sample, payload.condition
    if sample is None:
        return None
    n_groups, n_samples = len(payload.groups.labels), len(sample.labels)
    place = condition.codes.astype(np.int64) if condition else np.zeros(payload.n_cells, np.int64)
    for other, n_other in ((sample.codes, n_samples), (payload.groups.codes, n_groups)):
        place *= n_other
        place += other
    n_pairs = n_samples * (len(condition.labels) if condition else 1)
    cells = np.bincount(place, minlength=n_pairs * n_groups).reshape(n_pairs, n_groups)
    among = _place_of_samples(payload)
    found = sorted(
        np.flatnonzero(cells.any(axis=1)).tolist(),
        key=lambda bar: (bar // n_samples, among(bar % n_samples)),
    )
    return {
        "sample": [bar % n_samples for bar in found],
        "condition": [bar // n_samples for bar in found],
        "counts": cells[found].tolist(),
    }


def _place_of_samples(payload: Payload) -> Callable[[int], tuple[int, int]]:
    """Samples within a condition as the phenotype has them; others in the order of the data."""
    calls = payload.phenotype.calls if payload.phenotype else []
    called = {call.code: i for i, call in enumerate(calls)}
    return lambda sample: (called.get(sample, len(called)), sample)


def _feature(feature: Feature, blocks: Blocks) -> dict[str, Any]:
    return {
        "id": feature.id,
        "kind": feature.kind,
        "name": feature.name,
        "unit": feature.unit,
        "compartment": feature.compartment,
        "genes": feature.genes,
        "low": short_number(feature.low),
        "high": short_number(feature.high),
        "threshold": feature.threshold,
        "mean": short_numbers(feature.mean),
        "share": short_numbers(feature.share),
        "meanAll": short_number(feature.mean_all),
        "spreadAll": short_number(feature.spread_all),
        **_packed(feature, blocks),
    }


def _packed(feature: Feature, blocks: Blocks) -> dict[str, Any]:
    """The block of a feature, what tells how to read it, and the steps that it has."""
    found: dict[str, Any] = {"block": blocks.add_packed(feature.packed)}
    if feature.guide is not None:
        found["guide"] = feature.guide.id
    if feature.kept:
        found["stepsKept"] = feature.kept
    return found


def _genes(genes: list[Feature], blocks: Blocks) -> dict[str, Any] | None:
    """Many features of one kind, in few bytes; the page makes whole features of them."""
    if not genes:
        return None
    numbers = [blocks.add_packed(gene.packed) for gene in genes]
    guides = list(dict.fromkeys(gene.guide.id for gene in genes if gene.guide is not None))
    return {
        "names": [gene.name for gene in genes],
        "high": [short_number(gene.high) for gene in genes],
        "unit": genes[0].unit,
        "guides": guides,
        "guide": [-1 if gene.guide is None else guides.index(gene.guide.id) for gene in genes],
        "firstBlock": numbers[0],
    }


def _cell_names(payload: Payload, blocks: Blocks) -> dict[str, Any]:
    """What names a cell in a downloaded selection: `obs_names`, or its place in this page.

    The heading of the places says how to find them again: `tmeatlas.get.selection`.
    """
    if payload.cell_names is not None:
        return {"heading": NAME_HEADING, "block": blocks.add_names(payload.cell_names)}
    checksum = order_checksum(payload.rows)
    places = Places(payload.n_cells, payload.groups.key, payload.maps[0].key, checksum)
    return {"heading": place_heading(places), "block": None}
