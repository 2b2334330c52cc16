"""Checks of what users hand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, listing


def check_adata(adata: object) -> AnnData:
    """`adata` itself, if it is an AnnData with cells and genes."""
    if not isinstance(adata, AnnData):
        raise InputError(
            f"Expected an AnnData, found {type(adata).__name__}. "
            "Read a file with scanpy.read_h5ad(path) first."
        )
    if adata.n_obs == 0 or adata.n_vars == 0:
        raise InputError(f"Expected cells and genes, found {adata.n_obs} × {adata.n_vars}.")
    if adata.isbacked and adata.is_view:
        raise InputError(
            "Results cannot be written to a part of a backed AnnData. Load the part first: "
            "adata = adata.to_memory()."
        )
    return adata


def check_key_added(
    adata: AnnData,
    key_added: str,
    *,
    slot: str,
    default: str,
    option: str,
    beside: Sequence[tuple[str, str]] = (),
) -> None:
    """Refuse a name for a result that cannot be stored, or that would overwrite something else.

    `slot` is the attribute of `adata` that will hold the result. `option` is on
    record for results of the same kind and of no other, which is how an earlier
    one, to be replaced, is told from anything else. `beside` has the slot and
    the key of whatever is written with it. The default name is ours.
    """
    _check_record(adata, key_added)
    if not key_added or "/" in key_added or key_added in keys.RESERVED:
        raise InputError(
            "Expected a name without '/' as `key_added`, other than "
            f"{listing(keys.RESERVED)}, found {key_added!r}. The default is {default!r}."
        )
    on_record = adata.uns.get(keys.META, {}).get(key_added)
    if on_record is not None and option in on_record.get("params", {}):
        return
    remedy = f"Choose another `key_added`; the default is {default!r}."
    if on_record is not None:
        raise InputError(f"{key_added!r} is the name of another kind of result. {remedy}")
    if key_added == default:
        return
    for place, name in ((slot, key_added), *beside):
        if name in keys.OURS:
            raise InputError(
                f"{place}[{name!r}], which `key_added={key_added!r}` would write, is the name of "
                f"another result of tmeatlas. {remedy}"
            )
        if name in getattr(adata, place):
            raise InputError(
                f"{place}[{name!r}] holds something that is no result of ours and would be "
                f"overwritten with `key_added={key_added!r}`. {remedy}"
            )


def _check_record(adata: AnnData, key: object) -> None:
    """Refuse what a run could not be recorded under: a key that is no text, a record not ours."""
    if not isinstance(key, str):
        raise InputError(f"Expected text as `key_added`, found {key!r}. Put it in quotes.")
    found = adata.uns.get(keys.META, {})
    if not isinstance(found, Mapping):
        raise InputError(
            f"Expected the records of tmeatlas as a dict in adata.uns[{keys.META!r}], found "
            f"{type(found).__name__}. Keep it under another name: "
            f"adata.uns['mine'] = adata.uns.pop({keys.META!r})."
        )


def check_in_memory(adata: AnnData) -> None:
    """Refuse backed data where a copy is asked for."""
    if adata.isbacked:
        raise InputError(
            "A backed AnnData cannot be copied in memory. Leave `copy=False`, or load it first: "
            "adata = adata.to_memory()."
        )
