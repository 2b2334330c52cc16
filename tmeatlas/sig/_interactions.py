"""Interaction databases by whatever name the user has for them."""

from __future__ import annotations

import os

import pandas as pd

from tmeatlas.interactions import Interactions


def interactions(
    database: Interactions | pd.DataFrame | str | os.PathLike[str] = "tme",
) -> Interactions:
    """Ligand-receptor interactions, from wherever they come.

    What `tmeatlas.tl.crosstalk` takes as ``database=``, to look into it or to
    take a part of it. Genes are human symbols, and every subunit of a complex
    is kept.

    CellPhoneDB's data carry no licence, so tmeatlas does not contain them.
    ``"cellphonedb"`` downloads release v5.0.0 once, checks its SHA-256 and
    keeps it in the user's cache folder (``TMEATLAS_CACHE`` chooses another).
    There the first partner is the ligand
    and the second the receptor; where ``directionality`` is not
    ``"Ligand-Receptor"`` the order says nothing. Where the ligand is no protein
    (``is_protein`` is false), its genes are the enzymes and transporters that
    CellPhoneDB lists for it, and ``ligand_name`` says which molecule they make.

    Parameters
    ----------
    database
        One of

        - ``"tme"``: the built-in axes of the tumour microenvironment;
        - ``"cellphonedb"``: CellPhoneDB v5.0.0;
        - the path to a CellPhoneDB database, version 5 or later: a zip, or a
          folder with its tables or with a ``cellphonedb.zip``. The id of each
          interaction is `id_cp_interaction`;
        - the name of a resource of LIANA such as ``"consensus"``, where liana is
          installed. Its ``"cellphonedb"`` is an older extract: pass
          ``liana.resource.select_resource("cellphonedb")`` if you mean that one;
        - a DataFrame, or the path to a CSV or TSV file (``.gz`` too), with the
          columns ``ligand`` and ``receptor``: gene symbols, subunits joined by
          "_", "," or "+". The names of columns are read in any case, and those
          of CellChat (``ligand.symbol``, ``pathway_name``, ``annotation``), of
          LIANA (``ligand_complex``) and of OmniPath (``source_genesymbol``) are
          understood. Optional columns: ``interaction`` (a name), ``axis``,
          ``role``, ``core``, ``n_resources``, ``disputed``, ``ligand_name``,
          ``receptor_name``, ``directionality``, ``classification``, ``source``
          (unless there is a ``target``, as in results, where it is a group of
          cells), ``is_protein``. The page on databases lists all, and the words
          for roles, CellChat's "Secreted Signaling" among them;
        - `Interactions`, which are returned as they are.

    Returns
    -------
    Interactions
        ``.name``; ``.entries``, a tuple of `Interaction`; ``.genes``, each once;
        ``.ensembl_ids``, those of the database itself, by which data with Ensembl
        ids as names are matched; ``.to_frame()``, a DataFrame that can be passed
        again.

    Raises
    ------
    MissingKeyError
        No such database, file or role; the nearest names are listed.
    InputError
        A path with nothing there; a file that is neither a zip nor a table, is
        truncated, or lacks tables or columns; a database from before version 5,
        which does not tell ligands from receptors; an interaction with a complex
        or protein that is not defined; a table without partners.
    DependencyError
        A resource of LIANA, and liana is not installed.
    DownloadError
        CellPhoneDB cannot be downloaded. Pass the path to a zip instead.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> builtin = tme.sig.interactions("tme")
    >>> {"TGFB1", "ITGB6"} <= set(builtin.genes)
    True
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"ligand": ["TGFB1"], "receptor": ["TGFBR1_TGFBR2"]})
    >>> tme.sig.interactions(pairs).entries[0].receptor_genes
    ('TGFBR1', 'TGFBR2')
    """
    # The databases read their files with parts of tmeatlas.sig, so they cannot come first.
    from tmeatlas.interactions import as_interactions

    return as_interactions(database)
