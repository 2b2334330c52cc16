"""How much of each signature a data set can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tmeatlas.sig._load import as_signatures
from tmeatlas.sig._match import coverage_frame, match_signatures

if TYPE_CHECKING:
    from anndata import AnnData


def coverage(
    adata: AnnData,
    signatures: object = "core",
    *,
    layer: str | None = None,
    use_raw: bool | None = None,
) -> pd.DataFrame:
    """Count the genes of each signature that the data have.

    Genes are found by current symbol, by former symbol or alias, or by Ensembl
    id; names that could mean two genes are not used.

    Parameters
    ----------
    adata
        Cells × genes.
    signatures
        A set name, a file, a SignatureSet or ``{name: [genes]}``.
    layer
        Key of `adata.layers` whose genes count: those of `adata`, also where `adata.raw`
        would be read by default because `X` is scaled.
    use_raw
        ``True`` counts the genes of `adata.raw`, ``False`` never does.

    Returns
    -------
    DataFrame
        One row per signature: ``n_genes``, ``n_found``, ``coverage`` (share
        found, 0 to 1), ``missing`` and ``renamed`` (comma separated).

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> bool((tme.sig.coverage(adata)["coverage"] <= 1).all())
    True
    """
    from tmeatlas._checks import check_adata
    from tmeatlas.matrix import open_matrix

    matrix = open_matrix(check_adata(adata), layer=layer, use_raw=use_raw)
    return coverage_frame(match_signatures(as_signatures(signatures).values(), matrix.names))
