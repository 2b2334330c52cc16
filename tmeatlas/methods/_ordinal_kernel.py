"""Ranks without ties: equal values, zeros too, are ranked in the order of their positions.

A position is a gene's place in the order that breaks ties. Nothing is sorted:
of an equal value, the number that comes first is counted; of a zero, it is the
number of all genes before it less that of values before it. Where there are
many to count, a bitmap of the positions tells.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tmeatlas._compile_cache import njit
from tmeatlas.methods._bitmap_kernel import Bitmap, look_up, mark, new_bitmap
from tmeatlas.methods._rank_kernel import Bits, Flags, Ints, Number, Table, rank_row

MANY_TIED = 128  # from here on, a bitmap is faster than a comparison with each


class Order(NamedTuple):
    """The order that breaks ties, and room to rank one row after the other in it."""

    position: Ints
    """Of each gene."""
    gene: Ints
    """The signature genes that were ranked."""
    ordinal: Ints
    """Their ranks, from 0 for the highest."""
    grouped: Ints
    n_passed: Ints
    everyone: Flags
    bitmap: Bitmap


@njit(nogil=True, cache=True)
def _count_below(places: Ints, place: int) -> np.int64:
    """How many are below; in a form that compiles to vector instructions."""
    limit = np.int32(place)
    n_below = np.uint32(0)
    for k in range(places.size):
        n_below = np.uint32(n_below + np.uint32(places[k] < limit))
    return np.int64(n_below)


@njit(nogil=True, cache=True)
def new_order(position: Ints, longest: int) -> Order:
    """An order, for rows of up to `longest` values."""
    return Order(
        position,
        np.zeros(longest + 1, np.int32),
        np.zeros(longest + 1, np.int32),
        np.zeros(longest + 1, np.int32),
        np.zeros(longest + 1, np.int32),
        np.ones(position.size, np.bool_),
        new_bitmap(position.size),
    )


@njit(nogil=True, cache=True)
def _group(n: Number, table: Table, order: Order) -> None:
    """Bring the positions of equal values together: they begin at the number of values above."""
    slot_above, gene, gene_slot = table.slot_above, table.gene, table.gene_slot
    position, grouped, n_passed = order.position, order.grouped, order.n_passed
    n_passed[:n] = 0
    for k in range(n):
        first = np.uint64(slot_above[gene_slot[k]])
        grouped[first + np.uint64(n_passed[first])] = position[gene[k]]
        n_passed[first] += 1


@njit(nogil=True, cache=True)
def rank_row_in_order(
    bits: Bits, indices: Ints, is_member: Flags, last: int, table: Table, order: Order
) -> int:
    """Rank the signature genes that have a value in the row, from 0 for the highest.

    Lists the genes and their ranks in `order`, and returns how many there are;
    genes that rank after `last` may be left out.
    """
    position, grouped, n_passed = order.position, order.grouped, order.n_passed
    used, slot_above, slot_tied = table.used, table.slot_above, table.slot_tied
    gene, gene_slot = table.gene, table.gene_slot
    n_slots, n = rank_row(bits, indices, order.everyone, last + 1, table)
    _group(n, table, order)
    # From here on, only signature genes with the slots that they are in.
    n_members = np.uint64(0)
    for k in range(n):
        found, slot = gene[k], gene_slot[k]
        gene[n_members], gene_slot[n_members] = found, slot
        n_members += np.uint64(is_member[found])
    n_ranked = 0
    for t in range(n_slots):
        above, tied = slot_above[used[t]], slot_tied[used[t]]
        # Equal values can have several slots: the first of them does it for all.
        if tied < MANY_TIED or above > last or n_passed[above] == 0:
            continue
        n_passed[above] = 0
        mark(grouped[above : above + tied], order.bitmap)
        for m in range(n_members):
            if slot_above[gene_slot[m]] == above:
                order.gene[n_ranked] = gene[m]
                order.ordinal[n_ranked] = above + look_up(position[gene[m]], order.bitmap)[0]
                n_ranked += 1
    for m in range(n_members):
        above, tied = slot_above[gene_slot[m]], slot_tied[gene_slot[m]]
        if tied < MANY_TIED and above <= last:
            order.gene[n_ranked] = gene[m]
            order.ordinal[n_ranked] = above + _count_below(
                grouped[above : above + tied], position[gene[m]]
            )
            n_ranked += 1
    return n_ranked
