"""Cells of several samples below each other, with the genes that all of them have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tmeatlas._errors import InputError, listing
from tmeatlas._guard import warn
from tmeatlas._keys import LOG1P, SPATIAL
from tmeatlas._log import note
from tmeatlas._text import counted
from tmeatlas.genes import ENSEMBL_ID

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from anndata import AnnData
    from numpy.typing import NDArray

MOSTLY = 0.5
"""Features that are no genes, as antibodies, have ids of their own kind among those of genes."""


def stack(cells: Mapping[str, AnnData]) -> AnnData:
    """All cells, `raw` where every sample has one, and what is left out said."""
    names = list(cells)
    joined = _stack(names, list(cells.values()), "genes")
    raws = [adata.raw for adata in cells.values() if adata.raw is not None]
    if len(raws) == len(cells):
        joined.raw = _stack(names, [each.to_adata() for each in raws], "genes of raw")
    elif raws:
        note(f"raw left out, as only {len(raws)} of {counted(len(cells), 'sample')} have it")
    if all(LOG1P in adata.uns for adata in cells.values()):
        joined.uns[LOG1P] = {}
    maps = sorted({str(key) for adata in cells.values() for key in adata.obsm})
    if all(SPATIAL in adata.obsm for adata in cells.values()):
        maps.remove(SPATIAL)
        _keep_places(joined, cells)
    if maps:
        note(f"left out, as samples share no axes: obsm {listing(maps)}")
    return joined


def _keep_places(joined: AnnData, cells: Mapping[str, AnnData]) -> None:
    """Where cells lie, each in its own section, and the images of all sections."""
    import numpy as np

    places = [np.asarray(adata.obsm[SPATIAL])[:, :2] for adata in cells.values()]
    joined.obsm[SPATIAL] = np.concatenate(places)
    # Figures look for the slide of a sample under its name.
    slides: dict[str, Any] = {}
    for name, adata in cells.items():
        held = adata.uns.get(SPATIAL)
        if isinstance(held, Mapping):
            slides |= {name if len(held) == 1 else f"{name}-{each}": held[each] for each in held}
    if slides:
        joined.uns[SPATIAL] = slides


def _stack(names: Sequence[str], cells: Sequence[AnnData], what: str) -> AnnData:
    import anndata

    genes = _gene_keys(cells)
    common = genes[0]
    for each in genes[1:]:
        common = common[common.isin(each)]
    _tell_lost(names, genes, common, what)
    _check_main_matrix(names, cells)
    layers = set.intersection(*(set(filter(None, adata.layers)) for adata in cells))
    parts = [
        _cut(name, adata, keys.get_indexer(common), layers)
        for name, adata, keys in zip(names, cells, genes, strict=True)
    ]
    var = _same_columns([part.var for part in parts])
    for part in parts:
        part.var = part.var[[]].set_axis(common)
    # The genes are the same by now; "outer" is for columns of obs that only some have.
    joined = anndata.concat(parts, join="outer", index_unique=None)
    joined.var = var
    return joined


def _gene_keys(cells: Sequence[AnnData]) -> list[pd.Index]:
    """By what genes of one sample are those of another: Ensembl ids, or else names."""
    ids = [_ids(adata.var) for adata in cells]
    known = [each for each in ids if each is not None]
    return known if len(known) == len(cells) else [_numbered(adata.var_names) for adata in cells]


def _ids(var: pd.DataFrame) -> pd.Index | None:
    """Ensembl ids of the genes, from their names or a column."""
    import pandas as pd

    columns = [var[name] for name in var if not pd.api.types.is_numeric_dtype(var[name].dtype)]
    for values in (var.index, *columns):
        text = pd.Series(values).astype(str).str.split(".", n=1).str[0]
        if len(text) and text.str.fullmatch(ENSEMBL_ID.pattern).mean() > MOSTLY:
            return _numbered(pd.Index(text))
    return None


def _numbered(names: pd.Index) -> pd.Index:
    """Names of which each is there once: the second of a name is that of other samples."""
    import pandas as pd

    text = pd.Series(names).astype(str)
    number = text.groupby(text).cumcount()
    return pd.Index(text.where(number == 0, text + "\x1f" + number.astype(str)))


def _tell_lost(
    names: Sequence[str], genes: Sequence[pd.Index], common: pd.Index, what: str
) -> None:
    if common.empty and any(map(len, genes)):
        shown = "; ".join(
            f"{name!r}: {listing(list(keys[:2]))}"
            for name, keys in list(zip(names, genes, strict=True))[:4]
        )
        raise InputError(
            f"The samples have no {what} in common. They begin with {shown}. Give all samples the "
            "same kind of names."
        )
    sizes = {name: len(keys) for name, keys in zip(names, genes, strict=True)}
    union = len(set().union(*genes))
    if union > len(common):
        fewest = min(sizes, key=lambda name: sizes[name])
        warn(
            f"{len(common):,} of {union:,} {what} are in all samples; the others are left out, as "
            f"they are not known to be 0 where they are missing. {fewest!r} has the fewest: "
            f"{sizes[fewest]:,}."
        )


def _check_main_matrix(names: Sequence[str], cells: Sequence[AnnData]) -> None:
    without = [name for name, adata in zip(names, cells, strict=True) if adata.X is None]
    if without and len(without) < len(cells):
        raise InputError(
            f"Samples without a main matrix X: {listing(without)}; the others have one. Put the "
            "same kind of values into X of each."
        )


def _cut(name: str, adata: AnnData, genes: NDArray[np.intp], layers: set[str]) -> AnnData:
    """The genes in that order, with matrices and what is known of cells and genes alone."""
    from anndata import AnnData

    part = adata[:, genes]
    kept = {layer: part.layers[layer] for layer in sorted(layers)}
    obs = part.obs.set_axis([f"{cell}-{name}" for cell in part.obs_names])
    return AnnData(part.X, obs=obs, var=part.var.copy(), layers=kept)


def _same_columns(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The names of the first sample, and the columns on which all samples that have them agree.

    Numbers, such as in how many cells a gene is, are of their sample, unless all say the same.
    """
    from pandas.api.types import is_numeric_dtype

    var = tables[0][[]].copy()
    for name in dict.fromkeys(name for table in tables for name in table):
        columns = [table[name] for table in tables if name in table]
        texts = [column.astype(str).tolist() for column in columns]
        in_all = len(columns) == len(tables)
        if all(text == texts[0] for text in texts) and (
            in_all or not is_numeric_dtype(columns[0].dtype)
        ):
            var[name] = columns[0].to_numpy()
    return var
