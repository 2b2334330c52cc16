"""What `tl.enrich` refuses, and what it warns of."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

from tmeatlas._errors import InputError, TMEWarning, listing, unknown
from tmeatlas._numbers import check_number, check_seed
from tmeatlas._values import MatrixKind

ACCEPTS = {
    "prerank": (MatrixKind.LOGNORM,),
    "ssgsea": (MatrixKind.COUNTS, MatrixKind.LOGNORM, MatrixKind.LINEAR),
    "gsva": (MatrixKind.COUNTS, MatrixKind.LOGNORM, MatrixKind.LINEAR),
}
"""Kinds of values that each method can use."""
NAMED = 20
"""Groups, profiles or lists that a warning spells out."""


def check_options(
    method: str, *, n_perms: int, seed: int, min_cells: int, min_genes: int, min_coverage: float
) -> None:
    """Refuse options out of range."""
    if method not in ACCEPTS:
        raise unknown("method", str(method), ACCEPTS)
    for name, value, lowest in (
        ("n_perms", n_perms, 19),
        ("min_cells", min_cells, 1),
        ("min_genes", min_genes, 1),
    ):
        check_number(name, value, low=lowest, whole=True)
    check_number("min_coverage", min_coverage, low=0, high=1)
    check_seed("seed", seed)


def check_ranking(
    rank_key: str | None, method: str, sample_key: str | None, layer: str | None
) -> None:
    """Refuse options that a ranking of scanpy's leaves nothing to do for."""
    if rank_key is not None and (method != "prerank" or sample_key or layer):
        raise InputError(
            "`rank_key` takes the genes as scanpy ranked them, so it goes with method='prerank' "
            "and without `sample_key` and `layer`. Leave out one or the other."
        )


def small_groups(too_small: Mapping[str, int]) -> list[str]:
    """Each group with its number of cells."""
    return [f"{name} ({n} cells)" for name, n in too_small.items()]


def small_profiles(too_small: Mapping[tuple[str, str], int]) -> list[str]:
    """Each group in a sample with its number of cells."""
    return [f"{group} in {sample} ({n} cells)" for (group, sample), n in too_small.items()]


def warn_of_gaps(
    groups: Sequence[str], profiles: Sequence[str], lists: Sequence[str], min_cells: int
) -> None:
    """One warning for each kind of thing that was left out."""
    lower = f"Lower `min_cells={min_cells}`"
    for what, names, remedy in (
        ("groups too small for enrichment", groups, f"{lower}, or merge them."),
        ("profiles of a group in a sample with too few cells", profiles, f"{lower}."),
        ("signatures with too few genes", lists, "tme.sig.coverage(adata) lists them."),
    ):
        if names:
            warnings.warn(
                f"{len(names)} {what} were left out: {listing(names, limit=NAMED)}. {remedy}",
                TMEWarning,
                stacklevel=3,
            )
