"""What values are, in 32 hexadecimal digits: the same in memory and read again from a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

STEP = 2**22
"""Values that are brought to one type at a time."""
SIZE = 16


class UntoldError(TypeError):
    """Of a value of this type cannot be told whether it is the same as another."""


class Digest:
    """A sum over all that was added, in order."""

    def __init__(self) -> None:
        self._sum = hashlib.blake2b(digest_size=SIZE)

    def text(self) -> str:
        """The sum as hexadecimal digits."""
        return self._sum.hexdigest()

    def add(self, value: Any) -> Digest:
        """Add a scalar, text, array, table, or a list or dict of these."""
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or isinstance(value, (bool, int, float, str, bytes)):
            self._add_text(f"{type(value).__name__} {value!r}")
        elif isinstance(value, Mapping):
            self._add_text(f"mapping of {len(value)}")
            for name in sorted(value, key=str):
                self.add(str(name)).add(value[name])
        elif isinstance(value, pd.DataFrame):
            self._add_table(value)
        elif isinstance(value, (pd.Series, pd.Index)):
            self._add_column(pd.Series(value))
        elif sp.issparse(value) and value.format in ("csr", "csc"):
            self.add_sparse(value, value.format, value.shape)
        elif isinstance(value, (list, tuple, np.ndarray)):
            self.add_array(_as_array(value))
        else:
            raise UntoldError(type(value).__name__)
        return self

    def add_array(self, array: Any) -> Digest:
        """An array in memory, or one of a file, of which rows are read one part after the other."""
        if array.dtype.names is not None:
            self._add_text(f"fields {array.shape}")
            for name in array.dtype.names:
                self.add(str(name)).add_array(np.asarray(array[name]))
            return self
        if array.dtype.kind not in "biufc":
            return self._add_texts(np.asarray(array))
        kind = "" if array.size == 0 else array.dtype.newbyteorder("<").str  # files may lose it
        self._add_text(f"array {kind} {tuple(array.shape)}")
        width = int(np.prod(array.shape[1:], dtype=np.int64)) or 1
        rows = max(1, STEP // width)
        for start in range(0, array.shape[0] if array.ndim else 0, rows):
            self._add_bytes(np.asarray(array[start : start + rows]), kind)
        if array.ndim == 0:
            self._add_bytes(np.asarray(array), kind)
        return self

    def add_sparse(self, parts: Any, layout: str, shape: tuple[int, ...]) -> Digest:
        """A sparse matrix, by attributes or by the names of a group in a file."""
        self._add_text(f"{layout} {tuple(int(n) for n in shape)}")
        # Files choose the type of indices, which says nothing.
        for name, kind in (("indptr", "<i8"), ("indices", "<i4"), ("data", "")):
            part = getattr(parts, name) if sp.issparse(parts) else parts[name]
            self._add_text(f"{name} {part.shape[0]} {'' if kind else part.dtype.str}")
            for start in range(0, part.shape[0], STEP):
                self._add_bytes(np.asarray(part[start : start + STEP]), kind or part.dtype.str)
        return self

    def _add_table(self, table: pd.DataFrame) -> None:
        self._add_text(f"table {table.shape}")
        self._add_texts(table.index.to_numpy(dtype=object))
        for place, name in enumerate(table.columns):
            self._add_text(str(name))
            self._add_column(table.iloc[:, place])

    def _add_column(self, column: pd.Series) -> None:
        if isinstance(column.dtype, pd.CategoricalDtype):
            self._add_text(f"categories {column.cat.ordered}")
            self._add_column(pd.Series(column.cat.categories))
            self.add_array(column.cat.codes.to_numpy(dtype=np.int32))
        elif isinstance(column.dtype, np.dtype) and column.dtype.kind in "biufc":
            self.add_array(column.to_numpy())
        else:
            self._add_texts(column.to_numpy(dtype=object))

    def _add_texts(self, values: np.ndarray) -> Digest:
        """Text, and whatever else stands in columns of objects, as text; what is missing apart."""
        flat = values.astype(object).ravel()
        if any(isinstance(value, (Mapping, np.ndarray, list)) for value in flat):
            raise UntoldError("nested")
        missing = np.asarray(pd.isna(flat), dtype=bool)
        texts = [
            b"" if gone else str(value).encode("utf-8", "surrogatepass")
            for value, gone in zip(flat, missing, strict=True)
        ]
        self._add_text(f"texts {values.shape if values.size else 0}")
        self._add_bytes(missing, "|b1")
        self._add_bytes(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)), "<i8")
        self._sum.update(b"".join(texts))
        return self

    def _add_text(self, text: str) -> None:
        encoded = text.encode("utf-8", "surrogatepass")
        self._sum.update(len(encoded).to_bytes(8, "little"))
        self._sum.update(encoded)

    def _add_bytes(self, part: np.ndarray, kind: str) -> None:
        if part.size:
            self._sum.update(np.ascontiguousarray(part, dtype=kind).reshape(-1).view(np.uint8).data)


def _as_array(values: Any) -> Any:
    try:
        return np.asarray(values)
    except ValueError as error:  # lists of different lengths
        raise UntoldError("nested") from error
