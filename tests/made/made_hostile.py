"""Cells as nobody would make them on purpose: of any size, type, storage, labels and names."""

from __future__ import annotations

import datetime
import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from anndata import AnnData
from hypothesis import strategies as st
from made_matrices import DTYPES, KINDS, SPARSE, STORAGES, in_type, matrices

GENES = (
    *("DCN", "LUM", "COL1A1", "PDGFRA", "SPP1", "CD68", "CD163", "APOE", "CD3D", "CD3E", "CD8A"),
    *("FOXP3", "IL2RA", "CTLA4", "EPCAM", "KRT8", "KRT18", "TGFB1", "TGFBR1", "TGFBR2", "CXCL12"),
    *("CXCR4", "CD274", "PDCD1", "VEGFA", "KDR", "PECAM1", "MS4A1", "CD79A", "MT-CO1"),
)
LISTS = {"caf": ["DCN", "LUM", "COL1A1"], "tam": ["SPP1", "CD68", "CD163", "APOE"]}
LABELS: tuple[Any, ...] = (
    *("T cell", "CAF", "Malignant", "Macrophage", "b", "B", " b", "b ", "", " ", "nan", "None"),
    *("unknown", "0", "1", "1.0", "-1", "a/b", "a_b", "a:b", "a|b", "a,b", "=1+1", "+1", "@x"),
    *(
        "<script>alert(1)</script>",
        "</script>",
        "&lt;",
        "x\ny",
        "x\ty",
        "\x00",
        "\ud800",
        "\u202eabc",
    ),
    *("🧬", "עברית", "العربية", "e\u0301", "é", "L" * 3000, "%s", "{x}", "$x$", "\\", "'", '"'),
    *("index", "_index", "sample", "group", "total", "all", "rest", "source", "target"),
    *(None, np.nan, pd.NA, pd.NaT, 0, 1, 2, -1, 1.0, 1.5, np.inf, True, False, b"bytes", 10**20),
    *(datetime.date(2020, 1, 1), pd.Timestamp("2020-01-01"), pd.Timedelta(days=1), (1, 2)),
)
PLAIN_LABELS = ("T cell", "CAF", "Malignant", "Macrophage")

labels = st.sampled_from(LABELS) | st.text(max_size=6)


class Made(NamedTuple):
    """Cells, and the plain values that they are made of."""

    adata: AnnData
    numbers: np.ndarray
    """Cells × genes, as the type of X holds them, float64."""
    how: str


FORMS = {
    "text": lambda v: pd.Series([x if x is None else str(x) for x in v], dtype=object),
    "as it is": lambda v: pd.Series(v, dtype=object),
    "categories": lambda v: pd.Series(pd.Categorical([None if _gone(x) else str(x) for x in v])),
    "unused categories": lambda v: pd.Series(
        pd.Categorical([None if _gone(x) else str(x) for x in v]).add_categories(["never seen"])
    ),
    "mixed categories": lambda v: pd.Series(pd.Categorical(v)),
    "nullable text": lambda v: pd.Series([None if _gone(x) else str(x) for x in v], dtype="string"),
    "guessed": lambda v: pd.Series(v),
    "numbers": lambda v: pd.Series([hash(str(x)) % 4 for x in v]),
    "decimals": lambda v: pd.Series([hash(str(x)) % 4 / 2 for x in v]),
    "bool": lambda v: pd.Series([len(str(x)) % 2 == 0 for x in v]),
    "dates": lambda v: pd.to_datetime(pd.Series([f"202{len(str(x)) % 4}-01-02" for x in v])),
}


