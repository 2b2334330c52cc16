"""A payload as what stands in the page: one JSON object and blocks of packed bytes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from tmeatlas._text import clean, slug
from tmeatlas.atlas.encode import byte_planes, pack, short_number, short_numbers
from tmeatlas.atlas.page_tables import crosstalk_body, evidence_body
from tmeatlas.atlas.payload import Payload
from tmeatlas.atlas.payload_cells import Category
from tmeatlas.atlas.payload_crosstalk import Crosstalk
from tmeatlas.atlas.payload_evidence import Evidence
from tmeatlas.atlas.payload_features import Feature
from tmeatlas.atlas.payload_maps import Map
from tmeatlas.atlas.payload_order import similar_orders
from tmeatlas.cells import NAME_HEADING, Places, order_checksum, place_heading

FORMAT_VERSION = 1
PACKING_THREADS = 4


class Blocks:
    """Bytes that go into the page, numbered as they are added."""

    def __init__(self) -> None:
        self._data: list[tuple[bytes | memoryview, bool]] = []

    def add(self, data: bytes | memoryview, *, noisy: bool = False) -> int:
        """Keep `data` and return its number."""
        self._data.append((data, noisy))
        return len(self._data) - 1

    def packed(self) -> list[str]:
        """All blocks as text, in order; compression runs in threads, the result never differs."""
        with ThreadPoolExecutor(PACKING_THREADS) as pool:
            return list(pool.map(lambda entry: pack(entry[0], noisy=entry[1]), self._data))


def page_data(payload: Payload) -> tuple[dict[str, Any], list[str]]:
    """The JSON object of the page and its packed blocks."""
    blocks = Blocks()
    categories = [payload.groups, payload.sample, payload.condition]
    present = [category for category in categories if category is not None]
    meta = {
        "version": FORMAT_VERSION,
        "title": payload.title,
        "slug": slug(payload.title),
        "nCells": payload.n_cells,
        "simulated": payload.about.simulated,
        "maps": [_map(entry, blocks) for entry in payload.maps],
        "categories": [_category(category, payload, blocks) for category in present],
        "bars": _bars(payload),
        "features": [
            _feature(feature, blocks) for feature in payload.features if feature.kind != "gene"
        ],
        "genes": _genes(
            [feature for feature in payload.features if feature.kind == "gene"], blocks
        ),
        "similar": _similar(payload.signatures),
        "agreement": [
            {
                "compartment": entry.compartment,
                "features": entry.features,
                "spearman": [short_numbers(row) for row in entry.spearman],
            }
            for entry in payload.agreement
        ],
        "crosstalk": _crosstalk(payload.crosstalk, payload.features, blocks),
        "evidence": _evidence(payload.evidence, blocks),
        "cellNames": _cell_names(payload, blocks),
    }
    return meta, blocks.packed()


def _similar(signatures: list[Feature]) -> dict[str, list[int] | list[str]]:
    """Signatures and groups in an order in which like stands beside like."""
    rows, columns = similar_orders(signatures)
    return {"features": [signatures[i].id for i in rows], "groups": columns}


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


def _crosstalk(
    crosstalk: Crosstalk | None, features: list[Feature], blocks: Blocks
) -> dict[str, Any] | None:
    if crosstalk is None:
        return None
    scored = {feature.id.removeprefix("s:") for feature in features}
    return {
        "nodes": [vars(node) for node in crosstalk.nodes],
        "axes": [
            {
                "id": axis.id,
                "name": axis.name,
                "response": next((f"s:{name}" for name in axis.response if name in scored), ""),
                "nRows": axis.n_rows,
                "nActive": axis.n_active,
            }
            for axis in crosstalk.axes
        ],
        "nTotal": crosstalk.n_total,
        "nActive": crosstalk.n_active,
        "nDetected": crosstalk.n_detected,
        "groupby": crosstalk.groupby,
        "block": blocks.add(_json_bytes(crosstalk_body(crosstalk))),
    }


def _evidence(evidence: Evidence | None, blocks: Blocks) -> dict[str, Any] | None:
    if evidence is None:
        return None
    return {
        "modifiers": evidence.modifiers,
        "nTotal": evidence.n_total,
        "nActive": evidence.n_active,
        "nDetected": evidence.n_detected,
        "block": blocks.add(_json_bytes(evidence_body(evidence))),
    }


def _cell_names(payload: Payload, blocks: Blocks) -> dict[str, Any]:
    """What names a cell in a downloaded selection: `obs_names`, or its place in this page.

    The heading of the places says how to find them again: `tmeatlas.get.selection`.
    """
    if payload.cell_names is not None:
        return {"heading": NAME_HEADING, "block": blocks.add(_json_bytes(payload.cell_names))}
    checksum = order_checksum(payload.rows)
    places = Places(payload.n_cells, payload.groups.key, payload.maps[0].key, checksum)
    return {"heading": place_heading(places), "block": None}


def _json_bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
