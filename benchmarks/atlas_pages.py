"""The pages that `atlas.py` compares, each built in a process of its own.

    python benchmarks/atlas_pages.py simulate 100000 tumour.npz
    python benchmarks/atlas_pages.py ours tumour.npz page.html 5

The second builds five times and prints what that took, as JSON. `datamapplot` in place of `ours`
runs where datamapplot is installed; it needs neither tmeatlas nor AnnData.
"""

from __future__ import annotations

import json
import pickle
import re
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

N_SIGNATURES = 12
N_PANELS_FROM = 2_000
"""Cells of the simulated tumour that gives the labels, the map and the crosstalk."""


def simulate(n_cells: int, path: Path) -> None:
    """As many cells as wanted, like those of a simulated tumour; their scores are noise.

    Noise compresses least: real scores take less room.
    """
    import tmeatlas as tme

    small = tme.datasets.simulated(N_PANELS_FROM)
    tme.pp.prepare(small)
    tme.tl.crosstalk(small, "cell_type", n_perms=99)
    rng = np.random.default_rng(0)
    rows = rng.integers(0, N_PANELS_FROM, n_cells)
    groups, samples = (small.obs[key].astype("category").cat for key in ("cell_type", "sample"))
    plane = small.obsm["X_umap"][rows] + rng.normal(0, 0.25, (n_cells, 2))
    level = 0.1 + 0.35 * rng.random((len(groups.categories), N_SIGNATURES))
    group = groups.codes.to_numpy()[rows]
    scores = np.clip(rng.normal(level[group], 0.09), 0, 1)
    np.savez(
        path,
        plane=plane.astype(np.float32),
        group=group,
        groups=groups.categories.to_numpy(str),
        sample=samples.codes.to_numpy()[rows],
        samples=samples.categories.to_numpy(str),
        scores=scores.astype(np.float32),
    )
    path.with_suffix(".pickle").write_bytes(pickle.dumps(dict(small.uns)))


def as_adata(path: Path) -> Any:
    import anndata
    import pandas as pd
    import scipy.sparse as sp

    data = np.load(path)
    n = len(data["group"])
    obs = pd.DataFrame(
        {
            "cell_type": pd.Categorical.from_codes(data["group"], data["groups"]),
            "sample": pd.Categorical.from_codes(data["sample"], data["samples"]),
        },
        index=[f"cell_{i}" for i in range(n)],
    )
    adata = anndata.AnnData(sp.csr_matrix((n, 1), dtype=np.float32), obs=obs)
    adata.obsm["X_umap"] = data["plane"]
    columns = [f"signature_{i}" for i in range(N_SIGNATURES)]
    adata.obsm["tme_scores"] = pd.DataFrame(data["scores"], index=obs.index, columns=columns)
    adata.uns.update(pickle.loads(path.with_suffix(".pickle").read_bytes()))
    _keep_crosstalk(adata)
    return adata


def _keep_crosstalk(adata: Any) -> None:
    """Make the crosstalk one of these cells, which the page would leave out else."""
    from tmeatlas.results import Crosstalk, Record

    key = Crosstalk.default_key
    old = Record.find(adata, key)
    record = Crosstalk.new_record(adata, groupby="cell_type", params=old.params, facts=old.facts)
    Crosstalk(record=record, key=key, table=adata.uns[key]).write(adata)


def build_ours(
    data: Path, page: Path, repeats: int, plotlyjs: str | None = None
) -> dict[str, float]:
    """Page, time, additional memory at the peak, and what the cells take in the page."""
    import tmeatlas as tme

    adata = as_adata(data)
    options = {"groupby": "cell_type", "sample_key": "sample", "plotlyjs": plotlyjs}

    def build(cells: Any) -> Any:
        atlas = tme.pl.atlas(cells, **options)
        atlas.write_html(page)
        return atlas

    build(adata[: len(adata.obs["cell_type"].cat.categories) * 100].copy())
    seconds = timed(lambda: build(adata), repeats)
    tracemalloc.start()
    made = build(adata)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {
        "seconds": seconds,
        "memory": peak / array_bytes(made.payload),
        "cell_bytes": cell_bytes(page.read_text("utf-8")),
    }


