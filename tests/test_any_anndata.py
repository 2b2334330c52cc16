"""Every public function on every kind of legal AnnData: the right result, or an error of ours."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
from made_calls import called, clean_cells, functions, unlike
from made_oddities import STORAGES, STRANGE, TABLES, Case

from tmeatlas._errors import TMEError

FIRST = ("pp.harmonise", "pp.prepare", "tl.score", "tl.crosstalk")
"""Of what these give the others make something."""
NAMES = [*FIRST, *(name for name in sorted(functions(), key=lambda n: n[:2] not in ("pp", "tl")))]
NAMES = list(dict.fromkeys(NAMES))
BASES = {
    "numbers": ("1", "2", "3"),
    "gaps": ("1", "2", "3"),
    "bool": ("False", "True"),
    "dates": ("2020-01-01", "2020-06-30", "2021-02-28"),
}


class Outcome(NamedTuple):
    """What a function gave, or how it refused, and what it warned of."""

    given: dict[str, Any] | None
    error: str
    warned: list[str]


def outcomes(adata) -> dict[str, Outcome]:
    """What every function gives, one after the other on the same cells."""
    found = {}
    group = str(adata.obs["group"].iloc[0]) if hasattr(adata.obs["group"], "iloc") else "2"
    for name in NAMES:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                given, error = called(name, adata), ""
            except TMEError as refusal:
                given, error = None, str(refusal)
        said = sorted({str(w.message) for w in caught if w.category.__name__ == "TMEWarning"})
        found[name] = Outcome(given, error, said)
    return found


def base_cells(base: str):
    adata = clean_cells(BASES[base])
    if base == "gaps":
        adata.obs.loc[adata.obs_names[::9], "group"] = np.nan
    return adata


CLEAN: dict[Any, dict[str, Outcome]] = {}


def clean_outcomes(case: Case) -> dict[str, Outcome]:
    key = (case.base, case.clean)
    if key not in CLEAN:
        CLEAN[key] = outcomes(case.clean(base_cells(case.base)))
    return CLEAN[key]


if __name__ == "__main__":
    import logging
    import os
    import sys
    import tempfile
    import time
    from pathlib import Path

    logging.getLogger("tmeatlas").setLevel(50)
    os.environ["TMEATLAS_RAISE"] = "1"
    import made_oddities

    made_oddities.Case.__new__.__defaults__
    cases = {**STORAGES, **TABLES, **STRANGE}
    wanted = sys.argv[1:]
    for what, case in cases.items():
        if wanted and not any(w in what for w in wanted):
            continue
        t = time.time()
        right = clean_outcomes(case)
        if t:
            pass
        adata = case.change(base_cells(case.base), Path(tempfile.mkdtemp()))
        print("==", what, flush=True)
        for name in NAMES:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                try:
                    given, error = called(name, adata), ""
                except TMEError as refusal:
                    given, error = None, str(refusal)
                except Exception as e:
                    import traceback

                    tb = traceback.extract_tb(e.__traceback__)
                    ours = [f for f in tb if "/tmeatlas/" in f.filename][-1]
                    print(
                        "  CRASH",
                        name,
                        type(e).__name__,
                        str(e)[:150],
                        f"{ours.filename.split('/tmeatlas/')[-1]}:{ours.lineno}",
                    )
                    continue
            r = right[name]
            if (given is None) != (r.given is None):
                print(
                    "  REFUSED" if given is None else "  GIVES", name, error[:300] or r.error[:200]
                )
            elif given is not None:
                u = unlike(given, r.given)
                if u:
                    print("  UNLIKE", name, u[:6])
            new = sorted(
                {
                    f"{w.category.__name__}: {str(w.message)[:150]}"
                    for w in caught
                    if str(w.message) not in r.warned
                    and not issubclass(w.category, (DeprecationWarning, FutureWarning))
                }
            )
            if new:
                print("  WARNS", name, new[:3])
        print("  time", round(time.time() - t, 1))
    if not wanted or "clean" in wanted:
        for name, o in CLEAN.get(("numbers", Case.__new__.__defaults__[0]), {}).items():
            if o.error or o.warned:
                print("CLEAN", name, o.error[:200], [w[:120] for w in o.warned])
