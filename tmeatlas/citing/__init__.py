"""What results rest on: the one list that the page, the library and the command give."""

from tmeatlas.citing._of_results import citations, stored_results

__all__ = ["citations", "stored_results"]
