"""What a method of enrichment is, and what it is given and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import pandas as pd

from tmeatlas._values import MatrixKind
from tmeatlas.enrichment._profiles import Profiles
from tmeatlas.enrichment._sets import ListChoice


@dataclass(frozen=True, eq=False)
class Enriched:
    """What gseapy found, and what it was given."""

    table: pd.DataFrame
    ranking: dict[str, Any] | None
    """The ranked genes behind the table, where genes were ranked."""
    left_out: list[str]
    """Signatures that could not be used, with why."""
    facts: dict[str, Any]


@runtime_checkable
class EnrichMethod(Protocol):
    """A method of `tme.tl.enrich`: a frozen dataclass of its options, and one function."""

    @property
    def name(self) -> str:
        """The short name, as in ``tme.tl.enrich(adata, groupby, method="prerank")``."""

    @property
    def accepts(self) -> frozenset[MatrixKind]:
        """The kinds of values that the method is defined for."""

    @property
    def scores_profiles(self) -> bool:
        """Whether each profile gets scores of its own, and so must rest on enough cells."""

    def params(self) -> dict[str, object]:
        """What is kept on record of the options."""

    def run(self, profiles: Profiles, choice: ListChoice) -> Enriched:
        """Test or score the lists that can be used."""
