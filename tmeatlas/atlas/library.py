"""plotly.js as the page carries it: that of the plotly package, or a bundle of the user's."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from tmeatlas._asker import option
from tmeatlas._errors import DependencyError, InputError
from tmeatlas._text_files import read_bytes
from tmeatlas.atlas.encode import pack

TRACE_TYPES = ("scatter", "bar")
"""What the page draws with: bars of shares, scatter in all other figures."""
OLDEST_MAJOR = 3
"""That of the oldest plotly package that tmeatlas works with."""
# How plotly.js registers a trace type, and how its bundles begin; neither is lost by minifying.
TRACE_MODULE = re.compile(r"""moduleType:\s*["']trace["'],\s*name:\s*["'](\w+)["']""")
BANNER = re.compile(r"^\s*/\*[*!]?\s*\*?\s*plotly\.js\b[^\n]*?\bv(\d+)(\.\d+)*", re.MULTILINE)
USUAL_BUNDLES = "plotly-basic.min.js, plotly-cartesian.min.js or plotly.min.js"


@dataclass(frozen=True, eq=False)
class Library:
    """The text of a plotly.js bundle."""

    text: str

    @cached_property
    def packed(self) -> str:
        """The text as it stands in the page."""
        return pack(self.text.encode("utf-8"))


@cache
def installed_library() -> Library:
    """plotly.js of the installed plotly package."""
    try:
        file = files("plotly").joinpath("package_data", "plotly.min.js")
        return Library(file.read_text(encoding="utf-8"))
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise DependencyError(
            "The atlas needs plotly.js from the plotly package, which is missing or incomplete. "
            "Install it again with: python -m pip install --force-reinstall plotly"
        ) from error


def read_library(path: str | os.PathLike[str]) -> Library:
    """A plotly.js bundle of the user's, after making sure that it can draw the page."""
    file = Path(path)
    if not file.is_file():
        found = "a folder" if file.is_dir() else "no such file"
        raise InputError(
            f"Expected a file with a plotly.js bundle as {option('plotlyjs')}, found {found}: "
            f"{str(file)!r}. "
            f"{_where_from()}"
        )
    try:
        # The mark that some editors put first would be lost in the browser, and the text's hash
        # with it.
        text = read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_a_bundle(file) from error
    _check_bundle(file, text)
    return Library(text)


def _check_bundle(file: Path, text: str) -> None:
    """Refuse what is not plotly.js, is too old, or cannot draw what the page has."""
    types = set(TRACE_MODULE.findall(text))
    if not types or "newPlot" not in text:
        raise _not_a_bundle(file)
    banner = BANNER.search(text)
    if banner and int(banner[1]) < OLDEST_MAJOR:
        raise InputError(
            f"Expected plotly.js {OLDEST_MAJOR} or newer as {option('plotlyjs')}, found version "
            f"{banner[1]} "
            f"in {file.name!r}. {_where_from()}"
        )
    lacking = [name for name in TRACE_TYPES if name not in types]
    if lacking:
        raise InputError(
            f"Expected a plotly.js bundle with the trace types {' and '.join(TRACE_TYPES)}, found "
            f"{file.name!r} without {' and '.join(lacking)}. {_where_from()}"
        )


def _not_a_bundle(file: Path) -> InputError:
    return InputError(
        f"Expected a plotly.js bundle as {option('plotlyjs')}, found {file.name!r}, which is none. "
        f"{_where_from()}"
    )


def _where_from() -> str:
    """The remedy for all that is no bundle."""
    return (
        f"Take {USUAL_BUNDLES} from https://github.com/plotly/plotly.js/tree/master/dist, "
        f"or leave {option('plotlyjs')} out to use that of the plotly package."
    )
