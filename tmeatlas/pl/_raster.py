"""Many cells as one picture: drawn by numpy, kept as PNG."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SIDE = 1200
"""Pixels along the longer side."""


def hex_to_rgb(colours: Sequence[str]) -> NDArray[np.uint8]:
    """Colours × 3, 0 to 255."""
    return np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours], dtype=np.uint8)


def scale_rgb(
    values: NDArray[np.float64], scale: Sequence[str], low: float, high: float
) -> NDArray[np.uint8]:
    """Colours of numbers on a scale of evenly spaced colours."""
    stops = hex_to_rgb(scale).astype(np.float64)
    span = high - low
    position = np.clip((values - low) / span if span > 0 else np.zeros_like(values), 0, 1)
    at = np.linspace(0, 1, len(stops))
    channels = [np.interp(position, at, stops[:, channel]) for channel in range(3)]
    return np.round(np.column_stack(channels)).astype(np.uint8)


def draw_cells(
    xy: NDArray[np.float64],
    rgb: NDArray[np.uint8],
    ranges: tuple[tuple[float, float], tuple[float, float]],
    radius: float,
    *,
    side: int = SIDE,
) -> NDArray[np.uint8]:
    """A transparent picture of `side` pixels with a disc per cell, the last cells on top."""
    (x0, x1), (y0, y1) = ranges
    per_unit = side / max(x1 - x0, y1 - y0)
    width, height = (max(1, round((b - a) * per_unit)) for a, b in ranges)
    column = np.clip(((xy[:, 0] - x0) * per_unit).astype(np.int64), 0, width - 1)
    row = np.clip(((y1 - xy[:, 1]) * per_unit).astype(np.int64), 0, height - 1)
    # The topmost cell of each pixel first, then its disc: one order for all cells.
    reach = int(np.ceil(radius))
    top = np.full((height + 2 * reach, width + 2 * reach), -1, dtype=np.int64)
    order = np.arange(len(xy))
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if dx * dx + dy * dy <= radius * radius:
                np.maximum.at(top, (row + reach + dy, column + reach + dx), order)
    top = top[reach : reach + height, reach : reach + width]
    picture = np.zeros((height, width, 4), dtype=np.uint8)
    seen = top >= 0
    picture[seen, :3] = rgb[top[seen]]
    picture[seen, 3] = 255
    return picture


def png_uri(picture: NDArray[np.uint8]) -> str:
    """A height × width × 4 picture as a data URI of a PNG."""
    height, width, _ = picture.shape
    rows = np.hstack([np.zeros((height, 1), np.uint8), picture.reshape(height, -1)])

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 6, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows.tobytes(), 6))
        + chunk(b"IEND", b"")
    )
    return "data:image/png;base64," + base64.b64encode(png).decode()
