"""Crosstalk on bare arrays: matching to genes, group statistics, permutations, axes."""

from tmeatlas.lr._axis_pool import DIRECT, MODIFIERS
from tmeatlas.lr._axis_run import ResponseScores, TestedAxes, run_axes
from tmeatlas.lr._engine import Rows
from tmeatlas.lr._kernel_inputs import Labels, as_labels, stored
from tmeatlas.lr._kernels import (
    bar_zeros,
    permuted_complex_means,
    permuted_gene_means,
    shuffle_labels,
    sum_groups,
)
from tmeatlas.lr._match import MatchedInteractions, match_interactions
from tmeatlas.lr._null import DEPTH_STRATA, Null, depth_blocks, fixed_groups
from tmeatlas.lr._partners import Partners
from tmeatlas.lr._run import Cells, Tested, run_crosstalk
from tmeatlas.lr._samples import add_samples, by_sample
from tmeatlas.lr._table import permutations_too_few
from tmeatlas.lr._verdict import Verdict

__all__ = [
    "DEPTH_STRATA",
    "DIRECT",
    "MODIFIERS",
    "Cells",
    "Labels",
    "MatchedInteractions",
    "Null",
    "Partners",
    "ResponseScores",
    "Rows",
    "Tested",
    "TestedAxes",
    "Verdict",
    "add_samples",
    "as_labels",
    "bar_zeros",
    "by_sample",
    "depth_blocks",
    "fixed_groups",
    "match_interactions",
    "permutations_too_few",
    "permuted_complex_means",
    "permuted_gene_means",
    "run_axes",
    "run_crosstalk",
    "shuffle_labels",
    "stored",
    "sum_groups",
]
