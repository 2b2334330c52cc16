"""`adata.tme`: the functions of `tl`, `pl`, `get` and `pp` as methods of an AnnData."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

from anndata import AnnData

from tmeatlas import get, pl, pp, tl


def as_method(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` as a method that hands over the AnnData as the first argument."""

    @wraps(function)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return function(self._adata, *args, **kwargs)

    signature = inspect.signature(function)
    first, *rest = signature.parameters.values()
    method.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[first.replace(name="self", annotation=inspect.Parameter.empty), *rest]
    )
    return method


class _Namespace:
    """The functions of one part of tmeatlas, for one AnnData."""

    def __init__(self, adata: AnnData) -> None:
        self._adata = adata

    def __repr__(self) -> str:
        names = [name for name in dir(type(self)) if not name.startswith("_")]
        return f"{type(self).__name__} of tmeatlas: {', '.join(names)}"


def _namespace(module: ModuleType) -> type[_Namespace]:
    """A class with a method for every public function of `module`."""
    name = module.__name__.rpartition(".")[2]
    methods = {
        public: as_method(getattr(module, public))
        for public in module.__all__
        if inspect.isfunction(getattr(module, public))
    }
    return type(name, (_Namespace,), {"__doc__": module.__doc__, **methods})


_PARTS = {name: _namespace(module) for name, module in {"pp": pp, "pl": pl, "get": get}.items()}


class TMEAccessor(_namespace(tl)):  # type: ignore[misc]
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
    >>> figure = adata.tme.pl.violin("caf_pan", "cell_type")
    """

    def __init__(self, adata: AnnData) -> None:
        super().__init__(adata)

    @property
    def pp(self) -> _Namespace:
        """Preparation."""
        return _PARTS["pp"](self._adata)

    @property
    def pl(self) -> _Namespace:
        """Figures."""
        return _PARTS["pl"](self._adata)

    @property
    def get(self) -> _Namespace:
        """Results as tables."""
        return _PARTS["get"](self._adata)


def register() -> None:
    """Make `adata.tme` known to anndata, once."""
    from anndata import register_anndata_namespace

    if not hasattr(AnnData, "tme"):
        register_anndata_namespace("tme")(TMEAccessor)
