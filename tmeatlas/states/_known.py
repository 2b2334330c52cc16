"""Which states each lineage has, as `signatures/states.yaml` says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tmeatlas._errors import TMEError
from tmeatlas._folder import signature_folder


@dataclass(frozen=True, slots=True)
class State:
    """A programme that some cells of a lineage run."""

    id: str
    name: str
    signatures: tuple[str, ...]
    """Ids of the signatures that it is read from."""
    set_aside: bool = False
    """Whether it is no state of the lineage, but what scores as high on the lists of one."""


@dataclass(frozen=True, slots=True)
class Continuum:
    """Two poles between which the cells of a lineage lie; no cell is called one or the other."""

    id: str
    name: str
    high: State
    low: State


@dataclass(frozen=True, slots=True)
class LineageStates:
    """The states and continua of a lineage."""

    lineage: str
    states: tuple[State, ...]
    continua: tuple[Continuum, ...] = ()


@cache
def load_states() -> tuple[LineageStates, ...]:
    """All lineages that have states, in the order of their file."""
    path = signature_folder() / "states.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        return tuple(_lineage(entry) for entry in entries)
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise TMEError(
            f"The states cannot be read from {str(path)!r} ({error!r}): the installation is "
            "damaged. Install it again with: python -m pip install --force-reinstall tmeatlas"
        ) from error


def _lineage(entry: dict[str, Any]) -> LineageStates:
    return LineageStates(
        lineage=entry["lineage"],
        states=tuple(_state(each) for each in entry["states"]),
        continua=tuple(
            Continuum(each["id"], each["name"], _state(each["high"]), _state(each["low"]))
            for each in entry.get("continua", ())
        ),
    )


def _state(entry: dict[str, Any]) -> State:
    lists = tuple(entry["signatures"])
    return State(entry["id"], entry["name"], lists, bool(entry.get("set_aside", False)))
