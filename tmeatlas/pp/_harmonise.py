"""Current gene symbols beside whatever names a data set has."""

from __future__ import annotations

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, writable
from tmeatlas._log import say
from tmeatlas._text import counted
from tmeatlas.genes import current_symbol, understand


def harmonise(adata: AnnData, *, copy: bool = False) -> AnnData | None:
    """Write the current symbol of every gene that tmeatlas knows into `var`.

    Ensembl ids (GRCh38, with or without a version) and former symbols or
    aliases that mean one gene only are translated; every other name stays as
    it is. `var_names` are not changed: scores and crosstalk find genes by
    either name. Symbols are those of HGNC, 2022-04.

    Parameters
    ----------
    adata
        Cells × genes, with gene symbols or Ensembl ids as `var_names`.
    copy
        Work on a copy and return it.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes

    ``var["tme_symbol"]`` : str
        The current symbol; the `var_name` (or where these are ids, the symbol
        in another column of `var`) itself where it is already current, unknown, or
        where two genes of the data would get the same symbol.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.pp.harmonise(adata)
    >>> "tme_symbol" in adata.var
    True
    """
    check_adata(adata)
    target = adata.copy() if copy else adata
    say(translate(writable(target)))
    return target if copy else None


def translate(target: AnnData) -> str:
    """Write the current symbols, and say how many names they changed."""
    # What an earlier run wrote is no column of the data.
    given = understand(target.var_names, target.var.drop(columns=keys.SYMBOL, errors="ignore"))
    names = pd.Series(given.names.astype(str), index=target.var_names)
    symbols = names.map(current_symbol)
    renamed = symbols != names
    # Two columns must not claim one symbol: a name that is already current wins.
    claimed = symbols.duplicated(keep=False) & renamed
    symbols = symbols.where(~claimed, names)
    target.var[keys.SYMBOL] = symbols
    changed, total = int((symbols != names).sum()), counted(target.n_vars, "gene name")
    if not changed:
        return f"var[{keys.SYMBOL!r}]: {total}, none of which needed translating"
    return f"var[{keys.SYMBOL!r}]: {changed:,} of {total} translated to current symbols"
