"""What to cite: this package, the method, the interactions, the publications of the signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tmeatlas._text import clean_long
from tmeatlas.atlas.signatures import SignatureRow
from tmeatlas.results import Scores, versions

if TYPE_CHECKING:
    from tmeatlas.sig import Signature


def citations(
    scores: Scores | None, signatures: Iterable[SignatureRow], of_panels: Iterable[str]
) -> list[str]:
    """Everything that the page rests on, one line each; publications in alphabetical order."""
    return [
        _software(),
        *_method(scores),
        *of_panels,
        *_publications([row for row in signatures if row.shown]),
    ]


def _software() -> str:
    """What `CITATION.cff` says of tmeatlas, and the packages that the numbers come from."""
    found = {name: version for name, version in versions().items() if version}
    ours = f"tmeatlas developers: tmeatlas {found.pop('tmeatlas', '')}".strip()
    return f"{ours} (software), with {', '.join(f'{name} {found[name]}' for name in found)}"


def _method(scores: Scores | None) -> Iterator[str]:
    """The publication behind the scores, as their method says it of itself."""
    if scores and scores.citation:
        yield f"Signature scores: {clean_long(scores.citation)}"


def _publications(rows: list[SignatureRow]) -> list[str]:
    """Each publication once, and the signatures of which no publication is known."""
    built_in = _built_in() if rows else {}
    found: dict[str, dict[str, None]] = {}
    unknown = []
    for row in rows:
        # `get` would look for the names that are nearest to those of the user's own.
        signature = built_in[row.id] if row.id in built_in else None  # noqa: SIM401
        ours = signature is not None and signature.name == row.name
        full = clean_long(signature.full_citation) if ours and signature else row.citation
        if full:
            found.setdefault(row.citation or full, {})[full] = None
        else:
            unknown.append(row.name)
    # A list that was read without the ids is by the same paper as one that was read with them.
    texts = [
        text
        for short, fulls in found.items()
        for text in ([full for full in fulls if full != short] or [short])
    ]
    return sorted(texts) + [f"{name}: origin unknown" for name in sorted(unknown)]


def _built_in() -> Mapping[str, Signature]:
    from tmeatlas.sig import load

    return load()
