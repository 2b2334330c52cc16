"""Values of samples out of results that are stored in an AnnData."""

from __future__ import annotations

from anndata import AnnData

from tmeatlas.cohort import SampleTable
from tmeatlas.results import Consensus, Scores
from tmeatlas.tl._compare_inputs import Wanted, groups_in_samples, mean_table


def read_scores(adata: AnnData, wanted: Wanted) -> SampleTable:
    """Mean of each signature in each group and sample."""
    scores = Scores.read(adata, wanted.key)
    unit = scores.unit.split(";")[0] or "score"
    return mean_table(scores.table[scores.scored], unit, groups_in_samples(adata, wanted), wanted)


def read_consensus(adata: AnnData, wanted: Wanted) -> SampleTable:
    """Mean of each consensus in each group and sample."""
    table = Consensus.read(adata, wanted.key).table
    scored = table.loc[:, table.notna().any()]
    return mean_table(scored, "consensus", groups_in_samples(adata, wanted), wanted)
