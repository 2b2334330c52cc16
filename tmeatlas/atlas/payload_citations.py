"""What to cite: this package, the method, the interactions, the publications of the signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import clean, clean_long
from tmeatlas.atlas.payload_crosstalk import Crosstalk
from tmeatlas.atlas.payload_units import method_says
from tmeatlas.results import CITATION, recorded, versions

if TYPE_CHECKING:
    from tmeatlas.atlas.payload_about import SignatureRow
    from tmeatlas.sig import Signature

BUILT_IN = "tme"


def citations(
    adata: AnnData, signatures: Iterable[SignatureRow], crosstalk: Crosstalk | None
) -> list[str]:
    """Everything that the page rests on, one line each; publications in alphabetical order."""
    return [
        _software(),
        *_method(adata),
        *_interactions(adata, crosstalk),
        *_publications([row for row in signatures if row.shown]),
    ]


def _software() -> str:
    """What `CITATION.cff` says of tmeatlas, and the packages that the numbers come from."""
    found = {name: version for name, version in versions().items() if version}
    ours = f"tmeatlas developers: tmeatlas {found.pop('tmeatlas', '')}".strip()
    return f"{ours} (software), with {', '.join(f'{name} {found[name]}' for name in found)}"


def _method(adata: AnnData) -> Iterator[str]:
    text = method_says(adata, CITATION)
    if text and keys.SCORES in adata.obsm:
        yield f"Signature scores: {text}"


def _interactions(adata: AnnData, crosstalk: Crosstalk | None) -> Iterator[str]:
    """The database of the crosstalk, by the name on record, with its version where we know it."""
    if crosstalk is None:
        return
    name = str(recorded(adata, keys.CROSSTALK).get("database", ""))
    if name != BUILT_IN:
        yield f"Interactions: {clean(name)}" if name else "Interactions: origin unknown"
        return
    from tmeatlas.interactions import load_axes

    axes = load_axes()
    n_pairs = sum(len(axis.interactions) for axis in axes)
    yield (
        f"Interactions: {n_pairs:,} on {len(axes)} axes that come with tmeatlas "
        f"{versions()['tmeatlas']}, from CellPhoneDB v5.0.0 and, where it lacks a pair, from the "
        "public resources that list it (named in signatures/axes.yaml)"
    )


def _publications(rows: list[SignatureRow]) -> list[str]:
    """Each publication once, and the signatures of which no publication is known."""
    built_in = _built_in() if rows else {}
    found: dict[str, dict[str, None]] = {}
    unknown = []
    for row in rows:
        signature = built_in.get(row.id)
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
