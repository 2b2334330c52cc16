"""Which cases of a costly test always run, and which with --thorough alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest


def some_of(cases: Mapping[str, Any] | Sequence[Any], usual: int | Collection[str]) -> list[Any]:
    """The cases as parameters; all but the usual ones, the first or by name, are thorough."""
    named = cases if isinstance(cases, Mapping) else {str(case): case for case in cases}
    if isinstance(usual, int):
        usual = list(named)[:usual]
    assert set(usual) <= set(named)
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)),
            id=name,
            marks=[] if name in usual else [pytest.mark.thorough],
        )
        for name, case in named.items()
    ]
