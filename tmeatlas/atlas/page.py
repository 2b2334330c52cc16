"""From payload to HTML: one file that needs no server and no network."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from tmeatlas._errors import DependencyError
from tmeatlas.atlas.bundle import page_script, read_asset
from tmeatlas.atlas.encode import pack, script_json
from tmeatlas.atlas.page_data import page_data
from tmeatlas.atlas.payload import Payload

TEMPLATES = ("html.j2", "about.j2")
STYLES = ("base.css", "layout.css", "panels.css", "about.css")


def render_page(payload: Payload) -> str:
    """The HTML of an atlas: the same payload gives the same text."""
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    meta, blocks = page_data(payload)
    script, library = page_script(), plotly_library()
    templates = {name: read_asset(name) for name in TEMPLATES}
    environment = Environment(
        loader=DictLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Markup: our own script and style, and text of an alphabet without markup (JSON, base85).
    return environment.get_template(TEMPLATES[0]).render(
        payload=payload,
        about=payload.about,
        csp=content_security_policy(script, library),
        style=Markup("\n".join(read_asset("css", name) for name in STYLES)),
        script=Markup(script),
        meta=Markup(script_json(meta)),
        blocks=[Markup(block) for block in blocks],
        library=Markup(packed_library()),
    )


def content_security_policy(*scripts: str) -> str:
    """What the page may do: run these scripts, draw images of its own, and nothing else."""
    hashes = " ".join(script_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def script_hash(script: str) -> str:
    """The name of a script in a content security policy."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


@cache
def plotly_library() -> str:
    """plotly.js of the installed plotly package."""
    try:
        file = files("plotly").joinpath("package_data", "plotly.min.js")
        return file.read_text(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise DependencyError(
            "The atlas needs plotly.js from the plotly package, which is missing or incomplete. "
            "Install it again with: python -m pip install --force-reinstall plotly"
        ) from error


@cache
def packed_library() -> str:
    """plotly.js as it stands in the page."""
    return pack(plotly_library().encode("utf-8"))
