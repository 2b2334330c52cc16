"""The pages that `atlas.py` compares, each built in a process of its own.

    python benchmarks/atlas_pages.py simulate 100000 tumour.npz
    python benchmarks/atlas_pages.py ours tumour.npz page.html 5

The second builds five times and prints what that took, as JSON. `datamapplot` in place of `ours`
runs where datamapplot is installed; it needs neither tmeatlas nor AnnData.
"""

from __future__ import annotations

import base64
import json
import re
import statistics
import string
import sys
import time
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

N_GENES = 1_500
N_PEER_SCORES = 12
"""Scores in the pages of the peers, which grow by as much with each: they could hold no more."""
OTHER_DIGITS = "!#$%&()*+-;<=>?@^_`{|}~"
NOISE = 0.3
"""Of a cell drawn again: its own scores, and these parts of how another of its group is off."""


def simulate(n_cells: int, path: Path) -> None:
    """As many cells as wanted, like those of a simulated cohort, with all that a page has of them.

    Cells are drawn again from those of the cohort and moved a little on the map; their
    scores keep mean, spread and correlation within groups.
    """
    import anndata
    import pandas as pd
    import scipy.sparse as sp

    import tmeatlas as tme

    small = tme.datasets.simulated_cohort()
    tme.pp.prepare(small)
    tme.tl.score(small)
    tme.tl.consensus(small)
    tme.tl.crosstalk(small, "cell_type")
    rng = np.random.default_rng(0)
    rows = rng.integers(0, small.n_obs, n_cells)
    group = small.obs["cell_type"].astype("category").cat.codes.to_numpy()
    other = rows.copy()
    for code in np.unique(group):
        of_group = np.flatnonzero(group[rows] == code)
        other[of_group] = rng.permutation(rows[of_group])

    def drawn(table: Any) -> Any:
        values = table.to_numpy(np.float32)
        means = np.array([values[group == code].mean(axis=0) for code in range(group.max() + 1)])
        off = values - means[group]
        moved = np.empty((n_cells, values.shape[1]), dtype=np.float32)
        for j in range(values.shape[1]):  # one at a time: a million cells need little memory
            new = (off[rows, j] + NOISE * off[other, j]) / np.sqrt(1 + NOISE**2)
            moved[:, j] = np.clip(means[group[rows], j] + new, *np.quantile(values[:, j], (0, 1)))
        return pd.DataFrame(moved, index=names, columns=table.columns)

    names = [f"cell_{i}" for i in range(n_cells)]
    obs = small.obs[["cell_type", "sample", "condition"]].iloc[rows].set_axis(names)
    shown = np.asarray((small.X > 0).sum(axis=0)).ravel()
    genes = np.sort(np.argsort(-shown, kind="stable")[:N_GENES])
    x = sp.csr_matrix(small.X)[:, genes]
    adata = anndata.AnnData(x[rows], obs=obs, var=small.var.iloc[genes][[]])
    plane = small.obsm["X_umap"][rows] + rng.normal(0, 0.25, (n_cells, 2))
    adata.obsm["X_umap"] = plane.astype(np.float32)
    for key in ("tme_scores", "tme_consensus"):
        adata.obsm[key] = drawn(small.obsm[key])
    adata.uns.update(small.uns)
    _keep_crosstalk(adata)
    adata.write_h5ad(path.with_suffix(".h5ad"))
    codes = {key: obs[key].astype("category").cat for key in ("cell_type", "sample")}
    np.savez(
        path,
        plane=adata.obsm["X_umap"],
        group=codes["cell_type"].codes,
        groups=codes["cell_type"].categories.to_numpy(str),
        sample=codes["sample"].codes,
        samples=codes["sample"].categories.to_numpy(str),
        scores=adata.obsm["tme_scores"].to_numpy()[:, :N_PEER_SCORES],
    )


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
    """Time, GB of memory at the peak beside the input, and what the cells take in the page."""
    import anndata

    import tmeatlas as tme

    adata = anndata.read_h5ad(data.with_suffix(".h5ad"))
    options = {
        "groupby": "cell_type",
        "sample_key": "sample",
        "condition_key": "condition",
        "plotlyjs": plotlyjs,
    }

    def build(cells: Any) -> Any:
        atlas = tme.pl.atlas(cells, **options)
        atlas.write_html(page)
        return atlas

    build(adata[: len(adata.obs["cell_type"].cat.categories) * 100].copy())
    seconds = timed(lambda: build(adata), repeats)
    tracemalloc.start()
    build(adata)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {
        "seconds": seconds,
        "memory": peak / 1e9,
        "cell_bytes": cell_bytes(page.read_text("utf-8")),
    }


def cell_bytes(html: str) -> float:
    """Bytes per cell of all that is stored of the cells: places, categories and scores."""
    packed = re.search(r'id="meta">(.*?)</script>', html, re.S)[1]
    meta = json.loads(zlib.decompressobj().decompress(from_base85(packed)))
    numbers = [m[key] for m in meta["maps"] for key in ("xBlock", "yBlock")]
    numbers += [entry["block"] for kind in ("categories", "features") for entry in meta[kind]]
    sizes = [
        html.index("</script>", at) - at for at in (html.index(f'"block-{n}">') for n in numbers)
    ]
    return sum(sizes) / meta["nCells"]


def from_base85(text: str) -> bytes:
    """Bytes of the text in which a page keeps them: the usual ones but for their digits."""
    from tmeatlas.atlas.encode import ALPHABET

    usual = string.digits + string.ascii_uppercase + string.ascii_lowercase + OTHER_DIGITS
    return base64.b85decode(text[1:].encode().translate(bytes.maketrans(ALPHABET, usual.encode())))


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
    columns = {f"signature_{i}": stored["scores"][:, i] for i in range(N_PEER_SCORES)}
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
                    "cmap": "viridis" if i < N_PEER_SCORES else "tab10",
                    "kind": "continuous" if i < N_PEER_SCORES else "categorical",
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
