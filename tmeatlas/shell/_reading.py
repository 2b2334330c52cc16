"""What the commands read: cells, and which of their columns are meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

from tmeatlas._errors import InputError, listing
from tmeatlas._keys import LINEAGE
from tmeatlas._log import logger
from tmeatlas.shell._console import step

if TYPE_CHECKING:
    from anndata import AnnData

Embed = bool | Literal["pca"]


class Matrix(TypedDict):
    """Which matrix is read."""

    layer: str | None
    use_raw: bool | None


ANY: Matrix = {"layer": None, "use_raw": None}
"""What a function reads by itself."""
USUAL_GROUPBY = (
    "cell_type",
    "celltype",
    "CellType",
    "cell.type",
    "cellType",
    "cell_types",
    "celltypes",
    "cell_type_major",
    "celltype_major",
    "author_cell_type",
    "annotation",
    "bulk_labels",
    LINEAGE,
    "leiden",
    "louvain",
    "seurat_clusters",
    "cluster",
    "clusters",
    "region",
)
SAMPLE = "sample"
"""The column of the samples of a table."""


def read_cells(path: str) -> tuple[AnnData, tuple[str, ...]]:
    """The cells, and the columns of `obs` that a table of samples gave them, now or when kept."""
    from tmeatlas.readers import columns_of_table, read_streaming
    from tmeatlas.results import table_columns

    described = columns_of_table(path)
    with step(f"Reading {path}"):
        adata = read_streaming(path)
    kept = table_columns(adata)
    return adata, described or (tuple(kept) if SAMPLE in kept else ())


def check_bulk(path: str, *, bulk: bool, sample_key: str | None) -> None:
    """Refuse to start where rows would be both samples and cells, or neither."""
    from tmeatlas.readers import columns_of_table

    has_samples = sample_key is not None or (not bulk and bool(columns_of_table(path)))
    if bulk == has_samples:
        raise InputError(
            "Expected --sample-key with cells, or --bulk with samples as rows, and not both. Pass "
            "the column that says which sample a cell is from."
        )


def choose_sample_key(
    adata: AnnData, sample_key: str | None, described: Collection[str]
) -> str | None:
    """The column the user names, which has to be there; of a table of samples, that of these."""
    from tmeatlas.cells import check_obs_key

    if sample_key is not None:
        check_obs_key(adata, sample_key, argument="sample_key")
    elif described:
        logger.info("samples: obs[%r], of the table", SAMPLE)
        return SAMPLE
    return sample_key


@dataclass(frozen=True)
class Ready:
    """Cells with a log-normalised matrix, and which it is."""

    adata: AnnData
    layer: str | None = None
    use_raw: bool | None = None

    @property
    def matrix(self) -> Matrix:
        """The options of the functions that read it."""
        return {"layer": self.layer, "use_raw": self.use_raw}


def prepare(
    adata: AnnData,
    *,
    layer: str | None = None,
    use_raw: bool | None = None,
    into_x: bool = False,
    groupby: str | None = None,
    embed: Embed = False,
    seed: int = 0,
) -> Ready:
    """Make the main matrix ready, or the one that is named.

    One that is log-normalised is read where it is, but with `into_x`; any other becomes the
    main matrix. Where raw has other genes than that, the cells with raw are the result.
    """
    import tmeatlas as tme
    from tmeatlas._values import MatrixKind
    from tmeatlas.matrix import open_matrix
    from tmeatlas.readers import cells_of_raw

    if layer is not None or use_raw:
        is_ready = open_matrix(adata, layer=layer, use_raw=use_raw).kind is MatrixKind.LOGNORM
        if is_ready and not into_x:
            return Ready(adata, layer, use_raw)
        if use_raw and not adata.raw.var_names.equals(adata.var_names):
            adata, use_raw = cells_of_raw(adata), None
    with step("Preparing"):
        tme.pp.prepare(adata, groupby=groupby, layer=layer, use_raw=use_raw, embed=embed, rng=seed)
    return Ready(adata, use_raw=False if use_raw is False else None)


def find_groupby(adata: AnnData, *, but: Collection[str | None] = ()) -> str | None:
    """The first of the usual names for cell types that divides the cells, or the only column.

    One label for all cells, as in a sorted population, divides nothing; nor does what says which
    sample or patient they are of (`but`).
    """
    candidates = _candidates(adata, but)
    usual = [name for name in USUAL_GROUPBY if name in candidates]
    if not usual and len(candidates) != 1:
        return None
    name = (usual or candidates)[0]
    logger.info("groups of cells: obs[%r] (choose another with --groupby)", name)
    return name


def choose_groupby(adata: AnnData, groupby: str | None, *, but: Collection[str | None] = ()) -> str:
    """The column the user names, or the one that is found."""
    found = groupby if groupby is not None else find_groupby(adata, but=but)
    if found is not None:
        return found
    candidates = _candidates(adata, but)
    if candidates:
        raise InputError(
            "Which column of obs names the cell types? Pass it with --groupby. Candidates: "
            f"{listing(candidates)}."
        )
    raise InputError(
        "Expected a column of obs that names the cell types; none has two or more groups. Let "
        "`tmeatlas annotate INPUT -o cells.h5ad` tell them, then pass cells.h5ad with --groupby "
        "tme_lineage."
    )


def _candidates(adata: AnnData, but: Collection[str | None]) -> Sequence[str]:
    from tmeatlas.cells import category_candidates

    return [name for name in category_candidates(adata, fewest=2) if name not in but]
