"""What changed between two sets of calls, as tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from damage_called import ROW, Called

NO_SIGN = 0.05
"""Rows with a higher p-value, not adjusted, gave no sign of what they were called later."""


def changed_rows(
    before: pd.DataFrame, after: pd.DataFrame, same: Mapping[str, str]
) -> dict[str, object]:
    """Rows that are called after the damage and were not, and the other way round.

    Rows of groups that are not there any more, or were not before, are left out: `gone` are the
    called ones among the former. `same` has groups that are read as another one. What is `said` is
    counted as called all the same: the row stands out, and says why that means little.
    """
    one, two = (_matched(table, same) for table in (before, after))
    here, there = (groups_of(table.reset_index()) for table in (one, two))
    new = two[two["called"] & ~two.index.isin(one.index[one["called"]])]
    lost = one[one["called"] & ~two["called"].reindex(one.index, fill_value=False)]
    gone = _of_others(lost, there)
    lost, new = lost[~gone], new[~_of_others(new, here)]
    stays = one.index[one["called"] & (one["said"] == "")].intersection(two.index[two["called"]])
    became = two["verdict"].reindex(lost.index).value_counts() if "verdict" in two else {}
    unseen = ~(one["pval"].reindex(new.index) <= NO_SIGN)
    return {
        "rows": len(two),
        "called before": int(one["called"].sum()),
        "called": int(two["called"].sum()),
        "new": len(new),
        "new, % of rows": 100 * len(new) / max(1, len(two)),
        "new, % of called": 100 * len(new) / max(1, int(two["called"].sum())),
        "new, said": int((new["said"] != "").sum()),
        "new, no sign before": int(unseen.sum()),
        "now said": int((two.loc[stays, "said"] != "").sum()),
        "lost": len(lost),
        "refuted": int(became.get("not specific", 0)),
        "gone": int(gone.sum()),
    }


def _matched(table: pd.DataFrame, same: Mapping[str, str]) -> pd.DataFrame:
    """By row, whether it is called; of rows that are read as one, whether any is."""
    ends = {end: table[end].replace(dict(same)) for end in ("source", "target")}
    table = table.assign(**ends).sort_values(["called", "pval"], ascending=[False, True])
    return table.drop_duplicates(ROW).set_index(ROW)


def groups_of(rows: pd.DataFrame) -> set[str]:
    """The groups that a table of rows is about."""
    return {*rows["source"], *rows["target"]}


def _of_others(table: pd.DataFrame, groups: set[str]) -> np.ndarray:
    """Which rows have an end that is not among `groups`."""
    ends = [table.index.get_level_values(end).isin(groups) for end in ("source", "target")]
    return ~(ends[0] & ends[1])


def changed_aurocs(before: Called, after: Called) -> dict[str, object]:
    """Means over what both have, and what fell most."""
    both = pd.concat([before.aurocs, after.aurocs], axis=1, keys=["before", "after"]).dropna()
    if both.empty:
        return {"lineages": 0}
    fell = (both["after"] - both["before"]).sort_values(kind="stable")
    return {
        "lineages": len(both),
        "before": both["before"].mean(),
        "after": both["after"].mean(),
        "largest fall": fell.iloc[0],
        "in": fell.index[0],
    }


def side_by_side(before: Called, after: Called, same: Mapping[str, str]) -> pd.DataFrame:
    """Every number of every sample: value, low and high before, and the value after.

    Shares of groups that were merged or split are left out, as they are of other cells.
    """
    both = before.numbers.join(after.numbers["value"].rename("after"), how="left")
    both = both[~both.index.get_level_values("name").isin([*same, *same.values()])]
    both["gone"] = ~both.index.isin(after.numbers.index)
    both["outside"] = (both["after"] < both["low"]) | (both["after"] > both["high"])
    return both


def changed_numbers(both: pd.DataFrame, before: pd.Series, after: pd.Series) -> dict[str, object]:
    """Of `side_by_side`: how many leave their interval or are withheld; and calls that change."""
    read = both[both["value"].notna()]
    shares = read[read.index.get_level_values("verb") == "composition"]
    moved = (shares["after"] - shares["value"]).abs()
    calls = pd.concat([before, after], axis=1, keys=["one", "two"]).dropna()
    calls = calls[calls["one"] != calls["two"]]
    return {
        "numbers": len(read),
        "outside": int(read["outside"].sum()),
        "withheld": int((read["after"].isna() & ~read["gone"]).sum()),
        "gone": int(read["gone"].sum()),
        "share moved most": moved.max(),
        "calls changed": _counted(f"{one} → {two}" for one, two in calls.to_numpy()),
    }


def _counted(words: object) -> str:
    counts = pd.Series(list(words), dtype=str).value_counts()
    return ", ".join(f"{word} ({n})" if n > 1 else word for word, n in counts.items())


def summaries(name: str, full: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """By heading, tables of damages × tumours with what matters most of the full ones."""
    if full.empty:
        return {}
    short = full.assign(text=[_SHORT[name](row) for _, row in full.iterrows()])
    if name != "rows":
        return {name: _wide(short)}
    return {f"rows, {who}": _wide(of) for who, of in short.groupby("by", sort=False)}


def _wide(short: pd.DataFrame) -> pd.DataFrame:
    """Damages × tumours, each in the order in which they come."""
    wide = short.set_index(["damage", "tumour"])["text"].unstack("tumour").fillna("")  # noqa: PD010
    return wide.loc[short["damage"].unique(), short["tumour"].unique()].reset_index()


def _short_rows(row: pd.Series) -> str:
    """Called before and after; new (% of all rows, without a sign before, that say so); lost."""
    new = f"+{row['new']}"
    if row["new"]:
        parts = (f"{row['new, % of rows']:.2f} %", row["new, no sign before"], row["new, said"])
        new += f" ({'; '.join(map(str, parts))})"
    return f"{row['called before']} → {row['called']}: {new} −{row['lost']}"


def _short_scores(row: pd.Series) -> str:
    if not row["lineages"]:
        return "none left"
    return f"{row['before']:.3f} → {row['after']:.3f} ({row['in']} {row['largest fall']:+.3f})"


def _short_numbers(row: pd.Series) -> str:
    parts = [f"{row['outside']} of {row['numbers']}"]
    parts += [f"{row[what]} {what}" for what in ("withheld", "gone") if row[what]]
    return ", ".join(parts) + (f"; {row['calls changed']}" if row["calls changed"] else "")


def _short_told(row: pd.Series) -> str:
    parts = [str(row["remarked"])]
    for what in ("ambient", "doublets"):
        if pd.notna(row.get(what)):
            parts.append(f"{what} {row[what]:.1%}")
    if pd.notna(row.get("of the doublets made")):
        made, others = row["of the doublets made"], row["of other cells"]
        parts.append(f"{made:.0%} of those made, {others:.1%} of others")
    return "; ".join(parts)


_SHORT = {
    "rows": _short_rows,
    "scores": _short_scores,
    "numbers": _short_numbers,
    "told": _short_told,
}


def markdown(table: pd.DataFrame) -> str:
    """Numbers as short as they say something; missing ones stay empty."""
    lines = [list(table.columns), ["---"] * table.shape[1]]
    lines += [[_text(value) for value in row] for row in table.itertuples(index=False)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _text(value: object) -> str:
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else f"{value:.3f}" if abs(value) < 1 else f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int | np.integer) else str(value)
