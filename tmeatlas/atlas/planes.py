"""Which embeddings a page shows, and which of them first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas.cells import (
    Plane,
    TissueMap,
    choose_basis,
    embedding_keys,
    other_planes,
    read_plane,
    read_tissue_plane,
)

MAX_MAPS = 6
MOSTLY = 0.5
"""A page opens on the tissue where more than this share of the cells has a place in it."""
STAGE = 0.72
"""Width over height of the stage of the page, as it is on most screens."""


@dataclass(frozen=True, eq=False)
class Planes:
    """The embeddings of a page: that which is shown first, and those to switch to."""

    main: Plane
    others: list[Plane]
    left_out: list[str]
    """Names of embeddings that lack coordinates of drawn cells, or are one too many."""
    tissue: TissueMap | None = None
    """Where one of the embeddings is the tissue."""

    @property
    def all(self) -> list[Plane]:
        """Those to draw, the first to show first."""
        return [self.main, *self.others]

    def tissue_of(self, plane: Plane) -> TissueMap | None:
        """The tissue, where the embedding is that."""
        return self.tissue if plane.key == keys.SPATIAL else None


def read_planes(
    adata: AnnData,
    basis: str | Sequence[str] | None,
    *,
    section_key: str | None = None,
    condition_key: str | None = None,
) -> Planes:
    """The embeddings to draw: those named in a sequence, or all planar ones after `basis`.

    Without `basis` the tissue comes first, where most cells have a place in it.
    `section_key` divides it into sections, which stand side by side, by condition.
    """
    tissue: TissueMap | None = None

    def read(key: str) -> Plane:
        nonlocal tissue
        plane = read_plane(adata, key)
        if key == keys.SPATIAL:
            plane, tissue = read_tissue_plane(
                adata,
                plane,
                section_key,
                aspect=STAGE,
                condition_key=condition_key,
            )
        return plane

    def read_or_none(key: str) -> Plane | None:
        """An embedding that nobody asked for is left out where it cannot be read."""
        try:
            return read(key)
        except InputError:
            return None

    if basis is None or isinstance(basis, str):
        main_key = choose_basis(adata, basis)
        if basis is None and _is_in_tissue(adata):
            main_key = keys.SPATIAL
        other_keys = other_planes(adata, main_key)
    else:
        chosen = list(dict.fromkeys(choose_basis(adata, name) for name in basis))
        if not chosen:
            raise InputError(
                f"Expected one embedding or more as {option('basis')}, found an empty list."
            )
        main_key, *other_keys = chosen
    main = read(main_key)
    others: list[Plane] = []
    left_out: list[str] = []
    for key in other_keys:
        plane = read_or_none(key)
        if plane is None or not plane.drawn[main.drawn].all() or len(others) + 1 >= MAX_MAPS:
            left_out.append(key)
        else:
            others.append(plane)
    return Planes(main, others, left_out, tissue)


def _is_in_tissue(adata: AnnData) -> bool:
    """Whether most cells have a place in a tissue."""
    if keys.SPATIAL not in embedding_keys(adata):
        return False
    try:
        return bool(read_plane(adata, keys.SPATIAL).drawn.mean() > MOSTLY)
    except InputError:
        return False
