"""Names of functions that pages write as code lead to the page of the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

from site_pages.names import named

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> None:
    """Look at every page as it is read."""
    app.add_transform(LinkNames)


class LinkNames(SphinxTransform):
    """Makes a reference of each literal that is a public name."""

    default_priority = 400

    def apply(self) -> None:
        """Wrap them, but for those in headings and in other references."""
        for literal in list(self.document.findall(nodes.literal)):
            name = named(literal.astext())
            inside = (nodes.title, nodes.reference, addnodes.pending_xref, addnodes.desc_signature)
            parent = literal.parent
            while parent is not None and not isinstance(parent, inside):
                parent = parent.parent
            if name is None or parent is not None:
                continue
            link = addnodes.pending_xref(
                "", refdomain="py", reftype="obj", reftarget=name, refexplicit=True, refwarn=True
            )
            link.source, link.line = literal.source, literal.line
            literal.replace_self(link)
            link += literal