def array_bytes(value: Any) -> int:
    """Bytes of all arrays within dataclasses and lists."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, list):
        return sum(map(array_bytes, value)) if value and is_dataclass(value[0]) else 0
    if is_dataclass(value):
        return sum(array_bytes(getattr(value, field.name)) for field in fields(value))
    return 0


def cell_bytes(html: str) -> float:
    """Bytes per cell of all that is stored of the cells: places, categories and scores."""
    meta = json.loads(re.search(r'id="meta">(.*?)</script>', html, re.S)[1])
    numbers = [m[key] for m in meta["maps"] for key in ("xBlock", "yBlock")]
    numbers += [entry["block"] for kind in ("categories", "features") for entry in meta[kind]]
    sizes = [
        html.index("</script>", at) - at for at in (html.index(f'"block-{n}">') for n in numbers)
    ]
    return sum(sizes) / meta["nCells"]


def build_naive(data: Path, page: Path, repeats: int) -> dict[str, float]:
    """The page of plotly express: a menu of colours, and a trace for each and each category."""
    import pandas as pd
    import plotly.express as px

    stored = np.load(data)
    scores = pd.DataFrame(stored["scores"]).add_prefix("signature_")
    frame = pd.DataFrame(stored["plane"], columns=["x", "y"]).join(scores)
    frame["cell_type"] = stored["groups"][stored["group"]]
    frame["sample"] = stored["samples"][stored["sample"]]
    usual = {"x": "x", "y": "y", "hover_data": ["sample"], "render_mode": "webgl"}

    def build() -> None:
        figure = px.scatter(frame, color="cell_type", **usual)
        n_first = len(figure.data)
        for name in scores:
            figure.add_trace(px.scatter(frame, color=name, **usual).data[0])
        figure.update_traces(marker_size=3)
        names = ["cell_type", *scores]
        shown = [[k] * n for k, n in enumerate([n_first] + [1] * len(scores.columns))]
        places = [k for part in shown for k in part]
        buttons = [
            {"label": name, "method": "restyle", "args": ["visible", [k == p for p in places]]}
            for k, name in enumerate(names)
        ]
        figure.update_layout(updatemenus=[{"buttons": buttons}], dragmode="lasso")
        for trace, place in zip(figure.data, places, strict=True):
            trace.visible = place == 0
        ready = "requestAnimationFrame(() => performance.mark('ready'))"
        page.write_text(figure.to_html(include_plotlyjs=True, post_script=ready), "utf-8")

    return {"seconds": timed(build, repeats)}


def build_datamapplot(data: Path, page: Path, repeats: int) -> dict[str, float]:
    """Labels on a map, with the scores and samples as further colours."""
    import datamapplot
    import pandas as pd

    stored = np.load(data)
    labels = stored["groups"][stored["group"]]
    columns = {f"signature_{i}": stored["scores"][:, i] for i in range(N_SIGNATURES)}
    colours = pd.DataFrame({**columns, "sample": stored["samples"][stored["sample"]]})

    def build() -> None:
        plot = datamapplot.create_interactive_plot(
            stored["plane"],
            labels,
            hover_text=labels,
            colormap_rawdata=list(colours.to_numpy().T),
            colormap_metadata=[
                {
                    "field": name,
                    "description": name,
                    "cmap": "viridis" if i < N_SIGNATURES else "tab10",
                    "kind": "continuous" if i < N_SIGNATURES else "categorical",
                }
                for i, name in enumerate(colours)
            ],
            inline_data=True,
        )
        plot.save(str(page))

    return {"seconds": timed(build, repeats)}


def timed(call: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


BUILDERS = {"ours": build_ours, "naive": build_naive, "datamapplot": build_datamapplot}

if __name__ == "__main__":
    if sys.argv[1] == "simulate":
        simulate(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        builder, source, target, times_over, *more = sys.argv[1:]
        print(json.dumps(BUILDERS[builder](Path(source), Path(target), int(times_over), *more)))
