"""How each kind of finding is looked up in cells after the default call.

The rules stand at the top of `known_findings.yaml`; here is one function for each word of `look`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from findings_data import of_samples
from findings_groups import LabelsMissingError, groups_of, rows_with
from findings_numbers import auroc_in_blocks, spearman_in_blocks, wilson
from findings_rows import look_at_rows

FOUND, MISSED, CONTRADICTED, NOT_READABLE = VERDICTS = (
    "found",
    "missed",
    "contradicted",
    "not readable",
)
LEAST_AUROC = 0.6
"""Convention: below it a difference is too small to be called one, however sure."""
FEWEST = 10
"""Convention: with fewer rows on a side nothing is said."""
PLACES = {
    "scores": "tme_scores",
    "consensus": "tme_consensus",
    "states": "tme_state_scores",
}
Finding = Mapping[str, object]


@dataclass(frozen=True)
class Verdict:
    """What the data say of a finding, and the figures behind it."""

    word: str
    detail: str


def look_up(adata: AnnData, finding: Finding) -> Verdict:
    """The verdict on a finding; labels and results that are not there make it not readable."""
    try:
        word, detail = LOOKS[str(finding["look"])](adata, finding)
    except LabelsMissingError as error:
        word, detail = NOT_READABLE, str(error)
    return Verdict(word, detail)


def contrast(adata: AnnData, finding: Finding) -> tuple[str, str]:
    """A column, higher in some rows than in others."""
    found = _column(adata, str(finding["column"]))
    if found is None:
        return NOT_READABLE, f"{finding['column']} was not computed"
    values, obs = found
    higher, lower = (rows_with(obs, finding[side]) for side in ("higher", "lower"))
    blocks = _blocks(obs, finding)
    fewest = int(finding.get("fewest", FEWEST))
    result = auroc_in_blocks(values, higher, lower, blocks, fewest)
    if result is None:
        return NOT_READABLE, f"{higher.sum()} rows against {lower.sum()}, fewest {fewest} a block"
    value, low, high = result
    detail = f"AUROC {value:.2f} ({low:.2f} to {high:.2f}), {higher.sum()} against {lower.sum()}"
    if high < 0.5:
        return CONTRADICTED, detail
    return (FOUND if low > 0.5 and value >= LEAST_AUROC else MISSED), detail


def correlation(adata: AnnData, finding: Finding) -> tuple[str, str]:
    """Two columns that go together, or against each other."""
    columns = []
    for name in finding["columns"]:
        found = _column(adata, str(name))
        if found is None:
            return NOT_READABLE, f"{name} was not computed"
        columns.append(found[0])
    kept = np.ones(adata.n_obs, dtype=bool)
    if "within" in finding:
        groups, names = groups_of(adata)
        kept = groups.isin([name for name in names if names[name].within(finding["within"])])
        kept = kept.to_numpy()
    result = spearman_in_blocks(*columns, kept, _blocks(adata.obs, finding), FEWEST)
    if result is None:
        return NOT_READABLE, f"{int(kept.sum())} rows with both"
    value, low, high = result
    detail = f"Spearman {value:.2f} ({low:.2f} to {high:.2f}), {int(kept.sum())} rows"
    if finding["sign"] == "negative":
        low, high = -high, -low
    return (FOUND if low > 0 else CONTRADICTED if high < 0 else MISSED), detail


def above(adata: AnnData, finding: Finding) -> tuple[str, str]:
    """One measure of samples above another, in each of them."""
    table = adata.uns.get("tme_phenotype")
    if table is None or not set(finding["measures"]) <= set(table["measure"].astype(str)):
        return NOT_READABLE, f"{' or '.join(finding['measures'])} was not measured"
    words, details = [], []
    for sample, rows in table.groupby("sample", observed=True):
        first, second = (rows[rows["measure"] == name].iloc[0] for name in finding["measures"])
        if not np.isfinite([first["value"], second["value"]]).all():
            words.append(NOT_READABLE)
            details.append(f"{sample}: {first['note'] or second['note']}")
            continue
        words.append(
            FOUND
            if first["low"] > second["high"]
            else CONTRADICTED
            if first["high"] < second["low"]
            else MISSED
        )
        details.append(f"{sample}: {_interval(first)} against {_interval(second)}")
    return worst(words), "; ".join(details[:3])


def share(adata: AnnData, finding: Finding) -> tuple[str, str]:
    """Few cells of a lineage, but some, are called a state."""
    calls = adata.uns.get("tme_state_calls")
    judged = calls is not None and (calls["state"].astype(str) == finding["state"]).any()
    groups, names = groups_of(adata)
    of = groups.isin([name for name in names if names[name].within(finding["of"])]).to_numpy()
    if not judged or of.sum() < FEWEST:
        return NOT_READABLE, f"{int(of.sum())} cells" + ("" if judged else ", state not judged")
    called = int((adata.obs["tme_state"].astype(str).to_numpy()[of] == finding["state"]).sum())
    low, high = wilson(called, int(of.sum()))
    detail = f"{called} of {int(of.sum())} ({low:.3f} to {high:.3f})"
    if low > float(finding["most"]):
        return CONTRADICTED, detail
    return (FOUND if called and high <= float(finding["most"]) else MISSED), detail


def compare(adata: AnnData, finding: Finding) -> tuple[str, str]:
    """A difference between conditions, as `tl.compare` tests it."""
    table = adata.uns.get(f"tme_compare_{finding['what']}")
    if table is None:
        return NOT_READABLE, "conditions were not compared"
    rows = table[
        (table["feature"].astype(str) == finding["feature"])
        & (table["condition"].astype(str) == finding["condition"])
    ]
    if rows.empty or not np.isfinite(rows["padj"].iloc[0]):
        return NOT_READABLE, f"{finding['feature']} was not tested"
    row = rows.sort_values("pval").iloc[0]
    detail = (
        f"effect {row['effect']:.2g} ({row['low']:.2g} to {row['high']:.2g}), p {row['pval']:.2g}, "
        f"padj {row['padj']:.2g}, {row['n']} against {row['n_reference']}"
    )
    if row["padj"] > 0.05:
        return MISSED, detail
    right = (row["effect"] > 0) == (finding["sign"] == "positive")
    return (FOUND if right else CONTRADICTED), detail


def rows(adata: AnnData, finding: Finding) -> tuple[str, str]:
    """Interactions or axes between groups."""
    seen = look_at_rows(adata, finding)
    if seen.against:
        return CONTRADICTED, seen.detail
    if seen.standing:
        return FOUND, seen.detail
    return (MISSED if seen.ruled_out else NOT_READABLE), seen.detail


def worst(words: list[str]) -> str:
    """The verdict that counts where there are several: what cannot be read counts least."""
    order = (CONTRADICTED, MISSED, FOUND, NOT_READABLE)
    return min(words, key=order.index) if words else NOT_READABLE


def _column(adata: AnnData, name: str) -> tuple[np.ndarray, pd.DataFrame] | None:
    """The values of a column with their rows of `obs`; None where it was not computed."""
    place, column = name.split("/")
    if place == "phenotype":
        found = of_samples(adata, column)
        return None if found is None else (found[0], adata.obs.iloc[found[1]])
    table = adata.obsm.get(PLACES[place])
    if table is None or column not in table or not np.isfinite(table[column]).any():
        return None
    return table[column].to_numpy(np.float64), adata.obs


def _blocks(obs: pd.DataFrame, finding: Finding) -> np.ndarray:
    key = finding.get("by")
    if key is None:
        return np.zeros(len(obs), dtype=int)
    if key not in obs:
        raise LabelsMissingError(f"no column {key!r}")
    return pd.factorize(obs[str(key)].astype(str))[0]


def _interval(row: pd.Series) -> str:
    return f"{row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f})"


LOOKS: dict[str, Callable[[AnnData, Finding], tuple[str, str]]] = {
    "contrast": contrast,
    "correlation": correlation,
    "above": above,
    "share": share,
    "compare": compare,
    "rows": rows,
}
