"""How high genes are in the groups of each sample, as logs of what was counted."""

from __future__ import annotations

import numpy as np

from tmeatlas.cohort._estimates import Floats

PER = 1e4
HALF_A_MOLECULE = 0.5
"""Added before the logarithm, at the mean depth of the group."""


def log_levels(counts: Floats, totals: Floats) -> Floats:
    """Log2 of counts per 10,000 (samples × groups × genes), NaN where `totals` are.

    `totals` are the counts of all genes (samples × groups). What is added is the same for all
    samples, so that a gene which no sample shows has one level in all of them, whatever their
    depth.
    """
    known = np.isfinite(totals) & (totals > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        typical = np.where(known, totals, 0.0).sum(axis=0) / known.sum(axis=0)
        shares = counts / np.where(known, totals, np.nan)[:, :, None]
        return np.asarray(np.log2(PER * (shares + HALF_A_MOLECULE / typical[:, None])))
