"""What to cite for the results of some cells."""

from __future__ import annotations

import pandas as pd
from anndata import AnnData

from tmeatlas._checks import check_adata
from tmeatlas.citing import citations as citations_of
from tmeatlas.citing import stored_results
from tmeatlas.publications import Publication, entries, publications_of


def citations(adata: AnnData) -> pd.DataFrame:
    """Get what to cite: tmeatlas, methods, databases and the publications of signatures.

    The same list, and the same BibTeX, as under "Please cite" of :func:`tmeatlas.pl.atlas`, where
    the page shows all that is stored (it has no tables of CellPhoneDB and of enrichment). Without
    any results, it has tmeatlas and scanpy. Titles are
    those of `signatures/publications.tsv`, which says where each was read; empty means that none
    is on record.

    Parameters
    ----------
    adata
        Cells × genes with results, as after :func:`tmeatlas.analyse`.

    Returns
    -------
    DataFrame
        One row per citation: ``what`` rests on it (software, method, interactions, chains,
        markers, enrichment, collection, signatures), the ``citation`` as a line of text, then
        ``key``, ``title``, ``doi`` and ``pmid``, empty where none is on record, and ``bibtex``,
        the entry, which stands at the first of the rows that have it.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.pp.prepare(adata, embed=False)
    >>> tme.tl.score(adata, "tgfb_ftbrs")
    >>> tme.get.citations(adata)["key"].iloc[-1]
    'Mariathasan2018'
    """
    check_adata(adata)
    found = citations_of(stored_results(adata))
    publications = publications_of(found)
    entry_of = {
        each.name or each.text: entry
        for each, entry in zip(publications, entries(publications), strict=True)
    }
    rows, given = [], set()
    for each in found:
        paper = each.publication or Publication()
        entry = entry_of.get(paper.name or paper.text, "")
        rows.append(
            {
                **{"what": each.what, "citation": each.text},
                "key": entry.partition("{")[2].partition(",")[0],
                **{"title": paper.title, "doi": paper.doi, "pmid": paper.pmid},
                "bibtex": "" if entry in given else entry,
            }
        )
        given.add(entry)
    return pd.DataFrame(rows)
