"""Groups of cells by families of lineages: their order, and a hue for each family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tmeatlas.cells._colours import category_colours
from tmeatlas.lineages import FAMILIES, OTHER, Family, family_of, place_in_tree

FEWEST_FAMILIES = 2
"""With one, as among T cells alone, a palette of all hues tells the groups apart better."""
LEAST_KNOWN = 0.5
"""Share of the groups of which more must have a family; a convention. Else names such as
"tumour" and "normal" of samples, or of regions of a tissue, would pass for lineages."""

# The hue tells the family, the shade the group. Within a family, each colour was chosen as far
# as possible from those before it and from the first six of the other families (OKLab distance,
# the smallest of normal vision and simulated deuteranopia and protanopia). All have a contrast
# of 3 or more on white. Hues of families cannot be told apart on every kind of vision: the
# colour-blind-safe palette of a page goes by group alone.
# fmt: off
FAMILY_PALETTES = {
    "epithelium": (
        "#275591", "#668af9", "#4b81a5", "#16258e", "#3f6dd7", "#044262", "#459bd2", "#5166a1",
        "#273fa8", "#1957bb", "#1a85d5", "#283c7f", "#1a73b8", "#6387c1", "#2e6386", "#1b5274",
    ),
    "nerve": (
        "#667015", "#8c906d", "#4e4a00", "#7e9112", "#556345", "#323c1f", "#7e7f3f", "#667555",
        "#979747", "#455b23", "#5c8311", "#778666", "#4c6820", "#364401", "#818e50", "#3b482a",
    ),
    "stroma": (
        "#b95e17", "#512f00", "#a88f5c", "#ed6b42", "#936149", "#84432f", "#683a23", "#a8715f",
        "#b53700", "#77602d", "#b97f0a", "#8a7944", "#852a07", "#5e2d1e", "#c16042", "#b37e66",
    ),
    "myeloid": (
        "#0f745b", "#50a33d", "#1e9fa3", "#084d45", "#1b6401", "#5f8757", "#378a21", "#385c3e",
        "#42817d", "#2ba379", "#014b1a", "#077830", "#28696b", "#579389", "#417d5a", "#209944",
    ),
    "t_nk": (
        "#6b40c9", "#ba7fc3", "#531467", "#875c8e", "#4105af", "#9e5af3", "#4c437b", "#ad58bb",
        "#932da3", "#8984e5", "#582592", "#6a4f86", "#58305e", "#5822c0", "#9a6ea0", "#824be5",
    ),
    "b": (
        "#b1165b", "#e1707c", "#730531", "#ab6075", "#e253ae", "#900b69", "#8f2639", "#9e427b",
        "#d63053", "#c63895", "#770255", "#c25f93", "#ca7e98", "#864466", "#c86b80", "#b2354a",
    ),
    "other": (
        "#66635c", "#323844", "#827d8c", "#3f5151", "#89968f", "#70776a", "#4a4039", "#5a5563",
        "#545b4e", "#848072", "#343a2e", "#6e7482", "#8e8998", "#636976", "#3d424e", "#564a41",
    ),
}
# fmt: on


@dataclass(frozen=True)
class Families:
    """The family of each group; made of groups of which enough are known."""

    labels: tuple[str, ...]
    """The groups in the order in which they were given."""
    of: tuple[Family, ...]
    """The family of each."""
    places: tuple[int, ...]
    """The place of each one's lineage in the tree of lineages."""

    @property
    def order(self) -> list[int]:
        """The groups by family, then as in the tree of lineages, then as they were given."""
        rank = [*FAMILIES, OTHER]
        keys = [(rank.index(f), place) for f, place in zip(self.of, self.places, strict=True)]
        return sorted(range(len(keys)), key=keys.__getitem__)

    def runs(self, order: Sequence[int]) -> list[tuple[Family, list[int]]]:
        """Each family with the places in `order` of its groups, which are neighbours there."""
        of = [self.of[i] for i in order]
        return [(of[first], places) for first, places in _runs(of)]

    def colours(self) -> list[str]:
        """A colour for each group in the order given: the hue of its family, its own shade."""
        found = [""] * len(self.labels)
        taken: dict[str, int] = {}
        for i in self.order:
            shades, used = FAMILY_PALETTES[self.of[i].id], taken.get(self.of[i].id, 0)
            taken[self.of[i].id] = used + 1
            found[i] = shades[used] if used < len(shades) else ""
        # Of families with more groups than shades, the last have any colour that is left.
        free = (c for c in category_colours(2 * len(found) + 60) if c not in set(found))
        return [colour or next(free) for colour in found]


def _runs(values: Sequence[Family]) -> Iterator[tuple[int, list[int]]]:
    """Where each run of equal values begins, and all its places."""
    for _, run in groupby(range(len(values)), key=values.__getitem__):
        places = list(run)
        yield places[0], places


def find_families(lineages: Mapping[str, str]) -> Families | None:
    """The families of groups whose lineages are given by label, "" for what is not known.

    None where they say too little: most groups have none, or all the same.
    """
    of = [family_of(lineage, label) for label, lineage in lineages.items()]
    known = [family for family in of if family is not OTHER]
    if len(known) <= LEAST_KNOWN * len(of) or len(set(known)) < FEWEST_FAMILIES:
        return None
    places = tuple(place_in_tree(lineage) for lineage in lineages.values())
    return Families(tuple(lineages), tuple(of), places)