def _gone(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value


@st.composite
def columns(draw: Any, n: int, pool: Any, forms: list[str]) -> pd.Series:
    """A column of `obs` in any form that pandas lets it have."""
    names = draw(st.lists(pool, min_size=1, max_size=4, unique_by=repr))
    places = np.random.default_rng(draw(st.integers(0, 3))).integers(len(names), size=n)
    values = [names[i] for i in places]
    form = draw(st.sampled_from(forms))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return FORMS[form](values)
    except (TypeError, ValueError, OverflowError, UnicodeEncodeError):
        return FORMS["text"](["x"] * n)


@st.composite
def gene_names(draw: Any, n: int) -> pd.Index:
    """Names of genes: right ones, and what becomes of them."""
    names: list[Any] = list(GENES[:n])
    change = draw(st.sampled_from(GENE_CHANGES))
    names = [change(i, name) for i, name in enumerate(names)]
    for _ in range(draw(st.integers(0, 2)) if n else 0):
        names[draw(st.integers(0, n - 1))] = draw(st.sampled_from(GENES) | st.text(max_size=5))
    return pd.Index(names, dtype=object)


GENE_CHANGES = (
    *[lambda i, name: name] * 4,
    lambda i, name: name.lower(),
    lambda i, name: f"{name}.{i % 3}",
    lambda i, name: f"{name}-1",
    lambda i, name: f"GRCh38_{name}",
    lambda i, name: f"ENSG{i:011d}",
    lambda i, name: f"ENSG{i:011d}.{i}",
    lambda i, name: f"gene {i // 2}",
    lambda i, name: str(i),
    lambda i, name: name.capitalize(),
    lambda i, name: GENES[i // 2],
    lambda i, name: "",
)

GARBAGE: tuple[dict[str, Any], ...] = (
    {},
    {"tmeatlas": {}},
    {"tmeatlas": 3},
    {"tmeatlas": None},
    {"tmeatlas": {"schema_version": "x", "prepare": 1}},
    {"tmeatlas": {"tme_scores": {"kind": "scores"}}},
    {"log1p": None, "spatial": 3, "neighbors": "x"},
    {"log1p": {"base": "e"}, "spatial": {"lib": {}}},
    {"tme_coverage": pd.DataFrame({"a": [1]}), "tme_crosstalk": "x"},
    {"tme_crosstalk": pd.DataFrame(), "tmeatlas": {"tme_crosstalk": {"kind": "crosstalk"}}},
    {"group_colors": ["#fff"], "sample_colors": np.array([1, 2])},
    {"group_colors": np.array(["red", "not a colour", "#12"])},
    {"x": [1, "a", None, {"b": ()}], "<script>": object},
)


WHAT_IS_ODD = (
    *("size", "values", "type", "storage", "labels", "form", "names of cells", "names of genes"),
    *("other slots", "places"),
)
LEGAL = frozenset({"type", "storage", "form"})
"""What has to give the results of plain cells."""


@st.composite
def cells(draw: Any, *, odd: frozenset[str] | None = None, kinds: tuple[str, ...] = ()) -> Made:
    """An AnnData with the columns "group", "sample" and "condition".

    One to three things are odd, all others as they should be, so that much of it is computed.
    """
    if odd is None:
        odd = draw(st.frozensets(st.sampled_from(WHAT_IS_ODD), min_size=1, max_size=3))
    n_cells = draw(st.sampled_from([12, 4, 3, 2, 1, 0])) if "size" in odd else 40
    n_genes = draw(st.sampled_from([len(GENES), 12, 2, 1, 0])) if "size" in odd else len(GENES)
    kinds = kinds or (KINDS if "values" in odd else ("counts", "counts", "logs"))
    sizes = st.just((n_cells, n_genes))
    plain = draw(matrices(sizes=sizes, kinds=kinds, accidents="values" in odd))
    dtype = draw(st.sampled_from(DTYPES)) if "type" in odd else "float32"
    storage = draw(st.sampled_from(list(STORAGES))) if "storage" in odd else "CSR"
    if storage in SPARSE and dtype in ("float16", "longdouble"):
        dtype = "float32"
    typed = in_type(plain, dtype)
    pool = labels if "labels" in odd else st.sampled_from(PLAIN_LABELS)
    forms = list(FORMS) if "form" in odd else ["categories", "text"]
    obs = {name: draw(columns(n_cells, pool, forms)) for name in ("group", "sample", "condition")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        adata = AnnData(
            obs=pd.DataFrame(obs, index=range(n_cells)), var=pd.DataFrame(index=range(n_genes))
        )
        adata.X = STORAGES[storage](typed)
        given = [f"cell{i}" for i in range(n_cells)]
        if "names of cells" in odd:
            given = draw(names_of_cells(n_cells))
        adata.obs.index = pd.Index(given, dtype=object)
        adata.var.index = pd.Index(GENES[:n_genes], dtype=object)
        if "names of genes" in odd:
            adata.var.index = draw(gene_names(n_genes))
        if "other slots" in odd:
            adata.uns = dict(draw(st.sampled_from(GARBAGE)))
        _add_places(draw, adata, odd="places" in odd)
    return Made(adata, typed.astype(np.float64), f"{storage} of {dtype}, odd: {sorted(odd)}")


def names_of_cells(n: int) -> Any:
    made = st.sampled_from(["", "same", "\ud800", "<b>", "=1", "a\nb"]) | st.text(max_size=4)
    return st.lists(made, min_size=n, max_size=n)


def _add_places(draw: Any, adata: AnnData, *, odd: bool) -> None:
    rng = np.random.default_rng(0)
    for name in ("X_umap", "spatial"):
        width = draw(st.sampled_from([None, 2, 3, 1, 0])) if odd else 2
        if width is None:
            continue
        places = rng.normal(size=(adata.n_obs, width))
        if odd and places.size and draw(st.booleans()):
            places[0, 0] = draw(st.sampled_from([np.nan, np.inf, 1e300, 0.0]))
        with np.errstate(over="ignore", invalid="ignore"):
            adata.obsm[name] = places.astype(
                draw(st.sampled_from(["f4", "f8", "i4", "O"])) if odd else "f4"
            )
