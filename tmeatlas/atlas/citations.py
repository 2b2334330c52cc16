"""What to cite: this package, the method, the interactions, the publications of the signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import clean_long
from tmeatlas.atlas.signatures import SignatureRow
from tmeatlas.atlas.units import method_of
from tmeatlas.results import versions

if TYPE_CHECKING:
    from tmeatlas.sig import Signature

METHODS = {
    "ucell_detected": "UCell, Andreatta and Carmona (2021), with ranks among the genes detected",
    "ucell": "UCell, Andreatta and Carmona (2021)",
    "aucell": "AUCell, Aibar et al. (2017)",
    "score_genes": "mean above control genes, Tirosh et al. (2016)",
    "ssgsea": "single-sample GSEA, Barbie et al. (2009)",
    "zscore": "z-score, as in decoupler, Badia-i-Mompel et al. (2022)",
    "ulm": "univariate linear model, Badia-i-Mompel et al. (2022)",
    "mlm": "multivariate linear model, Badia-i-Mompel et al. (2022)",
}


def citations(
    adata: AnnData, signatures: Iterable[SignatureRow], of_panels: Iterable[str]
) -> list[str]:
    """Everything that the page rests on, one line each; publications in alphabetical order."""
    return [
        _software(),
        *_method(adata),
        *of_panels,
        *_publications([row for row in signatures if row.shown]),
    ]


def _software() -> str:
    """What `CITATION.cff` says of tmeatlas, and the packages that the numbers come from."""
    found = {name: version for name, version in versions().items() if version}
    ours = f"tmeatlas developers: tmeatlas {found.pop('tmeatlas', '')}".strip()
    return f"{ours} (software), with {', '.join(f'{name} {found[name]}' for name in found)}"


def _method(adata: AnnData) -> Iterator[str]:
    text = METHODS.get(method_of(adata))
    if text and keys.SCORES in adata.obsm:
        yield f"Signature scores: {text}"


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
