"""What other packages document, where it can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx

INVENTORIES = {
    "python": "https://docs.python.org/3/",
    "anndata": "https://anndata.readthedocs.io/en/stable/",
    "scanpy": "https://scanpy.readthedocs.io/en/stable/",
    "numpy": "https://numpy.org/doc/stable/",
    "pandas": "https://pandas.pydata.org/docs/",
    "scipy": "https://docs.scipy.org/doc/scipy/",
    "plotly": "https://plotly.com/python-api-reference/",
}
SECONDS = 5
SHORT = {"pd": "pandas", "np": "numpy", "go": "plotly.graph_objects", "AnnData": "anndata.AnnData"}
"""What annotations write that are read as they stand."""
NOT_PUBLIC = [
    # Types of what public classes hold, and what they derive from, which have no page.
    ("py:.*", r"tmeatlas\.(\w+\.)*_\w+\..*"),
    ("py:.*", r"tmeatlas\.atlas\.[a-z_]+\.\w+"),
    ("py:class", "Kind|What"),
]
OF_PYTHON = ("collections", "os", "pathlib", "typing", "enum", "types", "abc")
BUILTIN = r"(str|int|float|bool|bytes|dict|list|tuple|set|frozenset|object|type|None|property)"


def reachable() -> dict[str, tuple[str, None]]:
    """The inventories that answer; none is asked for after the first that does not."""
    found: dict[str, tuple[str, None]] = {}
    for name, address in INVENTORIES.items():
        if not _answers(f"{address}objects.inv"):
            break
        found[name] = (address, None)
    return found


def ignored(found: Iterable[str]) -> list[tuple[str, str]]:
    """Patterns of references that need an inventory which did not answer."""
    missing = set(INVENTORIES) - set(found)
    patterns = list(NOT_PUBLIC)
    patterns += [("py:.*", rf"{re.escape(name)}(\..*)?") for name in sorted(missing - {"python"})]
    patterns += [
        ("py:.*", rf"{short}(\..*)?") for short, whole in SHORT.items() if _first(whole) in missing
    ]
    if "python" in missing:
        patterns += [("py:.*", rf"{name}(\..*)?") for name in OF_PYTHON]
        patterns += [("py:.*", BUILTIN), ("py:.*", r"\w*(Error|Warning|Exception)")]
    return patterns


def spell_out(app: Sphinx, env: object, node: pending_xref, content: object) -> None:
    """Have the inventories asked for the whole name of a class."""
    first, dot, rest = str(node.get("reftarget", "")).partition(".")
    if node.get("refdomain") == "py" and first in SHORT:
        node["reftarget"] = f"{SHORT[first]}{dot}{rest}"


class WholeSentences:
    """Keeps what attributes say as it is: napoleon takes what stands before a colon for a type."""

    def __init__(self) -> None:
        self.said: dict[str, list[str]] = {}

    def keep(
        self, app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]
    ) -> None:
        """Before napoleon."""
        if what in ("attribute", "data", "property"):
            self.said[name] = list(lines)

    def restore(
        self, app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]
    ) -> None:
        """After it."""
        if name in self.said:
            lines[:] = self.said.pop(name)


def _first(name: str) -> str:
    return name.partition(".")[0]


def _answers(address: str) -> bool:
    try:
        with urlopen(Request(address, method="HEAD"), timeout=SECONDS) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError, ValueError):
        return False
