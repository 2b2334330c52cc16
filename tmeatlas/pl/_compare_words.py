"""What figures say of a comparison: names, numbers, tests and what limits them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import complex_name, counted
from tmeatlas.cells import category_colours
from tmeatlas.pl._groups import shown_groups
from tmeatlas.pl._label import shown
from tmeatlas.results import Comparison, Coverage, Phenotype
from tmeatlas.sig import mark_name

SIDES = ("crosstalk", "axes")
"""What is compared by its sides: a gene or complex in a group."""
MOST_INTERACTIONS = 4
"""That a side names when it is hovered over."""
SMALLEST = 0.001
STANDS = "adjusted p ≤ 0.05"


def feature_namer(adata: AnnData, found: Comparison) -> Callable[[str], str]:
    """What gives features their names for people."""
    if found.what == "scores":
        return Coverage.read(adata, found.record.param("key") or keys.SCORES).name
    if found.what == "phenotype":
        measured = Phenotype.find(adata, found.record.param("key") or None)
        names = {} if measured is None else measured.measures()["name"].to_dict()
        return lambda feature: str(names.get(feature, feature))
    named: Mapping[str, Callable[[str], str]] = {
        "consensus": mark_name,
        **dict.fromkeys(SIDES, complex_name),
    }
    return named.get(found.what, str)


def compared_colours(adata: AnnData, found: Comparison) -> dict[str, str]:
    """Colour of each condition, in the user's order; the reference among them."""
    known = [found.reference, *(c for c in found.conditions if c != found.reference)]
    key = found.record.param("condition_key")
    by_name: dict[str, str] = {}
    if key in adata.obs:
        groups = shown_groups(adata, key, argument="condition_key")
        by_name = dict(zip(groups.labels, groups.colours, strict=True))
    if not by_name.keys() >= set(known):  # the column is gone, or its conditions were renamed
        return dict(zip(known, category_colours(len(known)), strict=True))
    return {name: colour for name, colour in by_name.items() if name in known}


def p_text(p: float) -> str:
    """`0.034`, `< 0.001`; a dash where nothing was tested."""
    if np.isnan(p):
        return "–"
    return f"< {SMALLEST}" if p < SMALLEST else f"{p:.2g}"


def versus(row: pd.Series, what: str = "n") -> str:
    """`4 v 5`."""
    return f"{int(row[what]):,} v {int(row[f'{what}_reference']):,}"


def effect_text(row: pd.Series) -> str:
    """`+1.74, 0.41 to 3.06`."""
    if np.isnan(row["effect"]):
        return "no effect to tell"
    interval = "" if np.isnan(row["low"]) else f", {row['low']:+.2g} to {row['high']:+.2g}"
    return f"{row['effect']:+.2g}{interval}"


def named_row(row: pd.Series) -> str:
    """`TGFB1 in CAF`."""
    return f"{row['name']} in {row['group']}" if row["group"] else str(row["name"])


def row_words(row: pd.Series, found: Comparison) -> str:
    """What a row says when it is hovered over, ready for plotly."""
    lines = [
        f"{row['condition']} minus {row['reference']}: {effect_text(row)} ({row['unit']})",
        f"means {row['mean']:.3g} v {row['mean_reference']:.3g}",
        f"p {p_text(row['pval'])}, adjusted p {p_text(row['padj'])} ({row['test']})",
        f"{versus(row)} {found.replicate}s, {versus(row, 'cells')} cells",
    ]
    if not np.isnan(row["overall_pval"]):
        overall = f"{p_text(row['overall_pval'])}, adjusted {p_text(row['overall_padj'])}"
        lines.append(f"over all conditions p {overall}")
    lines += [row["note"]] if row["note"] else []
    first = f"<b>{shown(named_row(row))}</b>"
    return "<br>".join([first, *map(shown, lines + interaction_lines(row, found))])


def interaction_lines(row: pd.Series, found: Comparison) -> list[str]:
    """The interactions that a side takes part in: which sides changed, and the product."""
    if found.rows is None:
        return []
    rows = found.rows
    here = ((rows["ligand_complex"] == row["feature"]) & (rows["source"] == row["group"])) | (
        (rows["receptor_complex"] == row["feature"]) & (rows["target"] == row["group"])
    )
    rows = rows[here & (rows["condition"] == row["condition"])]
    if rows.empty:
        return []
    order = np.argsort(-rows["product"].abs().to_numpy(np.float64), kind="stable")
    lines = [_interaction(rows.iloc[i], found.replicate) for i in order[:MOST_INTERACTIONS]]
    more = len(rows) - len(lines)
    takes_part = f"takes part in {counted(len(rows), 'interaction')}:"
    return [takes_part, *lines, *([f"and {more:,} more"] if more else [])]


def _interaction(row: pd.Series, replicate: str) -> str:
    ends = (
        f"{complex_name(str(row[name]))} ({row[group]})"
        for name, group in (("ligand_complex", "source"), ("receptor_complex", "target"))
    )
    changed = {"": "neither side changed", "both": "both sides changed"}
    says = changed.get(str(row["changed"]), f"{row['changed']} changed")
    product = f"{row['product']:+.2g}, {row['product_low']:+.2g} to {row['product_high']:+.2g}"
    return (
        f"{' → '.join(ends)}: {says}; product {product}; both in {versus(row, 'n_both')} "
        f"{replicate}s"
    )


def question(found: Comparison) -> str:
    """The title of a figure."""
    if len(found.conditions) == 1:
        return f"What differs between {found.conditions[0]} and {found.reference}?"
    return f"What differs from {found.reference}?"


def answer(found: Comparison, *more: str) -> str:
    """How many of what was tested differ, by which test, between how many patients."""
    tested = found.table[found.table["pval"].notna()]
    n = [_span(tested[name]) for name in ("n", "n_reference")]
    left_out = len(found.left_out)
    parts = [
        f"{found.what}: {len(found.standing):,} of {counted(len(tested), 'test')} with {STANDS}",
        f"{_and(list(dict.fromkeys(tested['test'].astype(str))))}, {n[0]} v {n[1]} "
        f"{found.replicate}s",
        f"{counted(left_out, 'feature or group', 'features or groups')} left out"
        if left_out
        else "",
        *more,
    ]
    return "; ".join(filter(None, parts))


def _span(numbers: pd.Series) -> str:
    low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    return f"{low}" if low == high else f"{low}–{high}"


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)
