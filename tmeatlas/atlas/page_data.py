"""A payload as what stands in the page: one JSON object and blocks of packed bytes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tmeatlas._text import clean, slug
from tmeatlas.atlas.cells import Category
from tmeatlas.atlas.encode import (
    EXPRESSION_LEVELS,
    MISSING,
    U8_STEPS,
    U16_STEPS,
    Blocks,
    byte_planes,
    short_number,
    short_numbers,
)
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.maps import Map
from tmeatlas.atlas.panels import all_panels
from tmeatlas.atlas.payload import Payload
from tmeatlas.atlas.verdicts import CONSTANTS as VERDICT_CONSTANTS
from tmeatlas.cells import NAME_HEADING, Places, order_checksum, place_heading

FORMAT_VERSION = 1
CONSTANTS = {
    "mapSteps": U16_STEPS,
    "lastStep": U8_STEPS,
    "missing": MISSING,
    "geneLevels": EXPRESSION_LEVELS,
    **VERDICT_CONSTANTS,
}
"""What the scripts of the page have to know of how it is packed, and words of the tables."""


def page_data(payload: Payload) -> tuple[dict[str, Any], list[str]]:
    """The JSON object of the page and its packed blocks."""
    blocks = Blocks()
    meta = {
        "version": FORMAT_VERSION,
        "constants": CONSTANTS,
        "title": payload.title,
        "slug": slug(payload.title),
        "nCells": payload.n_cells,
        "simulated": payload.about.simulated,
        "maps": [_map(entry, blocks) for entry in payload.maps],
        "categories": [_category(category, payload, blocks) for category in payload.categories],
        "bars": _bars(payload),
        "features": [
            _feature(feature, blocks) for feature in payload.features if feature.kind != "gene"
        ],
        "genes": _genes(
            [feature for feature in payload.features if feature.kind == "gene"], blocks
        ),
        "panels": {
            panel.id: panel.pack(payload.panels[panel.id], blocks)
            for panel in all_panels()
            if panel.id in payload.panels
        },
        "cellNames": _cell_names(payload, blocks),
    }
    return meta, blocks.packed()


def _map(entry: Map, blocks: Blocks) -> dict[str, Any]:
    return {
        "key": clean(entry.key),
        "name": entry.name,
        "xBlock": blocks.add(byte_planes(entry.x, 2)),
        "yBlock": blocks.add(byte_planes(entry.y, 2)),
        "xRange": short_numbers(entry.x_range),
        "yRange": short_numbers(entry.y_range),
        "aspect": short_numbers(entry.aspect),
        "spacing": short_number(entry.spacing),
        "labels": np.rint(entry.labels_xy).astype(int).tolist(),
    }


def _category(category: Category, payload: Payload, blocks: Blocks) -> dict[str, Any]:
    return {
        "id": category.id,
        "name": category.name,
        "phrase": category.phrase,
        "labels": category.labels,
        "colours": category.colours,
        "coloursCvd": category.colours_cvd,
        "own": category.own_colours,
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
    found = np.flatnonzero(cells.any(axis=1))
    return {
        "sample": (found % n_samples).tolist(),
        "condition": (found // n_samples).tolist(),
        "counts": cells[found].tolist(),
    }


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
        "block": blocks.add(feature.steps.data, noisy=True),
    }


def _genes(genes: list[Feature], blocks: Blocks) -> dict[str, Any] | None:
    """Many features of one kind, in few bytes; the page makes whole features of them."""
    if not genes:
        return None
    numbers = [blocks.add(gene.steps.data, noisy=True) for gene in genes]
    return {
        "names": [gene.name for gene in genes],
        "high": [short_number(gene.high) for gene in genes],
        "unit": genes[0].unit,
        "firstBlock": numbers[0],
    }


def _cell_names(payload: Payload, blocks: Blocks) -> dict[str, Any]:
    """What names a cell in a downloaded selection: `obs_names`, or its place in this page.

    The heading of the places says how to find them again: `tmeatlas.get.selection`.
    """
    if payload.cell_names is not None:
        return {"heading": NAME_HEADING, "block": blocks.add_json(payload.cell_names)}
    checksum = order_checksum(payload.rows)
    places = Places(payload.n_cells, payload.groups.key, payload.maps[0].key, checksum)
    return {"heading": place_heading(places), "block": None}
