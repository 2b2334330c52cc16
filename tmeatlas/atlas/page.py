"""From payload to HTML: one file that needs no server and no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from tmeatlas.atlas.bundle import loader_script, page_script, read_file
from tmeatlas.atlas.encode import U8_STEPS, U16_STEPS, json_bytes, pack
from tmeatlas.atlas.library import Library, installed_library
from tmeatlas.atlas.page_data import page_data
from tmeatlas.atlas.panels import all_panels, panel_file
from tmeatlas.atlas.payload import Card, Payload

PAGE_TEMPLATE = "html.j2"
CARD_TEMPLATE = "card.j2"
TEMPLATES = (PAGE_TEMPLATE, CARD_TEMPLATE, "about.j2", "methods.j2", "remarks.j2")
STYLES = ("base.css", "layout.css", "cards.css", "about.css")
LAST_STYLE = "print.css"
"""What stands on paper comes after the styles of the panels."""


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
    loader, script = loader_script(), page_script()
    environment = Environment(
        loader=DictLoader(_templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Markup: our own loader and style, and text of an alphabet without markup (base85).
    yield from environment.get_template(PAGE_TEMPLATE).generate(
        payload=payload,
        about=payload.about,
        templates={card.id: _template_of(card) for card in payload.cards},
        styles={card.id: _place_of(card) for card in payload.cards},
        steps={"map": U16_STEPS, "score": U8_STEPS},
        findings=meta.get("findings", []),
        csp=content_security_policy(loader, script, library.text),
        style=Markup(_style()),
        loader=Markup(loader),
        script=Markup(pack(script.encode("utf-8"))),
        meta=Markup(pack(json_bytes(meta))),
        blocks=map(Markup, blocks),
        library=Markup(library.packed),
    )


def _templates() -> dict[str, str]:
    """The templates of the page, and those of the panels that have one."""
    found = {name: read_file("assets", name) for name in TEMPLATES}
    for panel in all_panels():
        text = panel_file(panel.id, "panel.j2")
        if text is not None:
            found[f"{panel.id}.panel.j2"] = text
    return found


def _template_of(card: Card) -> str:
    own = panel_file(card.id, "panel.j2")
    return CARD_TEMPLATE if own is None else f"{card.id}.panel.j2"


def _place_of(card: Card) -> str:
    """Where a card stands, as the style sheet takes it."""
    spot = card.spot
    height = f";--height:{card.height}" if card.height else ""
    return f"--columns:{spot.columns};--columns-wide:{spot.columns_wide}{height}"


def _style() -> str:
    own = (panel_file(panel.id, "panel.css") for panel in all_panels())
    page = (read_file("assets", "css", name) for name in STYLES)
    return "\n".join([*page, *filter(None, own), read_file("assets", "css", LAST_STYLE)])


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
