"""Methods by name."""

from __future__ import annotations

from tmeatlas._errors import InputError, unknown
from tmeatlas.methods._aucell import AUCell
from tmeatlas.methods._mean import Mean
from tmeatlas.methods._mlm import MLM
from tmeatlas.methods._protocol import ScoreMethod
from tmeatlas.methods._score_genes import ScoreGenes
from tmeatlas.methods._ssgsea import SSGSEA
from tmeatlas.methods._ucell import UCell
from tmeatlas.methods._ulm import ULM
from tmeatlas.methods._zscore import ZScore

METHODS: dict[str, ScoreMethod] = {
    method.name: method
    for method in (
        UCell(max_rank="detected"),
        UCell(),
        ScoreGenes(),
        AUCell(),
        SSGSEA(),
        ZScore(),
        ULM(),
        MLM(),
        Mean(),
    )
}
DEFAULT_METHOD = "ucell_detected"
"""Finds labelled cells as well as any other (docs/evidence.md), needs no log values, and scores
each cell by itself."""


def resolve(method: ScoreMethod | str) -> ScoreMethod:
    """The method behind a name, with its defaults; a method is returned as it is.

    Parameters
    ----------
    method
        ``"ucell_detected"``, ``"ucell"``, ``"score_genes"``, ``"aucell"``,
        ``"ssgsea"``, ``"zscore"``, ``"ulm"``, ``"mlm"``, ``"mean"``, or an
        object with options, such as ``UCell(max_rank=1000)``.

    Returns
    -------
    ScoreMethod
        A frozen dataclass.

    Raises
    ------
    MissingKeyError
        No method of this name; lists the names, nearest first.
    InputError
        Neither a name nor a method.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.methods.resolve("ucell").max_rank
    1500
    """
    if isinstance(method, str):
        if method not in METHODS:
            raise unknown("scoring method", method, METHODS)
        return METHODS[method]
    if isinstance(method, type) or not isinstance(method, ScoreMethod):
        shown = method.__name__ if isinstance(method, type) else type(method).__name__
        raise InputError(
            f"Expected a method name or a method such as tme.methods.UCell(), found {shown}. "
            f"Names: {', '.join(METHODS)}."
        )
    return method
