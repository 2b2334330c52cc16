"""Hash every table of four tumours, and time the steps that make them.

Kept while the package is rebuilt: what is right must stay the same to the byte, and as fast.

    python benchmarks/golden.py hash FOLDER > before.json     # FOLDER holds the real tumours
    python benchmarks/golden.py compare before.json after.json
    python benchmarks/golden.py time FOLDER --against OTHER_CHECKOUT
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

REPOSITORY = Path(__file__).resolve().parents[1]
TUMOURS = {
    "wu2021": "wu2021_tnbc_CID4465.h5ad",
    "kim2020": "kim2020_luad_T34.h5ad",
    "puram2017": "puram2017_hnscc_ref180.h5ad",
    "simulated": "",
}
METHODS = ("ucell", "score_genes", "aucell", "zscore", "ulm", "mlm", "mean")
FEWER = ["caf_pan", "treg_pan", "hypoxia_buffa"]


def hashed(value: object) -> str:
    """A short hash of a table or an array: values, names and types, whatever the storage."""
    digest = hashlib.sha256()
    if isinstance(value, pd.DataFrame):
        for part in (value.index, *(value[name] for name in value)):
            is_text = not pd.api.types.is_numeric_dtype(part.dtype)
            plain = pd.Series(part).astype(str) if is_text else pd.Series(np.asarray(part))
            digest.update(f"{part.name} {'text' if is_text else part.dtype}".encode())
            digest.update(pd.util.hash_pandas_object(plain, index=False).to_numpy().tobytes())
    else:
        array = value.toarray() if sp.issparse(value) else np.asarray(value)
        digest.update(f"{array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


def fitting(function: Callable, **options: object) -> dict[str, object]:
    """Those of `options` that `function` still takes."""
    known = inspect.signature(function).parameters
    return {name: value for name, value in options.items() if name in known}


def loaded(name: str, folder: Path) -> ad.AnnData:
    import tmeatlas as tme

    if TUMOURS[name]:
        return ad.read_h5ad(folder / TUMOURS[name])
    return tme.datasets.simulated(1500, rng=0)


def steps(name: str, adata: ad.AnnData, folder: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """The steps in their order; each gives what it wrote, by name."""
    import tmeatlas as tme

    talk, axes = tme.tl.crosstalk, tme.tl.axes
    sample_key = "sample" if name == "simulated" else None
    yield "prepare", lambda: tme.pp.prepare(adata, embed=False)
    yield "score", lambda: tme.tl.score(adata, "all", obs=False)
    for method in METHODS:
        yield (
            f"score {method}",
            lambda m=method: tme.tl.score(adata, method=m, obs=False, key_added=f"by_{m}"),
        )
    yield (
        "score ssgsea",
        lambda: tme.tl.score(adata, FEWER, method="ssgsea", obs=False, key_added="by_ssgsea"),
    )
    yield (
        "score n_null",
        lambda: tme.tl.score(adata, FEWER, n_null=19, obs=False, key_added="by_null"),
    )
    yield "consensus", lambda: tme.tl.consensus(adata)
    yield (
        "crosstalk",
        lambda: talk(
            adata,
            "cell_type",
            **fitting(talk, n_perms=1000, sample_key=sample_key, by_sample=sample_key is not None),
        ),
    )
    if "null" in inspect.signature(talk).parameters:
        yield (
            "crosstalk analytic",
            lambda: talk(
                adata, "cell_type", null="analytic", n_perms=200, key_added="tme_analytic"
            ),
        )
    yield "axes", lambda: axes(adata)
    yield (
        "enrich ssgsea",
        lambda: tme.tl.enrich(adata, "cell_type", signatures=FEWER, method="ssgsea"),
    )
    if name != "wu2021":
        yield (
            "cellphonedb",
            lambda: tme.tl.cellphonedb(
                adata, "cell_type", database=folder.parent / "crosstalk" / "cellphonedb-v5.0.0.zip"
            ),
        )


def tables(adata: ad.AnnData) -> dict[str, str]:
    """The hash of everything that the steps left in `adata`, and of the tables made of it."""
    import tmeatlas as tme

    found = {"X": adata.X, "obs": adata.obs.filter(regex="^tme_"), "var": adata.var}
    for slot in ("obsm", "varm", "uns"):
        for key, value in getattr(adata, slot).items():
            if isinstance(value, pd.DataFrame):
                found[f"{slot} {key}"] = value
    found["get.liana"] = tme.get.liana(adata)
    found["get.pseudobulk"] = tme.get.pseudobulk(adata, "cell_type")
    if "tme_cellphonedb" in adata.uns:
        found |= {f"get.cellphonedb {k}": v for k, v in tme.get.cellphonedb(adata).items()}
    return {name: hashed(value) for name, value in found.items()}


def run(name: str, folder: Path) -> tuple[ad.AnnData, dict[str, float]]:
    adata, seconds = loaded(name, folder), {}
    for step, call in steps(name, adata, folder):
        start = time.process_time()
        call()
        seconds[step] = time.process_time() - start
    return adata, seconds


def write_hashes(folder: Path) -> None:
    found = {name: tables(run(name, folder)[0]) for name in TUMOURS}
    json.dump(found, sys.stdout, indent=1)


def write_times(folder: Path, names: list[str]) -> None:
    """CPU seconds of each step, the second of two runs: compiled code is warm."""
    found = {}
    for name in names:
        run(name, folder)
        found[name] = run(name, folder)[1]
    json.dump(found, sys.stdout)


def compare(before: Path, after: Path) -> int:
    old, new = (json.loads(path.read_text()) for path in (before, after))
    differing = 0
    for name in old:
        for table in sorted({*old[name], *new.get(name, {})}):
            one, other = old[name].get(table), new.get(name, {}).get(table)
            if one != other:
                differing += 1
                what = "gone" if other is None else "new" if one is None else "differs"
                sys.stdout.write(f"{name}: {table} {what}\n")
    sys.stdout.write(f"{differing} tables differ\n")
    return int(differing > 0)


def compare_times(folder: Path, other: Path, repeats: int, names: list[str]) -> None:
    """This checkout and another in turn, in processes of their own; the lowest of each step."""
    best: dict[str, dict[str, float]] = {"this": {}, "other": {}}
    for _ in range(repeats):
        for who, root in (("this", REPOSITORY), ("other", other)):
            done = subprocess.run(
                [sys.executable, __file__, "times", str(folder), "--only", *names],
                env={**os.environ, "PYTHONPATH": str(root)},
                capture_output=True,
                text=True,
                check=True,
            )
            for name, seconds in json.loads(done.stdout).items():
                for step, value in seconds.items():
                    key = f"{name} {step}"
                    best[who][key] = min(value, best[who].get(key, np.inf))
    for key in sorted({*best["this"]} & {*best["other"]}):
        one, two = best["this"][key], best["other"][key]
        sys.stdout.write(f"{key:<32}{one:9.3f} s {two:9.3f} s {one / two:7.2f}\n")
    total, other_total = sum(best["this"].values()), sum(best["other"].values())
    sys.stdout.write(f"all: {total:.2f} s, {other_total:.2f} s, {total / other_total:.2f}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("hash", "compare", "time", "times"))
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", nargs="+", default=list(TUMOURS))
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    if given.what == "hash":
        write_hashes(given.paths[0])
    elif given.what == "times":
        write_times(given.paths[0], given.only)
    elif given.what == "time":
        compare_times(given.paths[0].resolve(), given.against.resolve(), given.repeats, given.only)
    else:
        return compare(*given.paths)
    return 0


if __name__ == "__main__":
    sys.exit(main())
