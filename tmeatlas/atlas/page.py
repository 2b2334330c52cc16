"""From payload to HTML: one file that needs no server and no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from tmeatlas.atlas.bundle import page_script, read_asset
from tmeatlas.atlas.encode import pack, script_json
from tmeatlas.atlas.library import Library, installed_library
from tmeatlas.atlas.page_data import page_data
from tmeatlas.atlas.payload import Payload

TEMPLATES = ("html.j2", "about.j2")
STYLES = ("base.css", "layout.css", "panels.css", "about.css", "print.css")


def render_page(payload: Payload, library: Library | None = None) -> str:
    """The HTML of an atlas as one string: see `page_parts`."""
    return "".join(page_parts(payload, library))


def page_parts(payload: Payload, library: Library | None = None) -> Iterator[str]:
    """The HTML of an atlas, part by part: a page of a million cells need not be in memory.

    The same payload and library give the same text. Without a library it is
    that of the installed plotly package.
    """
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    library = library or installed_library()
    meta, blocks = page_data(payload)
    loader, script = page_script("loader.js"), page_script("boot.js")
    templates = {name: read_asset(name) for name in TEMPLATES}
    environment = Environment(
        loader=DictLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Markup: our own loader and style, and text of an alphabet without markup (JSON, base85).
    yield from environment.get_template(TEMPLATES[0]).generate(
        payload=payload,
        about=payload.about,
        csp=content_security_policy(loader, script, library.text),
        style=Markup("\n".join(read_asset("css", name) for name in STYLES)),
        loader=Markup(loader),
        script=Markup(pack(script.encode("utf-8"))),
        meta=Markup(script_json(meta)),
        blocks=map(Markup, blocks),
        library=Markup(library.packed),
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
