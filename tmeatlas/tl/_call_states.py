"""The state of each cell within its lineage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._errors import listing
from tmeatlas._guard import warn
from tmeatlas._numbers import check_number, read_seed
from tmeatlas.cells import CellLineages, read_lineages
from tmeatlas.lineages import UNASSIGNED
from tmeatlas.matrix import open_matrix
from tmeatlas.methods import DEFAULT_METHOD, resolve
from tmeatlas.results import States
from tmeatlas.states import (
    Scored,
    best_state,
    read_list,
    score_lists,
)
from tmeatlas.tl._call_states_inputs import Task, lists_to_score, read_tasks
from tmeatlas.tl._call_states_tables import Called, call_table, cell_columns, score_table
from tmeatlas.tl._whole_samples import refuse_whole_samples

FEWEST_NULL = 19
"""Random lists that can give a p-value of 0.05."""


def call_states(
    adata: AnnData,
    *,
    lineage_key: str = keys.LINEAGE,
    layer: str | None = None,
    use_raw: bool | None = None,
    min_coverage: float = 0.5,
    min_margin: float = 0.25,
    n_null: int = 99,
    rng: int | np.random.Generator = 0,
    key_added: str = keys.STATE,
    copy: bool = False,
) -> AnnData | None:
    """Call the state of each cell within its lineage.

    A state is a programme that some cells of a lineage run: myCAF-like and
    iCAF-like fibroblasts, SPP1 and C1Q macrophages, exhausted and cytotoxic T
    cells, hypoxic and cycling malignant cells (the page on states has all, and the
    signatures that each is read from). Signatures are read only where they mean
    something (``scored_in``): of a cell that is only known as a T cell, lists for
    CD8 and for CD4 T cells are both read.

    Within each lineage, every state is one list, in which a gene counts by how
    many of the state's signatures name it; genes that two states of a lineage
    share count for neither. Its ``"ucell_detected"`` score is compared with
    those of `n_null` random lists of as many genes with like mean expression in
    the lineage. From each cell's score the mean of the random ones is taken,
    which leaves out the depth of the cell. Scores then have the standard deviation
    of the random lists as their unit, and the mean of the lower of two groups of
    cells (Otsu) as their 0. A state can be called if

    - its scores vary more over the cells than those of 95 in 100 random lists: a
      state that no cell has, or that all have, is not called;
    - the score of the cell is above the threshold that random lists pass in
      one of 20 cells, and `min_margin` above it;
    - no other state is as far above its own threshold, less `min_margin`.

    So a state is what sets a cell apart from the others of its lineage *in these
    data*. All other cells are ``"unassigned"``. States do not exclude each other
    (a cycling cell can be hypoxic): a cell gets the one that it shows most, and
    the scores of all remain in ``obsm``. What scores as high as a state without being one
    takes part and is set aside: mural cells among fibroblasts. M1 and M2 are no
    calls but a balance, as macrophages lie between these poles and can be high in both.

    Parameters
    ----------
    adata
        Cells × genes; counts, log-normalised or linear values.
    lineage_key
        Column of `obs` with lineages: of :func:`tmeatlas.tl.annotate`, or any labels
        whose names say the lineage (``"CD8Tex"``, ``"Macrophage_TAM"``).
    layer
        Key of `adata.layers` to read. By default `X`, or `adata.raw` if `X` is
        scaled.
    use_raw
        ``True`` reads `adata.raw`; ``False`` never does.
    min_coverage
        Smallest share of a signature's genes that the data must have, from 0
        to 1, for the signature to be used.
    min_margin
        How far above the threshold, and above the next state, the state of a cell
        must be, in standard deviations of random lists. More calls fewer cells.
    n_null
        Random lists for each state, at least 19.
    rng
        Seed of the random lists, or a generator from which one is drawn.
    key_added
        Where to write.
    copy
        Return a copy instead of changing `adata`.

    Returns
    -------
    ``None``, or the changed copy if ``copy=True``. Writes

    ``obs["tme_state"]`` : category
        The state, ``"unassigned"``, or ``"not called"`` in lineages without states and
        where no state could be read. The key is `key_added`.
    ``obs["tme_state_margin"]`` : float32
        How far the best state is above the next one, or above its threshold if no
        other reaches its own. Below 0 where none reaches it; NaN where no state
        could be called.
    ``obs["tme_state_m1_m2"]`` : float32
        M1 score minus M2 score of monocytes and macrophages; 0 in their mean
        cell, NaN elsewhere.
    ``obsm["tme_state_scores"]`` : DataFrame, cells × states, float32
        Scores of all states, and of M1 and M2, by ``id``; NaN where they were not read.
    ``uns["tme_state_calls"]`` : DataFrame, one row per lineage and state
        ``lineage``, ``state``, ``id``, ``signatures`` and ``genes`` (what it was read
        from), ``cells`` (in which it may be read), ``called``, ``share``,
        ``threshold``, ``pval`` (of the spread of its scores), ``n_null``,
        ``set_aside`` and ``note`` (why no cell is called).
    ``uns["tmeatlas"]["tme_state"]`` : dict
        Options of the run, matrix that was read, versions.

    Raises
    ------
    MissingKeyError
        No such column or layer.
    CoverageError
        No signature of these states has enough of its genes in the data.
    InputError
        No cell is of a lineage that has states, values that cannot be read, a
        column in `obs` that would be overwritten, or a `key_added` that is
        reserved or holds something else.

    Warns
    -----
    TMEWarning
        Names labels of which no lineage is known, and states without enough of
        their genes in the data.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.tl.call_states(adata, lineage_key="cell_type")
    >>> adata.obsm["tme_state_scores"].shape
    (300, 26)
    """
    adata = check_adata(adata)
    _check_options(min_coverage, min_margin, n_null)
    if copy:
        check_in_memory(adata)
    seed = read_seed(rng)
    lineages = read_lineages(adata, lineage_key)
    States.check_new(adata, key_added)
    method = resolve(DEFAULT_METHOD)
    matrix = open_matrix(
        adata,
        layer=layer,
        use_raw=use_raw,
        accepts=method.accepts,
        needed_by="tl.call_states",
    )
    refuse_whole_samples(matrix, "tl.call_states")
    tasks = read_tasks(adata, lineages, matrix, min_coverage=min_coverage)
    places = pd.util.hash_array(adata.obs_names.astype(str).to_numpy(dtype=object))
    scored = score_lists(
        matrix, lists_to_score(matrix, tasks, places), n_null=int(n_null), seed=seed
    )
    called = [_call(t, s, min_margin) for t, s in zip(tasks, scored, strict=True)]
    _warn(lineages, called)
    cells = cell_columns(called, adata.obs_names, key_added)
    result = States(
        key=key_added,
        cells=cells,
        scores=score_table(called, adata.obs_names),
        calls=call_table(called, int(n_null)),
        record=States.new_record(
            adata,
            params={
                **{"lineage_key": lineage_key, "layer": layer, "use_raw": use_raw},
                **{"min_coverage": min_coverage, "min_margin": min_margin},
                **{"n_null": n_null, "seed": seed, "key_added": key_added},
            },
            facts={
                **{"matrix": matrix.name, "values": matrix.kind.value, "method": method.name},
                **States.columns_written(cells),
            },
        ),
    )
    adata = adata.copy() if copy else adata
    result.write(adata)
    return adata if copy else None


def _call(task: Task, scored: Scored, min_margin: float) -> Called:
    """Read every list of a lineage, and give each cell the state that stands out."""
    readings = {
        name: read_list(scored.above[:, k], scored.random[:, k], scored.sampled, task.allowed[name])
        for k, name in enumerate(task.lists)
    }
    rivals = [k for k, state in enumerate(task.known.states) if state.id in readings]
    read = [readings[task.known.states[k].id] for k in rivals]
    best, margin = best_state(read, len(task.cells), min_margin=min_margin)
    return Called(task, readings, np.append(rivals, -1)[best], margin)


def _warn(lineages: CellLineages, called: Sequence[Called]) -> None:
    """One warning for labels and states of which nothing could be read."""
    found = lineages.meanings.items()
    nameless = [label for label, lineage in found if not lineage and label != UNASSIGNED]
    if nameless:
        warn(
            f"No lineage is known of the labels {listing(nameless)}: their cells are not called."
            + remedy(
                python=f" tme.tl.annotate(adata, {lineages.key!r}, "
                f"labels={{{nameless[0]!r}: ...}}) takes it."
            )
        )
    lacking = [
        state.id for one in called for state in one.task.known.states if not one.task.used[state.id]
    ]
    if lacking:
        warn(
            f"The data have too few genes of {listing(lacking)}: no cell is called by them. "
            f"Read the matrix with all genes ({option('layer')}, {option('use_raw', True)}), or "
            f"lower {option('min_coverage')}."
        )


def _check_options(min_coverage: float, min_margin: float, n_null: int) -> None:
    check_number("min_coverage", min_coverage, low=0, high=1)
    check_number("min_margin", min_margin, low=0)
    fewer = f"Take {FEWEST_NULL} or more: fewer cannot give a p-value of 0.05."
    check_number("n_null", n_null, low=FEWEST_NULL, whole=True, remedy=fewer)
