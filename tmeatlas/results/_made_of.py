"""What a result was made of: by it, a later run tells that it would make the same again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._digest import Digest
from tmeatlas.results._base import Result
from tmeatlas.results._comparison import Comparison
from tmeatlas.results._obs_columns import recorded_columns, replace_obs_columns
from tmeatlas.results._record import (
    CELLS,
    KIND,
    PACKAGES,
    PARAMS,
    PROVENANCE,
    Record,
    records,
    versions,
)

WITH = (
    *PACKAGES,
    *("scikit-learn", "umap-learn", "pynndescent", "igraph", "leidenalg", "squidpy"),
    *("infercnvpy", "pydeseq2", "networkx"),
)
"""Packages of other versions give other results, or the same; it cannot be told which."""


@dataclass(frozen=True)
class MadeOf:
    """The call that made a result, what it read, and what the result was then."""

    asked: Mapping[str, str]
    """Each option of the call, as text."""
    read: Mapping[str, str]
    """A sum over each part of the data and each earlier result that the step can look at."""
    gave: str
    """A sum over all that the step wrote, its record included."""
    made_with: Mapping[str, str]
    """Versions of the packages."""

    @classmethod
    def now(cls, gave: str, *, asked: Mapping[str, str], read: Mapping[str, str]) -> MadeOf:
        """With the versions that are installed."""
        return cls(dict(asked), dict(read), gave, dict(versions(WITH)))

    @classmethod
    def find(cls, adata: AnnData, key: str) -> MadeOf | None:
        """What is on record under `key`; None where nothing is, as after a call by itself."""
        try:
            found = cls(**json.loads(adata.uns[keys.META][key][keys.MADE_OF]))
        except (KeyError, TypeError, IndexError, ValueError):
            return None
        parts = (found.asked, found.read, found.made_with)
        return found if all(isinstance(part, dict) for part in parts) else None

    def write(self, adata: AnnData, key: str) -> None:
        """Put it beside the record of the result. The next call of the verb takes it away."""
        entries = dict(adata.uns[keys.META])
        entries[key] = {**entries[key], keys.MADE_OF: json.dumps(asdict(self), sort_keys=True)}
        adata.uns[keys.META] = entries


def digest_of_result(adata: AnnData, key: str) -> str:
    """A sum over all that a step wrote under `key`, with its record."""
    entry = adata.uns[keys.META][key]
    digest = Digest()
    for part in (KIND, CELLS, PARAMS, PROVENANCE):
        digest.add(_as_in_files(entry.get(part)))
    for slot, name in sorted(written_under(adata, key)):
        held = getattr(adata, slot)
        digest.add([slot, name, name in held])
        if name in held:
            digest.add(held[name])
    return digest.text()


def written_under(adata: AnnData, key: str) -> set[tuple[str, str]]:
    """Slot and name of everything that belongs to the result under `key`."""
    record = Record.find(adata, key)
    if key == keys.PREPARE:
        return {("obsm", keys.PCA), ("obsm", keys.UMAP), ("var", keys.SYMBOL)}
    kind = None if record is None else _kinds().get(record.kind)
    if kind is None:
        return set()
    columns = {("obs", name) for name in recorded_columns(record)}
    pvalues = {("obsm", keys.scores_pval(key))} if kind.default_key == keys.SCORES else set()
    return {*kind.slots(key), *columns, *pvalues}


def forget(adata: AnnData, key: str) -> None:
    """Take away the result under `key`, all that was written with it, and its record."""
    slots = written_under(adata, key)
    replace_obs_columns(adata, key, None)
    for slot, name in slots:
        held = getattr(adata, slot)
        if slot != "obs" and name in held:
            del held[name]
    adata.uns[keys.META] = {name: v for name, v in adata.uns[keys.META].items() if name != key}


def digest_of_genes(adata: AnnData) -> str:
    """The names of the genes and all that is said of them."""
    return Digest().add(adata.var).text()


def digest_of_cells(adata: AnnData) -> str:
    """The names of the cells, in order, and all columns that no step of the whole way wrote."""
    ours = {name for slot, name in _of_the_way(adata) if slot == "obs"}
    return digest_of_columns(adata, [name for name in adata.obs if name not in ours])


def digest_of_columns(adata: AnnData, names: Iterable[str]) -> str:
    """Columns of `obs`, with the names of the cells."""
    return Digest().add(adata.obs[list(names)]).text()


def digest_of_the_rest(adata: AnnData) -> str:
    """Places of cells, components and whatever else there is that no step of the whole way wrote.

    No step reads the map of cells, colours or the name of the file.
    """
    ours = {*_of_the_way(adata), ("obsm", keys.UMAP)}
    ours |= {("uns", name) for name in (keys.META, keys.FILE, keys.OF_TABLE, keys.LOG1P)}
    digest = Digest()
    for slot in ("obsm", "obsp", "varm", "varp", "uns"):
        held: Mapping[str, Any] = getattr(adata, slot)
        for name in sorted(str(name) for name in held):
            if (slot, name) not in ours and not name.endswith(keys.colors("")):
                digest.add([slot, name]).add(held[name])
    return digest.text()


def _of_the_way(adata: AnnData) -> set[tuple[str, str]]:
    """What lies under usual keys; results under others may be read, as all that users bring."""
    usual = [kind.default_key for kind in _kinds().values() if kind is not Comparison]
    recorded = [key for key, _ in records(adata)]
    compared = [key for key in recorded if key.startswith(keys.COMPARE)]
    found = {each for key in (*usual, *compared) for each in written_under(adata, key)}
    return found


def _kinds() -> dict[str, type[Result]]:
    found: dict[str, type[Result]] = {}
    left = Result.__subclasses__()
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        if hasattr(kind, "default_key"):
            found[kind.kind] = kind
    return found


def _as_in_files(value: Any) -> Any:
    """Part of a record as text: files turn lists to arrays, and empty ones to other types."""
    if isinstance(value, Mapping):
        return {str(name): _as_in_files(held) for name, held in value.items()}
    plain = value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
    if isinstance(plain, (list, tuple)):
        return [str(item) for item in plain]
    return str(plain)
