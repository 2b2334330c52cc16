"""Which cells and labels a result was computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._labels import as_label, coded
from tmeatlas._text import counted

NO_LABEL = np.uint64(0x9E3779B97F4A7C15)
"""In place of the hash of a label, where a cell has none."""


@dataclass(frozen=True)
class Fingerprint:
    """The cells of a result by number, names and labels, whatever their order."""

    n_cells: int
    names: str
    """16 hexadecimal digits over the names of the cells."""
    groupby: str = ""
    labels: str = ""
    """The same over the names together with the labels in ``obs[groupby]``."""
    sample_key: str = ""
    samples: str = ""

    @classmethod
    def of(
        cls, adata: AnnData, groupby: str | None = None, sample_key: str | None = None
    ) -> Fingerprint:
        """The fingerprint of the cells as they are now; a column that is gone gives no labels."""
        names = _hash_names(adata.obs_names)
        return cls(
            n_cells=adata.n_obs,
            names=_total(names),
            groupby=groupby or "",
            labels=_hash_labels(adata, groupby, names),
            sample_key=sample_key or "",
            samples=_hash_labels(adata, sample_key, names),
        )

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Fingerprint:
        """From a record, where numbers may be numpy's."""
        texts = {name: str(stored.get(name, "")) for name in cls.__dataclass_fields__}
        return cls(n_cells=int(stored.get("n_cells", 0)), **_without(texts, "n_cells"))

    def stored(self) -> dict[str, Any]:
        """As every AnnData file format keeps it."""
        return asdict(self)

    def difference(self, adata: AnnData) -> str:
        """What of `adata` is no longer as it was; empty where nothing is."""
        if adata.n_obs != self.n_cells:
            return f"it is of {counted(self.n_cells, 'cell')}, and there are {adata.n_obs:,}"
        now = Fingerprint.of(adata, self.groupby or None, self.sample_key or None)
        if now.names != self.names:
            return f"it is of {counted(self.n_cells, 'cell')} of other names"
        for key, before, after in (
            (self.groupby, self.labels, now.labels),
            (self.sample_key, self.samples, now.samples),
        ):
            if before != after:
                what = "have changed" if key in adata.obs else "are gone"
                return f"the labels in obs[{key!r}] {what} since"
        return ""


def _without(mapping: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in mapping.items() if key != name}


def _hash_names(names: pd.Index) -> NDArray[np.uint64]:
    return _hash_texts(names.astype(str).to_numpy(dtype=object))


def _hash_texts(texts: NDArray[np.object_]) -> NDArray[np.uint64]:
    try:
        return pd.util.hash_array(texts, categorize=False)
    except UnicodeEncodeError:  # half of a surrogate pair; all others have the hash of their bytes
        in_bytes = [text.encode("utf-8", "surrogatepass") for text in texts]
        return pd.util.hash_array(np.array(in_bytes, dtype=object), categorize=False)


def _hash_labels(adata: AnnData, key: str | None, names: NDArray[np.uint64]) -> str:
    if not key or key not in adata.obs:
        return ""
    codes, values = coded(adata.obs[key], key)
    texts = np.array([as_label(value) for value in values], dtype=object)
    of_label = np.append(_hash_texts(texts), NO_LABEL)
    of_label[:-1][texts == ""] = NO_LABEL
    return _total(names + _mixed(of_label)[codes])


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread every bit over all others (the finaliser of MurmurHash3): sums of these tell apart."""
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))


def _total(values: NDArray[np.uint64]) -> str:
    """A sum, as it does not depend on the order of the cells."""
    return f"{int(_mixed(values).sum(dtype=np.uint64)):016x}"
