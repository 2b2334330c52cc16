"""What each verb does with cells that lie in a file: works, equals memory, peak, passes.

    python benchmarks/storages.py                              # prints the tables
    python benchmarks/storages.py --write docs/reliability.md  # and puts them there

A simulated cohort, with genes added that tell nothing, is written in each storage, and all verbs
run on it one after the other with `block_bytes` of a few MB, each storage in a process of its own.
Equal means: all that a verb writes into `obs`, `obsm` and `uns` is what it writes of the same cells
in memory; "=" to the bit, "≈" to 1e-6. The peak is of resident memory above that before the call
(Linux only), results included, without imports and compiling, which a run on few cells does first.
Passes are rows that were read, over cells: those of expression and of counts count apart, though
both may come of one file, and with them the places that tell what values are.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

KEYS = {"condition_key": "condition", "sample_key": "sample"}
BEGIN, END = "<!-- benchmarks/storages.py -->", "<!-- end -->"
STORAGES = ("h5ad CSR", "h5ad CSC", "h5ad dense", "zarr v2", "zarr v3", "read_lazy", "dask")
MEMORY = "memory"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=4, help="of each of two conditions")
    parser.add_argument("--cells", type=int, default=300, help="of each sample")
    parser.add_argument("--filling", type=int, default=2000, help="genes that tell nothing")
    parser.add_argument("--block", type=int, default=4, help="MB of `block_bytes`")
    parser.add_argument("--write", type=Path, help="the page with the tables")
    parser.add_argument("--only", nargs="*", default=STORAGES, help="storages")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    if given.one:
        run(given.one[0], Path(given.one[1]), given.block)
        return
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), given)
        size = json.loads((Path(folder) / "size.json").read_text())
        lines = {}
        for name in (MEMORY, *given.only):
            words = ["--one", name, folder, "--block", str(given.block)]
            done = subprocess.run(
                [sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True
            )
            lines[name] = [json.loads(line) for line in done.stdout.splitlines()]
            if done.returncode:
                lines[name].append({"verb": "process", "error": f"ended with {done.returncode}"})
            print(name, *lines[name], sep="\n  ", flush=True)
    text = tables(lines, size, given.block)
    print(text)
    if given.write:
        page = given.write.read_text()
        inside = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)
        given.write.write_text(inside.sub(lambda _: f"{BEGIN}\n{text}\n{END}", page))


def make(folder: Path, given: argparse.Namespace) -> None:
    """The same cells in every storage, and a few of them to compile with."""
    import tmeatlas as tme

    n = given.samples
    cells = tme.datasets.simulated_cohort({"control": n, "case": n}, n_cells=given.cells)
    n_real = cells.n_vars
    filling = np.random.default_rng(0).poisson(3, (cells.n_obs, given.filling))
    values = sp.hstack([sp.csr_matrix(cells.X), sp.csr_matrix(filling)], format="csr")
    names = [*cells.var_names, *(f"FILLING{k}" for k in range(given.filling))]
    adata = AnnData(values.astype(np.float32), cells.obs, pd.DataFrame(index=names))
    for slot in ("obsm", "uns"):
        getattr(adata, slot).update(dict(getattr(cells, slot)))
    size = {"cells": adata.n_obs, "genes": adata.n_vars, "MB": adata.X.nnz * 8 / 1e6}
    size["telling"] = float(adata.X[:, :n_real].nnz * 8 / 1e6)
    (folder / "size.json").write_text(json.dumps(size))
    few = adata[np.arange(adata.n_obs) % 4 == 0].copy()
    for name, part in (("all", adata), ("few", few)):
        (folder / name).mkdir()
        part.write_h5ad(folder / name / "csr.h5ad")
        for kind, changed in (("csc", sp.csc_matrix(part.X)), ("dense", part.X.toarray())):
            other = part.copy()
            other.X = changed
            other.write_h5ad(folder / name / f"{kind}.h5ad")
        for version in (2, 3):
            with ad.settings.override(zarr_write_format=version):
                part.write_zarr(folder / name / f"v{version}.zarr")


def opened(storage: str, folder: Path) -> AnnData:
    """The cells of a folder, as they lie in one storage."""
    import zarr

    if storage.startswith("h5ad"):
        return ad.read_h5ad(folder / f"{storage.split()[1].lower()}.h5ad", backed="r")
    if storage == "read_lazy":
        return ad.experimental.read_lazy(folder / "v3.zarr")
    found = ad.read_h5ad(folder / "csr.h5ad")
    if storage == MEMORY:
        return found
    group = zarr.open_group(folder / ("v2.zarr" if storage == "zarr v2" else "v3.zarr"), mode="r")
    if storage == "dask":
        chunks = (200, found.n_vars)
        found.X = ad.experimental.read_elem_lazy(group["X"], chunks=chunks)
    else:
        found.X = ad.io.sparse_dataset(group["X"])
    return found


def verbs(folder: Path) -> dict[str, Callable[[AnnData], Any]]:
    import tmeatlas as tme

    by_sample = {"sample_key": "sample"}
    page = folder / "page.html"
    return {
        "prepare": lambda a: tme.pp.prepare(a, embed="pca"),
        "annotate": lambda a: tme.tl.annotate(a),
        "quality": lambda a: tme.tl.quality(a, groupby="cell_type", **by_sample),
        "score": lambda a: tme.tl.score(a),
        "consensus": lambda a: tme.tl.consensus(a),
        "call_states": lambda a: tme.tl.call_states(a),
        "crosstalk": lambda a: tme.tl.crosstalk(a, "cell_type", **by_sample),
        "axes": lambda a: tme.tl.axes(a),
        "phenotype": lambda a: tme.tl.phenotype(a, groupby="cell_type", **by_sample),
        "compare": lambda a: tme.tl.compare(a, "scores", reference="control", **KEYS),
        "niches": lambda a: tme.tl.niches(placed(a), "cell_type", n_shifts=99, **by_sample),
        "page": lambda a: tme.pl.atlas(with_map(a), groupby="cell_type").write_html(page),
    }


def placed(adata: AnnData) -> AnnData:
    """Cells with places in tissue, which the map of the page is not to take for a section."""
    adata.obsm["spatial"] = np.random.default_rng(0).uniform(0, 1000, (adata.n_obs, 2))
    return adata


def with_map(adata: AnnData) -> AnnData:
    del adata.obsm["spatial"]
    adata.obsm["X_umap"] = np.asarray(adata.obsm["X_pca"])[:, :2].astype(np.float32)
    return adata


def run(storage: str, folder: Path, block: int) -> None:
    """All verbs on one storage: a line of JSON for each."""
    import tmeatlas as tme
    from tmeatlas.matrix import _expression

    tme.settings.verbosity = 0
    tme.settings.block_bytes = block * 2**20
    few = opened(storage, folder / "few")
    for call in verbs(folder).values():
        attempt(call, few)
    n_read = [0]
    rows_of = _expression.rows_of

    def counted(source: Any, start: int, stop: int, name: str) -> Any:
        n_read[0] += stop - start
        return rows_of(source, start, stop, name)

    _expression.rows_of = counted
    adata, before = opened(storage, folder / "all"), {}
    for verb, call in verbs(folder).items():
        n_read[0] = 0
        start = reset_peak()
        error = attempt(call, adata)
        line = {"verb": verb, "peak": (peak() - start) / 1024, "error": error}
        line["passes"] = n_read[0] / adata.n_obs
        state = written(adata)
        path = folder / f"{verb}.pickle"
        if storage == MEMORY:
            pd.to_pickle(state, path)
        elif not error:
            changed = {key: value for key, value in state.items() if key not in before}
            line["same"] = alike(changed, pd.read_pickle(path))
        before = state
        print(json.dumps(line), flush=True)


def attempt(call: Callable[[AnnData], Any], adata: AnnData) -> str:
    try:
        call(adata)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def reset_peak() -> int:
    """Kilobytes that are resident now; the highest is counted anew."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return resident("VmRSS")


