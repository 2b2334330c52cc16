"""Methods by name."""

from __future__ import annotations

from tmeatlas._errors import InputError, unknown
from tmeatlas.enrichment._bulk import BulkGSVA, BulkSSGSEA
from tmeatlas.enrichment._method import EnrichMethod
from tmeatlas.enrichment._prerank import Prerank

METHODS: dict[str, EnrichMethod] = {
    method.name: method for method in (Prerank(), BulkSSGSEA(), BulkGSVA())
}


def resolve(method: EnrichMethod | str) -> EnrichMethod:
    """The method behind a name, with its defaults; a method is returned as it is."""
    if isinstance(method, str):
        if method not in METHODS:
            raise unknown("method", method, METHODS)
        return METHODS[method]
    if isinstance(method, type) or not isinstance(method, EnrichMethod):
        shown = method.__name__ if isinstance(method, type) else type(method).__name__
        raise InputError(
            "Expected a method name or a method such as tme.enrichment.Prerank(n_perms=100), "
            f"found {shown}. Names: {', '.join(METHODS)}."
        )
    return method
