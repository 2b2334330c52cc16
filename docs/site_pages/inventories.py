"""What other packages document, where it can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.error import URLError
from urllib.request import Request, urlopen

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
    patterns = [("py:.*", rf"{re.escape(name)}(\..*)?") for name in sorted(missing - {"python"})]
    if "python" in missing:
        patterns += [("py:.*", rf"{name}(\..*)?") for name in OF_PYTHON]
        patterns += [("py:.*", BUILTIN), ("py:.*", r"\w*(Error|Warning|Exception)")]
    return patterns


def _answers(address: str) -> bool:
    try:
        with urlopen(Request(address, method="HEAD"), timeout=SECONDS) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError, ValueError):
        return False
