"""The pages of the site that are made at build time, and what its build needs beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from site_pages import atlas, formulas, linking, navigation, notebooks
from site_pages.bibliography import bibliography_pages
from site_pages.catalogue_axes import axis_pages
from site_pages.catalogue_drugs import drug_pages
from site_pages.catalogue_signatures import signature_pages
from site_pages.inventories import WholeSentences, spell_out
from site_pages.reference import reference_pages
from site_pages.writing import write_pages

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config


def setup(app: Sphinx) -> dict[str, Any]:
    """Have Sphinx call what makes pages, before it looks for them."""
    app.connect("config-inited", make_pages)
    app.connect("missing-reference", spell_out, priority=100)
    sentences = WholeSentences()
    app.connect("autodoc-process-docstring", sentences.keep, priority=100)
    app.connect("autodoc-process-docstring", sentences.restore, priority=900)
    for part in (formulas, linking, navigation, notebooks):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def make_pages(app: Sphinx, config: Config) -> None:
    """Write the generated pages, and the atlas that the first page shows."""
    docs = Path(app.srcdir)
    write_pages(docs / "reference", reference_pages(docs))
    catalogue = {**signature_pages(), **axis_pages(), **drug_pages(), **bibliography_pages()}
    write_pages(docs / "catalogue", catalogue)
    atlas.write(docs / "_generated")
