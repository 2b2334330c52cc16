"""The options of `tl.cellphonedb`, checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tmeatlas._errors import InputError, unknown
from tmeatlas._numbers import read_seed

if TYPE_CHECKING:
    from tmeatlas.cellphonedb import Microenvironments, Options

BACKENDS = ("tmeatlas", "cellphonedb")
HIGHEST_DEBUG_SEED = 2**32 - 1


def one_of(argument: str, value: object, choices: Sequence[str]) -> None:
    """Refuse anything but one of the choices."""
    if value not in choices:
        raise unknown(argument, str(value), choices)


def read_options(
    *,
    method: str,
    n_perms: int,
    threshold: float,
    pvalue: float,
    degs: pd.DataFrame | None,
    microenvironments: Microenvironments | None,
    active_tfs: pd.DataFrame | None,
    score_interactions: bool,
    rng: int | np.random.Generator,
    debug_seed: int | None,
) -> Options:
    """The options of one run; what the method cannot use, or lacks, is refused."""
    from tmeatlas.cellphonedb import DEGS, METHODS, SIMPLE, STATISTICAL, Options, Shuffles

    one_of("method", method, METHODS)
    if not 0.0 <= threshold < 1.0:
        raise InputError(
            "Expected `threshold` from 0 to below 1 (a share of cells, not per cent), found "
            f"{threshold!r}."
        )
    if (degs is not None) != (method == DEGS):
        raise InputError(
            "`degs` and method='degs' belong together: pass "
            + (
                "a DataFrame with the columns 'cluster' and 'gene' as `degs=`."
                if degs is None
                else "method='degs', or leave `degs` out."
            )
        )
    if active_tfs is not None and method == SIMPLE:
        raise InputError(
            "`active_tfs` marks interactions among those that a method keeps, and "
            "method='simple' keeps all. Use method='statistical' or 'degs'."
        )
    if method == STATISTICAL:
        _check_pvalue(pvalue, n_perms)
    return Options(
        method=method,
        threshold=float(threshold),
        pvalue=float(pvalue),
        shuffles=Shuffles(
            n=int(n_perms),
            seed=read_seed(rng) if debug_seed is None else _read_debug_seed(debug_seed),
            as_package=debug_seed is not None,
        ),
        degs=degs,
        microenvironments=microenvironments,
        active_tfs=active_tfs,
        score_interactions=bool(score_interactions),
    )


def _check_pvalue(pvalue: float, n_perms: int) -> None:
    if not 0.0 < pvalue <= 1.0:
        raise InputError(f"Expected `pvalue` above 0 and up to 1, found {pvalue!r}.")
    fewest = math.ceil(round(1 / pvalue, 6))
    if not isinstance(n_perms, (int, np.integer)) or n_perms < fewest:
        raise InputError(
            f"Expected `n_perms` of {fewest} or more for `pvalue={pvalue}`, found "
            f"{n_perms!r}: with fewer, no p-value but 0 can be as small. Leave `n_perms` out for "
            "1000."
        )


def _read_debug_seed(seed: int) -> int:
    is_whole = isinstance(seed, (int, np.integer)) and not isinstance(seed, bool)
    if is_whole and 0 <= seed <= HIGHEST_DEBUG_SEED:
        return int(seed)
    raise InputError(
        f"Expected `debug_seed` as a whole number from 0 to {HIGHEST_DEBUG_SEED}, found {seed!r}. "
        "Leave it out to draw from `rng`."
    )
