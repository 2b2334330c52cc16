from __future__ import annotations

import pytest

from tmeatlas.sig import Signature

EVERYTHING = {
    "authors": "Doe et al.",
    "year": 2020,
    "journal": "J Tests",
    "doi": "10.1/x",
    "pmid": "123",
    "status": "stated",
}


@pytest.mark.parametrize(
    ("reference", "short", "full"),
    [
        (
            EVERYTHING,
            "Doe et al. (2020), J Tests",
            "Doe et al. (2020), J Tests, doi:10.1/x, PMID 123",
        ),
        ({"journal": "J Tests", "year": 2020}, "J Tests (2020)", "J Tests (2020)"),
        ({"year": 2020, "pmid": "123"}, "(2020)", "(2020), PMID 123"),
        (
            {"authors": "Doe et al.", "status": "unconfirmed"},
            "Doe et al.",
            "Doe et al. (as generally attributed)",
        ),
        ({"status": "unknown"}, "", ""),
    ],
)
def test_citations_have_what_is_on_record(reference, short, full):
    signature = Signature("x", ("A",), reference=reference)
    assert (signature.citation, signature.full_citation) == (short, full)
