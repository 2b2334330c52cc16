"""The order of the pages, and what the first one shows on the site that it cannot on GitHub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SECTIONS = {
    "Tutorials": (
        *("tutorials/tour", "tutorials/score", "tutorials/crosstalk", "tutorials/cohort"),
        *("tutorials/space", "tutorials/atlas", "tutorials/own", "tutorials/cluster"),
        *("tutorials/coming_from", "tutorials/faq"),
    ),
    "Guide: what goes in": ("overview", "reading", "input", "genes", "gene_sets", "writing"),
    "Guide: cells and samples": (
        *("quality", "lineages", "lineages_labels", "lineages_malignant", "scoring", "states"),
        *("composition", "phenotype"),
    ),
    "Guide: who talks to whom": ("crosstalk", "axes", "databases", "cellphonedb", "drivers"),
    "Guide: space, patients, drugs": ("niches", "compare", "cohort", "drug_targets"),
    "Guide: the page": ("atlas", "what_was_found"),
    "Guide: size and time": ("large", "cluster", "going_on", "performance"),
    "Catalogues": (
        *("catalogue/signatures", "catalogue/axes", "catalogue/drug_targets"),
        "catalogue/bibliography",
    ),
    "Evidence": (
        *("evidence", "findings", "robustness", "tissue_evidence", "tissue_regions"),
        "reliability",
    ),
    "Reference": ("api", "reference/index"),
}
REST = "About"
"""The section of pages that no other one names."""
FIRST = "index"
PICTURE = "![An atlas of a simulated tumour](images/atlas.png)"
"""What stands on GitHub in place of the atlas."""
LIVE = """\
<iframe class="live-atlas" src="tme_demo.html" title="An atlas of a simulated tumour" \
loading="lazy"></iframe>
<p class="live-atlas-link"><a href="tme_demo.html">Open it by itself</a>: one file, no server.</p>
"""


def setup(app: Sphinx) -> None:
    """Add to the first page when it is read."""
    app.connect("source-read", complete_first_page)


def complete_first_page(app: Sphinx, page: str, source: list[str]) -> None:
    """Put the atlas in place of its picture, and all pages below."""
    if page == FIRST:
        listed = sections(Path(app.srcdir))
        source[0] = source[0].replace(PICTURE, LIVE) + "\n" + as_contents(listed)


def sections(docs: Path) -> dict[str, list[str]]:
    """The pages of each section; those that none names come last, so that each has a place."""
    listed = {name: list(pages) for name, pages in SECTIONS.items()}
    placed = {page for pages in listed.values() for page in pages}
    rest = [path.stem for path in sorted(docs.glob("*.md")) if path.stem != FIRST]
    rest += [f"tutorials/{path.stem}" for path in sorted((docs / "tutorials").glob("*.md"))]
    others = [page for page in rest if page not in placed]
    return {**listed, REST: others} if others else listed


def as_contents(listed: dict[str, list[str]]) -> str:
    """The sections as tables of contents, which show in the navigation alone."""
    parts = []
    for name, pages in listed.items():
        parts += ["", "```{toctree}", f":caption: {name}", ":hidden:", "", *pages, "```"]
    return "\n".join(parts) + "\n"