def peak() -> int:
    return resident("VmHWM")


def resident(which: str) -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return int(re.search(rf"{which}:\s+(\d+)", status.read_text())[1])


def written(adata: AnnData) -> dict[str, Any]:
    """All of ours in the tables of an AnnData."""
    found = {f"obs {key}": adata.obs[key] for key in adata.obs if key.startswith("tme_")}
    found |= {f"obsm {key}": pd.DataFrame(np.asarray(adata.obsm[key])) for key in adata.obsm}
    tables = {key: value for key, value in adata.uns.items() if isinstance(value, pd.DataFrame)}
    return found | {f"uns {key}": value for key, value in tables.items()}


def alike(found: dict[str, Any], expected: dict[str, Any]) -> str:
    """How near they are: "=", "≈" or what differs."""
    missing = [key for key in found if key not in expected]
    if missing:
        return f"only here: {missing}"
    exact = True
    for key, value in found.items():
        one, other = (pd.DataFrame(each) for each in (value, expected[key]))
        if one.shape != other.shape:
            return f"{key} of another shape"
        for column in one:
            left, right = one[column], other[column]
            if pd.api.types.is_float_dtype(left.dtype):
                if not np.allclose(left, right, rtol=1e-6, atol=1e-6, equal_nan=True):
                    return f"{key} {column} by {np.nanmax(np.abs(left - right)):.1e}"
                exact &= np.array_equal(left, right, equal_nan=True)
            elif left.astype(str).tolist() != right.astype(str).tolist():
                return f"{key} {column}"
    return "=" if exact else "≈"


def tables(lines: dict[str, list[dict[str, Any]]], size: dict[str, float], block: int) -> str:
    head = (
        f"{size['cells']:,} cells × {size['genes']:,} genes, {size['MB']:.0f} MB as a matrix in "
        f"memory, of which {size['telling']:.0f} MB are of genes that tell something; "
        f"`block_bytes` {block} MB.\n"
    )
    names = [name for name in lines if name != MEMORY]
    known = list(dict.fromkeys(each["verb"] for found in lines.values() for each in found))
    parts = [head]
    for title, cell in (
        ("As in memory", lambda each: each["error"] or each.get("same", "")),
        ("Peak, MB above start", lambda each: f"{each['peak']:.0f}"),
        ("Passes", lambda each: f"{each['passes']:.1f}"),
    ):
        columns = names if title == "As in memory" else list(lines)
        rows = [f"| {title} | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
        for verb in known:
            of_verb = [
                next((cell(each) for each in lines[name] if each["verb"] == verb), "not reached")
                for name in columns
            ]
            rows.append(f"| {verb} | {' | '.join(of_verb)} |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts).strip()


if __name__ == "__main__":
    main()
