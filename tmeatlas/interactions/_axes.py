"""The built-in crosstalk axes, read from `signatures/axes.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tmeatlas._errors import TMEError
from tmeatlas._folder import signature_folder
from tmeatlas.interactions._database import ASSOCIATED, CORE, Interaction, Interactions

INTERACTION_TEXTS = (
    "role",
    "ligand_name",
    "receptor_name",
    "directionality",
    "classification",
    "source",
    "disputed",
)


@dataclass(frozen=True, slots=True)
class Axis:
    """Interactions that act as one, such as TGF-β with its receptors and activators."""

    id: str
    name: str
    interactions: tuple[Interaction, ...]
    note: str = ""
    response: tuple[str, ...] = ()
    """Ids of the signatures that rise in the receiver."""
    validated: tuple[str, ...] = ()
    """Those of `response` of which two sources show that they rise under the ligand."""

    @property
    def core(self) -> tuple[Interaction, ...]:
        """The interactions that the axis is named after."""
        return tuple(entry for entry in self.interactions if entry.core == "core")


@cache
def load_axes() -> tuple[Axis, ...]:
    """All built-in axes, in the order of their file."""
    path = signature_folder() / "axes.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # C is ten times faster, equally safe
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        return tuple(_axis(entry) for entry in entries)
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise TMEError(
            f"The built-in axes cannot be read from {str(path)!r} ({error!r}): the installation is "
            "damaged. Install it again with: python -m pip install --force-reinstall tmeatlas"
        ) from error


@cache
def builtin_interactions() -> Interactions:
    """The interactions of all built-in axes."""
    return Interactions("tme", tuple(entry for axis in load_axes() for entry in axis.interactions))


def _axis(entry: dict[str, Any]) -> Axis:
    return Axis(
        id=str(entry["id"]),
        name=str(entry["name"]),
        interactions=tuple(_interaction(str(entry["id"]), item) for item in entry["interactions"]),
        note=_text(entry, "note"),
        response=tuple(str(signature) for signature in entry.get("response") or ()),
        validated=tuple(str(signature) for signature in entry.get("validated") or {}),
    )


def _interaction(axis: str, item: dict[str, Any]) -> Interaction:
    return Interaction(
        id=str(item["id"]),
        ligand_genes=tuple(str(gene) for gene in item["ligand_genes"]),
        receptor_genes=tuple(str(gene) for gene in item["receptor_genes"]),
        axis=axis,
        is_protein=bool(item.get("is_protein", True)),
        core=CORE if item["core"] else ASSOCIATED,
        n_resources=int(item["n_independent"]),
        **{name: _text(item, name) for name in INTERACTION_TEXTS},
    )


def _text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    return "" if value is None else str(value)
