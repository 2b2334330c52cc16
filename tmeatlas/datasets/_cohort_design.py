"""Who is in a simulated cohort: patients, samples, conditions, and what the samples lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing, unknown
from tmeatlas._numbers import check_number
from tmeatlas.datasets._design import POPULATIONS

CELL_TYPES = tuple(dict.fromkeys(kind.cell_type for kind in POPULATIONS.values()))
TYPE_OF = np.array([CELL_TYPES.index(kind.cell_type) for kind in POPULATIONS.values()])
"""Cell type of each population."""

Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class CohortDesign:
    """One row per sample, condition after condition."""

    conditions: tuple[str, ...]
    condition: Codes
    patient: Codes
    batch: Codes
    spread: NDArray[np.float64]
    """Factor of the differences between patients, of each sample."""
    lacks: NDArray[np.bool_]
    """Samples × populations: there are no such cells in the sample."""

    @property
    def samples(self) -> list[str]:
        return _numbered("sample", len(self.condition))

    @property
    def patients(self) -> list[str]:
        return _numbered("patient", int(self.patient.max()) + 1)

    @property
    def batches(self) -> list[str]:
        return _numbered("batch", int(self.batch.max()) + 1)


def make_design(
    n_patients: int | Mapping[str, int],
    conditions: Sequence[str],
    *,
    paired: bool,
    batches: int,
    spread: Mapping[str, float] | None,
    missing: Mapping[str, Sequence[str]] | None,
) -> CohortDesign:
    """Lay out the samples; patients take turns in the batches, within each condition."""
    names = _check_conditions(conditions)
    sizes = _check_sizes(n_patients, names, paired)
    check_number("batches", batches, low=1, whole=True)
    within = np.concatenate([np.arange(size) for size in sizes])
    starts = np.zeros(len(sizes), np.intp) if paired else np.cumsum([0, *sizes[:-1]])
    condition = np.repeat(np.arange(len(sizes)), sizes)
    factors = _check_spread(spread, names)
    return CohortDesign(
        conditions=names,
        condition=condition,
        patient=within + starts[condition],
        batch=within % batches,
        spread=factors[condition],
        lacks=_lacking(missing, _numbered("sample", len(condition))),
    )


def _numbered(word: str, n: int) -> list[str]:
    """`sample01`, `sample02` ...: names that sort as they are numbered."""
    width = max(2, len(str(n)))
    return [f"{word}{number:0{width}d}" for number in range(1, n + 1)]


def _check_conditions(conditions: object) -> tuple[str, ...]:
    if isinstance(conditions, str) or not isinstance(conditions, Sequence):
        raise InputError(
            f"Expected `conditions` to be a list of names, found {conditions!r}. Write for example "
            "conditions=('control', 'case')."
        )
    names = tuple(str(name) for name in conditions)
    if len(names) < 2 or len(set(names)) < len(names) or "" in names:
        raise InputError(
            f"Expected `conditions` with two or more different names, found {list(names)}. Write "
            "for example conditions=('control', 'case')."
        )
    return names


def _check_sizes(n_patients: object, conditions: Sequence[str], paired: bool) -> list[int]:
    """Number of patients in each condition."""
    if not isinstance(n_patients, Mapping):
        check_number("n_patients", n_patients, low=1, whole=True)
        return [int(n_patients)] * len(conditions)  # type: ignore[call-overload]
    if set(n_patients) != set(conditions):
        raise InputError(
            f"Expected `n_patients` to name each of {listing(conditions)}, found "
            f"{listing(list(n_patients))}. Write for example n_patients={{{conditions[0]!r}: 4, "
            f"{conditions[1]!r}: 8}}."
        )
    for name in conditions:
        check_number(f"n_patients[{name!r}]", n_patients[name], low=1, whole=True)
    if paired and len(set(n_patients.values())) > 1:
        raise InputError(
            "With `paired=True` every patient is in every condition, so `n_patients` is one "
            f"number; found {dict(n_patients)}."
        )
    return [int(n_patients[name]) for name in conditions]


def _check_spread(
    spread: Mapping[str, float] | None, conditions: Sequence[str]
) -> NDArray[np.float64]:
    """The factor of each condition."""
    factors = np.ones(len(conditions))
    for name, factor in ({} if spread is None else spread).items():
        if name not in conditions:
            raise unknown("condition", name, conditions, remedy="`spread` names conditions.")
        check_number(f"spread[{name!r}]", factor, low=0)
        factors[conditions.index(name)] = float(factor)
    return factors


def _lacking(
    missing: Mapping[str, Sequence[str]] | None, samples: Sequence[str]
) -> NDArray[np.bool_]:
    """Samples × populations, from cell types by name of the sample."""
    lacks = np.zeros((len(samples), len(POPULATIONS)), dtype=np.bool_)
    for sample, types in ({} if missing is None else missing).items():
        if sample not in samples:
            raise unknown("sample", sample, samples, remedy="`missing` names samples.")
        for name in [types] if isinstance(types, str) else types:
            if name not in CELL_TYPES:
                raise unknown("cell type", name, CELL_TYPES)
            lacks[samples.index(sample), CELL_TYPES.index(name) == TYPE_OF] = True
        if lacks[samples.index(sample)].all():
            raise InputError(f"`missing` leaves {sample!r} without cells. Keep a cell type.")
    return lacks
