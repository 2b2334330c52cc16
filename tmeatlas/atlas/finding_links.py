"""Views of findings as links of the page: choices by their names become what a link holds.

`LINK_KEYS` is the one list of what a finding may set; `assets/js/deep_link.js` and the `link` of
each panel's script read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tmeatlas.findings import ALL_COMPARISONS

if TYPE_CHECKING:
    from tmeatlas.atlas.categories import Category
    from tmeatlas.atlas.payload import Payload


REMARKS = "remarks"
"""The card of the remarks on the samples, which is of no panel."""


def link_of(view: Mapping[str, str], payload: Payload) -> str:
    """A view as the fragment of a link, without what this page does not have."""
    found = {key: LINK_KEYS[key](value, payload) for key, value in view.items()}
    return urlencode({key: value for key, value in found.items() if value is not None}, safe=":,")


def _tab(value: str, payload: Payload) -> str | None:
    return value if value in [place.slug for place, _ in payload.tabs] else None


def _card(value: str, payload: Payload) -> str | None:
    """The card that it is about, of a panel or of the remarks on the samples."""
    others = [REMARKS] if payload.about.remarks else []
    return value if value in [*(card.id for card in payload.cards), *others] else None


def _row(value: str, payload: Payload) -> str | None:
    """The row of the card that it is about, by the name that is written there."""
    return value or None


def _consensus(value: str, payload: Payload) -> str | None:
    found = payload.agreement
    return _at(value, (each.name for each in found)) if found else None


def _feature(value: str, payload: Payload) -> str | None:
    """What cells can be coloured by: a feature, or a division of the cells."""
    known = [*(each.id for each in payload.features), *(each.id for each in payload.categories)]
    return value if value in known else None


def _axis(value: str, payload: Payload) -> str | None:
    network = payload.crosstalk
    return value if network and value in [axis.id for axis in network.axes] else None


def _node(value: str, payload: Payload) -> str | None:
    network = payload.crosstalk
    if network is None:
        return None
    return _at(network.label_of.get(value, value), (node.label for node in network.nodes))


def _label_of(name: str) -> Callable[[str, Payload], str | None]:
    def place(value: str, payload: Payload) -> str | None:
        category: Category | None = getattr(payload, name)
        return _at(value, category.raw_labels) if category else None

    return place


OF_LINEAGE = "lineage:"
"""Before the lineage whose cells are selected."""


def _region(value: str, payload: Payload) -> str | None:
    """A group that is selected, or a lineage."""
    if value.startswith(OF_LINEAGE):
        called = next((each for each in payload.called if each.id == "lineage"), None)
        code = _at(value.removeprefix(OF_LINEAGE), called.raw_labels) if called else None
        return None if code is None else f"c:lineage:{code}"
    code = _label_of("groups")(value, payload)
    return None if code is None else f"g:{code}"


def _comparison(value: str, payload: Payload) -> str | None:
    """The number of a comparison, or the word for all of them."""
    if payload.compare is None or value == ALL_COMPARISONS:
        return value if payload.compare else None
    return _at(value, (each.key for each in payload.compare.entries))


def _difference(value: str, payload: Payload) -> str | None:
    """The place of a feature and group among those of its comparison."""
    return value if payload.compare else None


def _measured(value: str, payload: Payload) -> str | None:
    found = payload.tissue_measures
    return value if found and value in [each.measure for each in found.beside] else None


def _at(value: str, labels: Iterable[str]) -> str | None:
    known = list(labels)
    return str(known.index(value)) if value in known else None


LINK_KEYS: Mapping[str, Callable[[str, Payload], str | None]] = {
    "tab": _tab,
    "card": _card,
    "row": _row,
    "consensus": _consensus,
    "colour": _feature,
    "axis": _axis,
    "sender": _node,
    "receiver": _node,
    "sample": _label_of("sample"),
    "condition": _label_of("condition"),
    "region": _region,
    "comparison": _comparison,
    "difference": _difference,
    "measured": _measured,
}
"""What the view of a finding may set, and how each name becomes what the link holds."""
