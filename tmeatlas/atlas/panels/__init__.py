"""The panels of the page: one folder each. That a folder is here makes it a panel."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

from tmeatlas.atlas.panel import Panel, Place

__all__ = ["all_panels", "panel_file"]


@cache
def all_panels() -> tuple[Panel[Any], ...]:
    """Every panel, in the order of the page."""
    names = sorted(
        folder.name
        for folder in files(__name__).iterdir()
        if folder.is_dir() and folder.joinpath("panel.py").is_file()
    )
    found: list[Panel[Any]] = [import_module(f"{__name__}.{name}.panel").PANEL for name in names]
    places = list(Place)
    return tuple(sorted(found, key=lambda panel: (places.index(panel.place), panel.order)))


@cache
def panel_file(panel: str, name: str) -> str | None:
    """The text of a file of a panel; None where it has no such file."""
    file = files(__name__).joinpath(panel, name)
    return file.read_text(encoding="utf-8") if file.is_file() else None
