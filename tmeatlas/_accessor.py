"""`adata.tme`: the functions of `tl`, `pl`, `get` and `pp` as methods of an AnnData."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from anndata import AnnData


def as_method(function: Callable[..., Any], adata: AnnData) -> Callable[..., Any]:
    """`function` with `adata` as its first argument, and the signature that is left."""

    @wraps(function)
    def method(*args: Any, **kwargs: Any) -> Any:
        return function(adata, *args, **kwargs)

    signature = inspect.signature(function)
    _, *rest = signature.parameters.values()
    method.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
    return method


class Namespace:
    """The functions of one part of tmeatlas, for one AnnData; loaded when they are asked for."""

    def __init__(self, adata: AnnData, part: str) -> None:
        self._adata = adata
        self._part = part

    def _functions(self) -> dict[str, Callable[..., Any]]:
        module = import_module(f"tmeatlas.{self._part}")
        members = {name: getattr(module, name) for name in module.__all__}
        return {name: member for name, member in members.items() if inspect.isfunction(member)}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        functions = {} if name.startswith("_") else self._functions()
        if name not in functions:
            raise AttributeError(f"{self._part!r} of tmeatlas has no function {name!r}")
        return as_method(functions[name], self._adata)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._functions()})

    def __repr__(self) -> str:
        return f"{self._part} of tmeatlas: {', '.join(sorted(self._functions()))}"


class TMEAccessor(Namespace):
    """The functions of tmeatlas as methods: ``adata.tme.score()`` is ``tme.tl.score(adata)``.

    The tools of :mod:`tmeatlas.tl` are methods of ``adata.tme`` itself;
    ``adata.tme.pl``, ``adata.tme.get`` and ``adata.tme.pp`` have those of the
    module of the same name. Every method is the function, with the same options.

    Parameters
    ----------
    adata
        Cells × genes.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> adata.tme.pp.prepare()
    >>> adata.tme.score(["caf_pan", "treg_pan"])
    >>> figure = adata.tme.pl.violin("cell_type", "caf_pan")
    """

    def __init__(self, adata: AnnData) -> None:
        super().__init__(adata, "tl")

    @property
    def pp(self) -> Namespace:
        """Preparation."""
        return Namespace(self._adata, "pp")

    @property
    def pl(self) -> Namespace:
        """Figures."""
        return Namespace(self._adata, "pl")

    @property
    def get(self) -> Namespace:
        """Results as tables."""
        return Namespace(self._adata, "get")


def register() -> None:
    """Make `adata.tme` known to anndata, once."""
    from anndata import register_anndata_namespace

    if not hasattr(AnnData, "tme"):
        register_anndata_namespace("tme")(TMEAccessor)
