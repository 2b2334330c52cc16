"""What a call asks for, as text by which a later call tells that it asks for the same."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from tmeatlas._digest import Digest, UntoldError
from tmeatlas._text import counted

OURS = "tmeatlas."


def as_text(value: Any) -> str:
    """An option as text, the same only where it asks for the same; empty where nobody can tell."""
    from tmeatlas.interactions import Interactions
    from tmeatlas.methods import ScoreMethod
    from tmeatlas.sig import SignatureSet

    if isinstance(value, SignatureSet):
        return f"{counted(len(value), 'signature')} ({_short([repr(s) for s in value.values()])})"
    if isinstance(value, Interactions):
        parts = [*map(repr, value.entries), repr(value.ensembl_ids)]
        return f"{value.name} ({_short(parts)})"
    if isinstance(value, ScoreMethod):
        # What the code of others does says neither its name nor a version.
        is_ours = type(value).__module__.startswith(OURS)
        return repr(value) if is_ours and all(map(as_text, vars(value).values())) else ""
    if value is None or isinstance(value, (bool, int, float, str, os.PathLike, np.generic)):
        return repr(value)
    if isinstance(value, Mapping):
        return as_text([part for pair in value.items() for part in pair])
    if isinstance(value, (list, tuple)):
        texts = [as_text(part) for part in value]
        return f"[{', '.join(texts)}]" if all(texts) else ""
    return _sum_of(value)


def _sum_of(value: Any) -> str:
    """Arrays and tables by their values; their own texts leave the middle out."""
    try:
        return f"{type(value).__name__} ({Digest().add(value).text()[:16]})"
    except UntoldError:
        return ""


def _short(texts: list[str]) -> str:
    return Digest().add(texts).text()[:16]
