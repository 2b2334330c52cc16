"""Matrices of an AnnData that are copied in parts: what lies in a file does not come to memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anndata import AnnData

COPIED = 2**22
"""Values that are copied at a time."""
CHUNK = 2**20
"""Values of a chunk of zarr; a part has a whole number of them."""
SPARSE = ("data", "indices", "indptr")


def lies_in_file(matrix: Any) -> bool:
    """Whether it is a matrix in a file, of HDF5 or zarr."""
    return is_stored_sparse(matrix) or (hasattr(matrix, "attrs") and hasattr(matrix, "chunks"))


def is_stored_sparse(matrix: Any) -> bool:
    """Whether it is a sparse one, which is a group of arrays."""
    return hasattr(matrix, "group")


def matrices_in_files(adata: AnnData) -> Iterator[tuple[str, Any]]:
    """Place and matrix of those in files: anndata would bring them to memory to write them."""
    places = {f"layers/{name}": adata.layers[name] for name in adata.layers if name is not None}
    if adata.raw is not None:
        places["raw/X"] = adata.raw.X
    for place, matrix in {"X": adata.X, **places}.items():
        if lies_in_file(matrix):
            yield place, matrix


def without(adata: AnnData, places: Collection[str]) -> AnnData:
    """The same cells without the matrices at these places; `raw` keeps its genes."""
    from anndata import AnnData
    from scipy.sparse import csr_matrix

    tables = {name: getattr(adata, name) for name in ("obs", "var", "uns")}
    for name in ("obsm", "varm", "obsp", "varp"):
        tables[name] = dict(getattr(adata, name))
    raw = None
    if adata.raw is not None:
        x = csr_matrix(adata.raw.shape) if "raw/X" in places else adata.raw.X
        raw = {"X": x, "var": adata.raw.var, "varm": dict(adata.raw.varm)}
    layers = {
        name: adata.layers[name]
        for name in adata.layers
        if name is not None and f"layers/{name}" not in places
    }
    return AnnData(None if "X" in places else adata.X, layers=layers, raw=raw, **tables)


def copy_matrix(
    matrix: Any, store: Any, place: str, *, before_each: Callable[[], None] = lambda: None
) -> None:
    """Copy a matrix from its file to `place` in a store of HDF5 or zarr.

    `before_each` part is called, and may raise to end it.
    """
    if place in store:
        del store[place]
    if not is_stored_sparse(matrix):
        made = _copy(matrix, store, place, before_each)
        made.attrs["encoding-type"] = "array"
        made.attrs["encoding-version"] = "0.2.0"
        return
    found = store.create_group(place)
    for part in SPARSE:
        _copy(matrix.group[part], found, part, before_each)
    found.attrs["encoding-type"] = f"{matrix.format}_matrix"
    found.attrs["encoding-version"] = "0.1.0"
    found.attrs["shape"] = [int(size) for size in matrix.shape]


def _copy(array: Any, group: Any, name: str, before_each: Callable[[], None]) -> Any:
    width = max(1, int(array.shape[1])) if len(array.shape) > 1 else 1
    chunk = max(1, CHUNK // width)
    made = _new(group, name, array, (chunk, *array.shape[1:]))
    step = chunk * (COPIED // CHUNK)
    for start in range(0, array.shape[0], step):
        before_each()
        made[start : start + step] = array[start : start + step]
    return made


def _new(group: Any, name: str, like: Any, chunks: tuple[int, ...]) -> Any:
    """An empty array in a group of HDF5 or zarr."""
    shape, kind = like.shape, like.dtype
    if hasattr(group, "id"):  # of HDF5
        more = {"maxshape": (None,)} if len(shape) == 1 else {}
        return group.create_dataset(name, shape=shape, dtype=kind, **more)
    fitting = tuple(min(chunk, max(1, size)) for chunk, size in zip(chunks, shape, strict=True))
    create = getattr(group, "create_array", None) or group.create_dataset
    return create(name, shape=shape, dtype=kind, chunks=fitting)
