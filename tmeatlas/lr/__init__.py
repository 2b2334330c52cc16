"""Crosstalk on bare arrays: matching to genes, group statistics, permutations, axes."""

from tmeatlas.lr import _axis_engine as axis_engine
from tmeatlas.lr._axis_pool import DIRECT, MODIFIERS, AxisPool, pool_axes
from tmeatlas.lr._axis_table import SIDES, Response, Seen, axis_table
from tmeatlas.lr._engine import Rows, detected_partners
from tmeatlas.lr._kernel_inputs import Labels, as_labels, stored
from tmeatlas.lr._kernels import (
    bar_zeros,
    permuted_complex_means,
    permuted_gene_means,
    shuffle_labels,
    sum_groups,
)
from tmeatlas.lr._match import MatchedInteractions, match_interactions
from tmeatlas.lr._null import Null, fixed_groups
from tmeatlas.lr._run import Cells, Tested, run_crosstalk
from tmeatlas.lr._samples import add_samples, by_sample
from tmeatlas.lr._table import permutations_too_few
from tmeatlas.lr._verdict import Verdict

__all__ = [
    "DIRECT",
    "MODIFIERS",
    "SIDES",
    "AxisPool",
    "Cells",
    "Labels",
    "MatchedInteractions",
    "Null",
    "Response",
    "Rows",
    "Seen",
    "Tested",
    "Verdict",
    "add_samples",
    "as_labels",
    "axis_engine",
    "axis_table",
    "bar_zeros",
    "by_sample",
    "detected_partners",
    "fixed_groups",
    "match_interactions",
    "permutations_too_few",
    "permuted_complex_means",
    "permuted_gene_means",
    "pool_axes",
    "run_crosstalk",
    "shuffle_labels",
    "stored",
    "sum_groups",
]
