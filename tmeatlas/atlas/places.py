"""In which tab the card of a panel stands."""

from __future__ import annotations

from enum import Enum


class Place(Enum):
    """What a panel is about: the tab in which it stands. The page has its tabs in this order."""

    CELLS = "Cells & programmes"
    SAMPLES = "Samples & patients"
    CROSSTALK = "Crosstalk"
    SPACE = "Space"
    INTERVENTIONS = "Interventions"
    METHODS = "Methods"

    @property
    def slug(self) -> str:
        """The name of its tab in links."""
        return self.name.lower()
