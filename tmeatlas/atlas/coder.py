"""Steps of cells in few bytes: each coded by how often it comes where the cell stands.

A score is noise on top of what the page knows already: the group of a cell, and
another score that goes along with this one, its guide. Both together are the
context of a cell. Contexts with like levels share a table of how often each level
comes, and a range coder (rANS) takes as many bits as that makes likely, so that
cells without expression cost next to nothing. `js/coder.js` reads what is written
here. Both use whole numbers only: every machine gives the same bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit

MARK = 1
"""First byte of what is coded here; that of deflated bytes is another."""
GUIDE_BINS = 8
"""Parts of the cells by their guide, all as large as its steps allow."""
MOST_TABLES = 16
CELLS_PER_TABLE = 300
"""Cells off the most frequent level that make a further table worth its bytes."""
CHANCES = 1 << 12
"""Of which each level of a table has its part."""
PARTS = np.array([CHANCES / 2 ** (q / 8) for q in range(96)]).astype(np.int64)
"""Parts that a byte can name, from all to 1, a twelfth less each; before they are fitted."""
ABSENT = 255
LOWEST_STATE = 1 << 16

Steps = NDArray[np.uint8]


def guide_bins(guide: Steps | None) -> NDArray[np.int64]:
    """The bin of each step of a guide: as many cells in each as its steps allow."""
    if guide is None:
        return np.zeros(256, dtype=np.int64)
    cells = np.bincount(guide, minlength=256)
    before = np.cumsum(cells) - cells
    return GUIDE_BINS * (2 * before + cells) // max(2 * len(guide), 1)


def contexts_of(groups: NDArray[np.uint8], guide: Steps | None) -> NDArray[np.int64]:
    """The context of each cell: its group, and the bin of its guide."""
    contexts = groups.astype(np.int64) * GUIDE_BINS
    if guide is not None:
        contexts += guide_bins(guide)[guide]
    return contexts


def encode_steps(steps: Steps, groups: NDArray[np.uint8], guide: Steps | None) -> bytes:
    """Steps of cells as bytes, which only those who have groups and guide can read."""
    kept = np.flatnonzero(np.bincount(steps, minlength=256))
    level_of = np.zeros(256, dtype=np.uint8)
    level_of[kept] = np.arange(len(kept))
    levels = level_of[steps]
    contexts = contexts_of(groups, guide)
    n_contexts = GUIDE_BINS * (int(groups.max(initial=0)) + 1)
    counts = np.bincount(contexts * len(kept) + levels, minlength=n_contexts * len(kept))
    table_of, codes = _tables(counts.reshape(n_contexts, len(kept)))
    parts = np.array([_fitted(row) for row in codes])
    head = [MARK, len(kept) - 1, len(codes) - 1]
    packed: Any = table_of[0::2] << 4 | table_of[1::2] if len(codes) > 1 else []
    words, state = _encode(levels, table_of[contexts], parts, np.cumsum(parts, axis=1) - parts)
    return b"".join(
        (
            *(np.array(part, dtype=np.uint8).tobytes() for part in (head, kept, packed, codes)),
            int(state).to_bytes(4, "little"),
            words[::-1].astype("<u2").tobytes(),
        )
    )


def decode_steps(data: bytes, groups: NDArray[np.uint8], guide: Steps | None) -> Steps:
    """The steps that `encode_steps` was given."""
    n_kept, n_tables = data[1] + 1, data[2] + 1
    at = 3 + n_kept
    kept = np.frombuffer(data[3:at], dtype=np.uint8)
    table_of = np.zeros(GUIDE_BINS * (int(groups.max(initial=0)) + 1), dtype=np.int64)
    if n_tables > 1:
        packed = np.frombuffer(data[at : at + len(table_of) // 2], dtype=np.uint8)
        table_of[0::2], table_of[1::2] = packed >> 4, packed & 15
        at += len(packed)
    codes = np.frombuffer(data[at : at + n_tables * n_kept], dtype=np.uint8)
    at += len(codes)
    parts = np.array([_fitted(row) for row in codes.reshape(n_tables, n_kept)])
    levels_at = np.array([np.repeat(np.arange(n_kept), row) for row in parts])
    words = np.frombuffer(data[at + 4 :], dtype="<u2").astype(np.int64)
    state = int.from_bytes(data[at : at + 4], "little")
    tables = table_of[contexts_of(groups, guide)]
    firsts = np.cumsum(parts, axis=1) - parts
    levels = _decode(words, state, tables, parts, firsts, levels_at)
    return kept[levels]


def _tables(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """The table of each context, and each table as bytes.

    Contexts are put in order by their mean level, and each table takes as many cells.
    """
    cells = counts.sum(axis=1)
    off_mode = int(cells.sum() - counts.sum(axis=0).max(initial=0))
    n_tables = min(MOST_TABLES, 1 + off_mode // CELLS_PER_TABLE)
    mean = counts @ np.arange(counts.shape[1]) / np.maximum(cells, 1)
    order = np.argsort(mean, kind="stable")
    before = np.cumsum(cells[order]) - cells[order]
    table_of = np.zeros(len(cells), dtype=np.int64)
    table_of[order] = n_tables * (2 * before + cells[order]) // max(2 * int(cells.sum()), 1)
    table_of = np.where(cells > 0, table_of, 0)
    used, table_of = np.unique(table_of, return_inverse=True)
    joined = np.zeros((len(used), counts.shape[1]), dtype=np.int64)
    np.add.at(joined, table_of, counts)
    share = joined / np.maximum(joined.sum(axis=1, keepdims=True), 1)
    with np.errstate(divide="ignore"):
        codes = np.where(joined > 0, np.rint(-8 * np.log2(share)).clip(0, len(PARTS) - 1), ABSENT)
    return table_of, codes.astype(np.uint8)


def _fitted(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The parts of a table, which are all of the chances together; the largest takes the rest."""
    found = np.where(codes == ABSENT, 0, PARTS[np.minimum(codes, len(PARTS) - 1)])
    fitted = np.where(found > 0, np.maximum(found * CHANCES // max(int(found.sum()), 1), 1), 0)
    fitted[np.argmax(fitted)] += CHANCES - fitted.sum()
    return fitted


@njit(cache=True, nogil=True)
def _encode(levels: Any, tables: Any, parts: Any, firsts: Any) -> Any:
    """The words of the coder, the last first, and its state: the last cell goes in first."""
    words = np.empty(len(levels) + 2, dtype=np.uint16)
    n, state = 0, LOWEST_STATE
    for i in range(len(levels) - 1, -1, -1):
        part = parts[tables[i], levels[i]]
        if state >= part << 20:
            words[n] = state & 0xFFFF
            n += 1
            state >>= 16
        state = (state // part << 12) + state % part + firsts[tables[i], levels[i]]
    return words[:n], state


@njit(cache=True, nogil=True)
def _decode(words: Any, state: int, tables: Any, parts: Any, firsts: Any, levels_at: Any) -> Any:
    levels = np.empty(len(tables), dtype=np.uint8)
    n = 0
    for i in range(len(tables)):
        slot = state & (CHANCES - 1)
        level = levels_at[tables[i], slot]
        levels[i] = level
        state = parts[tables[i], level] * (state >> 12) + slot - firsts[tables[i], level]
        if state < LOWEST_STATE:
            state = state << 16 | words[n]
            n += 1
    return levels
