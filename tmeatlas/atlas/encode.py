"""Numbers as few bytes: quantised, ordered so that they compress, deflated, in base85."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

U16_STEPS = 65535
U8_STEPS = 254
EXPRESSION_LEVELS = 31
MISSING = 255
"""The u8 code of a value that is not a number."""
ALPHABET = bytes(code for code in range(33, 127) if chr(code) not in "<>&\"'`\\-/")
"""The 85 printable characters that neither HTML nor a script element gives a meaning."""
COMPRESSION_LEVEL = 6
PIECE = 1 << 16
"""Bytes that are written as text at a time: fours, and few enough to stay in the cache."""


@dataclass(frozen=True, eq=False)
class Quantised:
    """Values as integer steps from `low` to `high`; the error is at most half a step."""

    codes: NDArray[np.unsignedinteger[Any]]
    low: float
    high: float


def _steps(values: NDArray[np.float64], low: float, high: float, n: int) -> NDArray[np.float64]:
    steps = values - low
    steps *= n / (high - low)
    return np.rint(steps, out=steps)


def quantise_u16(values: ArrayLike) -> Quantised:
    """Finite values as 65,536 even steps between the lowest and the highest."""
    exact = np.asarray(values, dtype=np.float64)
    low, high = (float(exact.min()), float(exact.max())) if exact.size else (0.0, 1.0)
    if high <= low:
        high = low + 1.0
    return Quantised(_steps(exact, low, high, U16_STEPS).astype(np.uint16), low, high)


def quantise_u8(values: ArrayLike) -> Quantised:
    """Values as 255 even steps from the lowest to the highest; the rest becomes `MISSING`."""
    exact = np.asarray(values, dtype=np.float64)
    finite = np.isfinite(exact)
    complete = bool(finite.all())
    known = exact if complete else exact[finite]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if high <= low:
        high = low + 1.0
    numbers = exact if complete else np.where(finite, exact, low)
    codes = _steps(numbers, low, high, U8_STEPS).astype(np.uint8)
    codes[~finite] = MISSING
    return Quantised(codes, low, high)


def split_at(quantised: Quantised, values: ArrayLike, border: float) -> tuple[Quantised, int]:
    """The steps of `values` and the last of them that is not above `border`.

    Values that rounding would put on the wrong side move by one step, so that the
    steps tell exactly which values lie above; their error is at most one step.
    """
    exact = np.asarray(values, dtype=np.float64)
    known = np.isfinite(exact)
    above = known & (exact > border)
    codes = quantised.codes.astype(np.uint8)
    if not above.any():
        return quantised, U8_STEPS
    share = (border - quantised.low) / (quantised.high - quantised.low)
    last = int(np.clip(np.floor(share * U8_STEPS), 0, U8_STEPS - 1))
    codes[above] = np.maximum(codes[above], last + 1)
    below = known & ~above
    codes[below] = np.minimum(codes[below], last)
    return Quantised(codes, quantised.low, quantised.high), last


def quantise_expression(values: ArrayLike, n_levels: int = EXPRESSION_LEVELS) -> Quantised:
    """Values from 0 on as `n_levels` and 0 of the 255 even steps.

    32 are as fine as anyone sees, and take two thirds of the room. What is
    above 0 never becomes 0, so that "expressed" keeps its meaning.
    """
    exact = np.asarray(values, dtype=np.float64)
    high = float(exact.max()) if exact.size and exact.max() > 0 else 1.0
    levels = np.maximum(_steps(exact, 0.0, high, n_levels), exact > 0)
    codes = np.rint(levels * (U8_STEPS / n_levels)).astype(np.uint8)
    return Quantised(codes, 0.0, high)


def byte_planes(values: NDArray[np.integer[Any]], width: int) -> bytes:
    """Integers as all their lowest bytes, then all the next: each plane compresses by itself."""
    return b"".join((values >> (8 * plane)).astype(np.uint8).tobytes() for plane in range(width))


def pack(data: bytes | memoryview, *, noisy: bool = False) -> str:
    """Bytes as deflated base85 text."""
    return base85(deflated(data, noisy=noisy))


def deflated(data: bytes | memoryview, *, noisy: bool = False) -> bytes:
    """Bytes in fewer.

    `noisy` data, such as a score of every cell, repeat in runs but not in
    phrases: looking for runs only is both several times faster and smaller.
    """
    strategy = zlib.Z_RLE if noisy else zlib.Z_DEFAULT_STRATEGY
    deflate = zlib.compressobj(COMPRESSION_LEVEL, strategy=strategy)
    return deflate.compress(data) + deflate.flush()


class Blocks:
    """Bytes that go into the page, packed and numbered as they are added."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []

    def add(self, data: bytes | memoryview, *, noisy: bool = False) -> int:
        """Keep `data`, deflated, and return its number."""
        return self.add_packed(deflated(data, noisy=noisy))

    def add_packed(self, data: bytes) -> int:
        """Keep bytes that are packed already and return their number."""
        self._packed.append(data)
        return len(self._packed) - 1

    def add_json(self, value: Any) -> int:
        """Keep `value` as JSON and return the number of its block."""
        return self.add(json_bytes(value))

    def add_names(self, names: Sequence[str]) -> int:
        """Keep names, the first characters of all and then the next, and return their number.

        Barcodes are noise but for where they have the same character: columns of them take a
        third less than one name after the other.
        """
        padded = np.array([name.encode() for name in names])
        columns = padded.view(np.uint8).reshape(len(names), -1).T
        return self.add(np.ascontiguousarray(columns).data.cast("B"), noisy=True)

    def texts(self) -> Iterator[str]:
        """All blocks as text, in order, each made when it is asked for."""
        return map(base85, self._packed)


def base85(data: bytes) -> str:
    """Bytes as text that means nothing in HTML: 4 bytes in 5 characters, where base64 takes 5.33.

    The first character says how many zero bytes were added to make whole fours.
    """
    added = -len(data) % 4
    whole = memoryview(data + bytes(added))
    pieces = (whole[start : start + PIECE] for start in range(0, len(whole), PIECE))
    return str(added) + "".join(map(_digits, pieces))


def _digits(data: memoryview) -> str:
    """Whole fours of bytes, each as five characters."""
    numbers = np.frombuffer(data, dtype=">u4").astype(np.uint32)
    digits = np.empty((len(numbers), 5), dtype=np.uint8)
    for place in range(4, -1, -1):
        numbers, digits[:, place] = np.divmod(numbers, np.uint32(85))
    return np.frombuffer(ALPHABET, dtype=np.uint8)[digits].tobytes().decode("ascii")


def json_bytes(value: Any) -> bytes:
    """JSON in few bytes; refuses what is no number."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()


def short_number(value: float) -> float | None:
    """A number with six digits for the page; None where it is not finite."""
    return float(f"{value:.6g}") if np.isfinite(value) else None


def short_numbers(values: ArrayLike) -> list[float | None]:
    """Numbers with six digits for the page; None where one is not finite."""
    return [short_number(value) for value in np.asarray(values, dtype=np.float64).tolist()]
