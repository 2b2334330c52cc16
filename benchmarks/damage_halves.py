"""Whether what stands out in one half of the data does so in the other.

A row of one half is *confirmed* if the other half has p ≤ 0.05 for it, adjusted (Benjamini and
Hochberg) over the rows that are to be confirmed: a second sample tests what the first one chose,
not everything again. The stricter reading, that it is called in the other half by itself, is
beside it.
"""

from __future__ import annotations

import argparse

import anndata as ad
import pandas as pd
from damage_called import CALLED, EVERYTHING, FEWEST_CELLS, ROW, Callers
from damage_data import GROUPS, TUMOURS, log_normalised
from damage_tables import groups_of, markdown
from damages import halves
from scipy.stats import false_discovery_control


def print_halves(given: argparse.Namespace) -> None:
    """Both ways round of each division, over cells and where there are any over patients."""
    rows = []
    for name in given.data:
        tumour = TUMOURS[name]
        cells = tumour.cells(given.folder)
        if not tumour.sample_key:
            cells.obs["sample"] = EVERYTHING
        for what, by in (("cells", None), ("patients", tumour.patients or None)):
            if what == "patients" and by is None:
                continue
            for who, counts in _of_divisions(cells, by, given).items():
                rows.append({"data": name, "halves of": what, "by": who} | counts)
    print(f"\n## halves\n\n{markdown(pd.DataFrame(rows))}", flush=True)


def _of_divisions(
    cells: ad.AnnData, by: str | None, given: argparse.Namespace
) -> dict[str, dict[str, object]]:
    """By who calls: sums over the divisions, and the shares of these."""
    found: dict[str, list[pd.Series]] = {}
    for seed in range(given.repeats):
        pair = [_called(half, given) for half in halves(cells, seed, by)]
        for who in pair[0]:
            for one, other in ((0, 1), (1, 0)):
                found.setdefault(who, []).append(confirmed(pair[one][who], pair[other][who]))
    return {who: _shares(pd.DataFrame(counts)) for who, counts in found.items()}


def _called(half: ad.AnnData, given: argparse.Namespace) -> dict[str, pd.DataFrame]:
    ready = log_normalised(half)
    sizes = ready.obs[GROUPS].value_counts()
    large = ready.obs[GROUPS].isin(sizes.index[sizes >= FEWEST_CELLS])
    ready = ready[large.to_numpy()].copy()
    return Callers(given.by, given.database).rows(ready)


def confirmed(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Rows called in one half, and what they are in the other."""
    called, groups = one[one["called"]], groups_of(other)
    could = called[called["source"].isin(groups) & called["target"].isin(groups)]
    there = other.set_index(ROW).reindex(pd.MultiIndex.from_frame(could[ROW]))
    pval = there["pval"].fillna(1.0).to_numpy(dtype=float)
    adjusted = false_discovery_control(pval) if len(pval) else pval
    verdict = there["verdict"] if "verdict" in there else pd.Series("", index=there.index)
    return pd.Series(
        {
            "called": len(called),
            "no such group": len(called) - len(could),
            "confirmed": (adjusted <= CALLED).sum(),
            "called again": there["called"].fillna(False).astype(bool).sum(),
            "refuted": (verdict == "not specific").sum(),
        }
    )


def _shares(counts: pd.DataFrame) -> dict[str, object]:
    total = counts.sum()
    could = max(1, total["called"] - total["no such group"])
    each = counts["confirmed"] / (counts["called"] - counts["no such group"]).clip(lower=1)
    return {
        "called in a half": counts["called"].mean(),
        "confirmed, %": 100 * total["confirmed"] / could,
        "worst half, %": 100 * each.min(),
        "called again, %": 100 * total["called again"] / could,
        "refuted, %": 100 * total["refuted"] / could,
    }
