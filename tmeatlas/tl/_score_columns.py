"""Which scores become columns of `obs`, and which scores of an earlier run a run replaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, listing, unknown
from tmeatlas._guard import warn
from tmeatlas._log import note
from tmeatlas.results import Scores, columns_of_others
from tmeatlas.sig import SignatureSet

MOST_COLUMNS = 12
"""Of signatures that are written to `obs` unasked: with more, `obs` is no longer read."""


def columns_for(
    adata: AnnData, obs: object, signatures: object, ids: Sequence[str], key_added: str
) -> list[str]:
    """The signatures whose scores go to `obs`: those asked for, or else own lists and few others.

    A column that another run has written stays as it is, unless it is asked for.
    """
    if obs is None:
        return _unasked(adata, signatures, ids, key_added)
    if isinstance(obs, (bool, np.bool_)):
        return list(ids) if obs else []
    given = [obs] if isinstance(obs, str) else list(obs) if isinstance(obs, Iterable) else [obs]
    if not all(isinstance(name, str) for name in given):
        raise InputError(
            f"Expected True, False or ids of signatures as {option('obs')}, found {obs!r}. Leave "
            "it out to have own lists and up to "
            f"{MOST_COLUMNS} signatures in obs."
        )
    asked = list(dict.fromkeys(given))
    for name in asked:
        if name not in ids:
            raise unknown("signature among those to score called", name, ids)
    return asked


def say_what_goes(adata: AnnData | None, ids: Sequence[str], key_added: str) -> None:
    """Warn of scores of other signatures that the run takes away; None where a copy is made."""
    if adata is None:
        return
    gone = [name for name in Scores.scored_under(adata, key_added) if name not in set(ids)]
    if gone:
        beside = " and obs" if any(keys.obs_score(name) in adata.obs for name in gone) else ""
        warn(
            f"The scores of {listing(gone, limit=3)} in obsm[{key_added!r}]{beside} are replaced "
            "by this run." + remedy(python=" To keep both, give each run its own `key_added=`.")
        )


def _unasked(adata: AnnData, signatures: object, ids: Sequence[str], key_added: str) -> list[str]:
    own_lists = isinstance(signatures, Mapping) and not isinstance(signatures, SignatureSet)
    if not own_lists and len(ids) > MOST_COLUMNS:
        return []
    of_others = columns_of_others(adata, key_added)
    free = [name for name in ids if keys.obs_score(name) not in of_others]
    kept = [keys.obs_score(name) for name in ids if name not in free]
    if kept:
        note(f"obs keeps {listing(kept, limit=3)} of another run")
    return free
