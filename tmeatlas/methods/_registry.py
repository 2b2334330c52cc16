"""Methods by name."""

from __future__ import annotations

from typing import Any

from tmeatlas._errors import InputError, listing, unknown
from tmeatlas._values import MatrixKind
from tmeatlas.methods._protocol import ALL_OTHER, ScoreMethod

METHODS: dict[str, ScoreMethod] = {}
"""The built-in methods, each registered at the end of its file."""
TEXTS = ("name", "unit", "citation", "formula")


def register(method: ScoreMethod) -> None:
    """Make a method known by its name."""
    METHODS[method.name] = method


def resolve(method: ScoreMethod | str) -> ScoreMethod:
    """The method behind a name, with its defaults; a method is returned as it is.

    Parameters
    ----------
    method
        A name, as in the table of :func:`tmeatlas.tl.score`, or an object with
        options, such as ``UCell(max_rank=1000)`` or a
        :class:`~tmeatlas.methods.ScoreMethod` of your own.

    Returns
    -------
    ScoreMethod
        What scores, and says what its scores mean.

    Raises
    ------
    MissingKeyError
        No method of this name; lists the names, nearest first.
    InputError
        Neither a name nor a method, or a method that says something of itself
        that means nothing.

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
    if not isinstance(method, ScoreMethod):
        shown = method.__name__ if isinstance(method, type) else type(method).__name__
        raise InputError(
            f"Expected a method name or a method such as tme.methods.UCell(), found {shown}. "
            f"Names: {', '.join(METHODS)}. A class of your own derives from "
            "tme.methods.RowMethod or tme.methods.ScoreMethod, and is given as an object."
        )
    _check_facts(method)
    return method


def _check_facts(method: ScoreMethod) -> None:
    """Refuse what no result could keep and no message could say."""
    of_whom = type(method).__name__
    for fact in TEXTS:
        text = getattr(method, fact)
        if not isinstance(text, str) or (fact == "name" and not text):
            raise InputError(f"Expected text as `{fact}` of {of_whom}, found {text!r}.")
    accepts, depends_on = method.accepts, method.depends_on
    if not _are_all(accepts, MatrixKind):
        raise InputError(
            f"Expected kinds of values as `accepts` of {of_whom}, such as "
            f"frozenset({{tme.methods.MatrixKind.COUNTS}}), found {accepts!r}."
        )
    if depends_on and not (_are_all(depends_on, str) and set(depends_on) <= {*ALL_OTHER}):
        raise InputError(
            f"Expected none or some of {listing(ALL_OTHER)} as `depends_on` of {of_whom}, such as "
            f"frozenset({{{ALL_OTHER[0]!r}}}), found {depends_on!r}."
        )


def _are_all(found: Any, kind: type) -> bool:
    is_several = isinstance(found, (set, frozenset, tuple, list)) and len(found) > 0
    return is_several and all(isinstance(item, kind) for item in found)
