"""What is measured of a sample, as `signatures/phenotype.yaml` lists it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import yaml

from tmeatlas._folder import signature_folder

UNITS = {
    "share": "share",
    "ratio": "log2 ratio",
    "programme": "mean score",
    "high": "share",
    "gene": "share",
    "rank": "mean rank",
}
"""Unit of the values of each kind of measure."""


@dataclass(frozen=True)
class Measure:
    """One measure of a sample; the file describes the fields."""

    id: str
    name: str
    kind: str
    scale: tuple[float, float]
    lineages: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    among: str = ""
    read_in: tuple[str, ...] = ()
    signature: str = ""
    minus: str = ""
    genes: tuple[str, ...] = ()
    of_all: bool = False
    of_t_cells: bool = False

    @property
    def unit(self) -> str:
        """What its values are."""
        return UNITS[self.kind]

    def at(self, depth: int) -> Measure:
        """The same, its name with the number of molecules to which each cell is taken down."""
        return replace(self, name=self.name.format(depth=f"{depth:,}"))

    @property
    def scores(self) -> tuple[str, ...]:
        """The lists of genes that it reads; its own bears its name."""
        own = (self.id,) if self.genes and self.kind != "gene" else ()
        return own + tuple(name for name in (self.signature, self.minus) if name)


@cache
def measures_of_cells() -> tuple[Measure, ...]:
    """What is measured of samples of cells."""
    return tuple(_measure(entry) for entry in _file()["measures"])


@cache
def measures_of_profiles() -> tuple[Measure, ...]:
    """What is measured of samples that are one profile each."""
    return tuple(_measure(entry) for entry in _file()["profiles"])


def reference_lists() -> tuple[str, ...]:
    """The signatures among whose genes the genes of a profile are ranked."""
    return tuple(_file()["reference"])


@cache
def _file() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (signature_folder() / "phenotype.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.load(text, Loader=loader)
    return read


def _measure(entry: dict[str, Any]) -> Measure:
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    return Measure(**fields)
