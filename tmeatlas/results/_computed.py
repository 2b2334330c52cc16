"""Which embeddings `pp.prepare` has computed, by its record, and which of them are as they were."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._digest import Digest, UntoldError
from tmeatlas.results._record import Record


def computed_embeddings(adata: AnnData) -> list[str]:
    """Names in `obsm`, without those that somebody else has put something in since."""
    return [text.split()[0] for text in _unchanged(adata)]


def computed_fact(adata: AnnData, names: Iterable[str]) -> dict[str, list[str]]:
    """The fact that keeps them: the names of a run, and those of earlier runs that still hold."""
    made = {name: _entry(adata, name) for name in names}
    found = [*(text for text in _unchanged(adata) if text.split()[0] not in made), *made.values()]
    return {keys.COMPUTED: found} if found else {}


def _unchanged(adata: AnnData) -> list[str]:
    done = Record.find(adata, keys.PREPARE)
    found = () if done is None else done.facts.get(keys.COMPUTED, ())
    if not isinstance(found, (list, tuple, np.ndarray)):
        return []
    known = (f"{keys.PCA} ", f"{keys.UMAP} ")
    texts = [str(text) for text in found]
    return [t for t in texts if t.startswith(known) and t == _entry(adata, t.split()[0])]


def _entry(adata: AnnData, name: str) -> str:
    try:
        return f"{name} {Digest().add(adata.obsm[name]).text()}"
    except (KeyError, UntoldError):
        return ""
