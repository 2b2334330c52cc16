"""Which genes, programmes and chains are looked for, as `signatures/drivers.yaml` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tmeatlas._errors import TMEError
from tmeatlas._folder import signature_folder


@dataclass(frozen=True, slots=True)
class Programme:
    """What a gene may follow: a list of the library, or the core genes of an axis."""

    id: str
    name: str
    signature: str = ""
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """A gene, the programmes that may raise it, and the lineages within which that is asked."""

    gene: str
    name: str
    within: tuple[str, ...]
    programmes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An axis from a lineage to another; or a gene that follows a programme within a lineage."""

    source: str
    target: str = ""
    axis: str = ""
    programme: str = ""
    gene: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """A chain that a source describes."""

    id: str
    name: str
    links: tuple[Link, ...]
    says: str
    """What the source states."""
    cite: str


@dataclass(frozen=True, slots=True)
class Known:
    """All that is looked for."""

    programmes: Mapping[str, Programme]
    controls: tuple[str, ...]
    """Lists of what handling does to cells; cells are compared at a like level of them."""
    genes: tuple[Followed, ...]
    loops: tuple[Loop, ...]


@cache
def load_known() -> Known:
    """The file as it is installed."""
    path = signature_folder() / "drivers.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        read = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        return Known(
            programmes={entry["id"]: _programme(entry) for entry in read["programmes"]},
            controls=tuple(read["controls"]),
            genes=tuple(_followed(entry) for entry in read["genes"]),
            loops=tuple(_loop(entry) for entry in read["loops"]),
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise TMEError(
            f"What drives tumours cannot be read from {str(path)!r} ({error!r}): the installation "
            "is damaged. Install it again with: python -m pip install --force-reinstall tmeatlas"
        ) from error


def _programme(entry: dict[str, Any]) -> Programme:
    return Programme(entry["id"], entry["name"], entry.get("signature", ""), entry.get("axis", ""))


def _followed(entry: dict[str, Any]) -> Followed:
    within, programmes = tuple(entry["within"]), tuple(entry["programmes"])
    return Followed(entry["gene"], entry["name"], within, programmes)


def _loop(entry: dict[str, Any]) -> Loop:
    links = [
        Link(each["from"], *(each.get(name, "") for name in ("to", "axis", "programme", "gene")))
        for each in entry["links"]
    ]
    source = entry["source"]
    return Loop(entry["id"], entry["name"], tuple(links), source["says"], source["cite"])
