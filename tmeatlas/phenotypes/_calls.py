"""From measures to a call, by thresholds on fixed scales."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, unknown
from tmeatlas._numbers import check_number
from tmeatlas._text import counted, percent
from tmeatlas.phenotypes._intervals import Values, clearance

INFLAMED, DESERT, EXCLUDED = "inflamed", "desert", "excluded-like"
UNCLEAR, NO_CALL = "unclear", "no call"
IN_ORDER = (INFLAMED, EXCLUDED, DESERT, UNCLEAR, NO_CALL)
"""From the most T cells at the tumour to none, then what is not known."""


@dataclass(frozen=True)
class Thresholds:
    """What calls rest on. The first five serve samples of cells, the others profiles."""

    t_cells: float = 0.05
    """Share of T cells among all cells, below which a sample is a desert."""
    fibroblasts_to_cd8: float = 1.0
    """Fibroblasts for each CD8 T cell, above which a sample is excluded-like."""
    cytotoxic: float = 1.0
    """Mean cytotoxic score of CD8 T cells (0 is chance) that an inflamed sample exceeds."""
    least_cells: float = 50
    """Cells without which a sample is not called."""
    depth: float = 1000
    """Molecules of a cell at which single genes are read."""
    cytotoxic_rank: float = 0.32
    """Mean rank of the cytotoxic genes, below which a profile is a desert."""
    inflamed_rank: float = 0.59
    """Mean rank of the T-cell-inflamed genes, above which a profile is inflamed."""
    stroma_rank: float = 0.4
    """Mean rank of the CAF genes, below which a profile is of no whole tumour."""
    unclear_rank: float = 0.01
    """How near to a threshold a profile is unclear."""


def read_thresholds(given: Mapping[str, float] | None) -> Thresholds:
    """The thresholds with those that are given; refuses unknown names and what is no number."""
    if given is None:
        return Thresholds()
    if not isinstance(given, Mapping):
        raise InputError(
            f"Expected a dict as {option('thresholds')}, such as {{'t_cells': 0.1}}, found "
            f"{type(given).__name__}."
        )
    names = [field.name for field in fields(Thresholds)]
    for name, value in given.items():
        if name not in names:
            raise unknown("threshold", str(name), names, remedy="docs/phenotype.md explains them.")
        whole = name in ("depth", "least_cells")
        low = 1 if whole else -np.inf if name == "cytotoxic" else 0
        high = 1.0 if name == "t_cells" or name.endswith("rank") else np.inf
        check_number(
            remedy(python=f"thresholds[{name!r}]", shell=f"--threshold {name}"),
            value,
            low=low,
            high=high,
            whole=whole,
        )
    return Thresholds(**given)


@dataclass(frozen=True)
class Call:
    """What a sample is called, how far it is from being called otherwise, and why."""

    call: str
    margin: float
    reason: str


@dataclass(frozen=True)
class _Compared:
    """One value beside its threshold."""

    above: bool
    clear: float
    words: str


def call_cells(
    k: int,
    found: Mapping[str, Values],
    *,
    partial: str,
    n_cells: int,
    n_unlabelled: int,
    limits: Thresholds,
) -> Call:
    """The call of the `k`-th sample of cells; it stands where no interval reaches its threshold."""
    everything = n_cells + n_unlabelled
    if n_unlabelled > n_cells:
        return _none(f"{n_unlabelled:,} of {counted(everything, 'cell')} have no known lineage")
    if n_cells < limits.least_cells:
        there_are = counted(n_cells, "cell")
        return _none(f"{there_are} with a lineage, {limits.least_cells:g} are needed")
    if partial:
        return _none(partial)
    t_cells = _compare(found["t_cell_share"], k, limits.t_cells, "T cells", percent)
    if t_cells is None:
        return _none(found["t_cell_share"].note[k])
    if t_cells.clear <= 1:
        return Call(UNCLEAR, t_cells.clear, t_cells.words)
    if not t_cells.above:
        return Call(DESERT, t_cells.clear, t_cells.words)
    threshold = float(np.log2(limits.fibroblasts_to_cd8)) if limits.fibroblasts_to_cd8 else -np.inf
    stroma = _compare(
        found["fibroblasts_to_cd8"], k, threshold, "fibroblasts to CD8 T cells", ratio_text
    )
    if stroma is None:
        note = found["fibroblasts_to_cd8"].note[k]
        return Call(UNCLEAR, t_cells.clear, f"{t_cells.words}; but {note}")
    words, margin = f"{t_cells.words}; {stroma.words}", min(t_cells.clear, stroma.clear)
    if stroma.clear <= 1:
        return Call(UNCLEAR, margin, words)
    if stroma.above:
        return Call(EXCLUDED, margin, words)
    programme = _compare(
        found["cytotoxic"], k, limits.cytotoxic, "cytotoxic programme of CD8 T cells", _plain
    )
    if programme is None:
        note = found["cytotoxic"].note[k]
        return Call(UNCLEAR, margin, f"{words}; but no cytotoxic programme is read: {note}")
    words, margin = f"{words}; {programme.words}", min(margin, programme.clear)
    inflamed = programme.above and programme.clear > 1
    return Call(INFLAMED if inflamed else UNCLEAR, margin, words)


def call_profile(k: int, found: Mapping[str, Values], *, unread: str, limits: Thresholds) -> Call:
    """The call of the `k`-th profile; its margin is the distance to the nearest threshold."""
    cytotoxic, inflamed, stroma = (found[i].value[k] for i in ("cytotoxic", "t_inflamed", "caf"))
    for name in ("cytotoxic", "t_inflamed", "caf"):
        unread = unread or (found[name].note[k] if np.isnan(found[name].value[k]) else "")
    if unread:
        return _none(unread)
    if stroma < limits.stroma_rank:
        return _none(
            f"fibroblast genes at {stroma:.2f}, below {limits.stroma_rank:g}: sorted cells or "
            "blood, not a whole tumour"
        )
    to_desert, to_inflamed = cytotoxic - limits.cytotoxic_rank, inflamed - limits.inflamed_rank
    words = f"cytotoxic genes at {cytotoxic:.3f} ({_beside(to_desert)} {limits.cytotoxic_rank:g})"
    call, margin = DESERT, -to_desert
    if to_desert >= 0:
        words += (
            f"; T-cell-inflamed genes at {inflamed:.3f} ({_beside(to_inflamed)} "
            f"{limits.inflamed_rank:g})"
        )
        call = INFLAMED if to_inflamed > 0 else EXCLUDED
        margin = min(to_desert, abs(to_inflamed))
    return Call(UNCLEAR if margin < limits.unclear_rank else call, margin, words)


CALLS = (INFLAMED, EXCLUDED, DESERT)
"""What a sample can be called."""
EXACT = 1e-9
"""Half of the interval of a value that is taken to be exact; of none, no distance can be told."""


def leaning(values: Mapping[str, float], limits: Thresholds) -> str:
    """What an unclear sample would be called if its values were exact; empty where that is open.

    `values` are those of its measures; those of profiles have `t_inflamed` among them.
    """
    none = np.zeros(1, np.int64)

    def as_exact(value: float) -> Values:
        at, low, high = (np.array([value + by]) for by in (0.0, -EXACT, EXACT))
        return Values(at, low, high, none, ("not read",))

    exact = {name: as_exact(value) for name, value in values.items()}
    if "t_inflamed" in values:
        found = call_profile(0, exact, unread="", limits=replace(limits, unclear_rank=0.0))
    else:
        found = call_cells(
            0,
            exact,
            partial="",
            n_cells=1,
            n_unlabelled=0,
            limits=replace(limits, least_cells=0),
        )
    return found.call if found.call in CALLS else ""


def _none(reason: str) -> Call:
    return Call(NO_CALL, np.nan, reason)


def _compare(
    values: Values, k: int, threshold: float, name: str, form: Callable[[float], str]
) -> _Compared | None:
    """The value of sample `k` beside a threshold; None where it cannot be read."""
    value, low, high = (x[k] for x in (values.value, values.low, values.high))
    if np.isnan(value):
        return None
    clear = float(clearance(value, low, high, threshold))
    above = bool(value >= threshold)
    reaches = "" if clear > 1 else ", which the interval reaches"
    # Rounded, a value may be written as its threshold is: "1, above 1" would be no sense.
    side = "at" if form(value) == form(threshold) else _beside(value - threshold)
    words = f"{name} {form(value)} ({form(low)} to {form(high)}), {side} {form(threshold)}{reaches}"
    return _Compared(above, clear, words)


def _beside(difference: float) -> str:
    return "above" if difference >= 0 else "below"


def ratio_text(log2: float) -> str:
    """A ratio as calls, findings and the page write it: three digits, and all of 1,000 and more."""
    ratio = 2**log2
    return f"{ratio:,.0f}" if ratio >= 999.5 else f"{ratio:.3g}"


def _plain(value: float) -> str:
    return f"{value:.2f}"
