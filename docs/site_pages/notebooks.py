"""How the tutorials are run: their figures share one plotly.js, which lies on the site."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

SCRIPT = "plotly.min.js"
TUTORIALS = "tutorials/"
STARTUP = Path(__file__).with_name("startup.py")


def setup(app: Sphinx) -> None:
    """Prepare the kernel before notebooks run, and the pages when they are written."""
    app.connect("config-inited", lambda app, config: prepare(Path(app.srcdir) / "_generated"))
    app.connect("html-page-context", add_script)


def prepare(folder: Path) -> None:
    """Lay plotly.js where the site takes its scripts from; tell the kernels how figures show."""
    found = find_spec("plotly")
    if found is None or found.origin is None:
        raise RuntimeError("plotly is not installed")
    static = folder / "static"
    static.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(found.origin).parent / "package_data" / SCRIPT, static / SCRIPT)
    # IPython writes beside what it reads there.
    profile = Path(tempfile.mkdtemp(prefix="tmeatlas-docs-"))
    startup = profile / "profile_default" / "startup"
    startup.mkdir(parents=True)
    shutil.copy(STARTUP, startup)
    os.environ["IPYTHONDIR"] = str(profile)


def add_script(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    """Give plotly.js to the pages that have figures."""
    if page.startswith(TUTORIALS):
        app.add_js_file(SCRIPT, priority=100)
