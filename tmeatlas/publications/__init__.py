"""Publications and software: what is known of each, which a text means, and their BibTeX."""

from tmeatlas.publications._bibtex import bibliography, entries
from tmeatlas.publications._citation import Citation, publications_of
from tmeatlas.publications._known import (
    collection_of,
    known,
    named_in,
    of_reference,
    of_text,
    with_title,
)
from tmeatlas.publications._publication import Publication

__all__ = [
    "Citation",
    "Publication",
    "bibliography",
    "collection_of",
    "entries",
    "known",
    "named_in",
    "of_reference",
    "of_text",
    "publications_of",
    "with_title",
]
