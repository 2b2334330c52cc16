"""Drugs and what they act on: the built-in table, read from `signatures/drug_targets.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import pandas as pd
import yaml

from tmeatlas._errors import TMEError
from tmeatlas._folder import signature_folder

BUILTIN_NAME = "tmeatlas"
NOT_STATED = "not stated"
ACTIONS = (
    "blocks",
    "activates",
    "depletes the cell",
    "reprogrammes the cell",
    "degrades the product",
    NOT_STATED,
)
ON_CELLS = ("depletes the cell", "reprogrammes the cell")
"""Actions on whole cells, whatever gene marks these."""
KINDS = ("drug", "class", "strategy", "pathway")
RESEARCH_ONLY = "Research context, never advice."
NO_APPROVAL = (
    '"approval not recorded" says that the table used does not hold it, not that the drug has none.'
)
"""To be said wherever a status is shown."""
NOT_RECORDED = "approval not recorded in the tables used"
"""In place of a status that no source states: nothing is said of the drug."""


@dataclass(frozen=True, slots=True)
class DrugTarget:
    """One drug, class, strategy or pathway, and one gene or kind of cells that it acts on."""

    drug: str
    drug_target: str = ""
    """Symbol of the gene; empty where the sources name none."""
    kind: str = "drug"
    action: str = NOT_STATED
    action_as_stated: str = ""
    action_source: tuple[str, ...] = ()
    status: str = NOT_STATED
    status_date: str = ""
    """As of when the status is; empty only where none is stated."""
    status_source: tuple[str, ...] = ()
    oncology_basis: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    """Ids of the axes that the gene takes part in."""
    programme: str = ""
    """What signatures mark that the gene belongs to."""
    state: str = ""
    lineage: str = ""
    """Of the cells that it acts on."""
    interventions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DrugSource:
    """Where actions and statuses were read."""

    id: str
    name: str
    release: str
    states: str
    address: str
    license: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A drug that is no plain row, because its sources contradict each other or are but one."""

    drug: str
    drug_target: str
    conflict: str
    interventions: tuple[str, ...] = ()


@dataclass(frozen=True)
class DrugTable:
    """Drugs with what they act on, and where that was read."""

    name: str
    entries: tuple[DrugTarget, ...]
    sources: tuple[DrugSource, ...] = ()
    conflicting: tuple[Conflict, ...] = ()

    def __iter__(self) -> Iterator[DrugTarget]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def genes(self) -> list[str]:
        """The genes that are acted on, each once."""
        return list(dict.fromkeys(e.drug_target for e in self.entries if e.drug_target))

    def named(self, ids: tuple[str, ...]) -> str:
        """Sources by name; words that are no id of a source as they are."""
        known = {source.id: source.name for source in self.sources}
        return "; ".join(known.get(each, each) for each in ids)

    def to_frame(self) -> pd.DataFrame:
        """One row per entry, in columns that can be passed again."""
        return pd.DataFrame(
            [
                {
                    field.name: _text(getattr(entry, field.name), self, field.name)
                    for field in fields(DrugTarget)
                }
                for entry in self.entries
            ]
        )


def _text(value: object, table: DrugTable, name: str) -> str:
    if not isinstance(value, tuple):
        return str(value)
    if name.endswith("_source"):
        return table.named(value)
    return (" | " if name == "interventions" else "; ").join(value)


def status_words(status: str) -> str:
    """A status as figures, page and lists tell it."""
    if status == NOT_STATED:
        return NOT_RECORDED
    lacks, _, held = status.partition("; ")
    table, _, evidence = held.partition(": ")
    if lacks != "no approval stated" or not evidence:
        return status
    return f"approval not recorded in the table used ({table}); recorded there: {evidence}"


@cache
def load_drug_targets() -> DrugTable:
    """The built-in table, in the order of its file."""
    path = signature_folder() / "drug_targets.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        return DrugTable(
            BUILTIN_NAME,
            tuple(DrugTarget(**_values(entry)) for entry in content["drugs"]),
            tuple(DrugSource(**entry) for entry in content["sources"]),
            tuple(Conflict(**_values(entry)) for entry in content["conflicting"]),
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise TMEError(
            f"The built-in drugs cannot be read from {str(path)!r} ({error!r}): the installation "
            "is damaged. Install it again with: python -m pip install --force-reinstall tmeatlas"
        ) from error


def _values(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()
    }
